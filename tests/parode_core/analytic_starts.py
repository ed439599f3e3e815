"""Initial-value problems with known solutions, stated for the engine: one parameter a lane."""

import math

import numpy as np
import torch
from analytic_case import Case, column, columned, ellipse, even, numbers, numpy_function
from scipy import special
from torch import Tensor

from parode_core.collocation.problem import Problem, matrix, vector
from parode_core.solvers.linear import Coefficients, linear_problem


def spiral() -> Case:
    """(y, z)' = -(y, z) + p (z, -y): a damped rotation."""
    problem = Problem(
        2,
        fields=lambda m, p: (p,),
        rhs=lambda y, f: vector(
            -y[..., 0] + column(f[0]) * y[..., 1], -y[..., 1] - column(f[0]) * y[..., 0]
        ),
        guess=lambda m, f: torch.ones(1, m.elements, m.basis.size, 2, dtype=torch.float64),
        boundary=lambda left, right, f: left - numbers(1.0, 0.0),
    )

    def exact(x, p):
        return vector(*((-x).exp() * part for part in ((p * x).cos(), -(p * x).sin())))

    return Case(
        "spiral", problem, numbers(1.0, 2.0, 5.0), even(0.0, 2.0, 1), columned(exact),
        (8, 11, 14, 17, 26), 2e-13, linear=True,
    )  # fmt: skip


def bernoulli() -> Case:
    """y' = y - p y^2, y(0) = 1/4: y = 1/(p + (4 - p) exp(-x)), with poles off the real axis."""
    problem = Problem(
        1,
        fields=lambda m, p: (p,),
        rhs=lambda y, f: y - f[0][:, None, None, None] * y**2,
        guess=lambda m, f: torch.full((1, m.elements, m.basis.size, 1), 0.25).double(),
        boundary=lambda left, right, f: left - 0.25,
        jacobian=lambda y, f: (1.0 - 2.0 * f[0][:, None, None, None] * y).unsqueeze(-1),
    )
    parameter = numbers(0.5, 1.0, 2.0)
    poles = np.log((4.0 - parameter.numpy()) / parameter.numpy()) + 1j * math.pi

    def exact(x, p):
        return (1.0 / (p + (4.0 - p) * (-x).exp())).unsqueeze(-1)

    return Case(
        "bernoulli", problem, parameter, even(0.0, 4.0, 1), columned(exact),
        (10, 14, 18, 22, 46), 1e-13, ellipse=ellipse(poles, 0.0, 4.0),
    )  # fmt: skip


def lane_emden() -> Case:
    """x theta' = x phi, x phi' = -2 phi - x theta^n: singular at the centre; n = 0, 1, 5."""
    problem = Problem(
        2,
        fields=lambda m, n: (n, m.from_start),
        rhs=lambda y, f: vector(
            f[1] * y[..., 1], -2.0 * y[..., 1] - f[1] * y[..., 0] ** column(f[0])
        ),
        guess=lambda m, f: vector(torch.ones_like(m.x), -m.from_start / 3.0),
        boundary=lambda left, right, f: left[:, :1] - 1.0,
        singular=True,
        kept=(1,),
    )

    def exact(x, n):
        squared = 1.0 + x[:1] ** 2 / 3.0
        x = x.expand(3, -1, -1)
        theta = (1.0 - x[0] ** 2 / 6.0, torch.sinc(x[1] / math.pi), squared[0] ** -0.5)
        ball = numpy_function(lambda v: -special.spherical_jn(1, v), x[1])
        phi = (-x[0] / 3.0, ball, -x[2] / 3.0 * squared[0] ** -1.5)
        return vector(torch.stack(theta), torch.stack(phi))

    return Case(
        "lane-emden", problem, numbers(0.0, 1.0, 5.0), even(0.0, 2.0, 1), exact,
        (8, 12, 16, 20, 36), 1e-13, ellipse=ellipse(1j * math.sqrt(3.0), 0.0, 2.0),
    )  # fmt: skip


def spherical_bessel() -> Case:
    """u = j_l/x^l: x u' = x v, x v' = -2 (l + 1) v - x u."""

    def coefficients(m, degree):
        x, one = m.from_start, torch.ones_like(m.from_start)
        system = matrix((0.0 * x, x), (-x, -2.0 * (column(degree) + 1.0) * one))
        start = numbers(1.0, 0.0)[None, None]
        first = torch.as_tensor(1.0 / special.factorial2(2 * degree.long().numpy() + 1))
        scale = torch.stack((first, first), 1)
        return Coefficients(
            system, 0.0 * system[..., 0], start, 0.0 * start, first.unsqueeze(1), scale
        )

    def exact(x, degree):
        lanes = []
        for number, order in enumerate(degree.tolist()):
            v = x[min(number, x.shape[0] - 1)].numpy()
            first = 1.0 / special.factorial2(2 * int(order) + 1)
            u = first * special.hyp0f1(order + 1.5, -(v**2) / 4.0)
            slope = first * special.hyp0f1(order + 2.5, -(v**2) / 4.0)
            lanes.append(np.stack((u, -0.5 * v * slope / (order + 1.5)), -1))
        return torch.as_tensor(np.stack(lanes))

    problem = linear_problem(2, coefficients, at_start=True, singular=True, kept=(1,))
    return Case(
        "spherical-bessel", problem, numbers(0.0, 2.0, 7.0), even(0.0, 6.0, 1), exact,
        (8, 11, 14, 17, 28), 2e-13, linear=True,
    )  # fmt: skip


RATES = (1.0, -3.0, 0.5)


def jumps() -> Case:
    """y' = k y with k of each element, and y behind an inner edge 1/2 + y/4 of that before it."""

    def fields(m, p):
        rates = numbers(*RATES).repeat_interleave(m.elements // len(RATES))
        outer = torch.arange(1, m.elements) % (m.elements // len(RATES)) == 0
        return p[:, None, None] * rates[None, :, None], outer[None, :, None]

    def exact(x, p):
        parts, start = [], torch.ones_like(p)
        edges, several = jump_edges(p), x.shape[1] // len(RATES)
        for number, rate in enumerate(RATES):
            here = x[:, number * several : (number + 1) * several]
            offset = here - edges[:, number, None, None]
            parts.append(start[:, None, None] * (p[:, None, None] * rate * offset).exp())
            length = edges[:, number + 1] - edges[:, number]
            start = 0.5 + 0.25 * start * (p * rate * length).exp()
        return torch.cat(parts, 1).unsqueeze(-1)

    problem = Problem(
        1,
        fields=fields,
        rhs=lambda y, f: f[0].unsqueeze(-1) * y,
        guess=lambda m, f: torch.ones(1, m.elements, m.basis.size, 1, dtype=torch.float64),
        boundary=lambda left, right, f: left - 1.0,
        jump=lambda state, f: torch.where(f[1], 0.5 + 0.25 * state, state),
    )
    return Case(
        "jumps", problem, numbers(0.5, 1.0, 2.0), jump_edges, exact,
        (5, 7, 9, 11, 18), 5e-14, linear=True,
    )  # fmt: skip


def jump_edges(parameter: Tensor) -> Tensor:
    """Every lane has break points of its own."""
    inner = 0.3 + 0.1 * parameter
    zero = torch.zeros_like(inner)
    return torch.stack((zero, inner, 2.0 * inner, 2.0 * inner + 1.0), 1)


def rotation() -> Case:
    """y' = i p y, y(0) = 1: complex values, an initial-value problem."""
    problem = Problem(
        1,
        fields=lambda m, p: (p,),
        rhs=lambda y, f: 1j * f[0][:, None, None, None] * y,
        guess=lambda m, f: torch.ones(1, m.elements, m.basis.size, 1, dtype=torch.complex128),
        boundary=lambda left, right, f: left - 1.0,
    )

    def exact(x, p):
        return (1j * p * x).exp().unsqueeze(-1)

    return Case(
        "rotation", problem, numbers(1.0, 3.0, 6.0), even(0.0, 2.0, 1), columned(exact),
        (8, 11, 14, 17, 28), 5e-14, linear=True,
    )  # fmt: skip
