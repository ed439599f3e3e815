"""The modes of results followed along their stars, by the shapes that the results hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2
from stellar.errors import UsageError
from stellar.oscillations.continuation import Displacement, followed
from stellar.results.results import Results

BROAD = "w"  # waves outside, which have no place among displacements


@dataclass(frozen=True, eq=False)
class FollowedMode:
    """One mode along stars.

    results : what it is followed in
    l : degree, 0 for radial modes;  gravity : full | cowling
    mode_id : rows of the modes, star after star, [star]
    share : of the mode in the one before, between 0 and 1, NaN for the first, [star]
    """

    results: Results
    l: int
    gravity: str
    mode_id: NDArray[np.int64]
    share: NDArray[np.float64]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Its label in each star, which may change on the way, [star]."""
        return tuple(self.column("label").tolist())

    @property
    def label(self) -> str:
        """The label it has most often, the earlier one of two."""
        return max(dict.fromkeys(self.labels), key=self.labels.count)

    def column(self, name: str) -> NDArray:
        """A column of the table of modes, [star]."""
        values: NDArray = self.results.modes[name][self.mode_id]
        return values


def follow(results: Results, stars: Iterable[int] | None = None) -> tuple[FollowedMode, ...]:
    """The radial and fluid modes of results, each followed from star to star.

    Parameters
    ----------
    results : with profiles and eigenfunctions
    stars : the path, star_id after star_id: along a mass, or a parameter of the matter; in the
        order of the results if None. Stars without modes are passed over

    Returns
    -------
    By degree and in the order in which they begin. Every mode belongs to one; where steps are so
    long that less than half of a mode is found again, it ends and another one begins.

    Raises
    ------
    UsageError
        If the results do not hold the shapes of modes or the profiles of their stars, or one of
        the stars.
    """
    if not results.eigenfunctions or not results.profiles:
        raise UsageError(
            "Modes are followed by their shapes, which these results do not hold; compute them "
            "with profiles and eigenfunctions."
        )
    count = results.row_count("stars")
    path = list(range(count)) if stars is None else list(stars)
    for star in path:
        if not 0 <= star < count:
            raise UsageError(f"Star {star} was asked; these results have stars 0 to {count - 1}.")
    kinds: dict[tuple[int, str], dict[int, list[int]]] = {}
    for mode in sorted(results.eigenfunctions):
        row = {name: results.modes[name][mode] for name in ("l", "gravity", "family", "star_id")}
        if row["family"] != BROAD:
            own = kinds.setdefault((int(row["l"]), str(row["gravity"])), {})
            own.setdefault(int(row["star_id"]), []).append(mode)
    return tuple(
        mode
        for (l, gravity), own in sorted(kinds.items())
        for mode in _along([own[star] for star in path if star in own], results, l, gravity)
    )


def _along(
    stars: list[list[int]], results: Results, l: int, gravity: str
) -> Iterable[FollowedMode]:
    shapes = [[displacement(results, mode) for mode in modes] for modes in stars]
    for found in followed(shapes, l):
        places = zip(found.stars, found.modes, strict=True)
        rows = np.array([stars[star][mode] for star, mode in places])
        yield FollowedMode(results, l, gravity, rows, np.array(found.shares))


def displacement(results: Results, mode: int) -> Displacement:
    """A mode of results, by its mode_id, as it moves its star."""
    curves = results.eigenfunctions[mode]
    star = results.profiles[int(results.modes["star_id"][mode])]
    radius = curves["radius_km"]
    energy = star["energy_density_g_cm3"] * G_CM3_TO_KM2
    inertia = energy + star["pressure_dyn_cm2"] * DYN_CM2_TO_KM2
    weight = inertia * np.exp(0.5 * (star["lam"] - star["nu"]))
    return Displacement(
        radius / radius[-1],
        _complex(curves, "radial_displacement"),
        _complex(curves, "tangential_displacement"),
        np.interp(radius, star["radius_km"], weight),
    )


def _complex(curves: Mapping[str, NDArray], name: str) -> NDArray[np.complex128]:
    """A displacement; radial modes have no tangential one."""
    if f"{name}_re" not in curves:
        return np.zeros(curves["radius_km"].shape, dtype=complex)
    values: NDArray[np.complex128] = curves[f"{name}_re"] + 1j * curves[f"{name}_im"]
    return values
