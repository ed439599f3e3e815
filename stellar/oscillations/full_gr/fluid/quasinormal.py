"""Fluid modes f, p, g and i in full general relativity from the poles of the interior's response.

Every weakly damped mode lies next to one pole lambda_k of the response R(omega^2) (see
`interior.response`), so that the poles are a complete list of trial modes. Newton's method on
`pole_equation` goes from each to its mode. The outgoing wave enters as a Taylor series about one
frequency (see `exterior.outgoing_wave`): about a real one, where the flux of energy gives Im L, for
modes whose damping is weak, so that Im omega is as exact when it is 1e-20 of Re omega as when it is
1e-3; about a complex one otherwise. Two rounds do for an f-mode, one for most others. `corrected`
takes away what the interior is off by and tells it. Time dependence e^{+i omega t}: Im omega > 0 is
damping. Units in which the radius of the star is one.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from parode_core.lanes import padded
from parode_core.status import Status
from stellar.oscillations.full_gr.exterior.outgoing_wave import Exterior, grid_number
from stellar.oscillations.full_gr.exterior.wave_series import WaveSeries, no_series
from stellar.oscillations.full_gr.fluid.mode_errors import in_frequency, mode_errors
from stellar.oscillations.full_gr.fluid.pole_equation import first_shift, pole_points, settle
from stellar.oscillations.full_gr.interior.response import Response
from stellar.oscillations.full_gr.interior.responses import Interiors
from stellar.oscillations.full_gr.stationary import stationary

ROUNDS = 16
REACH = 3e-3  # relative distance to which a series keeps ten digits, of Im L too
NEARBY = 0.05  # distance from which the next round is likely to be the last
NARROW = 3e-3  # r_k/lambda_k below which the mode is within reach of its pole
SETTLED = 1e-10  # last Newton step over the shift by radiation
SAME = 1e-9  # relative distance of roots that are one
FARTHEST_OFF = 5e-4  # relative correction beyond which a solution of the equations is no mode


@dataclass(frozen=True, eq=False)
class FluidModes:
    """One mode for each pole of a `Response`, all [lane, pole], in units in which R = 1.

    omega : omega R; NaN where no mode was looked for or found
    re_error, im_error : estimated absolute errors of its parts, without the interior's share until
        they are `corrected`
    steepness : dL/d omega of the outgoing wave
    sensitivity, apart : see `stationary`; NaN until `corrected`
    residual : last Newton step over |omega|
    rounds : factorisations of the exterior used
    status : OK; BELOW_NOISE_FLOOR, the damping is not known; NOT_CONVERGED; NON_FINITE_STATE;
        MODE_NOT_FOUND, not looked for or broader than wanted; DEPENDS_ON_FAILED_STAR
    """

    omega: Tensor
    re_error: Tensor
    im_error: Tensor
    steepness: Tensor
    sensitivity: Tensor
    apart: Tensor
    residual: Tensor
    rounds: Tensor
    status: Tensor

    def select(self, lanes: Tensor) -> "FluidModes":
        """The stars with these indices."""
        return FluidModes(*(getattr(self, part.name)[lanes] for part in fields(self)))


@torch.no_grad()
def fluid_modes(
    response: Response, *, wanted: Tensor | None = None, broadest: float = 0.1
) -> FluidModes:
    """Modes next to the poles of a batch of stars.

    Parameters
    ----------
    response : of the interiors
    wanted : which poles, [lane, pole]; None means all that are resolved
    broadest : Im/Re of omega beyond which a mode is given up: poles of waves caught in the star
        lead to space-time modes, and not to all of them

    Raises
    ------
    ValueError
        If `wanted` has another shape than the poles.
    """
    if wanted is None:
        wanted = response.resolved
    if wanted.shape != response.mu.shape:
        raise ValueError(
            f"a pole is wanted or not: the shape is {tuple(response.mu.shape)}, not "
            f"{tuple(wanted.shape)}."
        )
    healthy = (response.status == int(Status.OK)).unsqueeze(1)
    known = response.resolved & healthy & (response.poles.real > 0.0)
    lane, pole = (wanted & known).nonzero(as_tuple=True)
    omega = torch.full_like(response.mu, torch.nan)
    number = torch.full_like(omega.real, torch.nan)
    status = torch.full_like(wanted, int(Status.MODE_NOT_FOUND), dtype=torch.long)
    status = torch.where(healthy, status, int(Status.DEPENDS_ON_FAILED_STAR))
    re_error, im_error, sensitivity, apart, residual = (number.clone() for _ in range(5))
    unknown = (omega, re_error, im_error, omega.clone(), sensitivity, apart, residual)
    modes = FluidModes(*unknown, torch.zeros_like(status), status)
    if lane.numel():
        search = _Search(response, broadest, lane, pole)
        search.run()
        search.report(modes)
    return modes


@torch.no_grad()
def corrected(modes: FluidModes, inside: Interiors) -> FluidModes:
    """The modes with their interiors' errors taken away and told.

    What is far off is no mode: it gets the status MODE_NOT_FOUND. A damping within its error is
    not known.
    """
    found = stationary(inside, modes.omega, modes.steepness)
    re_error, im_error = modes.re_error + found.re_error, modes.im_error + found.im_error
    faint = (modes.status == int(Status.OK)) & ~(found.omega.imag > im_error)
    status = torch.where(faint, int(Status.BELOW_NOISE_FLOOR), modes.status)
    near = found.moved.abs() <= FARTHEST_OFF * modes.omega.abs()
    lost = modes.omega.isfinite() & ~near
    return replace(
        modes,
        omega=torch.where(near, found.omega, torch.nan),
        re_error=re_error,
        im_error=im_error,
        sensitivity=found.sensitivity,
        apart=found.apart,
        status=torch.where(lost, int(Status.MODE_NOT_FOUND), status),
    )


class _Search:
    """Trial modes on their way, all [point].

    delta : lambda - lambda_k;  step : last Newton step in it
    centre, number : frequency and grid of the next series;  wave : the last one
    rounds : series made;  open : still at work
    """

    def __init__(self, response: Response, broadest: float, lane: Tensor, pole: Tensor) -> None:
        self.response, self.broadest = response, broadest
        self.exterior = Exterior(response.compactness, response.l)
        self.points = pole_points(response, lane, pole)
        place = self.points.place
        self.centre = place.to(response.mu.dtype).sqrt()
        self.delta, self.step = torch.zeros_like(self.centre), torch.zeros_like(self.centre)
        # where the mode may be far from its pole the first round only shows the way
        narrow = self.points.residue.abs() < NARROW * place
        self.number = torch.where(narrow, grid_number(self.centre, response.l), 0)
        self.wave = no_series(self.centre)
        self.rounds = torch.zeros_like(lane)
        self.open = torch.ones_like(narrow)

    def run(self) -> None:
        """Rounds until all modes are settled or given up."""
        for turn in range(ROUNDS):
            # the one host check of a round: what is still at work
            active = self.open.nonzero()[:, 0]
            if not active.numel():
                break
            self._round(active, first=turn == 0)

    def _round(self, active: Tensor, *, first: bool) -> None:
        tiled, count = padded(active), active.numel()
        points = self.points.select(tiled)
        centre, number = self.centre[tiled], self.number[tiled]
        wave = self.exterior.series(centre, points.owner, number)
        delta = first_shift(points, wave) if first else self.delta[tiled]
        delta, step = settle(points, delta, wave)
        omega = (points.place + delta).sqrt()
        away = (omega - centre).abs() / omega.abs()
        enough = grid_number(omega, self.response.l)
        settled = (away < REACH) & (number >= enough) & (step.abs() <= SETTLED * delta.abs())
        broken = ~(delta.isfinite() & step.isfinite())
        broad = omega.imag > self.broadest * omega.real
        changes = (
            (self.delta, delta),
            (self.step, step),
            (self.centre, expansion_point(omega)),
            (self.number, torch.where(away < NEARBY, enough, 0)),
            (self.open, ~(settled | broken | broad)),
            *zip(self.wave, wave, strict=True),
        )
        for whole, part in changes:
            whole[active] = part[:count]
        self.rounds[active] += 1

    def report(self, modes: FluidModes) -> None:
        """Write what was found into the modes."""
        count = self.delta.shape[0]
        tiled = padded(torch.arange(count, device=self.delta.device))
        points, wave = self.points.select(tiled), WaveSeries(*(part[tiled] for part in self.wave))
        delta, step = self.delta[tiled], self.step[tiled]
        omega = (points.place + delta).sqrt()
        _, steepness = wave.at(omega)
        errors = mode_errors(points, delta, wave, step)
        errors = in_frequency(errors, points.place + delta)
        status = self._status(omega[:count], errors.imaginary[:count])
        place = (self.points.owner, self.points.pole)
        lost = (status == int(Status.NON_FINITE_STATE)) | (status == int(Status.MODE_NOT_FOUND))
        residual = (step / (2.0 * omega * omega)).abs()
        for whole, part in (
            (modes.omega, omega),
            (modes.re_error, errors.real),
            (modes.im_error, errors.imaginary),
            (modes.steepness, steepness),
            (modes.residual, residual),
        ):
            whole[place] = torch.where(lost, torch.nan, part[:count])
        modes.rounds[place], modes.status[place] = self.rounds, status

    def _status(self, omega: Tensor, im_error: Tensor) -> Tensor:
        """Status of each point."""
        faint = ~(omega.imag > im_error)
        status = torch.where(faint, int(Status.BELOW_NOISE_FLOOR), int(Status.OK))
        unsettled = self.open | self._doubles(omega)
        status = torch.where(unsettled, int(Status.NOT_CONVERGED), status)
        broad = omega.imag > self.broadest * omega.real
        status = torch.where(broad, int(Status.MODE_NOT_FOUND), status)
        return torch.where(omega.isfinite(), status, int(Status.NON_FINITE_STATE))

    def _doubles(self, omega: Tensor) -> Tensor:
        """Points that went to the mode of another pole of their star, nearer to it, [point]."""
        owner = self.points.owner
        first = torch.searchsorted(owner, owner)
        slot = torch.arange(owner.shape[0], device=owner.device) - first
        most = int(slot.max()) + 1  # host check: the width of the table
        place = (owner, slot)
        root = omega.new_full((self.response.lanes, most), torch.nan)
        way = omega.real.new_full(root.shape, torch.inf)
        root[place], way[place] = omega, self.delta.abs()
        same = (root.unsqueeze(2) - root.unsqueeze(1)).abs() < SAME * root.abs().unsqueeze(2)
        return (same & (way.unsqueeze(2) > way.unsqueeze(1))).any(dim=2)[place]


def expansion_point(omega: Tensor) -> Tensor:
    """Where to expand the wave for these frequencies: on the real axis if the damping is weak."""
    weak = omega.imag.abs() < 0.5 * REACH * omega.real
    return torch.complex(omega.real, torch.where(weak, 0.0, omega.imag))
