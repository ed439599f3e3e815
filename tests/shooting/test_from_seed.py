"""Single modes from seeds: the published modes of a benchmark star, one after the other."""

import math

import pytest
from layered import stratified

from stellar.constants import MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.segments.polytropes import ConstantDensity, EnergyPolytrope, RestMassPolytrope
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.cowling_equations import CowlingProblem
from stellar.shooting.from_seed import eigenvalue_from_seed, quasinormal_from_seed
from stellar.shooting.radial import RadialProblem, radial_modes

BU0 = ColdEOS("bu0", (RestMassPolytrope(2.0, 100.0 * MSUN_KM**2),), "polytrope")
# M omega of a spectral code
PUBLISHED = {
    "f": 0.0683887025293 + 2.35106679e-5j,
    "p1": 0.160638773786 + 4.77951542e-6j,
    "p2": 0.246269825621 + 1.61428377e-7j,
    "w1": 0.437287908111 + 0.304542854j,
}


@pytest.fixture(scope="module")
def bu0():
    return solve_background(BU0, math.log1p(2.0 * 100.0 * 1.28e-3), 1e-9)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("displaced", [0.99, 1.01])
def test_published_modes_are_found_from_seeds_a_percent_off(bu0, name, displaced):
    published = PUBLISHED[name]
    found = bu0.mass * quasinormal_from_seed(bu0, 2, displaced * published / bu0.mass, 1e-9)
    assert found.real == pytest.approx(published.real, rel=1e-9)
    assert found.imag == pytest.approx(published.imag, rel=1e-5)


def test_radial_modes_from_seeds_are_those_of_the_complete_search(bu0):
    for mode in radial_modes(bu0, 2, 1e-9).modes:
        square = eigenvalue_from_seed(RadialProblem(bu0), bu0, 1.02 * mode.omega.real**2, 1e-9)
        assert math.sqrt(square) == pytest.approx(mode.omega.real, abs=2.0 * mode.omega_re_err)


def test_modes_on_a_fixed_metric_from_seeds_are_those_of_the_complete_search():
    star = solve_background(stratified(EnergyPolytrope(1.0, 100.0), 1.1), 0.4, 1e-9)
    for mode in cowling_modes(star, 2, ModeRequest(("f", "p", "g"), 1), 1e-9).modes:
        problem = CowlingProblem(star, 2)
        omega = eigenvalue_from_seed(problem, star, 1.01 * mode.omega.real, 1e-9)
        assert omega == pytest.approx(mode.omega.real, abs=2.0 * mode.omega_re_err)


def test_seed_without_a_mode_next_to_it_is_told():
    star = solve_background(ColdEOS("water", (ConstantDensity(1e-3),), "water"), 0.2, 1e-8)
    omega = math.sqrt(star.mass / star.radius**3)  # incompressible matter has f only
    with pytest.raises(ArithmeticError, match="seed"):
        eigenvalue_from_seed(CowlingProblem(star, 2), star, 4.0 * omega, 1e-8)
