"""The registry of parametric families: one file a family and one line here."""

from stellar.eos.families import (
    bag,
    color_flavor_locked,
    constant_density,
    constant_sound_speed,
    energy_polytrope,
    generalized_polytrope,
    metamodel,
    piecewise_polytrope,
    rest_mass_polytrope,
    spectral,
)
from stellar.eos.families.family import Family

FAMILIES: dict[str, Family] = {
    module.FAMILY.name: module.FAMILY
    for module in (
        rest_mass_polytrope,
        energy_polytrope,
        constant_density,
        piecewise_polytrope,
        generalized_polytrope,
        bag,
        color_flavor_locked,
        constant_sound_speed,
        spectral,
        metamodel,
    )
}
