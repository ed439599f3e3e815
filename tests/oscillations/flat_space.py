"""Systems whose modes are the roots of a polynomial: flat space around a body with known response.

Without gravity, C = 0, the outgoing wave with g = 1 at infinity is at r = 1, with x = i omega,

    Z = sum_k a_k x^-k,    dZ/dr_* = -x Z - sum_k k a_k x^-k,    a_k = (l + k)! / [2^k k! (l - k)!],

and with R = constant + sum_k r_k / (lambda_k - lambda) the condition Z = (Z' - beta Z) R, times
x^(l+1) prod (lambda_k - omega^2), is a polynomial in omega.
"""

from math import factorial

import numpy as np
import torch
from numpy.polynomial import Polynomial

from parode_core import Status
from stellar.oscillations.full_gr.interior.response import Response

SHIFT = -0.3


def response(l, stars):
    """Response of bodies (constant, ((lambda_k, r_k), ...)) with equally many poles, C = 0."""
    lanes = len(stars)
    poles = torch.tensor([[pole for pole, _ in parts] for _, parts in stars], dtype=torch.float64)
    residues = torch.tensor([[r for _, r in parts] for _, parts in stars], dtype=torch.float64)
    mu = 1.0 / (SHIFT - poles)
    rho = -residues * mu**2
    far = torch.tensor([constant for constant, _ in stars], dtype=torch.float64)
    count = torch.zeros_like(poles, dtype=torch.long)
    return Response(
        l=l,
        compactness=torch.zeros(lanes, dtype=torch.float64),
        radius=torch.ones(lanes, dtype=torch.float64),
        shift=torch.full((lanes,), SHIFT, dtype=torch.float64),
        mu=mu.to(torch.complex128),
        rho=rho.to(torch.complex128),
        constant=far + (residues / (poles - SHIFT)).sum(dim=1),
        status=torch.full((lanes,), int(Status.OK)),
        resolved=torch.ones_like(poles, dtype=torch.bool),
        nodes=count,
        signed_nodes=count,
        interface_shares=torch.zeros(*poles.shape, 0, dtype=torch.float64),
        jumps=torch.zeros(lanes, 0, dtype=torch.bool),
    )


def modes(l, star):
    """All roots omega of one body, by the companion matrix."""
    constant, parts = star
    x = Polynomial([0.0, 1j])
    a = [factorial(l + k) / (2**k * factorial(k) * factorial(l - k)) for k in range(l + 1)]
    value = sum((a[k] * x ** (l - k) for k in range(l + 1)), Polynomial([0.0]))
    decay = sum((k * a[k] * x ** (l - k) for k in range(l + 1)), Polynomial([0.0]))
    source = -x * value - decay + l * value  # beta = -l
    lam = Polynomial([0.0, 0.0, 1.0])
    product = Polynomial([1.0])
    for pole, _ in parts:
        product = product * (pole - lam)
    total = constant * product
    for pole, residue in parts:
        others = Polynomial([1.0])
        for other, _ in parts:
            if other != pole:
                others = others * (other - lam)
        total = total + residue * others
    return (product * value - source * total).roots()


def inside(roots, box, lane=0):
    """Those of the roots that lie in a box, by ascending real part."""
    left, right, bottom, top = (
        float(edge[lane]) for edge in (box.left, box.right, box.bottom, box.top)
    )
    kept = (roots.real > left) & (roots.real < right) & (roots.imag > bottom) & (roots.imag < top)
    return sorted(roots[kept], key=lambda root: root.real)


def cavities(count, seed):
    """Bodies like stars: a ladder of strong poles, and two weak ones between them."""
    draw = np.random.default_rng(seed)
    bodies = []
    for _ in range(count):
        spacing, first = draw.uniform(0.8, 2.5), draw.uniform(1.5, 3.0)
        ladder = [(first + k * spacing) ** 2 for k in range(6)]
        strong = [(pole, 2.0 * spacing / np.pi) for pole in ladder]
        weak = [(draw.uniform(0.2, 0.5), 0.02), ((first + 0.4 * spacing) ** 2, 1e-5)]
        bodies.append((draw.uniform(-0.05, 0.05), tuple(weak + strong)))
    return bodies
