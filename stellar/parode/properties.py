"""The properties of stars with their errors, from the quantities of a batch.

What the uncertainty of the centre brings is added to the difference of two resolutions.
"""

from collections.abc import Mapping

from stellar.oscillations.order import Order
from stellar.stars.centre import Centre, with_mean_shift
from stellar.stars.quantities import ROTATION_NAMES, tidal_names
from stellar.stars.star import Estimate, Star
from stellar.stars.targets import Target

Row = Mapping[str, Estimate]


def describe(target: Target, order: Order, h_c: float, row: Row, stable: bool) -> Star:
    """A star from its quantities."""
    centre = Centre.of(target, h_c, row["mass"], row["mass_slope"])
    spread = centre.spread
    rotation = {name: _widened(row[name], spread) for name in ROTATION_NAMES if order.rotation}
    inertia = _widened(row["moment_of_inertia"], spread)
    names = tidal_names(order.tides, magnetic=order.magnetic_tides)
    return Star(
        h_c=h_c,
        radius=row["radius"].value,
        mass=row["mass"].value,
        baryon_mass=row["baryon_mass"].value,
        moment_of_inertia=inertia.value,
        central_pressure=row["central_pressure"].value,
        central_energy_density=row["central_energy_density"].value,
        central_density=row["central_density"].value,
        central_cs2=row["central_cs2"].value,
        stable=stable,
        h_c_err=centre.h_c_err,
        radius_err=row["radius"].error + abs(row["radius_slope"].value) * centre.h_c_err,
        mass_err=row["mass"].error,
        baryon_mass_err=row["baryon_mass"].error,
        moment_of_inertia_err=inertia.error,
        tides={name: _widened(row[name], spread) for name in names},
        rotation=with_mean_shift(rotation, centre.relative_slope_err),
    )


def _widened(estimate: Estimate, relative: float) -> Estimate:
    return Estimate(estimate.value, estimate.error + relative * abs(estimate.value))
