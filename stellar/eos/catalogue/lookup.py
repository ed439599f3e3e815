"""From a specification to an equation of state: names, families, rows and options resolved.

`resolve("sly")` gives the catalogue entry sly4, `resolve("polytrope:gamma=2,K=100")` a member of a
family. The `spec` of what is returned is canonical: it recreates the same object.
"""

from functools import cache

from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import Draw, RejectedEOS, draws_of, is_ensemble, resolve_draws
from stellar.eos.catalogue.entries import ENTRIES
from stellar.eos.catalogue.members import Resolve, bare, resolve_member
from stellar.eos.families import FAMILIES
from stellar.eos.families.family import Family
from stellar.eos.specification import (
    BaseParameter,
    Specification,
    parse,
    quoted,
    suggestion,
)
from stellar.eos.specification import split_specs as split_items
from stellar.eos.user_tables.user_table import is_existing_table, is_table_spec, resolve_table
from stellar.errors import InputError

__all__ = [
    "bases_of",
    "known_names",
    "named",
    "resolve",
    "resolve_draw",
    "resolve_many",
    "split_specs",
]


def split_specs(text: str) -> list[str]:
    """Cut one option text into specifications; the path of an existing table is never cut.

    Raises
    ------
    InputError
        As `specification.split_specs`.
    """
    return [text.strip()] if is_existing_table(text) else split_items(text)


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
    if is_table_spec(spec) and spec.partition(":")[0].strip().lower() not in FAMILIES:
        return resolve_table(spec)
    parsed = parse(spec)
    key = parsed.name.lower()
    if key in FAMILIES:
        return _member(FAMILIES[key], parsed)
    for entry in ENTRIES.values():
        if key in (entry.name, *entry.aliases):
            return entry.resolve(parsed)
    raise InputError(_unknown(parsed))


def resolve_many(spec: str) -> tuple[ColdEOS | RejectedEOS, ...]:
    """All equations of state that one specification names: several for an ensemble, else one.

    Raises
    ------
    InputError
        As `resolve`, and for a malformed file of draws; a draw that is no matter is rejected
        in its place and raises nothing.
    """
    once = cache(resolve)  # draws often share their base
    return tuple(
        resolve_draw(found, once) if isinstance(found, Draw) else found for found in named(spec)
    )


def named(spec: str) -> tuple[ColdEOS | Draw, ...]:
    """As `resolve_many`, with the draws of an ensemble read but not yet resolved."""
    family = FAMILIES.get(spec.partition(":")[0].strip().lower())
    if family is not None:
        parsed = parse(spec)
        if is_ensemble(parsed):
            return tuple(draws_of(family, parsed))
    return (resolve(spec),)


def resolve_draw(draw: Draw, resolve: Resolve = resolve) -> ColdEOS | RejectedEOS:
    """The equation of state of a draw, or why there is none; `resolve` gives its base."""
    return draw.resolved(FAMILIES[draw.family], resolve)


def bases_of(draw: Draw) -> list[str]:
    """The specifications of the equations of state that a draw is built upon."""
    given = {key.lower(): bare(text) for key, text in draw.parameters}
    taken = [p for p in FAMILIES[draw.family].parameters if isinstance(p, BaseParameter)]
    asked = [given.get(parameter.name.lower(), parameter.default) for parameter in taken]
    return [spec for spec in asked if spec]


def _member(family: Family, parsed: Specification) -> ColdEOS:
    if not is_ensemble(parsed):
        return resolve_member(family, parsed, resolve)
    if "#" not in parsed.row:
        raise InputError(
            f"{quoted(parsed.text)} names a file of draws where one equation of state is expected; "
            f"name one of them as in {family.name}:{parsed.row}#1."
        )
    (eos,) = resolve_draws(family, parsed, resolve)
    if isinstance(eos, RejectedEOS):
        raise InputError(eos.reason)
    return eos


def known_names() -> list[str]:
    """Every catalogue name and alias, then every family with its colon."""
    names = [name for entry in ENTRIES.values() for name in (entry.name, *entry.aliases)]
    return [*dict.fromkeys(names), *(f"{name}:" for name in FAMILIES)]


def _unknown(parsed: Specification) -> str:
    if ":" in parsed.text.split("=", 1)[0]:
        return (
            f"{quoted(parsed.text)} names the unknown family {quoted(parsed.name)}; known are "
            + ", ".join([*ENTRIES, *FAMILIES])
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
