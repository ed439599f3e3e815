"""Outgoing waves of a Schwarzschild exterior to thirty digits, by another equation and method.

The Regge-Wheeler function is a series about a radius a >= 6 M whose coefficients obey a four-term
recurrence (Leins, Nollert & Soffel 1993); its minimal solution comes from Gaussian elimination to
three terms and backward recurrence. From a it is taken to the surface by power series of the
differential equation, and turned into the Zerilli function by Chandrasekhar's transformation.
Units R = 1, time dependence e^{+i omega t}.
"""

from functools import lru_cache

import mpmath
import pytest
from mpmath import mpc, mpf

DIGITS = 28
TERMS = 90  # of the power series; the steps are 0.3 of their radius of convergence


@lru_cache(maxsize=256)
def logarithmic_derivative(omega, compactness, l):
    """(dZ/dr_*)/Z of the outgoing Zerilli function at r = 1."""
    with mpmath.workdps(DIGITS):
        omega, mass = mpc(omega), mpf(compactness)
        start = max(mpf(1), 6 * mass, mpf("0.3") / abs(omega))
        value, slope = mpf(1), _series(omega, mass, l, start)
        while start > 1:
            step = -min((start - 2 * mass) * mpf("0.3"), start - 1)
            value, slope = _advanced(omega, mass, l, start, step, value, slope)
            start += step
        return _zerilli(slope * (1 - 2 * mass) / value, omega, mass, l)


def _series(omega, mass, l, a):
    """(dQ/dr)/Q at r = a of the outgoing Regge-Wheeler function."""
    rate = 4 * mpmath.re(mpmath.sqrt(2j * omega * a))
    order = int(150 + (60 / rate) ** 2)
    rows = []
    for j in range(1, order + 1):
        alpha = (1 - 2 * mass / a) * j * (j + 1)
        beta = -2 * (1j * omega * a + (1 - 3 * mass / a) * j) * j
        gamma = (1 - 6 * mass / a) * j * (j - 1) + 6 * mass / a - l * (l + 1)
        if rows:
            ratio = (2 * mass / a) * (j - 3) * (j + 1) / rows[-1][2]
            beta, gamma = beta - ratio * rows[-1][0], gamma - ratio * rows[-1][1]
        rows.append((alpha, beta, gamma))
    quotient = mpc(0)
    for alpha, beta, gamma in reversed(rows):
        quotient = -gamma / (beta + alpha * quotient)
    return quotient / a - 1j * omega * a / (a - 2 * mass)


def _advanced(omega, mass, l, r, step, value, slope):
    """Q and dQ/dr at r + step, from r^2 (r-2M)^2 Q'' + 2M r (r-2M) Q' + [...] Q = 0."""
    m, ll = mass, l * (l + 1)
    second = _about(r, [0, 0, 4 * m * m, -4 * m, 1])
    first = _about(r, [0, -4 * m * m, 2 * m])
    # omega^2 r^4 - (r - 2M)(ll r - 6M)
    zeroth = _about(r, [-12 * m * m, 6 * m + 2 * m * ll, -ll, 0, omega * omega])
    terms = [value, slope]
    for n in range(TERMS):
        total = mpc(0)
        for i in range(1, 5):
            if n - i >= 0:
                total += second[i] * (n - i + 2) * (n - i + 1) * terms[n - i + 2]
        for i in range(3):
            if n - i >= 0:
                total += first[i] * (n - i + 1) * terms[n - i + 1]
        for i in range(5):
            if n - i >= 0:
                total += zeroth[i] * terms[n - i]
        terms.append(-total / (second[0] * (n + 2) * (n + 1)))
    powers = [step**k for k in range(len(terms))]
    change = sum(k * terms[k] * powers[k - 1] for k in range(1, len(terms)))
    return sum(t * p for t, p in zip(terms, powers, strict=True)), change


def _about(r, coefficients):
    """Coefficients in x - r of a polynomial in x."""
    size = len(coefficients)
    return [
        sum(coefficients[k] * mpmath.binomial(k, i) * r ** (k - i) for k in range(i, size))
        for i in range(size)
    ]


def _zerilli(q, omega, mass, l):
    """Z'/Z from q = Q'/Q at r = 1 (Chandrasekhar 1983, sec. 26)."""
    n = mpf((l - 1) * (l + 2)) / 2
    f = (1 - 2 * mass) / (2 * (n + 3 * mass))
    b, kappa = 6 * mass, 4 * n * (n + 1)
    diagonal = kappa + 2 * b * b * f
    lower = 2 * b * omega**2 - 2 * b * f * (b * b * f + kappa)
    return (diagonal * q - lower) / (diagonal - (-2 * b * q))


@pytest.fixture(scope="session")
def outgoing_reference():
    return logarithmic_derivative
