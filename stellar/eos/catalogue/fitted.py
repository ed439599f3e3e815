"""Catalogue entries made of one pressure-density fit, computed when they are asked for."""

from dataclasses import dataclass, replace
from functools import cache

from stellar._version import __version__
from stellar.eos.base import ColdEOS
from stellar.eos.fits.pressure_fit import PressureFit
from stellar.eos.segments.frozen_index import read_frozen_index
from stellar.eos.specification import Specification, quoted, suggestion
from stellar.eos.tables.barotrope import tabulate_fit
from stellar.eos.tables.table import cold_eos
from stellar.errors import InputError


@dataclass(frozen=True)
class FittedEOS:
    """A barotrope of the catalogue, without composition: no g-modes but by gamma1.

    name, aliases : lower case
    m_max_msun, r_14_km : what a correct solver finds
    """

    name: str
    aliases: tuple[str, ...]
    description: str
    fit: PressureFit
    m_max_msun: float
    r_14_km: float

    @property
    def citation(self) -> str:
        """Where the coefficients were published."""
        return self.fit.citation

    def resolve(self, parsed: Specification) -> ColdEOS:
        """The equation of state, with a frozen index if the specification gives one.

        Raises
        ------
        InputError
            For anything else than gamma1.
        """
        if parsed.row:
            raise InputError(
                f"In {quoted(parsed.text)} the item {quoted(parsed.row)} is not of the form "
                f"key=value; example: {self.name}:gamma1=1.1x."
            )
        for key in parsed.parameters:
            if key.lower() != "gamma1":
                raise InputError(
                    f"In {quoted(parsed.text)} the option {key} is unknown to {self.name}, a fit "
                    f"of pressure to density; it takes gamma1 only; example: "
                    f"{self.name}:gamma1=1.1x.{suggestion(key, ['gamma1'])}"
                )
        eos = _barotrope(self)
        (text,) = parsed.parameters.values() or ("",)
        if not text:
            return eos
        index = read_frozen_index(text, parsed.text)
        spec = f"{self.name}:{index.item}"
        return replace(
            eos,
            name=spec,
            spec=spec,
            segments=index.wrap(eos.segments),
            stratified=index.stratifies,
        )


@cache
def _barotrope(entry: FittedEOS) -> ColdEOS:
    attributes = (
        ("model", entry.description),
        ("citation", entry.citation),
        ("generator", f"stellar {__version__}"),
        ("origin", "fit of pressure to density"),
    )
    eos = cold_eos(tabulate_fit(entry.name, entry.fit, attributes), entry.name, "all")
    return replace(eos, composition=None)
