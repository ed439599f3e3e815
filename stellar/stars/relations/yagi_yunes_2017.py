"""I-Love-Q: moment of inertia, tidal deformability and spin-induced quadrupole moment.

    ln y = sum_i a_i (ln x)^i,    Ibar = I/M^3,  Lambda_2 = 2 k_2/(3 C^5),  Qbar = Q M/J^2

(Yagi & Yunes 2017, Table 1.) The fits are to cold realistic matter, with an error of at most 1 %,
and to stars from about one solar mass to the maximum mass: Lambda_2 from 1 to 1e4. A polytrope with
Gamma = 2, softer than the core of a neutron star, is off by up to 3 %.
"""

from stellar.stars.relations.fits import in_logarithms
from stellar.stars.relations.relation import Abscissa, Relation, column

CITATION = "Yagi & Yunes 2017, Phys. Rep. 681, 1 (arXiv:1608.02582), Table 1"
SCATTER = 0.01

I_OF_LAMBDA = (1.496, 0.05951, 0.02238, -6.953e-4, 8.345e-6)
I_OF_Q = (1.393, 0.5471, 0.03028, 0.01926, 4.434e-4)
Q_OF_LAMBDA = (0.1940, 0.09163, 0.04812, -4.283e-3, 1.245e-4)

_LIGHTEST, _HEAVIEST = 1e4, 1.0  # Lambda_2
_q_bar = in_logarithms(Q_OF_LAMBDA, "lambda2")
LAMBDA = column("lambda2", "Lambda_2", (_HEAVIEST, _LIGHTEST))
Q_BAR = column(  # the span of the same stars
    "q_bar", "Qbar", (float(_q_bar({"lambda2": _HEAVIEST})), float(_q_bar({"lambda2": _LIGHTEST})))
)


def _fit(
    name: str, ordinate: str, symbol: str, abscissa: Abscissa, coefficients: tuple[float, ...]
) -> Relation:
    return Relation(
        name,
        CITATION,
        f"ln {symbol} = quartic in ln {abscissa.symbol}",
        ordinate,
        abscissa,
        in_logarithms(coefficients, abscissa.needs[0]),
        claimed_scatter=SCATTER,
    )


RELATIONS = (
    _fit("i-love", "i_bar", "Ibar", LAMBDA, I_OF_LAMBDA),
    _fit("i-q", "i_bar", "Ibar", Q_BAR, I_OF_Q),
    _fit("q-love", "q_bar", "Qbar", LAMBDA, Q_OF_LAMBDA),
)
