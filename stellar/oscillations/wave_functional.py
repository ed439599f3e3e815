"""The energy of a non-radial perturbation, and the frequency that its shape stands for.

With H1, K, W, V of Lindblom & Detweiler (1983), Delta p = -r^l (eps + p) P Y, X = (eps + p)
e^{nu/2} P, lambda = omega^2, n = (l-1)(l+2)/2, L = l (l+1), a = r q nu'/2, q = e^-lam and
d = n + 3m/r + 4 pi r^2 p, the perturbed Einstein equations y' = A(lambda) y of y = (H1, K, W, X)
leave one antisymmetric form of two solutions unchanged along r,

    y1 J y2 = r^{2l+1} {S1 X2 - X1 S2 - L n e^{(nu-lam)/2} / (32 pi d) [H1_1 K_2 - K_1 H1_2]}
    S = W - r^2 [L q H1/2 + (3m/r - 1 + 4 pi r^2 p) K] / (2 d sqrt q),
    T = V + r^2 (q H1 - K) / (2 d),

which outside of the star is L n/(32 pi) times the Wronskian of Zerilli functions. Hence

    N = - int y J (dA/dlambda) y dr = int r^{2l} e^{(lam-nu)/2} { (eps + p) [S^2 + L T^2]
        + n L r^2 (q H1 - K)^2 / (32 pi d^2) } dr

is positive, omega^2 N/2 is the energy of the mode in the star, and

    F = int y J (y' - A y) dr - L n/(32 pi) Z (dZ/dr* - (dZ/dr*/Z)_outgoing Z)

is stationary at a quasi-normal mode (as in the variational principle of Detweiler & Ipser 1973):
where a perturbation is known to an error, lambda - F/(dF/dlambda) is known to its square; what it
is off by in turn are products of that error with the residual. The residual holds the radial
equation of motion, which nothing else here uses, at points where no equation was solved. On a fixed
metric H1 = K = H0 = 0. Lengths in units of the radius.
"""

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.bases import Basis
from parode_core.eigen import gauss_jacobi
from parode_core.lanes import rows_times
from stellar.oscillations.complex_parts import parts_of, product
from stellar.oscillations.nodal_star import FOUR_PI, NodeStar, StarFields

SPARE_POINTS = 4  # of a rule, beyond one for each node of the perturbations
SHORT = 8  # elements from which on they are short: with fewer, that of the surface counts
FOR_SURFACE = 6  # points beyond one for each node of the stars, for the powers of matter there
H1, K, W, V, P = range(5)


class Shape(NamedTuple):
    """Perturbations at the nodes, complex, each [mode, element, node]; r^l removed, W(R) = 1.

    pressed : P;  metric_h0, metric_h1, metric_k : zero on a fixed metric
    """

    w: Tensor
    v: Tensor
    pressed: Tensor
    metric_h0: Tensor
    metric_h1: Tensor
    metric_k: Tensor


class Integrals(NamedTuple):
    """What a shape amounts to, [mode].

    norm, turned : N of moduli, and of imaginary parts alone, real;  square : N
    residual : int y J (y' - A y)
    rest : the integral of |Re| and |Im| of what the residual is made of, as one complex number
    """

    norm: Tensor
    turned: Tensor
    square: Tensor
    residual: Tensor
    rest: Tensor


@dataclass(frozen=True, eq=False)
class Coefficients:
    """What the equations are made of at points, each [lane, element, point]; see `of`."""

    x: Tensor
    v: Tensor
    q: Tensor
    exp_nu: Tensor
    p: Tensor
    eps: Tensor
    a: Tensor
    gravity: Tensor
    per_x: Tensor
    cs2: Tensor
    ce2: Tensor
    pace: Tensor

    @classmethod
    def of(cls, star: NodeStar, at: StarFields) -> "Coefficients":
        """x = r^2, v = m/r, q, a, gravity = a/(x sqrt q), per_x = a/x, pace = r dxi/dr."""
        square = star.radius[:, None, None] ** 2
        q, per_x = at.exp_minus_lam, at.pull / at.x_ratio * square
        return cls(
            at.r_squared / square,
            at.s * at.v_ratio,
            q,
            at.exp_nu,
            at.p * square,
            at.eps * square,
            at.s * at.pull,
            per_x * q.rsqrt(),
            per_x,
            at.cs2,
            at.ce2,
            at.pull * at.s / (q * at.speed),
        )

    def select(self, lanes: Tensor) -> "Coefficients":
        """Those of these stars."""
        return Coefficients(*(getattr(self, part.name)[lanes] for part in fields(self)))

    @property
    def inertia(self) -> Tensor:
        """eps + p."""
        return self.eps + self.p

    def metric_by_displacement(
        self, l: int, lam: Tensor, h1: Tensor, k: Tensor, w: Tensor, v: Tensor
    ) -> Tensor:
        """H0 by H1, K, W and V (see `interior.equations`)."""
        n, waves = _half(l), lam * self.x / self.exp_nu
        by_h1 = 0.5 * l * (l + 1) * self.a - waves * self.q
        by_k = n - waves - self.a / self.q * self.bend
        moved = lam / self.exp_nu * v + self.gravity * w
        pressed = 2.0 * FOUR_PI * self.x * self.inertia * moved
        return (pressed - by_h1 * h1 + by_k * k) / (n + 3.0 * self.v - FOUR_PI * self.x * self.eps)

    @property
    def bend(self) -> Tensor:
        """3 m/r - 1 + 4 pi r^2 p."""
        return 3.0 * self.v - 1.0 + FOUR_PI * self.x * self.p

    def depth(self, l: int) -> Tensor:
        """d of the module docstring."""
        return _half(l) + 3.0 * self.v + FOUR_PI * self.x * self.p


def _half(l: int) -> float:
    return 0.5 * (l - 1) * (l + 2)


def zerilli_scale(l: int) -> float:
    """L n/(32 pi)."""
    return l * (l + 1) * _half(l) / (32.0 * math.pi)


def gauss(count: int, device: torch.device) -> tuple[Basis, Tensor]:
    """Points and weights in xi for what is small anyway: residuals."""
    nodes, weights = gauss_jacobi(count, 0.0, 0.0)
    left, right = 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes)
    points = Basis("gauss-legendre", left.to(device), right.to(device), 2 * count - 1)
    return points, weights.to(device)


def quadrature(count: int, device: torch.device) -> tuple[Basis, Tensor]:
    """Points and weights in xi; half powers at both ends of an element become whole ones."""
    nodes, weights = gauss_jacobi(count, 0.0, 0.0)
    t, rest = 0.5 * (1.0 + nodes), 0.5 * (1.0 - nodes)
    left, right = t * t * (3.0 - 2.0 * t), rest * rest * (3.0 - 2.0 * rest)
    points = Basis("gauss-legendre", left.to(device), right.to(device), 2 * count - 1)
    return points, (weights * 6.0 * t * rest).to(device)


@dataclass(frozen=True, eq=False)
class Rule:
    """Stars at the points where perturbations are integrated.

    here : coefficients of the equations;  measure : dr/r r^{2l+1}; [lane, element, point]
    through, slope : values and derivatives by those at the nodes of perturbations, [point, node]
    """

    here: Coefficients
    measure: Tensor
    through: Tensor
    slope: Tensor

    @classmethod
    def of(cls, star: NodeStar, nodes: Basis, l: int) -> "Rule":
        """A rule for perturbations with these nodes on each element of the stars."""
        count = nodes.size + SPARE_POINTS
        if star.mesh.elements < SHORT:
            count = max(count, star.mesh.basis.size + FOR_SURFACE)
        return cls._at(star, nodes, l, gauss(count, star.x_ratio.device))

    @classmethod
    def of_norms(cls, star: NodeStar, nodes: Basis, l: int) -> "Rule":
        """As `of`, for what is not small: r^{2l+1} dr has half powers of h_c - h at the centre."""
        return cls._at(
            star, nodes, l, quadrature(2 * nodes.size + SPARE_POINTS, nodes.nodes.device)
        )

    @classmethod
    def _at(cls, star: NodeStar, nodes: Basis, l: int, rule: tuple[Basis, Tensor]) -> "Rule":
        points, weights = rule
        whole = star.in_whole_tiles()
        own = torch.arange(star.lanes, device=weights.device)
        here = Coefficients.of(whole, whole.at(points)).select(own)
        pace = torch.where(star.live.unsqueeze(-1), 1.0 / here.pace, 0.0)
        through = nodes.interpolation(points.nodes)
        return cls(
            here, weights * here.x ** (l + 0.5) * pace, through, through @ nodes.differentiation
        )


class Rules(NamedTuple):
    """Of some stars, for residuals and for norms."""

    residuals: Rule
    norms: Rule

    @classmethod
    def of(cls, star: NodeStar, nodes: Basis, l: int) -> "Rules":
        """For perturbations with these nodes on each element of the stars."""
        return cls(Rule.of(star, nodes, l), Rule.of_norms(star, nodes, l))


def integrals(
    rule: Rule, l: int, lane: Tensor, lam: Tensor, shape: Shape, *, full: bool
) -> Integrals:
    """N and the residual of perturbations.

    Parameters
    ----------
    rule : for the nodes of the perturbations
    lane : star of each mode, [mode];  lam : lambda, complex, [mode]
    full : whether the metric moves
    """
    here, measure = rule.here.select(lane), rule.measure[lane]
    local = _Local(here, l, lam, rule, _values(shape), full)
    left = local.residual()
    # where a star has no element there is no measure, and what stands there is no number
    there = measure != 0.0
    norms = local.norms()
    # of Re squared, Im squared, and their product
    straight, turned, mixed, left_re, left_im, uneven_re, uneven_im = (
        torch.where(there, measure * part, 0.0).sum(dim=(1, 2))
        for part in (*norms, *left, *left.abs())
    )
    return Integrals(
        straight + turned,
        turned,
        torch.complex(straight - turned, 2.0 * mixed),
        torch.complex(left_re, left_im),
        torch.complex(uneven_re, uneven_im),
    )


def norm_of(rule: Rule, l: int, lane: Tensor, lam: Tensor, shape: Shape, *, full: bool) -> Tensor:
    """N of moduli, [mode]; arguments as of `integrals`."""
    here, measure = rule.here.select(lane), rule.measure[lane]
    straight, turned, _ = _Local(here, l, lam, rule, _values(shape), full).norms()
    return torch.where(measure != 0.0, measure * (straight + turned), 0.0).sum(dim=(1, 2))


def _values(shape: Shape) -> Tensor:
    """H1, K, W, V and P at the nodes, [part, 5, mode, element, node]."""
    rows = (shape.metric_h1, shape.metric_k, shape.w, shape.v, shape.pressed)
    return parts_of(torch.stack(rows))


class Surface(NamedTuple):
    """How modes stand to those that move the surface most, flows with a potential, [mode].

    mixed : what their shape leaves of the equations as such a mode feels it, of its omega^2,
        relative to that of the mode: over the relative distance of both it tells how much of one
        that moves the surface as much is mixed in
    apart : distance of omega^2 to that of such a mode, relative; less than zero where it is near
    hidden : how much less the surface moves than in such a mode, at least one
    """

    mixed: Tensor
    apart: Tensor
    hidden: Tensor

    @classmethod
    def of(
        cls,
        rules: Rules,
        star: NodeStar,
        l: int,
        lane: Tensor,
        lam: Tensor,
        shape: Shape,
        own: Tensor,
        *,
        full: bool,
    ) -> "Surface":
        """By N of the modes, [mode]; arguments else as of `integrals`."""
        # W = l V = 1; in a star of one density lambda is as Kelvin says (1863)
        kelvin = max(1.0, 2.0 * l * (l - 1) / (2 * l + 1)) * star.compactness
        here, measure = rules.norms.here, rules.norms.measure
        flow = (2 * l + 1) / l * here.inertia / (here.q * here.exp_nu).sqrt()
        norm = torch.where(measure != 0.0, measure * flow, 0.0).sum(dim=(1, 2))[lane]
        here, measure = rules.residuals.here.select(lane), rules.residuals.measure[lane]
        local = _Local(here, l, lam, rules.residuals, _values(shape), full)
        left_p, left_s = (part.square().sum(dim=0).sqrt() for part in local.left())
        pressed = (kelvin[lane] / l)[:, None, None] / here.exp_nu
        felt = here.inertia * here.exp_nu.sqrt() * (left_p + pressed * left_s)
        felt = torch.where(measure != 0.0, measure * felt, 0.0).sum(dim=(1, 2))
        hidden = (own / norm).clamp_min(1.0).sqrt()
        return cls(felt / (norm * lam.abs()), 0.5 * kelvin[lane] / lam.abs() - 1.0, hidden)


class Joints(NamedTuple):
    """As `Integrals`, of the ends of elements, [mode]."""

    residual: Tensor
    rest: Tensor


def work_at_joints(
    here: Coefficients, star: NodeStar, l: int, lane: Tensor, shape: Shape
) -> Joints:
    """y J times what X jumps by from one element to the next; H1, K and W are continuous.

    Outside of the surface X = 0, whether matter ends there with a density or not.

    Parameters
    ----------
    here : of the star of each mode at the nodes of the shape
    lane : star of each mode, [mode]
    """
    x, q, depth = (part[:, :, -1] for part in (here.x, here.q, here.depth(l)))
    by_h1 = -0.25 * l * (l + 1) * x * q.sqrt() / depth
    by_k = -0.5 * x * here.bend[:, :, -1] / (depth * q.sqrt())
    h1, k, w = (part[:, :, -1] for part in (shape.metric_h1, shape.metric_k, shape.w))
    forced = here.inertia * here.exp_nu.sqrt() * shape.pressed
    outer = star.outermost[lane]
    following = torch.cat((forced[:, 1:, 0], torch.zeros_like(forced[:, :1, 0])), dim=1)
    jump = torch.where(outer, 0.0, following) - forced[:, :, -1]
    work = x ** (l + 0.5) * (w + by_h1 * h1 + by_k * k) * jump
    work = torch.where(star.live[lane], work, 0.0)
    rest = torch.complex(work.real.abs(), work.imag.abs())
    return Joints(work.sum(dim=1), rest.sum(dim=1))


class _Local:
    """Integrands over dr/r r^{2l+1}, [mode, element, point], of perturbations by their parts."""

    def __init__(
        self, here: Coefficients, l: int, lam: Tensor, rule: Rule, values: Tensor, full: bool
    ) -> None:
        """Values : H1, K, W, V and P at the nodes, [part, 5, mode, element, node]."""
        self.here, self.l, self.ll = here, l, l * (l + 1)
        self.full, self.root = full, here.q.sqrt()
        self.lam = parts_of(lam)[:, :, None, None]
        self.h1, self.k, self.w, _, self.p = rows_times(values, rule.through.mT).unbind(dim=1)
        self.slopes = rows_times(values, rule.slope.mT).unbind(dim=1)
        self.depth = here.depth(l) if full else torch.ones_like(here.q)
        self.gone = (here.q * self.h1 - self.k) / self.depth
        self.h0 = self._h0() if full else torch.zeros_like(self.p)
        lifted = here.exp_nu * (self.p - here.gravity * self.w - 0.5 * self.h0)
        self.v = product(parts_of(lam.reciprocal())[:, :, None, None], lifted)
        self.by_h1 = -0.25 * self.ll * here.x * self.root / self.depth
        self.by_k = -0.5 * here.x * here.bend / (self.depth * self.root)
        self.t = self.v + 0.5 * here.x * self.gone
        self.s = self.w + self.by_h1 * self.h1 + self.by_k * self.k

    def _h0(self) -> Tensor:
        """H0 by H1, K and P (Detweiler & Lindblom 1985, eq. 4)."""
        here = self.here
        by_k = _half(self.l) - here.a / here.q * here.bend
        pressed = 2.0 * FOUR_PI * here.x * here.inertia * self.p
        still = (pressed - 0.5 * self.ll * here.a * self.h1 + by_k * self.k) / self.depth
        return still + product(self.lam, here.x / here.exp_nu * self.gone)

    def norms(self) -> tuple[Tensor, Tensor, Tensor]:
        """N of real parts, of imaginary parts, and half of what both make together."""
        of_s, of_t, of_gone = self.s, self.t, self.gone
        squares = self._norm(of_s * of_s, of_t * of_t, of_gone * of_gone)
        mixed = self._norm(*(part[0] * part[1] for part in (of_s, of_t, of_gone)))
        return squares[0], squares[1], mixed

    def _norm(self, s: Tensor, t: Tensor, gone: Tensor) -> Tensor:
        """N by the squares of S, T and (q H1 - K)/d."""
        here = self.here
        field = zerilli_scale(self.l) * here.x * gone
        fluid = here.inertia * (s + self.ll * t)
        return (fluid + field) / (here.q * here.exp_nu).sqrt()

    def residual(self) -> Tensor:
        """y J (y' - A y), by its parts."""
        here = self.here
        left_h1, left_k = self._left_h1(), self._left_k()
        left_s = self._left_w() + self.by_h1 * left_h1 + self.by_k * left_k
        weight = here.inertia * here.exp_nu.sqrt()
        fluid = weight * (product(self.s, self._left_p()) - product(self.p, left_s))
        if not self.full:
            return fluid
        wave = zerilli_scale(self.l) / self.depth  # L n/(32 pi d)
        field = wave * (here.exp_nu * here.q).sqrt()
        return fluid - field * (product(self.h1, left_k) - product(self.k, left_h1))

    def left(self) -> tuple[Tensor, Tensor]:
        """What is left of the equations of P and S, by its parts."""
        left_s = self._left_w() + self.by_h1 * self._left_h1() + self.by_k * self._left_k()
        return self._left_p(), left_s

    def _slope(self, row: int) -> Tensor:
        """r d/dr of a perturbation."""
        return self.here.pace * self.slopes[row]

    def _left_h1(self) -> Tensor:
        if not self.full:
            return torch.zeros_like(self.p)
        here, l = self.here, self.l
        damping = l + 1.0 + (2.0 * here.v + FOUR_PI * here.x * (here.p - here.eps)) / here.q
        driven = self.h0 + self.k - 4.0 * FOUR_PI * here.inertia * self.v
        return self._slope(H1) + damping * self.h1 - driven / here.q

    def _left_k(self) -> Tensor:
        if not self.full:
            return torch.zeros_like(self.p)
        here = self.here
        held = (self.l + 1.0 - here.a / here.q) * self.k
        pushed = 2.0 * FOUR_PI * here.inertia / self.root * self.w
        return self._slope(K) - self.h0 - 0.5 * self.ll * self.h1 + held + pushed

    def _left_w(self) -> Tensor:
        here = self.here
        squeezed = here.x * (self.p / here.cs2 + 0.5 * self.h0 + self.k) - self.ll * self.v
        return self._slope(W) + (self.l + 1.0) * self.w - squeezed / self.root

    def _left_p(self) -> Tensor:
        """The radial equation of motion."""
        here, pull = self.here, self.here.a / self.here.q
        metric = 0.5 * (
            (1.0 - pull) * self.h0 + 0.5 * self.ll * self.h1 + (3.0 * pull - 1.0) * self.k
        )
        curl = FOUR_PI * here.x * here.eps - here.v
        bent = (
            FOUR_PI * (here.eps - here.inertia * pull)
            - 3.0 * (here.per_x - FOUR_PI * here.p)
            + here.per_x * (curl / here.q - 1.0)
        )
        own = FOUR_PI * here.inertia if self.full else 0.0
        held = (own - bent) / self.root * self.w
        moving = (self.w / self.root - 0.5 * here.x * self.h1) / here.exp_nu
        sideways = self.ll * here.per_x / here.q * self.v
        still = self._slope(P) - (pull / here.ce2 - self.l) * self.p - metric + sideways + held
        return still + product(self.lam, moving)
