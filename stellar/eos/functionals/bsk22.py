"""`bsk22`: the Brussels-Montreal functional with symmetry energy 32 MeV."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="BSk22",
    t0=-3978.97,
    t1=404.461,
    t2=0.0,
    t3=22704.7,
    t4=-100.0,
    t5=-150.0,
    x0=0.472558,
    x1=0.062754,
    t2x2=-1396.13,
    x3=0.514386,
    x4=2.0,
    x5=-11.0,
    alpha=1.0 / 12.0,
    beta=1.0 / 2.0,
    gamma=1.0 / 12.0,
    citation="Goriely, Chamel & Pearson 2013, Phys. Rev. C 88, 024308, Table II",
)

FUNCTIONAL = Functional(
    name="bsk22",
    aliases=(),
    description="extended Skyrme BSk22 core, n-p-e-mu matter in beta equilibrium",
    # crust-core transition of Pearson et al. 2018, Mon. Not. R. Astron. Soc. 481, 2994
    recipe=Recipe(MODEL, n_core=0.071, n_max=1.3),
    m_max_msun=2.2645,
    r_14_km=13.108,
)
