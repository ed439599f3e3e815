"""Boundary-value problems with known solutions, stated for the engine: one parameter a lane."""

import math

import numpy as np
import torch
from analytic_case import Case, column, columned, ellipse, even, numbers, numpy_function
from scipy import optimize, special

from parode_core.collocation.problem import Problem, matrix, vector
from parode_core.solvers.linear import Coefficients, linear_problem


def airy() -> Case:
    """y'' = x y between -p and p, both ends bound: y = Ai(x) falls while Bi(x) grows."""

    def coefficients(m, p):
        x, one = m.x, torch.ones_like(m.x)
        system = matrix((0.0 * one, one), (x, 0.0 * one))
        left, right = numbers(1.0, 0.0), numbers(0.0, 0.0)
        ends = [torch.as_tensor(special.airy((sign * p).numpy())[0]) for sign in (-1, 1)]
        return Coefficients(
            system, torch.zeros(*x.shape, 2).double(),
            torch.stack((left, right))[None], torch.stack((right, left))[None],
            torch.stack(ends, 1), numbers(1.0, 3.0)[None],
        )  # fmt: skip

    def exact(x, p):
        return numpy_function(lambda v: np.stack(special.airy(v)[:2], -1), x)

    parameter = numbers(2.0, 5.0, 8.0)
    return Case(
        "airy", linear_problem(2, coefficients), parameter,
        lambda p: p[:, None] * numbers(-1.0, -0.3, 0.4, 1.0), exact,
        (14, 17, 20, 23, 32), 1e-12, linear=True,
    )  # fmt: skip


def boundary_layer() -> Case:
    """epsilon y'' + y' = 1 + 2 x, y(0) = y(1) = 0: a layer of width epsilon at the left end."""

    def coefficients(m, width):
        e, x = column(width), m.x
        system = matrix((0.0 * x, 1.0 / e + 0.0 * x), (0.0 * x, -1.0 / e + 0.0 * x))
        source = vector(0.0 * x, 1.0 + 2.0 * x).expand(width.shape[0], -1, -1, -1)
        row, none = numbers(1.0, 0.0), numbers(0.0, 0.0)
        return Coefficients(
            system, source, torch.stack((row, none))[None], torch.stack((none, row))[None],
            torch.zeros(1, 2).double(), torch.ones(1, 2).double(),
        )  # fmt: skip

    def exact(x, e):
        fall, whole = -torch.expm1(-x / e), -torch.expm1(-1.0 / e)
        y = x * (x + 1.0 - 2.0 * e) + (2.0 * e - 2.0) * fall / whole
        slope = e * (2.0 * x + 1.0 - 2.0 * e) + (2.0 * e - 2.0) * (-x / e).exp() / whole
        return vector(y, slope)

    def edges(width):
        return (width[:, None] * numbers(0.0, 2.0, 6.0, 15.0, 40.0, 1e9)).clamp(max=1.0)

    return Case(
        "boundary-layer", linear_problem(2, coefficients), numbers(1e-1, 1e-2, 1e-3, 1e-4),
        edges, columned(exact), (8, 11, 14, 30), 1e-12, linear=True,
    )  # fmt: skip


def waves() -> Case:
    """y'' = -k^2 y, y(0) = 0, y(1) = 1 with k = p (1 + i/4): y = sin(k x)/sin(k)."""

    def coefficients(m, p):
        k = column(p) * (1.0 + 0.25j)
        one = torch.ones_like(m.x)
        system = matrix((0.0 * k, k * one), (-k * one, 0.0 * k))
        row, none = numbers(1.0, 0.0), numbers(0.0, 0.0)
        return Coefficients(
            system, 0.0 * system[..., 0], torch.stack((row, none))[None],
            torch.stack((none, row))[None], numbers(0.0, 1.0)[None], torch.ones(1, 2).double(),
        )  # fmt: skip

    def exact(x, p):
        k = p * (1.0 + 0.25j)
        return vector((k * x).sin() / k.sin(), (k * x).cos() / k.sin())

    return Case(
        "waves", linear_problem(2, coefficients), numbers(1.0, 4.0, 9.0), even(0.0, 1.0, 1),
        columned(exact), (8, 11, 14, 17, 26), 1e-13, linear=True,
    )  # fmt: skip


def bratu() -> Case:
    """y'' = -p exp(y), y(0) = y(1) = 0, lower branch."""
    parameter = numbers(0.5, 2.0, 3.0)
    roots = [
        optimize.brentq(
            lambda t, p=p: t - math.sqrt(2 * p) * math.cosh(t / 4), 0.0, 4.5, xtol=1e-15
        )
        for p in parameter.tolist()
    ]
    problem = Problem(
        2,
        fields=lambda m, p: (p,),
        rhs=lambda y, f: vector(y[..., 1], -column(f[0]) * y[..., 0].exp()),
        guess=lambda m, f: torch.zeros(1, m.elements, m.basis.size, 2, dtype=torch.float64),
        boundary=lambda left, right, f: vector(left[:, 0], right[:, 0]),
        at_start=False,
    )

    def exact(x, p):
        theta = column(numbers(*roots))
        inner = 0.5 * theta * (x - 0.5)
        y = -2.0 * (inner.cosh() / (0.25 * theta).cosh()).log()
        return vector(y, -theta * inner.tanh())

    widths = np.asarray(roots)
    return Case(
        "bratu", problem, parameter, even(0.0, 1.0, 1), exact, (8, 11, 14, 17, 32), 1e-13,
        ellipse=ellipse(0.5 + 1j * math.pi / widths, 0.0, 1.0),
    )  # fmt: skip


def troesch() -> Case:
    """y'' = p sinh(p y), y(0) = 0, y(1) = 1: grows by e^p towards the right end (Roberts 1976)."""
    problem = Problem(
        2,
        fields=lambda m, p: (p, m.x),
        rhs=lambda y, f: vector(
            column(f[0]) * y[..., 1], (column(f[0]) * y[..., 0]).sinh()
        ),
        guess=lambda m, f: vector(
            *(part / (column(f[0])).sinh() for part in (
                (column(f[0]) * f[1]).sinh(), (column(f[0]) * f[1]).cosh()
            ))
        ),
        boundary=lambda left, right, f: vector(left[:, 0], right[:, 0] - 1.0),
        at_start=False,
        scale=lambda f: vector(torch.ones_like(f[0]), (0.5 * f[0]).cosh()),
    )  # fmt: skip

    def edges(p):
        # the pole just beyond the end asks for elements that grow with the distance from it
        pole = 1.0 / (p * (0.5 * p).sinh())
        inner = (pole[:, None] * numbers(0.0, 3.0, 15.0, 63.0, 255.0)).clamp(max=1.0)
        return torch.cat((1.0 - inner, torch.zeros_like(inner[:, :1])), 1).sort(dim=1).values

    def exact(x, p):
        lanes = [_troesch(value, x[number].numpy()) for number, value in enumerate(p.tolist())]
        return torch.as_tensor(np.stack(lanes))

    return Case(
        "troesch", problem, numbers(1.0, 5.0, 10.0), edges, exact, (10, 14, 18, 22, 40), 1e-12,
        ellipse=math.log(3.0),
    )  # fmt: skip


def _troesch(p: float, x: np.ndarray) -> np.ndarray:
    """y and y'/p, [point, 2], from (y')^2 = s^2 + 4 sinh(p y/2)^2 with s = y'(0).

    With t = 2 sinh(p y/2)/s the abscissa is an elliptic integral of the first kind,
    p x = t R_F(1, 1 + s^2 t^2/4, 1 + t^2) in Carlson's form.
    """

    def abscissa(y, slope):
        t = 2.0 * np.sinh(0.5 * p * y) / slope
        return t * special.elliprf(1.0, 1.0 + (0.5 * slope * t) ** 2, 1.0 + t**2) / p

    slope = math.exp(
        optimize.brentq(lambda v: abscissa(1.0, math.exp(v)) - 1.0, -p - 2.0, 1.0, xtol=1e-15)
    )
    low, high = np.zeros_like(x), np.ones_like(x)
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = abscissa(middle, slope) < x
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    y = np.where(x < 1.0, np.where(x > 0.0, middle, 0.0), 1.0)
    return np.stack((y, np.hypot(slope, 2.0 * np.sinh(0.5 * p * y)) / p), -1)


def eigenvalue() -> Case:
    """y'' = -omega^2 y, y(0) = y(1) = 0, y'(0) = omega, omega' = 0: omega = p pi."""
    problem = Problem(
        3,
        fields=lambda m, p: (p, m.x),
        rhs=lambda y, f: vector(y[..., 2] * y[..., 1], -y[..., 2] * y[..., 0], 0.0 * y[..., 2]),
        guess=lambda m, f: vector(
            (3.0 * column(f[0]) * f[1]).sin(), (3.0 * column(f[0]) * f[1]).cos(), 3.0 * column(f[0])
        ),
        boundary=lambda left, right, f: vector(left[:, 0], left[:, 1] - 1.0, right[:, 0]),
        at_start=False,
    )

    def exact(x, p):
        return vector((math.pi * p * x).sin(), (math.pi * p * x).cos(), math.pi * p)

    return Case(
        "eigenvalue", problem, numbers(1.0, 2.0, 3.0), even(0.0, 1.0, 2), columned(exact),
        (7, 9, 11, 13, 24), 2e-13,
    )  # fmt: skip
