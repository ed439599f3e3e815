"""Quasi-normal modes inside their stars, at frequencies that are known.

Where the spectrum of the interior is at hand, its states at lambda = omega^2 are those of the mode.
Without it, the equations M(lambda) u = 0 with dZ/dr* = L Z at the surface, L of the outgoing wave,
are nearly singular there. Two steps of inverse iteration,

    M(lambda) u_1 = B_h f,     f = S u_0     (see `interior.chain`),

leave the mode alone, whatever its damping and however close its neighbours. It is scaled to W = 1
at the surface. The field outside adds L n/(32 pi) Z^2 dL/dlambda to N (see
`wave_functional`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from parode_core.bases import basis
from stellar.oscillations.eigenfunctions import Modes, Numbers
from stellar.oscillations.full_gr.exterior.outgoing_wave import Outgoing, outgoing
from stellar.oscillations.full_gr.fluid.pole_equation import pole_points
from stellar.oscillations.full_gr.interior.chain import interior_chain
from stellar.oscillations.full_gr.interior.elements import (
    COMPONENTS,
    InteriorElements,
    interior_elements,
)
from stellar.oscillations.full_gr.interior.equations import W
from stellar.oscillations.full_gr.interior.responses import Part, response_of
from stellar.oscillations.full_gr.interior.spectrum import InteriorSpectrum
from stellar.oscillations.full_gr.stationary import (
    ROW,
    shape_of,
    states_at,
    surface,
    whole_rows,
)
from stellar.oscillations.groups import groups, lanes_at_once, trimmed
from stellar.oscillations.integration_rules import Coefficients, Rules
from stellar.oscillations.nodal_star import NodeStar
from stellar.oscillations.wave_functional import (
    Shape,
    Surface,
    integrals,
    norm_of,
    work_at_joints,
    zerilli_scale,
)

ITERATIONS = 2
NEAREST = 3  # poles of which one is that of the mode


def quasinormal_eigenfunctions(
    star: NodeStar, l: int, lane: Tensor, omega: Tensor, size: int
) -> Iterator[tuple[Tensor, Modes]]:
    """The perturbations of quasi-normal modes, group of stars by group.

    Parameters
    ----------
    l : degree, at least 2
    lane : star of each mode, [mode];  omega : complex, km^-1, [mode]
    size : nodes of an element

    Yields
    ------
    Places of some of the modes, and those modes.
    """
    whole = star.in_whole_tiles().on(basis(size, star.mesh.basis.name).to(star.x_ratio.device))
    for group, lanes in groups(star):
        own = torch.isin(lane, lanes).nonzero()[:, 0]
        stars = trimmed(whole.select(lanes), group)
        elements = interior_elements(stars, l, stratified=group.stratified)
        for part in own.split(max(lanes_at_once(group, COMPONENTS * size) // ROW, 1) * ROW):
            places = torch.cat((part, part[-1:].expand(-part.shape[0] % ROW)))
            at = torch.searchsorted(lanes, lane[places])
            chosen = elements.select(at)
            w = omega[places] * stars.radius[at]
            wave = outgoing(w.unsqueeze(1), chosen.star.compactness, l)
            states = _iterated(chosen, w * w, wave.log_derivative[:, 0])
            yield part, _first(part.shape[0], _modes(stars, stars, l, at, w, states, wave))


def eigenfunctions_inside(
    parts: Sequence[Part], l: int, lane: Tensor, omega: Tensor
) -> Iterator[tuple[Tensor, Modes]]:
    """As `quasinormal_eigenfunctions`, of stars whose spectra are at hand.

    Parameters
    ----------
    parts : of `interior.responses.interiors`
    lane : star of each mode, in ascending order, [mode]
    """
    for lanes, solved, spectrum in parts:
        own = torch.isin(lane, lanes).nonzero()[:, 0]
        if not own.numel():
            continue
        star = spectrum.chain.elements.star
        at = torch.searchsorted(lanes, lane[own])
        row = whole_rows(at)
        w = omega[own][row] * star.radius[at[row]]
        wave = outgoing(w.unsqueeze(1), star.compactness[at[row]], l)
        lam = _meeting(spectrum, at[row], w * w, wave.log_derivative[:, 0])
        states = states_at(spectrum, at, lam[: at.shape[0]])[row]
        at = at[row]
        yield own, _first(own.shape[0], _modes(star, solved, l, at, w, states, wave))


def _meeting(spectrum: InteriorSpectrum, at: Tensor, lam: Tensor, slope: Tensor) -> Tensor:
    """lambda where the states of the spectrum meet the outgoing wave, [mode].

    What was taken away of a frequency is much beside the width of a mode that hardly radiates: the
    states of the spectrum there would hold another wave at the surface.

    Parameters
    ----------
    at : star of each mode;  lam : lambda of the modes
    slope : L of the outgoing wave there
    """
    response = response_of(spectrum)
    apart = (response.poles[at] - lam.unsqueeze(1)).abs().nan_to_num(nan=torch.inf)
    met = torch.full_like(lam, torch.inf)
    # next to a broad mode there may be poles of others, or of none
    for pole in apart.argsort(dim=1)[:, :NEAREST].unbind(1):
        points = pole_points(response, at, pole)
        background, _ = points.background(lam)
        source = slope - points.beta
        own = points.place - points.residue * source / (1.0 - source * background)
        met = torch.where((own - lam).abs() < (met - lam).abs(), own, met)
    return met


def _first(count: int, modes: Modes) -> Modes:
    """The first modes, without those that fill a row."""
    shape = Shape(*(part[:count] for part in modes.shape))
    numbers = modes.numbers.select(slice(count))
    return replace(modes, lane=modes.lane[:count], shape=shape, numbers=numbers)


@dataclass(frozen=True, eq=False)
class _Radiating(InteriorElements):
    """Elements under dZ/dr* - L Z = 0 at the surface instead of a box; see `InteriorElements`."""

    log_derivative: Tensor

    @property
    def beta(self) -> Tensor:
        """L, [lane]."""
        return self.log_derivative


def _iterated(elements: InteriorElements, lam: Tensor, log_derivative: Tensor) -> Tensor:
    """H1, K, W and V of the mode next to each lambda, [mode, element, component, node]."""
    own = {part.name: getattr(elements, part.name) for part in fields(elements)}
    chain = interior_chain(_Radiating(**own, log_derivative=log_derivative), lam)
    source = torch.ones_like(chain.start)
    for _ in range(ITERATIONS):
        states = chain.forced @ source - chain.free @ chain.parameters(source)
        source = chain.elements.observe(states)
        source = source / source.abs().amax(dim=(1, 2), keepdim=True)
    states = states.squeeze(3).unflatten(2, (COMPONENTS, -1))
    return states / states[:, -1:, W : W + 1, -1:]


def _modes(
    star: NodeStar,
    solved: NodeStar,
    l: int,
    lane: Tensor,
    w: Tensor,
    states: Tensor,
    wave: Outgoing,
) -> Modes:
    """Modes by H1, K, W and V, [mode, element, component, node].

    star, solved : stars on the nodes of the modes, and on those they were solved on
    """
    lam, here = w * w, Coefficients.of(star, star.fields).select(lane)
    shape = shape_of(here, l, lam, states)
    rules = Rules.of(solved, star.mesh.basis, l)
    found = integrals(rules.residuals, l, lane, lam, shape, full=True)
    joined = work_at_joints(here, star, l, lane, shape)
    inner = norm_of(rules.norms, l, lane, lam, shape, full=True)
    z, slope = surface(star, l, lane, states)  # and the wave outside
    steep = 0.5 * wave.slope[:, 0] / w
    scale = zerilli_scale(l)
    norm = inner + scale * z.abs() ** 2 * steep.real
    square = found.square + scale * z * z * steep
    defect = found.residual + joined.residual - scale * z * (slope - wave.log_derivative[:, 0] * z)
    radiated = 0.5 * scale * (w.real * z / wave.surface[:, 0]).abs() ** 2
    radius, rest = star.radius[lane], found.rest.real + joined.rest.real
    flux = -scale * (z.conj() * slope).imag / inner
    numbers = Numbers(
        energy=0.5 * radius * w.real**2 * norm,
        luminosity=radiated,
        omega=(lam - defect / square).sqrt() / radius,
        shaped=rest / (inner * lam.abs()),
        surface=Surface.of(rules, star, l, lane, lam, shape, inner, full=True),
        excess=flux / lam.imag - 1.0,
    )
    return Modes(star, l, lane, shape, numbers, full=True)
