"""The command line that a stored configuration stands for."""

import shlex
from collections.abc import Mapping
from typing import Any

# Keys that are not options of their own name.
_SPECIAL = ("command", "eos", "selector", "values")


def command_line(config: Mapping[str, Any]) -> str:
    """The `stellar` command, quoted for a shell, that asks for what a configuration says."""
    words = ["stellar", str(config["command"])]
    for spec in config["eos"]:
        words += ["--eos", spec]
    words += [_option(config["selector"]), str(config["values"])]
    for key, value in config.items():
        if key not in _SPECIAL:
            words += _typed(key, value)
    return shlex.join(words)


def _option(key: str) -> str:
    return "--" + key.replace("_", "-")


def _typed(key: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [_option(key)] if value else []
    if isinstance(value, list):
        return [_option(key), ",".join(map(str, value))]
    return [_option(key), str(value)]
