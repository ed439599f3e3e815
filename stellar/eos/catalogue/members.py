"""Members of parametric families: row, parameters and frozen index of a specification resolved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from stellar.eos.base import ColdEOS
from stellar.eos.families.family import AnyParameter, Family, Stack
from stellar.eos.segments.frozen_index import FrozenIndex, read_frozen_index
from stellar.eos.segments.soundness import check_segments
from stellar.eos.specification import (
    BaseParameter,
    Specification,
    quoted,
    shortest,
    suggestion,
)
from stellar.errors import InputError

Resolve = Callable[[str], ColdEOS]


def resolve_member(family: Family, parsed: Specification, resolve: Resolve) -> ColdEOS:
    """The member of a family that a specification names.

    Parameters
    ----------
    resolve : gives the equation of state of a specification inside this one

    Raises
    ------
    InputError
        With one sentence, for a wrong row or parameter and for matter that cannot exist.
    """
    row = _row(family, parsed)
    values = _values(family, parsed, resolve, needed=not row)
    index = _frozen_index(family, parsed)
    try:
        stack = family.build(row, values)
        check_segments(stack.segments)
    except ArithmeticError as flaw:
        raise InputError(
            f"{quoted(parsed.text)} is not matter a star can be made of: {flaw}."
        ) from flaw
    items = [row] if row else []
    items += [
        f"{parameter.name}={_written(values[parameter.name])}"
        for parameter in family.parameters
        if parameter.name in values
        and values[parameter.name] is not None
        and _written(values[parameter.name]) != _written(parameter.default)
    ]
    if index:
        items.append(index.item)
        stack = _stratified(stack, index, parsed)
    canonical = f"{family.name}:{','.join(items)}"
    return ColdEOS(
        name=canonical,
        segments=stack.segments,
        spec=canonical,
        baryon_factor=stack.baryon_factor,
        stratified=stack.stratified,
        composition=stack.composition,
        provenance=(
            ("family", family.description),
            ("citation", family.citation),
            *stack.provenance,
        ),
    )


def _written(value: object) -> str:
    if isinstance(value, ColdEOS):
        return f"({value.spec})" if "," in value.spec else value.spec
    return shortest(value) if isinstance(value, float) else str(value)


def _values(
    family: Family, parsed: Specification, resolve: Resolve, needed: bool
) -> dict[str, object]:
    given = {key.lower(): text for key, text in parsed.parameters.items()}
    known: tuple[AnyParameter, ...] = family.parameters if needed else ()
    allowed = [parameter.name for parameter in known]
    allowed += ["gamma1"] if family.compressible else []
    for key in parsed.parameters:
        if key.lower() not in (name.lower() for name in (*allowed, "gamma1")):
            raise InputError(
                f"In {quoted(parsed.text)} the parameter {key} is unknown; {family.name} takes "
                f"{_listing(allowed)}; example: {family.example}.{suggestion(key, allowed)}"
            )
    values: dict[str, object] = {}
    for parameter in known:
        text = given.get(parameter.name.lower())
        if text is None:
            if parameter.required:
                raise InputError(
                    f"{quoted(parsed.text)} lacks the parameter {parameter.name} "
                    f"({parameter.meaning}, {parameter.allowed}); example: {family.example}."
                )
            base = isinstance(parameter, BaseParameter) and parameter.default
            values[parameter.name] = resolve(base) if base else parameter.default
        elif isinstance(parameter, BaseParameter):
            values[parameter.name] = resolve(bare(text))
        else:
            values[parameter.name] = parameter.read(text, parsed.text, family.example)
    return values


def bare(text: str) -> str:
    """A specification without the parentheses around it."""
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


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
        if family.parameters and any(key.lower() != "gamma1" for key in parsed.parameters):
            return ""
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
    return read_frozen_index(text, parsed.text)


def _stratified(stack: Stack, index: FrozenIndex, parsed: Specification) -> Stack:
    if stack.stratified:
        raise InputError(
            f"In {quoted(parsed.text)} gamma1 would replace a stratification that is already "
            "there: leave it out, or give it to the base alone, in its parentheses."
        )
    return replace(stack, segments=index.wrap(stack.segments), stratified=index.stratifies)


def _lookup(parameters: Mapping[str, str], name: str) -> str | None:
    return next((text for key, text in parameters.items() if key.lower() == name), None)


def _listing(names: Iterable[str]) -> str:
    return ", ".join(names)
