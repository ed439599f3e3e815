"""What the nodes of solved stars tell beyond their quantities: stability and radial profiles."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stellar.oscillations.nodal_star import node_star
from stellar.oscillations.radial_pencil import radial_spectrum
from stellar.parode.trials import COPIES, ROOM
from stellar.stars.collocation.nodal_star import NodalStar

Nodal = Sequence[tuple[Tensor, NodalStar]]


def stability(nodal: Nodal, asked: Sequence[bool]) -> list[bool | None]:
    """Whether each star has no unstable radial mode, by its fundamental one.

    asked : the stars whose mode is computed; the others lie on stable branches

    Returns
    -------
    None for a star that has no such mode.
    """
    stable: list[bool | None] = [None if flag else True for flag in asked]
    for lanes, star in nodal:
        wanted = [place for place, lane in enumerate(lanes.tolist()) if asked[lane]]
        at_once = max(1, ROOM // (COPIES * star.mesh.elements * star.mesh.basis.size**2))
        for start in range(0, len(wanted), at_once):
            part = wanted[start : start + at_once]
            chosen = node_star(star.select(torch.tensor(part, device=lanes.device)))
            fundamental = radial_spectrum(chosen, 1).omega_squared[:, 0].tolist()
            for place, omega_squared in zip(part, fundamental, strict=True):
                unknown = math.isnan(omega_squared)  # incompressible matter has no radial modes
                stable[int(lanes[place])] = None if unknown else omega_squared > 0.0
    return stable


def radial_profiles(nodal: Nodal) -> dict[int, dict[str, NDArray[np.float64]]]:
    """Structure on the nodes of each star, by its lane, from the centre to the surface.

    Returns
    -------
    dicts of arrays of one length: `h` (1), `r`, `m` (km), `nu`, `lam` (1), `p`, `eps` (km^-2),
    `cs2_equilibrium`, `delta` (c = 1)
    """
    profiles = {}
    for lanes, star in nodal:
        columns = _columns(star)
        real = (star.mesh.lengths > 0.0).expand(star.h_c.shape[0], -1)
        for place, lane in enumerate(lanes.tolist()):
            profiles[lane] = {
                name: values[place, real[place]].flatten().cpu().numpy()
                for name, values in columns.items()
            }
    return profiles


def _columns(star: NodalStar) -> dict[str, Tensor]:
    surface = torch.log1p(-2.0 * star.compactness)[:, None, None]
    return {
        "h": star.h,
        "r": star.radii,
        "m": star.radii * star.s * star.V,
        "nu": surface - 2.0 * star.h,
        "lam": -torch.log(star.room),
        "p": star.p,
        "eps": star.eps,
        "cs2_equilibrium": star.ce2,
        "delta": star.delta,
    }
