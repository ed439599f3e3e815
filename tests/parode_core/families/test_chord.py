"""The chord method: random polytropes, equality with Newton, lanes apart, stragglers, both ends."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from parode_core.collocation.elements import GRADED_RIGHT, mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.families import chord
from parode_core.families.atlas import Atlas
from parode_core.families.chart import Chart
from parode_core.families.chord import Chord
from parode_core.lanes import take
from parode_core.solvers import newton
from parode_core.solvers.newton import Newton
from parode_core.status import Status
from stellar.stars.collocation.polytropes import (
    POLYTROPES,
    Polytropes,
    bulk,
    one_element,
    polytrope_chart,
)

F64 = torch.float64
FIELDS = ("y", "status", "residual", "iterations", "correction", "error")
ELEMENTS = one_element(28, GRADED_RIGHT)
SPACING = (0.2, 0.2)


def polytropes(count: int, seed: int = 0) -> Polytropes:
    generator = torch.Generator().manual_seed(seed)
    gamma, share = torch.rand(2, count, generator=generator, dtype=F64)
    return Polytropes(1.7 + 1.3 * gamma, 0.025 * 40.0**share)


def new_atlas(spacing=SPACING, elements=ELEMENTS) -> Atlas:
    return Atlas(POLYTROPES, polytrope_chart(elements, spacing))


def solved(atlas: Atlas, stars: Polytropes, method: Chord | None = None, elements=ELEMENTS):
    return chord.solve(atlas, stars, elements, len(stars.h_c), method=method or Chord(1e-10))


def equal_lanes(found, of_found, other, of_other) -> bool:
    return all(
        torch.equal(
            getattr(found, name)[of_found].nan_to_num(-1.0),
            getattr(other, name)[of_other].nan_to_num(-1.0),
        )
        for name in FIELDS
    )


def stable_stars(atlas: Atlas, count: int) -> Polytropes:
    """Random members with compactness 0.02 to 0.3 below that of the largest mass."""
    stars = polytropes(2 * count)
    step = 1e-3
    further = stars._replace(h_c=stars.h_c * (1.0 + step))
    now, then = (bulk(solved(atlas, members), members) for members in (stars, further))
    # K is the same, and rho_c = (z_c/K)^n the unit
    power = -0.5 / (stars.gamma - 1.0)
    growth = (torch.expm1(further.h_c) / torch.expm1(stars.h_c)) ** power
    compactness = now.mass / now.radius
    rising = then.mass * growth > now.mass
    chosen = (compactness > 0.02) & (compactness < 0.3) & rising
    kept = torch.nonzero(chosen).flatten()[:count]
    return take(stars, kept)


def mass_by_marching(gamma: float, h_c: float) -> float:
    """By scipy, in r and m over (h_c - h)^(1/2)."""
    n = 1.0 / (gamma - 1.0)
    z_c = math.expm1(h_c) / (n + 1.0)

    def matter(h):
        z = math.expm1(max(h, 0.0)) / (n + 1.0)
        rho = (z / z_c) ** n
        return rho * z, rho + n * rho * z

    def rates(x, state):
        r, m = state
        p, eps = matter(h_c - x * x)
        slope = 2.0 * x * r * (r - 2.0 * m) / (m + 4.0 * math.pi * r**3 * p)
        return [slope, 4.0 * math.pi * r * r * eps * slope]

    p, eps = matter(h_c)
    x = 1e-4 * math.sqrt(h_c)
    r = x * math.sqrt(1.5 / (math.pi * (eps + 3.0 * p)))
    start = [r, 4.0 / 3.0 * math.pi * eps * r**3]
    span = (x, math.sqrt(h_c))
    return solve_ivp(rates, span, start, method="DOP853", rtol=1e-12, atol=1e-14).y[1, -1]


def test_all_of_ten_thousand_random_polytropes_are_solved():
    atlas = new_atlas()
    stars = stable_stars(atlas, 10_000)
    assert len(stars.h_c) == 10_000
    found = solved(atlas, stars)
    assert bool(found.ok.all())
    masses = bulk(found, stars).mass
    # what 28 nodes leave out at a surface where eps goes as h^n
    sample = take(stars, torch.arange(0, 10_000, 20))
    fine = one_element(48, GRADED_RIGHT)
    better = bulk(newton.solve(POLYTROPES, sample, fine, 500), sample).mass
    errors = (masses[::20] / better - 1.0).abs()
    assert float(errors.max()) < 1e-9
    assert bool((found.error[::20] > errors).all())
    for lane in range(0, 10_000, 1700):
        expected = mass_by_marching(float(stars.gamma[lane]), float(stars.h_c[lane]))
        assert float(masses[lane]) == pytest.approx(expected, rel=1e-9)


def test_chord_agrees_with_newton_to_rounding():
    stars = polytropes(300)
    found = solved(new_atlas(), stars, Chord(1e-13))
    full = newton.solve(POLYTROPES, stars, ELEMENTS, 300, method=Newton(1e-13))
    assert bool((found.ok & full.ok).all())
    assert float((found.y - full.y).abs().max()) < 1e-11


def test_members_start_so_close_that_two_corrections_are_many():
    stars = polytropes(1000)
    found = solved(new_atlas((0.05, 0.05)), stars)
    assert float(found.iterations.double().mean()) < 2.0


def test_estimated_error_of_the_iteration_covers_what_further_corrections_change():
    stars = polytropes(1000)
    atlas = new_atlas()
    exact = solved(atlas, stars, Chord(1e-14))
    for tolerance in (1e-3, 1e-6, 1e-9):
        found = solved(atlas, stars, Chord(tolerance))
        change = (found.y - exact.y).abs().amax(dim=(1, 2, 3))
        assert float(change.max()) < tolerance


def test_a_lane_has_the_same_bits_in_any_batch():
    stars = polytropes(257)
    whole = solved(new_atlas(), stars)
    order = torch.randperm(257, generator=torch.Generator().manual_seed(1))
    assert equal_lanes(solved(new_atlas(), take(stars, order)), slice(None), whole, order)
    for lane in (0, 63, 64, 100, 256):
        index = torch.tensor([lane])
        alone = Polytropes(stars.gamma[index], stars.h_c[index])
        assert equal_lanes(solved(new_atlas(), alone), slice(None), whole, index)


def test_what_an_atlas_holds_changes_nothing_but_the_time():
    stars, others = polytropes(300), polytropes(300, seed=5)
    kept = new_atlas()
    solved(kept, others)
    before = len(kept)
    again = solved(kept, stars)
    assert len(kept) > before
    assert equal_lanes(again, slice(None), solved(new_atlas(), stars), slice(None))
    held = len(kept)
    solved(kept, stars)
    assert len(kept) == held


def test_stragglers_of_too_wide_cells_are_solved_by_newton():
    stars = polytropes(200)
    found = solved(new_atlas((3.0, 3.0)), stars)
    assert bool(found.ok.all())
    fine = solved(new_atlas(), stars)
    assert float((found.y - fine.y).abs().max()) < 1e-8
    single = solved(new_atlas((3.0, 3.0)), stars, Chord(1e-10, most=1))
    assert bool(single.ok.all())
    assert float((single.y - fine.y).abs().max()) < 1e-8


def test_members_of_a_cell_without_a_centre_are_solved_by_newton():
    stars = polytropes(130)
    chart = polytrope_chart(ELEMENTS, SPACING)

    def members(places):
        found, elements = chart.members(places)
        missing = found.h_c > 0.1
        return found._replace(h_c=torch.where(missing, torch.nan, found.h_c)), elements

    found = solved(Atlas(POLYTROPES, replace(chart, members=members)), stars)
    assert bool(found.ok.all())
    whole = solved(new_atlas(), stars)
    assert float((found.y - whole.y).abs().max()) < 1e-9


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300])
def test_a_lane_that_cannot_be_solved_fails_alone(value):
    stars = polytropes(257)
    clean = solved(new_atlas(), stars)
    for position in (0, 64, 256):
        h_c = stars.h_c.clone()
        h_c[position] = value
        found = solved(new_atlas(), stars._replace(h_c=h_c))
        others = torch.arange(257) != position
        assert equal_lanes(found, others, clean, others)
        assert found.statuses()[position] is not Status.OK
        assert bool(found.y[position].isnan().all())
    if not math.isfinite(value):
        assert found.statuses()[position] is Status.NON_FINITE_INPUT


# y'' + lambda e^y = 0, y(0) = y(1) = 0 (Bratu), as (y, y'/unit) with another unit behind x = 0.6
UNITS = (1.0, 4.0)


def bratu_fields(elements, strength):
    units = torch.tensor(UNITS, dtype=F64)[None, :, None].expand_as(elements.x)
    return strength[:, None, None].expand_as(elements.x), units


def bratu_rates(y, fields):
    strength, unit = fields
    value, slope = y.unbind(-1)
    return vector(slope * unit, -strength * value.exp() / unit)


BRATU = Problem(
    2,
    bratu_fields,
    bratu_rates,
    lambda elements, fields: vector(torch.zeros_like(fields[0]), torch.zeros_like(fields[0])),
    boundary=lambda left, right, fields: torch.stack((left[:, 0], right[:, 0]), dim=1),
    at_start=False,
    jump=lambda state, fields: state * torch.tensor([1.0, UNITS[0] / UNITS[1]], dtype=F64),
)
HALVES = mesh(torch.tensor([0.0, 0.6, 1.0], dtype=F64), 16)


def bratu_by_chord(strength):
    def members(places):
        return places[:, 0], HALVES

    atlas = Atlas(BRATU, Chart(lambda given: given.unsqueeze(1), members, (0.3,)))
    return chord.solve(atlas, strength, HALVES, len(strength), method=Chord(1e-13))


def bratu_exact(strength: float, x: np.ndarray) -> np.ndarray:
    theta = 1.0
    for _ in range(500):
        theta = math.sqrt(2.0 * strength) * math.cosh(theta / 4.0)
    return -2.0 * np.log(np.cosh((x - 0.5) * theta / 2.0) / np.cosh(theta / 4.0))


def test_conditions_at_both_ends_and_a_jump_between_elements():
    strength = torch.linspace(0.2, 3.0, 150, dtype=F64)
    found = bratu_by_chord(strength)
    assert bool(found.ok.all())
    x = HALVES.x[0].numpy()
    for lane in (0, 70, 149):
        expected = bratu_exact(float(strength[lane]), x)
        assert np.abs(found.y[lane, :, :, 0].numpy() - expected).max() < 1e-11
    order = torch.randperm(150, generator=torch.Generator().manual_seed(2))
    assert equal_lanes(bratu_by_chord(strength[order]), slice(None), found, order)
    assert equal_lanes(bratu_by_chord(strength[77:78]), slice(None), found, slice(77, 78))


MEMORY = """
import resource, torch
torch.set_num_threads(1)
from stellar.benchmarks import family
from stellar.benchmarks.core import METHODS
family_masses = METHODS["chord"].solver(17)(family.stars(65536))
assert bool(family_masses.isfinite().all())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_sixty_five_thousand_stars_take_less_than_four_gigabytes():
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(run.stdout) * unit < 4e9
