"""`sly5`: a sister of SLy4 with spin-gradient terms in its fit."""

from stellar.eos.functionals.functional import Functional
from stellar.eos.nuclear_matter.skyrme import SkyrmeForce
from stellar.eos.tables.unified import Recipe

MODEL = SkyrmeForce(
    name="SLy5",
    t0=-2484.88,
    t1=483.13,
    t2=-549.4,
    t3=13763.0,
    x0=0.778,
    x1=-0.328,
    t2x2=549.4,  # x2 = -1
    x3=1.267,
    alpha=1.0 / 6.0,
    citation="Chabanat, Bonche, Haensel, Meyer & Schaeffer 1998, Nucl. Phys. A 635, 231; "
    "erratum 643, 441",
)

FUNCTIONAL = Functional(
    name="sly5",
    aliases=(),
    description="Skyrme SLy5 core, n-p-e-mu matter in beta equilibrium",
    # as in the calculation with SLy4: Douchin & Haensel 2001, Astron. Astrophys. 380, 151
    recipe=Recipe(MODEL, n_core=0.076, n_max=1.3),
    m_max_msun=2.0526,
    r_14_km=11.784,
)
