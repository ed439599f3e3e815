"""The crusts that a core can be given, by the value of the option `crust`."""

from stellar.eos.fits.brussels import BSK_FITS
from stellar.eos.fits.haensel_potekhin import HP04_SLY
from stellar.eos.fits.pressure_fit import PressureFit

CRUSTS: dict[str, PressureFit] = {"sly": HP04_SLY, "bsk24": BSK_FITS["BSk24"]}
