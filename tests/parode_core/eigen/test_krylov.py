"""Krylov spaces of many lanes: what they keep of an operator, and how they end."""

import pytest
import torch

from parode_core.eigen.krylov import krylov_space


def operator(values, seed):
    """A matrix with these eigenvalues and eigenvectors that are far from orthogonal."""
    size = len(values)
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(size, size, dtype=torch.float64, generator=generator)
    vectors = torch.eye(size, dtype=torch.float64) + 0.5 * torch.tril(noise, -1) / size**0.5
    return vectors @ torch.diag(values) @ torch.linalg.inv(vectors)


def start(size, lanes, seed=5):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(lanes, size, 2, dtype=torch.float64, generator=generator)


def test_largest_eigenvalues_come_first_and_to_rounding():
    # as of a vibrating body: 1/k^2
    values = -1.0 / torch.arange(1, 201, dtype=torch.float64) ** 2
    matrix = torch.stack([operator(values, seed) for seed in (1, 2)])
    _, small, _, _ = krylov_space(lambda f: matrix @ f, start(200, 2), 18)
    found = torch.linalg.eigvals(small).real.sort(dim=1).values
    for lane in range(2):
        assert found[lane, :8].tolist() == pytest.approx(values[:8].tolist(), rel=1e-10)


def test_basis_is_orthonormal_and_moments_are_kept():
    values = torch.linspace(0.1, 1.0, 60, dtype=torch.float64)
    matrix, first = operator(values, 3)[None], start(60, 1)
    q, small, drive, _ = krylov_space(lambda f: matrix @ f, first, 10)
    assert torch.allclose(q.mT @ q, torch.eye(20, dtype=torch.float64), atol=1e-12)
    whole, kept = first, drive
    for _ in range(9):
        assert torch.allclose(q @ kept, whole, rtol=1e-10, atol=1e-12)
        whole, kept = matrix @ whole, small @ kept


def test_a_space_that_is_exhausted_goes_on_with_zeros():
    values = torch.tensor([3.0, 2.0, 1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    matrix = torch.diag(values)[None]
    q, small, drive, _ = krylov_space(lambda f: matrix @ f, start(6, 1), 6)
    found = torch.linalg.eigvals(small[0]).real.sort(descending=True).values
    assert found[:3].tolist() == pytest.approx([3.0, 2.0, 1.0], rel=1e-12)
    assert found[3:].tolist() == pytest.approx([0.0] * 9, abs=1e-12)
    assert bool(q.isfinite().all() & drive.isfinite().all())


def test_what_leaves_the_space_is_told():
    values = torch.linspace(0.1, 1.0, 60, dtype=torch.float64)
    matrix = operator(values, 4)[None]
    q, small, _, beyond = krylov_space(lambda f: matrix @ f, start(60, 1), 7)
    generator = torch.Generator().manual_seed(6)
    y = torch.randn(1, 14, 3, dtype=torch.float64, generator=generator)
    left = matrix @ (q @ y) - q @ (small @ y)
    told = (beyond @ y[:, -2:]).norm(dim=1)
    assert torch.allclose(left.norm(dim=1), told, rtol=1e-11, atol=0.0)


def test_a_sketch_of_smooth_columns_is_enough():
    # strings of unequal density: functions of few Legendre coefficients, the first tell their size
    values = -1.0 / torch.arange(1, 201, dtype=torch.float64) ** 2
    fall = torch.exp(-0.2 * torch.arange(200, dtype=torch.float64))
    smooth = fall[:, None] * operator(values, 7) / fall[None, :]
    first = fall[:, None] * start(200, 1)
    few = torch.arange(150)
    q, small, drive, _ = krylov_space(lambda f: smooth @ f, first, 12, few)
    assert torch.allclose(q[:, few].mT @ q[:, few], torch.eye(24, dtype=torch.float64), atol=1e-11)
    found = torch.linalg.eigvals(small).real.sort(dim=1).values
    assert found[0, :4].tolist() == pytest.approx(values[:4].tolist(), rel=1e-9)
    whole, kept = first, drive
    for _ in range(11):
        assert torch.allclose(q @ kept, whole, rtol=1e-9, atol=1e-11)
        whole, kept = smooth @ whole, small @ kept


def test_values_found_long_ago_do_not_come_back():
    """Far apart, the largest are found at once: what is left of their columns is rounding."""
    values = 10.0 ** -torch.linspace(0.0, 6.0, 120, dtype=torch.float64)
    matrix = torch.diag(values).unsqueeze(0)
    _, small, _, _ = krylov_space(lambda f: matrix @ f, start(120, 1), 40)
    found = torch.linalg.eigvals(small).real.sort(dim=1, descending=True).values[0]
    assert found[:30].tolist() == pytest.approx(values[:30].tolist(), rel=1e-9)
