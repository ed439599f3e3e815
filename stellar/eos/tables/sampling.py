"""Matter that is a function of log-enthalpy, sampled finely enough for a Chebyshev series."""

import math
from collections.abc import Callable

import numpy as np

from stellar.eos.segments import series
from stellar.eos.segments.series_segment import Interval, index_slope
from stellar.eos.tables.sampled_matter import Array, Columns
from stellar.eos.tables.table import Block

_DEGREES = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256)


def sampled(
    kind: str, interval: Interval, states: Callable[[Array], Columns], tail: float
) -> Block:
    """Sample at ever more Lobatto points until the Chebyshev coefficients have died out.

    Parameters
    ----------
    kind : of the segment
    states : columns at given log-enthalpies
    tail : size of the last coefficients relative to the largest

    Raises
    ------
    ArithmeticError
        If they have not died out at the highest degree.
    """
    tails = [math.inf]
    for degree in _DEGREES:
        columns = states(interval.nodes(degree))
        _, d = index_slope(*(columns[name] for name in ("h", "P", "eps", "ce2")))
        rows = [d, columns["delta_all"], columns["delta_yp"], columns["Y_e"], columns["mu_e"]]
        tails = [
            series.relative_tail(series.coefficients(row))
            for row in rows
            if np.all(np.isfinite(row)) and np.any(row)
        ]
        if max(tails) < tail:
            return Block(kind, interval.threshold, columns)
    raise ArithmeticError(
        f"the {kind} between h = {interval.h_lo:.4g} and {interval.h_hi:.4g} is not smooth enough "
        f"for a Chebyshev series of degree {_DEGREES[-1]} (tail {max(tails):.1e})"
    )
