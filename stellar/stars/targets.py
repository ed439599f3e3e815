"""Which star is meant: a mass, a compactness, a central density, ... and where it lies.

Selectors of the first kind are read off the stable branches of the surveyed sequence; those of
the second kind name the centre directly and need the equation of state alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.optimize import brentq

from parode_core import Status
from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2, MSUN_KM
from stellar.eos.base import ColdEOS, Segment
from stellar.stars.conversation import Steps, answer
from stellar.stars.equilibrium import Equilibrium
from stellar.stars.roots import EPSILON, root_by_slope
from stellar.stars.sequence import Branch, Sequence
from stellar.stars.survey import Solve, answer_singly, largest_h


@dataclass(frozen=True)
class SequenceSelector:
    """A property of the whole star; `scale` turns the user's unit into km or a pure number.

    slope : derivative of the quantity by h_c; that of the baryon mass up to its baryon factor,
        which is near one
    """

    option: str
    symbol: str
    unit: str
    scale: float
    quantity: Callable[[Equilibrium], float]
    slope: Callable[[Equilibrium], float]


@dataclass(frozen=True)
class CentreSelector:
    """A property of the matter at the centre; `scale` turns the user's unit into km^-2."""

    option: str
    symbol: str
    unit: str
    scale: float
    quantity: Callable[[ColdEOS, Segment, float], float]


def _rest_mass_density(eos: ColdEOS, segment: Segment, h: float) -> float:
    return eos.rest_mass_density_in(segment, h)


def _baryon_slope(star: Equilibrium) -> float:
    """dM_b/dh_c = f dM/dh_c / sqrt(1 - 2M/R) without the factor f (Zeldovich & Novikov 1971)."""
    return star.mass_slope / math.sqrt(1.0 - 2.0 * star.mass / star.radius)


def _compactness_slope(star: Equilibrium) -> float:
    return (star.mass_slope - star.mass / star.radius * star.radius_slope) / star.radius


SEQUENCE_SELECTORS = {
    "masses": SequenceSelector(
        "--masses", "M", "M_sun", MSUN_KM, lambda star: star.mass, lambda star: star.mass_slope
    ),
    "baryon_masses": SequenceSelector(
        "--baryon-masses", "M_b", "M_sun", MSUN_KM, lambda star: star.baryon_mass, _baryon_slope
    ),
    "compactness": SequenceSelector(
        "--compactness", "M/R", "", 1.0, lambda star: star.mass / star.radius, _compactness_slope
    ),
}
CENTRE_SELECTORS = {
    "central_pressures": CentreSelector(
        "--central-pressures",
        "p_c",
        "dyn/cm^2",
        DYN_CM2_TO_KM2,
        lambda eos, segment, h: float(segment.evaluate(h).p),
    ),
    "central_densities": CentreSelector(
        "--central-densities", "rho_c", "g/cm^3", G_CM3_TO_KM2, _rest_mass_density
    ),
    "central_energy_densities": CentreSelector(
        "--central-energy-densities",
        "eps_c",
        "g/cm^3",
        G_CM3_TO_KM2,
        lambda eos, segment, h: float(segment.evaluate(h).eps),
    ),
}


@dataclass(frozen=True)
class Target:
    """One star to be computed, or the reason why there is none.

    selector, value : what was asked, in the user's unit
    h_c : central log-enthalpy if it is known beforehand
    branch : the stable branch to search, None where `h_c` is known
    branch_number : as in `Branch`; 0 where no branch was asked about
    """

    selector: str
    value: float
    h_c: float | None = None
    branch: Branch | None = None
    branch_number: int = 0
    status: Status = Status.OK
    message: str = ""

    @property
    def is_extremum(self) -> bool:
        """Whether it is the star of `max`: on a branch and known beforehand."""
        return self.branch is not None and self.h_c is not None

    def locate(self, solve: Solve) -> float:
        """Central log-enthalpy of the star, with stars computed one at a time by `solve`.

        Raises
        ------
        ArithmeticError
            If the branch does not hold it to the accuracy of `solve`.
        """
        return answer(self.locate_steps(), answer_singly(solve, solve))

    def locate_steps(self) -> Steps[float]:
        """The same as a search that asks for stars."""
        if self.h_c is not None:
            return self.h_c
        if self.branch is None:
            raise ArithmeticError(self.message)
        selector = SEQUENCE_SELECTORS[self.selector]
        asked = self.value * selector.scale

        def deviation(star: Equilibrium) -> float:
            return selector.quantity(star) / asked - 1.0

        def steepness(star: Equilibrium) -> float:
            return selector.slope(star) / asked

        points = self.branch.points
        for left, right in zip(points, points[1:], strict=False):
            low, high = deviation(left), deviation(right)
            if 0.0 in (low, high):
                return left.h_c if low == 0.0 else right.h_c
            if low * high < 0.0:
                return (yield from root_by_slope(left, right, deviation, steepness))
        raise ArithmeticError(
            f"no star with {selector.symbol} = {self.value:g} on the stable branch"
        )


def sequence_targets(
    eos: ColdEOS, sequence: Sequence, selector_name: str, values: tuple[float, ...]
) -> list[Target]:
    """The stars meant by values of a sequence selector, one on each branch that holds a value."""
    selector = SEQUENCE_SELECTORS[selector_name]
    branches = []
    for branch in sequence.branches:
        # in the user's unit, so that `max` meets the star it came from exactly
        held = {selector.quantity(point) / selector.scale: point.h_c for point in branch.points}
        branches.append((branch, held, min(held), max(held)))
    targets = []
    for value in values:
        found = [
            Target(selector_name, value, held.get(value), branch, branch.number)
            for branch, held, least, most in branches
            if least <= value <= most
        ]
        targets += found or [_missing(eos, sequence, selector_name, value)]
    return targets


def _missing(eos: ColdEOS, sequence: Sequence, name: str, value: float) -> Target:
    selector = SEQUENCE_SELECTORS[name]
    unit = f" {selector.unit}" if selector.unit else ""
    quantities = [
        selector.quantity(point) / selector.scale
        for branch in sequence.branches
        for point in branch.points
    ]
    if sequence.failure:
        return Target(name, value, status=Status.COMPUTATION_FAILED, message=sequence.failure)
    if not quantities:
        message = f"{eos.name} has no stable stars in the range of its equation of state."
        return Target(name, value, status=Status.OUTSIDE_EOS_RANGE, message=message)
    if value > max(quantities):
        reason = "" if sequence.maximum else ", where the range of the equation of state ends"
        message = (
            f"{eos.name} carries {selector.symbol} up to {max(quantities):.6g}{unit}{reason}; "
            f"{value:g}{unit} was asked."
        )
        return Target(name, value, status=Status.ABOVE_MAXIMUM_MASS, message=message)
    message = (
        f"{eos.name} has stable stars with {selector.symbol} from {min(quantities):.4g} to "
        f"{max(quantities):.6g}{unit}; {value:g}{unit} was asked."
    )
    return Target(name, value, status=Status.BELOW_MINIMUM_MASS, message=message)


def centre_target(eos: ColdEOS, selector_name: str, value: float) -> Target:
    """The star whose centre has the asked pressure or density."""
    selector = CENTRE_SELECTORS[selector_name]
    asked = value * selector.scale
    below = 0.0
    for segment in eos.segments:
        h_top = min(segment.h_hi, largest_h(eos))
        low = selector.quantity(eos, segment, segment.h_lo)
        high = selector.quantity(eos, segment, h_top)
        if 0.0 < below < asked < low:
            message = (
                f"{selector.symbol} = {value:g} {selector.unit} lies inside a density jump of "
                f"{eos.name}, from {below / selector.scale:.6g} to {low / selector.scale:.6g}."
            )
            return Target(selector_name, value, status=Status.OUTSIDE_EOS_RANGE, message=message)
        if low < high and low <= asked <= high:
            h_c = brentq(
                lambda h, piece=segment: selector.quantity(eos, piece, h) / asked - 1.0,
                segment.h_lo,
                h_top,
                xtol=1e-16,
                rtol=4.0 * EPSILON,
            )
            return Target(selector_name, value, float(h_c))
        below = high
    message = (
        f"{eos.name} reaches {selector.symbol} up to {below / selector.scale:.6g} {selector.unit}; "
        f"{value:g} was asked."
    )
    return Target(selector_name, value, status=Status.OUTSIDE_EOS_RANGE, message=message)
