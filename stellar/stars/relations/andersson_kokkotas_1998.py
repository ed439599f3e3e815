"""Empirical relations of f-, p- and w-modes with mass and radius, l = 2.

With m = M/(1.4 M_sun) and r = R/(10 km)            (Andersson & Kokkotas 1998, eqs 1-5):

    f_f [kHz] = 0.78 + 1.635 sqrt(m/r^3)      1/tau_f [1/s]  = (m^3/r^4) (22.85 - 14.65 m/r)
    f_p [kHz] = (1.75 + 5.59 m/r)/m
    f_w [kHz] = (20.92 - 9.14 m/r)/r          1/tau_w [1/ms] = (5.74 + 103 m/r - 67.45 m^2/r^2)/m

p and w stand for p1 and w1. Fitted to a dozen equations of state of their time; matter that carries
two solar masses lies 6 to 13 % below in the frequency of the f-mode. The scatter is not stated in
the paper, which finds the relation of the p-mode much looser than the others.
"""

from stellar.stars.relations.fits import polynomial
from stellar.stars.relations.relation import Abscissa, Columns, ModeKind, Relation, Values

CITATION = "Andersson & Kokkotas 1998, MNRAS 299, 1059 (arXiv:gr-qc/9711088)"

MASS_MSUN, RADIUS_KM = 1.4, 10.0  # the units of m and r
HZ_PER_KHZ = 1e3
S_PER_MS = 1e-3

F_FREQUENCY = (0.78, 1.635)
F_DAMPING = (22.85, -14.65)
P_FREQUENCY = (1.75, 5.59)
W_FREQUENCY = (20.92, -9.14)
W_DAMPING = (5.74, 103.0, -67.45)

_NEEDS = ("mass_msun", "radius_km")


def _mass(columns: Columns) -> Values:
    return columns["mass_msun"] / MASS_MSUN


def _radius(columns: Columns) -> Values:
    return columns["radius_km"] / RADIUS_KM


def _compactness(columns: Columns) -> Values:
    return _mass(columns) / _radius(columns)


def _root_of_density(columns: Columns) -> Values:
    return (_mass(columns) / _radius(columns) ** 3) ** 0.5


def f_frequency(columns: Columns) -> Values:
    """Frequency of the f-mode in Hz (their eq. 1)."""
    return HZ_PER_KHZ * polynomial(F_FREQUENCY, _root_of_density(columns))


def f_damping_time(columns: Columns) -> Values:
    """Damping time of the f-mode in s (their eq. 2)."""
    scale = _mass(columns) ** 3 / _radius(columns) ** 4
    return 1.0 / (scale * polynomial(F_DAMPING, _compactness(columns)))


def p_frequency(columns: Columns) -> Values:
    """Frequency of the p1-mode in Hz (their eq. 3)."""
    return HZ_PER_KHZ * polynomial(P_FREQUENCY, _compactness(columns)) / _mass(columns)


def w_frequency(columns: Columns) -> Values:
    """Frequency of the w1-mode in Hz (their eq. 4)."""
    return HZ_PER_KHZ * polynomial(W_FREQUENCY, _compactness(columns)) / _radius(columns)


def w_damping_time(columns: Columns) -> Values:
    """Damping time of the w1-mode in s (their eq. 5)."""
    return S_PER_MS * _mass(columns) / polynomial(W_DAMPING, _compactness(columns))


def _at_density(root: Values) -> Columns:
    """A star of 1.4 solar masses."""
    return {"mass_msun": MASS_MSUN * root / root, "radius_km": RADIUS_KM * root ** (-2.0 / 3.0)}


def _at_compactness(ratio: Values) -> Columns:
    """A star of 1.4 solar masses."""
    return {"mass_msun": MASS_MSUN * ratio / ratio, "radius_km": RADIUS_KM / ratio}


DENSITY = Abscissa("sqrt(m/r^3)", _NEEDS, _root_of_density, _at_density)
COMPACTNESS = Abscissa("m/r", _NEEDS, _compactness, _at_compactness)
# beyond, the fitted damping rate is negative
DAMPED = Abscissa("m/r", _NEEDS, _compactness, _at_compactness, (0.0, F_DAMPING[0] / -F_DAMPING[1]))

RELATIONS = (
    Relation(
        "f-density",
        f"{CITATION}, eq. 1",
        "f = 0.78 + 1.635 sqrt(m/r^3) kHz",
        "frequency_hz",
        DENSITY,
        f_frequency,
        mode=ModeKind(2, "f"),
    ),
    Relation(
        "f-damping",
        f"{CITATION}, eq. 2",
        "1/tau = (m^3/r^4) (22.85 - 14.65 m/r) 1/s",
        "damping_time_s",
        DAMPED,
        f_damping_time,
        mode=ModeKind(2, "f"),
        scale=lambda columns: _mass(columns) ** 3 / _radius(columns) ** 4,
        scaled="tau m^3/r^4 [s]",
    ),
    Relation(
        "p1-compactness",
        f"{CITATION}, eq. 3",
        "f = (1.75 + 5.59 m/r)/m kHz",
        "frequency_hz",
        COMPACTNESS,
        p_frequency,
        mode=ModeKind(2, "p1"),
        scale=_mass,
        scaled="f m [Hz]",
    ),
    Relation(
        "w1-compactness",
        f"{CITATION}, eq. 4",
        "f = (20.92 - 9.14 m/r)/r kHz",
        "frequency_hz",
        COMPACTNESS,
        w_frequency,
        mode=ModeKind(2, "w1"),
        scale=_radius,
        scaled="f r [Hz]",
    ),
    Relation(
        "w1-damping",
        f"{CITATION}, eq. 5",
        "1/tau = (5.74 + 103 m/r - 67.45 m^2/r^2)/m 1/ms",
        "damping_time_s",
        COMPACTNESS,
        w_damping_time,
        mode=ModeKind(2, "w1"),
        scale=lambda columns: 1.0 / _mass(columns),
        scaled="tau/m [s]",
    ),
)
