"""What an independent computation found for the stars of published equations of state."""

import json
from dataclasses import dataclass
from functools import cache

from stellar.eos.data import read_data


@dataclass(frozen=True)
class ExpectedStars:
    """M_max in M_sun, R_1.4 in km, Lambda_1.4; None where there is no star of 1.4 M_sun."""

    m_max_msun: float
    r_14_km: float | None
    lambda_14: float | None


@dataclass(frozen=True)
class Tolerance:
    """Largest absolute difference of M_max [M_sun] and R_1.4 [km], relative one of Lambda_1.4.

    They cover the accuracy of the expected numbers, which interpolate tables of P(eps).
    """

    m_max_msun: float = 0.005
    r_14_km: float = 0.02
    lambda_14: float = 0.01


@cache
def expected_stars() -> dict[str, ExpectedStars]:
    """By specification; tabulated entries with their default crust.

    Raises
    ------
    InputError
        If the data file is missing or not the one the MANIFEST describes.
    """
    stars = json.loads(read_data("reference_stars.json"))["stars"]
    return {spec: ExpectedStars(*values) for spec, values in stars.items()}


def tolerance(spec: str) -> Tolerance:
    """How far a correct computation may be from the expected numbers: polytropes are exact."""
    return Tolerance(lambda_14=0.002) if spec.startswith(("pp:", "gpp:")) else Tolerance()
