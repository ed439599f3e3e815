"""`sly230a`: the Skyrme force fitted first to neutron matter, stiffer than SLy4 at high density."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="SLy230a",
    t0=-2490.23,
    t1=489.53,
    t2=-566.58,
    t3=13803.0,
    x0=1.1318,
    x1=-0.8426,
    t2x2=566.58,  # x2 = -1
    x3=1.9219,
    alpha=1.0 / 6.0,
    citation="Chabanat, Bonche, Haensel, Meyer & Schaeffer 1997, Nucl. Phys. A 627, 710",
)

FUNCTIONAL = Functional(
    name="sly230a",
    aliases=(),
    description="Skyrme SLy230a core, n-p-e-mu matter in beta equilibrium",
    # as in the calculation with SLy4: Douchin & Haensel 2001, Astron. Astrophys. 380, 151
    recipe=Recipe(MODEL, n_core=0.076, n_max=1.3),
    m_max_msun=2.0988,
    r_14_km=11.822,
)
