"""Love numbers against closed forms and published values."""

import math

import numpy as np
import pytest
from layered import Layer, Ramp, two_layers

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.shooting.background import Background, solve_background
from stellar.shooting.tides import exterior_love_number, tidal_love


def incompressible(compactness: float) -> Background:
    eos = ColdEOS("incompressible", (ConstantDensity(1e-3),), "constant-density")
    root = math.sqrt(1.0 - 2.0 * compactness)  # interior Schwarzschild: p_c / eps
    return solve_background(eos, math.log1p((1.0 - root) / (3.0 * root - 1.0)))


def energy_polytrope(n: float, h_c: float) -> Background:
    return solve_background(ColdEOS("n", (EnergyPolytrope(n, 100.0),), "energy-polytrope"), h_c)


@pytest.mark.parametrize(
    ("compactness", "printed"), [(0.1, 0.40030), (0.2, 0.18302), (0.3, 0.06321)]
)
def test_incompressible_star_matches_damour_nagar(compactness, printed):
    assert tidal_love(incompressible(compactness))[0] == pytest.approx(printed, abs=5.1e-6)


def test_incompressible_star_at_the_buchdahl_limit():
    # Damour & Nagar 2009, sec. IV: k_2 stays finite at C = 4/9; the slope there is about -1e-1
    assert tidal_love(incompressible(4.0 / 9.0 - 1e-6))[0] == pytest.approx(0.0017104, abs=5.1e-8)


@pytest.mark.parametrize(("l", "newtonian"), [(2, 3 / 4), (3, 3 / 8), (4, 1 / 4)])
def test_incompressible_love_numbers_have_kelvins_newtonian_limit(l, newtonian):
    # k_l = 3 / (4 (l - 1)); the first relativistic correction is of order C, so two values of C
    # extrapolate to it
    near, far = (tidal_love(incompressible(c), l)[0] for c in (1e-5, 2e-5))
    assert 2.0 * near - far == pytest.approx(newtonian, abs=1e-8)


def test_newtonian_limit_of_the_n_equal_1_polytrope():
    stars = [energy_polytrope(1.0, h_c) for h_c in (1e-5, 2e-5)]
    near, far = (tidal_love(star)[0] for star in stars)
    assert 2.0 * near - far == pytest.approx((15 - math.pi**2) / (2 * math.pi**2), abs=1e-8)


def test_benchmark_star_bu0():
    eos = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
    star = solve_background(eos, math.log1p(2.0 * 100.0 * 1.28e-3))
    assert tidal_love(star)[1] == pytest.approx(740.820170688, rel=2e-10)


@pytest.mark.parametrize("compactness", [1e-5, 1e-3, 0.05, 0.2, 0.4])
def test_exterior_series_equals_legendre_functions_in_high_precision(compactness):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(60):
        x0 = 1 / mpmath.mpf(compactness) - 1

        def grow(x):
            return 3 * (x * x - 1)

        def decay(x):  # Q_2^2, Hinderer 2008 eq. 20
            return (x * x - 1) * (mpmath.mpf(3) / 2 * mpmath.log((x + 1) / (x - 1))) - (
                3 * x**3 - 5 * x
            ) / (x * x - 1)

        y = mpmath.mpf(1) / 3
        x_slope = x0 + 1  # r d/dr = (x + 1) d/dx
        ratio = -(x_slope * mpmath.diff(grow, x0) - y * grow(x0)) / (
            x_slope * mpmath.diff(decay, x0) - y * decay(x0)
        )
        # P_2^2 -> 3 (r/M)^2 and Q_2^2 -> (8/5) (M/r)^3
        expected = float(ratio * mpmath.mpf(8) / 15 * mpmath.mpf(compactness) ** 5 / 2)
    assert exterior_love_number(1 / 3, compactness, 2) == pytest.approx(expected, rel=1e-12)


def test_density_jump_equals_the_limit_of_a_steep_smooth_layer():
    """The explicit jump of y is what a barotrope without a jump gives as its wall steepens."""
    inner, outer, h_wall, h_c = 1.3e-3, 1e-3, 0.06, 0.15

    def star_with_layer(width):
        envelope = Layer(outer, 0.0, 0.0, h_wall - width / 2)
        p_lo = float(envelope.evaluate(envelope.h_hi).p)
        ramp = Ramp(outer, inner, p_lo, envelope.h_hi, h_wall + width / 2)
        core = Layer(inner, float(ramp.evaluate(ramp.h_hi).p), ramp.h_hi)
        return ColdEOS("ramp", (envelope, ramp, core), "ramp")

    sharp = tidal_love(solve_background(two_layers(outer, inner, h_wall), h_c))[0]
    errors = [
        tidal_love(solve_background(star_with_layer(width), h_c))[0] - sharp
        for width in (4e-3, 2e-3)
    ]
    assert abs(errors[1]) < 1e-4 * sharp
    # a layer centred on the jump is wrong at second order in its width
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.2)
