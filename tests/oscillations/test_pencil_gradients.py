"""Derivatives of frequencies from the equation of state through star and pencil."""

import math

import pytest
import torch

from parode_core.eigen import differentiable_eigenvalues, symmetric_pencil
from stellar.eos.nodes.batch import one_form
from stellar.eos.nodes.families import energy_polytropes, piecewise_polytropes
from stellar.eos.nodes.forms import ENERGY_POLYTROPE
from stellar.oscillations.cowling_spectrum import cowling_spectrum
from stellar.oscillations.displacement_pencil import displacement_pencil
from stellar.oscillations.pencil_gradients import differentiable_squares
from stellar.oscillations.potential_flow import barotropic_pencil, barotropic_spectrum
from stellar.oscillations.radial_pencil import radial_pencil, radial_spectrum

PENCILS = {
    "radial": lambda star: radial_pencil(star, 16),
    "potential flow": lambda star: barotropic_pencil(star, 2, 16),
    "displacement": lambda star: displacement_pencil(star, 2, 16),
}


@pytest.mark.parametrize("pencil", PENCILS)
def test_squares_of_frequencies_scale_with_the_inverse_power_n_of_k(pencil, stars_of_engine):
    """p = K eps^(1+1/n): at fixed h_c lengths go with K^(n/2), so d ln omega^2/d ln K = -n."""
    n = torch.tensor([1.0, 1.5], dtype=torch.float64)
    k = torch.tensor([100.0, 150.0], dtype=torch.float64, requires_grad=True)
    edges = torch.tensor([[0.0, math.inf]] * 2, dtype=torch.float64)
    parameters = torch.stack((n, k), dim=-1).unsqueeze(1)
    eos = one_form(ENERGY_POLYTROPE, parameters, edges, torch.ones_like(n))
    h_c = torch.tensor([0.2, 0.15], dtype=torch.float64)
    for lanes, star in stars_of_engine(eos, h_c, 20):
        a, b = PENCILS[pencil](star)
        known = symmetric_pencil(a.detach(), b.detach(), vectors=True)
        modes = known.values[0] > 1e-3 * star.unit[0]
        right = known.right[:, :, modes][:, :, :4]
        for values in differentiable_eigenvalues(a, b, right).unbind(1):
            (slope,) = torch.autograd.grad(values.sum(), k, retain_graph=True)
            exponent = slope[lanes] * k.detach()[lanes] / values.detach()
            assert exponent.tolist() == pytest.approx((-n[lanes]).tolist(), rel=1e-9)


def omegas(kind, star):
    """omega^2 of the lowest modes of one star, [lane, mode], and its pencil."""
    with torch.no_grad():
        if kind == "radial":
            return radial_spectrum(star, 2).omega_squared, lambda star: radial_pencil(star, 20)
        if kind == "potential flow":
            found = barotropic_spectrum(star, 2, 2).omega_squared
            return found, lambda star: barotropic_pencil(star, 2, 20)
        found = cowling_spectrum(star, 2).omega
        # f and the first g- and p-modes beside it
        middle = int((found[0] < star.unit[0].sqrt()).sum())
        return found[:, middle - 1 : middle + 2] ** 2, lambda star: displacement_pencil(star, 2, 20)


@pytest.mark.parametrize("kind", PENCILS)
def test_derivatives_by_piecewise_parameters_are_central_differences(kind, stars_of_engine):
    draw = torch.tensor([34.384, 3.005, 2.988, 2.851, 0.25], dtype=torch.float64)

    def star_of(theta):
        eos = piecewise_polytropes(*theta[:4].unsqueeze(1))
        if kind == "displacement":
            eos = eos.with_index(torch.full_like(theta[:1], 1.1), True)
        ((_, star),) = stars_of_engine(eos, theta[4:], 20)
        return star

    theta = draw.clone().requires_grad_()
    star = star_of(theta)
    known, pencil = omegas(kind, star)
    found = differentiable_squares(star, pencil, known)[0]
    torch.testing.assert_close(found.detach(), known[0], rtol=0.0, atol=0.0)
    measured = torch.stack([torch.autograd.grad(v, theta, retain_graph=True)[0] for v in found])
    columns = []
    for move in 1e-3 * torch.eye(5, dtype=torch.float64):
        sides = [omegas(kind, star_of(draw + k * move))[0][0] for k in (1, -1, 2, -2)]
        columns.append((8.0 * (sides[0] - sides[1]) - (sides[2] - sides[3])) / 12e-3)
    expected = torch.stack(columns, dim=1)
    allowed = 1e-6 * torch.maximum(expected.abs(), 1e-2 * known[0].unsqueeze(1))
    assert ((measured - expected).abs() <= allowed).all()


def test_modes_that_are_not_there_pass_no_gradient_on(stars_of_engine):
    k = torch.tensor([100.0], dtype=torch.float64, requires_grad=True)
    eos = energy_polytropes(torch.ones_like(k), k)
    ((_, star),) = stars_of_engine(eos, torch.tensor([0.2], dtype=torch.float64), 20)
    known, pencil = omegas("radial", star)
    known[0, 1] = math.nan
    found = differentiable_squares(star, pencil, known)
    (slope,) = torch.autograd.grad(found.nansum(), k)
    assert found[0, 1].isnan()
    assert float(slope * k.detach() / known[0, 0]) == pytest.approx(-1.0, rel=1e-9)
