"""Radial profiles of a star, from the centre to the surface, for storage and pictures."""

import math

import numpy as np
from numpy.typing import NDArray

from stellar.shooting.background import Background, central_start, start_x, structure_rates
from stellar.shooting.path import Piece

POINTS_PER_PIECE = 40


def radial_profile(background: Background) -> dict[str, NDArray[np.float64]]:
    """Structure on a grid in x = sqrt(h_c - h), with both sides of every break.

    Returns
    -------
    dict of arrays of one length: `h` (1), `r`, `m` (km), `nu`, `lam` (1), `p`, `eps` (km^-2),
    `cs2_equilibrium`, `delta` (c = 1)
    """
    columns: dict[str, list[float]] = {name: [] for name in _NAMES}
    state = None
    for piece in background.pieces:
        x, states = _integrate(background, piece, state)
        state = states[-1]
        for x_k, (r, m) in zip(x, states, strict=True):
            h = piece.log_enthalpy(x_k)
            thermo = piece.segment.evaluate(h)
            nu = math.log1p(-2.0 * background.compactness) - 2.0 * h
            row = (h, r, m, nu, -math.log1p(-2.0 * m / r), *map(float, thermo))
            for name, value in zip(_NAMES, row, strict=True):
                columns[name].append(value)
    return {name: np.array(values) for name, values in columns.items()}


_NAMES = ("h", "r", "m", "nu", "lam", "p", "eps", "cs2_equilibrium", "delta")


def _integrate(background: Background, piece: Piece, state):
    x_inner = piece.x_inner
    if state is None:
        x_inner = start_x(background.eos, background.h_c)
        state = np.array(central_start(background.eos, background.h_c, x_inner))
    return piece.walk(
        lambda x, y: structure_rates(x, y[0], y[1], piece)[:2],
        (x_inner, piece.x_outer),
        state,
        rtol=background.rtol,
        atol=1e-3 * background.rtol * np.abs(state),
        points=POINTS_PER_PIECE,
    )
