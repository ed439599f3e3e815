"""Every equation of state that has a name of its own: functionals, then fits."""

from collections.abc import Mapping
from typing import Protocol

from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.fits import FITS
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.specification import Specification


class Entry(Protocol):
    """What the catalogue knows of an entry; names in lower case."""

    @property
    def name(self) -> str:
        """The canonical name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names it answers to."""

    @property
    def description(self) -> str:
        """One line."""

    @property
    def m_max_msun(self) -> float:
        """Maximum mass that a correct solver finds, solar masses."""

    @property
    def r_14_km(self) -> float:
        """Radius of 1.4 solar masses that a correct solver finds."""

    def resolve(self, parsed: Specification) -> ColdEOS:
        """The equation of state with the options of a specification."""


ENTRIES: Mapping[str, Entry] = {**FUNCTIONALS, **FITS}
