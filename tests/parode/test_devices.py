"""Stars and modes on another device than the CPU: nothing is left behind, all rows are equal."""

import math
from dataclasses import replace

import pytest
import torch
from pretended_device import NAME, PretendedDevice

from parode_core import Status
from stellar.eos.catalogue.lookup import resolve
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order, Request
from stellar.parode.solver import solve_stars, survey_sequences
from stellar.stars.targets import Target

STRUCTURE = Order(1e-6, tides=(2, 3), magnetic_tides=True, rotation=True, profiles=True)
MODES = Order(1e-6, eigenfunctions=True)
ORDERS = {
    "structure": STRUCTURE,
    "full": replace(MODES, modes=ModeRequest(("f", "p"), 1)),
    "cowling": replace(MODES, modes=ModeRequest(("f", "p", "radial"), 1), gravity="cowling"),
    "waves": Order(1e-6, modes=ModeRequest(("w",), 1)),
}
SLOW = (pytest.mark.slow,)
each_kind = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=SLOW * (kind == "waves")) for kind in ORDERS]
)
needs_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def request(order):
    centre = Target("central_densities", 7.9e14, h_c=0.22)
    return Request(resolve("polytrope:gamma=2,K=100"), (centre,), order)


def solved(order):
    ((found,),) = solve_stars([request(order)])
    assert found.status is Status.OK
    return found


def same(found, known, digits):
    star, other = found.star, known.star
    for name in ("mass", "radius", "moment_of_inertia"):
        assert getattr(star, name) == pytest.approx(getattr(other, name), rel=digits)
    for part, wanted in ((star.tides, other.tides), (star.rotation, other.rotation)):
        assert part.keys() == wanted.keys()
        for name, estimate in wanted.items():
            assert part[name].value == pytest.approx(estimate.value, rel=digits)
    assert found.searches.keys() == known.searches.keys()
    for l, search in known.searches.items():
        assert found.searches[l].complete == search.complete
        for mode, wanted in zip(found.searches[l].modes, search.modes, strict=True):
            assert mode.label == wanted.label
            change = mode.omega - wanted.omega
            assert abs(change.real) <= wanted.omega_re_err
            damped = math.isfinite(wanted.omega.imag)
            assert not damped or abs(change.imag) <= wanted.omega_im_err


@each_kind
def test_no_tensor_of_the_host_meets_one_of_the_device(kind):
    known = solved(ORDERS[kind])
    with PretendedDevice() as device:
        found = solved(replace(ORDERS[kind], device=NAME))
    assert device.used
    same(found, known, 1e-12)


def test_sequences_are_surveyed_there_too():
    equations = [resolve("polytrope:gamma=2,K=100")]
    with PretendedDevice() as device:
        (found,) = survey_sequences(equations, NAME)
    assert device.used
    (known,) = survey_sequences(equations)
    assert found.maximum.mass == pytest.approx(known.maximum.mass, rel=1e-12)


class TestOnGPU:
    pytestmark = needs_gpu

    @each_kind
    def test_stars_and_modes_are_those_of_the_cpu(self, kind):
        same(solved(replace(ORDERS[kind], device="cuda")), solved(ORDERS[kind]), 1e-9)
