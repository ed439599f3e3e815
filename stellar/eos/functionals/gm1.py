"""`gm1`: a non-linear mean field with incompressibility 300 MeV."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="GM1",
    mass=939.0,
    m_sigma=550.0,
    m_omega=783.0,
    m_rho=770.0,
    g_sigma=9.571775562457342,
    g_omega=10.611024696740092,
    g_rho=8.19657031394559,
    kappa=5.534466,
    lam=-0.00642,
    zeta=0.0,
    lambda_omega=0.0,
    citation="Glendenning & Moszkowski 1991, Phys. Rev. Lett. 67, 2414",
)

FUNCTIONAL = Functional(
    name="gm1",
    aliases=(),
    description="non-linear mean field GM1, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.3612,
    r_14_km=13.978,
)
