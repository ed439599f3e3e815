"""Least squares with errors, against other libraries and against doing it again without a group."""

import numpy as np
import pytest
from scipy.stats import linregress

from stellar.stars.relations.least_squares import UndeterminedError, least_squares


def powers(t, degree):
    return np.stack([t**power for power in range(degree + 1)], axis=1)


def noisy_line(rows=60, groups=6):
    random = np.random.default_rng(11)
    t = random.uniform(0.5, 1.2, rows)
    y = 0.8 + 1.6 * t + 0.05 * random.standard_normal(rows)
    return t, y, np.arange(rows) % groups


def test_a_straight_line_and_its_errors_are_those_of_scipy():
    t, y, groups = noisy_line()
    found = least_squares(powers(t, 1), y, groups)
    other = linregress(t, y)
    np.testing.assert_allclose(found.coefficients, [other.intercept, other.slope], rtol=1e-12)
    errors = [other.intercept_stderr, other.stderr]
    np.testing.assert_allclose(found.standard_errors, errors, rtol=1e-10)


def test_a_quartic_in_a_logarithm_and_its_errors_are_those_of_numpy():
    random = np.random.default_rng(5)
    t = np.log(np.geomspace(1.0, 1e4, 80))
    y = np.polynomial.polynomial.polyval(t, [0.182, -6.8e-3, -4.2e-3, 5.2e-4, -1.9e-5])
    y = y * (1.0 + 1e-3 * random.standard_normal(80))
    found = least_squares(powers(t, 4), y, np.arange(80))
    coefficients, covariance = np.polyfit(t, y, 4, cov=True)
    np.testing.assert_allclose(found.coefficients, coefficients[::-1], rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors, np.diag(covariance)[::-1] ** 0.5, rtol=1e-8)


def test_group_errors_are_those_of_leaving_out_one_group_after_another():
    t, y, groups = noisy_line()
    found = least_squares(powers(t, 2), y, groups)
    without = np.array([np.polyfit(t[groups != g], y[groups != g], 2)[::-1] for g in range(6)])
    expected = np.sqrt(5.0 / 6.0 * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(found.group_errors, expected, rtol=1e-9)


def test_rows_that_repeat_one_another_in_groups_have_larger_group_errors():
    # ten copies of each row are no new knowledge; the rows taken as independent do not notice
    random = np.random.default_rng(2)
    t = np.repeat(random.uniform(0.0, 1.0, 30), 10)
    y = 1.0 + t + np.repeat(0.1 * random.standard_normal(30), 10)
    found = least_squares(powers(t, 1), y, np.repeat(np.arange(30), 10))
    assert np.all(found.group_errors > 2.0 * found.standard_errors)


def test_exact_data_have_no_scatter():
    t = np.linspace(1.0, 2.0, 9)
    found = least_squares(powers(t, 2), 3.0 - 2.0 * t + t**2, np.arange(9))
    np.testing.assert_allclose(found.coefficients, [3.0, -2.0, 1.0], rtol=1e-11)
    assert found.scatter < 1e-13


@pytest.mark.parametrize("t", [[1.0], [1.0, 2.0]])
def test_as_few_rows_as_coefficients_are_no_fit(t):
    with pytest.raises(UndeterminedError, match="more rows than"):
        least_squares(powers(np.array(t), 1), np.array(t), np.arange(len(t)))


@pytest.mark.parametrize("t", [[1.4, 1.4, 1.4], [1.0, 1.0, 1.0 + 1e-14], [0.0, 0.0, 0.0]])
def test_rows_that_do_not_determine_the_coefficients_are_refused(t):
    t = np.array(t)
    with pytest.raises(UndeterminedError, match="too alike to determine"):
        least_squares(powers(t, 1), t, np.arange(len(t)))


def test_a_group_that_alone_determines_a_coefficient_leaves_no_group_error():
    t = np.array([1.0, 1.0, 1.0, 2.0])
    found = least_squares(powers(t, 1), np.array([1.0, 1.1, 0.9, 2.0]), np.arange(4))
    assert np.all(np.isfinite(found.standard_errors))
    assert np.all(np.isnan(found.group_errors))
