"""Names of the tidal and rotational quantities of a star, as in the table of columns.

A solver hands them back under these names; all are pure numbers.
"""

from collections.abc import Iterable

ELECTRIC_DEGREES = (2, 3, 4)
MAGNETIC_FLOWS = ("static", "irrotational")
SHAPE = ("xi2_over_r", "eccentricity_squared", "quadrupole_over_mr2")
ROTATION = ("delta_mass_over_m", "delta_baryon_mass_over_mb", "xi0_over_r", *SHAPE)
FIXED_BARYON_MASS = "_fixed_mb"
ROTATION_NAMES = (*ROTATION, "q_bar", *(f"{name}{FIXED_BARYON_MASS}" for name in ROTATION))


def tidal_names(degrees: Iterable[int], *, magnetic: bool) -> tuple[str, ...]:
    """Names of k_l and Lambda_l for these degrees, and of both magnetic k_2."""
    electric = tuple(f"{kind}{degree}" for degree in degrees for kind in ("k", "lambda"))
    flows = tuple(f"k2_magnetic_{flow}" for flow in MAGNETIC_FLOWS) if magnetic else ()
    return electric + flows
