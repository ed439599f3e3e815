"""Stars cut in pieces are the same stars: Schwarzschild's (1916) sphere of constant density."""

import math

import pytest
import torch

from parode_core.collocation.elements import AFFINE, GRADED_LEFT, GRADED_RIGHT, mesh
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.cut_star import cut
from stellar.oscillations.nodal_star import NodeStar

DENSITY = 7.4261e-4  # eps, km^-2
COMPACTNESS = 0.3
H_C = math.log(
    2.0 * math.sqrt(1.0 - 2.0 * COMPACTNESS) / (3.0 * math.sqrt(1.0 - 2.0 * COMPACTNESS) - 1.0)
)


def ratios(s):
    """X and V where the log-enthalpy is h_c - s: 1 - 2m/r is (1 - fall)^2."""
    fall = 2.0 * math.sqrt(1.0 - 2.0 * COMPACTNESS) * math.exp(-H_C) * torch.expm1(s)
    square = fall * (2.0 - fall) / (8.0 * math.pi / 3.0 * DENSITY)
    x_ratio = torch.where(s > 0.0, square / s, math.nan)
    return x_ratio, 4.0 * math.pi / 3.0 * DENSITY * x_ratio


def sphere(gradings):
    """Spheres on two elements, [lane, 2], without the value at the very centre."""
    grading = torch.tensor(gradings)
    edges = torch.tensor([[0.0, 0.4, 1.0]] * len(gradings), dtype=torch.float64) * H_C
    grid = mesh(edges, 24, name="legendre-lobatto", grading=grading)
    x_ratio, v_ratio = ratios(grid.from_start)
    # the limit at the centre: eps + 3 p = eps (3 e^h - 2)
    centre = 3.0 / (2.0 * math.pi * DENSITY * (3.0 * math.exp(H_C) - 2.0))
    x_ratio = x_ratio.nan_to_num(nan=centre)
    v_ratio = 4.0 * math.pi / 3.0 * DENSITY * x_ratio
    eos = pack([resolve("constant-density:eps=1e15")] * len(gradings))
    return NodeStar(grid, eos, torch.zeros_like(grading), x_ratio, v_ratio)


@pytest.mark.parametrize("grading", [AFFINE, GRADED_LEFT, GRADED_RIGHT])
def test_pieces_of_a_sphere_lie_on_the_sphere(grading):
    star = sphere([[AFFINE, grading], [grading, AFFINE]])
    pieces = cut(cut(star, torch.ones(2, 2, dtype=torch.bool)), torch.eye(4).bool()[[0, 3]])
    assert pieces.mesh.elements == 5
    x_ratio, v_ratio = ratios(pieces.mesh.from_start)
    inside = x_ratio.isfinite()
    assert int((~inside).sum()) == 2  # the centres
    assert torch.allclose(pieces.x_ratio[inside], x_ratio[inside], rtol=1e-12, atol=0.0)
    assert torch.allclose(pieces.v_ratio[inside], v_ratio[inside], rtol=1e-12, atol=0.0)
    assert pieces.radius.tolist() == star.radius.tolist()


def test_a_star_with_fewer_cuts_is_the_same_in_company():
    star = sphere([[AFFINE, GRADED_RIGHT]] * 2)
    both = cut(star, torch.tensor([[True, False], [True, True]]))
    alone = cut(star.select(torch.tensor([0])), torch.tensor([[True, False]]))
    assert both.live.sum(dim=1).tolist() == [3, 4]
    assert torch.equal(both.mesh.edges[:1, :4], alone.mesh.edges)
    assert torch.equal(both.x_ratio[:1, :3], alone.x_ratio)
    assert both.radius[0] == alone.radius[0]
    assert both.compactness[0] == alone.compactness[0]
