"""A tabulated equation of state: rows that are the nodes of a few smooth segments.

Each block of rows holds one segment, sampled at the Chebyshev-Lobatto points of `Interval`, from
the surface inwards. Neighbouring blocks share their log-enthalpy: the two rows are the one-sided
states of a break, and differ in eps and n where there is a density jump. Below the first block a
polytrope with the pressure, energy density and adiabatic index of the first row leads to zero
pressure, where h = 0.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.constants import ATOMIC_MASS_UNIT_MEV, MEV_FM3_TO_KM2
from stellar.eos.base import Array, ColdEOS, Composition, Segment
from stellar.eos.segments.polytropes import RestMassPolytrope
from stellar.eos.segments.series_segment import Interval, SeriesSegment, from_nodes
from stellar.errors import InputError

FREEZE_COLUMNS = {"all": "delta_all", "proton": "delta_yp"}


@dataclass(frozen=True)
class Column:
    """What one column of a table means; `unit` is a string that astropy parses."""

    name: str
    unit: str
    symbol: str
    description: str


COLUMNS = {
    column.name: column
    for column in (
        Column("h", "", "h", "log-enthalpy ln(mu_B / mu_B at zero pressure)"),
        Column("n", "fm-3", "n", "baryon number density"),
        Column("P", "MeV fm-3", "P", "pressure"),
        Column("eps", "MeV fm-3", "eps", "energy density with rest masses"),
        Column("mu_B", "MeV", "mu_B", "baryon chemical potential with rest mass"),
        Column("ce2", "", "c_e^2", "squared equilibrium speed of sound, units of c"),
        Column("delta_all", "", "c_s^2 - c_e^2", "frozen minus equilibrium, all fractions frozen"),
        Column("delta_yp", "", "c_s^2 - c_e^2", "frozen minus equilibrium, proton fraction frozen"),
        Column("Y_e", "", "Y_e", "electrons per baryon"),
        Column("Y_mu", "", "Y_mu", "muons per baryon"),
        Column("Y_p", "", "Y_p", "protons per baryon"),
        Column("mu_e", "MeV", "mu_e", "electron chemical potential with rest mass"),
    )
}
EXTRAS = ("Y_e", "Y_mu", "Y_p", "mu_e")


@dataclass(frozen=True)
class Block:
    """One segment of a table: its kind, whether it starts at a threshold, and its columns."""

    kind: str
    threshold: bool
    columns: Mapping[str, NDArray[np.float64]]

    @property
    def interval(self) -> Interval:
        """The interval that the block covers."""
        h = self.columns["h"]
        return Interval(float(h[0]), float(h[-1]), self.threshold)

    @property
    def has_composition(self) -> bool:
        """Whether fractions are known here."""
        return bool(np.all(np.isfinite(self.columns["Y_e"])))


@dataclass(frozen=True)
class Table:
    """A tabulated equation of state.

    attributes : what the file says about itself: title, citation, generator, parameters, ...
    """

    name: str
    blocks: tuple[Block, ...]
    attributes: tuple[tuple[str, str], ...]

    def column(self, name: str) -> NDArray[np.float64]:
        """All rows of one column, from the surface inwards."""
        return np.concatenate([block.columns[name] for block in self.blocks])

    @property
    def digest(self) -> str:
        """Sha256 of all numbers, independent of how they are stored."""
        content = b"".join(self.column(name).astype("<f8").tobytes() for name in COLUMNS)
        return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class TableComposition(Composition):
    """Fractions as functions of log-enthalpy; NaN where the table has none (crust, atmosphere)."""

    segments: tuple[Segment, ...]

    def fractions(self, h: Array) -> dict[str, Array]:
        """`Y_e`, `Y_mu`, `Y_p` per baryon and `mu_e` in MeV, each of the shape of h."""
        points = np.atleast_1d(np.asarray(h, dtype=float))
        found: dict[str, Array] = {}
        rows = {name: np.full(points.shape, math.nan) for name in EXTRAS}
        for segment in self.segments:
            inside = (points >= segment.h_lo) & (points <= segment.h_hi)
            if isinstance(segment, SeriesSegment) and np.any(inside):
                for name, values in segment.quantities(points[inside]).items():
                    rows[name][inside] = values
        for name, values in rows.items():
            found[name] = values if np.ndim(h) else float(values[0])
        return found


def atmosphere(p: float, eps: float, ce2: float) -> RestMassPolytrope:
    """Polytrope from zero pressure to a state, with its P, eps [MeV fm^-3] and adiabatic index."""
    gamma = ce2 * (eps + p) / p
    rho = (eps - p / (gamma - 1.0)) * MEV_FM3_TO_KM2
    k = p * MEV_FM3_TO_KM2 / rho**gamma
    h_hi = math.log((eps + p) * MEV_FM3_TO_KM2 / rho)
    return RestMassPolytrope(gamma, k, 0.0, 0.0, h_hi, "atmosphere")


def cold_eos(table: Table, spec: str, freeze: str) -> ColdEOS:
    """The equation of state that a table describes.

    Parameters
    ----------
    spec : canonical specification, also the name
    freeze : key of FREEZE_COLUMNS: which fractions a sound wave keeps

    Raises
    ------
    InputError
        If the rows are not at the nodes of their segments or contradict the first law.
    """
    segments: list[Segment] = []
    for block in table.blocks:
        _check_nodes(block, table.name)
        columns = {name: block.columns[name] for name in ("P", "eps", "ce2")}
        columns["delta"] = block.columns[FREEZE_COLUMNS[freeze]]
        extras = {name: block.columns[name] for name in EXTRAS} if block.has_composition else {}
        segments.append(from_nodes(block.interval, block.kind, columns, extras))
    first = {name: float(values[0]) for name, values in table.blocks[0].columns.items()}
    outside = atmosphere(first["P"], first["eps"], first["ce2"])
    # an index close to 1 magnifies the rounding of ce2
    if abs(outside.h_hi / first["h"] - 1.0) > 1e-11:
        raise InputError(f"The table {table.name} does not start at the h of its atmosphere.")
    mu_surface = first["mu_B"] * math.exp(-first["h"])
    return ColdEOS(
        name=spec,
        segments=(_ending_at(outside, first["h"]), *segments),
        spec=spec,
        baryon_factor=ATOMIC_MASS_UNIT_MEV / mu_surface,
        stratified=bool(np.any(table.column(FREEZE_COLUMNS[freeze]))),
        composition=TableComposition(tuple(segments)),
        provenance=(*table.attributes, ("freeze", freeze), ("table_sha256", table.digest)),
    )


def _ending_at(outside: RestMassPolytrope, h_hi: float) -> RestMassPolytrope:
    """Exactly the boundary of the first block, so that no gap is left by rounding."""
    return RestMassPolytrope(outside.gamma, outside.k, outside.a, outside.h_lo, h_hi, outside.kind)


def _check_nodes(block: Block, name: str) -> None:
    h = block.columns["h"]
    if np.max(np.abs(block.interval.nodes(len(h) - 1) / h - 1.0)) > 1e-12:
        raise InputError(
            f"In the table {name} the rows of the segment {block.kind} between h = {h[0]:.6g} and "
            f"{h[-1]:.6g} do not lie at its Chebyshev points; rebuild it with `stellar eos build`."
        )
