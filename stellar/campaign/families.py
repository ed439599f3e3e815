"""Which families of modes a star of an equation of state can have."""

from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import RejectedEOS
from stellar.oscillations.mode import FAMILIES

_REASONS = {
    "g": "{name} has no g-modes: it is a barotrope, its matter is not stratified; "
    "give an analytic equation of state gamma1=..., or take one with composition, such as sly "
    "(E_NO_COMPOSITION)",
    "i": "{name} has no interface modes: its energy density has no jump",
    "p": "{name} has no p-modes: nothing travels as sound in incompressible matter",
    "radial": "{name} has no radial modes: its matter is incompressible",
    "w": "w-modes are oscillations of spacetime and do not exist in the Cowling approximation; "
    "use --gravity full",
}


def possible(eos: ColdEOS | RejectedEOS, family: str, gravity: str) -> bool:
    """Whether stars of this equation of state can have modes of a family."""
    if family == "g":
        return eos.stratified
    if family == "i":
        return bool(eos.transitions)
    if family == "w":
        return gravity == "full"
    if family in ("p", "radial"):
        return not eos.incompressible
    return True


def default_families(eos: ColdEOS | RejectedEOS, gravity: str) -> tuple[str, ...]:
    """f and p, and g and i where the star has them."""
    return tuple(family for family in ("f", "p", "g", "i") if possible(eos, family, gravity))


def split_families(
    eos: ColdEOS | RejectedEOS, asked: tuple[str, ...] | None, gravity: str, name: str
) -> tuple[tuple[str, ...], list[str]]:
    """The families to compute, in their fixed order, and a sentence for each that cannot be.

    name : what the sentences call the equation of state
    """
    if asked is None:
        return default_families(eos, gravity), []
    kept = tuple(f for f in FAMILIES if f in asked and possible(eos, f, gravity))
    sentences = [
        _REASONS[family].format(name=name) + "."
        for family in FAMILIES
        if family in asked and family not in kept
    ]
    return kept, sentences
