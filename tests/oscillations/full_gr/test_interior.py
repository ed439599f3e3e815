"""The interior of a star at any frequency, against an integration of the textbook equations."""

import math

import numpy as np
import pytest
import torch

from parode_core import Status
from stellar.eos.catalogue.lookup import resolve
from stellar.oscillations.full_gr.interior.chain import interior_chain
from stellar.oscillations.full_gr.interior.elements import interior_elements
from stellar.oscillations.full_gr.interior.ends import InverseEnds, ReducedEnds
from stellar.oscillations.full_gr.interior.joints import Joints
from stellar.oscillations.full_gr.interior.responses import interiors
from stellar.oscillations.groups import groups, trimmed
from stellar.shooting.background import solve_background
from stellar.shooting.full_gr import Accuracy, solve_columns

BU0 = "polytrope:gamma=2,K=100"
LAYERED = "energy-polytrope:n=1,K=100,gamma1=1.1x"
HYBRID = "css:base=pp:SLy,rho_t=5e14,deps=0.2,cs2=0.8"
STRATIFIED_HYBRID = "css:base=(pp:SLy,gamma1=1.1x),rho_t=5e14,deps=0.2,cs2=0.8"
LAMBDA = np.array([0.03, 0.15, 0.8, 3.3, 7.0])

STARS = {
    "smooth": (BU0, 0.22, 24, 1e-11),
    "surface of power 3/2": ("energy-polytrope:n=1.5,K=100", 0.2, 28, 1e-11),
    "stratified": (LAYERED, 0.3, 24, 1e-11),
    "piecewise": ("pp:SLy", 0.22, 26, 1e-10),
    "density jump": (HYBRID, 0.25, 26, 1e-10),
    "stratified with a density jump": (STRATIFIED_HYBRID, 0.25, 26, 1e-10),
    "bare surface": ("mit:B=60", 0.2, 20, 1e-11),
    "incompressible": ("constant-density:eps=5e14", 0.1, 16, 1e-11),
}


def integrated(spec, h_c, l, lam):
    """R at lambda [point]: regular at the centre and with P = 0 at the surface, by shooting."""
    star = solve_background(resolve(spec), h_c, 1e-12)
    columns = solve_columns(star, l, np.sqrt(lam) / star.radius, Accuracy(1e-12))
    both = np.concatenate((columns.centre, -columns.surface), axis=1)
    sizes = np.abs(both).max(axis=0)
    beta = -l * (1.0 - 2.0 * star.mass / star.radius)
    found = []
    for k in range(len(lam)):
        _, _, null = np.linalg.svd(both[:, :, k] / sizes[:, k])
        z, slope = (null[-1] / sizes[:, k])[2:4]
        found.append(z / (slope - beta * z))
    return found


@pytest.mark.parametrize("name", STARS)
def test_responses_are_those_of_an_integration(name, star_on_nodes):
    spec, h_c, nodes, tolerance = STARS[name]
    response = interiors(star_on_nodes((spec,), (h_c,), nodes), 2).response
    assert response.status.tolist() == [Status.OK]
    value, _ = response.value(torch.from_numpy(LAMBDA)[None])
    assert value[0].real.tolist() == pytest.approx(integrated(spec, h_c, 2, LAMBDA), rel=tolerance)


@pytest.mark.parametrize("l", [3, 4])
def test_responses_of_higher_degree_are_those_of_an_integration(l, star_on_nodes):
    response = interiors(star_on_nodes((BU0,), (0.22,), 24), l).response
    value, _ = response.value(torch.from_numpy(LAMBDA)[None])
    assert value[0].real.tolist() == pytest.approx(integrated(BU0, 0.22, l, LAMBDA), rel=1e-11)


@pytest.mark.parametrize("spec", [LAYERED, HYBRID])
def test_rational_function_is_the_solution_at_every_complex_lambda(spec, star_on_nodes):
    star = star_on_nodes((spec,), (0.25,), 20)
    response = interiors(star, 2).response
    elements = interior_elements(star, 2, stratified=bool(star.stratified.any()))
    lam = torch.tensor([[0.3 + 0.1j, 2.0 + 1.0j, 5.0 + 0.5j]], dtype=torch.complex128)
    direct = [complex(interior_chain(elements, one).constant) for one in lam[0].split(1)]
    value, slope = response.value(lam)
    assert value[0].tolist() == pytest.approx(direct, rel=1e-11)
    step = 1e-4
    ahead, behind = (response.value(lam + sign * step)[0] for sign in (1.0, -1.0))
    differences = (ahead - behind) / (2.0 * step)
    assert slope[0].tolist() == pytest.approx(differences[0].tolist(), rel=1e-6)


@pytest.mark.parametrize("spec", [BU0, HYBRID])
def test_without_one_pole_the_rest_is_smooth_there(spec, star_on_nodes):
    response = interiors(star_on_nodes((spec,), (0.25,), 20), 2).response
    pole = response.resolved[0].nonzero()[:3, 0].unsqueeze(0)
    place = response.poles.gather(1, pole)
    residue = response.residues.gather(1, pole)
    lam = place * 1.01
    whole, slope = response.value(lam)
    rest, rest_slope = response.background(lam, pole)
    own = residue / (place - lam)
    assert whole[0].tolist() == pytest.approx((rest + own)[0].tolist(), rel=1e-12)
    assert slope[0].tolist() == pytest.approx(
        (rest_slope + own / (place - lam))[0].tolist(), rel=1e-10
    )
    # on the pole itself the whole has no value
    near, _ = response.background(place, pole)
    beside, _ = response.background(place * (1.0 + 1e-9), pole)
    assert near[0].tolist() == pytest.approx(beside[0].tolist(), rel=1e-7)


@pytest.mark.parametrize("l", [2, 3])
def test_slow_incompressible_spheres_oscillate_as_kelvin_found(l, star_on_nodes):
    star = star_on_nodes(("constant-density:eps=5e14",), (1e-5,), 12)
    response = interiors(star, l).response
    compactness = float(star.compactness)
    # 2 l (l - 1)/(2 l + 1) M/R^3 (Kelvin 1863), and corrections of the order of M/R
    expected = compactness * 2.0 * l * (l - 1) / (2.0 * l + 1.0)
    poles = response.poles[0].real[response.resolved[0]]
    assert float(poles[0]) == pytest.approx(expected, rel=10.0 * compactness)


@pytest.mark.parametrize("spec", [BU0, LAYERED, HYBRID, "sly4"])
def test_ends_reduced_in_pairs_are_those_of_the_inverse(spec, star_on_nodes):
    star = star_on_nodes((spec,), (0.25,), 12)
    ((group, _),) = groups(star)
    elements = interior_elements(trimmed(star, group), 2, stratified=group.stratified)
    lam = torch.tensor([0.9 + 0.2j], dtype=torch.complex128)
    joints, free = Joints(elements, lam), interior_chain(elements, lam).free
    parts = torch.randn(
        2, *free.shape[:2], 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(7)
    )
    load = torch.complex(*parts)
    direct, reduced = (ends(joints, free) for ends in (InverseEnds, ReducedEnds))
    assert not bool((direct.broken | reduced.broken).any())
    known = direct.solve(load)
    size = known.abs().amax(dim=(1, 2), keepdim=True)
    assert ((reduced.solve(load) - known).abs() / size).max() < 1e-10


def test_responses_are_differentiable_with_respect_to_the_star(star_on_nodes):
    star = star_on_nodes((HYBRID,), (0.25,), 8)
    lam = torch.tensor([0.7 + 0.2j], dtype=torch.complex128)

    def value(scale):
        # a star with other pressures: its equations of state stay, its radii do not
        changed = type(star)(
            star.mesh, star.eos, star.segment, star.x_ratio * scale, star.v_ratio * scale
        )
        return interior_chain(interior_elements(changed, 2, stratified=False), lam).constant

    scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(value(scale).real.sum(), scale)
    ahead, behind = (float(value(1.0 + sign * 1e-5).real) for sign in (1.0, -1.0))
    assert math.isfinite(float(gradient))
    assert float(gradient) == pytest.approx((ahead - behind) / 2e-5, rel=1e-6)
