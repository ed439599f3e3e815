"""Multipole Love relations: electric tidal deformabilities of l = 3 and 4 from that of l = 2.

    ln Lambda_l = sum_i a_i (ln Lambda_2)^i              (Yagi 2014, eq. 60 and Table I)

with Lambda_l = 2 k_l/((2l-1)!! C^(2l+1)). They are less universal than I-Love-Q: realistic matter
departs by up to 8 % at l = 3 and 15 % at l = 4, most where it is heaviest, and a polytrope with
Gamma = 2 by 22 % and 42 %.
"""

from stellar.stars.relations.fits import in_logarithms
from stellar.stars.relations.relation import Relation, column

CITATION = "Yagi 2014, Phys. Rev. D 89, 043011 (arXiv:1311.0872), eq. 60 and Table I"

LAMBDA_3 = (-1.15, 1.18, 2.51e-2, -1.31e-3, 2.52e-5)
LAMBDA_4 = (-2.45, 1.43, 3.95e-2, -1.81e-3, 2.80e-5)

LAMBDA_2 = column("lambda2", "Lambda_2", (1.0, 3000.0))


def _fit(l: int, coefficients: tuple[float, ...]) -> Relation:
    return Relation(
        f"love-{l}",
        CITATION,
        f"ln Lambda_{l} = quartic in ln Lambda_2",
        f"lambda{l}",
        LAMBDA_2,
        in_logarithms(coefficients, "lambda2"),
    )


RELATIONS = (_fit(3, LAMBDA_3), _fit(4, LAMBDA_4))
