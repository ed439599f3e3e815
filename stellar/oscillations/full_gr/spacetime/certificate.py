"""How many modes a region of the complex omega plane holds, and whether a list has them all.

The argument principle counts the roots of omega^l F prod_k (omega - p_k) / prod_j (omega - z_j)
round the region: poles p_k of the response, which are known, are taken out, and the listed roots
z_j are divided out (Kravanja & Van Barel 2000, ch. 1). If the list is complete, what is left has no
root, and its phase turns so slowly that few points on the contour settle the count. A root next to
the contour, which a plain count never settles, does no harm once it is in the list. Units R = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.lanes import TILE, padded
from parode_core.nonlinear_eigen import FactoredFunction, Region, count_by_phase, rectangle
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.spacetime.matching import (
    Matching,
    Terms,
    matching,
    mismatch_function,
    terms,
)

NEAR = 1.0  # poles and roots further from the region than this leave F smooth there
STRIP = 0.03  # half height of the strip of fluid modes
STRIP_NODES, STRIP_CROWDING = 30, 0.6  # on the ray outside: slow waves need more
STRIP_POINTS = 4096
STRONG = 0.02  # |r_k / lambda_k| of poles whose root is far away: those of waves in the star


@dataclass(frozen=True, eq=False)
class Box:
    """A rectangle of the complex plane for each lane, units 1/R, all [lane]."""

    left: Tensor
    right: Tensor
    bottom: Tensor
    top: Tensor

    @property
    def centre(self) -> Tensor:
        """Middle, complex, [lane]."""
        return torch.complex(0.5 * (self.left + self.right), 0.5 * (self.bottom + self.top))

    def holds(self, omega: Tensor, margin: float = 0.0) -> Tensor:
        """Which of the points [lane, point] lie inside, or within the margin of it."""
        across = (omega.real > self.left[:, None] - margin) & (
            omega.real < self.right[:, None] + margin
        )
        along = (omega.imag > self.bottom[:, None] - margin) & (
            omega.imag < self.top[:, None] + margin
        )
        return across & along

    def region(self) -> Region:
        """The same as a region of `parode_core`."""
        return rectangle(self.left, self.right, self.bottom, self.top)

    def widened(self, part: Tensor) -> "Box":
        """Boxes grown on all sides by a part [lane] of their size, but not beyond Re omega = 0."""
        across, along = part * (self.right - self.left), part * (self.top - self.bottom)
        # the bottom keeps its distance from the fluid modes
        bottom = self.bottom * (1.0 - part)
        return Box(
            (self.left - across).clamp_min(0.0), self.right + across, bottom, self.top + along
        )

    def select(self, lanes: Tensor) -> "Box":
        """The boxes with these indices."""
        parts = (self.left, self.right, self.bottom, self.top)
        return Box(*(part.index_select(0, lanes) for part in parts))


@dataclass(frozen=True, eq=False)
class Certificate:
    """Roots inside a box, per lane, [lane].

    count : roots of F prod (omega - p_k) inside, 0 where the status is not OK
    missing : roots inside that are not in the list; negative if the list holds what is no root
    step : largest turn between neighbouring points of the contour, in full turns; 1/4 is too much
    points : on the contour
    status : OK; ACCURACY_NOT_REACHED, the count does not settle: an unlisted root or a pole lies on
        the contour; NON_FINITE_STATE
    """

    count: Tensor
    missing: Tensor
    step: Tensor
    points: Tensor
    status: Tensor

    @property
    def complete(self) -> Tensor:
        """Whether the list is proven to hold every root of the box, [lane]."""
        return (self.status == int(Status.OK)) & (self.missing == 0)

    def select(self, lanes: Tensor) -> "Certificate":
        """The lanes with these indices."""
        return Certificate(*(getattr(self, name)[lanes] for name in self.__dataclass_fields__))

    def replaced(self, lanes: Tensor, other: "Certificate") -> "Certificate":
        """With what `other` says of these lanes."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Certificate(*(own.index_copy(0, lanes, new) for own, new in pairs))


def certify(
    star: Matching, box: Box, roots: Tensor, *, weakest: float = 0.0, max_points: int = 1024
) -> Certificate:
    """Compare a list of roots with the number of roots.

    Parameters
    ----------
    box : region, away from omega = 0, where F is singular
    roots : known roots, also some outside, complex, NaN-padded, [lane, root]
    weakest : poles with |r_k / lambda_k| below this are not taken out. Such a pole and the root
        next to it are one to the contour, and neither is counted; 0 counts every fluid mode
    max_points : points on a contour after which a lane is given up
    """
    taken_out = factors(star, box, roots, weakest)
    found = count_by_phase(factored(), box.region(), taken_out, max_points=max_points)
    settled = found.status == int(Status.OK)
    inside = box.holds(roots).sum(dim=1)
    return Certificate(
        torch.where(settled, found.count + inside, 0),
        found.count,
        found.distance,
        found.points,
        found.status,
    )


def certify_fluid(interior: Response, omega: Tensor, left: Tensor, right: Tensor) -> Certificate:
    """Whether a list holds every weakly damped mode of a band: a strip round the real axis.

    Poles of waves caught in the star lie in the strip too; their roots are the space-time modes
    above it.

    Parameters
    ----------
    omega : known fluid modes, complex, NaN-padded, [lane, mode]
    left, right : edges of the band, omega R > 0, [lane]
    """
    lanes = interior.lanes
    whole = padded(torch.arange(lanes, device=right.device))
    interior, omega, left, right = (
        interior.select(whole),
        *(part.index_select(0, whole) for part in (omega, left, right)),
    )
    height = torch.full_like(left, STRIP)
    box = Box(left, right, -height, height)
    # off the strip: the exterior is not evaluated in the centre of its expansion
    centre = torch.complex(0.5 * (left + right), 10.0 * height)
    star = matching(interior, centre, STRIP_NODES, crowding=STRIP_CROWDING)
    found = certify(star, box, omega, max_points=STRIP_POINTS)
    return found.select(torch.arange(lanes, device=right.device))


def factored() -> FactoredFunction:
    """F with known poles and roots taken out; its parameters are those of `factors`."""
    return FactoredFunction(mismatch_function(TILE))


def factors(
    star: Matching, box: Box, roots: Tensor, weakest: float = 0.0
) -> tuple[Terms, Tensor, Tensor]:
    """Star, places and orders of what is taken out, as `FactoredFunction` wants them."""
    poles = star.interior.poles
    strength = star.interior.residues.abs() / poles.abs()
    places = poles.sqrt()
    # outside, a weak pole and the root next to it cancel best where neither is touched
    inside, near = box.holds(places), box.holds(places, NEAR)
    taken = (inside & (strength >= weakest)) | (near & ~inside & (strength >= STRONG))
    divided = box.holds(roots, NEAR)
    every = torch.cat(
        (
            torch.zeros_like(places[:, :1]),
            torch.where(taken, places, torch.nan),
            torch.where(divided, roots, torch.nan),
        ),
        dim=1,
    )
    # F of a wave with g = 1 at infinity grows like omega^-l towards 0
    growth = torch.full_like(poles[:, :1].real, star.interior.l).to(torch.int64)
    orders = torch.cat((growth, taken.to(torch.int64), -divided.to(torch.int64)), dim=1)
    # the one host check: how many places the fullest lane needs
    order = torch.argsort((orders == 0).to(torch.int8), dim=1, stable=True)
    width = int((orders != 0).sum(dim=1).amax().clamp_min(1))
    order = order[:, :width]
    return terms(star), every.gather(1, order), orders.gather(1, order)
