"""The equations of state of a run: how each was asked for, what it is, what its stars shall have.

A member is small and may travel: a draw of an ensemble stays a line of its file until a tile
resolves it, so that ten thousand of them are never in memory as matter.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from stellar.campaign.config import LOVE_DEGREES, RunConfig
from stellar.campaign.devices import torch_device
from stellar.campaign.families import split_families
from stellar.constants import HZ_PER_INVERSE_KM
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import Draw, RejectedEOS
from stellar.eos.catalogue.lookup import resolve, resolve_draw
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order

MAGNETIC_DEGREE = 2  # the one degree of the magnetic Love numbers


@dataclass(frozen=True)
class Member:
    """One equation of state of a run.

    asked : the specification as typed, the same for all members of an ensemble
    name : in the run
    source : its own specification, or its line in the file of an ensemble
    solver : by which its stars are computed
    """

    asked: str
    name: str
    source: str | Draw
    solver: str

    @property
    def spec(self) -> str:
        """The specification that recreates it."""
        return self.source.spec if isinstance(self.source, Draw) else self.source

    @property
    def ensemble(self) -> str:
        """What it is a draw of; empty if it stands alone."""
        return self.source.ensemble if isinstance(self.source, Draw) else ""

    def equation(self) -> ColdEOS | RejectedEOS:
        """The equation of state under its name in the run."""
        if isinstance(self.source, Draw):
            return resolve_draw(self.source, resolved)
        found = resolved(self.source)
        return found if found.name == self.name else replace(found, name=self.name)


@lru_cache(maxsize=256)
def resolved(spec: str) -> ColdEOS:
    """An equation of state by its specification."""
    return resolve(spec)


def forget_matter() -> None:
    """Resolve anew: files behind specifications may have changed since the last run."""
    resolved.cache_clear()


def order_of(
    config: RunConfig, eos: ColdEOS | RejectedEOS, name: str = ""
) -> tuple[Order, list[str]]:
    """What the stars of an equation of state shall have, and a sentence for what they cannot.

    name : what the sentences call the equation of state
    """
    if config.command != "modes":
        return _star_order(config), []
    families, sentences = split_families(eos, config.families, config.gravity, name or eos.name)
    band = config.band_hz
    if band is not None:
        band = (band[0] / HZ_PER_INVERSE_KM, band[1] / HZ_PER_INVERSE_KM)
    request = ModeRequest(families, config.n_max, band)
    order = Order(config.accuracy, config.l, request, config.gravity, config.profiles)
    order = replace(order, eigenfunctions=config.eigenfunctions, device=torch_device(config.device))
    return replace(order, tides=_tides_beside(config)), sentences


def _tides_beside(config: RunConfig) -> tuple[int, ...]:
    """Love numbers of the degrees that oscillate, which f-Love relations compare them with."""
    if config.gravity != "full":
        return (LOVE_DEGREES[0],)
    return LOVE_DEGREES[:1] + tuple(l for l in LOVE_DEGREES[1:] if l in config.l)


def _star_order(config: RunConfig) -> Order:
    """What the commands on stars that do not oscillate ask for."""
    device = torch_device(config.device)
    plain = Order(config.accuracy, profiles=config.profiles, device=device)
    if config.command == "love":
        return replace(plain, tides=config.l, magnetic_tides=MAGNETIC_DEGREE in config.l)
    return replace(plain, rotation=config.command == "rotation")
