"""Derivatives of fluid modes against differences of the modes of changed responses."""

from dataclasses import replace

import pytest
import torch

from stellar.oscillations.full_gr.interior_response import interior_response
from stellar.oscillations.full_gr.mode_gradients import differentiable_modes
from stellar.oscillations.full_gr.quasinormal import fluid_modes

PLAIN = "energy-polytrope:n=1,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
STEP = 1e-4


@pytest.fixture(scope="module", params=[PLAIN, LAYERED])
def response(request, star_on_nodes):
    return interior_response(star_on_nodes((request.param, request.param), (0.45, 0.2), 22), 2)


def directions(response):
    """A change of each number a mode depends on, by name; of real poles alone."""
    generator = torch.Generator().manual_seed(4)
    draw = torch.randn(response.mu.shape, generator=generator, dtype=torch.float64)
    real = response.resolved.to(torch.float64) * draw
    return {
        "mu": response.mu * real,
        "rho": response.rho * real,
        "constant": response.constant.clone(),
        "shift": response.shift.clone(),
        "compactness": response.compactness.clone(),
    }


@pytest.mark.parametrize("name", ["mu", "rho", "constant", "shift", "compactness"])
def test_derivatives_are_those_of_neighbouring_stars(response, name):
    value, change = getattr(response, name), directions(response)[name]
    # g2 with the damping of 1e-13, g1, f, p1 and p2
    wanted = response.resolved & (response.signed_nodes.abs() < 3)
    modes = fluid_modes(response, wanted=wanted)
    amount = torch.zeros(response.lanes, dtype=torch.float64, requires_grad=True)
    weight = amount.reshape(-1, *(1,) * (value.dim() - 1))
    moved = differentiable_modes(replace(response, **{name: value + weight * change}), modes)
    sides = [
        fluid_modes(replace(response, **{name: value + k * STEP * change}), wanted=wanted).omega
        for k in (1, -1, 2, -2)
    ]
    slope = (8.0 * (sides[0] - sides[1]) - (sides[2] - sides[3])) / (12.0 * STEP)
    for k in modes.omega.isfinite().any(dim=0).nonzero()[:, 0].tolist():
        for part in (torch.real, torch.imag):
            found = torch.autograd.grad(part(moved)[:, k].sum(), amount, retain_graph=True)[0]
            known, size = part(slope)[:, k], part(modes.omega)[:, k].abs()
            # what a difference can tell: its own rounding, on the scale of the number itself
            allowed = 1e-6 * known.abs() + 1e-9 * size
            used = modes.omega[:, k].isfinite()
            assert ((found - known).abs() <= allowed)[used].all()


def test_the_modes_themselves_stay_as_they_are(response):
    modes = fluid_modes(response)
    moved = differentiable_modes(response, modes)
    assert torch.equal(moved.nan_to_num(), modes.omega.nan_to_num())


def test_a_failed_star_passes_no_gradient_on(response):
    poisoned = response.constant.clone()
    poisoned[0] = torch.nan
    poisoned.requires_grad_(True)
    broken = replace(response, constant=poisoned)
    moved = differentiable_modes(broken, fluid_modes(broken))
    moved[1][moved[1].isfinite()].real.sum().backward()
    assert poisoned.grad[0] == 0.0
    assert poisoned.grad[1].isfinite()
    assert poisoned.grad[1] != 0.0
