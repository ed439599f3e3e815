"""Which eigenvalues of a discretised operator are those of the operator: two resolutions agree.

About half of the eigenvalues of a collocation matrix belong to the grid alone (Boyd 2001, 7.6). An
eigenvalue counts as resolved when a coarser grid has one within the tolerance, when the two are
each other's nearest, and, where asked, when their eigenfunctions have the same number of nodes.
Their distance is the error of the coarser one: a safe estimate for the finer.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core.eigen.spectrum import Spectrum
from parode_core.status import Status


@dataclass(frozen=True, eq=False)
class Resolved:
    """Resolved eigenvalues in ascending order of their real part, the rest of the row NaN.

    values, errors : eigenvalue and absolute error estimate, [lane, mode]
    resolved : whether the place holds an eigenvalue, [lane, mode]
    status : OK; ACCURACY_NOT_REACHED for one that is not resolved; in a lane that failed at either
        resolution its status, [lane, mode]
    order : index of the place in the finer spectrum, [lane, mode]
    """

    values: Tensor
    errors: Tensor
    resolved: Tensor
    status: Tensor
    order: Tensor


def match_resolutions(
    fine: Spectrum,
    coarse: Spectrum,
    tolerance: float,
    *,
    floor: Tensor | float = 0.0,
    fine_nodes: Tensor | None = None,
    coarse_nodes: Tensor | None = None,
) -> Resolved:
    """Keep the eigenvalues on which two resolutions agree.

    Parameters
    ----------
    fine, coarse : spectra of the same lanes
    tolerance : largest distance, relative to the larger of |lambda| and `floor`
    floor : size below which the tolerance is absolute, a number or [lane]
    fine_nodes, coarse_nodes : node counts [lane, mode] that have to agree, or None

    Raises
    ------
    ValueError
        If the spectra have different numbers of lanes, or only one has node counts.
    """
    if fine.values.shape[0] != coarse.values.shape[0]:
        raise ValueError(
            f"spectra of {fine.values.shape[0]} and {coarse.values.shape[0]} lanes do not match."
        )
    if (fine_nodes is None) != (coarse_nodes is None):
        raise ValueError("node counts are compared between both resolutions; only one has them.")
    fits = fine.values.isfinite().unsqueeze(2) & coarse.values.isfinite().unsqueeze(1)
    if fine_nodes is not None and coarse_nodes is not None:
        fits = fits & (fine_nodes.unsqueeze(2) == coarse_nodes.unsqueeze(1))
    distance = (fine.values.unsqueeze(2) - coarse.values.unsqueeze(1)).abs()
    distance = torch.where(fits, distance, torch.inf)
    errors, partner = distance.min(dim=2)
    back = distance.argmin(dim=1).gather(1, partner)
    own = torch.arange(back.shape[1], device=back.device)
    least = floor.unsqueeze(1) if isinstance(floor, Tensor) else floor
    size = torch.clamp(torch.where(fine.values.isfinite(), fine.values.abs(), 0.0), min=least)
    agrees = (back == own) & (errors <= tolerance * size)
    return _sorted(fine, coarse, errors, agrees)


def _sorted(fine: Spectrum, coarse: Spectrum, errors: Tensor, agrees: Tensor) -> Resolved:
    # stable and by flag alone: the values of a spectrum are in ascending order already
    order = (~agrees).to(torch.uint8).argsort(dim=1, stable=True)
    resolved = agrees.gather(1, order)
    lane = torch.where(fine.status != int(Status.OK), fine.status, coarse.status).unsqueeze(1)
    status = torch.where(resolved, int(Status.OK), int(Status.ACCURACY_NOT_REACHED))
    return Resolved(
        torch.where(resolved, fine.values.gather(1, order), torch.nan),
        torch.where(resolved, errors.gather(1, order), torch.nan),
        resolved,
        torch.where(lane != int(Status.OK), lane, status),
        order,
    )
