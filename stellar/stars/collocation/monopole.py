"""Perturbations of stars with l = 0: slow rotation at second order, and neighbours in a sequence.

With D = r d/dr, G = e^-nu w^2, chi = r w'/w, shell = 4 pi X eps e^-lam/lever (Hartle 1967, eq. 97,
100):

    D m0 = r^3 { 4 pi (d eps/dp)(eps+p) p0 + e^-lam chi^2 G/12 + (8 pi/3) r^2 (eps+p) G }
    D p0 = -(m0/r)(1 + 8 pi r^2 p) e^2lam - 4 pi (eps+p) r^2 e^lam p0
           + r^2 G { chi^2/12 + (2/3)(1 - r nu'/2 + chi) }

p0 is the change of h at fixed r, and a surface of constant density shifts by xi0 = p0/(nu'/2).
n0 = m0 + 4 pi r^2 xi0 eps = m0 + r shell p0 is continuous where the density jumps and takes the
term of d eps/dp away; so does c = b + 4 pi r^2 e^(lam/2) xi0 rho for the change b of baryon mass

    D b = 4 pi r^3 e^(lam/2) rho { m0 e^lam/r + r^2 G/3 + (d eps/dp) p0 }.

Unknowns are P and N in p0 = s^e P, n0 = r s^e N: e = 1 for rotation at fixed central density, e = 0
and P = 1 at the centre for a change of the central log-enthalpy. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.collocation.problem import matrix, vector
from parode_core.solvers.linear import Coefficients, linear_problem
from stellar.stars.collocation.differentiation import values
from stellar.stars.collocation.frame_dragging import Frame
from stellar.stars.collocation.linear_flow import linear_flow
from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar
from stellar.stars.collocation.outward import solve
from stellar.stars.collocation.quadrature import volume_integral


def _given(mesh: Mesh, given: Coefficients) -> Coefficients:
    return given


NEIGHBOUR = linear_problem(2, _given, at_start=True, singular=True, kept=(1,))
BESIDE = linear_flow(0.25, free=0)
# regularity alone fixes the centre
AT_FIXED_CENTRE = replace(NEIGHBOUR, kept=(0, 1), boundary=None)
TURNING = linear_flow(1.25)


@dataclass(frozen=True)
class Monopole:
    """Changes per Omega^2 at fixed central density, [lane].

    mass, baryon_mass : delta M and delta M_b, km^3;  shift : xi0/R at the surface, km^2
    """

    mass: Tensor
    baryon_mass: Tensor
    shift: Tensor
    status: Tensor
    y: Tensor


@dataclass(frozen=True)
class Neighbour:
    """Derivatives along a sequence, km, [lane]: dM/dh_c and dR/dh_c."""

    mass_slope: Tensor
    radius_slope: Tensor
    status: Tensor
    y: Tensor


@dataclass(frozen=True)
class _Terms:
    """Coefficients of D p0 = pressure p0 + mass n0/r, and of D n0, [lane, element, node].

    shell : of p0 in n0/r;  room_slope, weight_slope : D ln e^-lam and D ln(X/lever)
    """

    rate: Tensor
    shell: Tensor
    mass: Tensor
    pressure: Tensor
    room_slope: Tensor
    weight_slope: Tensor

    @classmethod
    def of(cls, star: NodalStar) -> "_Terms":
        u, room, lever = star.square, star.room, star.lever
        enthalpy = FOUR_PI * (star.eps + star.p)
        shell = FOUR_PI * star.X * star.eps * room / lever
        pull = (1.0 + 2.0 * FOUR_PI * u * star.p) / room**2
        gradient = FOUR_PI * star.eps - 3.0 * star.V / star.X - enthalpy * star.s * lever / room
        return cls(
            rate=room / lever,
            shell=shell,
            mass=-pull,
            pressure=shell * pull - enthalpy * u / room,
            room_slope=-2.0 * (FOUR_PI * u * star.eps - star.s * star.V) / room,
            weight_slope=-star.X / lever * gradient,
        )

    def statement(self, exponent: int, drive: Tensor, burden: Tensor) -> Coefficients:
        """s P' and s N', with `drive` added to D p0 and `burden` to D n0, both over s^e.

        For e = 0 the centre reads P = 1; for e = 1 regularity alone fixes it.
        """
        spread = 1.0 + self.weight_slope + self.room_slope + self.pressure
        rows = matrix(
            (self.rate * self.pressure - exponent, self.rate * self.mass),
            (
                self.rate * self.shell * spread,
                self.rate * (self.shell * self.mass - 1.0) - exponent,
            ),
        )
        source = vector(self.rate * drive, self.rate * (burden + self.shell * drive))
        start = torch.zeros_like(rows[:, 0, 0, : 1 - exponent])
        start[..., :1] = 1.0
        return Coefficients(
            matrix=rows,
            source=source,
            left=start,
            right=torch.zeros_like(start),
            values=torch.ones_like(start[..., 0]),
            scale=torch.ones_like(source[:, 0, 0]),
        )


def rotating(star: NodalStar, frame: Frame) -> Monopole:
    """What rotation changes at fixed central density."""
    terms, unit = _Terms.of(star), star.X[:, :1, :1]
    chi, swirl = star.s * frame.Y, star.X / unit * frame.swirl
    room, lever = star.room, star.lever
    drive = swirl * (chi**2 / 12.0 + (1.0 - star.s * lever / room + chi) * 2.0 / 3.0)
    enthalpy = FOUR_PI * (star.eps + star.p)
    burden = swirl * (room * chi**2 / 12.0 + enthalpy * star.square * 2.0 / 3.0)
    given = terms.statement(1, drive, burden)
    solution = solve(
        AT_FIXED_CENTRE, TURNING, given, star.mesh, star.h_c.shape[0], star.tolerance, star.newton
    )
    y = values(solution, AT_FIXED_CENTRE, given, star.mesh)
    p, n = y.unbind(-1)
    unit = unit[:, 0, 0]
    surface_p, surface_n = (star.at_surface(part) * unit for part in (p, n))
    spin_energy = 0.25 * star.radius**3 * frame.drag**2  # J^2/R^3
    baryons = volume_integral(star, _baryons(star, terms, (p, n), swirl, drive)) * unit
    return Monopole(
        mass=star.radius * star.h_c * surface_n + spin_energy,
        baryon_mass=baryons,
        shift=surface_p * star.at_surface(terms.rate),
        status=solution.status,
        y=y,
    )


def _baryons(
    star: NodalStar, terms: _Terms, state: tuple[Tensor, Tensor], swirl: Tensor, drive: Tensor
) -> Tensor:
    """s^(-1/2) dc/ds of the jump-free change of baryon mass."""
    p, n = state
    room, rho = star.room, star.rest_mass_density
    inside = (n - terms.shell * p) / room + swirl / 3.0
    pushed = terms.pressure * p + terms.mass * n + drive
    spread = p * (1.0 + terms.weight_slope + 0.5 * terms.room_slope) + pushed
    weight = FOUR_PI * star.X * rho
    change = weight * (star.s * inside / room.sqrt() + spread * room.sqrt() / star.lever)
    return terms.rate * star.X.sqrt() * change


def neighbour(star: NodalStar) -> Neighbour:
    """How mass and radius change with the central log-enthalpy."""
    terms = _Terms.of(star)
    nothing = torch.zeros_like(star.X)
    given = terms.statement(0, nothing, nothing)
    solution = solve(
        NEIGHBOUR, BESIDE, given, star.mesh, star.h_c.shape[0], star.tolerance, star.newton
    )
    y = values(solution, NEIGHBOUR, given, star.mesh)
    p, n = (star.at_surface(part) for part in y.unbind(-1))
    shift = p * star.at_surface(terms.rate) / star.h_c
    return Neighbour(star.radius * n, star.radius * shift, solution.status, y)
