"""Modes are compared at equal error, a mode to a mode, with the baseline that is said."""

import math

import pytest
from pretended_device import NAME, PretendedDevice

from stellar.benchmarks.baselines.mode_engine import ENGINE_MODES, engine_on
from stellar.benchmarks.baselines.mode_method import ModeMethod, Spectrum
from stellar.benchmarks.baselines.shooting_one_by_one import DISPLACED, one_by_one
from stellar.benchmarks.mode_choice import Choice, asked, choose, deviation, times_faster
from stellar.benchmarks.modes import KINDS, spectrum_of
from stellar.benchmarks.star_samples import Sample, sample
from stellar.eos.catalogue.lookup import resolve
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background

# M omega of a spectral code for the star of Gamma = 2, K = 100 and rho_c = 1.28e-3
PUBLISHED = {
    (2, "f"): 0.0683887025293 + 2.35106679e-5j,
    (2, "p1"): 0.160638773786 + 4.77951542e-6j,
    (2, "w1"): 0.437287908111 + 0.304542854j,
}
FLUID = Spectrum("f and p1", ModeRequest(("f", "p"), 1), "full", (1e-8, 1e-4))
TRUTH = [{(2, "f"): 0.1 + 1e-5j, (2, "p1"): 0.2 + 1e-6j}]


def test_one_by_one_finds_published_modes_from_displaced_seeds():
    middle = sample("gamma", 1)
    h_c = math.log1p(2.0 * 100.0 * 1.28e-3)
    star = Sample("gamma", middle.h_c * 0.0 + h_c, middle.parameters)
    mass = solve_background(resolve("polytrope:gamma=2,K=100"), h_c, 1e-11).mass
    truth = [{name: omega / mass for name, omega in PUBLISHED.items()}]
    found = one_by_one(truth).solver(FLUID, 1e-8)(star)
    assert DISPLACED == 0.01
    assert found[0].keys() == PUBLISHED.keys()
    real, imaginary = deviation(found, truth)
    assert real < 1e-8
    assert imaginary < 1e-5


def test_the_engine_computes_on_the_device_it_is_told():
    stars = sample("gamma", 2)
    spectrum = Spectrum("f", ModeRequest(("f",), 1), "cowling", (1e-8, math.inf))
    known = ENGINE_MODES.solver(spectrum, 1e-6)(stars)
    with PretendedDevice() as device:
        found = engine_on(NAME).solver(spectrum, 1e-6)(stars)
    assert device.used
    assert deviation(found, known)[0] < 1e-11


def made_up(*errors):
    """A method whose n-th setting has the n-th error, in Re omega."""

    def solver(_, setting):
        return lambda _: [
            {name: complex(omega.real * (1.0 + errors[setting]), omega.imag)
             for name, omega in TRUTH[0].items()}
        ]  # fmt: skip

    return ModeMethod("made up", "number", tuple(range(len(errors))), solver, most=1)


def test_setting_that_misses_the_target_is_not_chosen():
    star = sample("gamma", 1)
    chosen = choose(made_up(1e-4, 1.1e-8, 0.9e-8, 1e-12), FLUID, star, TRUTH)
    assert chosen.setting == 2
    assert chosen.errors == pytest.approx((0.9e-8, 0.0))
    assert choose(made_up(1e-4, 1.1e-8), FLUID, star, TRUTH) is None


def test_setting_that_loses_a_mode_is_not_chosen():
    lost = [{(2, "f"): 0.1 + 1e-5j}]
    method = ModeMethod(
        "made up", "number", (0, 1), lambda _, k: lambda _: TRUTH if k else lost, most=1
    )
    assert choose(method, FLUID, sample("gamma", 1), TRUTH).setting == 1


def test_ratios_are_of_seconds_a_mode():
    all_at_once = Choice(1e-8, (0.0, 0.0), 5.0, 1.5)
    assert all_at_once.each == pytest.approx(0.3)
    assert times_faster(all_at_once, 0.015, 5.0) == pytest.approx(100.0)
    assert times_faster(all_at_once, 0.015, 10.0) == pytest.approx(200.0)
    assert math.isnan(times_faster(None, 0.015, 5.0))


def test_modes_beside_those_asked_for_do_not_count():
    found = [{(2, "wII1"): 0.2 + 0.3j, (2, "w1"): 0.4 + 0.3j}]
    truth = asked(found)
    assert truth == [{(2, "w1"): 0.4 + 0.3j}]
    method = ModeMethod("made up", "number", (0,), lambda *_: lambda _: found, most=1)
    assert choose(method, FLUID, sample("gamma", 1), truth).modes == 1


def test_a_missing_mode_is_no_small_error():
    near = {(2, "f"): 0.1 * (1 + 1e-6) + 1.1e-5j, (2, "p1"): 0.2 + 1e-6j}
    assert deviation([near], TRUTH) == pytest.approx((1e-6, 0.1))
    assert deviation([{(2, "f"): 0.1 + 1e-5j}], TRUTH) == (math.inf, math.inf)


@pytest.mark.parametrize("kind", KINDS)
def test_gravity_modes_are_asked_of_stratified_matter_only(kind):
    families = spectrum_of(kind, "cowling").request.families
    assert ("g" in families) == sample(kind, 1).equations[0].stratified
