"""The numbers of stars that one set of nodes gives, and how well its polynomials hold them.

Every quantity of a star follows from its background, Riccati equations for tides and frame
dragging, linear equations for rotation at second order, and integrals: see the modules of those
names. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.collocation.elements import Mesh
from parode_core.solvers.solution import tail
from stellar.stars.collocation import exterior, monopole, quadrupole, rotation, tides
from stellar.stars.collocation.frame_dragging import dragging, frame
from stellar.stars.collocation.nodal_star import FOUR_PI, NodalStar
from stellar.stars.collocation.quadrature import volume_integral
from stellar.stars.collocation.riccati import Riccati, solve_riccati
from stellar.stars.quantities import (
    ELECTRIC_DEGREES,
    MAGNETIC_FLOWS,
    ROTATION_NAMES,
    tidal_names,
)

STRUCTURE = (
    "mass",
    "radius",
    "compactness",
    "baryon_mass",
    "binding_energy",
    "redshift",
    "central_pressure",
    "central_energy_density",
    "central_density",
    "central_cs2",
)
INERTIA = ("moment_of_inertia",)
SLOPES = ("mass_slope", "radius_slope")


@dataclass(frozen=True)
class Wanted:
    """What is asked of stars besides their structure.

    degrees : of electric Love numbers;  magnetic : both magnetic Love numbers of degree 2
    rotation : coefficients of slow rotation at second order
    slopes : dM/dh_c and dR/dh_c along the sequence;  inertia : moment of inertia
    """

    degrees: tuple[int, ...] = ELECTRIC_DEGREES
    magnetic: bool = True
    rotation: bool = True
    slopes: bool = True
    inertia: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of everything that is then known of a star."""
        slopes = SLOPES if self.slopes or self.rotation else ()
        rotation = ROTATION_NAMES if self.rotation else ()
        inertia = INERTIA if self.inertia or self.rotation else ()
        tides = tidal_names(self.degrees, magnetic=self.magnetic)
        return STRUCTURE + inertia + tides + slopes + rotation


@dataclass(frozen=True)
class Described:
    """Quantities by name [lane], what the elements leave out [lane, element], statuses [lane]."""

    values: dict[str, Tensor]
    rough: Tensor
    status: Tensor


def describe(star: NodalStar, wanted: Wanted) -> Described:
    """Everything wanted of stars, under the names of `stellar.stars.quantities`."""
    structure, kinds = _structure(star), _kinds(star, wanted)
    found, statuses, solved = [], [star.status], dict[str, Tensor]()
    if kinds:
        states, status = solve_riccati(star, list(kinds.values()))
        solved = dict(zip(kinds, states, strict=True))
        found = [(state.unsqueeze(-1), kinds[name].size[:, None]) for name, state in solved.items()]
        statuses.append(status)
    whole = structure | _love_numbers(star, solved)
    turning = frame(star, solved["frame"]) if "frame" in solved else None
    if turning is not None:
        whole |= {"moment_of_inertia": turning.inertia}
    if wanted.slopes or wanted.rotation:
        beside = monopole.neighbour(star)
        whole |= {"mass_slope": beside.mass_slope, "radius_slope": beside.radius_slope}
        found.append((beside.y, _sizes(beside.y)))
        statuses.append(beside.status)
    if wanted.rotation and turning is not None:
        mean, shape = monopole.rotating(star, turning), quadrupole.deformed(star, turning)
        baryons = structure["baryon_mass"]
        whole |= rotation.coefficients(star, baryons, turning, mean, shape, beside)
        found += [(part.y, _sizes(part.y)) for part in (mean, shape)]
        statuses += [mean.status, shape.status]
    parts = [roughness(y, star.mesh, size) for y, size in found]
    rough = torch.stack(parts).amax(dim=0) if parts else torch.zeros_like(star.X[..., 0])
    return Described(whole, rough, torch.stack(statuses).amax(dim=0))


def _structure(star: NodalStar) -> dict[str, Tensor]:
    binding = _shell(star, _binding_density(star))
    baryon_mass = _shell(star, star.rest_mass_density / star.room.sqrt())
    return {
        "mass": star.mass,
        "radius": star.radius,
        "compactness": star.compactness,
        "baryon_mass": baryon_mass,
        "binding_energy": binding,
        "redshift": 1.0 / (1.0 - 2.0 * star.compactness).sqrt() - 1.0,
        "central_pressure": star.p[:, 0, 0],
        "central_energy_density": star.eps[:, 0, 0],
        "central_density": star.rest_mass_density[:, 0, 0],
        "central_cs2": star.ce2[:, 0, 0],
    }


def _shell(star: NodalStar, density: Tensor) -> Tensor:
    """int 4 pi r^2 f dr, [lane]."""
    weight = star.X * star.X.sqrt() * star.room / star.lever
    return volume_integral(star, FOUR_PI * weight * density)


def _binding_density(star: NodalStar) -> Tensor:
    """rho_b e^(lam/2) - eps, without the cancellation of light stars.

    With rho = (eps + p) e^-h it is f [rho (e^(lam/2) - 1) + rho - eps] + (f - 1) eps, in which
    rho - eps = (eps + p)(e^-h - 1) + p.
    """
    factor = star.eos.baryon_factor[:, None, None]
    enthalpy, root = star.eps + star.p, star.room.sqrt()
    stretch = 2.0 * star.s * star.V / (root * (1.0 + root))  # e^(lam/2) - 1
    inside = enthalpy * (torch.exp(-star.h) * stretch + torch.expm1(-star.h)) + star.p
    return factor * inside + (factor - 1.0) * star.eps


def _kinds(star: NodalStar, wanted: Wanted) -> dict[str, Riccati]:
    """The first-order equations to be solved side by side."""
    kinds = {f"electric{l}": tides.electric(star, l) for l in wanted.degrees}
    if wanted.magnetic:
        kinds |= {flow: tides.magnetic(star, tides.THETA[flow]) for flow in MAGNETIC_FLOWS}
    if wanted.inertia or wanted.rotation:
        kinds |= {"frame": dragging(star)}
    return kinds


def _love_numbers(star: NodalStar, solved: dict[str, Tensor]) -> dict[str, Tensor]:
    found, compactness = {}, star.compactness
    for name, state in solved.items():
        if name == "frame":
            continue
        at_surface = star.at_surface(state)
        if name in tides.THETA:
            excess = star.h_c * at_surface
            found[f"k2_magnetic_{name}"] = exterior.magnetic_love_number(excess, compactness)
            continue
        l = int(name.removeprefix("electric"))
        found[f"k{l}"] = exterior.electric_love_number(at_surface, compactness, l)
        found[f"lambda{l}"] = tides.deformability(found[f"k{l}"], compactness, l)
    return found


def roughness(y: Tensor, mesh: Mesh, size: Tensor) -> Tensor:
    """What the polynomials of each element leave out, [lane, element].

    Parameters
    ----------
    y : [lane, element, node, component];  size : natural sizes, [lane, component]
    """
    lanes, elements = y.shape[:2]
    alone = y.detach().flatten(0, 1).unsqueeze(1)
    return tail(alone, mesh, size.detach().repeat_interleave(elements, dim=0)).unflatten(
        0, (lanes, elements)
    )


def structure_roughness(star: NodalStar) -> Tensor:
    """The same of X and V, relative to the centre, [lane, element]."""
    y = torch.stack((star.X, star.V), dim=-1)
    return roughness(y, star.mesh, y[:, 0, 0])


def _sizes(y: Tensor) -> Tensor:
    """Largest value of each component, [lane, component]."""
    return y.detach().abs().amax(dim=(1, 2))
