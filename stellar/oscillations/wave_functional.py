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
from typing import NamedTuple

import torch
from torch import Tensor

from parode_core.lanes import rows_times
from stellar.oscillations.complex_parts import parts_of, product
from stellar.oscillations.integration_rules import Coefficients, Rule, Rules, half_degree
from stellar.oscillations.nodal_star import FOUR_PI, NodeStar

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


def zerilli_scale(l: int) -> float:
    """L n/(32 pi)."""
    return l * (l + 1) * half_degree(l) / (32.0 * math.pi)


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
        by_k = half_degree(self.l) - here.a / here.q * here.bend
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
