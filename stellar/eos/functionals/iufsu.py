"""`iufsu`: a non-linear mean field with a soft symmetry energy."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="IUFSU",
    mass=939.0,
    m_sigma=491.5,
    m_omega=782.5,
    m_rho=763.0,
    g_sigma=9.971288783301786,
    g_omega=13.032071976474041,
    g_rho=13.589985283288573,
    kappa=3.3808,
    lam=0.000296,
    zeta=0.03,
    lambda_omega=0.046,
    citation="Fattoyev, Horowitz, Piekarewicz & Shen 2010, Phys. Rev. C 82, 055803",
)

FUNCTIONAL = Functional(
    name="iufsu",
    aliases=("iu-fsu",),
    description="non-linear mean field IUFSU, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=1.9393,
    r_14_km=12.552,
)
