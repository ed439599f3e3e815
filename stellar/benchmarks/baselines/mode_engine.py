"""The engine: stars by collocation and all their modes from pencils, a batch at once."""

from dataclasses import replace
from functools import partial

import torch

from stellar.benchmarks.baselines.mode_method import ModeMethod, ModeSolver, Spectra, Spectrum
from stellar.benchmarks.star_samples import Sample
from stellar.oscillations.order import Order
from stellar.parode.batches import FINER
from stellar.parode.modes import mode_searches
from stellar.parode.sequence_nodes import ROUNDING, SIZES
from stellar.stars.collocation.solve import Resolution, solve

STARS = replace(SIZES, slopes=False)  # shooting does not tell how they change along a sequence


def computed(
    stars: Sample, spectrum: Spectrum, accuracy: float, device: str = "cpu"
) -> tuple[Spectra, list[float]]:
    """Modes of the stars, and their masses, km; `device` as torch calls it."""
    order = Order(accuracy, (spectrum.l,), spectrum.request, spectrum.gravity)
    resolution = Resolution.of(FINER * accuracy)
    with torch.no_grad():
        matter, h_c = stars.nodes().to(device), stars.h_c.to(device)
        solved = solve(matter, h_c, STARS, resolution, nodal=True)
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


def _solver(spectrum: Spectrum, accuracy: float, device: str = "cpu") -> ModeSolver:
    return lambda stars: computed(stars, spectrum, accuracy, device)[0]


def engine_on(device: str) -> ModeMethod:
    """The engine on a device; what it hands back is on the host, its work done."""
    return replace(ENGINE_MODES, solver=partial(_solver, device=device))


ENGINE_MODES = ModeMethod(
    title="engine",
    setting="accuracy",
    settings=(1e-4, 1e-5, 1e-6, 1e-7),
    solver=_solver,
    most=4096,
)
REFERENCE = 1e-8  # accuracy of the reference
