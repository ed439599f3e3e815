"""A whole star made of one pressure-density fit: its table, without composition.

The zero of h follows from the polytropic atmosphere below the fit. rho_b = (eps + P) e^-h, that is,
the rest mass is the energy density at zero pressure (baryon_factor 1).
"""

import math

import numpy as np

from stellar.constants import ATOMIC_MASS_UNIT_MEV
from stellar.eos.fits.pressure_fit import LOWEST_LOG_RHO, PressureFit
from stellar.eos.segments.series_segment import Interval
from stellar.eos.tables.sampled_matter import CrustMatter
from stellar.eos.tables.sampling import sampled
from stellar.eos.tables.table import Table, atmosphere

DRIP_LOG_RHO = math.log10(4.3e11)  # g/cm^3; where the inner crust begins (Douchin & Haensel 2001)
FIT_TAIL = 1e-9  # a fit is good to a per cent; consistency does not depend on this

# Where the segments of a fit meet, log10 rho; between them it is smooth enough for one series.
_CUTS = (DRIP_LOG_RHO, 13.0, 14.15, 14.5)
_KINDS = ("outer_crust", "inner_crust", "inner_crust", "core", "core")
HIGHEST_LOG_RHO = 15.8  # beyond the centre of the heaviest star of every fit


def surface_enthalpy(fit: PressureFit) -> float:
    """Log-enthalpy at the lowest density of a fit: that of the polytrope outside."""
    return atmosphere(*(float(value) for value in fit.state(np.array(LOWEST_LOG_RHO)))).h_hi


def tabulate_fit(name: str, fit: PressureFit, attributes: tuple[tuple[str, str], ...]) -> Table:
    """The table of a fit from 1e6 g/cm^3 upwards.

    Raises
    ------
    ArithmeticError
        If a series does not converge.
    """
    h_start = surface_enthalpy(fit)
    matter = CrustMatter(fit, h_start, HIGHEST_LOG_RHO, ATOMIC_MASS_UNIT_MEV)
    gains = fit.enthalpy_gain(np.array([LOWEST_LOG_RHO, *_CUTS, HIGHEST_LOG_RHO]))
    edges = (h_start + gains).tolist()
    edges[0] = h_start
    blocks = tuple(
        sampled(kind, Interval(low, high, False), matter.columns, FIT_TAIL)
        for kind, low, high in zip(_KINDS, edges, edges[1:], strict=False)
    )
    return Table(name, blocks, attributes)
