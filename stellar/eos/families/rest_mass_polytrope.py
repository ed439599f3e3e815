"""`polytrope:gamma=,K=` : p = K rho^gamma with K in units G = c = M_sun = 1 (Tooper 1965)."""

from stellar.constants import MSUN_KM
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.polytropes import RestMassPolytrope
from stellar.eos.specification import Parameter


def _build(_row: str, values: Values) -> Stack:
    gamma = values["gamma"]
    return Stack((RestMassPolytrope(gamma, values["K"] * MSUN_KM ** (2.0 * gamma - 2.0)),))


FAMILY = Family(
    name="polytrope",
    syntax="polytrope:gamma=G,K=K",
    example="polytrope:gamma=2,K=100",
    description="rest-mass polytrope p = K rho^gamma, K in units G = c = M_sun = 1",
    citation="Tooper 1965, ApJ 142, 1541",
    parameters=(
        # At gamma = 6/5 and below even a Newtonian star has no surface.
        Parameter("gamma", "adiabatic index", 1.2, 10.0),
        Parameter("K", "polytropic constant in units G = c = M_sun = 1", 0.0, 1e12),
    ),
    build=_build,
)
