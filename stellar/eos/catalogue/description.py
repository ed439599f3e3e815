"""What there is to say about an equation of state, as plain data for listings and files."""

import math

import numpy as np
from numpy.typing import NDArray

from stellar.constants import (
    ATOMIC_MASS_UNIT_MEV,
    DYN_CM2_TO_KM2,
    G_CM3_TO_KM2,
    MEV_FM3_TO_KM2,
)
from stellar.eos.base import ColdEOS, Segment
from stellar.eos.catalogue.fits import FITS
from stellar.eos.catalogue.fitted import FittedEOS
from stellar.eos.data import manifest
from stellar.eos.families import FAMILIES
from stellar.eos.fits.crusts import CRUSTS
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.functionals.functional import Functional
from stellar.eos.roots import bracketed_root

_HIGHEST = 3.0  # log-enthalpy up to which an unbounded equation of state is searched

SAMPLED = {
    "h": "",
    "n_fm3": "fm-3",
    "eps_g_cm3": "g cm-3",
    "p_dyn_cm2": "dyn cm-2",
    "ce2": "",
    "delta": "",
    "y_e": "",
    "y_mu": "",
    "mu_e_mev": "MeV",
}


def catalogue_entries() -> list[dict]:
    """One entry for every equation of state with a name of its own; unknown numbers are None."""
    files = manifest()
    functionals = [
        {
            **_names(entry, entry.recipe.model.citation),
            "g_modes": True,
            "file": entry.file_name if entry.file_name in files else None,
        }
        for entry in FUNCTIONALS.values()
    ]
    fits = [
        {**_names(entry, entry.citation), "g_modes": False, "file": None} for entry in FITS.values()
    ]
    return functionals + fits


def crust_entries() -> list[dict]:
    """One entry for every crust that a core can be given; the first is the default."""
    return [
        {"name": name, "description": f"{fit.name} fit", "citation": fit.citation}
        for name, fit in CRUSTS.items()
    ]


def _names(entry: Functional | FittedEOS, citation: str) -> dict:
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "description": entry.description,
        "m_max_msun": entry.m_max_msun,
        "r_14_km": entry.r_14_km,
        "citation": citation,
    }


def family_entries() -> list[dict]:
    """One entry for every parametric family."""
    return [
        {
            "name": family.name,
            "syntax": family.syntax,
            "example": family.example,
            "description": family.description,
            "parameters": {
                parameter.name: {"meaning": parameter.meaning, "allowed": parameter.allowed}
                for parameter in family.parameters
            },
            "gamma1": family.compressible,
            "rows": [row.name for row in family.rows()],
            "aliases": {alias: row.name for row in family.rows() for alias in row.aliases},
            "citation": family.citation,
        }
        for family in FAMILIES.values()
    ]


def describe(eos: ColdEOS) -> dict:
    """Name, segments, transitions, limits and provenance; infinities are None."""
    limit = causal_limit(eos)
    return {
        "name": eos.name,
        "spec": eos.spec,
        "stratified": eos.stratified,
        "composition": eos.composition is not None,
        "h_max": _finite(eos.h_max),
        "h_causal": _finite(limit),
        "segments": [_segment(eos, segment) for segment in eos.segments],
        "transitions": [
            {
                "kind": transition.kind,
                "h": transition.h,
                "p_dyn_cm2": transition.p / DYN_CM2_TO_KM2,
                "eps_below_g_cm3": transition.eps_below / G_CM3_TO_KM2,
                "eps_above_g_cm3": transition.eps_above / G_CM3_TO_KM2,
                "relative_jump": transition.eps_above / transition.eps_below - 1.0,
            }
            for transition in eos.transitions
        ],
        "provenance": dict(eos.provenance),
    }


def _segment(eos: ColdEOS, segment: Segment) -> dict:
    low, high = (
        {name: _finite(float(values[0])) for name, values in _states(eos, segment, [h]).items()}
        if math.isfinite(h)
        else {}
        for h in (segment.h_lo, segment.h_hi)
    )
    return {
        "kind": segment.kind,
        "h_lo": segment.h_lo,
        "h_hi": _finite(segment.h_hi),
        "n_lo_fm3": low.get("n_fm3"),
        "n_hi_fm3": high.get("n_fm3"),
        "eps_lo_g_cm3": low.get("eps_g_cm3"),
        "eps_hi_g_cm3": high.get("eps_g_cm3"),
    }


def sample(eos: ColdEOS, points: int) -> dict[str, NDArray[np.float64]]:
    """Columns SAMPLED at log-enthalpies spread evenly in ln h up to the highest, or to h = 1.

    Fractions that are not known are NaN. n is the rest-mass density in atomic mass units.
    """
    top = min(eos.h_max, 1.0)
    grid = np.geomspace(1e-4 * top, top, points)
    grid[-1] = top
    owner = np.searchsorted(np.array(eos.breaks), grid, side="right")
    parts = [
        _states(eos, segment, grid[owner == i])
        for i, segment in enumerate(eos.segments)
        if np.any(owner == i)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in SAMPLED}


def _states(eos: ColdEOS, segment: Segment, h) -> dict[str, NDArray[np.float64]]:
    h = np.asarray(h, dtype=float)
    state = segment.evaluate(h)
    rest_mass = eos.baryon_factor * (state.eps + state.p) * np.exp(-h)
    fractions = eos.composition.fractions(h) if eos.composition else {}
    unknown = np.full(h.shape, math.nan)
    columns = {
        "h": h,
        "n_fm3": rest_mass / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV,
        "eps_g_cm3": state.eps / G_CM3_TO_KM2,
        "p_dyn_cm2": state.p / DYN_CM2_TO_KM2,
        "ce2": state.cs2_equilibrium,
        "delta": state.delta,
        "y_e": fractions.get("Y_e", unknown),
        "y_mu": fractions.get("Y_mu", unknown),
        "mu_e_mev": fractions.get("mu_e", unknown),
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}


def causal_limit(eos: ColdEOS) -> float:
    """Lowest log-enthalpy at which the equilibrium speed of sound reaches that of light.

    Infinite if it stays below as far as the equation of state is defined (or up to h = 3).
    """
    for segment in eos.segments:
        h_hi = min(segment.h_hi, _HIGHEST)
        if segment.h_lo >= h_hi:
            break
        grid = np.linspace(segment.h_lo, h_hi, 200)
        acausal = np.flatnonzero(segment.evaluate(grid).cs2_equilibrium > 1.0)
        if not acausal.size:
            continue
        first = int(acausal[0])
        if first == 0:
            return segment.h_lo

        def excess(h: float, segment: Segment = segment) -> float:
            return float(segment.evaluate(float(h)).cs2_equilibrium) - 1.0

        return bracketed_root(
            excess,
            float(grid[first - 1]),
            float(grid[first]),
            xtol=1e-13,
        )
    return math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
