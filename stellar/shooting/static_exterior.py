"""Static perturbations of empty space around a star, without cancellation at any compactness.

With u = 2M/r the decaying solutions of degree l are hypergeometric series of positive terms:

    electric tide      H_decay  = r^(-l-1) (1-u)^(-1) 2F1(l+1, l-1; 2l+2; u)
    magnetic tide      h0_decay = r^(-l)              2F1(l-1, l+2; 2l+2; u)
    Legendre, degree 2 Q_2^2 = (8/5) (M/r)^3 (1-u)^(-1)   2F1(3, 1; 6; u)
                       Q_2^1 = (2/5) (M/r)^3 (1-u)^(-1/2) 2F1(3, 2; 6; u)

with x = r/M - 1 the argument of Q and the sign of Hartle & Thorne (1968), Q_2^1 = -sqrt(x^2-1)
dQ_2/dx. The logarithms of the usual closed forms agree to their leading powers of M/r and cancel.
(Binnington & Poisson 2009, eq. 4.4; Abramowitz & Stegun 1964, eq. 8.1.3 with 15.3.3)
"""

import math

MAX_SERIES_TERMS = 5000


def hypergeometric(a: int, b: int, c: int, u: float) -> tuple[float, float]:
    """2F1(a, b; c; u) and its derivative with respect to u, summed until nothing changes.

    Raises
    ------
    ArithmeticError
        If the series has not converged after MAX_SERIES_TERMS terms (u too close to 1).
    """
    term, total, slope = 1.0, 1.0, 0.0
    for k in range(MAX_SERIES_TERMS):
        ratio = (a + k) * (b + k) / ((c + k) * (k + 1.0)) if (a + k) * (b + k) else 0.0
        slope += term * ratio * (k + 1.0)
        term *= ratio * u
        total += term
        if abs(term) * (k + 2.0) <= 1e-17 * abs(total):
            return total, slope
    raise ArithmeticError(f"the exterior series did not converge at 2M/R = {u}")


def legendre_q22(compactness: float) -> float:
    """Q_2^2(R/M - 1) at M/R = compactness."""
    u = 2.0 * compactness
    return 1.6 * compactness**3 / (1.0 - u) * hypergeometric(3, 1, 6, u)[0]


def legendre_q21(compactness: float) -> float:
    """Q_2^1(R/M - 1) at M/R = compactness, positive."""
    u = 2.0 * compactness
    return 0.4 * compactness**3 / math.sqrt(1.0 - u) * hypergeometric(3, 2, 6, u)[0]
