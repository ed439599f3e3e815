"""`dd2`: a mean field with density-dependent couplings fitted to nuclei."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.density_dependent_field import DensityDependentField
from stellar.eos.tables.unified import Recipe

MODEL = DensityDependentField(
    name="DD2",
    neutron_mass=939.56536,
    proton_mass=938.27203,
    m_sigma=546.212459,
    m_omega=783.0,
    m_rho=763.0,
    gamma=(10.686681, 13.342362, 3.62694),
    n_0=0.149065,
    sigma=(1.35763, 0.634442, 1.005358, 0.57581),
    omega=(1.369718, 0.496475, 0.817753, 0.638452),
    a_rho=0.518903,
    citation="Typel, Roepke, Klaehn, Blaschke & Wolter 2010, Phys. Rev. C 81, 015803",
)

FUNCTIONAL = Functional(
    name="dd2",
    aliases=(),
    description="density-dependent mean field DD2, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.4169,
    r_14_km=13.22,
)
