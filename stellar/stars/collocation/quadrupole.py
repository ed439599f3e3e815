"""Slow rotation at second order, l = 2: the quadrupole moment and the shape of the surface.

With D = r d/dr, F = r nu'/2, G = e^-nu w^2, chi = r w'/w (Hartle 1967, eq. 125-126)

    D v2 = -2 F h2 + (1 + F) (a1 + a2),     a1 = r^2 e^-lam chi^2 G/6,  a2 = (8 pi/3) r^4 (eps+p) G
    D h2 = -2 v2/(s lever) + { -2 F + X [8 pi (eps+p) - 4m/r^3]/(2 lever) } h2
           + [F - 1/(2 s lever)] a1 + [F + 1/(2 s lever)] a2

where F = s lever e^lam. The unknowns are v and H in v2 = s^2 v, h2 = s H. Both rows at the centre
say v + H = a2/(4 s^2): one constant stays free. It is the multiple of the undriven solution in the
sum with a driven one, and is bound by the exterior,

    h2 = J^2 (1/(M r^3) + 1/r^4) + K Q_2^2,      v2 = -J^2/r^4 + K 2M/sqrt(r(r-2M)) Q_2^1.

Surfaces shift by xi2 P_2 with xi2 = -(h2 + r^2 G/3)/(nu'/2); embedded in flat space they are
spheroids of eccentricity e^2 = -3 (v2 - h2 + xi2/R) (Hartle & Thorne 1968, eq. 25), and
Q = J^2/M + (8/5) K M^3. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import matrix, vector
from parode_core.solvers.linear import Coefficients, linear_problem
from stellar.stars.collocation.differentiation import values
from stellar.stars.collocation.exterior import hypergeometric
from stellar.stars.collocation.frame_dragging import Frame
from stellar.stars.collocation.linear_flow import linear_flow
from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar
from stellar.stars.collocation.outward import solve


@dataclass(frozen=True)
class Quadrupole:
    """Per Omega^2, [lane]: Q/R^5, xi2/R in km^2 and the squared eccentricity in km^2."""

    moment: Tensor
    shift: Tensor
    eccentricity_squared: Tensor
    status: Tensor
    y: Tensor


def _given(mesh: Mesh, given: Coefficients) -> Coefficients:
    return given


FROM_CENTRE = linear_problem(2, _given, at_start=True, singular=True, kept=(0,))
OUTWARDS = linear_flow(1.25, free=1)


def deformed(star: NodalStar, frame: Frame) -> Quadrupole:
    """The star deformed by rotation."""
    unit = star.X[:, 0, 0]
    outside = _Outside.of(star, frame)
    interior = _interior(star, frame, unit[:, None, None])
    (driven, free), status = _from_centre(star, interior)
    row, value = outside.condition(star)
    y = _matched(star, driven, free, row, value / unit)
    v, h = (star.at_surface(part) * unit for part in y.unbind(-1))
    h2, v2 = star.h_c * h, star.h_c**2 * v
    compactness, square = star.compactness, star.radius**2
    swirl = star.at_surface(star.X * frame.swirl) / 3.0
    shift = -(h + swirl) * star.at_surface(star.room / star.lever)
    tidal = (h2 - outside.h_spin) * (1.0 - 2.0 * compactness) / (outside.first * square)
    return Quadrupole(
        moment=0.25 * frame.drag**2 / compactness + tidal,
        shift=shift,
        eccentricity_squared=-3.0 * (v2 - h2 + shift),
        status=status,
        y=y,
    )


@dataclass(frozen=True)
class _Outside:
    """The exterior at the surface: parts of the spin, and 2F1 of Q_2^2 and Q_2^1, [lane]."""

    h_spin: Tensor
    v_spin: Tensor
    first: Tensor
    second: Tensor

    @classmethod
    def of(cls, star: NodalStar, frame: Frame) -> "_Outside":
        u = 2.0 * star.compactness
        square = (0.5 * frame.drag * star.radius) ** 2  # J^2/R^4
        return cls(
            h_spin=square * (1.0 / star.compactness + 1.0),
            v_spin=-square,
            first=hypergeometric(3, 1, 6, u),
            second=hypergeometric(3, 2, 6, u),
        )

    def condition(self, star: NodalStar) -> tuple[Tensor, Tensor]:
        """The exterior without K as a row for (v, H) at the surface, [lane, 2] and [lane].

        (h2 - h_J) v_K = (v2 - v_J) h_K, where h_K is to v_K as `first` to C/2 `second`.
        """
        of_v = -star.h_c / star.compactness * self.first
        of_h = 0.5 * self.second
        value = (of_h * self.h_spin - self.first * self.v_spin / star.compactness) / star.h_c
        return torch.stack((of_v, of_h), dim=-1), value


def _from_centre(star: NodalStar, interior: Coefficients) -> tuple[tuple[Tensor, Tensor], Tensor]:
    """The driven solution with H = 0 at the centre and the undriven one with H = 1."""
    undriven = interior._replace(
        source=torch.zeros_like(interior.source), values=torch.ones_like(interior.values)
    )
    both = Coefficients(*(torch.cat(pair) for pair in zip(interior, undriven, strict=True)))
    size = star.h_c.shape[0]
    every = torch.arange(size, device=star.h_c.device).repeat(2)
    mesh = star.mesh.select(every)
    solution = solve(FROM_CENTRE, OUTWARDS, both, mesh, every.shape[0], star.tolerance, star.newton)
    driven, free = values(solution, FROM_CENTRE, both, mesh).unflatten(0, (2, size)).unbind()
    return (driven, free), solution.status.unflatten(0, (2, size)).amax(dim=0)


def _matched(star: NodalStar, driven: Tensor, free: Tensor, row: Tensor, value: Tensor) -> Tensor:
    """The sum that obeys row . (v, H) = value at the surface."""
    of_driven, of_free = (
        sum(row[:, part] * star.at_surface(y[..., part]) for part in (0, 1)) for y in (driven, free)
    )
    multiple = (value - of_driven) / of_free
    return driven + multiple[:, None, None, None] * free


def _interior(star: NodalStar, frame: Frame, unit: Tensor) -> Coefficients:
    """s v' and s H' in units of X_0, with H = 0 at the centre."""
    s, room, lever = star.s, star.room, star.lever
    rate, potential = room / lever, s * lever / room
    swirl = star.X / unit * frame.swirl
    enthalpy = FOUR_PI * star.X * (star.eps + star.p)
    shear = s * room * frame.Y**2 * swirl / 6.0  # a1/s^2
    drag = enthalpy * swirl * (2.0 / 3.0)  # a2/s^2
    half = 0.5 / lever
    pull = (enthalpy - 2.0 * star.V) / lever - 2.0 * potential
    rows = matrix(
        (torch.full_like(s, -2.0), torch.full_like(s, -2.0)),
        (-2.0 * rate / lever, rate * pull - 1.0),
    )
    source = vector(
        rate * (1.0 + potential) * (shear + drag),
        rate * ((s * potential - half) * shear + (s * potential + half) * drag),
    )
    start = torch.zeros_like(rows[:, 0, 0, :1])
    start[..., 1] = 1.0
    return Coefficients(
        matrix=rows,
        source=source,
        left=start,
        right=torch.zeros_like(start),
        values=torch.zeros_like(start[..., 0]),
        scale=torch.ones_like(source[:, 0, 0]),
    )
