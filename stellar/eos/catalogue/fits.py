"""The registry of fitted equations of state: one line each."""

from stellar.eos.catalogue.fitted import FittedEOS
from stellar.eos.fits.brussels import BSK_FITS
from stellar.eos.fits.gungor_eksi import GUNGOR_EKSI
from stellar.eos.fits.haensel_potekhin import HP04_APR, HP04_FPS, HP04_SLY

_UNIFIED = "fit to the unified equation of state"

FITS: dict[str, FittedEOS] = {
    entry.name: entry
    for entry in (
        FittedEOS("sly-fit", ("hp04-sly",), f"{_UNIFIED} SLy", HP04_SLY, 2.0481, 11.701),
        FittedEOS("fps", ("fps-fit", "hp04-fps"), f"{_UNIFIED} FPS", HP04_FPS, 1.7994, 10.83),
        FittedEOS(
            "apr", ("apr-fit", "hp04-apr"), "fit to APR with its crust", HP04_APR, 2.2084, 11.439
        ),
        FittedEOS("bsk19-fit", ("bsk19",), f"{_UNIFIED} BSk19", BSK_FITS["BSk19"], 1.8603, 10.738),
        FittedEOS("bsk20-fit", ("bsk20",), f"{_UNIFIED} BSk20", BSK_FITS["BSk20"], 2.1647, 11.743),
        FittedEOS("bsk21-fit", ("bsk21",), f"{_UNIFIED} BSk21", BSK_FITS["BSk21"], 2.274, 12.59),
        FittedEOS("bsk22-fit", (), f"{_UNIFIED} BSk22", BSK_FITS["BSk22"], 2.2655, 13.051),
        FittedEOS("bsk24-fit", (), f"{_UNIFIED} BSk24", BSK_FITS["BSk24"], 2.2793, 12.59),
        FittedEOS("bsk25-fit", (), f"{_UNIFIED} BSk25", BSK_FITS["BSk25"], 2.2258, 12.387),
        FittedEOS("bsk26-fit", (), f"{_UNIFIED} BSk26", BSK_FITS["BSk26"], 2.1695, 11.776),
        FittedEOS("ge-ap1", (), "fit to AP1", GUNGOR_EKSI["AP1"], 1.6745, 9.433),
        FittedEOS("ge-ap4", (), "fit to AP4", GUNGOR_EKSI["AP4"], 2.2231, 11.427),
        FittedEOS("ge-mpa1", (), "fit to MPA1", GUNGOR_EKSI["MPA1"], 2.4839, 12.486),
        FittedEOS(
            "ge-ms2", (), "fit to the stiff MS2, not that of pp:", GUNGOR_EKSI["MS2"], 2.78, 14.502
        ),
    )
}
