"""`bsk24`: the Brussels-Montreal functional with symmetry energy 30 MeV."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.joins import CrustEnd
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="BSk24",
    t0=-3970.29,
    t1=395.766,
    t2=0.0,
    t3=22648.6,
    t4=-100.0,
    t5=-150.0,
    x0=0.894371,
    x1=0.0563535,
    t2x2=-1389.61,
    x3=1.05119,
    x4=2.0,
    x5=-11.0,
    alpha=1.0 / 12.0,
    beta=1.0 / 2.0,
    gamma=1.0 / 12.0,
    citation="Goriely, Chamel & Pearson 2013, Phys. Rev. C 88, 024308, Table II",
)

FUNCTIONAL = Functional(
    name="bsk24",
    aliases=(),
    description="extended Skyrme BSk24 core, n-p-e-mu matter in beta equilibrium",
    # crust-core transition of Pearson et al. 2018, Mon. Not. R. Astron. Soc. 481, 2994
    recipe=Recipe(MODEL, n_core=0.081, n_max=1.3, own_crust=CrustEnd("bsk24", 0.081)),
    m_max_msun=2.2795,
    r_14_km=12.587,
)
