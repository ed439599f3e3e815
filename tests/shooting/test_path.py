"""Ways along the pieces of a star against what is known at both of their ends."""

import numpy as np
import pytest

from stellar.eos.catalogue.lookup import resolve
from stellar.shooting.background import pieces

RTOL = 1e-10
CENTRES = np.geomspace(0.1, 0.45, 12)


@pytest.mark.parametrize("spec", ["sly4", "bsk19-fit", "bsk20-fit", "bsk26"])
def test_the_speed_of_sound_leads_from_one_end_of_a_piece_to_the_energy_density_at_the_other(spec):
    # d eps = (eps + p) dh/c_e^2: sums of narrow features, as in the equations of tides
    eos = resolve(spec)
    for piece in (piece for h_c in CENTRES for piece in list(pieces(eos, float(h_c)))[:-1]):

        def rates(x, y, piece=piece):
            p, eps, ce2, _ = piece.segment.evaluate(piece.log_enthalpy(x))
            return [-2.0 * x * (eps + p) / ce2]

        ends = piece.x_inner, piece.x_outer
        above, below = (
            float(piece.segment.evaluate(h).eps)
            for h in (min(piece.segment.h_hi, piece.h_c), piece.segment.h_lo)
        )
        start, least = np.array([above]), np.array([1e-3 * RTOL * above])
        _, states = piece.walk(rates, ends, start, rtol=RTOL, atol=least)
        assert states[-1][0] == pytest.approx(below, rel=0.0, abs=20.0 * RTOL * above)


@pytest.mark.parametrize("spec", ["sly4", "bsk19-fit", "pp:SLy"])
def test_a_place_has_one_parameter_and_the_slope_is_that_of_the_way(spec):
    for piece in list(pieces(resolve(spec), 0.3))[:-1]:
        for share in (0.1, 0.5, 0.9):
            x = piece.x_inner + share * (piece.x_outer - piece.x_inner)
            t = piece.parameter(x)
            there, slope = piece.locate(t)
            assert there == pytest.approx(x, rel=1e-12)
            (before, _), (behind, _) = piece.locate(t - 1e-5), piece.locate(t + 1e-5)
            assert (behind - before) / 2e-5 == pytest.approx(slope, rel=1e-6)
