"""`css:base=,rho_t=,deps=,cs2=` : a core of constant sound speed above a first-order transition.

    eps = eps_t (1 + deps) + (p - p_t)/cs2   for p > p_t      (Alford, Han & Prakash 2013)

on any equation of state as base, which is left as it is below the transition: composition and
stratification included. The transition is at the rest-mass density rho_t or the baryon density n_t
of the base.
"""

from stellar.constants import ATOMIC_MASS_UNIT_MEV, G_CM3_TO_KM2, MEV_FM3_TO_KM2
from stellar.eos.base import ColdEOS
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.segments.quark_matter import ConstantSoundSpeed
from stellar.eos.segments.truncation import OuterComposition, enthalpy_at, origin, outer_segments
from stellar.eos.specification import BaseParameter, Parameter


def _build(_row: str, values: Values) -> Stack:
    base: ColdEOS = values["base"]
    rho_t, n_t = values["rho_t"], values["n_t"]
    if (rho_t is None) == (n_t is None):
        raise ArithmeticError("the transition needs exactly one of rho_t and n_t")
    if n_t is None:
        density, what = rho_t * G_CM3_TO_KM2, f"rho_t = {rho_t:g} g/cm^3"
    else:
        density, what = n_t * ATOMIC_MASS_UNIT_MEV * MEV_FM3_TO_KM2, f"n_t = {n_t:g} fm^-3"
    h_t = enthalpy_at(base, base.rest_mass_density_in, density, what)
    outside = outer_segments(base, h_t)
    p, eps, _, _ = outside[-1].evaluate(h_t)
    inside = ConstantSoundSpeed(
        values["cs2"], float(p), float(eps) * (1.0 + values["deps"]), h_t, jump="first_order"
    )
    composition = OuterComposition(base.composition, h_t) if base.composition else None
    stratified = any(float(s.evaluate(0.5 * (s.h_lo + s.h_hi)).delta) != 0.0 for s in outside)
    return Stack((*outside, inside), base.baryon_factor, stratified, composition, origin(base))


FAMILY = Family(
    name="css",
    syntax="css:base=SPEC,rho_t=R,deps=D,cs2=C",
    example="css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=1",
    description="core of constant sound speed above a first-order transition on any base",
    citation="Alford, Han & Prakash 2013, Phys. Rev. D 88, 083013",
    parameters=(
        BaseParameter("base", "equation of state below the transition"),
        Parameter("rho_t", "rest-mass density in g/cm^3", 0.0, 1e17, required=False),
        Parameter("n_t", "baryon density in fm^-3", 0.0, 10.0, required=False),
        Parameter("deps", "jump of the energy density / eps_t", 0.0, 100.0, low_included=True),
        Parameter("cs2", "squared sound speed of the core, c = 1", 0.0, 1.0),
    ),
    build=_build,
)
