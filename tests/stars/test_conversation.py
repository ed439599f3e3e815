"""Searches that ask for stars: the same results alone and side by side, few stars asked for."""

import math

import pytest

from stellar.stars.conversation import Wanted, answer, answer_all, together
from stellar.stars.equilibrium import Point
from stellar.stars.roots import bracketed_root, root_by_slope


def star(h):
    """A made-up sequence with a maximum at h = 0.6."""
    return Point(h, math.sin(h / 0.6 * math.pi / 2), 12.0 - h, 1.1 * h, math.cos(
        h / 0.6 * math.pi / 2
    ) * math.pi / 1.2, -1.0)  # fmt: skip


class Counted:
    """Answers wants one by one and counts the stars."""

    def __init__(self):
        self.stars = 0

    def __call__(self, wanted):
        self.stars += len(wanted.h_c)
        return [star(h) if h < 2.0 else None for h in wanted.h_c]


def mass_search(mass):
    return root_by_slope(
        star(0.2), star(0.4), lambda s: s.mass / mass - 1.0, lambda s: s.mass_slope / mass
    )


@pytest.mark.parametrize("mass", [0.51, 0.6, 0.7, 0.85])
def test_mass_is_found_to_rounding_with_few_stars(mass):
    solve = Counted()
    h = answer(mass_search(mass), solve)
    assert h == pytest.approx(0.6 * math.asin(mass) / (math.pi / 2), rel=1e-15)
    assert solve.stars <= 5


def test_maximum_is_found_to_the_tolerance_asked():
    solve = Counted()
    top = answer(bracketed_root(star(0.5), star(0.75), lambda s: s.mass_slope, 1e-13), solve)
    assert top.h_c == pytest.approx(0.6, abs=1e-13)
    assert solve.stars <= 12


def test_root_a_hair_outside_its_bracket_is_found():
    exact = 0.6 * math.asin(0.7) / (math.pi / 2)
    low, high = star(0.2), star(exact * (1.0 - 1e-6))
    search = root_by_slope(low, high, lambda s: s.mass / 0.7 - 1.0, lambda s: s.mass_slope / 0.7)
    assert answer(search, Counted()) == pytest.approx(exact, rel=1e-14)


def test_value_far_outside_the_bracket_is_refused():
    search = root_by_slope(star(0.2), star(0.3), lambda s: s.mass - 0.99, lambda s: s.mass_slope)
    with pytest.raises(ArithmeticError, match=r"0\.2 and 0\.3"):
        answer(search, Counted())


def test_many_searches_share_their_batches_and_one_that_fails_leaves_the_others_alone():
    def broken():
        (nothing,) = yield Wanted((3.0,))
        raise ArithmeticError("no star" if nothing is None else "a star")

    masses = [0.55, 0.65, 0.8]
    batches = []

    def solve(asked):
        batches.append(len(asked))
        return [Counted()(wanted) for _, wanted in asked]

    searches = [mass_search(masses[0]), broken(), *map(mass_search, masses[1:])]
    first, failure, *others = answer_all(searches, solve)
    alone = [answer(mass_search(mass), Counted()) for mass in masses]
    assert [first, *others] == alone
    assert isinstance(failure, ArithmeticError)
    assert batches[0] == 4
    assert len(batches) <= 6


def test_searches_of_one_sequence_ask_together():
    asked = []

    def solve(wanted):
        asked.append(wanted.h_c)
        return [star(h) for h in wanted.h_c]

    found = answer(together([mass_search(0.6), mass_search(0.7)]), solve)
    assert found == [answer(mass_search(mass), Counted()) for mass in (0.6, 0.7)]
    assert len(asked[0]) == 2
