"""`nl3`: a stiff non-linear mean field fitted to nuclei."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="NL3",
    mass=939.0,
    m_sigma=508.194,
    m_omega=782.501,
    m_rho=763.0,
    g_sigma=10.217,
    g_omega=12.868,
    g_rho=8.948,
    kappa=3.859866028394752,
    lam=-0.01590486725432514,
    zeta=0.0,
    lambda_omega=0.0,
    citation="Lalazissis, Koenig & Ring 1997, Phys. Rev. C 55, 540",
)

FUNCTIONAL = Functional(
    name="nl3",
    aliases=(),
    description="non-linear mean field NL3, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.7743,
    r_14_km=14.772,
)
