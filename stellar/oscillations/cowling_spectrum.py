"""Every resolved f-, p-, g- and i-mode of many stars on a fixed metric, without a search.

For stratified stars; barotropic ones are taken as well, but `potential_flow` is faster there. The
pencil of `cowling_pencil` is solved on the nodes of the stars and on a coarser set; modes on
which both agree are kept, and their eigenvectors give what a label needs (see `labels`): zeros of
W, the same zeros with the sense in which (W, V) turns, and the share of the buoyancy energy at each
density jump. Lengths in km, G = c = 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import basis
from parode_core.eigen import Spectrum, general_pencil, match_resolutions
from stellar.oscillations.cowling_pencil import cowling_pencil, relative_excess
from stellar.oscillations.labels import FluidMode
from stellar.oscillations.nodal_star import NodeStar

COARSER = 4  # fewer nodes an element in the pencil that tells the error
LOWEST = 1e-3  # of sqrt(M/R^3): slower modes are not looked for
REAL = 1e-7  # largest imaginary part of omega^2, relative, of a mode that is kept
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


def cowling_spectrum(star: NodeStar, l: int, *, tolerance: float = 1e-6) -> CowlingSpectrum:
    """All modes of degree l on which two resolutions agree.

    Parameters
    ----------
    l : degree, at least 1
    tolerance : largest relative distance of omega^2 between the resolutions; the error of the
        stars themselves is not in it

    Raises
    ------
    ValueError
        If l < 1 or the stars have too few nodes for a coarser set.
    """
    # the one look at the data: pencils of barotropic and of stratified stars differ in rank
    kinds = [(flag, torch.nonzero(star.stratified == flag)[:, 0]) for flag in (False, True)]
    parts = []
    for flag, lanes in kinds:
        if lanes.numel():
            found = _of_one_kind(star.select(lanes), l, tolerance, stratified=flag)
            parts.append((lanes, found))
    return _merged(parts, star.lanes)


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


def _of_one_kind(star: NodeStar, l: int, tolerance: float, *, stratified: bool) -> CowlingSpectrum:
    coarse_star = star.on(basis(star.mesh.basis.size - COARSER).to(star.x_ratio.device))
    fine, right = _modes(star, l, stratified=stratified, vectors=True)
    coarse, _ = _modes(coarse_star, l, stratified=stratified, vectors=False)
    kept = match_resolutions(fine, coarse, tolerance)
    index = kept.order.unsqueeze(1).expand_as(right)
    vectors = torch.where(kept.resolved.unsqueeze(1), right.gather(2, index), 0.0)
    n = star.mesh.elements * star.mesh.basis.size
    shape = (star.lanes, star.mesh.elements, star.mesh.basis.size, -1)
    radial, tangential = (vectors[:, k * n : (k + 1) * n].reshape(shape) for k in (0, 1))
    nodes, signed = _count_nodes(star, radial, tangential)
    omega = kept.values.sqrt()
    return CowlingSpectrum(
        omega,
        0.5 * kept.errors / omega,
        kept.status,
        nodes,
        signed,
        _interface_shares(star, radial, l),
        star.jumps,
    )


def _modes(star: NodeStar, l: int, *, stratified: bool, vectors: bool) -> tuple[Spectrum, Tensor]:
    """Oscillating modes of one resolution, all other eigenvalues NaN; and their columns."""
    a, b = cowling_pencil(star.in_whole_tiles(), l, stratified=stratified)
    a, b = a[: star.lanes], b[: star.lanes]
    n = a.shape[1] // 3
    columns = torch.arange(0 if stratified else n, 2 * n, device=a.device)
    # the shift lies as far below zero as the f-mode lies above: never on a mode
    found = general_pencil(a, b, -star.unit, columns=columns, vectors=vectors)
    values = found.values
    real = values.isfinite() & (values.imag.abs() <= REAL * values.abs())
    slowest = (LOWEST**2 * star.unit).unsqueeze(1)
    kept = torch.where(real & (values.real > slowest), values.real, torch.nan)
    right = kept.new_zeros(0) if found.right is None else found.right.real
    return Spectrum(kept, found.status), right


def _count_nodes(star: NodeStar, radial: Tensor, tangential: Tensor) -> tuple[Tensor, Tensor]:
    """Zeros of w, plain and signed, [lane, mode]; both functions [lane, element, node, mode]."""
    nodes = star.mesh.basis
    points = basis(SAMPLES * nodes.size, "chebyshev-lobatto").to(nodes.nodes.device)
    weights = nodes.interpolation(points.nodes)
    w, v = weights @ radial, weights @ tangential
    # elements meet in points that stand twice, so that no zero hides between them
    zero = w[:, :, :-1] * w[:, :, 1:] < 0.0
    sense = torch.sign(w[:, :, 1:] * v[:, :, 1:])
    signed = torch.where(zero, sense, 0.0).sum(dim=(1, 2))
    return zero.sum(dim=(1, 2)), signed.to(torch.long)


def _interface_shares(star: NodeStar, radial: Tensor, l: int) -> Tensor:
    """Share of the buoyancy energy at the end of each element, [lane, mode, element - 1].

    E_bulk = int (eps + p) e^{(nu-lam)/2} S Phi' W^2 / r^2 dr, E_jump = Delta eps e^{(nu-lam)/2}
    Phi' W^2 / r^2, with S = Phi' delta / (c_e^2 c_s^2) and Phi' = nu'/2.
    """
    fields = star.fields
    scaled = (fields.r_squared / star.radius[:, None, None] ** 2) ** l
    lapse = fields.exp_nu.sqrt() * fields.exp_minus_lam.rsqrt()
    radius = torch.where(fields.s > 0.0, fields.r_squared, 1.0).sqrt()
    weight = lapse * scaled * fields.s * fields.pull / radius
    hard = torch.where(fields.cs2 > 0.0, fields.enthalpy, 0.0)
    excess = hard * relative_excess(star, fields) / torch.where(fields.cs2 > 0.0, fields.cs2, 1.0)
    measure = star.mesh.basis.quadrature * fields.speed * weight * excess
    bulk = (measure.unsqueeze(-1) * radial**2).sum(dim=(1, 2))
    drop = torch.where(star.jumps, fields.eps[:, :-1, -1] - fields.eps[:, 1:, 0], 0.0)
    jump = (drop * weight[:, :-1, -1]).unsqueeze(-1) * radial[:, :-1, -1] ** 2
    total = bulk.abs() + jump.abs().sum(dim=1)
    share = jump / torch.where(total > 0.0, total, 1.0).unsqueeze(1)
    return share.transpose(1, 2)


def _merged(parts: list[tuple[Tensor, CowlingSpectrum]], lanes: int) -> CowlingSpectrum:
    """Both kinds of stars as one batch; shorter rows are filled up."""
    width = max(part.omega.shape[1] for _, part in parts)
    first = parts[0][1]
    device, elements = first.omega.device, first.jumps.shape[1]
    real = torch.full((lanes, width), torch.nan, dtype=torch.float64, device=device)
    count = torch.zeros(lanes, width, dtype=torch.long, device=device)
    whole = CowlingSpectrum(
        real,
        real.clone(),
        torch.full_like(count, int(Status.ACCURACY_NOT_REACHED)),
        count,
        count.clone(),
        torch.zeros(lanes, width, elements, dtype=torch.float64, device=device),
        torch.zeros(lanes, elements, dtype=torch.bool, device=device),
    )
    for members, part in parts:
        for name in CowlingSpectrum.__dataclass_fields__:
            source, target = getattr(part, name), getattr(whole, name)
            target[members, : source.shape[1]] = source
    return whole
