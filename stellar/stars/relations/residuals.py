"""How far the rows of a result lie from a universal relation.

The residual is value/prediction - 1, as in the publications. Rows that failed, and rows outside the
span of the fit, are counted and not used.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stellar.results.results import Results
from stellar.stars.relations.relation import Relation
from stellar.stars.relations.sample import columns_at, missing, sample_of


@dataclass(frozen=True)
class Residuals:
    """The rows of one result beside one relation.

    star_id, eos, mass_msun, values, predictions : of the rows used, [row]
    failed : rows with a status other than 0;  outside : well rows outside the span of the fit
    missing : why no row can be compared, in one sentence; empty if rows can
    """

    relation: Relation
    star_id: NDArray[np.int64]
    eos: NDArray[np.str_]
    mass_msun: NDArray[np.float64]
    values: NDArray[np.float64]
    predictions: NDArray[np.float64]
    failed: int = 0
    outside: int = 0
    missing: str = ""

    @property
    def used(self) -> int:
        """Number of rows that the statistics are made of."""
        return len(self.values)

    @property
    def residuals(self) -> NDArray[np.float64]:
        """value/prediction - 1 of the rows used."""
        return self.values / self.predictions - 1.0

    @property
    def median(self) -> float:
        """Median of |residual|; NaN if no row is used."""
        return float(np.median(np.abs(self.residuals))) if self.used else math.nan

    @property
    def worst(self) -> int | None:
        """Index of the row with the largest |residual|; None if no row is used."""
        return int(np.argmax(np.abs(self.residuals))) if self.used else None

    @property
    def largest(self) -> float:
        """Largest |residual|; NaN if no row is used."""
        return float(np.max(np.abs(self.residuals))) if self.used else math.nan


def residuals(results: Results, relation: Relation) -> Residuals:
    """Compare every row of a result with one relation.

    A result that lacks what the relation needs gives no rows and a sentence in `missing`.
    """
    reason = missing(results, relation)
    if reason:
        none = np.zeros(0)
        return Residuals(
            relation, np.zeros(0, np.int64), np.zeros(0, str), none, none, none, missing=reason
        )
    stars = results.stars
    rows, values, well = sample_of(results, relation)
    failed = int(np.count_nonzero(~well))
    rows, values = rows[well], values[well]
    inside = relation.within_span(columns_at(stars, rows, relation))
    outside = int(np.count_nonzero(~inside))
    rows, values = rows[inside], values[inside]
    return Residuals(
        relation,
        stars["star_id"][rows],
        stars["eos"][rows],
        stars["mass_msun"][rows],
        values,
        relation.predict(columns_at(stars, rows, relation)),
        failed,
        outside,
    )
