"""The registry of functionals with composition: one file each and one line here."""

from stellar.eos.functionals import sly4
from stellar.eos.functionals.functional import Functional

FUNCTIONALS: dict[str, Functional] = {
    module.FUNCTIONAL.name: module.FUNCTIONAL for module in (sly4,)
}
