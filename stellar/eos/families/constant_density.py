"""`constant-density:eps=` : the incompressible star (Schwarzschild 1916)."""

from stellar.constants import G_CM3_TO_KM2
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.polytropes import ConstantDensity
from stellar.eos.specification import Parameter


def _build(_row: str, values: Values) -> Stack:
    return Stack((ConstantDensity(values["eps"] * G_CM3_TO_KM2),))


FAMILY = Family(
    name="constant-density",
    syntax="constant-density:eps=E",
    example="constant-density:eps=1e15",
    description="incompressible star, energy density / c^2 in g/cm^3",
    citation="Schwarzschild 1916, Sitzungsber. Preuss. Akad. Wiss. 424",
    parameters=(Parameter("eps", "energy density / c^2 in g/cm^3", 0.0, 1e18),),
    build=_build,
    compressible=False,
)
