"""Frequencies by shapes: of second order in what the collocation is off by, and told as such."""

from functools import lru_cache

import pytest
import torch

from parode_core import Status
from stellar.oscillations.full_gr.fluid.quasinormal import (
    FARTHEST_OFF,
    FluidModes,
    corrected,
    fluid_modes,
)
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.full_gr.stationary import stationary

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
HYBRID = "css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8"
STRATIFIED_HYBRID = "css:base=(pp:SLy,gamma1=1.1x),rho_t=5e14,deps=0.2,cs2=0.8"

# of each star: h_c, and few nodes and many on an element
STARS = {
    "smooth": (BU0, 0.22, 12, 28),
    "surface of power 3/2": ("energy-polytrope:n=1.5,K=100", 0.2, 14, 32),
    "stratified": (LAYERED, 0.3, 12, 30),
    "piecewise": ("pp:SLy", 0.22, 12, 28),
    "density jump": (HYBRID, 0.25, 12, 28),
    "stratified with a density jump": (STRATIFIED_HYBRID, 0.25, 12, 28),
    "bare surface": ("mit:B=60", 0.2, 10, 24),
}
# stars that are harder than most: more features than nodes, and dampings that nearly cancel
HARDER = {
    "short elements": ("pp:SLy", 0.2998, 12, 30),
    "compact with a density jump": (
        "css:base=(pp:SLy,gamma1=1.05x),rho_t=5e14,deps=0.2,cs2=0.8",
        0.3,
        18,
        30,
    ),
}
each_star = pytest.mark.parametrize("name", STARS)
ROUNDING = 1e-12  # of a frequency
CLEAR = 1e-6  # relative error
LOW = 4  # radial orders


@pytest.fixture(scope="module")
def solved(star_on_nodes):
    @lru_cache
    def solve(name, l):
        """Modes of few nodes as collocated and corrected, and those of many nodes."""
        spec, h_c, few, many = (STARS | HARDER)[name]
        star = star_on_nodes((spec,), (h_c,), many)
        inside, sharp = (interiors(star, l, size=size) for size in (few, many))
        found = fluid_modes(inside.response)
        return (
            inside,
            found,
            corrected(found, inside),
            corrected(fluid_modes(sharp.response), sharp),
        )

    return solve


def pairs(modes: FluidModes, sharp: FluidModes):
    """Places of modes of the one and of the same modes of the other, [mode] each."""
    known = (modes.status == int(Status.OK)) | (modes.status == int(Status.BELOW_NOISE_FLOOR))
    own = (known[0] & modes.omega[0].isfinite()).nonzero()[:, 0]
    apart = (modes.omega[0, own].unsqueeze(1).real - sharp.omega[0].real).abs()
    return own, apart.nan_to_num(nan=torch.inf).argmin(dim=1)


@pytest.mark.parametrize("name", STARS | HARDER)
@pytest.mark.parametrize("l", [2, 3])
def test_modes_of_few_nodes_are_those_of_many_within_their_errors(name, l, solved):
    _, _, modes, sharp = solved(name, l)
    own, same = pairs(modes, sharp)
    # what is told of those that are hardly modes is but an estimate
    clear = modes.re_error[0, own] < CLEAR * modes.omega[0, own].real
    own, same = own[clear], same[clear]
    assert own.numel() >= 2
    off = modes.omega[0, own] - sharp.omega[0, same]
    assert (off.real.abs() <= (modes.re_error[0, own] + sharp.re_error[0, same])).all()
    assert (off.imag.abs() <= (modes.im_error[0, own] + sharp.im_error[0, same])).all()


@pytest.mark.parametrize("name", [name for name in STARS if "3/2" not in name])
@pytest.mark.parametrize("l", [2, 3])
def test_what_is_left_is_of_second_order(name, l, solved):
    inside, found, modes, sharp = solved(name, l)
    own, same = pairs(modes, sharp)
    low = inside.response.signed_nodes[0, own].abs() <= 1
    own, same = own[low], same[low]
    exact = sharp.omega[0, same].real
    was = (found.omega[0, own].real - exact).abs() / exact
    off = (modes.omega[0, own].real - exact).abs() / exact
    # where the first order is there; by chance it may be zero
    there = was > 1e-10
    assert there.any()
    assert (off <= 1e-2 * was + ROUNDING)[there].all()


@each_star
def test_errors_are_smaller_than_what_was_taken_away(name, star_on_nodes):
    spec, h_c, _, _ = STARS[name]
    inside = interiors(star_on_nodes((spec,), (h_c,), 24), 2)
    found = fluid_modes(inside.response)
    modes = corrected(found, inside)
    size = modes.omega.real
    moved, told = (modes.omega - found.omega).real.abs() / size, modes.re_error / size
    low = modes.omega.isfinite() & (inside.response.signed_nodes.abs() <= LOW)
    assert int(low.sum()) >= LOW
    # and where nothing was to be taken away little is said to be left
    assert (told[low] <= moved[low].clamp_min(1e-9)).all()
    assert (told[low & (moved < 1e-13)] < 1e-10).all()


@pytest.mark.parametrize("name", ["stratified", "stratified with a density jump"])
def test_what_is_far_off_is_no_mode(name, solved):
    inside, found, modes, _ = solved(name, 2)
    moved = stationary(inside, found.omega, found.steepness).moved.abs()
    lost = found.omega.isfinite() & (moved > FARTHEST_OFF * found.omega.abs())
    assert lost.any()
    assert (modes.status[lost] == int(Status.MODE_NOT_FOUND)).all()
    assert not modes.omega[lost].isfinite().any()
    kept = found.omega.isfinite() & ~lost
    assert modes.omega[kept].isfinite().all()
    assert (modes.status[kept] != int(Status.MODE_NOT_FOUND)).all()


@pytest.mark.parametrize("name", ["piecewise", "density jump", "short elements"])
def test_damping_is_of_third_order_in_the_amplitude_of_the_wave(name, solved):
    """The functional alone is off by the square of what it takes away."""
    _, found, modes, sharp = solved(name, 2)
    own, same = pairs(modes, sharp)
    exact = sharp.omega[0, same].imag
    taken = ((found.omega[0, own].imag - exact) / exact).abs()
    off = ((modes.omega[0, own].imag - exact) / exact).abs()
    told = (modes.im_error[0, own] + sharp.im_error[0, same]) / exact
    clear = (modes.re_error[0, own] < CLEAR * modes.omega[0, own].real) & (told < 0.1)
    # where what the amplitude is off by is large beside the rest
    there = clear & (taken > 1e-2) & (taken < 0.5)
    assert there.any()
    assert (off <= 0.1 * taken**2)[there].all()


@pytest.mark.parametrize("size", [16, 18, 20])
def test_dampings_are_told_by_how_far_flux_and_functional_agree(size, star_on_nodes):
    """Not by what errors of the shape could add at most: a thousand times what they do."""
    star = star_on_nodes((BU0,), (0.22,), 32)
    inside, sharp = (interiors(star, 2, size=nodes) for nodes in (size, 32))
    found = fluid_modes(inside.response)
    modes, known = corrected(found, inside), corrected(fluid_modes(sharp.response), sharp)
    own, same = pairs(modes, known)
    low = inside.response.signed_nodes[0, own] <= LOW
    own, same = own[low], same[low]
    exact = known.omega[0, same].imag
    taken = (found.omega[0, own].imag - exact).abs()
    left = (modes.omega[0, own].imag - exact).abs()
    told = modes.im_error[0, own]
    assert (left <= told).all()
    there = taken > 1e-6 * exact
    assert there.any()
    assert (told <= 0.1 * taken)[there].all()


@pytest.mark.parametrize("name", ["smooth", "piecewise", "stratified", "bare surface"])
def test_modes_that_radiate_need_no_space_but_that_of_the_drive(name, star_on_nodes):
    spec, h_c, _, many = STARS[name]
    star = star_on_nodes((spec,), (h_c,), many)
    both, driven = (interiors(star, 2, size=20, orders=7, faint=faint) for faint in (True, False))
    assert driven.response.mu.shape[1] < 0.8 * both.response.mu.shape[1]
    modes, fewer = (corrected(fluid_modes(inside.response), inside) for inside in (both, driven))
    low = (both.response.signed_nodes[0] >= 0) & (both.response.signed_nodes[0] <= LOW)
    low = low & modes.omega[0].isfinite() & (modes.omega[0].imag < 0.005 * modes.omega[0].real)
    assert int(low.sum()) == LOW + 1
    for omega, re_error, im_error in zip(
        modes.omega[0, low], modes.re_error[0, low], modes.im_error[0, low], strict=True
    ):
        place = (fewer.omega[0] - omega).abs().nan_to_num(nan=torch.inf).argmin()
        off = fewer.omega[0, place] - omega
        assert off.real.abs() <= re_error + fewer.re_error[0, place]
        assert off.imag.abs() <= im_error + fewer.im_error[0, place]


def test_the_faintest_damping_keeps_its_digits(star_on_nodes):
    """l = 3 g-modes of a stratified star lose 1e-13 to 1e-18 of their amplitude in a radian."""
    star = star_on_nodes((LAYERED,), (0.3,), 30)
    tables = []
    for size in (22, 30):
        inside = interiors(star, 3, size=size)
        modes = corrected(fluid_modes(inside.response), inside)
        signed, there = inside.response.signed_nodes, modes.omega.isfinite()
        places = [int(((signed == -n) & there)[0].nonzero()[-1]) for n in (1, 2, 3, 4)]
        assert (modes.status[0, places] == int(Status.OK)).all()
        tables.append((modes.omega[0, places], modes.im_error[0, places]))
    (few, told), (many, rest) = tables
    ratio = many.imag / many.real
    assert ratio.max() < 1e-12
    assert ratio.min() < 1e-17
    assert ((few.imag - many.imag).abs() <= told + rest).all()
    assert ((few.imag / many.imag - 1.0).abs() < 1e-6).all()
    assert (told < 1e-3 * many.imag).all()


@pytest.fixture(scope="module")
def several(star_on_nodes):
    """69 stars out of three different ones with up to seven elements."""
    star = star_on_nodes((BU0, LAYERED, "pp:SLy"), (0.2, 0.25, 0.2), 12)
    return star.select(torch.arange(69) % 3)


def told(star):
    """Corrected modes and their errors, [star, pole]."""
    inside = interiors(star, 2)
    modes = corrected(fluid_modes(inside.response), inside)
    numbers = (modes.omega.real, modes.omega.imag, modes.re_error, modes.im_error)
    return [part.nan_to_num(nan=-7.0) for part in (*numbers, modes.sensitivity, modes.status)]


def test_a_star_has_the_same_bits_wherever_it_stands(several):
    whole = told(several)
    for values in whole:
        assert torch.equal(values, values[:3].repeat(23, 1))
    for lane in (0, 1, 2, 68):
        alone = told(several.select(torch.tensor([lane])))
        for values, known in zip(alone, whole, strict=True):
            assert torch.equal(values[0], known[lane, : values.shape[1]])


@pytest.mark.parametrize("poison", [torch.nan, -1e6])
def test_a_poisoned_star_changes_no_other(poison, several):
    x_ratio = several.x_ratio.clone()
    x_ratio[[0, 67]] = poison
    broken = type(several)(several.mesh, several.eos, several.segment, x_ratio, several.v_ratio)
    others = torch.tensor([lane for lane in range(69) if lane not in (0, 67)])
    for values, known in zip(told(broken), told(several), strict=True):
        assert torch.equal(values[others], known[others])


def test_a_star_without_modes_stays_without(star_on_nodes):
    inside = interiors(star_on_nodes((BU0,), (0.22,), 12), 2)
    found = fluid_modes(inside.response, wanted=torch.zeros_like(inside.response.resolved))
    modes = corrected(found, inside)
    assert not modes.omega.isfinite().any()
    assert (modes.status == int(Status.MODE_NOT_FOUND)).all()
