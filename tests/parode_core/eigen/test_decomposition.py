"""Eigenvalues and eigenvectors of all lanes at once, as a GPU computes them, here on the CPU."""

import math

import numpy as np
import pytest
import torch

from parode_core.eigen import eigenpairs, eigenvalues, general_pencil

F64 = torch.float64
EPSILON = torch.finfo(F64).eps
needs_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def noise(*shape, seed=1, dtype=F64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def skewed(values, seed):
    """A matrix with these eigenvalues and eigenvectors that are far from orthogonal."""
    size = len(values)
    vectors = torch.eye(size, dtype=values.dtype)
    vectors = vectors + 0.5 * torch.tril(noise(size, size, seed=seed), -1) / size**0.5
    return vectors @ torch.diag(values) @ torch.linalg.inv(vectors)


def values_of(matrix):
    values, converged = eigenvalues(matrix[None], batched=True)
    assert converged.tolist() == [True]
    return values[0]


def distance(found, wanted):
    """The largest distance of two lists of numbers that belong together one by one."""
    left, worst = list(torch.as_tensor(wanted).tolist()), 0.0
    for value in found.tolist():
        nearest = min(left, key=lambda other: abs(other - value))
        worst = max(worst, abs(nearest - value))
        left.remove(nearest)
    return worst


def largest_residual(matrices, values, vectors):
    rest = matrices.to(values.dtype) @ vectors - vectors * values.unsqueeze(1)
    return float((rest.norm(dim=1) / matrices.flatten(1).norm(dim=1)[:, None]).max())


class TestKnownEigenvalues:
    @pytest.mark.parametrize("size", [1, 2, 3, 20, 50, pytest.param(110, marks=pytest.mark.slow)])
    def test_of_a_chain_of_equal_springs(self, size):
        chain = 2.0 * torch.eye(size, dtype=F64)
        for offset in (-1, 1):
            chain -= torch.diag(torch.ones(size - 1, dtype=F64), offset)
        k = torch.arange(1, size + 1, dtype=F64)
        exact = 2.0 - 2.0 * torch.cos(math.pi * k / (size + 1))
        found = values_of(chain)
        assert distance(found, exact) < 4.0 * size**0.5 * EPSILON
        assert (found.imag == 0.0).all()

    @pytest.mark.parametrize("size", [20, 50])
    def test_that_accumulate_at_zero(self, size):
        exact = -1.0 / torch.arange(1, size + 1, dtype=F64) ** 2
        matrices = torch.stack([skewed(exact, seed) for seed in (1, 2, 3)])
        values, converged = eigenvalues(matrices, batched=True)
        assert converged.all()
        for matrix, found in zip(matrices, values.real.sort(dim=1).values, strict=True):
            known = np.sort(np.linalg.eigvals(matrix.numpy()).real)
            assert distance(found, exact) < 2e-14
            assert found[:8].tolist() == pytest.approx(known[:8].tolist(), rel=1e-12)

    def test_of_unlike_sizes_in_rows_of_unlike_units(self):
        # powers of two as units change no digit of what is exact
        exact = 10.0 ** torch.linspace(-6, 6, 25, dtype=F64)
        plain = torch.triu(noise(25, 25, seed=4), 1) * 1e-7 + torch.diag(exact)
        units = torch.exp2(torch.arange(25, dtype=F64))
        found = values_of(plain * units[:, None] / units[None]).real.sort().values
        assert found.tolist() == pytest.approx(exact.tolist(), rel=1e-12)

    def test_that_lie_together(self):
        exact = torch.cat((-1.0 - 1e-6 * torch.arange(17, dtype=F64), torch.linspace(-0.9, 0, 20)))
        assert distance(values_of(skewed(exact, 5)), exact) < 1e-14

    def test_on_a_circle(self):
        # H is orthogonal: no shift of Wilkinson's moves it
        turn = torch.roll(torch.eye(24, dtype=F64), 1, 0)
        exact = torch.exp(2j * math.pi * torch.arange(24, dtype=F64) / 24)
        found = values_of(turn)
        assert distance(found, exact) < 1e-14
        assert distance(found, found.conj()) == 0.0

    def test_of_a_polynomial(self):
        # z (z^2 + 1) (z - 3) (z + 1/8): coefficients as in its companion matrix
        coefficients = np.poly([0.0, 1j, -1j, 3.0, -0.125]).real
        companion = torch.diag(torch.ones(4, dtype=F64), -1)
        companion[0] = -torch.from_numpy(coefficients[1:].copy())
        found = values_of(companion)
        assert distance(found, [0.0, 1j, -1j, 3.0, -0.125]) < 1e-14
        assert int((found.imag != 0.0).sum()) == 2

    def test_of_complex_matrices(self):
        exact = torch.polar(2.0 ** -torch.arange(30, dtype=F64), torch.arange(30, dtype=F64))
        assert distance(values_of(skewed(exact, 6)), exact) < 1e-14

    def test_that_have_too_few_vectors(self):
        block = torch.diag(torch.ones(5, dtype=F64), -1)
        other = block + 2.0 * torch.eye(6, dtype=F64)
        matrix = torch.block_diag(block, other, torch.tensor([[-7.0]], dtype=F64))
        turn = torch.linalg.qr(noise(13, 13, seed=7)).Q
        found = values_of(turn @ matrix @ turn.mT)
        # n equal ones are as uncertain as the n-th root of rounding
        uncertain = 4.0 * EPSILON ** (1 / 6)
        exact = [0.0] * 6 + [2.0] * 6 + [-7.0]
        assert distance(found, exact) < uncertain
        assert float(found.real.sum()) == pytest.approx(5.0, abs=1e-12)

    def test_of_nothing_and_of_one(self):
        zero = torch.zeros(3, 6, 6, dtype=F64)
        values, vectors, converged = eigenpairs(zero, batched=True)
        assert converged.all()
        assert (values == 0.0).all()
        assert torch.linalg.matrix_rank(vectors).tolist() == [6, 6, 6]
        one = torch.eye(6, dtype=F64).expand(2, 6, 6)
        assert (eigenvalues(one, batched=True)[0] == 1.0).all()
        empty, converged = eigenvalues(zero[:0], batched=True)
        assert empty.shape == (0, 6)
        assert converged.shape == (0,)


class TestAgainstLapack:
    @pytest.mark.parametrize("dtype", [F64, torch.complex128])
    @pytest.mark.parametrize("size", [7, 40])
    def test_random_matrices_have_its_eigenvalues(self, size, dtype):
        matrices = noise(20, size, size, seed=8, dtype=dtype)
        found, vectors, converged = eigenpairs(matrices, batched=True)
        assert converged.all()
        assert largest_residual(matrices, found, vectors) < 50.0 * EPSILON
        for matrix, values in zip(matrices, found, strict=True):
            known = np.linalg.eigvals(matrix.numpy())
            assert distance(values, known) < 1e-12 * abs(known).max()
            if not dtype.is_complex:
                assert int((values.imag == 0.0).sum()) == int((known.imag == 0.0).sum())

    def test_vectors_of_zero_that_is_there_many_times_span_its_space(self):
        exact = torch.cat((torch.tensor([3.0, 2.0, 1.0], dtype=F64), torch.zeros(9, dtype=F64)))
        matrix = skewed(exact, 9)[None]
        values, vectors, converged = eigenpairs(matrix, batched=True)
        assert converged.all()
        assert largest_residual(matrix, values, vectors) < 50.0 * EPSILON
        # what they are for: functions of the matrix
        again = vectors @ torch.diag_embed(values) @ torch.linalg.inv(vectors)
        assert torch.allclose(again.real, matrix, rtol=0.0, atol=1e-11)

    def test_vectors_of_pairs_are_pairs_and_those_of_real_values_are_real(self):
        values, vectors, _ = eigenpairs(noise(4, 15, 15, seed=10), batched=True)
        for lane in range(4):
            real = values[lane].imag == 0.0
            assert (vectors[lane][:, real].imag == 0.0).all()
            for k in (values[lane].imag > 0.0).nonzero()[:, 0].tolist():
                (partner,) = (values[lane] == values[lane, k].conj()).nonzero()[:, 0].tolist()
                assert torch.equal(vectors[lane][:, partner], vectors[lane][:, k].conj())

    def test_on_the_cpu_it_is_lapack_unless_told(self):
        matrices = noise(3, 9, 9, seed=11)
        values, vectors, _ = eigenpairs(matrices)
        known = torch.linalg.eig(matrices)
        assert torch.equal(values, known.eigenvalues)
        assert torch.equal(vectors, known.eigenvectors)
        assert torch.equal(eigenvalues(matrices)[0], torch.linalg.eigvals(matrices))


class TestLanes:
    def test_a_lane_has_the_same_bits_in_any_company(self):
        matrices = torch.stack([skewed(1.0 / torch.arange(1, 13, dtype=F64), k) for k in range(70)])
        whole = eigenpairs(matrices, batched=True)
        for chosen in ([3], [69, 3, 20], list(range(69, -1, -1))):
            for part, all_of_it in zip(
                eigenpairs(matrices[chosen], batched=True), whole, strict=True
            ):
                assert torch.equal(part, all_of_it[chosen])

    def test_a_lane_that_does_not_converge_says_so_and_changes_no_other(self):
        matrices = noise(5, 8, 8, seed=12)
        clean = eigenpairs(matrices, batched=True)
        matrices[2, 1, 4] = torch.nan
        spoilt = eigenpairs(matrices, batched=True)
        assert spoilt[2].tolist() == [True, True, False, True, True]
        assert spoilt[0][2].isnan().all()
        assert spoilt[1][2].isnan().all()
        for part, known in zip(spoilt, clean, strict=True):
            assert torch.equal(part[[0, 1, 3, 4]], known[[0, 1, 3, 4]])


class TestOnGPU:
    pytestmark = needs_gpu

    def test_eigenpairs_equal_those_of_the_cpu(self):
        matrices = torch.stack(
            [skewed(-1.0 / torch.arange(1, 61, dtype=F64) ** 2, k) for k in range(257)]
        )
        values, vectors, converged = eigenpairs(matrices.cuda())
        assert values.device.type == vectors.device.type == converged.device.type == "cuda"
        assert converged.all()
        assert largest_residual(matrices, values.cpu(), vectors.cpu()) < 50.0 * EPSILON
        known = eigenvalues(matrices)[0].real.sort(dim=1).values
        assert torch.allclose(values.cpu().real.sort(dim=1).values, known, rtol=0.0, atol=2e-14)

    def test_pencils_equal_those_of_the_cpu(self):
        a, b = noise(70, 20, 20, seed=13), noise(70, 20, 20, seed=14)
        found = general_pencil(a.cuda(), b.cuda(), 0.3 + 2.0j, vectors=True, left=True)
        known = general_pencil(a, b, 0.3 + 2.0j, vectors=True, left=True)
        assert torch.equal(found.status.cpu(), known.status)
        for lane in range(70):
            wanted = known.values[lane]
            assert distance(found.values[lane].cpu(), wanted) < 1e-9 * float(wanted.abs().max())
