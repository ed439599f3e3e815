"""Shooting, one mode after the other: each from a seed of its own, with scipy's root finder.

This is how modes are shot with scipy where a code does not carry many frequencies through the star
at once: an integration for each trial frequency, some five of them a mode. Carrying a few of them
along, as this solver can, would save half of the time of a mode or more; what that does for all
modes of a star is the other form. The star is integrated once for all its modes. Seeds are the
reference frequencies, displaced; finding seeds, proving that no mode is missing, error estimates
and labels are not in the time.
"""

from collections.abc import Mapping

from stellar.benchmarks.baselines.mode_method import ModeMethod, ModeSolver, Spectra, Spectrum
from stellar.benchmarks.star_samples import Sample
from stellar.shooting.background import Background, solve_background
from stellar.shooting.cowling_equations import CowlingProblem
from stellar.shooting.from_seed import eigenvalue_from_seed, quasinormal_from_seed
from stellar.shooting.radial import RadialProblem

DISPLACED = 0.01  # of a frequency, relative: how far its seed is off
TITLE = "shooting, one mode at a time"


def one_by_one(reference: Spectra) -> ModeMethod:
    """The method with seeds next to the modes of a reference, star by star; no others are shot."""
    seeds = [
        {name: (1.0 + DISPLACED) * omega for name, omega in star.items()} for star in reference
    ]
    return ModeMethod(
        title=TITLE,
        setting="rtol",
        settings=(1e-7, 1e-8, 3e-9, 1e-9, 1e-10),
        solver=lambda spectrum, rtol: _solver(seeds, spectrum, rtol),
        most=1,
    )


def _solver(seeds: Spectra, spectrum: Spectrum, rtol: float) -> ModeSolver:
    def solve(stars: Sample) -> Spectra:
        return [
            _modes(solve_background(eos, h_c, rtol), own, spectrum.gravity, rtol)
            for eos, h_c, own in zip(stars.equations, stars.h_c.tolist(), seeds, strict=True)
        ]

    return solve


def _modes(
    star: Background, seeds: Mapping[tuple[int, str], complex], gravity: str, rtol: float
) -> dict[tuple[int, str], complex]:
    """The modes of a star; those that are not found are absent."""
    found = {}
    problems = {l: _problem(star, l) for l, _ in seeds if l == 0 or gravity == "cowling"}
    for (l, label), seed in seeds.items():
        try:
            if l not in problems:
                found[l, label] = quasinormal_from_seed(star, l, seed, rtol)
            elif l > 0:
                root = eigenvalue_from_seed(problems[l], star, seed.real, rtol)
                found[l, label] = complex(root)
            else:  # its parameter is omega^2
                root = eigenvalue_from_seed(problems[l], star, (seed**2).real, rtol)
                found[l, label] = complex(root) ** 0.5
        except ArithmeticError:  # this setting will not do
            continue
    return found


def _problem(star: Background, l: int) -> RadialProblem | CowlingProblem:
    return CowlingProblem(star, l) if l else RadialProblem(star)
