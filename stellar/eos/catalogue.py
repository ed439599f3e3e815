"""From a specification to an equation of state: names, families, rows and options resolved.

`resolve("sly")` gives the catalogue entry sly4, `resolve("polytrope:gamma=2,K=100")` a member of a
family. The `spec` of what is returned is canonical: it recreates the same object.
"""

from collections.abc import Iterable, Mapping

from stellar.eos.base import ColdEOS
from stellar.eos.families import FAMILIES
from stellar.eos.families.family import Family
from stellar.eos.frozen_index import FrozenIndex
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.specification import (
    Specification,
    looks_like_path,
    number,
    parse,
    quoted,
    shortest,
    split_specs,
    suggestion,
)
from stellar.errors import InputError

__all__ = ["known_names", "resolve", "split_specs"]

_GAMMA1_HIGHEST = 100.0


def resolve(spec: str) -> ColdEOS:
    """The equation of state that one specification names.

    Parameters
    ----------
    spec : one item of `split_specs`, such as `sly`, `pp:SLy` or `polytrope:gamma=2,K=100`

    Raises
    ------
    InputError
        With one sentence that names what was wrong, what is allowed and an example.
    """
    if looks_like_path(spec) and spec.partition(":")[0].strip().lower() not in FAMILIES:
        raise InputError(
            f"{quoted(spec)} looks like the path of a table, and tables of your own cannot be read "
            "yet; use a name of `stellar eos list` or a family such as pp:SLy."
        )
    parsed = parse(spec)
    key = parsed.name.lower()
    if key in FAMILIES:
        return _member(FAMILIES[key], parsed)
    for functional in FUNCTIONALS.values():
        if key in (functional.name, *functional.aliases):
            return functional.resolve(parsed)
    raise InputError(_unknown(parsed))


def known_names() -> list[str]:
    """Every catalogue name and alias, then every family with its colon."""
    names = [n for f in FUNCTIONALS.values() for n in (f.name, *f.aliases)]
    return [*dict.fromkeys(names), *(f"{name}:" for name in FAMILIES)]


def _unknown(parsed: Specification) -> str:
    if ":" in parsed.text.split("=", 1)[0]:
        return (
            f"{quoted(parsed.text)} names the unknown family {quoted(parsed.name)}; known are "
            + ", ".join([*FUNCTIONALS, *FAMILIES])
            + "."
            + suggestion(parsed.name, FAMILIES)
        )
    names = [name.rstrip(":") for name in known_names()]
    hint = suggestion(parsed.name, names)
    rows = [row.name for family in FAMILIES.values() for row in family.rows()]
    if parsed.name.lower() in (row.lower() for row in rows):
        hint = f" Did you mean pp:{parsed.name}?"
    return (
        f"There is no equation of state called {quoted(parsed.name)}.{hint} "
        "`stellar eos list` shows all of them."
    )


def _member(family: Family, parsed: Specification) -> ColdEOS:
    row = _row(family, parsed)
    values = _values(family, parsed)
    index = _frozen_index(family, parsed)
    segments = family.segments(row, values)
    items = [row] if row else []
    items += [f"{name}={shortest(value)}" for name, value in values.items()]
    if index:
        items.append(f"gamma1={shortest(index.value)}{'x' if index.relative else ''}")
        segments = index.wrap(segments)
    canonical = f"{family.name}:{','.join(items)}"
    return ColdEOS(
        name=canonical,
        segments=segments,
        spec=canonical,
        stratified=bool(index and index.stratifies),
        provenance=(("family", family.description), ("citation", family.citation)),
    )


def _values(family: Family, parsed: Specification) -> dict[str, float]:
    given = {key.lower(): text for key, text in parsed.parameters.items()}
    allowed = [parameter.name for parameter in family.parameters] + ["gamma1"]
    for key in parsed.parameters:
        if key.lower() not in (name.lower() for name in allowed):
            raise InputError(
                f"In {quoted(parsed.text)} the parameter {key} is unknown; {family.name} takes "
                f"{_listing(allowed)}; example: {family.example}.{suggestion(key, allowed)}"
            )
    values = {}
    for parameter in family.parameters:
        text = given.get(parameter.name.lower())
        if text is None:
            raise InputError(
                f"{quoted(parsed.text)} lacks the parameter {parameter.name} "
                f"({parameter.meaning}, {parameter.allowed}); example: {family.example}."
            )
        values[parameter.name] = parameter.read(text, parsed.text, family.example)
    return values


def _row(family: Family, parsed: Specification) -> str:
    rows = family.rows()
    if not rows:
        if parsed.row:
            raise InputError(
                f"In {quoted(parsed.text)} the item {quoted(parsed.row)} is not of the form "
                f"key=value; example: {family.example}."
            )
        return ""
    if not parsed.row:
        raise InputError(
            f"{quoted(parsed.text)} names no row; {family.name} has "
            f"{_listing(row.name for row in rows)}; example: {family.example}."
        )
    wanted = parsed.row.lower()
    for row in rows:
        if wanted in (name.lower() for name in (row.name, *row.aliases)):
            return row.name
    names = [name for row in rows for name in (row.name, *row.aliases)]
    raise InputError(
        f"{family.name} has no row {quoted(parsed.row)}.{suggestion(parsed.row, names)} "
        f"Its rows are {_listing(row.name for row in rows)}."
    )


def _frozen_index(family: Family, parsed: Specification) -> FrozenIndex | None:
    text = _lookup(parsed.parameters, "gamma1")
    if text is None:
        return None
    if not family.compressible:
        raise InputError(
            f"In {quoted(parsed.text)} gamma1 has no meaning: {family.name} is incompressible, its "
            "speed of sound is infinite; leave gamma1 out."
        )
    relative = text[-1:] in "xX"
    value = number(text[:-1] if relative else text)
    if value is None or not 0.0 < value <= _GAMMA1_HIGHEST:
        raise InputError(
            f"In {quoted(parsed.text)} the parameter gamma1 is {quoted(text)}, but it must be a "
            f"multiple of the equilibrium index such as 1.1x, or a constant such as 2.2, with "
            f"0 < gamma1 <= {_GAMMA1_HIGHEST:g}."
        )
    return FrozenIndex(value, relative)


def _lookup(parameters: Mapping[str, str], name: str) -> str | None:
    return next((text for key, text in parameters.items() if key.lower() == name), None)


def _listing(names: Iterable[str]) -> str:
    return ", ".join(names)
