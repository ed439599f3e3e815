"""Radial pencils against published frequencies, the shooting solver and the turning point."""

import math

import pytest
import torch
from scipy.optimize import brentq

from parode_core import Status
from parode_core.eigen import differentiable_eigenvalues, symmetric_pencil
from stellar.constants import HZ_PER_INVERSE_KM
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.radial_pencil import radial_modes_of, radial_pencil, radial_spectrum
from stellar.shooting.background import solve_background
from stellar.shooting.radial import RadialProblem

BU0 = "polytrope:gamma=2,K=100"
BU0_H_C = math.log1p(2.0 * 100.0 * 1.28e-3)
BU0_PRINTED = [1442.5130, 3954.0490, 5914.8959, 7773.7533, 9587.591]  # Hz


def test_benchmark_star_bu0(star_on_nodes):
    found = radial_spectrum(star_on_nodes((BU0,), (BU0_H_C,), 20), 5)
    frequencies = found.omega_squared[0].sqrt() * HZ_PER_INVERSE_KM
    assert frequencies[:4].tolist() == pytest.approx(BU0_PRINTED[:4], abs=6e-5)
    assert float(frequencies[4]) == pytest.approx(BU0_PRINTED[4], abs=6e-4)
    assert found.order[0].tolist() == [0, 1, 2, 3, 4]
    assert found.status[0].tolist() == [Status.OK] * 5


def test_benchmark_star_bu0_from_the_engine(stars_of_engine):
    h_c = torch.tensor([BU0_H_C], dtype=torch.float64)
    ((_, star),) = stars_of_engine(pack([resolve(BU0)]), h_c, 20)
    frequencies = radial_spectrum(star, 5).omega_squared[0].sqrt() * HZ_PER_INVERSE_KM
    assert frequencies.tolist() == pytest.approx(BU0_PRINTED, rel=1e-7)


@pytest.mark.parametrize(
    ("spec", "h_c", "nodes"),
    [
        (BU0, BU0_H_C, 20),
        ("energy-polytrope:n=1.5,K=100", 0.15, 20),
        ("energy-polytrope:n=0.6,K=100", 0.2, 20),
        ("pp:SLy", 0.25, 16),
        ("energy-polytrope:n=1,K=100,gamma1=1.1x", 0.25, 20),
        ("css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8", 0.3, 16),
        ("mit:B=60", 0.2, 20),
    ],
)
def test_the_shooting_solver_counts_the_same_modes(
    spec, h_c, nodes, star_on_nodes, counts_of_shooting
):
    found = radial_spectrum(star_on_nodes((spec,), (h_c,), nodes), 3, tolerance=1e-4)
    assert found.status[0].tolist() == [Status.OK] * 3
    counts = counts_of_shooting(RadialProblem, spec, h_c, found.omega_squared[0].tolist(), 2e-8)
    for n, (below, above) in enumerate(counts):
        assert below < n < above


def test_convergence_is_spectral(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_H_C,), 24)
    exact = radial_modes_of(star, 28).values[0, :3]
    errors = [
        float((radial_modes_of(star, size).values[0, :3] / exact - 1.0).abs().max())
        for size in (8, 12, 16)
    ]
    assert errors[1] < 2e-3 * errors[0]
    assert errors[2] < 2e-3 * errors[1] < 1e-10


def test_eigenfunctions_have_as_many_nodes_as_their_order(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_H_C,), 20)
    functions = radial_modes_of(star, 20).functions(torch.arange(6).unsqueeze(0))[0, 0]
    zeros = (functions[1:] * functions[:-1] < 0.0).sum(dim=0)
    assert zeros.tolist() == [0, 1, 2, 3, 4, 5]


def test_the_reported_error_covers_the_error(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_H_C,), 24)
    fine = radial_spectrum(star, 5, size=28)
    rough = radial_spectrum(star, 5, size=12, tolerance=1e-2)
    error = (rough.omega_squared - fine.omega_squared).abs()
    assert bool((error <= rough.errors).all())
    strict = radial_spectrum(star, 5, size=12, tolerance=1e-6)
    assert strict.status[0].tolist() == [Status.OK] * 2 + [Status.ACCURACY_NOT_REACHED] * 3
    assert torch.isnan(strict.omega_squared[0, 2:]).all()


def test_fundamental_mode_is_marginal_exactly_at_the_maximum_mass(star_on_nodes):
    spec = "energy-polytrope:n=0.8,K=100"
    eos = resolve(spec)
    turning = brentq(lambda h: solve_background(eos, h).mass_slope, 0.3, 0.9, xtol=1e-13)
    h_c = (turning * (1.0 - 1e-4), turning, turning * (1.0 + 1e-4))
    below, at, above = (
        radial_spectrum(star_on_nodes((spec,) * 3, h_c, 24), 1).omega_squared[:, 0].tolist()
    )
    assert below > 0.0 > above
    # omega_0^2 in units of its slope is the distance from the root in ln h_c
    assert abs(at) / (below - above) * 2e-4 < 1e-9


def test_derivative_by_the_frozen_index_agrees_with_differences(star_on_nodes):
    """d omega^2 / d Gamma_1 at fixed background, through autograd."""
    star = star_on_nodes(("energy-polytrope:n=1,K=100",), (0.2,), 16)

    def squares(factor):
        frozen = type(star)(
            star.mesh, star.eos.with_index(factor, True), star.segment, star.x_ratio, star.v_ratio
        )
        a, b = radial_pencil(frozen, 14)
        right = symmetric_pencil(a.detach(), b.detach(), vectors=True).right
        return differentiable_eigenvalues(a, b, right[:, :, :3])[0]

    factor = torch.tensor([1.1], dtype=torch.float64, requires_grad=True)
    slopes = torch.autograd.functional.jacobian(squares, factor)[:, 0]
    step = 1e-4
    with torch.no_grad():
        differences = (squares(factor + step) - squares(factor - step)) / (2.0 * step)
    assert slopes.tolist() == pytest.approx(differences.tolist(), rel=1e-7)


def test_too_few_trial_functions_are_refused(star_on_nodes):
    star = star_on_nodes((BU0,), (BU0_H_C,), 12)
    with pytest.raises(ValueError, match="at least 14"):
        radial_spectrum(star, 10, size=12)
