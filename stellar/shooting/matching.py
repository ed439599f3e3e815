"""Matching of interior and exterior: a pole-free root function, narrow damping, eigenfunctions.

With o_1, o_2 regular at the centre and s_Z, s_Z', s_V regular at the surface (`full_gr.Columns`),
a mode is a root of

    F(omega) = Z D_0 + Z' D_1,   D_0 = det[o_1, o_2, s_Z, s_V],  D_1 = det[o_1, o_2, s_Z', s_V],

D_0 and D_1 real-analytic in omega^2, (Z, Z') the outgoing wave. F has no poles in Re omega > 0.

When a mode radiates little, D_0 and D_1 nearly vanish together and Im omega drowns in their
rounding. Then turn (Z, Z') by the constant phase that makes F' real: the real part gives a real
root with right and left null vectors x and y, and to first order, with no difference taken,

    Im omega = - x_Z (y . s_v) / (y . M' x),   y . s_v = Im(Z^* Z') (y . tau),

where Im(Z^* Z') is the energy flux, known exactly from infinity. Units: km, G = c = 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.shooting.background import Background
from stellar.shooting.exterior import outgoing_wave
from stellar.shooting.full_gr import Accuracy, sample_columns, solve_columns, tangential_row
from stellar.shooting.march import Matter, Vector
from stellar.shooting.roots import DIFFERENCE


@dataclass(frozen=True)
class Matching:
    """Matching columns and exterior wave at N frequencies.

    columns : (N, 4, 5) with the columns (o_1, o_2, s_Z, s_Z', s_V), rows scaled to order one
    value, slope : (N,) Z/R and Z' of the outgoing wave;  flux : (N,) Im(Z^* Z')/R for real omega
    """

    columns: NDArray
    value: NDArray[np.complex128]
    slope: NDArray[np.complex128]
    flux: NDArray[np.float64]

    def root_function(self) -> NDArray[np.complex128]:
        """F at each frequency, (N,)."""
        without = np.linalg.det(self.columns[:, :, [0, 1, 2, 4]])
        with_slope = np.linalg.det(self.columns[:, :, [0, 1, 3, 4]])
        return self.value * without + self.slope * with_slope

    def turned(self, phase: NDArray[np.float64]) -> NDArray[np.float64]:
        """Real matching matrices (N, 4, 4) of the wave turned by e^{-i phase}."""
        turn = np.exp(-1j * phase)
        value, slope = (self.value * turn).real, (self.slope * turn).real
        columns = self.columns
        outside = value[:, None] * columns[:, :, 2] + slope[:, None] * columns[:, :, 3]
        return np.stack([columns[:, :, 0], columns[:, :, 1], outside, columns[:, :, 4]], axis=2)


@dataclass(frozen=True)
class RootFunction:
    """F(omega) of one star and degree at one accuracy; calling it integrates the star once."""

    background: Background
    l: int
    accuracy: Accuracy

    def matching(self, omega: NDArray) -> Matching:
        """Integrate all frequencies together, (N,) real or complex, km^-1."""
        star = self.background
        solution = solve_columns(star, self.l, omega, self.accuracy)
        wave = outgoing_wave(omega, star.mass, star.radius, self.l)
        columns = np.concatenate([solution.centre, solution.surface], axis=1)
        columns = np.moveaxis(columns, 2, 0)
        columns[:, 2, :] /= star.radius**2
        return Matching(columns, wave.value / star.radius, wave.slope, wave.wronskian / star.radius)

    def __call__(self, omega: NDArray) -> NDArray[np.complex128]:
        """F at frequencies (N,), real or complex, km^-1."""
        return self.matching(omega).root_function()


def narrow_damping(
    function: RootFunction, omega: NDArray[np.float64], slopes: NDArray[np.complex128]
) -> NDArray[np.float64]:
    """Im omega of weakly damped modes by null vectors and flux, relative error about Im/Re.

    Parameters
    ----------
    omega : (N,) real parts of converged roots, km^-1
    slopes : (N,) F' there
    """
    offset = DIFFERENCE * omega
    points = np.concatenate([omega - offset, omega, omega + offset])
    matching = function.matching(points)
    matrices = matching.turned(np.tile(np.angle(slopes), 3))
    before, here, after = np.split(matrices, 3)
    derivative = (after - before) / (2.0 * offset)[:, None, None]
    middle = slice(omega.size, 2 * omega.size)
    left, _, right = np.linalg.svd(here)
    x, y = right[:, -1, :], left[:, :, -1]
    turn = np.exp(-1j * np.angle(slopes))
    value = (matching.value[middle] * turn).real
    slope = (matching.slope[middle] * turn).real
    on_value = np.einsum("ni,ni->n", y, matching.columns[middle, :, 2])
    on_slope = np.einsum("ni,ni->n", y, matching.columns[middle, :, 3])
    # y is orthogonal to value s_Z + slope s_Z', hence (on_value, on_slope) = tau (-slope, value)
    tau = (value * on_slope - slope * on_value) / (value**2 + slope**2)
    return -x[:, 2] * matching.flux[middle] * tau / np.einsum("ni,nij,nj->n", y, derivative, x)


@dataclass(frozen=True)
class Eigenfunction:
    """One mode along the star from the centre to the surface, arrays as long as `points`.

    H1, K, W, P : the unknowns of `full_gr`, r^l removed, scaled to a largest |W| of one
    V : tangential displacement times omega^2, which says in what sense a zero of W is crossed
    """

    points: tuple[Matter, ...]
    H1: Vector
    K: Vector
    W: Vector
    P: Vector
    V: Vector


def eigenfunctions(function: RootFunction, omega: Vector) -> list[Eigenfunction]:
    """Real standing modes nearest to weakly damped ones, at their real frequencies (N,), km^-1."""
    star = function.background
    inner, outer = sample_columns(star, function.l, omega, function.accuracy)
    wave = outgoing_wave(omega, star.mass, star.radius, function.l)
    turn = np.exp(-1j * np.angle(wave.value))
    value, slope = np.abs(wave.value) / star.radius, (wave.slope * turn).real
    exterior = value * outer.columns[:, :, 0] + slope * outer.columns[:, :, 1]
    outside = np.stack([exterior, outer.columns[:, :, 2]], axis=2)
    points = inner.points + outer.points
    modes = []
    for k in range(omega.size):
        unknowns = _join(inner.columns[..., k], outside[..., k], star.radius)
        tangential = [
            tangential_row(here, function.l, omega[k] ** 2) @ row
            for here, row in zip(points, unknowns, strict=True)
        ]
        metric_h1, metric_k, w, p = unknowns.T
        modes.append(Eigenfunction(points, metric_h1, metric_k, w, p, np.array(tangential)))
    return modes


def _join(inside: NDArray, outside: NDArray, radius: float) -> NDArray:
    """(n, 4): the combination of columns whose two sides agree best at the matching point."""
    matrix = np.concatenate([inside[-1], -outside[0]], axis=1)
    matrix[2] /= radius**2
    size = np.linalg.norm(matrix, axis=0)
    x = np.linalg.svd(matrix / size)[2][-1] / size
    mode = np.concatenate([inside @ x[:2], outside @ x[2:]])
    return mode / mode[np.argmax(np.abs(mode[:, 2])), 2]
