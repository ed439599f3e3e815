"""What a result file keeps of an equation of state: source, citation, hash and its table."""

import numpy as np
from numpy.typing import NDArray

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, MSUN_KM
from stellar.eos.base import ColdEOS, Segment
from stellar.eos.ensembles import RejectedEOS
from stellar.results.results import EosRecord
from stellar.stars.sequence import Sequence


def eos_record(eos: ColdEOS | RejectedEOS, sequence: Sequence | None) -> EosRecord:
    """The record of an equation of state; analytic ones are told by their specification alone.

    Where the sequence was surveyed, its maximum-mass star goes along.
    """
    if isinstance(eos, RejectedEOS):
        return EosRecord(eos.name, eos.spec, {"rejected": eos.reason})
    tabulated = [(s, s.table_h) for s in eos.segments if s.table_h is not None]
    table = _table(eos, tabulated) if tabulated else {}
    provenance = dict(eos.provenance) | _maximum(eos, sequence)
    return EosRecord(eos.name, eos.spec, provenance, table)


def _maximum(eos: ColdEOS, sequence: Sequence | None) -> dict[str, str]:
    if sequence is None or sequence.maximum is None:
        return {}
    star = sequence.maximum
    density = eos.rest_mass_density(star.h_c) / G_CM3_TO_KM2
    return {
        "maximum_mass_msun": f"{star.mass / MSUN_KM:.9g}",
        "maximum_mass_radius_km": f"{star.radius:.9g}",
        "maximum_mass_central_density_g_cm3": f"{density:.9g}",
    }


def _table(
    eos: ColdEOS, tabulated: list[tuple[Segment, NDArray[np.float64]]]
) -> dict[str, NDArray[np.float64]]:
    """The rows the segments were built from, from the surface inwards, in the units of columns."""
    h = np.concatenate([rows for _, rows in tabulated])
    states = [segment.evaluate(rows) for segment, rows in tabulated]
    p, eps, cs2, delta = (np.concatenate(columns) for columns in zip(*states, strict=True))
    return {
        "h": h,
        "pressure_dyn_cm2": p / DYN_CM2_TO_KM2,
        "energy_density_g_cm3": eps / G_CM3_TO_KM2,
        "density_g_cm3": eos.baryon_factor * (eps + p) * np.exp(-h) / G_CM3_TO_KM2,
        "cs2_equilibrium": cs2,
        "cs2_difference": delta,
    }
