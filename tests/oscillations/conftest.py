"""Stars on nodes for the pencils: integrated by the shooting solver, and from the engine."""

from functools import lru_cache

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from parode_core.collocation.elements import GRADED_RIGHT, mesh
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.nodal_star import NodeStar, node_star
from stellar.shooting.background import (
    central_start,
    pieces,
    solve_background,
    structure_rates,
)
from stellar.shooting.phase import mode_counts
from stellar.stars.collocation.background import solve_layout
from stellar.stars.collocation.layout import resolved_pieces
from stellar.stars.collocation.pieces import layouts

RTOL = 1e-13


@lru_cache(maxsize=64)
def shot_star(specs, h_c, size, basis="chebyshev-lobatto"):
    """Stars of these equations of state and central log-enthalpies on `size` nodes an element."""
    equations = [resolve(spec) for spec in specs]
    eos = pack(equations)
    h_c = torch.tensor(h_c, dtype=torch.float64)
    edges = h_c.unsqueeze(1) - eos.element_edges(h_c).flip(1)
    elements = edges.shape[1] - 1
    # eps(h) of most pieces is nearly singular just below their lower end
    grading = torch.full((elements,), GRADED_RIGHT)
    grid = mesh(edges, size, name=basis, grading=grading)
    ratios = [
        _ratios(one, float(top), grid.from_start[lane].numpy(), grid.lengths[lane].numpy())
        for lane, (one, top) in enumerate(zip(equations, h_c, strict=True))
    ]
    x_ratio, v_ratio = (torch.tensor(np.array(part)) for part in zip(*ratios, strict=True))
    segment = torch.arange(elements).flip(0).expand(len(equations), -1)
    # places of an equation of state that has fewer segments are never reached
    return NodeStar(grid, eos, segment.contiguous(), x_ratio, v_ratio)


def _ratios(eos, h_c, s, lengths):
    """X and V at s [element, node]."""
    x_start = 1e-5 * np.sqrt(h_c)
    state = np.array(central_start(eos, h_c, x_start))
    walk = list(pieces(eos, h_c))
    x_ratio, v_ratio = np.empty_like(s), np.empty_like(s)
    centre = walk[0].segment.evaluate(h_c)
    x_0 = 3.0 / (2.0 * np.pi * float(centre.eps + 3.0 * centre.p))
    v_0 = 4.0 * np.pi / 3.0 * float(centre.eps) * x_0
    live = [k for k in range(len(lengths)) if lengths[k] > 0.0]
    x_ratio[:], v_ratio[:] = x_0, v_0
    for element, piece in zip(live, walk, strict=True):
        inner = max(x_start, piece.x_inner)
        places = np.sqrt(s[element])
        solution = solve_ivp(
            lambda x, y, piece=piece: structure_rates(x, y[0], y[1], piece)[:2],
            (inner, piece.x_outer),
            state,
            method="DOP853",
            t_eval=np.clip(places, inner, piece.x_outer),
            rtol=RTOL,
            atol=1e-3 * RTOL * np.abs(state),
        )
        state = solution.y[:, -1]
        r, m = solution.y
        square = np.where(s[element] > 0.0, s[element], 1.0)
        x_ratio[element] = np.where(s[element] > 0.0, r**2 / square, x_0)
        v_ratio[element] = np.where(s[element] > 0.0, m / (r * square), v_0)
    return x_ratio, v_ratio


@pytest.fixture(scope="session")
def star_on_nodes():
    return shot_star


def shooting_counts(kind, spec, h_c, parameters, tolerance):
    """Counts of the shooting solver a relative `tolerance` below and above each parameter.

    The count rises through the integer n at the mode of order n, so that (n-, n+) encloses n.
    """
    star = solve_background(resolve(spec), h_c, 1e-12)
    trials = [value * (1.0 + sign * tolerance) for value in parameters for sign in (-1.0, 1.0)]
    counts = mode_counts(kind(star), star, np.array(trials), 1e-12)
    return counts.reshape(-1, 2)


@pytest.fixture(scope="session")
def counts_of_shooting():
    return shooting_counts


def engine_stars(eos, h_c, nodes):
    """The same kind of stars from the batched solver: (lanes, stars) by number of elements."""
    pieces_of_all = resolved_pieces(eos, h_c, torch.arange(h_c.shape[0]), nodes, 1e-11)
    return [
        (layout.lanes, node_star(solve_layout(eos, h_c, layout, nodes, 1e-13)))
        for layout in layouts(pieces_of_all, h_c.shape[0])
    ]


@pytest.fixture(scope="session")
def stars_of_engine():
    return engine_stars
