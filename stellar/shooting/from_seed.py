"""One mode from a seed, one trial frequency after the other, by scipy's scalar root finder.

No search, no count and no label: with loose integrations the secant method goes from the seed to
the root, and at the full tolerance the slope it ended with serves for the few steps that are left.
The root function is that of `matching`, for real eigenvalue problems sin(pi count) with the count
of `phase`, which vanishes at every eigenvalue. Frequencies in km^-1.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.optimize import newton

from stellar.shooting.background import Background
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction, narrow_damping
from stellar.shooting.phase import OscillationProblem, mode_counts

Number = TypeVar("Number", float, complex)
LOOSE = 1e-5  # tolerance on the way to a root of the pole-free function
LOOSE_COUNT = 1e-6  # and of a count, which is less smooth in the parameter
FIRST_STEP = 1e-3  # relative, of the secant method
NEAR = 1e-4  # relative step with which the loose part ends: the root is good to about its square
LAST_STEP = 10.0  # tolerances: the slope is good to a thousandth, as much of the step is left
MOST_TRIALS = 15
FARTHEST = 0.05  # relative distance from the seed beyond which a root is another one
FAINT = 1e-6  # Im/Re below which null vectors give the damping, to a relative error of that size


def quasinormal_from_seed(background: Background, l: int, seed: complex, rtol: float) -> complex:
    """Frequency of the quasi-normal mode next to a seed.

    Parameters
    ----------
    background : the star, solved with `rtol` or better
    l : degree, at least 2
    seed : km^-1, a few percent off at most
    rtol : relative tolerance of the last integrations; Re omega is good to a fraction of it

    Raises
    ------
    ArithmeticError
        If an integration fails, or no root is found next to the seed.
    """

    def trial(omega: complex, tolerance: float) -> complex:
        function = RootFunction(background, l, Accuracy(tolerance))
        return complex(function(np.array([omega], dtype=np.complex128))[0])

    omega, slope = _root(trial, complex(seed), rtol, LOOSE)
    if abs(omega.imag) > FAINT * abs(omega.real):
        return omega
    function = RootFunction(background, l, Accuracy(rtol))
    damping = narrow_damping(function, np.array([omega.real]), np.array([slope]))
    return complex(omega.real, float(damping[0]))


def eigenvalue_from_seed(
    problem: OscillationProblem, background: Background, seed: float, rtol: float
) -> float:
    """Eigenvalue of a problem without damping next to a seed, in the parameter of the problem.

    Raises
    ------
    ArithmeticError
        If an integration fails, or no root is found next to the seed.
    """

    def trial(parameter: float, tolerance: float) -> float:
        count = mode_counts(problem, background, np.array([parameter]), tolerance)
        return float(np.sin(np.pi * count[0]))

    return _root(trial, seed, rtol, LOOSE_COUNT)[0]


def _root(
    trial: Callable[[Number, float], Number], seed: Number, rtol: float, loose: float
) -> tuple[Number, Number]:
    """Root next to a seed and the slope there, of a function of (parameter, tolerance)."""
    tried: list[tuple[Number, Number]] = []

    def loosely(parameter: Number) -> Number:
        value = trial(parameter, max(loose, rtol))
        tried.append((parameter, value))
        return value

    size = abs(seed)
    try:
        near = newton(
            loosely, seed, x1=seed * (1.0 + FIRST_STEP), tol=NEAR * size, maxiter=MOST_TRIALS
        )
        (before, first), (here, second) = tried[-2:]
        slope = (second - first) / (here - before)
        root = newton(
            lambda parameter: trial(parameter, rtol),
            near,
            fprime=lambda _: slope,
            tol=LAST_STEP * rtol * size,
            maxiter=MOST_TRIALS,
        )
    except RuntimeError as failure:  # how scipy says so
        raise ArithmeticError(f"no mode was found from the seed {seed:.6g}/km: {failure}") from None
    if not abs(root - seed) < FARTHEST * size:
        raise ArithmeticError(
            f"the mode found from the seed {seed:.6g}/km is another one, at {root:.6g}/km"
        )
    return root, slope
