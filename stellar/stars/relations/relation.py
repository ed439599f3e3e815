"""What a universal relation is: a column predicted from other columns, with its source and limits.

Predictions are plain arithmetic on whatever the columns hold: numbers, numpy arrays, or torch
tensors, through which gradients then pass. Units are those of the table of columns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Values = Any  # a number, a numpy array or a torch tensor; what comes out is of the same kind
Columns = Mapping[str, Values]


class ModeKind(NamedTuple):
    """A mode in full general relativity: degree and label."""

    l: int
    label: str


@dataclass(frozen=True)
class Abscissa:
    """The quantity in which a relation is fitted.

    symbol : for people;  needs : columns of stars it is made of
    at : columns of some star with a given value of it
    span : smallest and largest value the fit was made for; None where they are not known
    """

    symbol: str
    needs: tuple[str, ...]
    of: Callable[[Columns], Values]
    at: Callable[[Values], Columns]
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Relation:
    """One published fit.

    formula : the fit for people;  ordinate : the column it predicts
    fit : prediction from the columns that the abscissa needs
    scale : factor of the ordinate that leaves a function of the abscissa alone, where the ordinate
        is none;  scaled : the product, for people
    mode : whose column the ordinate is; None if it belongs to the star
    claimed_scatter : largest relative residual that its authors claim; None where none is known
    remark : what to know before use
    """

    name: str
    citation: str
    formula: str
    ordinate: str
    abscissa: Abscissa
    fit: Callable[[Columns], Values]
    mode: ModeKind | None = None
    claimed_scatter: float | None = None
    remark: str = ""
    scale: Callable[[Columns], Values] | None = None
    scaled: str = ""

    def predict(self, columns: Columns) -> Values:
        """The ordinate that the fit gives, also outside of its span.

        columns : at least those named in `abscissa.needs`, of one shape
        """
        return self.fit(columns)

    def reduced(self, values: Values, columns: Columns) -> Values:
        """Ordinates times what makes them a function of the abscissa alone."""
        return values if self.scale is None else values * self.scale(columns)

    def within_span(self, columns: Columns) -> Values:
        """Truth values: where the fit is not an extrapolation."""
        x = self.abscissa.of(columns)
        if self.abscissa.span is None:
            return x == x
        lowest, highest = self.abscissa.span
        return (x >= lowest) & (x <= highest)


def column(name: str, symbol: str, span: tuple[float, float] | None = None) -> Abscissa:
    """An abscissa that is a column of its own."""
    return Abscissa(symbol, (name,), lambda columns: columns[name], lambda x: {name: x}, span)
