"""Small matrices in the basis of a Krylov space, against NumPy and SciPy."""

import numpy as np
import pytest
import scipy.linalg
import torch

from parode_core.eigen.arnoldi import krylov_form


def complex_matrices(lanes, size, seed=1):
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(lanes, size, size, dtype=torch.complex128, generator=generator)
    return matrix, torch.randn(lanes, size, dtype=torch.complex128, generator=generator)


def test_with_all_vectors_it_is_the_matrix_in_another_basis():
    matrix, start = complex_matrices(3, 14)
    form = krylov_form(matrix, start)
    for lane in range(3):
        q, h = form.basis[lane].numpy().T, form.matrix[lane].numpy()
        assert np.abs(q.conj().T @ q - np.eye(14)).max() < 1e-13
        assert np.abs(np.tril(h, -2)).max() == 0.0
        assert np.abs(q @ h @ q.conj().T - matrix[lane].numpy()).max() < 1e-12
        assert np.abs(q[:, 0] * float(form.size[lane]) - start[lane].numpy()).max() < 1e-13


def test_up_to_signs_it_is_the_hessenberg_form_of_lapack():
    """Unique once the first vector is given, here the first unit vector."""
    matrix = complex_matrices(1, 10)[0]
    own = krylov_form(matrix, torch.eye(10, dtype=torch.complex128)[:1]).matrix[0]
    other = scipy.linalg.hessenberg(matrix[0].numpy())
    assert own.abs().numpy() == pytest.approx(np.abs(other), abs=1e-12)


def test_of_fewer_vectors_the_largest_eigenvalues_are_those_of_the_matrix():
    values = 1.0 / np.arange(1, 41) ** 2 * np.exp(0.3j * np.arange(40))
    vectors = np.eye(40) + 0.3 * np.tril(np.random.default_rng(2).normal(size=(40, 40)), -1) / 6
    matrix = torch.from_numpy(vectors @ np.diag(values) @ np.linalg.inv(vectors))[None]
    small = krylov_form(matrix, torch.ones(1, 40, dtype=torch.complex128), 18).matrix[0]
    found = np.linalg.eigvals(small.numpy())
    for value in values[:5]:
        assert np.abs(found - value).min() < 1e-9 * abs(value)


def test_a_space_that_is_exhausted_goes_on_with_zeros():
    matrix = torch.diag(torch.arange(6, dtype=torch.float64))[None]
    start = torch.zeros(1, 6, dtype=torch.float64)
    start[0, 4] = 2.0
    form = krylov_form(matrix, start, 3)
    assert form.matrix[0].tolist() == [[4.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert form.basis[0, 1:].abs().max() == 0.0


def test_a_lane_has_the_same_bits_wherever_it_stands():
    matrix, start = complex_matrices(2, 12)
    index = torch.arange(64) % 2
    whole = krylov_form(matrix[index], start[index], 9).matrix
    assert torch.equal(whole, whole[:2].repeat(32, 1, 1))
