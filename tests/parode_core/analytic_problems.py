"""All problems with known solutions; the engine shares no line with the solutions."""

from analytic_case import Case, numbers
from analytic_ends import airy, boundary_layer, bratu, eigenvalue, troesch, waves
from analytic_starts import bernoulli, jumps, lane_emden, rotation, spherical_bessel, spiral

CASES = tuple(
    make()
    for make in (
        spiral, bernoulli, airy, lane_emden, spherical_bessel, boundary_layer, jumps, rotation,
        waves, bratu, troesch, eigenvalue,
    )
)  # fmt: skip

__all__ = ["CASES", "Case", "numbers"]
