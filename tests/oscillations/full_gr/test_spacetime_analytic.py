"""Space-time modes where they are the roots of a known polynomial, and waves to thirty digits."""

import numpy as np
import pytest
import torch
from flat_space import cavities, inside, modes, response

from parode_core import Status
from stellar.oscillations.full_gr.exterior.outgoing_ray import outgoing_ray
from stellar.oscillations.full_gr.exterior.surface_wave import (
    hessenberg_wave,
    surface_wave,
    surface_wave_slopes,
)
from stellar.oscillations.full_gr.spacetime.certificate import Box
from stellar.oscillations.full_gr.spacetime.matching import (
    matching,
    mismatch,
    mismatch_slope,
    terms,
)
from stellar.oscillations.full_gr.spacetime.pencil import spacetime_pencil
from stellar.oscillations.full_gr.spacetime.roots import spacetime_roots

DEGREES = pytest.mark.parametrize("l", [2, 3, 4])


def same_box(lanes, *edges):
    return Box(*(torch.full((lanes,), edge, dtype=torch.float64) for edge in edges))


@DEGREES
def test_every_mode_of_a_body_in_flat_space_is_found_and_proven(l):
    bodies = cavities(6, seed=l)
    box = same_box(6, 0.2, 7.0, 0.05, 4.0)
    found = spacetime_roots(response(l, bodies), box)
    assert found.lane_status.tolist() == [Status.OK] * 6
    for lane, body in enumerate(bodies):
        exact = np.array(inside(modes(l, body), box, lane))
        own = found.omega[lane][found.omega[lane].isfinite()].numpy()
        assert found.count[lane] == len(own) == len(exact)
        assert np.abs(own - exact).max() < 2e-8


@DEGREES
def test_the_zeros_of_an_outgoing_wave_are_those_of_a_bessel_polynomial(l):
    """R = 0: Z = 0 at the surface, for l = 2 at omega = (sqrt(3) + 3i)/2."""
    hard = (0.0, ((9.0, 0.0),))
    # to the right of the imaginary axis, where one root of odd degrees lies
    found = spacetime_roots(response(l, [hard]), same_box(1, 0.1, 5, 0.3, 5))
    exact = inside(modes(l, hard), same_box(1, 0.1, 5, 0.3, 5))
    own = found.omega[0][found.omega[0].isfinite()].tolist()
    assert own == pytest.approx(exact, rel=1e-8)
    if l == 2:
        assert own == pytest.approx([complex(np.sqrt(0.75), 1.5)], rel=1e-9)


def test_with_as_many_vectors_as_poles_the_pencil_is_exact():
    body = cavities(1, seed=5)[0]
    centre = torch.tensor([3.0 + 2.0j], dtype=torch.complex128)
    star = matching(response(2, [body]), centre, 20)
    poles = 2 * len(body[1])  # of omega, two for each of omega^2
    values = spacetime_pencil(star, size=poles, vectors=20 + poles)[0].numpy()
    for exact in inside(modes(2, body), same_box(1, 0.2, 7.0, -0.1, 4.0)):
        assert np.abs(values - exact).min() < 1e-6 * abs(exact)


@pytest.mark.parametrize(
    ("omega", "tolerance"),
    [(0.6 + 0.0j, 1e-8), (1.3 + 2.2j, 1e-8), (3.0 + 2.1j, 1e-9), (4.0 + 0.3j, 1e-10)],
)
@pytest.mark.parametrize(("compactness", "l"), [(0.02, 2), (0.15, 2), (0.15, 4), (0.3, 3)])
def test_the_wave_at_the_surface_has_the_known_logarithmic_derivative(
    omega, tolerance, compactness, l, outgoing_reference
):
    ray = outgoing_ray(torch.tensor([compactness], dtype=torch.float64), l, 28)
    wave = hessenberg_wave(ray, torch.tensor([2.0 + 1.0j], dtype=torch.complex128))
    found = surface_wave(wave, torch.tensor([[omega]], dtype=torch.complex128))
    known = complex(outgoing_reference(omega, compactness, l))
    assert complex(found.derivative / found.value) == pytest.approx(known, rel=tolerance)


def test_slopes_are_those_of_the_polynomial_through_the_neighbours():
    """F on a small circle about omega: its first Fourier coefficient is F' to all digits."""
    middle = torch.tensor([3.0 + 2.0j], dtype=torch.complex128)
    star = matching(response(2, cavities(1, seed=3)), middle, 24)
    centre = torch.tensor([[1.1 + 0.8j, 4.2 + 0.4j]], dtype=torch.complex128)
    turns = torch.polar(
        torch.ones(16, dtype=torch.float64), torch.arange(16.0).double() * torch.pi / 8
    )
    circle = (centre[:, :, None] + 0.05 * turns).reshape(1, -1)
    values = mismatch(circle, terms(star)).reshape(1, 2, 16)
    value, slope = mismatch_slope(centre, terms(star))
    assert value[0].tolist() == pytest.approx(values.mean(dim=2)[0].tolist(), rel=1e-10)
    first = (values * turns.conj()).mean(dim=2) / 0.05
    assert slope[0].tolist() == pytest.approx(first[0].tolist(), rel=1e-9)


def test_the_wave_and_its_slopes_are_computed_alike():
    ray = outgoing_ray(torch.tensor([0.2], dtype=torch.float64), 2, 24)
    wave = hessenberg_wave(ray, torch.tensor([2.0 + 1.0j], dtype=torch.complex128))
    omega = torch.tensor([[0.7 + 0.1j, 3.0 + 2.0j]], dtype=torch.complex128)
    plain, (both, _) = surface_wave(wave, omega), surface_wave_slopes(wave, omega)
    for one, other in zip(plain, both, strict=True):
        assert one[0].tolist() == pytest.approx(other[0].tolist(), rel=1e-13)
