"""Problems with known solutions, stated for the engine: one parameter a lane, [lane].

The exact solutions are elementary, or special functions of scipy; the engine shares no
line with them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy import optimize, special
from torch import Tensor

from parode_core.elements import Mesh, mesh
from parode_core.linear import Coefficients, linear_problem
from parode_core.problem import Problem, matrix, vector


@dataclass(frozen=True, eq=False)
class Case:
    """One family of problems.

    parameter : of each lane, [lane]
    edges : parameter -> edges, [lane, element + 1] or [element + 1]
    exact : (x [lane, element, point], parameter) -> y [lane, element, point, component]
    sizes : ascending numbers of nodes; with the last the error lies at the floor
    floor : error that the last size must reach, in units of the scale
    ellipse : log of the size of the ellipse round an element that the solution is analytic in,
        the smallest of all lanes; None for entire functions
    linear : whether the system is linear
    """

    name: str
    problem: Problem
    parameter: Tensor
    edges: Callable[[Tensor], Tensor]
    exact: Callable[[Tensor, Tensor], Tensor]
    sizes: tuple[int, ...]
    floor: float
    ellipse: float | None = None
    linear: bool = False

    def mesh(self, size: int, name: str) -> Mesh:
        return mesh(self.edges(self.parameter), size, name=name)


def numbers(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def column(parameter: Tensor) -> Tensor:
    """A parameter beside nodes, [lane, 1, 1]."""
    return parameter[:, None, None]


def numpy_function(function, x: Tensor) -> Tensor:
    return torch.as_tensor(np.asarray(function(x.numpy())))


def even(first: float, last: float, count: int) -> Callable[[Tensor], Tensor]:
    return lambda parameter: torch.linspace(first, last, count + 1, dtype=torch.float64)


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


def columned(exact):
    """Hand the parameter on beside the nodes."""
    return lambda x, parameter: exact(x, column(parameter))


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


def ellipse(poles, left: float, right: float) -> float:
    """log of the sum of half-axes of the largest ellipse with foci at the ends and no pole in it.

    In units of half the distance of its foci.
    """
    z = (2.0 * np.asarray(poles) - left - right) / (right - left) + 0j
    root = np.sqrt(z - 1.0) * np.sqrt(z + 1.0)
    return float(np.log(np.abs(z + root)).min())


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


CASES = tuple(
    make()
    for make in (
        spiral, bernoulli, airy, lane_emden, spherical_bessel, boundary_layer, jumps, rotation,
        waves, bratu, troesch, eigenvalue,
    )
)  # fmt: skip
