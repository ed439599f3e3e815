"""The engine: collocation of all stars at once, M, R, M_b, I and Lambda_2."""

import torch

from stellar.benchmarks.baselines.star_method import Quantities, StarMethod, StarSolver
from stellar.benchmarks.star_samples import KINDS, Sample
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

NAMES = ("mass", "radius", "baryon_mass", "moment_of_inertia", "lambda2")
WANTED = Wanted(degrees=(2,), magnetic=False, rotation=False, slopes=False)


def computed(stars: Sample, resolution: Resolution) -> Quantities:
    """Properties of stars at a resolution; NaN where a star failed."""
    with torch.no_grad():
        values = solve(stars.nodes(), stars.h_c, WANTED, resolution).values
    return {name: values[name] for name in NAMES}


def _solver(accuracy: float) -> StarSolver:
    resolution = Resolution.of(accuracy, errors=False)
    return lambda stars: computed(stars, resolution)


ENGINE = StarMethod(
    title="engine",
    setting="accuracy",
    settings=(1e-6, 3e-7, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11),
    solver=_solver,
    most=65536,
    kinds=tuple(KINDS),
    names=NAMES,
)
