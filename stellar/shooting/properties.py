"""The properties of a star with their errors, from two integrations with the same centre.

Every quantity is computed at two tolerances a factor COARSER apart. Global errors shrink in
proportion to the tolerance, so the finer result is off by about 1/COARSER of the difference; the
estimate keeps a margin, and never falls below what rounding and step control leave. Where matter is
rough, both results may be off alike, and the estimate is a multiple of the difference. On top comes
what the uncertainty of the centre brings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stellar.oscillations.order import Order
from stellar.shooting.background import Background, solve_background
from stellar.shooting.frame_dragging import moment_of_inertia
from stellar.shooting.magnetic_tides import magnetic_love
from stellar.shooting.radial import count_unstable
from stellar.shooting.slow_rotation import rotation_coefficients, slow_rotation
from stellar.shooting.tides import tidal_love
from stellar.stars.centre import Centre, with_mean_shift
from stellar.stars.quantities import MAGNETIC_FLOWS
from stellar.stars.star import Estimate, Star
from stellar.stars.targets import Target

COARSER = 30.0
MARGIN = 10.0  # of errors that shrink as the tolerance does
ROUGH_MARGIN = 60.0  # of others
# smallest relative errors met, in units of rtol
STRUCTURE_FLOOR, PERTURBATION_FLOOR = 3.0, 30.0

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Pair:
    """The same star at the tolerance asked for and at one that is coarser."""

    fine: Background
    coarse: Background

    @classmethod
    def solve(cls, fine: Background) -> "Pair":
        """Add the coarser solution."""
        return cls(fine, solve_background(fine.eos, fine.h_c, COARSER * fine.rtol))


def describe(fine: Background, target: Target, order: Order) -> Star:
    """Everything an order asks of one star, modes aside.

    Raises
    ------
    ArithmeticError
        If an integration fails.
    """
    pair = Pair.solve(fine)
    margin = ROUGH_MARGIN if fine.eos.rough else MARGIN
    floor = STRUCTURE_FLOOR * fine.rtol
    sizes = _compare(_structure(pair.fine), _structure(pair.coarse), floor, margin)
    slope_err = abs(pair.fine.mass_slope - pair.coarse.mass_slope)
    slope = Estimate(fine.mass_slope, slope_err)
    centre = Centre.of(target, fine.h_c, Estimate(fine.mass, sizes["mass"].error), slope)

    def compare(first: Numbers, second: Numbers) -> dict[str, Estimate]:
        return _compare(first, second, PERTURBATION_FLOOR * fine.rtol + centre.spread, margin)

    inertia = compare(_inertia(pair.fine), _inertia(pair.coarse))["moment_of_inertia"]
    rotation = compare(_rotation(pair.fine, order), _rotation(pair.coarse, order))
    p, eps, cs2, _ = map(float, fine.pieces[0].segment.evaluate(fine.h_c))
    return Star(
        h_c=fine.h_c,
        radius=fine.radius,
        mass=fine.mass,
        baryon_mass=fine.baryon_mass,
        moment_of_inertia=inertia.value,
        central_pressure=p,
        central_energy_density=eps,
        central_density=fine.eos.rest_mass_density_in(fine.pieces[0].segment, fine.h_c),
        central_cs2=cs2,
        # the maximum ends its stable branch: the sign of its omega^2 is rounding
        stable=target.is_extremum or count_unstable(fine, fine.rtol) == 0,
        h_c_err=centre.h_c_err,
        radius_err=sizes["radius"].error + abs(fine.radius_slope) * centre.h_c_err,
        mass_err=sizes["mass"].error,
        baryon_mass_err=sizes["baryon_mass"].error,
        moment_of_inertia_err=inertia.error,
        tides=compare(_tides(pair.fine, order), _tides(pair.coarse, order)),
        rotation=with_mean_shift(rotation, centre.relative_slope_err),
    )


def _structure(background: Background) -> Numbers:
    return {
        "radius": background.radius,
        "mass": background.mass,
        "baryon_mass": background.baryon_mass,
    }


def _inertia(background: Background) -> Numbers:
    return {"moment_of_inertia": moment_of_inertia(background, background.rtol)}


def _tides(background: Background, order: Order) -> Numbers:
    found = {}
    for degree in order.tides:
        love, deformability = tidal_love(background, degree, background.rtol)
        found |= {f"k{degree}": love, f"lambda{degree}": deformability}
    flows = MAGNETIC_FLOWS if order.magnetic_tides else ()
    magnetic = {
        f"k2_magnetic_{flow}": magnetic_love(background, flow, background.rtol) for flow in flows
    }
    return found | magnetic


def _rotation(background: Background, order: Order) -> Numbers:
    if not order.rotation:
        return {}
    return rotation_coefficients(background, slow_rotation(background, background.rtol))


def _compare(fine: Numbers, coarse: Numbers, floor: float, margin: float) -> dict[str, Estimate]:
    """Values with errors; `floor` is the smallest relative error."""
    return {
        name: Estimate(value, margin / COARSER * abs(value - coarse[name]) + floor * abs(value))
        for name, value in fine.items()
    }
