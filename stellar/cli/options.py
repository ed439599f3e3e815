"""Options that several commands share, each written once."""

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from stellar.campaign.config import RunConfig, check_types, read_toml
from stellar.errors import InputError, UsageError

Decorator = Callable[[Callable], Callable]

_EOS = [
    click.option(
        "--eos",
        "eos",
        multiple=True,
        metavar="SPEC[,SPEC...]",
        help="Equations of state: a name of `stellar eos list`, or a family such as "
        "pp:SLy or polytrope:gamma=2,K=100, or the path of a table. May be repeated.",
    ),
    click.option("--eos-format", metavar="NAME", help="Format of the tables, if not recognised."),
    click.option(
        "--columns",
        metavar="LIST",
        help="Columns of a text table with units: n[fm-3],eps[g/cm3],P[dyn/cm2].",
    ),
]
_STARS = [
    click.option(
        "--masses",
        metavar="RANGE",
        help="Gravitational masses, solar masses: 1.4, 1.2,1.4, 1.2:2.0 (step 0.1), "
        "1.2:2.0:0.05, 1.2:2.0/17; `max` is the maximum mass.",
    ),
    click.option("--baryon-masses", metavar="RANGE", help="Baryon masses, solar masses."),
    click.option("--compactness", metavar="RANGE", help="GM/(Rc^2)."),
    click.option("--central-pressures", metavar="RANGE", help="dyn/cm^2."),
    click.option(
        "--central-densities", metavar="RANGE", help="Central rest-mass densities, g/cm^3."
    ),
    click.option(
        "--central-energy-densities", metavar="RANGE", help="Energy density / c^2, g/cm^3."
    ),
]
_NUMERICS = [
    click.option(
        "--solver",
        metavar="NAME",
        help="parode (all stars at once), shooting (scipy) or auto.  [default: auto]",
    ),
    click.option(
        "--accuracy",
        type=float,
        metavar="A",
        help="Requested relative accuracy of M, R, Lambda and frequencies; a row that misses it "
        "is flagged.  [default: 1e-6]",
    ),
    click.option(
        "--device",
        metavar="auto|cpu|cuda[:N]",
        help="Where to compute; auto is the CPU.  [default: auto]",
    ),
    click.option("--profiles", is_flag=True, default=None, help="Store radial profiles."),
]
_MODES = [
    click.option("--l", "l", metavar="LIST", help="Spherical-harmonic degrees.  [default: 2]"),
    click.option(
        "--families",
        metavar="LIST",
        help="Any of f,p,g,i,w,radial.  [default: f,p, and g,i where the star has them]",
    ),
    click.option("--n-max", type=int, metavar="N", help="Highest radial order.  [default: 3]"),
    click.option(
        "--band", metavar="LO:HI", help="Instead: every mode between two frequencies, Hz."
    ),
    click.option("--gravity", metavar="full|cowling", help="[default: full]"),
    click.option(
        "--eigenfunctions",
        is_flag=True,
        default=None,
        help="Store the modes along the radius too (see `stellar plot eigenfunction`).",
    ),
    click.option(
        "--interpolate/--no-interpolate",
        default=None,
        help="Interpolate modes where one equation of state has many stars; such rows say so.  "
        "[default: interpolate]",
    ),
]
_LOVE = [
    click.option(
        "--l",
        "l",
        metavar="LIST",
        help="Degrees of the electric Love numbers, of 2,3,4; 2 adds the magnetic ones.  "
        "[default: 2,3,4]",
    ),
]
_ROTATION = [
    click.option(
        "--spin-hz",
        metavar="RANGE",
        help="Spin frequencies, Hz: one row each with angular momentum, mass, radii, eccentricity.",
    ),
]
_EXECUTION = [
    click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, help="Processes."),
    click.option(
        "-o", "--output", metavar="FILE.h5", help="Result file; without it none is written."
    ),
    click.option("--overwrite", is_flag=True, help="Replace an existing result file."),
    click.option(
        "--resume", is_flag=True, help="Go on with what an interrupted run left of this result."
    ),
    click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "csv", "ecsv", "json"]),
        default="table",
        show_default=True,
        help="What goes to standard output.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Short for --format json."),
    click.option("--dry-run", is_flag=True, help="Say what would be computed and stop."),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no counts."),
    click.option(
        "-v", "--verbose", is_flag=True, help="Say which solver is used and how each tile went."
    ),
]
_CONFIG = [
    click.option("--config", metavar="FILE.toml", help="Defaults for the options above."),
]


def _apply(options: Iterable[Decorator]) -> Decorator:
    def decorate(function: Callable) -> Callable:
        for option in reversed(list(options)):
            function = option(function)
        return function

    return decorate


star_options = _apply([*_EOS, *_STARS, *_NUMERICS, *_CONFIG, *_EXECUTION])
love_options = _apply([*_EOS, *_STARS, *_LOVE, *_NUMERICS, *_CONFIG, *_EXECUTION])
rotation_options = _apply([*_EOS, *_STARS, *_ROTATION, *_NUMERICS, *_CONFIG, *_EXECUTION])
mode_options = _apply([*_EOS, *_STARS, *_MODES, *_NUMERICS, *_CONFIG, *_EXECUTION])
execution_options = _apply(_EXECUTION)

EXECUTION_NAMES = (
    "jobs",
    "output",
    "overwrite",
    "resume",
    "format_",
    "as_json",
    "dry_run",
    "quiet",
    "verbose",
)
_STAR_NAMES = (
    "masses",
    "baryon_masses",
    "compactness",
    "central_pressures",
    "central_densities",
    "central_energy_densities",
)


def split_execution(given: dict) -> dict:
    """Take the options that do not touch the numbers out of those that do."""
    return {name: given.pop(name) for name in EXECUTION_NAMES}


def build_config(command: str, given: dict) -> RunConfig:
    """Merge the options with a configuration file, options first, into one RunConfig.

    Parameters
    ----------
    command : modes | structure | love | rotation
    given : option values by field name; None where the option was not typed
    """
    values = _read_config(given.pop("config"), command)
    from stellar.eos.catalogue.lookup import split_specs

    reading = {name: given.pop(name) for name in ("eos_format", "columns")}
    specs = [spec for text in given.pop("eos") for spec in split_specs(text)]
    specs = _tables(specs, reading)
    if specs:
        values["eos"] = specs
    chosen = {name: given.pop(name) for name in _STAR_NAMES}
    chosen = {name: text for name, text in chosen.items() if text is not None}
    if len(chosen) > 1:
        options = " and ".join(f"--{name.replace('_', '-')}" for name in chosen)
        raise UsageError(f"{options} exclude each other: choose the stars in one way.")
    for name, text in chosen.items():
        values |= {"selector": name, "values": text}
    if "selector" not in values:
        raise UsageError("No stars were chosen: use --masses, for instance --masses 1.2:2.0.")
    for name, value in given.items():
        if value is not None:
            values[name] = _LISTS[name](value) if name in _LISTS else value
    values.setdefault("eos", [])
    return RunConfig.from_dict(values | {"command": command}, "the command line")


def _tables(specs: list[str], reading: dict) -> list[str]:
    """Paths resolved, so that a result can be repeated elsewhere, and the options written in."""
    from stellar.cli.eos_tables import table_spec
    from stellar.eos.user_tables.user_table import is_table_spec

    if any(reading.values()) and not any(is_table_spec(spec) for spec in specs):
        return [table_spec(spec, reading) for spec in specs]
    return [table_spec(spec, reading) if is_table_spec(spec) else spec for spec in specs]


def _read_config(path: str | None, command: str) -> dict:
    if path is None:
        return {}
    values = read_toml(read_text(path), path)
    check_types(values, path)
    if values.get("command", command) != command:
        raise InputError(
            f"{path} describes a run of `stellar {values['command']}`, not `stellar {command}`."
        )
    return values


def read_text(path: str) -> str:
    """The text of a small file the user named; InputError if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {reason}.") from None


def degrees_of(text: str) -> list[int]:
    """Degrees as typed, "2,3"; UsageError for anything but integers."""
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not part.isdecimal():
            raise UsageError(
                f"--l '{text}': '{part}' is not a degree; give integers, as in --l 2,3."
            )
    return [int(part) for part in parts]


def names_of(text: str) -> list[str]:
    """Names as typed, "f,p", in small letters."""
    return [part.strip().lower() for part in text.split(",") if part.strip()]


_LISTS = {"l": degrees_of, "families": names_of}
