"""Fluid modes on a fixed metric inside their stars, at frequencies that are known.

The collocation pencil A q = omega^2 B q (see `cowling_pencil`) is nearly singular at omega^2 of a
mode; two steps of inverse iteration leave that mode alone. The frequency that its shape stands for
is independent of those of the symmetric pencils.
"""

import torch
from torch import Tensor

from parode_core.bases import basis
from stellar.oscillations.cowling_pencil import cowling_pencil
from stellar.oscillations.eigenfunctions import Modes, Numbers
from stellar.oscillations.nodal_star import NodeStar
from stellar.oscillations.wave_functional import Coefficients, Rule, Shape, integrals

ITERATIONS = 2


def cowling_eigenfunctions(star: NodeStar, l: int, lane: Tensor, omega: Tensor, size: int) -> Modes:
    """The displacements of modes on a fixed metric.

    Parameters
    ----------
    l : degree, at least 1
    lane : star of each mode, [mode];  omega : real, km^-1, [mode]
    size : nodes of an element
    """
    own = torch.arange(star.lanes, device=omega.device)
    points = basis(size, star.mesh.basis.name).to(omega.device)
    stars = star.in_whole_tiles().on(points).select(own)
    displaced = [
        _iterated(stars, l, one, omega[lane == one])
        for one in range(star.lanes)
        if bool((lane == one).any())
    ]
    order = torch.argsort(lane, stable=True).argsort()
    w, v = (torch.cat(part)[order] for part in zip(*displaced, strict=True))
    lam = ((omega * stars.radius[lane]) ** 2).to(w.dtype)
    here = Coefficients.of(stars, stars.fields).select(lane)
    pressed = lam[:, None, None] / here.exp_nu * v + here.gravity * w
    nothing = torch.zeros_like(w)
    shape = Shape(w, v, pressed, nothing, nothing, nothing)
    rule = Rule.of(stars, stars.mesh.basis, l)
    found = integrals(rule, l, lane, lam, shape, full=False)
    numbers = Numbers(
        energy=0.5 * stars.radius[lane] * lam.real * found.norm,
        luminosity=torch.zeros_like(omega),
        omega=(lam - found.residual / found.square).sqrt() / stars.radius[lane],
    )
    return Modes(stars, l, lane, shape, numbers, full=False)


def _iterated(star: NodeStar, l: int, lane: int, omega: Tensor) -> tuple[Tensor, Tensor]:
    """W and V of the modes of one star, each [mode, element, node], complex, W(R) = 1."""
    one = star.select(torch.tensor([lane], device=omega.device))
    a, b = (part[0] for part in cowling_pencil(one, l, stratified=bool(one.stratified.any())))
    elements, nodes = star.mesh.elements, star.mesh.basis.size
    last = int(one.outermost.to(torch.long).argmax()) * nodes + nodes - 1
    found = []
    for lam in (omega * omega).tolist():
        factors, pivots, _ = torch.linalg.lu_factor_ex(a - lam * b)
        q = torch.ones_like(a[:, :1])
        for _ in range(ITERATIONS):
            q = torch.linalg.lu_solve(factors, pivots, b @ q)
            q = q / q.abs().max()
        found.append(q[:, 0] / q[last, 0])
    whole = torch.stack(found).to(torch.complex128)
    w, v = (
        part.unflatten(1, (elements, nodes))
        for part in whole[:, : 2 * elements * nodes].split(elements * nodes, dim=1)
    )
    return w, v
