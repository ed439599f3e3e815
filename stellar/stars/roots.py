"""Roots along a sequence, as searches that ask for stars (`conversation`)."""

import math
import sys
from collections.abc import Callable, Sequence

from stellar.stars.conversation import Steps, Wanted
from stellar.stars.equilibrium import Point

Quantity = Callable[[Point], float]
EPSILON = sys.float_info.epsilon
MOST_STEPS = 100
QUADRATIC = 1e-7  # steps below this part of the bracket need no proof: their square is rounding


def bracketed_root(
    low: Point, high: Point, value: Quantity, xtol: float, *, fine: bool = False
) -> Steps[Point]:
    """The star between two others at which `value` changes sign.

    Inverse quadratic interpolation where it is safe, bisection elsewhere (Chandrupatla 1997).

    xtol : how well the central log-enthalpy is to be known
    """
    first, second, third = high, low, low
    f1, f2, f3 = value(first), value(second), value(second)
    part = f1 / (f1 - f2)
    for _ in range(MOST_STEPS):
        best, least = (first, f1) if abs(f1) < abs(f2) else (second, f2)
        room = abs(second.h_c - first.h_c)
        smallest = (xtol + 2.0 * EPSILON * best.h_c) / room if room > 0.0 else 1.0
        if smallest > 0.5 or least == 0.0:
            return best
        part = min(max(part, smallest), 1.0 - smallest)
        star = yield from _one(first.h_c + part * (second.h_c - first.h_c), fine)
        f = value(star)
        if (f > 0.0) == (f1 > 0.0):
            third, f3 = first, f1
        else:
            third, f3, second, f2 = second, f2, first, f1
        first, f1 = star, f
        part = _next_part((first.h_c, second.h_c, third.h_c), (f1, f2, f3))
    raise ArithmeticError(f"no root between central log-enthalpies {low.h_c:.9g}, {high.h_c:.9g}")


def _next_part(x: tuple[float, float, float], f: tuple[float, float, float]) -> float:
    """Where between the first two points the next one lies, as a fraction of their distance."""
    x1, x2, x3 = x
    f1, f2, f3 = f
    if f3 in (f1, f2):
        return 0.5
    xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
    if not 1.0 - math.sqrt(1.0 - min(xi, 1.0)) < phi < math.sqrt(max(xi, 0.0)):
        return 0.5
    reach = (x3 - x1) / (x2 - x1)
    return f1 / (f1 - f2) * f3 / (f3 - f2) + reach * f1 / (f3 - f1) * f2 / (f3 - f2)


def interpolated_root(points: Sequence[Point], value: Quantity) -> float | None:
    """Where the polynomial through the values at some stars vanishes, between two of them.

    points : by rising h_c;  None if no two neighbours differ in sign
    """
    h, f = [star.h_c for star in points], [value(star) for star in points]
    between = [k for k in range(len(h) - 1) if (f[k] > 0.0) != (f[k + 1] > 0.0)]
    if not between:
        return None

    def polynomial(x: float) -> float:
        # Neville's scheme
        column = list(f)
        for width in range(1, len(h)):
            column = [
                ((x - h[k + width]) * column[k] + (h[k] - x) * column[k + 1])
                / (h[k] - h[k + width])
                for k in range(len(h) - width)
            ]
        return column[0]

    low, high = h[between[0]], h[between[0] + 1]
    rising = f[between[0] + 1] > 0.0
    while high - low > 2.0 * EPSILON * high:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if (polynomial(middle) > 0.0) == rising:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def root_by_slope(low: Point, high: Point, value: Quantity, slope: Quantity) -> Steps[float]:
    """Central log-enthalpy between two stars where `value` vanishes, by guarded Newton steps.

    The ends may come from a coarser computation: the root may lie a hair outside them.

    value : relative deviation from what is asked;  slope : its derivative by h_c
    """
    margin = 1e-3 * (high.h_c - low.h_c)
    left, right = low.h_c - margin, high.h_c + margin
    rising = value(high) > value(low)
    h = _hermite_root(low, high, value, slope)
    for _ in range(MOST_STEPS):
        star = yield from _one(h, True)
        f, steep = value(star), slope(star)
        if (f > 0.0) == rising:
            right = h
        else:
            left = h
        step = -f / steep if steep != 0.0 else math.inf
        inside = left < h + step < right
        if inside and abs(step) <= QUADRATIC * (high.h_c - low.h_c):
            return h + step  # what is left is the square of this step
        target = h + step if inside else 0.5 * (left + right)
        if abs(f) <= 2.0 * EPSILON or abs(target - h) <= 2.0 * EPSILON * h:
            if abs(f) > 1e-6:
                break
            return h
        h = target
    raise ArithmeticError(
        f"no star between central log-enthalpies {low.h_c:.12g} and {high.h_c:.12g}"
    )


def _hermite_root(low: Point, high: Point, value: Quantity, slope: Quantity) -> float:
    """Where the cubic through values and slopes of both ends vanishes; bisected to 1e-9."""
    length = high.h_c - low.h_c
    f0, f1, g0, g1 = value(low), value(high), slope(low) * length, slope(high) * length

    def cubic(t: float) -> float:
        r = 1.0 - t
        return (
            (1.0 + 2.0 * t) * r * r * f0
            + t * r * r * g0
            + (3.0 - 2.0 * t) * t * t * f1
            - (t * t * r * g1)
        )

    a, b = 0.0, 1.0
    for _ in range(30):
        middle = 0.5 * (a + b)
        if (cubic(middle) > 0.0) == (f1 > 0.0):
            b = middle
        else:
            a = middle
    return low.h_c + 0.5 * (a + b) * length


def _one(h_c: float, fine: bool) -> Steps[Point]:
    (star,) = yield Wanted((h_c,), fine)
    if star is None:
        raise ArithmeticError(f"no star with central log-enthalpy {h_c:.12g} could be computed")
    return star
