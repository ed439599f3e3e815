"""Long series as local polynomials: the same matter to rounding, node by node."""

import mpmath
import numpy as np
import pytest
import torch

from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import pack
from stellar.eos.nodes.local_series import LocalSeriesForm
from stellar.eos.segments import series
from stellar.eos.segments.local_series import DEGREE, local_series

NAMES = ("sly", "bsk24")  # both stratified, with crusts of 163 terms and a threshold in the core


def long_segments(name):
    """(number, segment) of those that pack turns into local polynomials."""
    eos, batch = resolve(name), pack([resolve(name)])
    forms = [batch.groups[group].form for group in batch.group_of[0].tolist()]
    chosen = [n for n, form in enumerate(forms) if isinstance(form, LocalSeriesForm)]
    assert len(chosen) == 3
    return batch, [(number, eos.segments[number]) for number in chosen]


def dense(segment, count=20_000):
    """Log-enthalpies everywhere in a segment, crowded at both ends, which are among them."""
    theta = np.pi * np.arange(count + 1) / count
    h = segment.h_lo * (segment.h_hi / segment.h_lo) ** np.sin(0.5 * theta) ** 2
    h[0], h[-1] = segment.h_lo, segment.h_hi
    return h


def at(batch, number, h):
    """States of one segment at log-enthalpies [node]."""
    with torch.no_grad():
        states = batch.evaluate(torch.as_tensor(h)[None, None], torch.tensor([[number]]))
    return [values[0, 0].numpy() for values in states]


@pytest.mark.parametrize("name", NAMES)
def test_nodes_agree_with_the_segments_everywhere(name):
    batch, segments = long_segments(name)
    for number, segment in segments:
        h = dense(segment)
        p, eps, ce2, delta = at(batch, number, h)
        expected = segment.evaluate(h)
        # the segment's sum of 163 cosines leaves 1e-13 itself; more digits are checked below
        np.testing.assert_allclose(p, expected.p, rtol=2e-13)
        np.testing.assert_allclose(eps, expected.eps, rtol=2e-13)
        np.testing.assert_allclose(ce2, expected.cs2_equilibrium, rtol=2e-13)
        assert np.all(np.abs(delta - expected.delta) <= 1e-14 * expected.cs2_equilibrium)


def clenshaw(coefficients, t):
    """A Chebyshev series in many digits."""
    second, first = mpmath.mpf(0), mpmath.mpf(0)
    for value in coefficients[:0:-1]:
        second, first = first, 2 * t * first - second + mpmath.mpf(float(value))
    return t * first - second + mpmath.mpf(float(coefficients[0]))


@pytest.mark.parametrize("name", NAMES)
def test_nodes_have_the_digits_of_series_summed_in_many(name):
    batch, segments = long_segments(name)
    with mpmath.workdps(30):
        for number, segment in segments:
            h = dense(segment, 24)
            found = np.array(at(batch, number, h))
            for column, value in zip(found.T, h, strict=True):
                fraction = mpmath.log(mpmath.mpf(value) / segment.h_lo) / segment.interval.length
                fraction = min(max(fraction, mpmath.mpf(0)), mpmath.mpf(1))
                t = 2 * (mpmath.sqrt(fraction) if segment.threshold else fraction) - 1
                ln_p, g, d, delta = (clenshaw(row, t) for row in segment.thermodynamics)
                p = mpmath.exp(ln_p)
                ce2 = 1 / ((g + d / g - 1) / value - 1)
                assert column[0] == pytest.approx(float(p), rel=1.5e-14)
                assert column[1] == pytest.approx(float(p * g / value - p), rel=1.5e-14)
                assert column[2] == pytest.approx(float(ce2), rel=2e-14)
                assert column[3] == pytest.approx(float(delta), abs=1e-14 * float(ce2))


@pytest.mark.parametrize("name", NAMES)
def test_slope_of_the_pressure_by_log_enthalpy_is_the_enthalpy_density(name):
    batch, segments = long_segments(name)
    for number, segment in segments:
        h = torch.from_numpy(dense(segment, 2000)[1:-1])[None, None].requires_grad_()
        states = batch.evaluate(h, torch.tensor([[number]]))
        (slope,) = torch.autograd.grad(states.p.sum(), h, retain_graph=True)
        torch.testing.assert_close(slope, (states.eps + states.p).detach(), rtol=1e-11, atol=0.0)
        (slope,) = torch.autograd.grad(states.eps.sum(), h)
        rate = ((states.eps + states.p) / states.ce2).detach()
        torch.testing.assert_close(slope, rate, rtol=1e-9, atol=0.0)


@pytest.mark.parametrize("nodes", [1, 7, 16])
def test_a_node_does_not_depend_on_those_evaluated_with_it(nodes):
    batch, segments = long_segments("sly")
    many = batch.select(torch.zeros(1500, dtype=torch.int64))
    generator = torch.Generator().manual_seed(3)
    share = torch.rand(1500, 1, nodes, generator=generator, dtype=torch.float64)
    for number, segment in segments:
        h = segment.h_lo + (segment.h_hi - segment.h_lo) * share
        number = torch.full((1500, 1), number)
        whole = many.evaluate(h, number)
        for part in (slice(0, 1), slice(700, 711), slice(1499, 1500)):
            lanes = torch.arange(1500)[part]
            alone = many.select(lanes).evaluate(h[part], number[part])
            for one, other in zip(whole, alone, strict=True):
                assert torch.equal(one[part], other)


def test_a_node_that_is_no_number_is_none_and_leaves_its_neighbours_alone():
    batch, segments = long_segments("sly")
    for number, segment in segments:
        middle = 0.5 * (segment.h_lo + segment.h_hi)
        states = at(batch, number, np.array([middle, np.nan, 2.0 * segment.h_hi, -1.0, middle]))
        for values in states:
            assert np.array_equal(np.isnan(values), [False, True, True, True, False])


def test_the_same_matter_stands_in_the_table_once():
    one, many = (pack([resolve("sly")] * count) for count in (1, 5))
    for single, several in zip(one.groups, many.groups, strict=True):
        assert torch.equal(single.parameters, several.parameters)
    assert torch.equal(one.row_of.expand(5, -1), many.row_of)


def test_local_polynomials_of_a_known_function_are_that_function():
    # 1/(1 + 25 t^2), which takes 190 terms (Runge 1901)
    points = series.lobatto_points(256)
    local = local_series(series.coefficients(1.0 / (1.0 + 25.0 * points**2))[None])
    place = np.linspace(0.0, 1.0, 5001)
    count = len(local.centre)
    number = np.minimum((np.arccos(1.0 - 2.0 * place) * count / np.pi).astype(int), count - 1)
    x = (place - local.centre[number]) * local.scale[number]
    assert np.max(np.abs(x)) <= 1.0 + 1e-10
    powers = x[:, None] ** np.arange(DEGREE + 1)
    values = np.sum(local.coefficients[number, 0] * powers, axis=1)
    np.testing.assert_allclose(values, 1.0 / (1.0 + 25.0 * (2.0 * place - 1.0) ** 2), atol=3e-15)


def test_series_longer_than_any_admissible_number_of_polynomials_is_left_as_it_is():
    assert local_series(np.ones((1, 5000))) is None
