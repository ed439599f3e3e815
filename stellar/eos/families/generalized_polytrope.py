"""`gpp:ROW`, `gpp:log_k1=,g1=,g2=,g3=` : generalized piecewise polytropes (O'Boyle et al. 2020).

Pressure and speed of sound are continuous, so that tides and modes see no kinks of dp/deps. Five
pieces of crust (Table II) and three of core (Table III: log10 K_1 with p/c^2 and rho in g/cm^3; the
divisions of the core are 10^14.87 and 10^14.99 g/cm^3). Crust and core meet at the density rho_0 at
which their speeds of sound are equal: the printed log10 rho_0 is rounded and is recomputed from
K_c Gamma_c rho_0^(Gamma_c - 1) = K_1 Gamma_1 rho_0^(Gamma_1 - 1).
"""

import json
from functools import cache

from stellar.constants import G_CM3_TO_KM2
from stellar.eos.data import read_data
from stellar.eos.families.family import Family, Row, Stack, Values
from stellar.eos.segments.generalized_polytrope import stack_pieces
from stellar.eos.specification import Parameter

_KINDS = ("outer_crust",) * 3 + ("inner_crust",) * 2 + ("core",) * 3
_CORE_NAMES = ("log_k1", "g1", "g2", "g3")


@cache
def _table() -> dict:
    return json.loads(read_data("oboyle2020.json"))


def _rows() -> tuple[Row, ...]:
    return tuple(Row(name) for name in _table()["core"]["rows"])


def crust_constants() -> tuple[float, list[float], list[float]]:
    """(first K in km^(2 Gamma - 2), indices, dividing densities in km^-2) of the crust."""
    crust = _table()["crust"]
    gammas = list(crust["Gamma"])
    k = crust["first_K"] * G_CM3_TO_KM2 ** (1.0 - gammas[0])
    return k, gammas, [rho * G_CM3_TO_KM2 for rho in crust["divisions_g_cm3"]]


def core_divisions() -> tuple[float, float]:
    """The two dividing rest-mass densities of the core, km^-2."""
    first, second = _table()["core"]["divisions_log10_rho"]
    return 10.0**first * G_CM3_TO_KM2, 10.0**second * G_CM3_TO_KM2


def _build(row: str, values: Values) -> Stack:
    if row:
        log_k1, *gammas = _table()["core"]["rows"][row][1:]
    else:
        log_k1, *gammas = (values[name] for name in _CORE_NAMES)
    k_outer, crust, divisions = crust_constants()
    stiffness = k_outer * crust[0]  # of dp/drho = stiffness rho^(Gamma - 1)
    for rho, gamma, after in zip(divisions, crust, crust[1:], strict=False):
        stiffness *= rho ** (gamma - after)
    k1 = 10.0**log_k1 * G_CM3_TO_KM2 ** (1.0 - gammas[0])
    if gammas[0] <= crust[-1]:
        raise ArithmeticError(
            f"its core of index {gammas[0]:g} never becomes stiffer than its crust of {crust[-1]:g}"
        )
    rho_0 = (stiffness / (k1 * gammas[0])) ** (1.0 / (gammas[0] - crust[-1]))
    core = core_divisions()
    if not divisions[-1] < rho_0 < core[0]:
        raise ArithmeticError(
            f"crust and core would meet at {rho_0 / G_CM3_TO_KM2:.4g} g/cm^3, which must lie "
            f"between {divisions[-1] / G_CM3_TO_KM2:.4g} and {core[0] / G_CM3_TO_KM2:.4g} g/cm^3"
        )
    return Stack(stack_pieces(k_outer, [*crust, *gammas], [*divisions, rho_0, *core], _KINDS))


FAMILY = Family(
    name="gpp",
    syntax="gpp:ROW or gpp:log_k1=K,g1=G,g2=G,g3=G",
    example="gpp:SLY4",
    description="generalized piecewise polytropes with a continuous speed of sound",
    citation="O'Boyle, Markakis, Stergioulas & Read 2020, Phys. Rev. D 102, 083027",
    parameters=(
        Parameter("log_k1", "log10 of K_1, with p/c^2 and rho in g/cm^3", -150.0, 0.0),
        Parameter("g1", "adiabatic index of the core below 10^14.87 g/cm^3", 1.0, 10.0),
        Parameter("g2", "adiabatic index between 10^14.87 and 10^14.99 g/cm^3", 1.0, 10.0),
        Parameter("g3", "adiabatic index above 10^14.99 g/cm^3", 1.0, 10.0),
    ),
    build=_build,
    rows=_rows,
)
