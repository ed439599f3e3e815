"""What an energy-density functional declares about itself, and its options resolved.

The options are `crust`, `join` and `freeze`. The default choice is read from its file in
eos_tables; any other is computed on the spot by the same code that built the file.
"""

import json
from dataclasses import dataclass
from functools import cache

from stellar._version import __version__
from stellar.constants import CONSTANTS_USED
from stellar.eos.base import ColdEOS
from stellar.eos.data import read_data
from stellar.eos.fits.crusts import CRUSTS
from stellar.eos.specification import Specification, quoted, suggestion
from stellar.eos.tables import hdf5
from stellar.eos.tables.table import Table, cold_eos
from stellar.eos.tables.unified import Recipe, tabulate
from stellar.errors import InputError

# The first value of each option is the default.
OPTIONS = {
    "crust": (*CRUSTS, "none"),
    "join": ("maxwell", "smooth"),
    "freeze": ("all", "proton"),
}


@dataclass(frozen=True)
class Functional:
    """A functional of the catalogue.

    name, aliases : lower case
    description : of the core
    m_max_msun, r_14_km : what a correct solver finds with the default crust, for the MANIFEST
    """

    name: str
    aliases: tuple[str, ...]
    description: str
    recipe: Recipe
    m_max_msun: float
    r_14_km: float

    @property
    def citation(self) -> str:
        """Of the core and of the default crust."""
        return _citation(self, OPTIONS["crust"][0])

    @property
    def file_name(self) -> str:
        """Its file in eos_tables."""
        return f"{self.name}.h5"

    def resolve(self, parsed: Specification) -> ColdEOS:
        """The equation of state with the options of a specification.

        Raises
        ------
        InputError
            For an unknown option or value.
        """
        chosen = self._options(parsed)
        items = [
            f"{key}={chosen[key]}" for key, values in OPTIONS.items() if chosen[key] != values[0]
        ]
        spec = f"{self.name}:{','.join(items)}" if items else self.name
        default = (chosen["crust"], chosen["join"]) == (OPTIONS["crust"][0], OPTIONS["join"][0])
        table = (
            _stored(self.file_name) if default else self.compute(chosen["crust"], chosen["join"])
        )
        return cold_eos(table, spec, chosen["freeze"])

    def compute(self, crust: str = "sly", join: str = "maxwell") -> Table:
        """The table, from the functional itself."""
        attributes = (
            ("model", self.description),
            ("citation", _citation(self, crust)),
            ("generator", f"stellar {__version__}, stellar eos build {self.name}"),
            ("crust", f"{CRUSTS[crust].name} fit" if crust in CRUSTS else "none"),
            ("origin", "exact functional"),
            ("parameters", json.dumps(self.recipe.model.parameters, sort_keys=True)),
            ("constants", json.dumps(CONSTANTS_USED, sort_keys=True)),
        )
        return tabulate(self.name, self.recipe, crust, join, attributes)

    def _options(self, parsed: Specification) -> dict[str, str]:
        example = f"{self.name}:crust=sly,freeze=all"
        if parsed.row:
            raise InputError(
                f"In {quoted(parsed.text)} the item {quoted(parsed.row)} is not of the form "
                f"key=value; {self.name} takes {', '.join(OPTIONS)}; example: {example}."
            )
        chosen = {key: values[0] for key, values in OPTIONS.items()}
        for key, value in parsed.parameters.items():
            option, wanted = key.lower(), value.lower()
            if option not in OPTIONS:
                reason = (
                    ", which has a composition and a frozen speed of sound of its own"
                    if option == "gamma1"
                    else ""
                )
                raise InputError(
                    f"In {quoted(parsed.text)} the option {key} is unknown to {self.name}{reason}; "
                    f"it takes {', '.join(OPTIONS)}; example: {example}."
                    f"{suggestion(key, OPTIONS)}"
                )
            if wanted not in OPTIONS[option]:
                raise InputError(
                    f"In {quoted(parsed.text)} the option {option} is {quoted(value)}, but "
                    f"{self.name} knows only {option}={'|'.join(OPTIONS[option])}; "
                    f"example: {example}."
                )
            chosen[option] = wanted
        if chosen["crust"] == "none" and chosen["join"] != OPTIONS["join"][0]:
            raise InputError(
                f"In {quoted(parsed.text)} there is no crust to join; leave out join or crust=none."
            )
        return chosen


def _citation(functional: Functional, crust: str) -> str:
    core = functional.recipe.model.citation
    return f"{core} (core); {CRUSTS[crust].citation} (crust)" if crust in CRUSTS else core


@cache
def _stored(name: str) -> Table:
    return hdf5.read_table(read_data(name), f"eos_tables/{name}")
