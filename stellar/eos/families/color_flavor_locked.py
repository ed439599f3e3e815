"""`cfl:B=,ms=,gap=,a4=` : colour-flavour-locked quark matter with a bare surface.

p = (3/(4 pi^2)) [a4 mu^4 - (m_s^2 - 4 Delta^2) mu^2] - B      (Alford et al. 2005)
"""

from stellar.constants import ATOMIC_MASS_UNIT_MEV
from stellar.eos.families.bag import BAG
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.quark_matter import color_flavor_locked, surface_potential_mev
from stellar.eos.specification import Parameter


def _build(_row: str, values: Values) -> Stack:
    a4, a2 = values["a4"], values["ms"] ** 2 - 4.0 * values["gap"] ** 2
    mu_0 = surface_potential_mev(a4, a2, values["B"])
    factor = ATOMIC_MASS_UNIT_MEV / (3.0 * mu_0)
    return Stack((color_flavor_locked(a4, a2, mu_0),), factor)


FAMILY = Family(
    name="cfl",
    syntax="cfl:B=B,ms=M,gap=D,a4=A",
    example="cfl:B=60,ms=150,gap=100,a4=0.7",
    description="colour-flavour-locked quark matter with a bare surface; B in MeV/fm^3",
    citation="Alford, Braby, Paris & Reddy 2005, ApJ 629, 969",
    parameters=(
        BAG,
        Parameter("ms", "mass of the strange quark in MeV", 0.0, 1000.0, low_included=True),
        Parameter("gap", "pairing gap in MeV", 0.0, 1000.0, low_included=True),
        Parameter("a4", "coefficient of mu^4; 1 without interactions", 0.0, 2.0),
    ),
    build=_build,
)
