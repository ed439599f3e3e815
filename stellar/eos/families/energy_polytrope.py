"""`energy-polytrope:n=,K=` : p = K eps^(1 + 1/n) with K in km^(2/n) (Tooper 1964)."""

from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.polytropes import EnergyPolytrope
from stellar.eos.specification import Parameter


def _build(_row: str, values: Values) -> Stack:
    return Stack((EnergyPolytrope(values["n"], values["K"]),))


FAMILY = Family(
    name="energy-polytrope",
    syntax="energy-polytrope:n=N,K=K",
    example="energy-polytrope:n=1,K=100",
    description="energy polytrope p = K eps^(1 + 1/n), K in km^(2/n) with G = c = 1",
    citation="Tooper 1964, ApJ 140, 434",
    parameters=(
        # At n = 5 and above even a Newtonian star has no surface.
        Parameter("n", "polytropic index", 0.0, 4.9),
        Parameter("K", "polytropic constant in km^(2/n)", 0.0, 1e12),
    ),
    build=_build,
)
