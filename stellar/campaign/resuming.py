"""Whether what an interrupted run left belongs to the run that is to go on.

A resumed run has the bits of an uninterrupted one only if nothing that makes them has changed: the
configuration, the files behind the equations of state, the versions of the package and of what it
stands on.
"""

import tomllib
from typing import Any

from stellar.campaign.devices import torch_device
from stellar.campaign.plan import Plan
from stellar.errors import InputError
from stellar.results.content import text_hash
from stellar.results.journal import Journal
from stellar.results.provenance import collect_provenance

_CREATED = "created"


def head_of(planned: Plan, jobs: int) -> dict[str, Any]:
    """What a journal says about its run; `jobs` decides where the tiles begin and end."""
    toml = planned.config.to_toml()
    made_by = collect_provenance(torch_device(planned.config.device))
    return {
        "config": toml,
        "config_sha256": text_hash(toml),
        "inputs": planned.inputs,
        "made_by": {k: v for k, v in made_by.items() if k != _CREATED},
        "jobs": jobs,
    }


def check_same_run(journal: Journal, head: dict[str, Any]) -> None:
    """Refuse a journal of another run with an InputError that names what differs."""
    try:
        stored = {key: journal.head[key] for key in head}
        if stored["config_sha256"] != head["config_sha256"]:
            was, now = (tomllib.loads(text["config"]) for text in (stored, head))
            key, old, new = _difference(was, now)
            raise _other(journal, f"there {key} = {old!r}, here {key} = {new!r}")
        if stored["inputs"] != head["inputs"]:
            key, _, _ = _difference(stored["inputs"], head["inputs"])
            raise _other(journal, f"a file behind its equations of state has changed ({key})")
        if stored["made_by"] != head["made_by"]:
            key, old, new = _difference(stored["made_by"], head["made_by"])
            raise _other(journal, f"there {key} is {old}, here {new}")
    except (KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError):
        raise InputError(
            f"{journal.path} does not say which run it belongs to; begin anew with --overwrite."
        ) from None


def _difference(was: dict[str, Any], now: dict[str, Any]) -> tuple[str, Any, Any]:
    """The first key that two descriptions do not agree about, and what they say."""
    keys = [*now, *(key for key in was if key not in now)]
    key = next(key for key in keys if was.get(key) != now.get(key))
    return key, was.get(key), now.get(key)


def _other(journal: Journal, difference: str) -> InputError:
    return InputError(
        f"{journal.path} belongs to another run: {difference}. Resume with what it was begun with, "
        "choose another --output, or begin anew with --overwrite."
    )
