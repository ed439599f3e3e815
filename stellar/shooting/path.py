"""Ways along the smooth pieces of a star, and the one call of scipy that walks them.

Equations are stated in x = sqrt(h_c - h), in which the centre and the surface are regular. A piece
is walked in a parameter t in which its matter is smooth as well:

    plain             x = t
    with a threshold  x = x_outer - t^2, where matter is analytic in sqrt(h - h_lo)
    of several decades, as a crust   ln h = -t
    with much detail, off the centre   (1 + cos t)/2 = share of ln h, or its root at a threshold

A piece with much detail is a long Chebyshev series. It resolves lengths in proportion to sin t
(Trefethen 2013, ch. 5): far finer ones at both ends than in the middle, and t sees them all alike.
There a step has a largest size: step control alone can step over a narrow feature.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from stellar.eos.base import Segment

Vector = NDArray[np.float64]
DECADES = 2.0  # ratio h_hi/h_lo above which a piece away from the centre is walked in ln h


@dataclass(frozen=True)
class Piece:
    """A smooth stretch of the star: from `x_inner` outwards to `x_outer`, one EOS segment."""

    segment: Segment
    x_inner: float
    x_outer: float
    h_c: float

    @property
    def angular(self) -> bool:
        """Whether it is walked in the angle of a series."""
        return self.x_inner > 0.0 and self.segment.detail > 1

    @property
    def logarithmic(self) -> bool:
        """Whether it is walked in ln h."""
        lo, hi = self.segment.h_lo, self.segment.h_hi
        return self.x_inner > 0.0 and lo > 0.0 and hi > DECADES * lo

    def parameter(self, x: float) -> float:
        """The parameter t at x."""
        if self.angular:
            return self._angle(self.log_enthalpy(x))
        if self.segment.threshold:
            return math.sqrt(max(self.x_outer - x, 0.0))
        if self.logarithmic:
            return -math.log(self.log_enthalpy(x))
        return x

    def locate(self, t: float) -> tuple[float, float]:
        """(x, dx/dt) at the parameter t."""
        if self.angular:
            return self._at_angle(t)
        if self.segment.threshold:
            return self.x_outer - t * t, -2.0 * t
        if self.logarithmic:
            h = math.exp(-t)
            x = math.sqrt(self.h_c - h)
            return x, 0.5 * h / x
        return t, 1.0

    def _angle(self, h: float) -> float:
        lo, hi = self.segment.h_lo, self.segment.h_hi
        share = math.log(h / lo) / math.log(hi / lo)
        place = math.sqrt(share) if self.segment.threshold else share
        return 2.0 * math.atan2(math.sqrt(1.0 - place), math.sqrt(place))

    def _at_angle(self, t: float) -> tuple[float, float]:
        lo, hi = self.segment.h_lo, self.segment.h_hi
        share, slope = math.cos(0.5 * t) ** 2, -0.5 * math.sin(t)
        if self.segment.threshold:
            share, slope = share * share, 2.0 * share * slope
        length = math.log(hi / lo)
        h = min(lo * math.exp(length * share), hi)
        x = math.sqrt(self.h_c - h)
        return x, -0.5 * h * length * slope / x

    def log_enthalpy(self, x: float) -> float:
        """H at x; rounding does not step over the ends of the segment."""
        top = min(self.segment.h_hi, self.h_c)
        return min(max(self.h_c - x * x, self.segment.h_lo), top)

    def walk(
        self,
        rates: Callable[[float, Vector], Vector],
        x_range: tuple[float, float],
        state: Vector,
        *,
        rtol: float,
        atol: Vector,
        points: int = 0,
    ) -> tuple[Vector, Vector]:
        """Integrate dy/dx = rates(x, y) from one x to another (DOP853).

        Parameters
        ----------
        points : number of places to return the solution at; 0 for the end alone

        Returns
        -------
        x, shape (points or 1,), and y, shape (points or 1, components)

        Raises
        ------
        ArithmeticError
            If the integration fails or the state becomes non-finite.
        """

        def right_hand_side(t: float, y: Vector) -> Vector:
            x, stretch = self.locate(t)
            return stretch * np.asarray(rates(x, y))

        start, stop = (self.parameter(x) for x in x_range)
        extent = abs(self.parameter(self.x_outer) - self.parameter(self.x_inner))
        places = np.linspace(start, stop, points) if points else np.array([stop])
        solution = solve_ivp(
            right_hand_side,
            (start, stop),
            state,
            method="DOP853",
            t_eval=places,
            rtol=rtol,
            atol=atol,
            max_step=extent / self.segment.detail,
        )
        if not solution.success or not np.all(np.isfinite(solution.y)):
            raise ArithmeticError(
                f"the integration failed between x = {x_range[0]:.9g} and {x_range[1]:.9g}: "
                f"{solution.message}"
            )
        return np.array([self.locate(t)[0] for t in places]), solution.y.T
