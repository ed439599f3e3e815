"""I-Love and Q-Love in their first form, still built into waveform models.

    ln y = sum_i a_i (ln x)^i                            (Yagi & Yunes 2013, Table I)

Superseded by the fits of 2017, from which they differ by about 1 %, by 2.6 % at Lambda_2 = 1.
"""

from stellar.stars.relations.fits import in_logarithms
from stellar.stars.relations.relation import Relation
from stellar.stars.relations.yagi_yunes_2017 import LAMBDA

CITATION = "Yagi & Yunes 2013, Science 341, 365; Phys. Rev. D 88, 023009 (arXiv:1303.1528), Table I"
SCATTER = 0.01

I_OF_LAMBDA = (1.47, 0.0817, 0.0149, 2.87e-4, -3.64e-5)
Q_OF_LAMBDA = (0.194, 0.0936, 0.0474, -4.21e-3, 1.23e-4)


def _fit(name: str, ordinate: str, symbol: str, coefficients: tuple[float, ...]) -> Relation:
    return Relation(
        name,
        CITATION,
        f"ln {symbol} = quartic in ln Lambda_2",
        ordinate,
        LAMBDA,
        in_logarithms(coefficients, "lambda2"),
        claimed_scatter=SCATTER,
        remark="superseded by the fits of 2017",
    )


RELATIONS = (
    _fit("i-love-2013", "i_bar", "Ibar", I_OF_LAMBDA),
    _fit("q-love-2013", "q_bar", "Qbar", Q_OF_LAMBDA),
)
