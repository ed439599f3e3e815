"""Modes on a fixed metric, and radial ones, inside stars: orthogonality, zeros, frequencies."""

import numpy as np
import pytest
import torch
from scipy.integrate import simpson
from scipy.interpolate import CubicSpline

from parode_core.bases import basis
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.cowling_eigenfunctions import cowling_eigenfunctions
from stellar.oscillations.cowling_spectrum import cowling_spectrum
from stellar.oscillations.radial_eigenfunctions import radial_eigenfunctions
from stellar.oscillations.radial_pencil import radial_spectrum

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
JUMP = "css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1"
FINE = basis(200, "chebyshev-lobatto")


def star_of(stars_of_engine, spec, h_c):
    equations = pack([resolve(spec)])
    ((_, star),) = stars_of_engine(equations, torch.tensor([h_c], dtype=torch.float64), 24)
    return star


def fine(values, name):
    """Functions [mode, element, node] at many places, [mode, place]."""
    own = basis(values.shape[2], name)
    return (values @ own.interpolation(FINE.nodes).mT).flatten(1).numpy()


def overlaps(density, place):
    """Integrals over the radius of products [mode, mode, place], scaled to a diagonal of one."""
    place, once = np.unique(place, return_index=True)
    density = density[:, :, once]
    even = np.linspace(0.0, place[-1], 4001)
    gram = simpson(CubicSpline(place, density, axis=2)(even), x=even, axis=2)
    size = np.sqrt(np.diag(gram))
    return gram / np.outer(size, size)


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.2279), (LAYERED, 0.25)])
@pytest.mark.parametrize("l", [1, 2])
def test_modes_on_a_fixed_metric_are_orthogonal(spec, h_c, l, stars_of_engine):
    star = star_of(stars_of_engine, spec, h_c)
    omega = cowling_spectrum(star, l, size=24).omega[0]
    omega = omega[omega.isfinite()]
    omega = omega[omega > 0.3 * star.unit.sqrt()][:6]
    lane = torch.zeros(omega.shape[0], dtype=torch.long)
    ((_, found),) = cowling_eigenfunctions(star, l, lane, omega, 28)
    w, v = (fine(part.real, FINE.name) for part in found.shape[:2])
    at = star.at(FINE)
    r = at.r_squared.sqrt().flatten().numpy()
    inertia = (at.enthalpy / (at.exp_nu * at.exp_minus_lam).sqrt()).flatten().numpy()
    weight = inertia * (r / r[-1]) ** (2 * l)
    density = weight * (w[:, None] * w + l * (l + 1) * v[:, None] * v)
    gram = overlaps(density, r)
    np.testing.assert_allclose(gram, np.eye(omega.shape[0]), atol=1e-6)


def test_radial_modes_are_orthogonal_and_have_as_many_zeros_as_their_order(stars_of_engine):
    star = star_of(stars_of_engine, BU0, 0.2279)
    found = radial_eigenfunctions(star, 5, 28)
    u = fine(found.u[0].movedim(2, 0), "legendre-lobatto")
    at = star.at(FINE)
    r = at.r_squared.sqrt().flatten().numpy()
    inertia = at.enthalpy * at.exp_nu.sqrt() / at.exp_minus_lam**1.5
    density = inertia.flatten().numpy() * r**4 * u[:, None] * u
    np.testing.assert_allclose(overlaps(density, r), np.eye(5), atol=1e-6)
    zeros = np.count_nonzero(u[:, 1:] * u[:, :-1] < 0.0, axis=1)
    np.testing.assert_array_equal(zeros, np.arange(5))


@pytest.mark.parametrize(("spec", "h_c"), [(BU0, 0.2279), (LAYERED, 0.25), (JUMP, 0.25)])
def test_frequencies_of_shapes_agree_with_those_of_symmetric_pencils(spec, h_c, stars_of_engine):
    star = star_of(stars_of_engine, spec, h_c)
    spectrum = cowling_spectrum(star, 2, size=28)
    omega = spectrum.omega[0][spectrum.errors[0] < 1e-9 * spectrum.omega[0]]
    omega = omega[omega > 0.1 * star.unit.sqrt()][:8]
    assert omega.shape[0] == 8
    lane = torch.zeros(omega.shape[0], dtype=torch.long)
    ((_, found),) = cowling_eigenfunctions(star, 2, lane, omega, 28)
    assert (found.numbers.omega / omega - 1.0).abs().max() < 1e-8
    pulsation = radial_spectrum(star, 3, size=28)
    squares = radial_eigenfunctions(star, 3, 28).numbers.omega ** 2
    assert (squares.real / pulsation.omega_squared - 1.0).abs().max() < 1e-8


def test_a_wrong_frequency_is_put_right_to_the_square_of_its_error(stars_of_engine):
    star = star_of(stars_of_engine, LAYERED, 0.25)
    omega = cowling_spectrum(star, 2, size=28).omega[0]
    omega = omega[omega > 0.3 * star.unit.sqrt()][:5]
    lane = torch.zeros(omega.shape[0], dtype=torch.long)
    errors = []
    for wrong in (2e-4, 1e-4):
        ((_, found),) = cowling_eigenfunctions(star, 2, lane, omega * (1.0 + wrong), 28)
        errors.append(found.numbers.omega / omega - 1.0)
    assert errors[1].abs().max() < 1e-7
    np.testing.assert_allclose((errors[0] / errors[1]).real, 4.0, rtol=2e-2)
