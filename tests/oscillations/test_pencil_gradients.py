"""Derivatives of frequencies from the equation of state through star and pencil."""

import math

import pytest
import torch

from parode_core.eigen import differentiable_eigenvalues, symmetric_pencil
from stellar.eos.node_forms import ENERGY_POLYTROPE
from stellar.eos.nodes import one_form
from stellar.oscillations.displacement_pencil import displacement_pencil
from stellar.oscillations.potential_flow import barotropic_pencil
from stellar.oscillations.radial_pencil import radial_pencil

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
