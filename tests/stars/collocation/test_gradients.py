"""Derivatives of stars with respect to their centre and their matter."""

import math

import pytest
import torch
from star_batches import BU0, batch

from stellar.eos.nodes.families import piecewise_polytropes, rest_mass_polytropes
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

NAMES = ("mass", "radius", "moment_of_inertia", "lambda2")
WANTED = Wanted(degrees=(2,), magnetic=False, rotation=False)
VALUES = Resolution(errors=False)


def test_derivative_by_the_centre_is_that_of_the_neighbouring_star():
    _, eos, centres = batch(BU0, ("pp:SLy", 0.3), ("mit:B=60", 0.2))
    centres.requires_grad_()
    values = solve(eos, centres, WANTED, VALUES).values
    for name in ("mass", "radius"):
        (slope,) = torch.autograd.grad(values[name].sum(), centres, retain_graph=True)
        expected = values[f"{name}_slope"].detach()
        torch.testing.assert_close(slope, expected, rtol=1e-10, atol=0.0)


def test_derivatives_by_the_constant_of_a_polytrope_follow_its_scaling():
    # at fixed centre all lengths grow like K^(n/2)
    gamma = torch.tensor([2.0, 2.5], dtype=torch.float64)
    stiffness = torch.tensor([100.0, 1000.0], dtype=torch.float64, requires_grad=True)
    centres = torch.full((2,), math.log1p(0.256), dtype=torch.float64)
    values = solve(rest_mass_polytropes(gamma, stiffness), centres, WANTED, VALUES).values
    index = 1.0 / (gamma - 1.0)
    powers = {"mass": 0.5, "radius": 0.5, "moment_of_inertia": 1.5, "lambda2": 0.0}
    for name, power in powers.items():
        (slope,) = torch.autograd.grad(values[name].sum(), stiffness, retain_graph=True)
        scaled = slope * stiffness / values[name]
        torch.testing.assert_close(scaled.detach(), power * index, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_by_piecewise_parameters_are_central_differences(name):
    draw = torch.tensor([34.384, 3.005, 2.988, 2.851], dtype=torch.float64)
    centre = torch.tensor([0.3], dtype=torch.float64)

    def value(parameters: torch.Tensor) -> torch.Tensor:
        return solve(piecewise_polytropes(*parameters.unsqueeze(1)), centre, WANTED, VALUES).values[
            name
        ]

    parameters = draw.clone().requires_grad_()
    (slope,) = torch.autograd.grad(value(parameters).sum(), parameters)
    step = 1e-4 * torch.eye(4, dtype=torch.float64)
    measured = torch.cat([(value(draw + e) - value(draw - e)) / 2e-4 for e in step])
    torch.testing.assert_close(slope, measured, rtol=1e-6, atol=1e-6 * slope.abs().max().item())
