"""A functional core and a fitted crust, joined and tabulated.

`join=maxwell` leaves core and crust as `joins` found them: two rows of equal h and P where they
touch, with a jump of n and eps to which an interface mode belongs, or a thin stiff layer.
`join=smooth` replaces the matter on either side of it by a `Bridge`, a tenth of h_join wide or as
wide as it takes to stay mechanically stable and causal.

The zero of h follows from the atmosphere: h = 0 at zero pressure, so mu_B there is
mu_join e^(-h_join). Without a crust (`crust=none`) the polytropic atmosphere begins at n_core.
Matter in the crust is taken as barotropic, delta = 0.
"""

import math
from dataclasses import dataclass

import numpy as np

from stellar.eos.fits.crusts import CRUSTS
from stellar.eos.nuclear_matter.beta_equilibrium import Matter, at_density
from stellar.eos.nuclear_matter.model import NuclearModel
from stellar.eos.segments.series_segment import Interval
from stellar.eos.tables.barotrope import DRIP_LOG_RHO, FIT_TAIL, surface_enthalpy
from stellar.eos.tables.joins import CrustEnd, Join, join_at_core, join_at_edge
from stellar.eos.tables.sampled_matter import Bridge, CoreMatter, CrustMatter, StiffLayer
from stellar.eos.tables.sampling import sampled
from stellar.eos.tables.table import Block, Table, atmosphere

_BRIDGES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5)  # half-widths in ln h of the smooth join
_CORE_TAIL = 1e-12


@dataclass(frozen=True)
class Recipe:
    """How a functional and a crust become one equation of state.

    n_core : baryon density at which uniform matter begins, fm^-3
    n_max : highest baryon density of the table, fm^-3
    own_crust : the end of a crust computed with the same force, if there is one
    """

    model: NuclearModel
    n_core: float
    n_max: float
    own_crust: CrustEnd | None = None

    def find_join(self, crust: str) -> Join:
        """Where the core meets the crust of this name."""
        if self.own_crust and self.own_crust.crust == crust:
            return join_at_edge(self.model, CRUSTS[crust], self.own_crust.n_edge)
        return join_at_core(self.model, CRUSTS[crust], self.n_core)


def tabulate(
    name: str, recipe: Recipe, crust: str, join: str, attributes: tuple[tuple[str, str], ...]
) -> Table:
    """Compute the table of a recipe.

    Parameters
    ----------
    crust : key of CRUSTS, or `none` for a polytropic atmosphere on the core
    join : `maxwell` or `smooth`; without a crust there is none
    attributes : what the table shall say about itself

    Raises
    ------
    ArithmeticError
        If a state or a series does not converge, or no smooth join is stable and causal.
    """
    if crust == "none":
        edge = at_density(recipe.model, np.array(recipe.n_core))
        h_edge = atmosphere(float(edge.p), float(edge.eps), float(edge.ce2)).h_hi
        core = _core(recipe, edge, h_edge)
        return Table(name, tuple(_core_blocks(core, h_edge)), (*attributes, ("join", "none")))
    place, fit = recipe.find_join(crust), CRUSTS[crust]
    h_start = surface_enthalpy(fit)
    h_drip, h_end = (
        float(h_start + gain) for gain in fit.enthalpy_gain(np.array([DRIP_LOG_RHO, place.log_rho]))
    )
    h_core = h_end + place.layer
    core = _core(recipe, place.core, h_core)
    outside = CrustMatter(fit, h_start, place.log_rho, core.mu_surface)
    between = _between(join, place, outside, core, h_core)
    sentence = place.sentence
    if between:
        h_end, h_core = between.interval.h_lo, between.interval.h_hi
    if join == "smooth":
        sentence = f"matter between h = {h_end:.5g} and {h_core:.5g} replaced"
    blocks = (
        sampled("outer_crust", Interval(h_start, h_drip, False), outside.columns, FIT_TAIL),
        sampled("inner_crust", Interval(h_drip, h_end, False), outside.columns, FIT_TAIL),
        *([between] if between else []),
        *_core_blocks(core, h_core),
    )
    return Table(name, blocks, (*attributes, ("join", f"{join}, {sentence}")))


def _between(
    join: str, place: Join, outside: CrustMatter, core: CoreMatter, h_core: float
) -> Block | None:
    """What lies between the crust and the core, which begins at h_core: perhaps nothing."""
    h_end = h_core - place.layer
    if join == "smooth":
        return _bridge(outside, core, h_end, h_core)
    if not place.layer:
        return None
    layer = StiffLayer(h_core, float(place.core.p), float(place.core.eps), core.mu_surface)
    return sampled("join", Interval(h_end, h_core, False), layer.columns, _CORE_TAIL)


def _bridge(outside: CrustMatter, core: CoreMatter, h_end: float, h_core: float) -> Block:
    """The narrowest bridge that is mechanically stable and causal."""
    for width in _BRIDGES:
        h_lo, h_hi = h_end * math.exp(-width), h_core * math.exp(width)
        if h_hi >= core.h_onset:
            break
        ends = outside.columns(np.array([h_lo])), core.columns(np.array([h_hi]))
        bridge = Bridge(*ends, core.mu_surface)
        block = sampled("join", Interval(h_lo, h_hi, False), bridge.columns, _CORE_TAIL)
        if np.all((block.columns["ce2"] > 0.0) & (block.columns["ce2"] < 1.0)):
            return block
    raise ArithmeticError("no smooth join between this crust and this core is stable and causal")


def _core(recipe: Recipe, edge: Matter, h_edge: float) -> CoreMatter:
    """The core whose state `edge` lies at the log-enthalpy h_edge."""
    mu_surface = float(edge.mu_n) * math.exp(-h_edge)
    return CoreMatter.between(recipe.model, mu_surface, float(edge.n), recipe.n_max)


def _core_blocks(core: CoreMatter, h_lo: float) -> list[Block]:
    below = Interval(h_lo, core.h_onset, False)
    above = Interval(core.h_onset, core.h_max, True)
    return [sampled("core", interval, core.columns, _CORE_TAIL) for interval in (below, above)]
