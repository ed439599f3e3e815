"""Equations of state side by side: pressure, speed of sound, index, fractions, buoyancy.

The Brunt-Vaisala frequency is that of a star of 1.4 solar masses, seen from infinity (`cavities`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stellar.constants import (
    ATOMIC_MASS_UNIT_MEV,
    DYN_CM2_TO_KM2,
    G_CM3_TO_KM2,
    HZ_PER_INVERSE_KM,
    MEV_FM3_TO_KM2,
    MSUN_KM,
)
from stellar.eos.base import ColdEOS
from stellar.eos.roots import bracketed_root
from stellar.plots.canvas import COLOURS, panels
from stellar.plots.cavities import buoyancy_squared
from stellar.plots.names import short_name
from stellar.shooting.background import solve_background
from stellar.shooting.profile import radial_profile

Array = NDArray[np.float64]

MASS_MSUN = 1.4
_RTOL = 1e-8
_POINTS = 400  # in each segment
_HIGHEST_H = 1.0
_DILUTE_H, _STEP = 0.02, 1.3  # where the search for the star begins, and its stride
_LOWEST_EPS_G_CM3, _HIGHEST_N_FM3 = 1e6, 2.0
_FRACTIONS = {"Y_e": ("-", "$Y_e$"), "Y_mu": ("--", r"$Y_\mu$")}


def figure(members: Sequence[ColdEOS]) -> Any:
    """The figure of some equations of state; InputError without matplotlib."""
    drawn, axes = panels(2, 3)
    pressure, speed, index, fractions, buoyancy, key = axes
    for number, eos in enumerate(members):
        colour = COLOURS[number % len(COLOURS)]
        _draw_matter(eos, colour, pressure, speed, index, fractions)
        _draw_buoyancy(eos, colour, buoyancy)
        key.plot([], [], color=colour, label=short_name(eos.name))
    _label(pressure, r"energy density $\varepsilon/c^2$ [g cm$^{-3}$]", r"$P$ [dyn cm$^{-2}$]")
    pressure.set(xscale="log", yscale="log")
    density = r"baryon density $n$ [fm$^{-3}$]"
    _label(speed, density, r"$c_e^2$ (solid), $c_s^2$ frozen (dotted)")
    speed.axhline(1.0, color="0.5", linewidth=0.8)
    speed.set(xlim=(0.0, min(speed.get_xlim()[1], _HIGHEST_N_FM3)), ylim=(0.0, 1.25))
    _label(index, r"energy density $\varepsilon/c^2$ [g cm$^{-3}$]", r"adiabatic index $\Gamma$")
    index.axhline(4.0 / 3.0, color="0.5", linewidth=0.8)
    index.set(xscale="log", ylim=(0.0, 4.0))
    _label(fractions, density, "leptons per baryon")
    for style, name in _FRACTIONS.values():
        fractions.plot([], [], color="0.3", linestyle=style, label=name)
    _finish(fractions, "no composition known", loc="upper left")
    _label(buoyancy, "$r/R$", rf"$N/2\pi$ at {MASS_MSUN:g} $M_\odot$ [Hz]")
    _finish(buoyancy, "not stratified")
    buoyancy.set_xlim(0.0, 1.0)
    key.axis("off")
    key.legend(loc="center", frameon=False, fontsize=11)
    return drawn


def _draw_matter(
    eos: ColdEOS, colour: str, pressure: Any, speed: Any, index: Any, fractions: Any
) -> None:
    for segment in eos.segments:
        top = min(segment.h_hi, _HIGHEST_H)
        low = max(segment.h_lo, 1e-6)
        if top <= low:
            continue
        h = np.geomspace(low, top, _POINTS)
        h[0], h[-1] = low, top
        p, eps, ce2, delta = (np.asarray(values, dtype=float) for values in segment.evaluate(h))
        n = eos.baryon_factor * (eps + p) * np.exp(-h) / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV
        shown = (eps / G_CM3_TO_KM2 > _LOWEST_EPS_G_CM3) & np.isfinite(ce2)
        rho = eps[shown] / G_CM3_TO_KM2
        pressure.plot(rho, p[shown] / DYN_CM2_TO_KM2, color=colour)
        speed.plot(n[shown], ce2[shown], color=colour)
        if np.any(delta):
            speed.plot(n[shown], (ce2 + delta)[shown], color=colour, linestyle=":")
        index.plot(rho, (ce2 * (eps + p) / p)[shown], color=colour)
        if eos.composition is not None:
            inside = np.clip(h, low * (1.0 + 1e-12), top * (1.0 - 1e-12))
            known = eos.composition.fractions(inside)
            for name, (style, _) in _FRACTIONS.items():
                values = np.asarray(known[name], dtype=float)
                if np.any(np.isfinite(values)):
                    fractions.plot(n, values, color=colour, linestyle=style)


def _draw_buoyancy(eos: ColdEOS, colour: str, axis: Any) -> None:
    if not eos.stratified:
        return
    place, frequency = brunt_vaisala(eos)
    if place.size:
        axis.plot(place, frequency, color=colour)


def brunt_vaisala(eos: ColdEOS) -> tuple[Array, Array]:
    """r/R and N/2 pi [Hz, at infinity] in a star of 1.4 solar masses; empty if there is none.

    Unstable layers, N^2 < 0, are shown as negative frequencies.
    """
    try:
        star = radial_profile(solve_background(eos, _central_enthalpy(eos), _RTOL))
    except ArithmeticError:
        return np.empty(0), np.empty(0)
    r, m, p = star["r"], star["m"], star["p"]
    ce2, delta = star["cs2_equilibrium"], star["delta"]
    square = buoyancy_squared(r, m, p, ce2, delta, (star["nu"], star["lam"]))
    frequency = np.sign(square) * np.sqrt(np.abs(square)) * HZ_PER_INVERSE_KM
    return r / r[-1], frequency


def _central_enthalpy(eos: ColdEOS) -> float:
    """Centre of the first star of 1.4 solar masses on the way to higher densities.

    Raises
    ------
    ArithmeticError
        If there is none.
    """

    def excess(h: float) -> float:
        return solve_background(eos, h, _RTOL).mass / MSUN_KM - MASS_MSUN

    low, top = _DILUTE_H, min(eos.h_max, _HIGHEST_H)
    while low < top:
        high = min(low * _STEP, top)
        if excess(high) > 0.0:
            return bracketed_root(excess, low, high, xtol=1e-10)
        low = high
    raise ArithmeticError(f"{eos.name} carries no star of {MASS_MSUN:g} solar masses")


def _label(axis: Any, x: str, y: str) -> None:
    axis.set_xlabel(x)
    axis.set_ylabel(y)


def _finish(axis: Any, otherwise: str, loc: str = "") -> None:
    """A legend, or a word why the panel is empty."""
    if not any(len(line.get_xdata()) for line in axis.get_lines()):
        axis.text(0.5, 0.5, otherwise, ha="center", va="center", transform=axis.transAxes)
    elif loc:
        axis.legend(loc=loc, frameon=False)
