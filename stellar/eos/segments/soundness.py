"""Whether a stack of segments is matter that a star can be made of.

Pressure and energy density finite and positive, a positive equilibrium speed of sound, log-enthalpy
ascending from zero, and an energy density that nowhere falls inwards: a denser layer above a
lighter one would overturn. A speed of sound above that of light is not looked at here; `describe`
tells from where on matter is acausal.
"""

import math
from collections.abc import Sequence

import numpy as np

from stellar.constants import DYN_CM2_TO_KM2, G_CM3_TO_KM2
from stellar.eos.base import Segment

_SAMPLES = np.sin(np.linspace(0.0, 0.5 * math.pi, 9)) ** 2  # ends included, denser towards them
_HIGHEST_H = 1.5  # up to where an unbounded segment is looked at
_INVERSION = 1e-9  # relative; what is left of rounding where two pieces meet


def check_segments(segments: Sequence[Segment]) -> None:
    """Look at a few states of every segment and at both sides of every break.

    Raises
    ------
    ArithmeticError
        With what is wrong and where, as the end of a sentence.
    """
    outside = 0.0
    for number, segment in enumerate(segments):
        if not segment.h_lo < segment.h_hi:
            raise ArithmeticError(
                f"its piece {number + 1} ({segment.kind}) would end, at h = {segment.h_hi:.6g}, "
                f"before it begins, at h = {segment.h_lo:.6g}"
            )
        top = min(segment.h_hi, max(_HIGHEST_H, 2.0 * segment.h_lo))
        h = segment.h_lo + (top - segment.h_lo) * _SAMPLES
        h[-1] = top
        with np.errstate(all="ignore"):
            p, eps, ce2, _ = (np.asarray(values) for values in segment.evaluate(h))
        if segment.h_lo == 0.0:  # p, eps and ce2 may vanish at the surface itself
            p, eps, ce2 = p[1:], eps[1:], ce2[1:]
        # one look at all of them; which it was is asked only if something is wrong
        positive = (p > 0.0).all() and (eps > 0.0).all() and (ce2 > 0.0).all()
        if not (positive and p.max() < math.inf and eps.max() < math.inf):
            _check_sign("pressure", p, p, segment)
            _check_sign("energy density", eps, p, segment)
            _check_sign("squared speed of sound", ce2, p, segment, finite=False)
        if eps[0] < outside * (1.0 - _INVERSION):
            raise ArithmeticError(
                f"its energy density falls inwards from {outside / G_CM3_TO_KM2:.6g} to "
                f"{eps[0] / G_CM3_TO_KM2:.6g} g/cm^3 where its piece {number + 1} begins"
            )
        outside = float(eps[-1])


def _check_sign(
    name: str, values: np.ndarray, p: np.ndarray, segment: Segment, finite: bool = True
) -> None:
    # an incompressible fluid has an infinite speed of sound
    wrong = ~((values > 0.0) & (np.isfinite(values) | (not finite)))
    if np.any(wrong):
        first = int(np.argmax(wrong))
        raise ArithmeticError(
            f"its {name} is not positive in the piece of kind {segment.kind}, where the pressure "
            f"is {p[first] / DYN_CM2_TO_KM2:.4g} dyn/cm^2"
        )
