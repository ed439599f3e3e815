"""What the benchmark compares are the same stars: every way to build them, and its settings."""

import math

import pytest
import torch

from stellar.benchmarks import family
from stellar.benchmarks.baselines.method import Method
from stellar.benchmarks.core import METHODS, choose
from stellar.benchmarks.timing import in_turn, one_thread
from stellar.eos.catalogue.lookup import resolve
from stellar.shooting.background import solve_background

FINE = {
    "chord": 22,
    "chord-cold": 22,
    "newton": 22,
    "runge-kutta-8": 40,
    "runge-kutta-5": 160,
    "torchdiffeq": 1e-11,
    "torchode": 1e-11,
    "numba": 1e-11,
    "heyoka": 1e-10,
    "scipy": 1e-11,
}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_builds_the_same_stars(name):
    method = METHODS[name]
    if not method.installed:
        pytest.skip(f"{method.needs} is not installed")
    count = 6
    masses = method.solver(FINE[name])(family.stars(count))
    assert family.error(masses, count) < 3e-11


def test_reference_agrees_with_shooting():
    stars = family.stars(3)
    eos = resolve("polytrope:gamma=2,K=100")
    for h_c, mass in zip(stars.h_c.tolist(), family.reference(3).tolist(), strict=True):
        centre = eos.evaluate(h_c)
        rho_c = float(centre.eps + centre.p) * math.exp(-h_c)
        shot = solve_background(eos, h_c, 1e-12)
        assert mass == pytest.approx(shot.mass * math.sqrt(rho_c), rel=1e-9)


def test_cheapest_setting_that_meets_a_target_is_taken():
    truth = family.reference(8)
    method = Method(
        "made up", "digits", (2, 4, 6), lambda digits: lambda _: truth * (1 + 10**-digits),
        most=8, kind="scalar",
    )  # fmt: skip
    found = choose(method, (2e-2, 2e-5, 1e-9))
    assert found[2e-2].setting == 2
    assert found[2e-5].setting == 6
    assert found[1e-9].setting is None
    assert found[1e-9].error == pytest.approx(1e-6, rel=1e-3)


def test_timing_calls_in_turn_and_gives_the_threads_back():
    calls = []
    timings = in_turn({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 2)
    assert calls == ["a", "b"] * 3
    assert timings["a"].least <= timings["a"].median <= timings["a"].most
    threads = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == threads
