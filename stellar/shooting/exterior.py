"""Outgoing gravitational waves outside the star: the Zerilli function at the surface.

Chandrasekhar's transformation turns the Zerilli into the Regge-Wheeler function,

    Q = (kappa + 2 b^2 f) Z - 2 b Z',    Q'' + (omega^2 - V_RW) Q = 0,    ' = d/dr_*,

with b = 6 M, kappa = 4 n (n + 1), n = (l - 1)(l + 2)/2, f = (r - 2M)/(2 r^2 (n r + 3M)), and the
outgoing Q (time dependence e^{+i omega t}) is a power series about a finite radius a > 4 M,

    Q = (r/2M - 1)^{-2 i M omega} e^{-i omega r} sum_j a_j (1 - a/r)^j,

whose coefficients obey a four-term recurrence (Leins, Nollert & Soffel 1993). Its minimal
solution is found by Gaussian elimination to three terms and backward recurrence. A surface inside
5 M is reached from there by integrating the Regge-Wheeler equation inwards.

Z and Z' are returned for a wave whose amplitude at infinity is fixed, which makes them
holomorphic in omega (the ratio Z'/Z has poles) and gives the energy flux without cancellation:
for real omega the Wronskian Im(Z^* Z') is the same at the surface and at infinity. Units: km.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

EXPANSION_RADIUS = 5.0  # in M: the series converges beyond 4 M, geometrically well from here on
SLOW = 0.3  # omega times expansion radius below which that radius is moved outwards
LARGEST_ORDER = 60000
DIGITS = 38.0  # e-folds between the minimal and the dominant solution at the starting order


class OutgoingWave(NamedTuple):
    """Zerilli function at the stellar surface, shape of omega each.

    value : Z;  slope : dZ/dr_* in 1/km, for a wave of unit amplitude at infinity but for a factor
    (omega R)^l that keeps both of order one at low frequency
    wronskian : value_re slope_im - value_im slope_re for real omega (exact flux), km^-1
    """

    value: NDArray[np.complex128]
    slope: NDArray[np.complex128]
    wronskian: NDArray[np.float64]


def outgoing_wave(omega: NDArray, mass: float, radius: float, l: int) -> OutgoingWave:
    """Zerilli function and slope of a purely outgoing wave at the surface.

    Parameters
    ----------
    omega : (N,) angular frequencies, km^-1, Re omega > 0
    mass, radius : km, radius > 2 mass
    l : degree, at least 2

    Raises
    ------
    ArithmeticError
        If |omega| is so small, or so close to the imaginary axis, that the series would need more
        than `LARGEST_ORDER` terms.
    """
    waves = np.asarray(omega, dtype=np.complex128)
    q, q_slope = np.empty_like(waves), np.empty_like(waves)
    nearest = max(radius, EXPANSION_RADIUS * mass)
    slow = np.abs(waves) * nearest < SLOW
    for group in (slow, ~slow):
        if np.any(group):
            # the series needs about 100/(omega a) terms: slow waves are expanded far out
            start = max(nearest, SLOW / np.min(np.abs(waves[group])))
            wave = _regge_wheeler_at(start, waves[group], mass, l)
            if start > radius:
                wave = _integrate_inwards(*wave, waves[group], mass, start, radius, l)
            # one normalisation for all: the phase that the wave has at `nearest`
            way = start - nearest + 2.0 * mass * math.log((start - 2 * mass) / (nearest - 2 * mass))
            phase = np.exp(-1j * waves[group] * way)
            q[group], q_slope[group] = wave[0] * phase, wave[1] * phase
    scale = (waves * radius) ** l
    value, slope = _to_zerilli(q * scale, q_slope * scale, waves, mass, radius, l)
    # Im(Q^* Q') = (kappa^2 + 4 b^2 omega^2) Im(Z^* Z') and Im(Q^* Q') = -omega at infinity
    kappa, b = _chandrasekhar_constants(mass, l)
    real = waves.real
    wronskian = -real * (real * radius) ** (2 * l) / (kappa**2 + (2.0 * b * real) ** 2)
    return OutgoingWave(value, slope, wronskian)


def zerilli_to_metric(mass: float, radius: float, l: int) -> tuple[float, float, float]:
    """Coefficients (g, h, k) of K = g Z + Z' and H1 = h Z + k Z' at the surface.

    Lindblom & Detweiler (1983), appendix; r^l is taken out of H1 and K.
    """
    n = 0.5 * (l - 1) * (l + 2)
    r, m = radius, mass
    wide = n * r + 3.0 * m
    g = (n * (n + 1.0) * r * r + 3.0 * n * m * r + 6.0 * m * m) / (r * r * wide)
    h = (n * r * r - 3.0 * n * m * r - 3.0 * m * m) / (r * (r - 2.0 * m) * wide)
    return g, h, r / (r - 2.0 * m)


def _chandrasekhar_constants(mass: float, l: int) -> tuple[float, float]:
    n = 0.5 * (l - 1) * (l + 2)
    return 4.0 * n * (n + 1.0), 6.0 * mass


def _to_zerilli(q, q_slope, omega, mass: float, radius: float, l: int):
    """Invert Chandrasekhar's transformation; its determinant is kappa^2 + 4 b^2 omega^2."""
    kappa, b = _chandrasekhar_constants(mass, l)
    n = 0.5 * (l - 1) * (l + 2)
    f = (radius - 2.0 * mass) / (2.0 * radius**2 * (n * radius + 3.0 * mass))
    diagonal = kappa + 2.0 * b * b * f
    lower = 2.0 * b * omega**2 - 2.0 * b * f * (b * b * f + kappa)
    determinant = kappa**2 + 4.0 * b * b * omega**2
    return (
        (diagonal * q + 2.0 * b * q_slope) / determinant,
        (diagonal * q_slope - lower * q) / determinant,
    )


def _series_order(omega: NDArray[np.complex128], a: float) -> int:
    """Order at which the dominant solution has outgrown the minimal one by e^DIGITS.

    Both behave like exp(+-2 sqrt(2 i omega a j)) (Leins, Nollert & Soffel 1993).
    """
    rate = 4.0 * float(np.min(np.real(np.sqrt(2j * omega * a))))
    order = 50.0 + (DIGITS / rate) ** 2 if rate > 0.0 else math.inf
    if not order < LARGEST_ORDER:
        raise ArithmeticError(
            "an outgoing wave at this frequency needs too many terms: |omega| too small or "
            "damping too strong"
        )
    return int(order)


def _regge_wheeler_at(a: float, omega: NDArray[np.complex128], mass: float, l: int):
    """(Q, dQ/dr_*) at r = a for unit amplitude of sum_j a_j at infinity."""
    last = _series_order(omega, a)
    j = np.arange(last + 1, dtype=float)
    alpha = (1.0 - 2.0 * mass / a) * j * (j + 1.0)
    gamma_plain = (1.0 - 6.0 * mass / a) * j * (j - 1.0) + 6.0 * mass / a - l * (l + 1.0)
    delta = 2.0 * mass / a * (j - 3.0) * (j + 1.0)
    # beta_j = -2 [i omega a + (1 - 3M/a) j] j
    drift = -2.0 * (1.0 - 3.0 * mass / a)
    wave = -2j * omega * a
    betas = np.empty((last + 1, omega.size), dtype=np.complex128)
    gammas = np.empty_like(betas)
    betas[1] = wave + drift
    gammas[1] = gamma_plain[1]
    for k in range(2, last + 1):
        factor = delta[k] / gammas[k - 1]
        betas[k] = (wave + drift * k) * k - alpha[k - 1] * factor
        gammas[k] = gamma_plain[k] - betas[k - 1] * factor
    ratio = _asymptotic_ratio(alpha[last], betas[last], gammas[last])
    total = 1.0 + ratio
    for k in range(last - 1, 0, -1):
        ratio = -gammas[k] / (betas[k] + alpha[k] * ratio)
        total = 1.0 + ratio * total
    q = 1.0 / total
    # a_1/a_0 = a [Q_r/Q + i omega a/(a - 2M)] and d/dr_* = (1 - 2M/a) d/dr
    return q, q * ((1.0 - 2.0 * mass / a) * ratio / a - 1j * omega)


def _asymptotic_ratio(alpha: float, beta, gamma):
    """Root of alpha rho^2 + beta rho + gamma = 0 that belongs to the decaying solution."""
    root = np.sqrt(beta * beta - 4.0 * alpha * gamma)
    first, second = (-beta + root) / (2.0 * alpha), (-beta - root) / (2.0 * alpha)
    return np.where(np.abs(first) < np.abs(second), first, second)


def _integrate_inwards(q, q_slope, omega, mass: float, start: float, stop: float, l: int):
    """Carry (Q, dQ/dr_*) from `start` down to `stop` with the Regge-Wheeler equation."""
    squared = omega**2

    def rates(r, state):
        values, slopes = state.reshape(2, -1)
        lapse = 1.0 - 2.0 * mass / r
        barrier = lapse * (l * (l + 1.0) / r**2 - 6.0 * mass / r**3)
        return np.concatenate([slopes / lapse, (barrier - squared) * values / lapse])

    # each frequency enters at order one, so that none hides in the error norm of the others
    size = np.abs(q) + np.abs(q_slope) * mass
    state = np.concatenate([q / size, q_slope / size])
    first_step = min(0.05 * stop, start - stop)
    solution = solve_ivp(
        rates, (start, stop), state, method="DOP853", rtol=1e-13, atol=1e-15, first_step=first_step
    )
    if not solution.success:
        raise ArithmeticError(f"exterior integration failed: {solution.message}")
    values, slopes = solution.y[:, -1].reshape(2, -1)
    return values * size, slopes * size
