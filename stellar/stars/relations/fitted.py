"""Forms fitted to the rows of a result: coefficients, their errors, and what is left over.

Rows that failed, and rows whose logarithm or quotient does not exist, are counted and not used.
Residuals are relative, y/fit - 1, as in the report on published relations.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stellar.results.results import Results
from stellar.stars.relations.fits import polynomial
from stellar.stars.relations.forms import Form
from stellar.stars.relations.least_squares import LeastSquares, UndeterminedError, least_squares
from stellar.stars.relations.sample import columns_at, missing, sample_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """One form and the rows it was fitted to.

    star_id, eos, mass_msun, x, y : of the rows used, [row]; x the abscissa, y the reduced ordinate
    solution : coefficients and errors; None where there is no fit
    failed : rows not used;  missing : why there is no fit, in words
    """

    form: Form
    star_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    eos: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, str))
    mass_msun: Array = field(default_factory=lambda: np.zeros(0))
    x: Array = field(default_factory=lambda: np.zeros(0))
    y: Array = field(default_factory=lambda: np.zeros(0))
    solution: LeastSquares | None = None
    failed: int = 0
    missing: str = ""

    @property
    def used(self) -> int:
        """Number of rows of the fit."""
        return len(self.y)

    @property
    def eos_count(self) -> int:
        """Number of equations of state among them."""
        return len(np.unique(self.eos))

    @property
    def residuals(self) -> Array:
        """y/fit - 1 of the rows used."""
        return self.y / self.solution.fitted - 1.0 if self.solution else np.zeros(0)

    @property
    def median(self) -> float:
        """Median of |residual|; NaN without a fit."""
        return float(np.median(np.abs(self.residuals))) if self.solution else math.nan

    @property
    def worst(self) -> int | None:
        """Index of the row with the largest |residual|; None without a fit."""
        return int(np.argmax(np.abs(self.residuals))) if self.solution else None

    @property
    def largest(self) -> float:
        """Largest |residual|; NaN without a fit."""
        return float(np.max(np.abs(self.residuals))) if self.solution else math.nan

    def curve(self, x: Array) -> Array:
        """The fitted y at other values of the abscissa.

        Raises
        ------
        ValueError
            Without a fit.
        """
        if self.solution is None:
            raise ValueError(f"There is no fit of {self.form.name}: {self.missing}.")
        return polynomial(self.solution.coefficients.tolist(), self.form.argument(x))


def fitted(results: Results, form: Form) -> Fitted:
    """Fit one form to every row of a result that has what it needs."""
    reason = missing(results, form)
    if reason:
        return Fitted(form, missing=reason)
    stars = results.stars
    rows, values, well = sample_of(results, form)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = columns_at(stars, rows, form)
        x, y = form.abscissa.of(columns), form.reduced(values, columns)
        argument = form.argument(x)
    usable = well & np.isfinite(argument) & np.isfinite(y)
    failed = int(np.count_nonzero(~usable))
    rows, x, y, argument = rows[usable], x[usable], y[usable], argument[usable]
    eos = stars["eos"][rows]
    groups = np.unique(eos, return_inverse=True)[1]
    design = np.stack([argument**power for power in range(form.degree + 1)], axis=1)
    try:
        solution = least_squares(design, y, groups)
    except UndeterminedError as problem:
        return Fitted(form, failed=failed, missing=str(problem))
    return Fitted(
        form, stars["star_id"][rows], eos, stars["mass_msun"][rows], x, y, solution, failed
    )
