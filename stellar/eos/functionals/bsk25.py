"""`bsk25`: the Brussels-Montreal functional with symmetry energy 29 MeV."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="BSk25",
    t0=-4068.39,
    t1=431.093,
    t2=0.0,
    t3=23342.8,
    t4=-200.0,
    t5=-150.0,
    x0=1.20467,
    x1=0.111366,
    t2x2=-1387.47,
    x3=1.44777,
    x4=2.0,
    x5=-11.0,
    alpha=1.0 / 12.0,
    beta=1.0 / 2.0,
    gamma=1.0 / 12.0,
    citation="Goriely, Chamel & Pearson 2013, Phys. Rev. C 88, 024308, Table II",
)

FUNCTIONAL = Functional(
    name="bsk25",
    aliases=(),
    description="extended Skyrme BSk25 core, n-p-e-mu matter in beta equilibrium",
    # crust-core transition of Pearson et al. 2018, Mon. Not. R. Astron. Soc. 481, 2994
    recipe=Recipe(MODEL, n_core=0.086, n_max=1.3),
    m_max_msun=2.2245,
    r_14_km=12.356,
)
