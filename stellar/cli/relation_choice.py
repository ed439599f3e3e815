"""Which relations or fits are asked for by name."""

from collections.abc import Iterable

from stellar.errors import UsageError
from stellar.stars.relations.forms import FORMS, Form
from stellar.stars.relations.registry import RELATIONS, relation_named
from stellar.stars.relations.relation import Relation


def names_in(items: Iterable[str]) -> list[str]:
    """Names in options that may be repeated and hold several each."""
    return list(dict.fromkeys(name.strip() for item in items for name in item.split(",")))


def chosen_relations(items: Iterable[str]) -> list[Relation]:
    """Published relations by name, all if none is named; UsageError for an unknown one."""
    return [relation_named(name) for name in names_in(items)] or list(RELATIONS.values())


def chosen_forms(items: Iterable[str]) -> list[Form]:
    """Forms to fit by name, all if none is named; UsageError for an unknown one."""
    names = names_in(items)
    unknown = [name for name in names if name not in FORMS]
    if unknown:
        raise UsageError(f"there is no fit '{unknown[0]}'; there are {', '.join(FORMS)}.")
    return [FORMS[name] for name in names] or list(FORMS.values())
