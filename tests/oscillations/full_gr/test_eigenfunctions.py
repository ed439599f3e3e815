"""Modes inside their stars: Kelvin's sphere, what damping takes away, stationary frequencies."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from parode_core.bases import basis
from stellar.constants import G_CM3_TO_KM2
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.full_gr.eigenfunctions import (
    eigenfunctions_inside,
    quasinormal_eigenfunctions,
)
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.shooting.background import solve_background
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction, eigenfunctions

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
NODES = 28


def modes_of(stars_of_engine, spec, h_c, l, count):
    """Stars, the frequencies of their lowest modes from f upwards, and these modes."""
    ((_, star),) = stars_of_engine(
        pack([resolve(spec)]), torch.tensor([h_c], dtype=torch.float64), 24
    )
    interior = interiors(star, l, size=32)
    found = corrected(fluid_modes(interior.response), interior)
    omega = found.omega[0][found.omega[0].isfinite()]
    omega = omega[omega.real.argsort()][:count] / star.radius
    return star, omega, inside(star, l, omega)


def inside(star, l, omega):
    lane = torch.zeros(omega.shape[0], dtype=torch.long)
    ((_, found),) = quasinormal_eigenfunctions(star, l, lane, omega, NODES)
    return found


def central_enthalpy(spec, density):
    eos = resolve(spec)
    return brentq(lambda h: float(eos.rest_mass_density(h)) / (density * G_CM3_TO_KM2) - 1, 0.01, 1)


@pytest.fixture(scope="module")
def bu0_centre():
    return central_enthalpy(BU0, 7.905060453455e14)


def incompressible(stars_of_engine, compactness, l):
    """M, R, f-mode and its shape of a star of constant density."""
    lapse = math.sqrt(1.0 - 2.0 * compactness)
    h_c = math.log(2.0 * lapse / (3.0 * lapse - 1.0))
    star, omega, found = modes_of(stars_of_engine, "constant-density:eps=1e15", h_c, l, 1)
    return float(star.compactness * star.radius), float(star.radius), omega, found


@pytest.mark.parametrize("l", [2, 3])
def test_kelvins_sphere_moves_as_the_gradient_of_a_solid_harmonic(l, stars_of_engine):
    compactness = 1e-3
    _, _, _, found = incompressible(stars_of_engine, compactness, l)
    curves = found.curves()
    place = curves["radius"][0] / curves["radius"][0, -1, -1]
    radial, tangential = (
        curves[f"{name}_displacement"][0].real for name in ("radial", "tangential")
    )
    assert (radial - place ** (l - 1)).abs().max() < 5 * compactness
    assert (l * tangential - radial).abs().max() < 5 * compactness
    assert curves["density_change"].abs().max() == 0.0


@pytest.mark.parametrize("l", [2, 3])
def test_kelvins_sphere_radiates_by_the_multipole_formula(l, stars_of_engine):
    # Thorne (1980), eqs. 4.16 and 5.27: P = omega^(2l+2) |I|^2 / (64 pi), for the amplitude R of
    # the surface the integral of rho r^l Y is rho R^(l+3); energy (omega^2/2) rho R^5 / l
    moment = 16.0 * math.pi / math.prod(range(1, 2 * l + 2, 2))
    moment *= math.sqrt((l + 1) * (l + 2) / (2.0 * l * (l - 1)))
    deviations = []
    for compactness in (2e-3, 1e-3):
        mass, radius, omega, found = incompressible(stars_of_engine, compactness, l)
        w, density = float(omega[0].real), 3.0 * mass / (4.0 * math.pi * radius**3)
        power = w ** (2 * l + 2) * (moment * density * radius ** (l + 3)) ** 2 / (64.0 * math.pi)
        energy = 0.5 * w**2 * density * radius**5 / l
        numbers = found.numbers
        deviations.append(
            [float(numbers.luminosity[0]) / power - 1.0, float(numbers.energy[0]) / energy - 1.0]
        )
    coarse, fine = np.array(deviations)
    # what relativity changes is proportional to the compactness
    np.testing.assert_allclose(2.0 * fine - coarse, 0.0, atol=5e-4)
    assert np.abs(fine).max() < 0.03


@pytest.mark.parametrize("l", [2, 3])
def test_waves_far_away_carry_what_damping_takes(l, stars_of_engine, bu0_centre):
    _, omega, found = modes_of(stars_of_engine, BU0, bu0_centre, l, 5)
    lost = 2.0 * found.numbers.energy * omega.imag
    ratio = found.numbers.luminosity / lost - 1.0
    # both are defined up to what is lost within a period
    allowed = 4.0 * omega.imag / omega.real + 1e-6
    assert (ratio.abs() < allowed).all(), ratio


def test_waves_of_buoyancy_lose_what_their_damping_says(stars_of_engine):
    _, omega, found = modes_of(stars_of_engine, LAYERED, 0.25, 2, 9)
    f = int(omega.imag.argmax())
    g_modes = slice(f - 2, f)  # g2 and g1
    assert (omega.imag < 1e-9 * omega.real)[g_modes].all()
    lost = 2.0 * found.numbers.energy * omega.imag
    assert ((found.numbers.luminosity / lost - 1.0)[g_modes].abs() < 1e-3).all()


@pytest.mark.parametrize("l", [2, 3])
def test_states_at_hand_have_the_energies_of_finer_ones(l, stars_of_engine):
    """Also of modes that hardly radiate: their states meet the outgoing wave, and no other."""
    centres = torch.tensor([0.12, 0.2, 0.3], dtype=torch.float64)
    matter = pack([resolve(BU0)] * 3)
    ((_, star),) = stars_of_engine(matter, centres, 24)
    few = interiors(star, l, size=16, faint=False)
    found = corrected(fluid_modes(few.response), few)
    low = found.omega.isfinite() & (few.response.signed_nodes <= 4)
    lane, pole = low.nonzero(as_tuple=True)
    assert lane.shape[0] == 15
    omega = found.omega[lane, pole] / star.radius[lane]
    energies, luminosities = torch.empty(2, 15, dtype=torch.float64)
    shapes = torch.empty(15, dtype=torch.complex128)
    for own, modes in eigenfunctions_inside(few.parts, l, lane, omega):
        energies[own], luminosities[own] = modes.numbers.energy, modes.numbers.luminosity
        shapes[own] = modes.numbers.omega
    ((own, finer),) = quasinormal_eigenfunctions(star, l, lane, omega, 34)
    assert own.tolist() == list(range(15))
    assert (energies / finer.numbers.energy - 1.0).abs().max() < 1e-6
    assert (shapes.real / omega.real - 1.0).abs().max() < 1e-12
    # what little a mode radiates is what waves from all depths leave of each other
    strong = omega.imag > 1e-6 * omega.real
    assert (luminosities / finer.numbers.luminosity - 1.0).abs()[strong].max() < 1e-5


@pytest.mark.parametrize("spec", [BU0, "mit:B=60", "energy-polytrope:n=1.5,K=100"])
def test_energies_do_not_depend_on_the_points_where_they_are_integrated(spec, stars_of_engine):
    """Half powers of the volume at the centre; a bare surface, and one that matter thins out to."""
    ((_, star),) = stars_of_engine(
        pack([resolve(spec)]), torch.tensor([0.2], dtype=torch.float64), 24
    )
    found = fluid_modes(interiors(star, 2, size=32).response)
    omega = found.omega[0][found.omega[0].isfinite()]
    omega = omega[omega.real.argsort()][:3] / star.radius
    lane = torch.zeros(3, dtype=torch.long)
    few, many = (
        next(quasinormal_eigenfunctions(star, 2, lane, omega, size))[1].numbers.energy
        for size in (26, 40)
    )
    assert (few / many - 1.0).abs().max() < 3e-9


def test_a_pole_of_rounding_beside_a_broad_mode_does_not_change_its_states(stars_of_engine):
    """Krylov spaces hold pairs that are none: nothing drives them, and they may lie nearest."""
    ((_, star),) = stars_of_engine(
        pack([resolve(BU0)]), torch.tensor([0.3], dtype=torch.float64), 24
    )
    inside = interiors(star, 2, size=20, faint=False)
    found = corrected(fluid_modes(inside.response), inside)
    f = found.omega[0, found.omega.imag[0].nan_to_num(0.0).argmax()].reshape(1)
    (part,), lane = inside.parts, torch.zeros(1, dtype=torch.long)
    spectrum, last = part.spectrum, (slice(None), -1)
    own = (spectrum.poles[0] - f**2).abs().min()
    mu, rho, amplitudes = (getattr(spectrum, name).clone() for name in ("mu", "rho", "amplitudes"))
    mu[last] = -1.0 / ((f.real**2 + 0.3 * own).to(mu.dtype) - spectrum.chain.shift)
    rho[last] = amplitudes[last] = 1e-17
    crowded = part._replace(spectrum=replace(spectrum, mu=mu, rho=rho, amplitudes=amplitudes))
    told = [
        modes.numbers
        for parts in (inside.parts, [crowded])
        for _, modes in eigenfunctions_inside(parts, 2, lane, f / star.radius)
    ]
    assert abs(told[1].energy / told[0].energy - 1.0) < 1e-6
    assert abs(told[1].omega / told[0].omega - 1.0) < 1e-9


def test_frequency_of_the_shape_is_that_of_the_mode(stars_of_engine, bu0_centre):
    _, omega, found = modes_of(stars_of_engine, BU0, bu0_centre, 2, 5)
    told = found.numbers.omega
    assert (told.real / omega.real - 1.0).abs().max() < 1e-12
    assert (told.imag / omega.imag - 1.0)[:4].abs().max() < 1e-8


def test_frequency_of_the_shape_is_stationary(stars_of_engine, bu0_centre):
    star, omega, _ = modes_of(stars_of_engine, BU0, bu0_centre, 2, 4)
    deviations = [
        (inside(star, 2, omega * (1.0 + error)).numbers.omega / omega - 1.0).abs()
        for error in (2e-4, 1e-4)
    ]
    # of second order in the error of the shape
    assert deviations[1].max() < 5e-8
    np.testing.assert_allclose(deviations[0] / deviations[1], 4.0, rtol=1e-2)


def test_modes_move_as_a_shooting_solver_says(stars_of_engine, bu0_centre):
    star, omega, found = modes_of(stars_of_engine, BU0, bu0_centre, 2, 4)
    background = solve_background(resolve(BU0), bu0_centre, 1e-10)
    shot = eigenfunctions(
        RootFunction(background, 2, Accuracy(1e-10)), omega.real[1:].numpy().copy()
    )
    # ours between the nodes
    points = basis(200, star.mesh.basis.name)
    through = found.star.mesh.basis.interpolation(points.nodes)
    place = star.at(points).r_squared[0].sqrt().flatten().numpy()
    place, once = np.unique(place, return_index=True)
    unit = float(star.radius) ** 2
    shapes = (("W", "w", 1.0), ("H1", "metric_h1", unit), ("K", "metric_k", unit))
    for number, mode in enumerate(shot, start=1):
        at = np.array([point.r for point in mode.points])
        theirs = np.concatenate([np.array(getattr(mode, name)) * size for name, _, size in shapes])
        values = [
            getattr(found.shape, own)[number] @ through.mT.to(omega.dtype) for *_, own, _ in shapes
        ]
        ours = np.concatenate(
            [CubicSpline(place, value.flatten().numpy()[once])(at) for value in values]
        )
        # theirs are standing waves: real, with another share of the wave that is our imaginary part
        parts = np.stack([ours.real, ours.imag], axis=1)
        share = np.linalg.lstsq(parts, theirs, rcond=None)[0]
        # close to the centre they begin with the first term of a series, good to 1e-5
        size = np.abs(theirs).max()
        np.testing.assert_allclose(parts @ share / size, theirs / size, atol=1.5e-5)
