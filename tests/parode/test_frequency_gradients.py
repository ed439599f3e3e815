"""Derivatives of frequencies and damping times at fixed centre and at fixed mass."""

import pytest
import torch

from stellar.constants import MSUN_KM
from stellar.eos.nodes.families import energy_polytropes, piecewise_polytropes
from stellar.parode.frequency_gradients import frequency_gradients
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

SLY = (34.384, 3.005, 2.988, 2.851)
SLOPES = Wanted(degrees=(), magnetic=False, rotation=False, inertia=False)


def piecewise(theta):
    return piecewise_polytropes(*theta.unbind(1))


def test_polytropes_of_fixed_mass_scale_as_their_dimensions_say():
    """f = K^(-n/2) phi(M K^(-n/2)): d ln f/d ln K = -n/2 (1 + d ln f/d ln M) at fixed mass."""
    theta = torch.tensor([[1.0, 100.0], [0.8, 60.0]], dtype=torch.float64)
    centres = torch.tensor([0.2, 0.25], dtype=torch.float64)
    found = frequency_gradients(
        lambda theta: energy_polytropes(*theta.unbind(1)), theta, centres, orders=(0, 1, 2)
    )
    half = -0.5 * theta[:, :1]
    for quantity, sign in ((found.frequency, 1.0), (found.damping_time, -1.0)):
        value, constant = quantity.value, theta[:, 1:]
        assert value.isfinite().all()
        at_fixed_centre = quantity.by_parameter[:, :, 1] * constant / value
        torch.testing.assert_close(at_fixed_centre, (sign * half).expand_as(value))
        with_mass = quantity.by_mass * found.mass.unsqueeze(1) / value
        expected = half * (sign + with_mass)
        measured = quantity.at_fixed_mass[:, :, 1] * constant / value
        torch.testing.assert_close(measured, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("place", [0, 2])
def test_derivatives_at_fixed_mass_are_differences_of_stars_of_that_mass(place):
    draw = torch.tensor([SLY], dtype=torch.float64)
    centre = torch.tensor([0.25], dtype=torch.float64)
    here = frequency_gradients(piecewise, draw, centre, orders=(0, 1))
    step = 2e-3
    steps = torch.tensor([1.0, -1.0, 2.0, -2.0], dtype=torch.float64)
    theta = draw.repeat(4, 1)
    theta[:, place] += step * steps
    centres = centres_of_mass(theta, float(here.mass), centre.repeat(4))
    sides = frequency_gradients(piecewise, theta, centres, orders=(0, 1))
    for name in ("frequency", "damping_time"):
        value = getattr(sides, name).value
        expected = (8.0 * (value[0] - value[1]) - (value[2] - value[3])) / (12.0 * step)
        measured = getattr(here, name).at_fixed_mass[0, :, place]
        torch.testing.assert_close(measured, expected, rtol=1e-6, atol=0.0)


def centres_of_mass(theta, mass, centres):
    """Central log-enthalpies of stars of a mass, in solar masses."""
    for _ in range(6):
        values = solve(piecewise(theta), centres, SLOPES, Resolution(errors=False)).values
        centres = centres - (values["mass"] - mass * MSUN_KM) / values["mass_slope"]
    return centres


def test_what_is_not_there_is_nan_and_harms_no_other_star():
    theta = torch.tensor([SLY, SLY], dtype=torch.float64)
    orders = (0, -1)  # barotropic stars have no g-modes
    broken = torch.tensor([0.25, -1.0], dtype=torch.float64)
    found = frequency_gradients(piecewise, theta, broken, orders=orders)
    alone = frequency_gradients(piecewise, theta[:1], broken[:1], orders=orders)
    for name in ("frequency", "damping_time"):
        many, one = getattr(found, name), getattr(alone, name)
        assert many.value.isnan().tolist() == [[False, True], [True, True]]
        for part in ("value", "by_parameter", "by_centre", "at_fixed_mass", "by_mass"):
            torch.testing.assert_close(
                getattr(many, part)[:1], getattr(one, part), rtol=1e-11, atol=1e-12, equal_nan=True
            )
