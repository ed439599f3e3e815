"""`mit:B=` : massless u, d and s quarks in a bag, eps = 3 p + 4 B (Witten 1984), a bare surface.

h = (1/4) ln(1 + p/B). Baryon mass counts m_u per baryon: f = m_u / (3 mu_0), with 3 mu_0 the energy
per baryon at zero pressure, (4 pi^2 B/3)^(1/4) for each quark.
"""

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.quark_matter import ConstantSoundSpeed, surface_potential_mev
from stellar.eos.specification import Parameter

BAG = Parameter("B", "bag constant in MeV/fm^3", 0.0, 1000.0)


def _build(_row: str, values: Values) -> Stack:
    bag = values["B"]
    matter = ConstantSoundSpeed(1.0 / 3.0, 0.0, 4.0 * bag * MEV_FM3_TO_KM2)
    energy_per_baryon = 3.0 * surface_potential_mev(1.0, 0.0, bag)
    return Stack((matter,), ATOMIC_MASS_UNIT_MEV / energy_per_baryon)


FAMILY = Family(
    name="mit",
    syntax="mit:B=B",
    example="mit:B=60",
    description="MIT bag of massless u, d, s quarks with a bare surface, B in MeV/fm^3",
    citation="Witten 1984, Phys. Rev. D 30, 272",
    parameters=(BAG,),
    build=_build,
)
