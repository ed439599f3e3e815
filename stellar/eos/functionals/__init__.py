"""The registry of functionals with composition: one file each and one line here."""

from stellar.eos.functionals import (
    bsk22,
    bsk24,
    bsk25,
    bsk26,
    dd2,
    ddme2,
    fsu2h,
    fsu2r,
    gm1,
    iufsu,
    nl3,
    sly4,
    sly5,
    sly230a,
    tm1,
)
from stellar.eos.functionals.functional import Functional

FUNCTIONALS: dict[str, Functional] = {
    module.FUNCTIONAL.name: module.FUNCTIONAL
    for module in (
        sly4,
        sly5,
        sly230a,
        bsk22,
        bsk24,
        bsk25,
        bsk26,
        gm1,
        tm1,
        nl3,
        iufsu,
        fsu2r,
        fsu2h,
        dd2,
        ddme2,
    )
}
