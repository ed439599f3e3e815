"""Poles of the interior response at one resolution, and their functions in the star.

T of `interior.chain` is as large as the star has nodes. What R(lambda) needs of it, and its lowest
poles, lie in the Krylov space of the drive w, some tens of vectors for any number of elements;
modes that hardly radiate, g-modes foremost, are hardly driven: for them the space is also that of a
source that is the same everywhere. With T P = P diag(mu) there,

    rho_k = (c P)_k (P^-1 w)_k.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.eigen import eigenpairs
from parode_core.eigen.krylov import krylov_space
from parode_core.eigen.spectrum import finite_lanes, lane_status, or_identity
from stellar.oscillations.full_gr.interior.chain import InteriorChain, interior_chain
from stellar.oscillations.full_gr.interior.elements import COMPONENTS, InteriorElements

# vectors in the Krylov space of the drive, for each radial order, and more with buoyancy: g-modes
# accumulate at omega = 0 and take their part
DRIVEN, FOR_AN_ORDER, FOR_BUOYANCY = 3, 2.5, 14
# the same of blocks of two vectors where there is another source
STEPS, STEPS_FOR_AN_ORDER, STEPS_FOR_BUOYANCY = 7, 1, 12

ON_AXIS = 1e-9  # |Im lambda|/|lambda| below which states are continued from the real axis
LOOSE = 0.03  # residual in mu of a pair that is none
HELD = 1e-5  # residual in lambda up to which a pair of the space is one of the star
UNDRIVEN = 1e-14  # of lambda_k: a residue of rounding


@dataclass(frozen=True, eq=False)
class InteriorSpectrum:
    """Poles by ascending real part of lambda_k, those at infinity last.

    chain : of the star at the shift
    mu, rho : [lane, pole];  constant, status : [lane]
    amplitudes : P^-1 w, [lane, pole]
    residuals : what T y - mu y amounts to in lambda_k where the space has been cut off, relative,
        [lane, pole]
    basis : f, [lane, element, coefficient, vector], None for unit vectors
    vectors : P, [lane, vector, pole]
    """

    chain: InteriorChain
    mu: Tensor
    rho: Tensor
    amplitudes: Tensor
    residuals: Tensor
    constant: Tensor
    status: Tensor
    basis: Tensor | None
    vectors: Tensor

    @property
    def poles(self) -> Tensor:
        """lambda_k, [lane, pole]; infinite for mu = 0."""
        return _poles(self.chain.shift, self.mu)

    @property
    def residues(self) -> Tensor:
        """r_k, [lane, pole]; zero for mu = 0."""
        there = self.mu != 0.0
        return torch.where(there, -self.rho / torch.where(there, self.mu, 1.0) ** 2, 0.0)

    def functions(self, index: Tensor) -> Tensor:
        """f of real poles, [lane, element, coefficient, mode], by index [lane, mode]."""
        shape = (-1, self.vectors.shape[1], -1)
        return self._whole(self.vectors.gather(2, index.unsqueeze(1).expand(shape)).real)

    def states(self, lam: Tensor) -> Tensor:
        """H1, K, W and V at lambda [lane, mode], [lane, mode, element, component, node], complex.

        Their size has no meaning: next to a pole they are those of the pole.
        """
        distance = (lam - self.chain.shift.unsqueeze(1)).unsqueeze(1)
        on_axis = (lam.imag.abs() < ON_AXIS * lam.abs()).unsqueeze(1)
        along = torch.complex(distance.real, torch.where(on_axis, 0.0, distance.imag))
        # 1 + d mu of each pole in units of the nearest one's, [lane, pole, mode]
        mu, amplitudes = self.mu.unsqueeze(2), self.amplitudes.unsqueeze(2)
        nearest = (1.0 + along * mu).abs().argmin(dim=1, keepdim=True)
        scale = 1.0 + distance * self.mu.gather(1, nearest.squeeze(1)).unsqueeze(1)
        own = torch.zeros_like(along * mu, dtype=torch.bool).scatter(1, nearest, True)
        parts = torch.where(own, 0.0, 1.0 / torch.where(own, 1.0, 1.0 + along * mu))
        others = self.vectors @ (amplitudes * parts)
        slopes = self.vectors @ (-amplitudes * mu * parts**2)
        # poles come in conjugate pairs: what they leave besides real numbers is rounding
        aside = torch.complex(others.real, distance.imag * slopes.real)
        mine = self.vectors @ (amplitudes * own)
        f = -distance * (mine + scale * torch.where(on_axis, aside, others))
        drive = torch.view_as_real(scale.squeeze(1)).flatten(1)
        chain, columns = self.chain, self._whole(torch.view_as_real(f).flatten(2))
        parameters = chain.driven * drive[:, None, None] - chain.parameters(columns)
        real = chain.forced @ columns + chain.free @ parameters
        states = torch.view_as_complex(real.unflatten(3, (-1, 2)))
        return states.movedim(3, 1).unflatten(3, (COMPONENTS, -1))

    def _whole(self, vectors: Tensor) -> Tensor:
        """f of vectors [lane, vector, mode] of the space."""
        if self.basis is None:
            return vectors.unflatten(1, self.chain.blocks.shape[1:3])
        return self.basis @ vectors.unsqueeze(1)


def interior_spectrum(elements: InteriorElements, orders: int, *, faint: bool) -> InteriorSpectrum:
    """Poles and residues of the stars, with lambda = -C as the shift.

    orders : radial orders up to which poles have to be right
    faint : whether modes that hardly radiate are to be among them
    """
    star = elements.star
    chain = interior_chain(elements, -star.compactness)
    count, size = chain.blocks.shape[1:3]
    start = _start(chain, faint=faint)
    width = start.shape[3]
    steps = _steps(orders, stratified=elements.stratified, faint=faint)
    if count * size <= steps * width:
        basis, small, beyond = None, chain.dense(), None
        unit = torch.eye(count * size, dtype=small.dtype, device=small.device)
        drive = chain.start.flatten(1, 2)
        row = chain.surface_row(unit.unflatten(0, (count, size)).expand(star.lanes, -1, -1, -1))
    else:
        shape = (count, size)
        flat, small, started, beyond = krylov_space(
            lambda f: chain.apply(f.unflatten(1, shape)).flatten(1, 2),
            start.flatten(1, 2),
            steps,
            elements.series.telling(count, steps * width),
        )
        # in memory as it lies in any company
        basis = flat.unflatten(1, shape).contiguous()
        drive, row = started[:, :, :1], chain.surface_row(basis)
    return _solved(chain, small, drive, row, basis, beyond)


def _steps(orders: int, *, stratified: bool, faint: bool) -> int:
    """Blocks of the Krylov space."""
    if faint:
        return STEPS + STEPS_FOR_AN_ORDER * orders + STEPS_FOR_BUOYANCY * stratified
    return DRIVEN + int(FOR_AN_ORDER * orders) + FOR_BUOYANCY * stratified


def _start(chain: InteriorChain, *, faint: bool) -> Tensor:
    """w, and T of a source that is the same everywhere, so that modes that hardly radiate start."""
    if not faint:
        return chain.start
    even = chain.elements.series.constant().unsqueeze(1).expand_as(chain.start)
    return torch.cat((chain.start, chain.apply(even)), dim=3)


def _solved(
    chain: InteriorChain,
    small: Tensor,
    drive: Tensor,
    row: Tensor,
    basis: Tensor | None,
    beyond: Tensor | None,
) -> InteriorSpectrum:
    star = chain.elements.star
    finite = finite_lanes(small, drive, row, star.x_ratio, star.v_ratio, chain.constant[:, None])
    finite = finite & star.live.any(dim=1) & chain.shift.isfinite()
    small = or_identity(small, finite)
    mu, vectors, converged = eigenpairs(small)
    solved, _ = torch.linalg.solve_ex(vectors, drive.to(mu.dtype))
    amplitudes = solved.squeeze(2)
    rho = (row.unsqueeze(1).to(mu.dtype) @ vectors).squeeze(1) * amplitudes
    # real poles have real parts: of what is next to them the imaginary part is a damping's
    amplitudes, rho = (
        torch.where(mu.imag == 0.0, part.real.to(part.dtype), part) for part in (amplitudes, rho)
    )
    status = lane_status(
        (finite, Status.NON_FINITE_INPUT),
        (~chain.singular, Status.SINGULAR),
        (converged, Status.NOT_CONVERGED),
    )
    left = torch.zeros_like(mu.real)
    if beyond is not None:
        apart = beyond.to(mu.dtype) @ vectors[:, -beyond.shape[2] :]
        left = apart.abs().square().sum(dim=1).sqrt() / mu.abs()
    # a pair that the space does not hold and that nothing drives is rounding: no pole of R
    nothing = (left > LOOSE) & (rho.abs() < UNDRIVEN * mu.abs())
    mu, rho = (torch.where(nothing, 0.0, part) for part in (mu, rho))
    poles = _poles(chain.shift, mu)
    # next to lambda = 0 little in mu is much in lambda
    residuals = left / (mu * poles).abs()
    order = poles.real.argsort(dim=1, stable=True)
    wide = order.unsqueeze(1).expand_as(vectors)
    return InteriorSpectrum(
        chain,
        mu.gather(1, order),
        rho.gather(1, order),
        amplitudes.gather(1, order),
        residuals.gather(1, order),
        chain.constant,
        status,
        basis,
        vectors.gather(2, wide),
    )


def _poles(shift: Tensor, mu: Tensor) -> Tensor:
    there = mu != 0.0
    finite = shift.unsqueeze(1) - 1.0 / torch.where(there, mu, 1.0)
    return torch.where(there, finite, torch.inf)
