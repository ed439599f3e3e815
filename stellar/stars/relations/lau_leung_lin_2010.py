"""The f-mode from the moment of inertia, l = 2.

With eta = sqrt(M^3/I) and G = c = 1                              (Lau, Leung & Lin 2010):

    M Re omega = -0.0047 + 0.133 eta + 0.575 eta^2
    I^2 Im omega/M^5 = 0.00694 - 0.0256 eta^2

Against realistic stars of 1.2 to 1.8 solar masses computed here the frequency is 0.8 to 1.2 % too
high for every equation of state; damping rates agree to 2 %.
"""

from stellar.stars.relations.fits import polynomial
from stellar.stars.relations.relation import Abscissa, Columns, ModeKind, Relation, Values

CITATION = "Lau, Leung & Lin 2010, ApJ 714, 1234 (arXiv:0911.0131)"
REMARK = "coefficients checked against computed modes only: frequencies 1 % high throughout"

FREQUENCY = (-0.0047, 0.133, 0.575)
DAMPING = (0.00694, 0.0, -0.0256)


def _eta(columns: Columns) -> Values:
    return columns["i_bar"] ** -0.5


def _at_eta(eta: Values) -> Columns:
    return {"i_bar": eta**-2}


def m_omega_re(columns: Columns) -> Values:
    """M Re omega of the f-mode."""
    return polynomial(FREQUENCY, _eta(columns))


def m_omega_im(columns: Columns) -> Values:
    """M Im omega of the f-mode."""
    return polynomial(DAMPING, _eta(columns)) / columns["i_bar"] ** 2


# beyond, the fitted damping rate is negative
ETA = Abscissa("sqrt(M^3/I)", ("i_bar",), _eta, _at_eta, (0.0, (DAMPING[0] / -DAMPING[2]) ** 0.5))

RELATIONS = (
    Relation(
        "f-inertia",
        CITATION,
        "M Re omega = -0.0047 + 0.133 eta + 0.575 eta^2",
        "m_omega_re",
        Abscissa("sqrt(M^3/I)", ("i_bar",), _eta, _at_eta),
        m_omega_re,
        mode=ModeKind(2, "f"),
        remark=REMARK,
    ),
    Relation(
        "f-damping-inertia",
        CITATION,
        "I^2 Im omega/M^5 = 0.00694 - 0.0256 eta^2",
        "m_omega_im",
        ETA,
        m_omega_im,
        mode=ModeKind(2, "f"),
        remark=REMARK,
        scale=lambda columns: columns["i_bar"] ** 2,
        scaled="I^2 Im omega/M^5",
    ),
)
