"""From modes and profiles, in km and G = c = 1, to rows with the units of the table of columns."""

import math

import numpy as np

from parode_core import Status
from stellar.constants import (
    C_KM_S,
    DYN_CM2_TO_KM2,
    ERG_PER_KM,
    G_CM3_TO_KM2,
    HZ_PER_INVERSE_KM,
    MSUN_KM,
)
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import RejectedEOS
from stellar.oscillations.labels import Label, expected_labels
from stellar.oscillations.mode import Curves, Mode, ModeSearch
from stellar.oscillations.order import Order, SolvedStar
from stellar.stars.star import Star

Row = dict[str, object]
_NO_SEARCH = ModeSearch((), complete=False)
_OF_BAND = "band"  # label of the row that stands for all that a band may hold


def mode_rows(
    eos: ColdEOS | RejectedEOS, solved: SolvedStar, order: Order, solver: str, star_id: int
) -> list[tuple[Row, Curves | None]]:
    """A row for every mode asked of a star, found or not, and for those found beside them.

    Each comes with the mode along the radius where a solver hands that back.
    """
    identity = {"star_id": star_id, "eos": eos.name, "solver": solver}
    identity["mass_msun"] = _mass(solved)
    rows: list[tuple[Row, Curves | None]] = []
    for degree, families in _degrees(order):
        gravity = "full" if degree == 0 else order.gravity
        search = solved.searches.get(degree, _NO_SEARCH)
        found = {mode.label: mode for mode in search.modes}
        wanted = _wanted(eos, solved, order, families)
        lost: Row = {"l": degree, "gravity": gravity, "complete": False, "frequency_hz": math.nan}
        lost |= _loss(solved, search)
        for label in wanted:
            mode = found.pop(label.label, None)
            if mode is None or solved.star is None:
                named = {"family": label.family, "n": label.n, "label": label.label}
                rows.append((identity | lost | named, None))
            else:
                row = identity | _mode_columns(mode, solved.star, search.complete)
                rows.append((row, mode.curves))
        rows += [
            (identity | _mode_columns(mode, solved.star, search.complete), mode.curves)
            for mode in found.values()
            if solved.star is not None
        ]
        if _is_silent(solved, order, search) and families != ("radial",):
            rows.append(
                (identity | lost | {"family": families[0], "n": 0, "label": _OF_BAND}, None)
            )
    return rows


def _is_silent(solved: SolvedStar, order: Order, search: ModeSearch) -> bool:
    """Whether a band has no mode to show and is not known to have none."""
    banded = order.modes is not None and order.modes.band is not None
    return banded and solved.star is not None and not search.modes and not search.complete


def _degrees(order: Order) -> list[tuple[int, tuple[str, ...]]]:
    """Degrees in the order of rows, each with its families; the radial spectrum comes first."""
    fluid = tuple(family for family in order.families if family != "radial")
    degrees: list[tuple[int, tuple[str, ...]]] = []
    if "radial" in order.families:
        degrees.append((0, ("radial",)))
    return degrees + ([(degree, fluid) for degree in order.degrees] if fluid else [])


def _wanted(
    eos: ColdEOS | RejectedEOS, solved: SolvedStar, order: Order, families: tuple[str, ...]
) -> list[Label]:
    if order.modes is None or (order.modes.band is not None and families != ("radial",)):
        return []
    centre = math.inf if solved.star is None else solved.star.h_c
    jumps = sum(transition.h < centre for transition in eos.transitions)
    return expected_labels(families, order.modes.n_max, eos.stratified, jumps)


def _mass(solved: SolvedStar) -> float:
    if solved.star is not None:
        return solved.star.mass / MSUN_KM
    return solved.target.value if solved.target.selector == "masses" else math.nan


def _loss(solved: SolvedStar, search: ModeSearch) -> Row:
    """Status and sentence of a mode that was asked for and is not there."""
    if solved.star is None:
        reason = solved.message or Status.DEPENDS_ON_FAILED_STAR.message
        return {"status": Status.DEPENDS_ON_FAILED_STAR, "message": reason}
    reason = search.message or Status.MODE_NOT_FOUND.message
    return {"status": Status.MODE_NOT_FOUND, "message": reason}


def _mode_columns(mode: Mode, star: Star, complete: bool) -> Row:
    omega = mode.omega
    damped = omega.imag > 0.0
    return {
        "l": mode.l,
        "family": mode.family,
        "n": mode.n,
        "label": mode.label,
        "gravity": mode.gravity,
        "frequency_hz": omega.real * HZ_PER_INVERSE_KM,
        "damping_time_s": 1.0 / (omega.imag * C_KM_S) if damped else math.nan,
        "omega_re_per_s": omega.real * C_KM_S,
        "omega_im_per_s": omega.imag * C_KM_S,
        "m_omega_re": star.mass * omega.real,
        "m_omega_im": star.mass * omega.imag,
        "frequency_err_hz": mode.omega_re_err * HZ_PER_INVERSE_KM,
        "damping_time_err_s": mode.omega_im_err / (omega.imag**2 * C_KM_S) if damped else math.nan,
        "frequency_rayleigh_hz": _told(mode.stationary * HZ_PER_INVERSE_KM),
        "mode_energy_erg": _told(mode.energy * ERG_PER_KM),
        "mode_energy_err_erg": _told(mode.energy_err * ERG_PER_KM),
        "gw_luminosity_erg_s": _told(mode.luminosity * ERG_PER_KM * C_KM_S) if damped else None,
        "gw_luminosity_err_erg_s": (
            _told(mode.luminosity_err * ERG_PER_KM * C_KM_S) if damped else None
        ),
        "residual": mode.residual,
        "nodes": mode.nodes,
        "complete": complete,
        "status": mode.status,
        "message": mode.message,
    }


def _told(value: float) -> float | None:
    """None for what a solver does not say."""
    return value if math.isfinite(value) else None


def accuracy_status(row: Row, accuracy: float, pairs: tuple[tuple[str, str], ...]) -> Row:
    """Flag a well row whose relative error exceeds what was asked, naming the quantity.

    The frequency of a w-mode counts relative to |omega|, see `Mode.size`.
    """
    if row["status"] is not Status.OK:
        return row
    for name, error in pairs:
        value, uncertainty = row.get(name), row.get(error)
        if not isinstance(value, float) or not isinstance(uncertainty, float) or value == 0.0:
            continue  # absent, or exactly zero as the frequency of an unstable mode
        size = math.hypot(value, _damping_hz(row))
        if not uncertainty <= accuracy * size:
            message = (
                f"{name} is known to {uncertainty / size:.1e} (relative); {accuracy:.0e} was asked."
            )
            joined = f"{row['message']} {message}".strip()
            return row | {"status": Status.ACCURACY_NOT_REACHED, "message": joined}
    return row


def _damping_hz(row: Row) -> float:
    """Im omega / 2 pi of a wave, whose frequency is a part of omega as a whole; zero of others."""
    damping = row.get("omega_im_per_s")
    if row.get("family") != "w" or not isinstance(damping, float):
        return 0.0
    return damping / (2.0 * math.pi)


def profile_columns(eos: ColdEOS, profile: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A radial profile in the units of the table of columns."""
    rest = eos.baryon_factor * (profile["eps"] + profile["p"]) * np.exp(-profile["h"])
    return {
        "h": profile["h"],
        "pressure_dyn_cm2": profile["p"] / DYN_CM2_TO_KM2,
        "energy_density_g_cm3": profile["eps"] / G_CM3_TO_KM2,
        "density_g_cm3": rest / G_CM3_TO_KM2,
        "cs2_equilibrium": profile["cs2_equilibrium"],
        "cs2_difference": profile["delta"],
        "radius_km": profile["r"],
        "enclosed_mass_msun": profile["m"] / MSUN_KM,
        "nu": profile["nu"],
        "lam": profile["lam"],
    }


def eigenfunction_columns(curves: Curves) -> dict[str, np.ndarray]:
    """A mode along the radius as columns of its table."""
    columns = {"radius_km": curves["radius"].real.astype(float)}
    for name, values in curves.items():
        if name != "radius":
            columns |= {f"{name}_re": np.real(values) + 0.0, f"{name}_im": np.imag(values) + 0.0}
    return columns
