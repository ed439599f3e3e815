"""`ddme2`: a mean field with density-dependent couplings fitted to nuclei."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.density_dependent_field import DensityDependentField
from stellar.eos.tables.unified import Recipe

MODEL = DensityDependentField(
    name="DDME2",
    neutron_mass=938.5,
    proton_mass=938.5,
    m_sigma=550.1238,
    m_omega=783.0,
    m_rho=763.0,
    gamma=(10.5396, 13.0189, 3.6836),
    n_0=0.152,
    sigma=(1.3881, 1.0943, 1.7057, 0.4421),
    omega=(1.3892, 0.924, 1.462, 0.4775),
    a_rho=0.5647,
    citation="Lalazissis, Niksic, Vretenar & Ring 2005, Phys. Rev. C 71, 024312",
)

FUNCTIONAL = Functional(
    name="ddme2",
    aliases=("dd-me2",),
    description="density-dependent mean field DDME2, n-p-e-mu matter in beta equilibrium",
    # 0.08 fm^-3, half the saturation density: the usual place for a crust of other origin
    recipe=Recipe(MODEL, n_core=0.08, n_max=1.3),
    m_max_msun=2.4843,
    r_14_km=13.244,
)
