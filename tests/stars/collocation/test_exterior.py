"""Exterior functions against 40 digits of mpmath from C = 1e-5 to beyond the Buchdahl limit."""

import mpmath
import pytest
import torch

from stellar.stars.collocation.exterior import (
    electric_love_number,
    hypergeometric,
    hypergeometric_slope,
)

COMPACTNESS = [1e-5, 1e-3, 0.05, 0.2, 0.35, 0.44, 4.0 / 9.0, 0.47]
FUNCTIONS = [(3, 1, 6), (4, 2, 8), (5, 3, 10), (1, 4, 6), (3, 2, 6)]


@pytest.mark.parametrize("indices", FUNCTIONS)
def test_hypergeometric_functions_keep_every_digit(indices):
    u = 2.0 * torch.tensor(COMPACTNESS, dtype=torch.float64)
    with mpmath.workdps(40):
        exact = [float(mpmath.hyp2f1(*indices, mpmath.mpf(x))) for x in u.tolist()]
        slopes = [
            float(mpmath.diff(lambda x: mpmath.hyp2f1(*indices, x), mpmath.mpf(x)))
            for x in u.tolist()
        ]
    value, slope = hypergeometric(*indices, u), hypergeometric_slope(*indices, u)
    torch.testing.assert_close(value, torch.tensor(exact, dtype=torch.float64), rtol=2e-14, atol=0)
    torch.testing.assert_close(slope, torch.tensor(slopes, dtype=torch.float64), rtol=2e-14, atol=0)


@pytest.mark.parametrize("compactness", [1e-5, 1e-3, 0.1, 0.3, 0.44])
def test_love_number_is_that_of_the_closed_formula_of_degree_2_in_60_digits(compactness):
    # Hinderer (2008), eq. 23, with the corrected sign of the erratum
    y = 0.7
    with mpmath.workdps(60):
        c, w = mpmath.mpf(compactness), mpmath.mpf(y)
        inner = 2 + 2 * c * (w - 1) - w
        below = (
            2 * c * (6 - 3 * w + 3 * c * (5 * w - 8))
            + 4 * c**3 * (13 - 11 * w + c * (3 * w - 2) + 2 * c**2 * (1 + w))
            + 3 * (1 - 2 * c) ** 2 * inner * mpmath.log(1 - 2 * c)
        )
        exact = float(mpmath.mpf(8) / 5 * c**5 * (1 - 2 * c) ** 2 * inner / below)
    found = electric_love_number(
        torch.tensor([y], dtype=torch.float64), torch.tensor([compactness], dtype=torch.float64), 2
    )
    assert found.item() == pytest.approx(exact, rel=1e-13)


def test_love_number_is_differentiable_in_both_arguments():
    y = torch.tensor([0.3, 1.2], dtype=torch.float64, requires_grad=True)
    compactness = torch.tensor([1e-3, 0.25], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, b: electric_love_number(a, b, 3), (y, compactness))
