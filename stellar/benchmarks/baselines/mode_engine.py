"""The engine: stars by collocation and all their modes from pencils, a batch at once."""

import torch

from stellar.benchmarks.baselines.mode_method import ModeMethod, ModeSolver, Spectra, Spectrum
from stellar.benchmarks.star_samples import Sample
from stellar.oscillations.order import Order
from stellar.parode.batches import FINER
from stellar.parode.modes import mode_searches
from stellar.parode.sequence_nodes import ROUNDING, SIZES
from stellar.stars.collocation.solve import Resolution, solve


def computed(stars: Sample, spectrum: Spectrum, accuracy: float) -> tuple[Spectra, list[float]]:
    """Modes of the stars, and their masses, km."""
    order = Order(accuracy, (spectrum.l,), spectrum.request, spectrum.gravity)
    resolution = Resolution.of(FINER * accuracy)
    with torch.no_grad():
        solved = solve(stars.nodes(), stars.h_c, SIZES, resolution, nodal=True)
    lanes = range(stars.count)
    found = mode_searches(solved.nodal, dict.fromkeys(lanes, order), dict.fromkeys(lanes, ROUNDING))
    spectra = [
        {
            (mode.l, mode.label): mode.omega
            for search in found[lane].values()
            for mode in search.modes
        }
        for lane in lanes
    ]
    return spectra, solved.values["mass"].tolist()


def _solver(spectrum: Spectrum, accuracy: float) -> ModeSolver:
    return lambda stars: computed(stars, spectrum, accuracy)[0]


ENGINE_MODES = ModeMethod(
    title="engine",
    setting="accuracy",
    settings=(1e-5, 1e-6, 1e-7),
    solver=_solver,
    most=4096,
)
REFERENCE = 1e-8  # accuracy of the reference
