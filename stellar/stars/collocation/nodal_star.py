"""Stars on their nodes: what every perturbation of them is stated with.

Distances from the centre are measured by s = h_c - h. With r^2 = s X and m/r = s V,

    e^-lam = 1 - 2 s V,      r nu'/2 = s (V + 4 pi X p) e^lam,

nothing is singular at the centre, and r d/dr = [(V + 4 pi X p) e^lam] s d/ds. Lengths in km,
G = c = 1; log-enthalpies are pure numbers.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.lanes import padded
from stellar.eos.nodes.batch import NodeEOS

FOUR_PI = 4.0 * math.pi


@dataclass(frozen=True, eq=False)
class NodalStar:
    """Stars of one number of elements, [lane] or [lane, element, node].

    Lanes come in whole tiles, so that elementwise work gives every star the same bits; those behind
    the first `lanes` repeat the last star and mean nothing.

    lanes : number of stars
    mesh : elements in x = -h/h_c;  h_c : central log-enthalpy
    eos, segment : matter, and its segment in each element, [lane, element]
    X, V : r^2/s in km^2 and m/(r s)
    p, eps : pressure and energy density, km^-2
    ce2, delta : squared equilibrium speed of sound, and what the frozen one exceeds it by
    status : a `parode_core.Status` for each lane
    tolerance : of the iterations that solved these stars, and are to solve their perturbations
    newton : whether Newton's method is called where they do not converge
    """

    lanes: int
    mesh: Mesh
    eos: NodeEOS
    segment: Tensor
    h_c: Tensor
    X: Tensor
    V: Tensor
    p: Tensor
    eps: Tensor
    ce2: Tensor
    delta: Tensor
    status: Tensor
    tolerance: float
    newton: bool = True

    @cached_property
    def h(self) -> Tensor:
        """Log-enthalpy, [lane, element, node]."""
        return self.h_c[:, None, None] * self.mesh.to_end

    @cached_property
    def s(self) -> Tensor:
        """h_c - h without cancellation, [lane, element, node]."""
        return self.h_c[:, None, None] * self.mesh.from_start

    @cached_property
    def square(self) -> Tensor:
        """r^2, km^2, [lane, element, node]."""
        return self.s * self.X

    @cached_property
    def radii(self) -> Tensor:
        """r, km, [lane, element, node]."""
        return self.square.sqrt()

    @cached_property
    def room(self) -> Tensor:
        """e^-lam = 1 - 2m/r, [lane, element, node]."""
        return 1.0 - 2.0 * self.s * self.V

    @cached_property
    def lever(self) -> Tensor:
        """V + 4 pi X p = (m/r + 4 pi r^2 p)/s, [lane, element, node]."""
        return self.V + FOUR_PI * self.X * self.p

    @cached_property
    def rest_mass_density(self) -> Tensor:
        """rho_b, km^-2, [lane, element, node]."""
        return self.eos.baryon_factor[:, None, None] * (self.eps + self.p) * torch.exp(-self.h)

    @cached_property
    def exp_minus_nu(self) -> Tensor:
        """e^-nu with nu = 0 at infinity, [lane, element, node]."""
        return torch.exp(2.0 * self.h) / (1.0 - 2.0 * self.compactness)[:, None, None]

    @cached_property
    def radius(self) -> Tensor:
        """R, km, [lane]."""
        return (self.h_c * self.at_surface(self.X)).sqrt()

    @cached_property
    def compactness(self) -> Tensor:
        """M/R, [lane]."""
        return self.h_c * self.at_surface(self.V)

    @cached_property
    def mass(self) -> Tensor:
        """M, km, [lane]."""
        return self.compactness * self.radius

    def at_surface(self, values: Tensor) -> Tensor:
        """Values at the surface, seen from inside, [lane], from those at the nodes."""
        return values[:, -1] @ self.mesh.basis.right

    def select(self, stars: Tensor) -> "NodalStar":
        """The stars with these indices; an index may repeat."""
        index = padded(stars)
        parts = {name: getattr(self, name)[index] for name in _TENSORS}
        return replace(
            self,
            lanes=stars.shape[0],
            mesh=self.mesh.select(index),
            eos=self.eos.select(index),
            **parts,
        )


_TENSORS = ("segment", "h_c", "X", "V", "p", "eps", "ce2", "delta", "status")


def tiled(values: Tensor) -> Tensor:
    """Values [lane, ...] with the last lane repeated to whole tiles."""
    index = padded(torch.arange(values.shape[0], device=values.device))
    return values if index.shape[0] == values.shape[0] else values[index]
