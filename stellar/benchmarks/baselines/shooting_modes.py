"""Shooting with scipy's integrators: one star after the other, all modes of a star at once."""

from stellar.benchmarks.baselines.mode_method import ModeMethod, ModeSolver, Spectra, Spectrum
from stellar.benchmarks.star_samples import Sample
from stellar.eos.base import ColdEOS
from stellar.oscillations.mode import ModeSearch
from stellar.shooting.background import solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.quasinormal import find_modes
from stellar.shooting.radial import radial_modes


def star(eos: ColdEOS, h_c: float, spectrum: Spectrum, rtol: float) -> list[ModeSearch]:
    """The searches of one star, itself integrated first."""
    background, request = solve_background(eos, h_c, rtol), spectrum.request
    searches = []
    if "radial" in request.families:
        searches.append(radial_modes(background, request.n_max, rtol))
    search = cowling_modes if spectrum.gravity == "cowling" else find_modes
    return [*searches, search(background, spectrum.l, request, rtol)]


def _solver(spectrum: Spectrum, rtol: float) -> ModeSolver:
    def solve(stars: Sample) -> Spectra:
        return [
            {
                (mode.l, mode.label): mode.omega
                for search in star(eos, h_c, spectrum, rtol)
                for mode in search.modes
            }
            for eos, h_c in zip(stars.equations, stars.h_c.tolist(), strict=True)
        ]

    return solve


SHOOTING_MODES = ModeMethod(
    title="shooting, all modes of a star at once",
    setting="rtol",
    settings=(1e-7, 1e-8, 1e-9, 1e-10),
    solver=_solver,
    most=1,
)
