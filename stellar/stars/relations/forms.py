"""Forms that can be fitted to the rows of a result: sums of powers of one quantity.

With m = M/(1.4 M_sun), r = R/(10 km), eta = sqrt(M^3/I) and G = c = 1:

    f [kHz] = a0 + a1 sqrt(m/r^3)                 the f-mode follows the mean density
    R^4/(M^3 tau) = a0 + a1 M/R, l = 2            power of the quadrupole over energy of the mode
    R^(l+2)/(M^(l+1) tau) cubic in M/R            the straight line crosses zero in compact stars
    M Re omega = sum_i a_i (ln Lambda_l)^i, i <= 4
    M Re omega = a0 + a1 eta + a2 eta^2
    f m [kHz] = a0 + a1 m/r (p1),  f r [kHz] = a0 + a1 m/r (w1),  m/tau [1/ms] quadratic (w1)
    ln Ibar = sum_i a_i (ln Lambda_2)^i, i <= 4

after Andersson & Kokkotas (1998), Chan et al. (2014), Lau, Leung & Lin (2010) and Yagi & Yunes
(2013), whose coefficients stand beside the fitted ones where the form is theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stellar.constants import C_KM_S, MSUN_KM
from stellar.stars.relations import andersson_kokkotas_1998 as andersson
from stellar.stars.relations.chan_2014 import M_OMEGA
from stellar.stars.relations.lau_leung_lin_2010 import ETA
from stellar.stars.relations.lau_leung_lin_2010 import FREQUENCY as M_OMEGA_OF_ETA
from stellar.stars.relations.relation import Abscissa, Columns, ModeKind, Values, column
from stellar.stars.relations.yagi_yunes_2013 import I_OF_LAMBDA

_DEGREES = (2, 3, 4)
_CUBIC, _QUARTIC = 3, 4


@dataclass(frozen=True)
class Form:
    """A sum of powers to be fitted: y = sum_i a_i t^i, i = 0..degree.

    formula : for people;  ordinate : the column that y is made of, of the mode or, without one,
        of the star;  abscissa : the quantity x
    reduced : y from ordinate and columns;  reduced_symbol : y for people
    argument : t from x;  published : coefficients of the literature in this form, if there are any
    """

    name: str
    formula: str
    ordinate: str
    abscissa: Abscissa
    degree: int
    reduced: Callable[[Values, Columns], Values]
    reduced_symbol: str
    mode: ModeKind | None = None
    argument: Callable[[Values], Values] = lambda x: x
    published: tuple[float, ...] = ()


def _same(values: Values, columns: Columns) -> Values:
    return values


def _compactness(columns: Columns) -> Values:
    return columns["mass_msun"] * MSUN_KM / columns["radius_km"]


def _at_compactness(ratio: Values) -> Columns:
    """A star of one solar mass."""
    return {"mass_msun": ratio / ratio, "radius_km": MSUN_KM / ratio}


_COMPACTNESS = Abscissa("M/R", ("mass_msun", "radius_km"), _compactness, _at_compactness)


def _damping(l: int) -> Callable[[Values, Columns], Values]:
    """R^(l+2)/(c M^(l+1) tau), a pure number: M and R in km."""

    def reduced(tau: Values, columns: Columns) -> Values:
        mass = columns["mass_msun"] * MSUN_KM
        return columns["radius_km"] ** (l + 2) / (C_KM_S * mass ** (l + 1) * tau)

    return reduced


def _published_damping() -> tuple[float, float]:
    """Andersson & Kokkotas' eq. 2 as a pure number: m and r carry units."""
    mass, radius = andersson.MASS_MSUN * MSUN_KM, andersson.RADIUS_KM
    constant, slope = andersson.F_DAMPING
    unit = radius**4 / (mass**3 * C_KM_S)
    return constant * unit, slope * unit * radius / mass


def _density(l: int) -> Form:
    return Form(
        f"f-density-{l}",
        "f = a0 + a1 sqrt(m/r^3) kHz",
        "frequency_hz",
        andersson.DENSITY,
        1,
        lambda frequency, columns: frequency / andersson.HZ_PER_KHZ,
        "f [kHz]",
        ModeKind(l, "f"),
        published=andersson.F_FREQUENCY if l == 2 else (),
    )


def _f_damping(l: int, degree: int) -> Form:
    symbol = f"R^{l + 2}/(c M^{l + 1} tau)"
    linear = degree == 1
    return Form(
        f"f-damping-{l}" if linear else f"f-damping-cubic-{l}",
        f"{symbol} = a0 + a1 M/R" if linear else f"{symbol} = cubic in M/R",
        "damping_time_s",
        _COMPACTNESS,
        degree,
        _damping(l),
        symbol,
        ModeKind(l, "f"),
        published=_published_damping() if linear and l == 2 else (),
    )


def _f_love(l: int) -> Form:
    return Form(
        f"f-love-{l}",
        f"M Re omega = quartic in ln Lambda_{l}",
        "m_omega_re",
        column(f"lambda{l}", f"Lambda_{l}"),
        _QUARTIC,
        _same,
        "M Re omega",
        ModeKind(l, "f"),
        argument=np.log,
        published=M_OMEGA[l],
    )


def _f_inertia(l: int) -> Form:
    return Form(
        f"f-inertia-{l}",
        "M Re omega = a0 + a1 eta + a2 eta^2",
        "m_omega_re",
        Abscissa(ETA.symbol, ETA.needs, ETA.of, ETA.at),
        2,
        _same,
        "M Re omega",
        ModeKind(l, "f"),
        published=M_OMEGA_OF_ETA if l == 2 else (),
    )


_P1 = Form(
    "p1-compactness",
    "f m = a0 + a1 m/r kHz",
    "frequency_hz",
    andersson.COMPACTNESS,
    1,
    lambda f, columns: f / andersson.HZ_PER_KHZ * columns["mass_msun"] / andersson.MASS_MSUN,
    "f m [kHz]",
    ModeKind(2, "p1"),
    published=andersson.P_FREQUENCY,
)
_W1 = Form(
    "w1-compactness",
    "f r = a0 + a1 m/r kHz",
    "frequency_hz",
    andersson.COMPACTNESS,
    1,
    lambda f, columns: f / andersson.HZ_PER_KHZ * columns["radius_km"] / andersson.RADIUS_KM,
    "f r [kHz]",
    ModeKind(2, "w1"),
    published=andersson.W_FREQUENCY,
)
_W1_DAMPING = Form(
    "w1-damping",
    "m/tau = a0 + a1 m/r + a2 (m/r)^2 1/ms",
    "damping_time_s",
    andersson.COMPACTNESS,
    2,
    lambda tau, columns: andersson.S_PER_MS / tau * columns["mass_msun"] / andersson.MASS_MSUN,
    "m/tau [1/ms]",
    ModeKind(2, "w1"),
    published=andersson.W_DAMPING,
)
_I_LOVE = Form(
    "i-love-2013",
    "ln Ibar = quartic in ln Lambda_2",
    "i_bar",
    column("lambda2", "Lambda_2"),
    _QUARTIC,
    lambda inertia, columns: np.log(inertia),
    "ln Ibar",
    argument=np.log,
    published=I_OF_LAMBDA,
)

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *map(_density, _DEGREES),
        _f_damping(2, 1),
        *(_f_damping(l, _CUBIC) for l in _DEGREES),
        *map(_f_love, _DEGREES),
        *map(_f_inertia, _DEGREES),
        _P1,
        _W1,
        _W1_DAMPING,
        _I_LOVE,
    )
}
