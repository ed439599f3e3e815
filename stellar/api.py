"""The Python interface: the names of the command line, the same defaults, the same results."""

import math
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from stellar.campaign.config import LOVE_DEGREES, RunConfig
from stellar.campaign.following import follow as follow  # along stars, by the shapes of modes
from stellar.campaign.members import order_of
from stellar.campaign.ranges import MAXIMUM
from stellar.campaign.run import compute, plan
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import split_specs
from stellar.errors import InputError, UsageError
from stellar.oscillations.mode_sequence import ModeSequence
from stellar.parode.mode_sequences import Span, mode_sequences
from stellar.results.reader import open_results
from stellar.results.results import Results

SEQUENCE_SOLVER = "parode"  # of sequences: all stars at once

Values = str | float | Iterable[float]


def modes(
    eos: str | Iterable[str],
    masses: Values | None = None,
    *,
    l: int | Iterable[int] = (2,),
    families: str | Iterable[str] | None = None,
    n_max: int = 3,
    band: str | None = None,
    gravity: str = "full",
    eigenfunctions: bool = False,
    interpolate: bool = True,
    solver: str = "auto",
    accuracy: float = 1e-6,
    profiles: bool = False,
    jobs: int = 1,
    compactness: Values | None = None,
    baryon_masses: Values | None = None,
    central_pressures: Values | None = None,
    central_densities: Values | None = None,
    central_energy_densities: Values | None = None,
) -> Results:
    """Oscillation spectra of stars of one or more equations of state.

    Parameters
    ----------
    eos : specification or several, such as "sly" or "polytrope:gamma=2,K=100"
    masses : gravitational masses in solar masses, as a range such as "1.2:2.0/9", a number or
        numbers; or one of the other choices of stars, in the units of the command line
    l : spherical-harmonic degrees
    families : of f, p, g, i, w, radial; None asks for f, p and, where the star has them, g and i
    n_max : highest radial order
    band : instead, every mode between two frequencies in Hz, "LO:HI"
    gravity : "full" or "cowling"
    eigenfunctions : whether the modes along the radius are handed back too
    interpolate : whether modes may be interpolated where one equation of state has many stars: to
        the accuracy asked for, and those rows say so
    solver : "parode", all stars and modes at once, "shooting", or "auto" for the first that is good
        at the command and the equation of state
    accuracy : requested relative accuracy of masses, radii and frequencies
    jobs : number of processes; the numbers do not depend on it

    Returns
    -------
    Results with the tables `stars` and `modes`; a row that failed says why. Energy and luminosity
    are those of a mode that moves the surface by R Y_lm.

    Raises
    ------
    UsageError, InputError
        For what cannot be meant or cannot be found.
    """
    selector, values = _choice(
        masses=masses,
        compactness=compactness,
        baryon_masses=baryon_masses,
        central_pressures=central_pressures,
        central_densities=central_densities,
        central_energy_densities=central_energy_densities,
    )
    config = RunConfig(
        "modes",
        _specs(eos),
        selector,
        values,
        l=(l,) if isinstance(l, int) else tuple(l),
        families=_families(families),
        n_max=n_max,
        band=band,
        gravity=gravity,
        eigenfunctions=eigenfunctions,
        interpolate=interpolate,
        solver=solver,
        accuracy=accuracy,
        profiles=profiles,
    )
    return compute(plan(config), jobs)


def mode_sequence(
    eos: str,
    masses: str = "1:max",
    *,
    l: int | Iterable[int] = (2,),
    families: str | Iterable[str] | None = None,
    n_max: int = 3,
    gravity: str = "full",
    accuracy: float = 1e-6,
    branch: int = 1,
) -> ModeSequence:
    """Modes of the stars of one equation of state as functions of the mass.

    The modes of a few stars, 13 or 25 on each stretch without a break of the matter at the centre,
    tell those of any number of others in between, at about a microsecond a mode.

    Parameters
    ----------
    eos : specification of one equation of state
    masses : from the lightest to the heaviest star in solar masses, such as "1.2:2.0"; `max` stands
        for the heaviest of the branch
    branch : stable branch of the sequence, from 1
    l, families, n_max, gravity, accuracy : as for `modes`

    Returns
    -------
    An object whose method `at(masses)` gives frequencies and damping times with errors.

    Raises
    ------
    UsageError, InputError
        For what cannot be meant, cannot be found or does not exist.
    ArithmeticError
        If a star of the sequence cannot be computed.
    """
    config = RunConfig(
        "modes",
        _specs(eos),
        "masses",
        masses,
        l=(l,) if isinstance(l, int) else tuple(l),
        families=_families(families),
        n_max=n_max,
        gravity=gravity,
        solver=SEQUENCE_SOLVER,
        accuracy=accuracy,
    )
    items = config.range.items
    if len(config.eos) != 1 or len(items) != 1 or items[0].start == items[0].stop:
        raise UsageError(
            f"A sequence has one equation of state and two masses, as 'sly' and '1.2:2.0'; got "
            f"'{','.join(config.eos)}' and '{masses}'."
        )
    planned = plan(config)
    member, matter = next(planned.equations())
    if not isinstance(matter, ColdEOS):
        raise InputError(f"{member.name}: {matter.reason}")
    lightest, heaviest = (
        math.inf if end == MAXIMUM else float(end) for end in (items[0].start, items[0].stop)
    )
    order, _ = order_of(config, matter)
    (found,) = mode_sequences([matter], [order], Span(lightest, heaviest, branch))
    return found


def structure(
    eos: str | Iterable[str],
    masses: Values | None = None,
    *,
    solver: str = "auto",
    accuracy: float = 1e-6,
    profiles: bool = False,
    jobs: int = 1,
    compactness: Values | None = None,
    baryon_masses: Values | None = None,
    central_pressures: Values | None = None,
    central_densities: Values | None = None,
    central_energy_densities: Values | None = None,
) -> Results:
    """Masses, radii, moments of inertia and tidal deformabilities.

    Parameters, result and errors as for `modes`.
    """
    selector, values = _choice(
        masses=masses,
        compactness=compactness,
        baryon_masses=baryon_masses,
        central_pressures=central_pressures,
        central_densities=central_densities,
        central_energy_densities=central_energy_densities,
    )
    config = RunConfig(
        "structure",
        _specs(eos),
        selector,
        values,
        solver=solver,
        accuracy=accuracy,
        profiles=profiles,
    )
    return compute(plan(config), jobs)


def love(
    eos: str | Iterable[str],
    masses: Values | None = None,
    *,
    l: int | Iterable[int] = LOVE_DEGREES,
    solver: str = "auto",
    accuracy: float = 1e-6,
    profiles: bool = False,
    jobs: int = 1,
    compactness: Values | None = None,
    baryon_masses: Values | None = None,
    central_pressures: Values | None = None,
    central_densities: Values | None = None,
    central_energy_densities: Values | None = None,
) -> Results:
    """Tidal Love numbers, electric of degrees `l` and with l = 2 magnetic; rest as for `modes`."""
    selector, values = _choice(
        masses=masses,
        compactness=compactness,
        baryon_masses=baryon_masses,
        central_pressures=central_pressures,
        central_densities=central_densities,
        central_energy_densities=central_energy_densities,
    )
    config = RunConfig(
        "love",
        _specs(eos),
        selector,
        values,
        l=(l,) if isinstance(l, int) else tuple(l),
        solver=solver,
        accuracy=accuracy,
        profiles=profiles,
    )
    return compute(plan(config), jobs)


def rotation(
    eos: str | Iterable[str],
    masses: Values | None = None,
    *,
    spin_hz: Values | None = None,
    solver: str = "auto",
    accuracy: float = 1e-6,
    profiles: bool = False,
    jobs: int = 1,
    compactness: Values | None = None,
    baryon_masses: Values | None = None,
    central_pressures: Values | None = None,
    central_densities: Values | None = None,
    central_energy_densities: Values | None = None,
) -> Results:
    """Coefficients of slow rotation; with `spin_hz` one row a spin; rest as for `modes`."""
    selector, values = _choice(
        masses=masses,
        compactness=compactness,
        baryon_masses=baryon_masses,
        central_pressures=central_pressures,
        central_densities=central_densities,
        central_energy_densities=central_energy_densities,
    )
    config = RunConfig(
        "rotation",
        _specs(eos),
        selector,
        values,
        spin_hz=None if spin_hz is None else _range_text(spin_hz),
        solver=solver,
        accuracy=accuracy,
        profiles=profiles,
    )
    return compute(plan(config), jobs)


def open(path: str | PathLike[str]) -> Results:  # noqa: A001  the name users type
    """Read a result file; raises InputError if it is not a whole and honest one."""
    return open_results(Path(path))


def _choice(**choices: Values | None) -> tuple[str, str]:
    given = {name: values for name, values in choices.items() if values is not None}
    if len(given) != 1:
        named = ", ".join(given) or "none of them"
        raise UsageError(f"Choose the stars by exactly one of {', '.join(choices)}; got {named}.")
    ((name, values),) = given.items()
    return name, _range_text(values)


def _range_text(values: Values) -> str:
    """A range as it is typed."""
    if isinstance(values, str):
        return values
    numbers = values if isinstance(values, Iterable) else [values]
    return ",".join(repr(float(value)) for value in numbers)


def _specs(eos: str | Iterable[str]) -> tuple[str, ...]:
    given = [eos] if isinstance(eos, str) else list(eos)
    return tuple(spec for text in given for spec in split_specs(text))


def _families(families: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if families is None:
        return None
    return tuple(families.split(",")) if isinstance(families, str) else tuple(families)
