"""What is left free inside elements: both ways span the same solutions."""

import pytest
import torch

from parode_core.elimination.interior import ByBorder, ByNullSpace

LANES, ELEMENTS, COMPONENTS, NODES = 3, 4, 2, 9


def random(*shape, seed):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("large", [1.0, 1e6])
def test_a_border_leaves_the_solutions_of_the_null_space_free(large):
    unknowns = COMPONENTS * NODES
    sizes = torch.ones(LANES, COMPONENTS, dtype=torch.float64)
    sizes[:, 1] = large
    # rows of a system whose second component is large
    whole = sizes.repeat_interleave(NODES, dim=1)
    local = random(LANES, ELEMENTS, unknowns, unknowns, seed=1) / whole[:, None, None]
    behind = torch.arange(unknowns).view(COMPONENTS, NODES)[:, 1:].flatten()
    rows = local[:, :, behind]
    by_border, by_null_space = ByBorder(rows, whole), ByNullSpace(local, sizes)
    assert not by_border.singular.any()
    assert (rows @ by_border.response).abs().max() < 1e-12
    # Z of one is Z of the other times a matrix that is well conditioned
    scaled, basis = (part.response / whole[:, None, :, None] for part in (by_border, by_null_space))
    mixed = basis.mT @ scaled
    assert (basis @ mixed - scaled).abs().max() < 1e-11 * scaled.abs().max()
    assert torch.linalg.cond(mixed).max() < 1e3
    load = random(LANES, ELEMENTS, rows.shape[2], seed=2)
    met = (rows @ by_border.particular(load).unsqueeze(3)).squeeze(3)
    assert torch.allclose(met, load, rtol=0.0, atol=1e-11)


def test_an_empty_row_is_singular_for_its_lane_alone():
    rows = random(2, 1, 4, 6, seed=3)
    rows[1, :, 2] = 0.0
    assert ByBorder(rows, torch.ones(1, 6, dtype=torch.float64)).singular.tolist() == [False, True]
