"""`pp:ROW`, `pp:log_p1=,g1=,g2=,g3=` : piecewise polytropes of Read et al. (2009).

    p = K_i rho^Gamma_i,   eps = (1 + a_i) rho + p / (Gamma_i - 1)

on four pieces of crust (Read, Lackey, Owen & Friedman 2009, Table II) and three of core (Table III:
log10 p_1 in dyn/cm^2 at rho = 10^14.7 g/cm^3, the next division at 10^15). The printed crust
constants are rounded, so that pressures at the printed dividing densities miss each other by 1e-4.
Here K_i and Gamma_i are kept as printed and every dividing density of the crust, and that between
crust and core, is where the pressures of its two pieces are equal; a_i then follows from continuity
of eps.
"""

import json
import math
from collections.abc import Sequence
from functools import cache

from stellar.constants import C_SI, G_CM3_TO_KM2
from stellar.eos.base import Segment
from stellar.eos.data import read_data
from stellar.eos.families.family import Family, Row, Stack, Values
from stellar.eos.segments.polytropes import RestMassPolytrope
from stellar.eos.specification import Parameter

_ALIASES = {"AP4": ("APR4",)}


@cache
def _table() -> dict:
    return json.loads(read_data("read2009.json"))


def _rows() -> tuple[Row, ...]:
    return tuple(Row(name, _ALIASES.get(name, ())) for name in _table()["core"]["rows"])


def crossing_density(outer: tuple[float, float], inner: tuple[float, float]) -> float:
    """Density at which two pieces (K, Gamma) have equal pressure, in the units of K."""
    (k_outer, gamma_outer), (k_inner, gamma_inner) = outer, inner
    return (k_outer / k_inner) ** (1.0 / (gamma_inner - gamma_outer))


def join_pieces(
    pieces: Sequence[tuple[float, float]], divisions: Sequence[float], kinds: Sequence[str]
) -> tuple[Segment, ...]:
    """Stack polytropes (K, Gamma) at the given densities with continuous energy density.

    Parameters
    ----------
    pieces : (K in km^(2 Gamma - 2), Gamma) from the surface inwards; pressures match at divisions
    divisions : dividing rest-mass densities, km^-2, ascending, one fewer than pieces
    kinds : the kind of each segment
    """
    segments: list[Segment] = []
    a, h_lo = 0.0, 0.0
    for (k, gamma), rho, (_, gamma_next), kind in zip(
        pieces, divisions, pieces[1:], kinds, strict=False
    ):
        ratio = k * rho ** (gamma - 1.0)  # p / rho at the inner end
        h_hi = math.log1p(a + ratio * gamma / (gamma - 1.0))
        segments.append(RestMassPolytrope(gamma, k, a, h_lo, h_hi, kind))
        a += ratio / (gamma - 1.0) - ratio / (gamma_next - 1.0)
        h_lo = h_hi
    k, gamma = pieces[-1]
    return (*segments, RestMassPolytrope(gamma, k, a, h_lo, math.inf, kinds[-1]))


def crust_pieces() -> list[tuple[float, float]]:
    """The four pieces (K in km^(2 Gamma - 2), Gamma) of the crust."""
    crust = _table()["crust"]
    # K is printed for p / c^2 and rho in g/cm^3: multiply by (g/cm^3 -> km^-2)^(1 - Gamma)
    return [
        (k * G_CM3_TO_KM2 ** (1.0 - gamma), gamma)
        for k, gamma in zip(crust["K"], crust["Gamma"], strict=True)
    ]


def core_divisions() -> tuple[float, float]:
    """The two dividing rest-mass densities of the core, km^-2."""
    first, second = _table()["core"]["divisions_log10_rho"]
    return 10.0**first * G_CM3_TO_KM2, 10.0**second * G_CM3_TO_KM2


def _build(row: str, values: Values) -> Stack:
    log_p1, *gammas = _table()["core"]["rows"][row] if row else (values[n] for n in _CORE_NAMES)
    pieces, inner = crust_pieces(), core_divisions()
    p1_km2 = 10.0**log_p1 / (C_SI * 100.0) ** 2 * G_CM3_TO_KM2
    k = p1_km2 / inner[0] ** gammas[0]
    pieces.append((k, gammas[0]))
    for rho, gamma_below, gamma in zip(inner, gammas, gammas[1:], strict=False):
        k *= rho ** (gamma_below - gamma)
        pieces.append((k, gamma))
    outer = [_crossing(*pair) for pair in zip(pieces[:4], pieces[1:5], strict=True)]
    divisions = [*outer, *inner]
    if not all(low < high for low, high in zip(divisions, divisions[1:], strict=False)):
        low, high = outer[-2] / G_CM3_TO_KM2, outer[-1] / G_CM3_TO_KM2
        raise ArithmeticError(
            f"its core of log_p1 = {log_p1:g} and g1 = {gammas[0]:g} would meet the crust at "
            f"{high:.4g} g/cm^3, which must lie between {low:.4g} and 10^14.7 g/cm^3"
        )
    kinds = ("outer_crust", "outer_crust", "inner_crust", "inner_crust", "core", "core", "core")
    return Stack(join_pieces(pieces, divisions, kinds))


def _crossing(outer: tuple[float, float], inner: tuple[float, float]) -> float:
    """As `crossing_density`; pieces of equal index never cross."""
    try:
        return crossing_density(outer, inner)
    except (ZeroDivisionError, OverflowError) as error:
        raise ArithmeticError(
            f"its core of index {inner[1]:g} never meets the crust of index {outer[1]:g}"
        ) from error


_CORE_NAMES = ("log_p1", "g1", "g2", "g3")

FAMILY = Family(
    name="pp",
    syntax="pp:ROW or pp:log_p1=P,g1=G,g2=G,g3=G",
    example="pp:SLy",
    description="piecewise polytropes: four pieces of crust, three of core",
    citation="Read, Lackey, Owen & Friedman 2009, Phys. Rev. D 79, 124032",
    parameters=(
        Parameter("log_p1", "log10 of the pressure in dyn/cm^2 at 10^14.7 g/cm^3", 30.0, 40.0),
        Parameter("g1", "adiabatic index of the core below 10^14.7 g/cm^3", 1.0, 10.0),
        Parameter("g2", "adiabatic index between 10^14.7 and 10^15 g/cm^3", 1.0, 10.0),
        Parameter("g3", "adiabatic index above 10^15 g/cm^3", 1.0, 10.0),
    ),
    build=_build,
    rows=_rows,
)
