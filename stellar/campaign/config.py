"""The complete description of a run: frozen, validated, and the same after a round trip by TOML.

What does not touch the numbers (jobs, output file, format) is not part of it.
"""

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

from stellar.campaign.devices import ON_CPU, check_device
from stellar.campaign.ranges import MOST_POINTS, Range, parse_range
from stellar.campaign.solvers import AUTO, check_moves, check_solver
from stellar.errors import InputError, UsageError
from stellar.oscillations.mode import FAMILIES
from stellar.stars.targets import (
    CENTRE_SELECTORS,
    SEQUENCE_SELECTORS,
    CentreSelector,
    SequenceSelector,
)

# commands, each with the options that the others do not have
OWN_OPTIONS: dict[str, tuple[str, ...]] = {
    "modes": ("l", "families", "n_max", "band", "gravity", "eigenfunctions", "interpolate"),
    "structure": (),
    "love": ("l",),
    "rotation": ("spin_hz",),
}
COMMANDS = tuple(OWN_OPTIONS)
GRAVITIES = ("full", "cowling")
SELECTORS = (*SEQUENCE_SELECTORS, *CENTRE_SELECTORS)
MASS_STEP = 0.1  # solar masses, of `a:b` without a step
FINEST = {"modes": 1e-9, "structure": 1e-10, "love": 1e-10, "rotation": 1e-10}
COARSEST = 1e-3
LARGEST_DEGREE = 4
LOVE_DEGREES = (2, 3, 4)  # of `love` unless --l is given
TALL_RANGE_MSUN = 5.0  # stands for the maximum mass where rows are only counted
LARGEST_ORDER = 50


@dataclass(frozen=True)
class RunConfig:
    """One run. Fields carry the names of the options; see `stellar modes --help`.

    command : modes | structure | love | rotation
    eos : specifications, one each
    selector, values : which stars; the name of a selector and a range as typed
    l, families, n_max, band, gravity, eigenfunctions : which modes, and whether they are stored
        along the radius; `families` None asks for f, p and, where the
        star has them, g and i; `band` in Hz as `LO:HI`
    interpolate : whether modes may be interpolated where one sequence has many stars
    spin_hz : spin frequencies of `rotation` as a range, Hz; None for coefficients alone
    solver : a name in `campaign.solvers`, or `auto`: the batched one where it is good at it
    accuracy, device, profiles : to what relative accuracy, where, and what is stored

    Raises
    ------
    UsageError
        For every value outside its allowed range, at construction.
    """

    command: str
    eos: tuple[str, ...]
    selector: str
    values: str
    l: tuple[int, ...] = (2,)
    families: tuple[str, ...] | None = None
    n_max: int = 3
    band: str | None = None
    gravity: str = "full"
    eigenfunctions: bool = False
    interpolate: bool = True
    spin_hz: str | None = None
    solver: str = AUTO
    accuracy: float = 1e-6
    device: str = "auto"
    profiles: bool = False

    def __post_init__(self) -> None:
        _one_of("command", self.command, COMMANDS)
        _one_of("--gravity", self.gravity, GRAVITIES)
        check_solver(self.solver, self.command, self.gravity, eigenfunctions=self.eigenfunctions)
        check_device(self.device)
        if self.device not in ON_CPU and self.solver != AUTO:
            check_moves(self.solver, self.device)
        if not self.eos:
            raise UsageError("No equation of state was given: use --eos, for instance --eos sly.")
        _one_of("the choice of stars", self.selector, SELECTORS)
        _ = self.range  # parsed for its errors
        _check_accuracy(self.command, self.accuracy)
        _check_degrees(self)
        _check_modes(self)
        _check_spins(self)

    @property
    def option(self) -> str:
        """The option that chose the stars, as typed."""
        selectors: dict[str, SequenceSelector | CentreSelector] = {
            **SEQUENCE_SELECTORS,
            **CENTRE_SELECTORS,
        }
        return selectors[self.selector].option

    @cached_property
    def range(self) -> Range:
        """The parsed range of stars."""
        step = MASS_STEP if self.selector in ("masses", "baryon_masses") else None
        maximum = self.selector == "masses"
        return parse_range(self.values, self.option, default_step=step, allow_maximum=maximum)

    @property
    def band_hz(self) -> tuple[float, float] | None:
        """The band of frequencies, Hz."""
        if self.band is None:
            return None
        item = parse_range(self.band, "--band", default_step=float("inf")).items
        if len(item) != 1 or item[0].stop == item[0].start:
            raise UsageError(
                f"--band '{self.band}': give two frequencies in Hz, as in --band 1000:6000."
            )
        return float(item[0].start), float(item[0].stop)

    @property
    def follows_sequences(self) -> bool:
        """Whether modes are asked for that can be interpolated along sequences."""
        named = self.command == "modes" and self.band is None and not self.eigenfunctions
        fluid = self.families is None or set(self.families) != {"w"}
        return self.interpolate and named and fluid and self.selector in SEQUENCE_SELECTORS

    @cached_property
    def spins(self) -> tuple[float, ...]:
        """Spin frequencies, Hz; empty where none were asked for."""
        if self.spin_hz is None:
            return ()
        return parse_range(
            self.spin_hz, "--spin-hz", default_step=None, allow_maximum=False
        ).expand()

    def to_toml(self) -> str:
        """The configuration as TOML; `from_toml` gives the same object back."""
        plain = {field.name: field.default for field in fields(self)}
        present = {
            key: value
            for key, value in asdict(self).items()
            if value is not None and (self._has(key) or value != plain[key])
        }
        # for strings, numbers, booleans and lists of them JSON is TOML
        return "".join(f"{key} = {json.dumps(value)}\n" for key, value in present.items())

    def _has(self, key: str) -> bool:
        """Whether the command has this option."""
        others = {option for options in OWN_OPTIONS.values() for option in options}
        return key in OWN_OPTIONS[self.command] or key not in others

    @classmethod
    def from_toml(cls, text: str, source: str) -> "RunConfig":
        """Read a configuration; `source` names it in messages.

        Raises
        ------
        InputError
            If it is no TOML, has unknown keys, or a value has the wrong type.
        UsageError
            If a value is out of range.
        """
        return cls.from_dict(read_toml(text, source), source)

    @classmethod
    def from_dict(cls, values: dict, source: str) -> "RunConfig":
        """Build from plain values, with types checked."""
        check_types(values, source)
        missing = [name for name in ("command", "eos", "selector", "values") if name not in values]
        if missing:
            raise InputError(f"{source}: the key '{missing[0]}' is missing.")
        fields_: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        if fields_["command"] == "love":
            fields_.setdefault("l", LOVE_DEGREES)
        return cls(**fields_)


_TYPES: dict[str, type] = {
    "command": str,
    "eos": str,
    "selector": str,
    "values": str,
    "l": int,
    "families": str,
    "n_max": int,
    "band": str,
    "gravity": str,
    "eigenfunctions": bool,
    "interpolate": bool,
    "spin_hz": str,
    "solver": str,
    "accuracy": float,
    "device": str,
    "profiles": bool,
}
_LISTS = ("eos", "l", "families")


def read_toml(text: str, source: str) -> dict:
    """Parse TOML into a dictionary of known keys."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"{source} is not valid TOML: {problem}.") from None
    unknown = sorted(set(values) - set(_TYPES))
    if unknown:
        known = ", ".join(field.name for field in fields(RunConfig))
        raise InputError(f"{source}: unknown key '{unknown[0]}'; the keys are {known}.")
    return values


def check_types(values: dict, source: str) -> None:
    """Refuse a value of the wrong type, naming its key."""
    for key, value in values.items():
        kind, many = _TYPES[key], key in _LISTS
        if many and not isinstance(value, (list, tuple)):
            raise InputError(f"{source}: '{key}' must be a list, as in {key} = [...].")
        items = value if many else [value]
        for item in items:
            fits = isinstance(item, kind) or (kind is float and isinstance(item, int))
            if not fits or (isinstance(item, bool) and kind is not bool):
                raise InputError(
                    f"{source}: '{key}' holds {item!r} where a value of type {kind.__name__} "
                    "is expected."
                )


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(f"{what} '{value}' is unknown; it is one of {', '.join(allowed)}.")


def _check_accuracy(command: str, accuracy: float) -> None:
    finest = FINEST[command]
    if not finest <= accuracy <= COARSEST:
        raise UsageError(
            f"--accuracy {accuracy:g} is outside {finest:g} to {COARSEST:g}, "
            f"the range for `stellar {command}`."
        )


def _check_degrees(config: RunConfig) -> None:
    if not config.l:
        raise UsageError("--l is empty: give degrees such as --l 2,3.")
    if len(set(config.l)) < len(config.l):
        raise UsageError(f"--l {','.join(map(str, config.l))} names a degree twice.")
    lowest = 1 if config.gravity == "cowling" else 2
    oscillating = config.command == "modes"
    where = f"--gravity {config.gravity}" if oscillating else f"`stellar {config.command}`"
    for degree in config.l:
        if not lowest <= degree <= LARGEST_DEGREE:
            reason = (
                " (no gravitational radiation at l = 1: use --gravity cowling)"
                if degree == 1 and oscillating
                else ""
            )
            raise UsageError(
                f"--l {degree} is outside {lowest} to {LARGEST_DEGREE} for {where}{reason}."
            )


def _check_modes(config: RunConfig) -> None:
    if not 1 <= config.n_max <= LARGEST_ORDER:
        raise UsageError(f"--n-max {config.n_max} is outside 1 to {LARGEST_ORDER}.")
    if config.families is not None:
        if not config.families:
            raise UsageError(f"--families is empty: choose from {', '.join(FAMILIES)}.")
        for family in config.families:
            _one_of("--families: the family", family, FAMILIES)
        if len(set(config.families)) < len(config.families):
            raise UsageError(f"--families {','.join(config.families)} names a family twice.")
    _ = config.band_hz


def _check_spins(config: RunConfig) -> None:
    if config.spin_hz is None:
        return
    if config.command != "rotation":
        raise UsageError(
            f"--spin-hz belongs to `stellar rotation`, not `stellar {config.command}`."
        )
    rows = len(config.range.expand(TALL_RANGE_MSUN)) * len(config.spins)
    if rows > MOST_POINTS:
        raise UsageError(
            f"{config.option} {config.values} with --spin-hz {config.spin_hz} asks for {rows:,} "
            f"rows; at most {MOST_POINTS:,} are computed at once."
        )
