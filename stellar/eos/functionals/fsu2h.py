"""`fsu2h`: as FSU2R, stiffer at high density to leave room for hyperons."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="FSU2H",
    mass=939.0,
    m_sigma=497.479,
    m_omega=782.5,
    m_rho=763.0,
    g_sigma=10.135087567455942,
    g_omega=13.020426260303461,
    g_rho=14.04525542665565,
    kappa=4.0014,
    lam=-0.013298,
    zeta=0.008,
    lambda_omega=0.045,
    citation="Tolos, Centelles & Ramos 2017, Publ. Astron. Soc. Aust. 34, e065",
)

FUNCTIONAL = Functional(
    name="fsu2h",
    aliases=(),
    description="non-linear mean field FSU2H, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.3767,
    r_14_km=13.218,
)
