"""Node tensors: the same matter as the segments, thousands of lanes at once, with gradients."""

import numpy as np
import pytest
import torch
from table_files import lines, write

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.families import FAMILIES
from stellar.eos.nodes.batch import pack
from stellar.eos.nodes.families import BUILDERS, hybrids, piecewise_polytropes

SPECS = [
    "sly",
    "sly:freeze=proton",
    "pp:SLy",
    "gpp:SLY4",
    "pp:APR4,gamma1=1.1x",
    "gpp:H4,gamma1=2.2",
    "css:base=sly,n_t=0.4,deps=0.4,cs2=0.8",
    "css:base=(pp:SLy,gamma1=1.1x),rho_t=6e14,deps=0.3,cs2=1",
    *(f.example for f in FAMILIES.values() if not f.rows()),
]
RTOL = 1e-13
DRAWS = {
    "pp": [
        (34.384, 3.005, 2.988, 2.851),
        (34.269, 2.83, 3.445, 3.348),
        (34.858, 3.224, 3.033, 1.3),
    ],
    "gpp": [(-31.35, 3.045, 2.884, 2.773), (-23.31, 2.514, 2.333, 1.562)],
    "polytrope": [(2.0, 100.0), (2.75, 3e4)],
    "energy-polytrope": [(1.0, 100.0), (0.6, 3000.0)],
    "mit": [(60.0,), (80.0,)],
    "cfl": [(60.0, 150.0, 100.0, 0.7), (60.0, 300.0, 10.0, 1.0)],
}


def nodes_in_every_segment(batch, count=9, highest=0.6):
    """Chebyshev nodes of every segment of every lane that lies below `highest`, ends included."""
    edges = batch.element_edges(torch.full((batch.lanes,), highest, dtype=torch.float64))
    low, high = edges[:, :-1, None], edges[:, 1:, None]
    share = 0.5 * (1.0 - torch.cos(torch.linspace(0.0, torch.pi, count, dtype=torch.float64)))
    h = low + (high - low) * share
    h[..., -1] = high[..., 0]
    used = (high > low)[..., 0] & torch.isfinite(high)[..., 0]
    return h, used


def compare(batch, equations, rtol=RTOL):
    h, used = nodes_in_every_segment(batch)
    segment = torch.arange(h.shape[1]).expand(h.shape[:2])
    states = batch.evaluate(h, segment)
    for lane, eos in enumerate(equations):
        for number in torch.nonzero(used[lane]).ravel().tolist():
            with np.errstate(invalid="ignore"):
                expected = eos.segments[number].evaluate(h[lane, number].numpy())
            scales = (expected.p, expected.eps, expected.cs2_equilibrium)
            scales = (*scales, np.abs(expected.delta) + 1e-3 * np.abs(expected.cs2_equilibrium))
            for name, value, scale in zip(states._fields, states, scales, strict=True):
                wanted = np.asarray(getattr(expected, {"ce2": "cs2_equilibrium"}.get(name, name)))
                found = value[lane, number].numpy()
                finite = np.isfinite(wanted)
                assert np.array_equal(finite, np.isfinite(found)), (eos.name, number, name)
                error = np.abs(found[finite] - wanted[finite])
                assert np.all(error <= rtol * np.asarray(scale)[finite]), (eos.name, number, name)


def test_one_batch_of_unlike_equations_of_state_agrees_with_their_segments():
    equations = [resolve(spec) for spec in SPECS]
    compare(pack(equations), equations)


def draws_as_tensors(name):
    return [torch.tensor(c, dtype=torch.float64) for c in zip(*DRAWS[name], strict=True)]


@pytest.mark.parametrize("name", BUILDERS)
def test_batch_built_from_parameters_agrees_with_the_family(name):
    parameters = [parameter.name for parameter in FAMILIES[name].parameters]
    specs = [
        f"{name}:" + ",".join(f"{p}={v!r}" for p, v in zip(parameters, draw, strict=True))
        for draw in DRAWS[name]
    ]
    equations = [resolve(spec) for spec in specs]
    batch = BUILDERS[name](*draws_as_tensors(name))
    compare(batch, equations)
    factors = [eos.baryon_factor for eos in equations]
    np.testing.assert_allclose(batch.baryon_factor.numpy(), factors, rtol=1e-14)
    for lane, eos in enumerate(equations):
        np.testing.assert_allclose(batch.breaks[lane].numpy(), eos.breaks, rtol=1e-13)


def test_hybrids_agree_with_the_family_whatever_segment_the_transition_falls_into():
    base = piecewise_polytropes(*draws_as_tensors("pp"))
    rho_t, deps, cs2 = (
        torch.tensor(values, dtype=torch.float64)
        for values in ([3e14, 8e14, 1.5e15], [0.3, 0.5, 0.1], [1.0, 0.6, 0.4])
    )
    names = ("log_p1", "g1", "g2", "g3")
    equations = []
    for lane, draw in enumerate(DRAWS["pp"]):
        spec = ",".join(f"{name}={value!r}" for name, value in zip(names, draw, strict=True))
        core = f"rho_t={rho_t[lane]:.17g},deps={deps[lane]:.17g},cs2={cs2[lane]:.17g}"
        equations.append(resolve(f"css:base=(pp:{spec}),{core}"))
    compare(hybrids(base, rho_t, deps, cs2), equations, rtol=2e-12)


def test_elements_find_their_segment_by_themselves():
    batch = pack([resolve(spec) for spec in SPECS])
    h, used = nodes_in_every_segment(batch)
    found = batch.segment_of(h)
    expected = torch.arange(h.shape[1]).expand_as(found)
    assert torch.equal(found[used], expected[used])


@pytest.mark.parametrize("name", BUILDERS)
def test_pressure_and_energy_density_have_exact_gradients_by_the_parameters(name):
    parameters = [values.requires_grad_() for values in draws_as_tensors(name)]
    h, used = nodes_in_every_segment(BUILDERS[name](*draws_as_tensors(name)), count=5)

    def logarithms(*values):
        batch = BUILDERS[name](*values)
        states = batch.evaluate(h, torch.arange(h.shape[1]).expand(h.shape[:2]))
        return [torch.log(values[used][:, 1:-1]) for values in states[:3]]

    assert torch.autograd.gradcheck(logarithms, parameters, eps=1e-6, atol=1e-5, rtol=1e-6)


def test_hybrids_have_exact_gradients_by_base_and_core():
    pp = [values.requires_grad_() for values in draws_as_tensors("pp")]
    core = [
        torch.tensor(values, dtype=torch.float64).requires_grad_()
        for values in ([3.0, 8.0, 15.0], [0.3, 0.5, 0.1], [0.9, 0.6, 0.4])
    ]
    h = torch.tensor([0.5, 0.6], dtype=torch.float64).expand(3, 1, 2)

    def logarithms(*values):
        batch = hybrids(piecewise_polytropes(*values[:4]), 1e14 * values[4], *values[5:])
        states = batch.evaluate(h)
        return torch.log(states.p), torch.log(states.eps)

    assert torch.autograd.gradcheck(logarithms, [*pp, *core], eps=1e-6, atol=1e-5, rtol=1e-6)


def test_gradient_of_pressure_by_polytropic_constant_is_the_known_one():
    # p = K (e^h - 1)^(n+1) / (K (n+1))^(n+1) goes as K^-n at fixed h
    gamma, k = (torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (2.5, 50.0))
    states = BUILDERS["polytrope"](gamma, k).evaluate(torch.tensor([[[0.2]]], dtype=torch.float64))
    (slope,) = torch.autograd.grad(torch.log(states.p).sum(), k)
    assert slope.item() == pytest.approx(-1.0 / 1.5 / 50.0, rel=1e-14)


def test_table_has_gradients_by_its_coefficients():
    batch = pack([resolve("sly")])
    h = torch.linspace(0.06, 0.09, 4, dtype=torch.float64).expand(1, 1, 4)
    segment = batch.segment_of(h)
    table = batch.groups[batch.group_of[0, segment[0, 0]]].parameters.requires_grad_()
    (gradient,) = torch.autograd.grad(torch.log(batch.evaluate(h).p).sum(), table)
    constants = gradient[batch.row_of[0, segment[0, 0]] :, 2]  # of ln p in each sub-interval
    assert constants.sum().item() == pytest.approx(4.0, rel=1e-14)
    assert (constants > 0.0).sum() > 1
    assert torch.isfinite(gradient).all()


def test_selected_lanes_are_those_of_the_whole_batch():
    batch = pack([resolve(spec) for spec in SPECS])
    lanes = torch.tensor([3, 0, 3])
    h = torch.tensor([0.2, 0.3], dtype=torch.float64).expand(batch.lanes, 1, 2)
    whole, part = batch.evaluate(h), batch.select(lanes).evaluate(h[lanes])
    for one, other in zip(whole, part, strict=True):
        torch.testing.assert_close(one[lanes], other, rtol=0.0, atol=0.0, equal_nan=True)


@pytest.mark.parametrize("count", [2, 9, 16])
def test_elements_have_the_same_bits_alone_and_among_others(count):
    batch = pack([resolve(spec) for spec in SPECS])
    h, used = nodes_in_every_segment(batch, count)
    lane, segment = torch.nonzero(used, as_tuple=True)
    rows, segment = h[lane, segment][:, None], segment[:, None]
    together = batch.select(lane).evaluate(rows, segment)
    for number in range(0, len(lane), 3):
        for some in (torch.tensor([number]), torch.tensor([number, 0, number - 1])):
            apart = batch.select(lane[some]).evaluate(rows[some], segment[some])
            for whole, part in zip(together, apart, strict=True):
                torch.testing.assert_close(whole[some], part, rtol=0.0, atol=0.0, equal_nan=True)


def test_thousands_of_lanes_are_as_many_single_ones():
    generator = torch.Generator().manual_seed(11)
    lanes = 4096
    spread = torch.rand(lanes, 4, generator=generator, dtype=torch.float64)
    low = torch.tensor([34.2, 2.5, 2.2, 2.0], dtype=torch.float64)
    high = torch.tensor([34.8, 3.4, 3.6, 3.4], dtype=torch.float64)
    parameters = (low + (high - low) * spread).unbind(-1)
    batch = piecewise_polytropes(*parameters)
    h, _ = nodes_in_every_segment(batch, count=16, highest=0.9)
    states = batch.evaluate(h, torch.arange(7).expand(lanes, 7))
    assert states.p.shape == (lanes, 7, 16)
    assert torch.isfinite(states.p).all()
    rising = states.p.diff(dim=-1) > 0.0
    assert rising.all()
    for lane in (0, 1234, 4095):
        alone = piecewise_polytropes(*(values[lane : lane + 1] for values in parameters))
        single = alone.evaluate(h[lane : lane + 1], torch.arange(7).expand(1, 7))
        for one, many in zip(single, states, strict=True):
            torch.testing.assert_close(many[lane : lane + 1], one, rtol=1e-14, atol=0.0)


def test_node_outside_its_equation_of_state_is_nan_and_leaves_its_neighbours_alone():
    eos = resolve("sly")
    batch = pack([eos, resolve("pp:SLy")])
    h = torch.tensor([0.3, 1.1 * eos.h_max], dtype=torch.float64).expand(2, 1, 2)
    last = torch.tensor([[len(eos.segments) - 1], [6]])
    states = batch.evaluate(h, last)
    for values in states:
        assert torch.isfinite(values[0, 0, 0])
        assert torch.isnan(values[0, 0, 1])
        assert torch.isfinite(values[1]).all()


def test_hybrid_whose_transition_lies_nowhere_fails_alone():
    base = piecewise_polytropes(*draws_as_tensors("pp"))
    rho_t = torch.tensor([6e14, 1e25, 6e14], dtype=torch.float64)
    half = torch.full((3,), 0.5, dtype=torch.float64)
    states = hybrids(base, rho_t, half, half).evaluate(half[:, None, None])
    assert torch.isfinite(states.p[[0, 2]]).all()
    assert torch.isnan(states.p[1]).all()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_accelerator_gives_the_same_states():
    batch = pack([resolve(spec) for spec in SPECS])
    h, used = nodes_in_every_segment(batch)
    segment = torch.arange(h.shape[1]).expand(h.shape[:2])
    here = batch.evaluate(h, segment)
    there = batch.to("cuda").evaluate(h.to("cuda"), segment.to("cuda"))
    for one, other in zip(here, there, strict=True):
        torch.testing.assert_close(other.cpu()[used], one[used], rtol=1e-12, atol=1e-300)


def test_table_of_a_user_agrees_between_every_two_of_its_rows(tmp_path):
    table = resolve(write(tmp_path, "lal2", lines("lal2")[0]))
    batch = pack([resolve("pp:SLy"), table])
    h, used = nodes_in_every_segment(batch, count=5)
    assert int(used[1].sum()) > 50
    states = batch.evaluate(h, torch.arange(h.shape[1]).expand(h.shape[:2]))
    inside = h[1, used[1]][:, 1:-1].ravel()  # the rows themselves belong to two intervals
    expected = [table.evaluate(h) for h in inside.tolist()]
    for values, name in zip(states, ("p", "eps", "cs2_equilibrium", "delta"), strict=True):
        found = values[1, used[1]][:, 1:-1].ravel().numpy()
        wanted = [getattr(state, name) for state in expected]
        np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-14)
