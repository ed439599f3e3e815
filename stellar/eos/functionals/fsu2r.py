"""`fsu2r`: a non-linear mean field for small radii."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.nonlinear_field import NonlinearField
from stellar.eos.tables.unified import Recipe

MODEL = NonlinearField(
    name="FSU2R",
    mass=939.0,
    m_sigma=497.479,
    m_omega=782.5,
    m_rho=763.0,
    g_sigma=10.37184168795494,
    g_omega=13.505365600382687,
    g_rho=14.367532843185012,
    kappa=3.0911,
    lam=-0.00168,
    zeta=0.024,
    lambda_omega=0.045,
    citation="Tolos, Centelles & Ramos 2017, Publ. Astron. Soc. Aust. 34, e065",
)

FUNCTIONAL = Functional(
    name="fsu2r",
    aliases=(),
    description="non-linear mean field FSU2R, n-p-e-mu matter in beta equilibrium",
    # Between 0.07 and 0.085 fm^-3 this core is so soft that it would meet the crust with a jump of
    # eps by more than the half that makes stars unstable (Seidov 1971).
    recipe=Recipe(MODEL, n_core=0.087, n_max=1.3),
    m_max_msun=2.0491,
    r_14_km=12.901,
)
