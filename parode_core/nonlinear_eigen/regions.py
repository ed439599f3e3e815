"""Regions of the complex plane, one per lane, and the cells they are cut into.

A rectangle carries the chart z = centre + a u + i b v with -1 <= u, v <= 1, an ellipse the chart
z = centre + u (a cos theta + i b sin theta) with theta = pi (v + 0.137), 0 <= u <= 1, -1 <= v <= 1:
the seam of the angle keeps away from the axes, where roots are often found. A cell is a rectangle
of the chart; its boundary is walked once, counter-clockwise, as four sides with parameter
0 <= t <= 1.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

SEAM = 0.137


@dataclass(frozen=True)
class Region:
    """One region per lane: centre (complex), half-axes along x and y (real), all [lane]."""

    centre: Tensor
    half_width: Tensor
    half_height: Tensor
    elliptic: bool

    def __post_init__(self) -> None:
        shapes = {self.centre.shape, self.half_width.shape, self.half_height.shape}
        if len(shapes) != 1 or self.centre.ndim != 1:
            raise ValueError(
                "a region needs one centre and two half-axes per lane, all of shape [lane]; the "
                f"shapes are {sorted(tuple(shape) for shape in shapes)}."
            )
        kinds = [part.dtype for part in (self.centre, self.half_width, self.half_height)]
        if kinds != [torch.complex128, torch.float64, torch.float64]:
            raise TypeError(
                f"a region has a complex128 centre and float64 half-axes; it is given {kinds}."
            )


def rectangle(left: Tensor, right: Tensor, bottom: Tensor, top: Tensor) -> Region:
    """Rectangles left < Re z < right, bottom < Im z < top; real tensors [lane]."""
    centre = torch.complex((left + right) / 2, (bottom + top) / 2)
    return Region(centre, (right - left) / 2, (top - bottom) / 2, elliptic=False)


def circle(centre: Tensor, radius: Tensor) -> Region:
    """Discs about complex centres [lane] with real radii [lane]."""
    return Region(centre, radius, radius, elliptic=True)


def ellipse(centre: Tensor, half_width: Tensor, half_height: Tensor) -> Region:
    """Ellipses with half-axes along the real and the imaginary direction; tensors [lane]."""
    return Region(centre, half_width, half_height, elliptic=True)


@dataclass(frozen=True)
class Cells:
    """Pieces of regions: lane of each cell as `owner`, its (u0, u1, v0, v1) as `box` [cell, 4]."""

    owner: Tensor
    centre: Tensor
    half_width: Tensor
    half_height: Tensor
    box: Tensor
    elliptic: bool

    @staticmethod
    def of(region: Region) -> "Cells":
        """Every region as one cell."""
        lanes = region.centre.shape[0]
        start = [0.0, 1.0, -1.0, 1.0] if region.elliptic else [-1.0, 1.0, -1.0, 1.0]
        box = torch.tensor(start, dtype=region.half_width.dtype, device=region.centre.device)
        return Cells(
            torch.arange(lanes, device=region.centre.device),
            region.centre,
            region.half_width,
            region.half_height,
            box.expand(lanes, 4).contiguous(),
            region.elliptic,
        )

    @property
    def whole(self) -> Tensor:
        """Cells that are entire ellipses, whose only boundary is u = u1, [cell]."""
        u0, _, v0, v1 = self.box.unbind(1)
        return (u0 == 0) & (v0 == -1) & (v1 == 1) if self.elliptic else torch.zeros_like(u0 > 0)

    def select(self, cells: Tensor) -> "Cells":
        """The cells with these indices or under this mask."""
        return replace(
            self,
            owner=self.owner[cells],
            centre=self.centre[cells],
            half_width=self.half_width[cells],
            half_height=self.half_height[cells],
            box=self.box[cells],
        )

    def boundary(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """Points and tangents dz/dt of the four sides, t : [cell, 4, node] -> [cell, 4, node]."""
        u0, u1, v0, v1 = (self.box[:, k, None] for k in range(4))
        side = t.unbind(1)
        zero = torch.zeros_like(side[0])
        across, along = (u1 - u0) + zero, (v1 - v0) + zero
        u = torch.stack((u0 + across * side[0], u1 + zero, u1 - across * side[2], u0 + zero), 1)
        v = torch.stack((v0 + zero, v0 + along * side[1], v1 + zero, v1 - along * side[3]), 1)
        du = torch.stack((across, zero, -across, zero), 1)
        dv = torch.stack((zero, along, zero, -along), 1)
        whole = self.whole[:, None, None]
        quarters = torch.stack([v0 + along * (k + side[k]) / 4 for k in range(4)], 1)
        u, v = torch.where(whole, u1[:, None], u), torch.where(whole, quarters, v)
        du, dv = torch.where(whole, 0.0, du), torch.where(whole, along[:, None] / 4, dv)
        return self._chart(u, v, du, dv)

    def _chart(self, u: Tensor, v: Tensor, du: Tensor, dv: Tensor) -> tuple[Tensor, Tensor]:
        centre = self.centre[:, None, None]
        a, b = self.half_width[:, None, None], self.half_height[:, None, None]
        if not self.elliptic:
            return centre + torch.complex(a * u, b * v), torch.complex(a * du, b * dv)
        angle = math.pi * (v + SEAM)
        cosine, sine = angle.cos(), angle.sin()
        turn = math.pi * u * dv
        points = centre + torch.complex(a * u * cosine, b * u * sine)
        return points, torch.complex(
            a * (du * cosine - turn * sine), b * (du * sine + turn * cosine)
        )

    def hull(self) -> tuple[Tensor, Tensor]:
        """Centre and radius of a disc that holds each cell, [cell]."""
        spots = torch.linspace(0, 1, 9, dtype=self.box.dtype, device=self.box.device)
        points, _ = self.boundary(spots.expand(self.owner.shape[0], 4, 9))
        points = points.reshape(-1, 36)
        middle = torch.complex(
            (points.real.amax(1) + points.real.amin(1)) / 2,
            (points.imag.amax(1) + points.imag.amin(1)) / 2,
        )
        radius = (points - middle[:, None]).abs().amax(1)
        widest = torch.maximum(self.half_width, self.half_height) * self.box[:, 1]
        return torch.where(self.whole, self.centre, middle), torch.where(self.whole, widest, radius)

    def contains(self, z: Tensor) -> Tensor:
        """Whether points z [cell, point] lie in their cell, the boundary included."""
        x = (z - self.centre[:, None]).real / self.half_width[:, None]
        y = (z - self.centre[:, None]).imag / self.half_height[:, None]
        if self.elliptic:
            x, y = torch.hypot(x, y), torch.atan2(y, x) / math.pi - SEAM
            y = torch.where(y < -1, y + 2, y)
        u0, u1, v0, v1 = (self.box[:, k, None] for k in range(4))
        return (x >= u0) & (x <= u1) & (y >= v0) & (y <= v1)

    def split(self, fraction: float) -> "Cells":
        """Cut every cell in two across its longer direction: children 2k and 2k + 1 of cell k.

        A cut through a root cannot be counted; another fraction moves it.
        """
        u0, u1, v0, v1 = self.box.unbind(1)
        turn = math.pi * u1 if self.elliptic else torch.ones_like(u1)
        wide = (u1 - u0) * self.half_width >= (v1 - v0) * turn * self.half_height
        # no radial cut through the centre of an ellipse, where a root may be: cut off a ring
        wide = wide | self.whole
        u, v = u0 + fraction * (u1 - u0), v0 + fraction * (v1 - v0)
        lower = torch.stack((u0, torch.where(wide, u, u1), v0, torch.where(wide, v1, v)), 1)
        upper = torch.stack((torch.where(wide, u, u0), u1, torch.where(wide, v0, v), v1), 1)
        twice = torch.arange(self.owner.shape[0], device=self.owner.device).repeat_interleave(2)
        box = torch.stack((lower, upper), 1).reshape(-1, 4)
        return replace(self.select(twice), box=box)
