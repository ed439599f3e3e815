"""`sly4`: the Skyrme force of the unified SLy equation of state."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.joins import CrustEnd
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="SLy4",
    t0=-2488.91,
    t1=486.82,
    t2=-546.39,
    t3=13777.0,
    x0=0.834,
    x1=-0.344,
    t2x2=546.39,  # x2 = -1
    x3=1.354,
    alpha=1.0 / 6.0,
    citation="Chabanat, Bonche, Haensel, Meyer & Schaeffer 1998, Nucl. Phys. A 635, 231; "
    "erratum 643, 441",
)

FUNCTIONAL = Functional(
    name="sly4",
    aliases=("sly", "dh2001"),
    description="Skyrme SLy4 core, n-p-e-mu matter in beta equilibrium",
    # The crust ends at 0.076 fm^-3: Douchin & Haensel 2001, Astron. Astrophys. 380, 151.
    recipe=Recipe(MODEL, n_core=0.076, n_max=1.3, own_crust=CrustEnd("sly", 0.076)),
    m_max_msun=2.0503,
    r_14_km=11.712,
)
