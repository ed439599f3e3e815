"""`bsk26`: the Brussels-Montreal functional with symmetry energy 30 MeV, as soft as APR."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="BSk26",
    t0=-4072.53,
    t1=439.536,
    t2=0.0,
    t3=23369.1,
    t4=-100.0,
    t5=-120.0,
    x0=0.577367,
    x1=-0.404961,
    t2x2=-1147.7,
    x3=0.624831,
    x4=-3.0,
    x5=-11.0,
    alpha=1.0 / 12.0,
    beta=1.0 / 6.0,
    gamma=1.0 / 12.0,
    citation="Goriely, Chamel & Pearson 2013, Phys. Rev. C 88, 024308, Table II",
)

FUNCTIONAL = Functional(
    name="bsk26",
    aliases=(),
    description="extended Skyrme BSk26 core, n-p-e-mu matter in beta equilibrium",
    # crust-core transition of Pearson et al. 2018, Mon. Not. R. Astron. Soc. 481, 2994
    recipe=Recipe(MODEL, n_core=0.085, n_max=1.3),
    m_max_msun=2.1707,
    r_14_km=11.78,
)
