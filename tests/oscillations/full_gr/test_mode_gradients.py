"""Derivatives of quasi-normal modes from the equation of state through the star to omega."""

import pytest
import torch

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.families import (
    energy_polytropes,
    hybrids,
    piecewise_polytropes,
    rest_mass_polytropes,
)
from stellar.eos.nodes.spectral import spectral_expansions
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.full_gr.mode_gradients import differentiable_frequencies
from stellar.oscillations.full_gr.spacetime.modes import spacetime_modes
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.nodal_star import node_star
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

STRUCTURE = Wanted(degrees=(), magnetic=False, rotation=False, slopes=False, inertia=False)
SLY = (34.384, 3.005, 2.988, 2.851)
SPECTRAL = (0.9865, 0.1110, -0.0301, 0.0022)


def layered_hybrids(theta):
    shared = [torch.full_like(theta[:1], value) for value in SLY]
    base = piecewise_polytropes(*shared).with_index(torch.full_like(theta[:1], 1.1), True)
    return hybrids(base, theta[:1] * 1e14, theta[1:2], theta[2:])


def expansions(theta):
    density = torch.full_like(theta[:1], 2.05e14)
    return spectral_expansions(theta.unsqueeze(0), 1.64e33, density, resolve("sly-fit"))


# matter by parameters, its parameters, h_c, the lowest and the highest mode (g_n < 0 = f < p_n)
MATTER = {
    "polytrope": (
        lambda theta: rest_mass_polytropes(theta[:1], 100.0 * theta[1:]),
        (2.0, 1.0),
        0.228,
        (0, 2),
    ),
    "piecewise": (lambda theta: piecewise_polytropes(*theta.unsqueeze(1)), SLY, 0.3, (0, 1)),
    "stratified": (
        lambda theta: energy_polytropes(theta[:1], 1e2 * theta[1:2]).with_index(theta[2:], True),
        (1.0, 1.0, 1.1),
        0.3,
        (-1, 1),
    ),
    # with a speed of sound that jumps where it joins the crust
    "spectral": (expansions, SPECTRAL, 0.25, (0, 1)),
    "stratified with a density jump": (layered_hybrids, (5.0, 0.2, 0.8), 0.25, (-1, 0)),
}


def star_of(matter, theta, h_c):
    """One star on its nodes."""
    resolution = Resolution(errors=False)
    ((_, star),) = solve(matter(theta), h_c.unsqueeze(0), STRUCTURE, resolution, nodal=True).nodal
    return node_star(star)


def found(star, span, l=2):
    """omega R of the modes in a range of orders, [lane, mode]."""
    inside = interiors(star, l)
    signed = inside.response.signed_nodes
    wanted = inside.response.resolved & (signed >= span[0]) & (signed <= span[1])
    # what is broader is a wave caught in the star
    modes = fluid_modes(inside.response, wanted=wanted, broadest=5e-3)
    omega = corrected(modes, inside).omega
    assert omega.isfinite().sum(dim=1).tolist() == [span[1] - span[0] + 1] * star.lanes
    return omega[:, omega[0].isfinite()]


def slopes(part, omega, theta, h_c):
    """Derivatives of a part of each mode by parameters and h_c, [mode, variable]."""
    rows = []
    for value in part(omega[0]):
        by_theta, by_centre = torch.autograd.grad(value, (theta, h_c), retain_graph=True)
        rows.append(torch.cat((by_theta, by_centre.unsqueeze(0))))
    return torch.stack(rows)


def differences(value, at, step):
    """Central differences of fourth order, [mode, variable]."""
    columns = []
    for place, size in enumerate(step):
        move = torch.zeros_like(at)
        move[place] = size
        sides = [value(at + k * move) for k in (1, -1, 2, -2)]
        columns.append((8.0 * (sides[0] - sides[1]) - (sides[2] - sides[3])) / (12.0 * size))
    return torch.stack(columns, dim=1)


@pytest.mark.parametrize("name", MATTER)
def test_derivatives_of_frequency_and_damping_are_central_differences(name):
    matter, start, centre, span = MATTER[name]
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    h_c = torch.tensor(centre, dtype=torch.float64, requires_grad=True)
    star = star_of(matter, theta, h_c)
    omega = differentiable_frequencies(star, 2, found(star, span))

    def neighbour(at):
        other = star_of(matter, at[:-1], at[-1])
        return (found(other, span) / other.radius)[0]

    at = torch.cat((theta, h_c.unsqueeze(0))).detach()
    expected = differences(neighbour, at, (1e-3 * at.abs().clamp(max=1.0)).tolist())
    for part in (torch.real, torch.imag):
        measured = slopes(part, omega, theta, h_c)
        size = part(omega[0].detach()).unsqueeze(1) / at.abs()
        # of those that hardly depend on a parameter differences tell no digits
        allowed = 1e-6 * torch.maximum(part(expected).abs(), 1e-2 * size)
        assert ((measured - part(expected)).abs() <= allowed).all()


@pytest.mark.parametrize("l", [2, 3])
def test_frequencies_scale_with_the_power_of_the_constant_of_a_polytrope(l):
    # at fixed centre lengths grow like K^(n/2), and so do periods and damping times
    n = torch.tensor([1.3], dtype=torch.float64)
    constant = torch.tensor([120.0], dtype=torch.float64, requires_grad=True)
    centre = torch.tensor(0.2, dtype=torch.float64)
    star = star_of(lambda k: energy_polytropes(n, k), constant, centre)
    omega = differentiable_frequencies(star, l, found(star, (0, 2), l))
    for part in (torch.real, torch.imag):
        for value in part(omega[0]):
            (slope,) = torch.autograd.grad(value, constant, retain_graph=True)
            power = float(slope * constant.detach() / value.detach())
            assert power == pytest.approx(-0.5 * float(n), rel=1e-11)


def test_derivatives_of_a_space_time_mode_are_central_differences():
    constant = torch.tensor([100.0], dtype=torch.float64)

    def wave(h_c):
        star = star_of(lambda k: energy_polytropes(torch.ones_like(k), k), constant, h_c)
        (search,) = spacetime_modes(interiors(star, 2), ModeRequest(("w",), 1))
        return star, next(mode.omega for mode in search.modes if mode.label == "w1")

    centre = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    star, known = wave(centre)
    scaled = torch.tensor([[known]]) * star.radius.detach()
    omega = differentiable_frequencies(star, 2, scaled)[0, 0]
    sides = [wave(centre.detach() + k)[1] for k in (1e-3, -1e-3, 2e-3, -2e-3)]
    expected = (8.0 * (sides[0] - sides[1]) - (sides[2] - sides[3])) / 12e-3
    (by_real,) = torch.autograd.grad(omega.real, centre, retain_graph=True)
    (by_imag,) = torch.autograd.grad(omega.imag, centre)
    assert abs(complex(by_real, by_imag) - expected) < 1e-6 * abs(expected)


def test_the_values_are_those_of_the_modes(star_on_nodes):
    star = star_on_nodes(("energy-polytrope:n=1,K=100",) * 2, (0.45, 0.2), 22)
    omega = fluid_modes(interiors(star, 2).response).omega
    moved = differentiable_frequencies(star, 2, omega) * star.radius.unsqueeze(1)
    there = omega.isfinite()
    assert moved.isfinite().tolist() == there.tolist()
    torch.testing.assert_close(moved[there], omega[there], rtol=1e-15, atol=0.0)


def test_gradients_do_not_depend_on_what_was_computed_without_them(star_on_nodes):
    theta = torch.tensor([100.0], dtype=torch.float64, requires_grad=True)
    centre = torch.tensor(0.2, dtype=torch.float64)
    found_slopes = []
    for looked_at in (False, True):
        star = star_of(lambda k: energy_polytropes(torch.ones_like(k), k), theta, centre)
        if looked_at:
            with torch.no_grad():
                assert star.fields.p.isfinite().all()
        modes = differentiable_frequencies(star, 2, found(star, (0, 0)))
        found_slopes.append(torch.autograd.grad(modes.real.sum(), theta)[0].item())
    assert found_slopes[0] == found_slopes[1] != 0.0


def test_a_failed_star_passes_no_gradient_on():
    theta = torch.tensor([100.0, 110.0], dtype=torch.float64, requires_grad=True)
    centres = torch.tensor([0.2, 0.2], dtype=torch.float64)
    eos = energy_polytropes(torch.ones_like(theta), theta)
    ((_, star),) = solve(eos, centres, STRUCTURE, Resolution(errors=False), nodal=True).nodal
    star = node_star(star)
    omega = found(star, (0, 0))
    omega[0] = torch.nan
    moved = differentiable_frequencies(star, 2, omega)
    (slope,) = torch.autograd.grad(moved.real.nansum(), theta)
    assert moved[0].isnan().all()
    assert slope[0] == 0.0
    assert slope[1] < 0.0


def test_modes_of_other_stars_are_refused(star_on_nodes):
    star = star_on_nodes(("energy-polytrope:n=1,K=100",), (0.2,), 22)
    with pytest.raises(ValueError, match="modes of 2 stars do not belong to 1 stars"):
        differentiable_frequencies(star, 2, torch.full((2, 1), 0.5 + 0.0j))
