"""Frequencies of quasi-normal modes by their shapes, and how far these are off.

The states that solve the collocated equations at omega meet the outgoing wave at the surface, and
leave a residual between the nodes. With F and N of `wave_functional`,

    lambda - F/N,    N + L n/(32 pi) Z^2 dL/dlambda for N,    lambda = omega^2,    L = (dZ/dr_*)/Z,

is off by the square of what the shape is off by: F/N is what the collocated frequency is off by.
It tells how far a mode is resolved without a second resolution, and takes its error away. Where
damping is weak the states are real but for parts in proportion to it, and so is F: the damping is
mended like the frequency, however small it is.

What is left is of second order. With D the integral of what F/N consists of without regard to
sign, so that nothing cancels, and the distance of lambda to its neighbours, it is at most about

    |d Re lambda| = D_re^2 / distance,
    |d Im lambda| = e^2 Im lambda + 2 D_re D_im / distance,        e <= D_im / |Im lambda|,

with e the relative error of the amplitude at the surface, which the wave carries away: the damping
goes as its square, and may be so small that much of it is error. Where damping is weak, e is known.
The flux of energy through the surface tells (1 + e)^2 Im lambda; the functional tells

    (1 + e^2 - 2 e^2) Im lambda,

where e^2 is by the wave outside, and the other by the imaginary part that so much flux gives to the
shape, against the error of its real part. From both follow e and Im lambda, and |e|^3 is told to be
left. What the functional itself is off by would make both differ, too, by all of it: where they
agree it is no more than a part of their difference, and of what the neighbours, one by one, may add
for such an F/N. Against what may be wrong with these arguments, a part of F/N is added.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from stellar.oscillations.full_gr.exterior.zerilli_surface import zerilli_surface
from stellar.oscillations.full_gr.interior.equations import H1, K, V, W
from stellar.oscillations.full_gr.interior.responses import Interiors, Part
from stellar.oscillations.full_gr.interior.spectrum import InteriorSpectrum
from stellar.oscillations.integration_rules import Coefficients, Rule
from stellar.oscillations.nodal_star import NodeStar
from stellar.oscillations.wave_functional import Shape, integrals, work_at_joints, zerilli_scale

TOGETHER = 8  # modes of a star that are computed together: each is the same in every company
ROW = 16  # modes that are computed together, or a multiple: each is the same in every company
NUMBERS = 1 << 14  # of a perturbation at points that are worked on together
DOUBT = 0.01  # of what is taken away
BENT = 4.0  # what energies and flux are off by, of the square of what the shape is
BESIDE = 30.0  # how much more neighbours take part in a residual than the mode itself
WEAK = 0.01  # Im/Re of frequencies below which the flux of energy tells the amplitude
ROUNDING = 5e-13  # of what a residual is made of


class Stationary(NamedTuple):
    """Modes by their shapes, units R = 1, [lane, mode].

    omega : complex;  moved : by how much, complex
    re_error, im_error : what its parts may be off by, absolute, by the shape
    sensitivity : relative change of Im omega by a relative change of the forces in the star, at
        most: large where waves from different depths cancel
    apart : distance of omega^2 to the pole of another mode, relative
    """

    omega: Tensor
    moved: Tensor
    re_error: Tensor
    im_error: Tensor
    sensitivity: Tensor
    apart: Tensor


def stationary(inside: Interiors, omega: Tensor, steepness: Tensor) -> Stationary:
    """Modes by their shapes.

    Parameters
    ----------
    omega : omega R where the equations have solutions, NaN where there is none, [lane, mode]
    steepness : dL/d omega of the outgoing wave there, [lane, mode]
    """
    nothing = torch.full_like(omega, torch.nan)
    found = Stationary(nothing, nothing.clone(), *(nothing.real.clone() for _ in range(4)))
    poles = inside.response.poles
    for part in inside.parts:
        lane, mode = omega[part.lanes].isfinite().nonzero(as_tuple=True)
        count = lane.numel()
        if not count:
            continue
        row = whole_rows(lane)
        place = part.lanes[lane[row]], mode[row]
        w = omega[place]
        shift = _shift(part, inside.response.l, lane, w, steepness[place])
        told = _in_frequency(shift, w, _distance(poles[place[0]], w * w))
        for whole, piece in zip(found, told, strict=True):
            whole[place[0][:count], place[1][:count]] = piece[:count]
    return found


class _Shift(NamedTuple):
    """Of lambda, complex, [mode].

    off : F/N;  rest : the same without regard to sign in both parts
    flux : Im lambda by the energy that passes the surface, real
    forces : what is added up in it
    turned : imaginary parts of the states, of the real ones
    """

    off: Tensor
    rest: Tensor
    flux: Tensor
    forces: Tensor
    turned: Tensor


def _in_frequency(shift: _Shift, w: Tensor, distance: Tensor) -> Stationary:
    """From lambda to omega, [mode]."""
    lam, rest = w * w, shift.rest
    rounding = ROUNDING * shift.forces * torch.complex(torch.ones_like(shift.turned), shift.turned)
    real = rest.real**2 / distance + DOUBT * shift.off.real.abs() + rounding.real
    # a damping is not mended by what is rounding itself
    told = shift.off.imag.abs() > rounding.imag
    off = torch.complex(shift.off.real, torch.where(told, shift.off.imag, 0.0))
    more, left = _by_amplitude(shift, w, distance)
    imaginary = left + rounding.imag
    off = torch.complex(off.real, off.imag - torch.where(told, more, 0.0))
    straight, turned = 0.5 * w.real / lam.abs(), 0.5 * w.imag.abs() / lam.abs()
    moved = -0.5 * off / w
    return Stationary(
        w + moved,
        moved,
        straight * real + turned * imaginary,
        straight * imaginary + turned * real,
        shift.turned * lam.abs() / lam.imag.abs(),
        distance / lam.abs(),
    )


def _by_amplitude(shift: _Shift, w: Tensor, distance: Tensor) -> tuple[Tensor, Tensor]:
    """What Im lambda is more than the functional tells, and what may be left, [mode]."""
    size, off = (w * w).imag.abs(), shift.off.imag
    excess = shift.flux - (w * w).imag + off
    known = (w.imag.abs() < WEAK * w.real) & (shift.flux > 0.0)
    flux = torch.where(known, shift.flux, 1.0)
    more = torch.where(known, 0.25 * excess**2 / flux, 0.0)
    # the flux tells (1 + e)^2, the functional 1 - e^2
    e = 0.5 * excess / (flux - 0.5 * excess)
    most = 2.0 * shift.rest.real * shift.rest.imag / distance
    bent = shift.rest.real**2 / (distance * (w * w).abs())  # of the shape, squared
    mixed = 2.0 * BESIDE * (shift.off.real * off).abs() / distance
    seen = BENT * bent * size + mixed + DOUBT * excess.abs()
    agreed = e.abs() ** 3 * size + torch.minimum(most, seen)
    left = torch.where(known, agreed, shift.rest.imag**2 / size + most)
    return more, left + DOUBT * off.abs()


def _distance(poles: Tensor, lam: Tensor) -> Tensor:
    """From lambda to the pole next to the nearest one, which is its own, [mode].

    poles : of the star of each mode, [mode, pole]
    """
    across, along = poles.real - lam.real.unsqueeze(1), poles.imag - lam.imag.unsqueeze(1)
    apart = torch.where(poles.isfinite(), across**2 + along**2, torch.inf)
    return apart.nan_to_num(nan=torch.inf, posinf=torch.inf).kthvalue(2, dim=1).values.sqrt()


def _shift(part: Part, l: int, lane: Tensor, w: Tensor, steepness: Tensor) -> _Shift:
    """What lambda is off by, [mode].

    Parameters
    ----------
    lane : star of each mode;  w, steepness : of the modes in whole rows
    """
    star, lam = part.spectrum.chain.elements.star, w * w
    states = states_at(part.spectrum, lane, lam[: lane.shape[0]])
    rule, row = Rule.of(part.star, star.mesh.basis, l), whole_rows(lane)
    steep, nodes = 0.5 * steepness / w, Coefficients.of(star, star.fields)
    at_once = max(1, NUMBERS // (ROW * rule.measure[0].numel())) * ROW
    pieces = []
    for own in torch.arange(w.shape[0], device=w.device).split(at_once):
        at, inner = lane[row[own]], states[row[own]]
        here = nodes.select(at)
        shape = shape_of(here, l, lam[own], inner)
        told = integrals(rule, l, at, lam[own], shape, full=True)
        joined = work_at_joints(here, star, l, at, shape)
        z, slope = surface(star, l, at, inner)
        flux = -zerilli_scale(l) * (z.conj() * slope).imag / told.norm
        outside = zerilli_scale(l) * z * z * steep[own]
        square = told.square + outside
        # what is added up are forces, of waves and of gravity; parts of broad modes cancel in N;
        # where little comes out of the star, forces across it count, too
        lost = (told.norm + outside.abs()) / square.abs()
        across = torch.where(w[own].imag < WEAK * w[own].real, 0.5 * l * (l + 1), 1.0)
        forces = across * lost * (lam[own].abs() + star.compactness[at])
        turned = (told.turned / told.norm).sqrt()
        off, rest = told.residual + joined.residual, told.rest + joined.rest
        pieces.append((off / square, rest / square.abs(), flux, forces, turned))
    return _Shift(*(torch.cat(piece) for piece in zip(*pieces, strict=True)))


def whole_rows(at: Tensor) -> Tensor:
    """Places of modes [mode] in whole rows, the last one repeated."""
    row = torch.arange(-(-at.shape[0] // ROW) * ROW, device=at.device)
    return row.clamp(max=at.shape[0] - 1)


def states_at(spectrum: InteriorSpectrum, at: Tensor, lam: Tensor) -> Tensor:
    """H1, K, W and V of modes of these stars, [mode, element, component, node]; W(R) = 1.

    at : star of each mode, ascending, [mode];  lam : lambda, [mode]
    """
    slot = torch.arange(at.shape[0], device=at.device) - torch.searchsorted(at, at)
    width = -(-(int(slot.max()) + 1) // TOGETHER) * TOGETHER  # host check: the width of the table
    table = lam.new_ones(spectrum.mu.shape[0], width)
    table[at, slot] = lam
    parts = [spectrum.states(part) for part in table.split(TOGETHER, dim=1)]
    states = torch.cat(parts, dim=1)[at, slot]
    return states / states[:, -1:, W : W + 1, -1:]


def shape_of(here: Coefficients, l: int, lam: Tensor, states: Tensor) -> Shape:
    """All perturbations by H1, K, W and V, [mode, element, component, node].

    here : of the star of each mode at the nodes;  lam : lambda, [mode]
    """
    waves = lam[:, None, None]
    h1, k, radial, tangential = (states[:, :, row] for row in (H1, K, W, V))
    h0 = here.metric_by_displacement(l, waves, h1, k, radial, tangential)
    pressed = waves / here.exp_nu * tangential + here.gravity * radial + 0.5 * h0
    return Shape(radial, tangential, pressed, h0, h1, k)


def surface(star: NodeStar, l: int, lane: Tensor, states: Tensor) -> tuple[Tensor, Tensor]:
    """Z and dZ/dr_* at the surface, [mode]."""
    ends = states[:, -1, (H1, K), -1].unsqueeze(2)
    z, slope = (zerilli_surface(star.compactness, l)[lane].to(ends.dtype) @ ends)[:, :, 0].unbind(1)
    return z, slope
