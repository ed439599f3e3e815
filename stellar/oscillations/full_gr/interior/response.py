"""The response of a star's interior to gravitational waves, as a rational function of lambda.

In units in which the radius is one, lambda = (omega R)^2, and with Z the Zerilli function,

    R(lambda) = Z / (dZ/dr* - beta Z)   at the surface,     beta = -l (1 - 2C),     C = M/R,

r* the tortoise coordinate, is a meromorphic function of lambda: the interior solution that is
regular at the centre and has Delta p = 0 at the surface is known to every frequency once the poles
and residues of R are (Wigner & Eisenbud 1947 for nuclear scattering),

    R(lambda) = constant - sum_k d rho_k / (1 + d mu_k) = ... + sum_k r_k / (lambda_k - lambda),
    d = lambda - shift,     lambda_k = shift - 1/mu_k,     r_k = -rho_k / mu_k^2.

Quasi-normal modes are the roots of 1 = (L - beta) R, with L = (dZ/dr*)/Z of outgoing waves. A pole
is a mode of the star in a box, dZ/dr* = beta Z at its surface: every fluid mode is next to one,
and radiates in proportion to r_k. A box loses no energy: lambda_k is real, and r_k is positive.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Response:
    """Interior responses of a batch of stars for one degree l, in units in which R = 1.

    Poles stand by ascending real part; the rest of a row has mu = rho = 0 and stands for nothing.
    All poles together make R, those that are not held a smooth part of it.

    l : degree
    compactness : M/R, [lane];  radius : R, km, [lane]
    shift : sigma, [lane];  mu, rho : complex128, [lane, pole];  constant : R(sigma), [lane]
    status : a `parode_core.Status`, [lane]; a lane that failed is NaN
    resolved : the lowest poles that are real, positive and no end of a space, [lane, pole]
    nodes, signed_nodes : zeros of W in 0 < r < R, and counted by sense (see `labels`); zero where
        the pole is not resolved or not named, [lane, pole]
    interface_shares : of the buoyancy energy, [lane, pole, element - 1], outwards; 0 without a jump
    jumps : whether eps jumps between two elements, [lane, element - 1]
    """

    l: int
    compactness: Tensor
    radius: Tensor
    shift: Tensor
    mu: Tensor
    rho: Tensor
    constant: Tensor
    status: Tensor
    resolved: Tensor
    nodes: Tensor
    signed_nodes: Tensor
    interface_shares: Tensor
    jumps: Tensor

    @property
    def lanes(self) -> int:
        """Number of stars."""
        return self.mu.shape[0]

    @property
    def beta(self) -> Tensor:
        """beta of the module docstring, [lane]."""
        return -self.l * (1.0 - 2.0 * self.compactness)

    @property
    def poles(self) -> Tensor:
        """lambda_k, [lane, pole]; infinite where a row has no more."""
        there = self.mu != 0.0
        finite = self.shift.unsqueeze(1) - 1.0 / torch.where(there, self.mu, 1.0)
        return torch.where(there, finite, torch.inf)

    @property
    def residues(self) -> Tensor:
        """r_k, [lane, pole]; zero where a row has no more poles."""
        there = self.mu != 0.0
        return torch.where(there, -self.rho / torch.where(there, self.mu, 1.0) ** 2, 0.0)

    def value(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """R and dR/dlambda at lambda [lane, point], both [lane, point] and complex."""
        distance, part = self._parts(lam)
        slope = self.rho.unsqueeze(1) * part
        total = self.constant.unsqueeze(1) - distance * slope.sum(dim=2)
        return total, -(slope * part).sum(dim=2)

    def background(self, lam: Tensor, pole: Tensor) -> tuple[Tensor, Tensor]:
        """R - r_k/(lambda_k - lambda) and its derivative, without cancellation.

        Parameters
        ----------
        lam : lambda, [lane, point]
        pole : k of each point, an index of a pole that is there, [lane, point]

        Returns
        -------
        Two complex tensors, [lane, point].
        """
        distance, part = self._parts(lam)
        part = part.scatter(2, pole.unsqueeze(2), torch.zeros_like(part[..., :1]))
        slope = self.rho.unsqueeze(1) * part
        own = self.rho.gather(1, pole) / self.mu.gather(1, pole)
        total = self.constant.unsqueeze(1) - own - distance * slope.sum(dim=2)
        return total, -(slope * part).sum(dim=2)

    def select(self, lanes: Tensor) -> "Response":
        """The stars with these indices; an index may repeat."""
        names = [field.name for field in fields(self) if field.name != "l"]
        return replace(self, **{name: getattr(self, name)[lanes] for name in names})

    def _parts(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """d [lane, point] and 1/(1 + d mu) [lane, point, pole]."""
        distance = (lam - self.shift.unsqueeze(1)).to(self.mu.dtype)
        return distance, 1.0 / (1.0 + distance.unsqueeze(2) * self.mu.unsqueeze(1))
