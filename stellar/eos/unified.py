"""A functional core and the fitted crust of the same force, joined and tabulated.

The join. The crust ends where it does in the calculation that the fit reproduces: at the baryon
density n_edge (0.076 fm^-3 for SLy, Douchin & Haensel 2001). The core begins at equal pressure and
equal baryon chemical potential. The fit knows P(eps) only, its baryon density carries one free
factor; equality of mu_B fixes it, n_crust = (eps + P)/mu_B, and n_crust = n_edge picks the
pressure. What remains is a jump of n and eps of about 2.4 per cent, kept as two rows of equal h
and P (`join=maxwell`); an interface mode belongs to it.

The zero of h follows from the atmosphere: h = 0 at zero pressure, so mu_B there is
mu_join e^(-h_join). Without a crust (`crust=none`) the polytropic atmosphere begins at n_edge.

Matter in the crust is taken as barotropic, delta = 0.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import MEV_FM3_TO_G_CM3
from stellar.eos import series
from stellar.eos.beta_equilibrium import Matter, at_density, at_potential, muon_onset
from stellar.eos.fits import LOWEST_LOG_RHO, PressureFit
from stellar.eos.series_segment import Interval, index_slope
from stellar.eos.skyrme import SkyrmeForce
from stellar.eos.tables import Block, Table, atmosphere

Array = NDArray[np.float64]
Columns = Mapping[str, Array]

_DRIP_LOG_RHO = math.log10(4.3e11)  # g/cm^3; where the inner crust begins (Douchin & Haensel 2001)
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
    from scipy.optimize import brentq

    def inner_state(p: float) -> Matter:
        def excess(n: float) -> float:
            return float(at_density(recipe.force, np.array(n)).p) - p

        n = brentq(excess, 0.5 * recipe.n_edge, 2.0 * recipe.n_edge, xtol=1e-16, rtol=1e-15)
        return at_density(recipe.force, np.array(n))

    def density_excess(x: float) -> float:
        p, eps, _ = (float(value) for value in recipe.crust.state(np.array(x)))
        return (eps + p) / float(inner_state(p).mu_n) - recipe.n_edge

    guess = math.log10(recipe.n_edge * 950.0 * MEV_FM3_TO_G_CM3)
    x = brentq(density_excess, guess - 0.05, guess + 0.05, xtol=1e-14, rtol=1e-15)
    return Join(x, inner_state(float(recipe.crust.state(np.array(x))[0])))


def tabulate(
    name: str, recipe: Recipe, crust: str, attributes: tuple[tuple[str, str], ...]
) -> Table:
    """Compute the table of a recipe.

    Parameters
    ----------
    crust : `sly` for the fitted crust, `none` for a polytropic atmosphere on the core
    attributes : what the table shall say about itself

    Raises
    ------
    ArithmeticError
        If a state or a series does not converge.
    """
    if crust == "none":
        edge = at_density(recipe.force, np.array(recipe.n_edge))
        h_edge = atmosphere(float(edge.p), float(edge.eps), float(edge.ce2)).h_hi
        blocks = []
    else:
        join = find_join(recipe)
        edge = join.core
        blocks, h_edge = _crust_blocks(recipe, join)
    mu_surface = float(edge.mu_n) * math.exp(-h_edge)
    blocks += _core_blocks(recipe, float(edge.n), h_edge, mu_surface)
    return Table(name, tuple(blocks), attributes)


def _crust_blocks(recipe: Recipe, join: Join) -> tuple[list[Block], float]:
    """Blocks of the crust and the log-enthalpy of the join."""
    fit = recipe.crust
    start = [float(value) for value in fit.state(np.array(LOWEST_LOG_RHO))]
    h_start = atmosphere(*start).h_hi
    gains = fit.enthalpy_gain(np.array([_DRIP_LOG_RHO, join.log_rho]))
    h_drip, h_join = (float(h_start + gain) for gain in gains)
    mu_surface = float(join.core.mu_n) * math.exp(-h_join)

    def states(h: Array) -> Columns:
        x = fit.log_density_at_gain(h - h_start, join.log_rho)
        # the ends of the crust are the two given densities, not their images under rounding
        x = np.where(h == h_start, LOWEST_LOG_RHO, np.where(h == h_join, join.log_rho, x))
        p, eps, ce2 = fit.state(x)
        mu = mu_surface * np.exp(h)
        zero, unknown = np.zeros_like(h), np.full_like(h, math.nan)
        return {
            "h": h,
            "n": (eps + p) / mu,
            "P": p,
            "eps": eps,
            "mu_B": mu,
            "ce2": ce2,
            "delta_all": zero,
            "delta_yp": zero,
            "Y_e": unknown,
            "Y_mu": unknown,
            "Y_p": unknown,
            "mu_e": unknown,
        }

    outer = _sampled("outer_crust", Interval(h_start, h_drip, False), states, _CRUST_TAIL)
    inner = _sampled("inner_crust", Interval(h_drip, h_join, False), states, _CRUST_TAIL)
    return [outer, inner], h_join


def _core_blocks(recipe: Recipe, n_edge: float, h_edge: float, mu_surface: float) -> list[Block]:
    force = recipe.force
    n_onset = muon_onset(force, n_edge, recipe.n_max)
    grid = np.geomspace(n_edge, recipe.n_max, 400)
    mu_grid = at_density(force, grid).mu_n
    mu_onset = at_density(force, np.array(n_onset), muons=False).mu_n
    h_onset, h_max = (math.log(float(mu) / mu_surface) for mu in (mu_onset, mu_grid[-1]))

    def states(h: Array) -> Columns:
        mu = mu_surface * np.exp(h)
        state = at_potential(force, mu, np.interp(mu, mu_grid, grid), muons=h > h_onset)
        return {
            "h": h,
            "n": state.n,
            "P": state.p,
            "eps": state.eps,
            "mu_B": state.mu_n,
            "ce2": state.ce2,
            "delta_all": state.delta_all,
            "delta_yp": state.delta_proton,
            "Y_e": state.y_e,
            "Y_mu": state.y_mu,
            "Y_p": state.y_e + state.y_mu,
            "mu_e": state.mu_e,
        }

    return [
        _sampled("core", Interval(h_edge, h_onset, False), states, _CORE_TAIL),
        _sampled("core", Interval(h_onset, h_max, True), states, _CORE_TAIL),
    ]


def _sampled(
    kind: str, interval: Interval, states: Callable[[Array], Columns], tail: float
) -> Block:
    """Sample at ever more Lobatto points until the Chebyshev coefficients have died out."""
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
