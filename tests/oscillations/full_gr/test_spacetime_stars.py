"""Space-time modes of stars: published values, an integration, and independent counts."""

import math

import numpy as np
import pytest
import torch

from parode_core import Status
from parode_core.nonlinear_eigen import FactoredFunction, count_roots
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.oscillations.full_gr.interior.responses import Interiors, interiors
from stellar.oscillations.full_gr.spacetime.certificate import Box
from stellar.oscillations.full_gr.spacetime.matching import matching, mismatch_function, terms
from stellar.oscillations.full_gr.spacetime.modes import spacetime_modes
from stellar.oscillations.full_gr.spacetime.roots import spacetime_roots
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.full_gr import Accuracy
from stellar.shooting.matching import RootFunction
from stellar.shooting.roots import polish

DENSITY = 7.42591549e-19  # km^-2 for 1 g/cm^3, with the constants of the published tables
REST_MASS = ("polytrope:gamma=2,K=100", math.log1p(2 * 100 * 1.28e-3))
COMPACT = ("energy-polytrope:n=1,K=100", 2 * math.log1p(100 * 1e16 * DENSITY))
DILUTE = ("energy-polytrope:n=1,K=100", 0.028)  # M/R = 0.02
TRAPPING = ("energy-polytrope:n=0.5,K=100", 0.85)  # M/R = 0.34
NODES = 24


@pytest.fixture(scope="module")
def responses(stars_of_engine):
    def respond(stars, l, nodes=NODES, **options):
        """Interiors of stars that have elements alike."""
        eos = pack([resolve(spec) for spec, _ in stars])
        h_c = torch.tensor([height for _, height in stars], dtype=torch.float64)
        groups = stars_of_engine(eos, h_c, nodes)
        return [(lanes, interiors(star, l, **options)) for lanes, star in groups]

    return respond


def same_box(lanes, *edges):
    return Box(*(torch.full((lanes,), edge, dtype=torch.float64) for edge in edges))


def of_mass(search, response):
    """Labels and M omega."""
    mass = float(response.compactness * response.radius)
    return {mode.label: mode.omega * mass for mode in search.modes}


def test_modes_of_the_compact_polytrope_have_their_published_values(responses):
    """Andersson, Kokkotas & Schutz (1995), tables of the polytrope of 1e16 g/cm^3."""
    _, inside = responses([COMPACT], 2)[0]
    (search,) = spacetime_modes(inside, ModeRequest(("w",), 3))
    assert search.complete
    assert search.message == ""
    found = of_mass(search, inside.response)
    published = {"w1": 0.471 + 0.056j, "w2": 0.653 + 0.164j, "w3": 0.891 + 0.227j}
    published["wII1"] = 0.559 + 0.384j
    published["wII2"] = 0.354 + 0.838j
    for label, value in published.items():
        assert abs(found[label].real - value.real) < 6e-4
        assert abs(found[label].imag - value.imag) < 6e-4


@pytest.mark.parametrize(
    ("star", "l"),
    [(REST_MASS, 2), (COMPACT, 3), (TRAPPING, 4)],
)
def test_modes_are_roots_for_an_integration_of_the_star_too(star, l, responses):
    """Newton steps with the textbook equations lead from none of them away."""
    _, inside = responses([star], l)[0]
    (search,) = spacetime_modes(inside, ModeRequest(("w",), 2))
    assert search.complete
    own = np.array([mode.omega for mode in search.modes])
    own = own[
        own.imag < 3.0 / float(inside.response.radius)
    ]  # above, an integration loses its digits
    assert len(own) >= 2
    shot = RootFunction(solve_background(resolve(star[0]), star[1], 1e-12), l, Accuracy(1e-11))
    there = polish(shot, own, tolerance=1e-9, max_step=0.02, iterations=3)
    assert np.abs(there.roots / own - 1.0).max() < 2e-6


def counted(response, box):
    """Roots of F by its logarithmic derivative, poles taken out, no list of roots used."""
    star = matching(response, box.centre, 40)
    poles = response.poles.sqrt()
    inside = box.holds(poles) & poles.isfinite()
    places = torch.where(inside, poles, torch.nan)
    function = FactoredFunction(mismatch_function(4))
    found = count_roots(
        function, box.region(), (terms(star), places, inside.long()), max_points=2048
    )
    assert (found.status == int(Status.OK)).all()
    return found.count.tolist()


@pytest.mark.parametrize("l", [2, 4])
@pytest.mark.parametrize("star", [DILUTE, REST_MASS, TRAPPING])
def test_lists_are_as_long_as_a_count_that_knows_none_of_them(star, l, responses):
    """In dilute stars the modes are damped within a period: omega R = 0.35 + 4.0i for C = 0.02."""
    _, (response, _) = responses([star], l)[0]
    box = same_box(1, 0.15, 6.0, 0.4, 7.0 if star is DILUTE else 3.3)
    found = spacetime_roots(response, box)
    assert found.complete.all()
    assert found.omega.isfinite().sum() == found.count
    assert found.count.tolist() == counted(response, box)


def test_modes_of_dilute_stars_are_all_strongly_damped(responses):
    _, (response, _) = responses([DILUTE], 2)[0]
    found = spacetime_roots(response, same_box(1, 0.0, 8.0, 0.2, 6.0))
    assert found.complete.all()
    there = found.omega.isfinite()
    assert int(there.sum()) >= 2
    assert found.omega[there].imag.min() > 3.5


@pytest.mark.parametrize("star", [DILUTE, REST_MASS, COMPACT, TRAPPING])
@pytest.mark.parametrize("nodes", [12, 16])
def test_more_nodes_move_modes_by_no_more_than_their_errors(star, nodes, responses):
    request = ModeRequest(("w",), 2)
    (few,), (many,) = (
        spacetime_modes(responses([star], 2, size)[0][1], request) for size in (nodes, 32)
    )
    known = {mode.label: mode for mode in many.modes}
    assert len(few.modes) >= 2
    for mode in few.modes:
        other = known[mode.label]
        off = mode.omega - other.omega
        assert abs(off.real) <= mode.omega_re_err + other.omega_re_err
        assert abs(off.imag) <= mode.omega_im_err + other.omega_im_err
        assert mode.omega_re_err + mode.omega_im_err < 1e-3 * abs(mode.omega)


def test_errors_hold_what_rounding_leaves_of_high_modes(responses):
    """Parts of broad modes cancel in their norm, and what rounding leaves of them grows."""
    request, stars = ModeRequest(("w",), 4), [(REST_MASS[0], 0.1 + 0.02 * k) for k in range(10)]
    few, many = (responses(stars, 4, size, orders=18) for size in (24, 30))
    compared = 0
    for (lanes, own), (same, others) in zip(few, many, strict=True):
        assert torch.equal(lanes, same)
        searches = (spacetime_modes(inside, request) for inside in (own, others))
        for search, other in zip(*searches, strict=True):
            known = {mode.label: mode for mode in other.modes}
            for mode in search.modes:
                finer = known[mode.label]
                off = mode.omega - finer.omega
                assert abs(off.real) <= mode.omega_re_err + finer.omega_re_err
                assert abs(off.imag) <= mode.omega_im_err + finer.omega_im_err
                compared += 1
    assert compared > 4 * len(stars)


def random_stars(count):
    draw = np.random.default_rng(7)
    return [
        (f"energy-polytrope:n={draw.uniform(0.5, 1.5)},K=100", draw.uniform(0.08, 0.5))
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "l"),
    [(8, 2)] + [pytest.param(100, l, marks=pytest.mark.slow) for l in (2, 3, 4)],
)
def test_of_random_stars_every_list_is_proven(count, l, responses):
    proven, roots, resolved = 0, 0, 0
    for lanes, inside in responses(random_stars(count), l):
        found = spacetime_roots(inside.response, same_box(len(lanes), 0.3, 6.0, 0.1, 4.0))
        proven += int(found.proven.sum())
        roots += int(found.count.sum())
        resolved += int((found.status == int(Status.OK)).sum())
    assert proven >= 0.99 * count
    assert resolved >= 0.99 * roots


@pytest.fixture(scope="module")
def some(responses):
    """Seventy stars out of three."""
    stars = [(COMPACT[0], height) for height in (0.1, 0.3, 0.5)]
    _, (response, _) = responses(stars, 2, 16)[0]
    return response.select(torch.arange(70) % 3)


def columns(found):
    return (found.omega, found.re_errors, found.im_errors, found.residual, found.status)


def same(one, other):
    return torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))


def test_a_star_has_the_same_bits_wherever_it_stands(some):
    found = spacetime_roots(some, same_box(70, 0.0, 5.0, 0.05, 3.0))
    for values in columns(found):
        assert same(values, values[:3].repeat(24, 1)[:70])
    for lane in (1, 2):
        alone = some.select(torch.tensor([lane]))
        own = spacetime_roots(alone, same_box(1, 0.0, 5.0, 0.05, 3.0))
        for values, all_values in zip(columns(own), columns(found), strict=True):
            width = int(own.omega.isfinite().sum())
            assert same(values[0, :width], all_values[lane, :width])


def test_named_modes_of_a_star_have_the_same_bits_wherever_it_stands(stars_of_engine):
    eos = pack([resolve(COMPACT[0])] * 3)
    heights = torch.tensor([0.25, 0.35, 0.5], dtype=torch.float64)
    ((_, star),) = stars_of_engine(eos, heights, 12)
    request = ModeRequest(("w",), 2)
    several = spacetime_modes(interiors(star.select(torch.arange(23) % 3), 2), request)
    for lane in (0, 1, 2, 21, 22):
        alone = star.select(torch.tensor([lane % 3]))
        (search,) = spacetime_modes(interiors(alone, 2), request)
        assert len(search.modes) >= 2
        assert search.modes == several[lane].modes


def test_a_poisoned_star_says_so_and_changes_no_other(some):
    box = same_box(70, 0.0, 5.0, 0.05, 3.0)
    clean = spacetime_roots(some, box)
    broken = some.select(torch.arange(70))
    broken.mu[5] = torch.nan
    broken.status[5] = int(Status.NOT_CONVERGED)
    found = spacetime_roots(broken, box)
    others = torch.arange(70) != 5
    for values, known in zip(columns(found), columns(clean), strict=True):
        assert same(values[others], known[others])
    assert found.lane_status[5] == Status.NOT_CONVERGED
    assert found.omega[5].isnan().all()
    failed = Interiors(broken.select(torch.tensor([5])), [])
    (search,) = spacetime_modes(failed, ModeRequest(("w",), 2))
    assert not search.complete
    assert search.modes == ()
    assert "converge" in search.message


def test_a_band_holds_the_modes_that_lie_in_it(responses):
    _, inside = responses([REST_MASS], 2)[0]
    (all_modes,) = spacetime_modes(inside, ModeRequest(("w",), 3))
    edges = sorted(mode.omega.real for mode in all_modes.modes)
    band = (0.5 * (edges[0] + edges[1]), 0.5 * (edges[2] + edges[3]))
    (some_modes,) = spacetime_modes(inside, ModeRequest(("w",), band=band))
    assert some_modes.complete
    known = [mode for mode in all_modes.modes if band[0] < mode.omega.real < band[1]]
    assert [mode.label for mode in some_modes.modes] == [mode.label for mode in known]
    for mode, other in zip(some_modes.modes, known, strict=True):
        assert mode.omega == pytest.approx(other.omega, rel=1e-8)
