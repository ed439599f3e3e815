"""Space-time modes of a batch of stars, w_n and wII_n, as searches with labels and errors.

They are looked for in a rectangle of the complex plane that reaches one ordinary mode beyond those
asked for, since the label of a mode depends on the damping of modes to its right; the argument
principle tells whether the list is complete.
"""

import math

import torch
from torch import Tensor

from parode_core import Status
from stellar.oscillations.full_gr.certificate import Box
from stellar.oscillations.full_gr.interior_response import interior_responses
from stellar.oscillations.full_gr.spacetime import SpacetimeRoots, spacetime_roots
from stellar.oscillations.labels import Label, label_w
from stellar.oscillations.mode import Mode, ModeRequest, ModeSearch
from stellar.oscillations.nodal_star import NodeStar
from stellar.parode.fluid_modes import BROADEST
from stellar.parode.trials import TrialStars, refined

LEFT, TOP = 0.2, 4.0  # of 1/R: smallest Re omega and largest Im omega
BOTTOM = 0.02  # of 1/R: above the damping of every fluid mode
STEEPEST = 5.0  # largest Im/Re
BEYOND = 1.5  # the region reaches (l + BEYOND)/R at least: wII are numbered from the right
SPARE = 3.0  # spacings of w-modes by which the region reaches beyond those wanted


def spacetime_searches(
    stars: TrialStars, l: int, request: ModeRequest, accuracy: float
) -> list[ModeSearch]:
    """w1..wN and the wII among them, or those of a band of Re omega, of every star.

    Parameters
    ----------
    l : degree, at least 2
    accuracy : relative, below which more nodes are taken
    """

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        fine, coarse = interior_responses(part.star, l, size=size, rough=part.rough)
        roots = spacetime_roots(fine, coarse, _box(part.star, l, request))
        return [
            _search(roots, lane, radius, l, request)
            for lane, radius in enumerate(fine.radius.tolist())
        ]

    found = refined(stars, lambda size: 4 * size, attempt, accuracy)
    return [search.widened(width) for search, width in zip(found, stars.widths, strict=True)]


def _box(star: NodeStar, l: int, request: ModeRequest) -> Box:
    """Where modes are looked for, units 1/R."""
    spacing = math.pi / light_time(star)
    right = LEFT + (request.n_max + SPARE) * spacing
    if request.band is not None:
        right = request.band[1] * star.radius + 2.0 * spacing
    right = right.clamp(min=l + BEYOND)
    one = torch.ones_like(right)
    return Box(LEFT * one, right, BOTTOM * one, TOP * one)


def light_time(star: NodeStar) -> Tensor:
    """int e^{(lam-nu)/2} dr over R, by the trapezoidal rule on the nodes, [lane]."""
    fields = star.fields
    r = fields.r_squared.flatten(1).sqrt()
    pace = (fields.exp_minus_lam * fields.exp_nu).rsqrt().flatten(1)
    middle = 0.5 * (pace[:, 1:] + pace[:, :-1])
    return (middle * (r[:, 1:] - r[:, :-1])).sum(dim=1) / star.radius


def _search(
    roots: SpacetimeRoots, lane: int, radius: float, l: int, request: ModeRequest
) -> ModeSearch:
    """The labelled modes of one star."""
    columns = zip(
        roots.omega[lane].tolist(),
        roots.re_errors[lane].tolist(),
        roots.im_errors[lane].tolist(),
        roots.residual[lane].tolist(),
        roots.status[lane].tolist(),
        strict=True,
    )
    # a root as narrow as a fluid mode is listed with those
    kept = [row for row in columns if row[-1] != int(Status.NO_ROOT) and _is_broad(row[0])]
    labels = label_w([omega for omega, *_ in kept])
    modes = tuple(
        _mode(label, l, radius, *row)
        for label, row in zip(labels, kept, strict=True)
        if _is_wanted(label, row[0], labels, kept, radius, request)
    )
    reason = _gap(int(roots.lane_status[lane]), labels, request)
    return ModeSearch(modes, complete=not reason, message=reason)


def _is_broad(omega: complex) -> bool:
    return BROADEST * omega.real < omega.imag < STEEPEST * omega.real


def _is_wanted(
    label: Label,
    omega: complex,
    labels: list[Label],
    kept: list[tuple],
    radius: float,
    request: ModeRequest,
) -> bool:
    """Whether a mode was asked for, or is an interface mode among those that were."""
    if request.band is not None:
        return request.band[0] * radius <= omega.real <= request.band[1] * radius
    if not label.label.startswith("wII"):
        return label.n <= request.n_max
    ordinary = [
        row[0].real
        for other, row in zip(labels, kept, strict=True)
        if not other.label.startswith("wII") and other.n <= request.n_max
    ]
    return bool(ordinary) and omega.real < max(ordinary)


def _gap(status: int, labels: list[Label], request: ModeRequest) -> str:
    """Why the list may not be complete; empty if it is."""
    if status == int(Status.NOT_CONVERGED):
        return "The argument principle counts another number of w-modes."
    if status == int(Status.ACCURACY_NOT_REACHED):
        return "Not every w-mode is resolved, or the argument principle does not settle."
    if status != int(Status.OK):
        return f"The interior of the star could not be solved: {Status(status).message}"
    ordinary = sum(not label.label.startswith("wII") for label in labels)
    if request.band is None and ordinary < request.n_max:
        return f"{ordinary} w-modes are damped less than Im omega = {TOP:g}/R."
    return ""


def _mode(
    label: Label,
    l: int,
    radius: float,
    omega: complex,
    re_err: float,
    im_err: float,
    residual: float,
    code: int,
) -> Mode:
    status = Status(code)
    return Mode(
        l=l,
        family="w",
        n=label.n,
        label=label.label,
        gravity="full",
        omega=omega / radius,
        omega_re_err=re_err / radius,
        omega_im_err=im_err / radius,
        residual=residual / abs(omega),
        status=status,
        message=" ".join(filter(None, (label.note, status.message))),
    )
