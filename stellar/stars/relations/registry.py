"""The registry of universal relations: one line a publication."""

from stellar.errors import UsageError
from stellar.stars.relations import (
    andersson_kokkotas_1998,
    chan_2014,
    lau_leung_lin_2010,
    yagi_2014,
    yagi_yunes_2013,
    yagi_yunes_2017,
)
from stellar.stars.relations.relation import Relation

RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for publication in (
        yagi_yunes_2017,
        yagi_yunes_2013,
        yagi_2014,
        chan_2014,
        lau_leung_lin_2010,
        andersson_kokkotas_1998,
    )
    for relation in publication.RELATIONS
}


def relation_named(name: str) -> Relation:
    """One relation; raises UsageError with the list of names."""
    if name not in RELATIONS:
        raise UsageError(f"there is no relation '{name}'; there are {', '.join(RELATIONS)}.")
    return RELATIONS[name]
