"""From a specification to an equation of state: names, families, rows and options resolved.

`resolve("sly")` gives the catalogue entry sly4, `resolve("polytrope:gamma=2,K=100")` a member of a
family. The `spec` of what is returned is canonical: it recreates the same object.
"""

from stellar.eos.base import ColdEOS
from stellar.eos.families import FAMILIES
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.members import resolve_member
from stellar.eos.specification import (
    Specification,
    looks_like_path,
    parse,
    quoted,
    split_specs,
    suggestion,
)
from stellar.errors import InputError

__all__ = ["known_names", "resolve", "split_specs"]


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
        return resolve_member(FAMILIES[key], parsed, resolve)
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
