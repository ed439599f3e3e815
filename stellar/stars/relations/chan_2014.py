"""f-Love: the frequency of the f-mode from the tidal deformability of the same degree.

    M Re omega_l = sum_i a_i (ln Lambda_l)^i,    G = c = 1      (Chan et al. 2014, eq. 3.5, Table I)

The tightest of the relations with modes: realistic matter keeps to about 0.1 %.
"""

import math

from stellar.stars.relations.fits import in_logarithm_of
from stellar.stars.relations.relation import ModeKind, Relation, column

CITATION = "Chan, Sham, Leung & Lin 2014, Phys. Rev. D 90, 124023 (arXiv:1408.3789), Table I"

M_OMEGA = {
    2: (0.1820, -6.836e-3, -4.196e-3, 5.215e-4, -1.857e-5),
    3: (0.2245, -1.500e-2, -1.412e-3, 1.832e-4, -5.561e-6),
    4: (0.2501, -1.646e-2, -5.897e-4, 8.695e-5, -2.368e-6),
}
SPANS = {2: (1.0, math.exp(9.0)), 3: (math.exp(-1.0), math.exp(10.0)), 4: None}


def _fit(l: int) -> Relation:
    return Relation(
        f"f-love-{l}",
        CITATION,
        f"M Re omega = quartic in ln Lambda_{l}",
        "m_omega_re",
        column(f"lambda{l}", f"Lambda_{l}", SPANS[l]),
        in_logarithm_of(M_OMEGA[l], f"lambda{l}"),
        mode=ModeKind(l, "f"),
    )


RELATIONS = tuple(_fit(l) for l in M_OMEGA)
