"""Every resolved f-, p-, g- and i-mode of many stars on a fixed metric, without a search.

The symmetric pencil of `displacement_pencil` is solved with two sets of trial functions; modes on
which both agree are kept, and their eigenvectors give what a label needs (see `labels`): zeros of
W, the same zeros with the sense in which (W, V) turns, and the share of the buoyancy energy at each
density jump. Barotropic stars are taken as well; for them `potential_flow` is faster, and the only
one that takes incompressible matter. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.bases import basis
from parode_core.eigen import Spectrum, match_resolutions
from stellar.oscillations.company import in_company
from stellar.oscillations.displacement_pencil import displacement_elements
from stellar.oscillations.element_matrices import TRIAL
from stellar.oscillations.inverse_modes import InverseModes, inverse_modes
from stellar.oscillations.labels import FluidMode
from stellar.oscillations.nodal_star import NodeStar, StarFields
from stellar.oscillations.radial_pencil import COARSER, check_size

LOWEST = 1e-3  # of sqrt(M/R^3): slower modes are not looked for
SHIFT = 1e-2  # of M/R^3: between the slowest modes and the f-mode
AT_LEAST, FOR_EACH = 14, 2  # modes looked for, and for each radial order of p and g
FAINT = 1e-5  # of the largest w: what is smaller may be all error
SAMPLES = 3  # points a node at which zeros of W are counted


@dataclass(frozen=True, eq=False)
class CowlingSpectrum:
    """Resolved modes of each lane by ascending frequency; the rest of a row is NaN or 0.

    omega, errors : km^-1, [lane, mode];  status : [lane, mode]
    nodes, signed_nodes : zeros of W in 0 < r < R, and counted by sense, [lane, mode]
    interface_shares : of the buoyancy energy, [lane, mode, element - 1], outwards; 0 without a jump
    jumps : whether eps jumps between two elements, [lane, element - 1]
    """

    omega: Tensor
    errors: Tensor
    status: Tensor
    nodes: Tensor
    signed_nodes: Tensor
    interface_shares: Tensor
    jumps: Tensor


@in_company
def cowling_spectrum(
    star: NodeStar,
    l: int,
    *,
    size: int | None = None,
    tolerance: float = 1e-6,
    rough: NodeStar | None = None,
    orders: int | None = None,
) -> CowlingSpectrum:
    """Modes of degree l on which two resolutions agree.

    Parameters
    ----------
    l : degree, at least 1
    size : trial functions an element; as many as the star has nodes if None
    tolerance : largest relative distance of omega^2 between the resolutions
    rough : the same stars on fewer nodes, for the second resolution; without them the error of
        the stars themselves is not in the errors
    orders : radial orders of p- and g-modes up to which modes are looked for; all if None

    Raises
    ------
    ValueError
        If l < 1 or there are too few trial functions.
    """
    size = star.mesh.basis.size if size is None else size
    check_size(star, size, 1)
    found = _modes(star, l, size, orders)
    coarse = _modes(star if rough is None else rough, l, size - COARSER, orders)
    kept = match_resolutions(_oscillating(found, star), _oscillating(coarse, star), tolerance)
    functions = torch.where(kept.resolved[:, None, None], found.functions(kept.order), 0.0)
    # w at all nodes but the last, chi, and w at the last
    radial = torch.cat((functions[:, :, :size], functions[:, :, -1:]), dim=2)
    tangential = functions[:, :, size:-1]
    fast = kept.values > star.unit.unsqueeze(1)
    nodes, signed = _count_nodes(star, radial, tangential, fast)
    omega = kept.values.sqrt()
    return CowlingSpectrum(
        omega,
        0.5 * (kept.errors + found.rounding(kept.order, functions)) / omega,
        kept.status,
        nodes,
        signed,
        interface_shares(star, star.fields, _at(star.mesh.basis.nodes, radial), l),
        star.jumps,
    )


def fluid_modes(spectrum: CowlingSpectrum, lane: int) -> list[FluidMode]:
    """The resolved modes of one star, as `labels.label_fluid` takes them."""
    found = spectrum.omega[lane].isfinite()
    crossed = spectrum.jumps[lane]
    shares = spectrum.interface_shares[lane][found][:, crossed].flip(1)  # from the surface inwards
    columns = (part[lane][found].tolist() for part in (spectrum.omega, spectrum.nodes))
    signed = spectrum.signed_nodes[lane][found].tolist()
    return [
        FluidMode(omega, nodes, count, tuple(share))
        for omega, nodes, count, share in zip(*columns, signed, shares.tolist(), strict=True)
    ]


def _modes(star: NodeStar, l: int, size: int, orders: int | None) -> InverseModes:
    """Modes of one resolution."""
    modes = None if orders is None else AT_LEAST + FOR_EACH * orders
    return inverse_modes(*displacement_elements(star, l, size), SHIFT * star.unit, modes)


def _oscillating(found: InverseModes, star: NodeStar) -> Spectrum:
    """All eigenvalues that are no modes are NaN."""
    slowest = (LOWEST**2 * star.unit).unsqueeze(1)
    return Spectrum(torch.where(found.values > slowest, found.values, torch.nan), found.status)


def _at(points: Tensor, functions: Tensor) -> Tensor:
    """Functions [lane, element, node, mode], given at Lobatto nodes, at other points."""
    return basis(functions.shape[2], TRIAL).to(points.device).interpolation(points) @ functions


def _count_nodes(
    star: NodeStar, radial: Tensor, tangential: Tensor, fast: Tensor
) -> tuple[Tensor, Tensor]:
    """Zeros of w, plain and signed, [lane, mode]; both functions [lane, element, node, mode].

    fast : modes above sqrt(M/R^3), whose displacement at the surface is mostly radial, [lane, mode]
    """
    points = basis(SAMPLES * radial.shape[2], TRIAL).nodes.to(radial.device)
    w, v = _at(points, radial), _at(points, tangential)
    # Delta p = 0 at the surface: w and v have opposite signs, whichever is as small as its error
    surface, upward = star.outermost[:, :, None], fast.unsqueeze(1)
    end, beside = w[:, :, -1], v[:, :, -1]
    w[:, :, -1] = torch.where(surface & ~upward, -beside, end)
    v[:, :, -1] = torch.where(surface & upward, -end, beside)
    # elements meet in points that stand twice, so that no zero hides between them
    zero = (w[:, :, :-1] * w[:, :, 1:] < 0.0) & star.live[:, :, None, None]
    sense = torch.where(zero, torch.sign(w[:, :, 1:] * v[:, :, 1:]), 0.0)
    # where w is as small as its error, zeros come in pairs of opposite sense that are none
    least = FAINT * w.abs().amax(dim=(1, 2), keepdim=True)
    faint = (w[:, :, 1:].abs() < least) & (w[:, :, :-1].abs() < least)
    clear = (zero & ~faint).sum(dim=(1, 2))
    paired = torch.where(faint, sense, 0.0).sum(dim=(1, 2)).abs().to(torch.long)
    return clear + paired, sense.sum(dim=(1, 2)).to(torch.long)


def interface_shares(star: NodeStar, fields: StarFields, radial: Tensor, l: int) -> Tensor:
    """Share of the buoyancy energy at the end of each element, [lane, mode, element - 1].

    E_bulk = int (eps + p) e^{(nu-lam)/2} S Phi' W^2 / r^2 dr, E_jump = Delta eps e^{(nu-lam)/2}
    Phi' W^2 / r^2, with S = Phi' delta / (c_e^2 c_s^2) and Phi' = nu'/2.
    """
    scaled = (fields.r_squared / star.radius[:, None, None] ** 2) ** l
    lapse = fields.exp_nu.sqrt() * fields.exp_minus_lam.rsqrt()
    radius = torch.where(fields.s > 0.0, fields.r_squared, 1.0).sqrt()
    weight = lapse * scaled * fields.s * fields.pull / radius
    speeds = fields.ce2 * fields.cs2  # zero at a surface, where the weight of the density is
    there = speeds > 0.0
    excess = torch.where(there, fields.enthalpy * fields.delta / torch.where(there, speeds, 1.0), 0)
    measure = star.mesh.basis.quadrature * fields.speed * weight * excess
    bulk = (measure.unsqueeze(-1) * radial**2).sum(dim=(1, 2))
    drop = torch.where(star.jumps_in(fields), fields.eps[:, :-1, -1] - fields.eps[:, 1:, 0], 0.0)
    jump = (drop * weight[:, :-1, -1]).unsqueeze(-1) * radial[:, :-1, -1] ** 2
    total = bulk.abs() + jump.abs().sum(dim=1)
    share = jump / torch.where(total > 0.0, total, 1.0).unsqueeze(1)
    return share.transpose(1, 2)
