"""What a result file keeps of an equation of state: source, citation, hash and its table."""

import numpy as np
from numpy.typing import NDArray

from stellar.campaign.members import Member, resolved
from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, MSUN_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import Draw, RejectedEOS
from stellar.eos.catalogue.lookup import bases_of
from stellar.results.results import EosRecord
from stellar.stars.sequence import Sequence


def member_records(
    member: Member, eos: ColdEOS | RejectedEOS, sequence: Sequence | None
) -> list[EosRecord]:
    """The record of a member of a run, and of a table that it is built upon as one draw of many.

    Analytic matter is told by its specification alone, and so are draws. Where the sequence was
    surveyed, its maximum-mass star goes along.
    """
    if isinstance(eos, RejectedEOS):
        reason = {"rejected": eos.reason}
        return [EosRecord(eos.name, eos.spec, reason, ensemble=member.ensemble)]
    provenance = dict(eos.provenance) | _maximum(eos, sequence)
    if not isinstance(member.source, Draw):
        return [EosRecord(eos.name, eos.spec, provenance, _table(eos))]
    own = EosRecord(eos.name, eos.spec, provenance, ensemble=member.ensemble)
    bases = [resolved(spec) for spec in bases_of(member.source)]
    return [own] + [
        EosRecord(base.name, base.spec, dict(base.provenance), table)
        for base in bases
        if (table := _table(base))
    ]


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


def _table(eos: ColdEOS) -> dict[str, NDArray[np.float64]]:
    """The rows the segments were built from, from the surface inwards, in the units of columns."""
    tabulated = [(s, s.table_h) for s in eos.segments if s.table_h is not None]
    if not tabulated:
        return {}
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
