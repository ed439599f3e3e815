"""`tm1`: a non-linear mean field with a quartic term of the omega field."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="TM1",
    mass=938.0,
    m_sigma=511.19777,
    m_omega=783.0,
    m_rho=770.0,
    g_sigma=10.0289,
    g_omega=12.6139,
    g_rho=9.2644,
    kappa=2.8297300411614956,
    lam=0.0003667222776310561,
    zeta=0.016900086451623622,
    lambda_omega=0.0,
    citation="Sugahara & Toki 1994, Nucl. Phys. A 579, 557",
)

FUNCTIONAL = Functional(
    name="tm1",
    aliases=(),
    description="non-linear mean field TM1, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.1794,
    r_14_km=14.407,
)
