"""`sly4`: the Skyrme force SLy4 for the core, the fit to the unified SLy crust outside."""

from stellar.eos.fits import HP04_SLY
from stellar.eos.functionals.functional import Functional
from stellar.eos.skyrme import SLY4
from stellar.eos.unified import Recipe

FUNCTIONAL = Functional(
    name="sly4",
    aliases=("sly", "dh2001"),
    description="Skyrme SLy4 core, n-p-e-mu matter in beta equilibrium, with the SLy crust",
    citation=f"{SLY4.citation} (core); {HP04_SLY.citation} (crust)",
    # The crust ends at 0.076 fm^-3: Douchin & Haensel 2001, Astron. Astrophys. 380, 151.
    recipe=Recipe(force=SLY4, crust=HP04_SLY, n_edge=0.076, n_max=1.3),
    m_max_msun=2.0503,
    r_14_km=11.711,
)
