"""`spectral:gamma_0=,gamma_1=,...,p0=,e0=` : Gamma(p) = exp(sum_k gamma_k ln(p/p0)^k) above p0.

The coefficients mean something only together with the pressure and energy density at which the
expansion begins: with those of another fit R_1.4 is off by 0.8 km. So p0 [dyn/cm^2] and e0 [g/cm^3]
are given, or `reference=lal` for coefficients made for the LALSimulation convention; without e0 it
is that of the equation of state below, by default the fit to SLy, which has no composition. Where
that one is lighter at p0 a join remains; where it is denser, as the published SLy point is by the
rounding of its e0, the expansion begins a little outside p0, where the two curves cross. The
coefficients carry an underscore because `gamma1` is the frozen index of any analytic family.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2
from stellar.eos.base import ColdEOS
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.roots import bracketed_root
from stellar.eos.segments.series_segment import Interval, SeriesSegment
from stellar.eos.segments.spectral import check_smooth, highest_x, outward_curve, series_rows
from stellar.eos.segments.truncation import OuterComposition, enthalpy_at, origin, outer_segments
from stellar.eos.specification import BaseParameter, Parameter, WordParameter

Array = NDArray[np.float64]

ORDERS = 10
_ROUNDING = 1e-9
_FARTHEST = -2.5  # in ln(p/p0), to where a crossing is sought
# The point (p0, e0) of LALSimulation's four-parameter expansion, 4.43784199e-13 and 9.54629006e-11
# in m^-2 with G = c = 1.
LAL_REFERENCE = (4.43784199e-13 * 1e6, 9.54629006e-11 * 1e6)  # km^-2


@dataclass(frozen=True)
class Start:
    """Where an expansion begins: at ln(p/p0) = x and log-enthalpy h, on the matter `below`.

    p0, e0 : km^-2, the point the coefficients belong to
    """

    p0: float
    e0: float
    x: float
    h: float
    below: Stack


def start(gammas: Array, base: ColdEOS, p0: float, e0: float | None) -> Start:
    """Join an expansion to a base.

    Parameters
    ----------
    gammas : coefficients;  p0, e0 : km^-2, e0 None for that of the base

    Raises
    ------
    ArithmeticError
        If the base does not reach p0, or is denser there and the curves do not cross.
    """

    def enthalpy(p: float) -> float:
        what = f"p0 = {p / DYN_CM2_TO_KM2:.6g} dyn/cm^2"
        return enthalpy_at(base, lambda segment, h: float(segment.evaluate(h).p), p, what)

    h0, x = enthalpy(p0), 0.0
    density = float(outer_segments(base, h0)[-1].evaluate(h0).eps)
    e0 = density if e0 is None else e0
    if density > e0 * (1.0 + _ROUNDING):
        x = _crossing(gammas, p0, e0, lambda p: float(base.evaluate(enthalpy(p)).eps))
        h0 = enthalpy(p0 * math.exp(x))
    segments = outer_segments(base, h0)
    stratified = any(float(s.evaluate(0.5 * (s.h_lo + s.h_hi)).delta) != 0.0 for s in segments)
    composition = OuterComposition(base.composition, h0) if base.composition else None
    below = Stack(segments, base.baryon_factor, stratified, composition, origin(base))
    return Start(p0, e0, x, h0, below)


def _crossing(gammas: Array, p0: float, e0: float, density: Callable[[float], float]) -> float:
    """x < 0 nearest to p0 where the expansion has the energy density of the base."""

    def excess(x: float) -> float:
        p, eps = outward_curve(gammas, p0, e0, x)
        return float(eps[0]) / density(float(p[0])) - 1.0

    inner = 0.0
    for outer in np.linspace(0.0, _FARTHEST, 26)[1:].tolist():
        if excess(outer) >= 0.0:
            return bracketed_root(excess, outer, inner, xtol=1e-15) if inner else outer
        inner = outer
    raise ArithmeticError(
        f"its energy density e0 = {e0 / G_CM3_TO_KM2:.6g} g/cm^3 is {-excess(inner):.2g} times too "
        "low for the equation of state below p0, and the two do not cross nearby"
    )


def reference_point(values: Values) -> tuple[float, float | None]:
    """(p0, e0) in km^-2 of a specification; e0 None if it is to be that of the base.

    Raises
    ------
    ArithmeticError
        If p0 is not given in exactly one way.
    """
    p0, e0 = values["p0"], values["e0"]
    if values["reference"] == "lal":
        if p0 is not None or e0 is not None:
            raise ArithmeticError("reference=lal already says where the expansion begins")
        return LAL_REFERENCE
    if p0 is None:
        raise ArithmeticError(
            "its coefficients mean nothing without the p0 and e0 they were made for (or "
            "reference=lal)"
        )
    return p0 * DYN_CM2_TO_KM2, None if e0 is None else e0 * G_CM3_TO_KM2


def _build(_row: str, values: Values) -> Stack:
    gammas = np.array([values[f"gamma_{order}"] for order in range(ORDERS)])
    begin = start(gammas, values["base"], *reference_point(values))
    p0, e0, h, x = (np.array([value]) for value in (begin.p0, begin.e0, begin.h, begin.x))
    x_end = highest_x(gammas[None, :], p0)
    h_hi, rows = series_rows(np, gammas[None, :], p0, e0, h, x, x_end)
    check_smooth(rows[0])
    interval = Interval(begin.h, float(h_hi[0]), False)
    core = SeriesSegment(
        h_lo=interval.h_lo,
        h_hi=interval.h_hi,
        kind="core",
        interval=interval,
        thermodynamics=rows[0],
        extras=(),
        extra_series=np.empty((0, 1)),
    )
    below = begin.below
    return replace(below, segments=(*below.segments, core))


FAMILY = Family(
    name="spectral",
    syntax="spectral:gamma_0=G,gamma_1=G,...,p0=P,e0=E",
    example="spectral:gamma_0=0.9865,gamma_1=0.111,gamma_2=-0.0301,gamma_3=0.0022,"
    "p0=1.64e33,e0=2.05e14",
    description="spectral expansion of the adiabatic index above p0, e0",
    citation="Lindblom 2010, Phys. Rev. D 82, 103011",
    parameters=(
        Parameter("gamma_0", "coefficient of the expansion of ln Gamma", -10.0, 10.0),
        *(
            Parameter(
                f"gamma_{order}",
                f"coefficient of ln(p/p0)^{order}",
                -10.0,
                10.0,
                required=False,
                default=0.0,
            )
            for order in range(1, ORDERS)
        ),
        Parameter("p0", "pressure in dyn/cm^2 where it begins", 1e28, 1e36, required=False),
        Parameter(
            "e0",
            "energy density / c^2 there in g/cm^3, default that of base",
            1e8,
            1e16,
            required=False,
        ),
        WordParameter("reference", "where the coefficients begin", ("given", "lal")),
        BaseParameter("base", "equation of state below p0", required=False, default="sly-fit"),
    ),
    build=_build,
)
