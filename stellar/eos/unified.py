"""A functional core and the fitted crust of the same force, joined and tabulated.

The join. The crust ends where it does in the calculation that the fit reproduces: at the baryon
density n_edge (0.076 fm^-3 for SLy, Douchin & Haensel 2001). The core begins at equal pressure and
equal baryon chemical potential. The fit knows P(eps) only, its baryon density carries one free
factor; equality of mu_B fixes it, n_crust = (eps + P)/mu_B, and n_crust = n_edge picks the
pressure. What remains is a jump of n and eps of about 2.4 per cent.

`join=maxwell` keeps it, as two rows of equal h and P; an interface mode belongs to it.
`join=smooth` replaces the matter within a tenth of h_join on either side by a `Bridge`.

The zero of h follows from the atmosphere: h = 0 at zero pressure, so mu_B there is
mu_join e^(-h_join). Without a crust (`crust=none`) the polytropic atmosphere begins at n_edge.
Matter in the crust is taken as barotropic, delta = 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stellar.constants import MEV_FM3_TO_G_CM3
from stellar.eos import series
from stellar.eos.beta_equilibrium import Matter, at_density
from stellar.eos.fits import LOWEST_LOG_RHO, PressureFit
from stellar.eos.roots import bracketed_root
from stellar.eos.sampled_matter import Array, Bridge, Columns, CoreMatter, CrustMatter
from stellar.eos.series_segment import Interval, index_slope
from stellar.eos.skyrme import SkyrmeForce
from stellar.eos.tables import Block, Table, atmosphere

_DRIP_LOG_RHO = math.log10(4.3e11)  # g/cm^3; where the inner crust begins (Douchin & Haensel 2001)
_BRIDGE = 0.1  # half-width in ln h of the smooth join
_DEGREES = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256)
_CORE_TAIL = 1e-12
_CRUST_TAIL = 1e-9  # the fit itself is good to a per cent; consistency does not depend on this


@dataclass(frozen=True)
class Recipe:
    """How a functional and a crust become one equation of state.

    n_edge : baryon density of the crust at the join, fm^-3
    n_max : highest baryon density of the table, fm^-3
    """

    force: SkyrmeForce
    crust: PressureFit
    n_edge: float
    n_max: float


@dataclass(frozen=True)
class Join:
    """Where core and crust meet; `log_rho` is that of the crust side, `core` the inner state."""

    log_rho: float
    core: Matter


def find_join(recipe: Recipe) -> Join:
    """Solve n_crust(P) = n_edge at equal P and mu_B."""

    def inner_state(p: float) -> Matter:
        def excess(n: float) -> float:
            return float(at_density(recipe.force, np.array(n)).p) - p

        n = bracketed_root(excess, 0.5 * recipe.n_edge, 2.0 * recipe.n_edge, xtol=1e-16)
        return at_density(recipe.force, np.array(n))

    def density_excess(x: float) -> float:
        p, eps, _ = (float(value) for value in recipe.crust.state(np.array(x)))
        return (eps + p) / float(inner_state(p).mu_n) - recipe.n_edge

    guess = math.log10(recipe.n_edge * 950.0 * MEV_FM3_TO_G_CM3)
    x = bracketed_root(density_excess, guess - 0.05, guess + 0.05, xtol=1e-14)
    return Join(x, inner_state(float(recipe.crust.state(np.array(x))[0])))


def tabulate(
    name: str, recipe: Recipe, crust: str, join: str, attributes: tuple[tuple[str, str], ...]
) -> Table:
    """Compute the table of a recipe.

    Parameters
    ----------
    crust : `sly` for the fitted crust, `none` for a polytropic atmosphere on the core
    join : `maxwell` or `smooth`; without a crust there is none
    attributes : what the table shall say about itself

    Raises
    ------
    ArithmeticError
        If a state or a series does not converge.
    """
    if crust == "none":
        edge = at_density(recipe.force, np.array(recipe.n_edge))
        h_edge = atmosphere(float(edge.p), float(edge.eps), float(edge.ce2)).h_hi
        core = _core(recipe, edge, h_edge)
        return Table(name, tuple(_core_blocks(core, h_edge)), attributes)
    place = find_join(recipe)
    fit = recipe.crust
    h_start = atmosphere(*(float(value) for value in fit.state(np.array(LOWEST_LOG_RHO)))).h_hi
    gains = fit.enthalpy_gain(np.array([_DRIP_LOG_RHO, place.log_rho]))
    h_drip, h_join = (float(h_start + gain) for gain in gains)
    core = _core(recipe, place.core, h_join)
    outside = CrustMatter(fit, h_start, place.log_rho, core.mu_surface)
    margin = math.exp(_BRIDGE) if join == "smooth" else 1.0
    h_lower, h_upper = h_join / margin, h_join * margin
    blocks = [
        _sampled("outer_crust", Interval(h_start, h_drip, False), outside.columns, _CRUST_TAIL),
        _sampled("inner_crust", Interval(h_drip, h_lower, False), outside.columns, _CRUST_TAIL),
    ]
    if join == "smooth":
        ends = outside.columns(np.array([h_lower])), core.columns(np.array([h_upper]))
        bridge = Bridge(*ends, core.mu_surface)
        between = Interval(h_lower, h_upper, False)
        blocks.append(_sampled("join", between, bridge.columns, _CORE_TAIL))
    blocks += _core_blocks(core, h_upper)
    return Table(name, tuple(blocks), attributes)


def _core(recipe: Recipe, edge: Matter, h_edge: float) -> CoreMatter:
    """The core whose state `edge` lies at the log-enthalpy h_edge."""
    mu_surface = float(edge.mu_n) * math.exp(-h_edge)
    return CoreMatter.between(recipe.force, mu_surface, float(edge.n), recipe.n_max)


def _core_blocks(core: CoreMatter, h_lo: float) -> list[Block]:
    below = Interval(h_lo, core.h_onset, False)
    above = Interval(core.h_onset, core.h_max, True)
    return [_sampled("core", interval, core.columns, _CORE_TAIL) for interval in (below, above)]


def _sampled(
    kind: str, interval: Interval, states: Callable[[Array], Columns], tail: float
) -> Block:
    """Sample at ever more Lobatto points until the Chebyshev coefficients have died out."""
    tails = [math.inf]
    for degree in _DEGREES:
        columns = states(interval.nodes(degree))
        _, d = index_slope(*(columns[name] for name in ("h", "P", "eps", "ce2")))
        rows = [d, columns["delta_all"], columns["delta_yp"], columns["Y_e"], columns["mu_e"]]
        tails = [
            series.relative_tail(series.coefficients(row))
            for row in rows
            if np.all(np.isfinite(row)) and np.any(row)
        ]
        if max(tails) < tail:
            return Block(kind, interval.threshold, columns)
    raise ArithmeticError(
        f"the {kind} between h = {interval.h_lo:.4g} and {interval.h_hi:.4g} is not smooth enough "
        f"for a Chebyshev series of degree {_DEGREES[-1]} (tail {max(tails):.1e})"
    )
