"""Spectral expansions as tensors: the family's matter, and its derivatives by the coefficients."""

import numpy as np
import pytest
import torch

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.spectral import spectral_expansions

# Lindblom 2010, SLy; a stiffer and a softer neighbour
DRAWS = [
    (0.9865, 0.1110, -0.0301, 0.0022),
    (1.0400, 0.1300, -0.0300, 0.0020),
    (0.9500, 0.1000, -0.0250, 0.0015),
]
DENSITIES = (2.05e14, 2.05e14, 2.07e14)
P0 = 1.64e33


@pytest.fixture(scope="module")
def base():
    return resolve("sly-fit")


def tensors():
    return torch.tensor(DRAWS, dtype=torch.float64), torch.tensor(DENSITIES, dtype=torch.float64)


def test_batch_agrees_with_the_family(base):
    gammas, e0 = tensors()
    batch = spectral_expansions(gammas, P0, e0, base)
    for lane, (draw, density) in enumerate(zip(DRAWS, DENSITIES, strict=True)):
        named = ",".join(f"gamma_{order}={value!r}" for order, value in enumerate(draw))
        eos = resolve(f"spectral:{named},p0={P0!r},e0={density!r}")
        count = len(eos.segments)
        np.testing.assert_allclose(batch.breaks[lane, : count - 1], eos.breaks, rtol=1e-13)
        for number, segment in enumerate(eos.segments):
            h = np.linspace(segment.h_lo, segment.h_hi, 9)
            nodes = torch.from_numpy(h).expand(batch.lanes, 1, 9)
            segments = torch.full((batch.lanes, 1), number)
            states = batch.evaluate(nodes, segments)
            for name, values in zip(("p", "eps", "ce2"), states, strict=False):
                wanted = getattr(segment.evaluate(h), {"ce2": "cs2_equilibrium"}.get(name, name))
                found = values[lane, 0].numpy()
                np.testing.assert_allclose(found[1:-1], np.asarray(wanted)[1:-1], rtol=1e-12)


def test_pressure_and_energy_density_have_exact_gradients_by_the_coefficients(base):
    gammas, e0 = tensors()
    h = torch.tensor([0.1, 0.3, 0.6, 1.0], dtype=torch.float64).expand(3, 1, 4)

    def logarithms(coefficients, density):
        states = spectral_expansions(coefficients, P0, 1e14 * density, base).evaluate(h)
        return torch.log(states.p), torch.log(states.eps)

    inputs = (gammas.requires_grad_(), (e0 / 1e14).requires_grad_())
    assert torch.autograd.gradcheck(logarithms, inputs, eps=1e-6, atol=1e-5, rtol=1e-5)
