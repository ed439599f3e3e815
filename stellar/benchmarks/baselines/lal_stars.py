"""lalsuite: one star after the other by its compiled Runge-Kutta code, M, R and Lambda_2.

It has constants and an interpolation of its own, so its stars are not quite ours: errors are
against its own finest tolerance. Equations of state are built as its users build them: one object
for each set of parameters, a table once, from the file that lists pressures and energy densities.
"""

import math
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from stellar.benchmarks.baselines.star_method import Quantities, StarMethod, StarSolver
from stellar.benchmarks.star_samples import GAMMA, Sample, table
from stellar.constants import C_SI, DYN_CM2_TO_KM2, G_CM3_TO_KM2, G_SI
from stellar.eos.base import ColdEOS
from stellar.eos.segments.hermite_segment import HermiteSegment

NAMES = ("mass", "radius", "lambda2")
PASCAL_TO_KM2 = 10.0 * DYN_CM2_TO_KM2
_DYN_CM2_PER_PASCAL = 10.0
_SAME = 1e-6  # relative difference below which pressures are those of one row


def _polytrope(stars: Sample) -> Callable[[int], Any]:
    import lalsimulation

    inside = stars.equations[0]
    h = float(stars.h_c[0])
    p = float(inside.evaluate(h).p) / PASCAL_TO_KM2
    rho = inside.rest_mass_density(h) / G_CM3_TO_KM2 * 1e3
    eos = lalsimulation.SimNeutronStarEOSPolytrope(GAMMA, p, rho)
    return lambda _number: eos


def _piecewise(stars: Sample) -> Callable[[int], Any]:
    import lalsimulation

    def build(number: int) -> Any:
        log_p1, *indices = stars.parameters[number].tolist()
        log_pascal = log_p1 - math.log10(_DYN_CM2_PER_PASCAL)
        return lalsimulation.SimNeutronStarEOS4ParameterPiecewisePolytrope(log_pascal, *indices)

    return build


@cache
def _table() -> Any:
    import lalsimulation

    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.dat"
        path.write_text("".join(f"{p:.16e} {eps:.16e}\n" for p, eps in _rows(table())))
        return lalsimulation.SimNeutronStarEOSFromFile(str(path))


def _rows(eos: ColdEOS) -> list[tuple[float, float]]:
    """Pressure and energy density of the rows in m^-2; of two sides of a jump the outer one."""
    rows: list[tuple[float, float]] = []
    for segment in eos.segments:
        if isinstance(segment, HermiteSegment) and segment.table_h is not None:
            state = segment.evaluate(segment.table_h)
            for p, eps in zip((state.p / 1e6).tolist(), (state.eps / 1e6).tolist(), strict=True):
                if not rows or p > rows[-1][0] * (1.0 + _SAME):
                    rows.append((p, eps))
    return rows


BUILDERS: dict[str, Callable[[Sample], Callable[[int], Any]]] = {
    "gamma": _polytrope,
    "pp": _piecewise,
    "table": lambda _stars: lambda _number: _table(),
}


def _solver(epsrel: float) -> StarSolver:
    def solve(stars: Sample) -> Quantities:
        import lalsimulation

        build, rows = BUILDERS[stars.kind](stars), []
        for number, h_c in enumerate(stars.h_c.tolist()):
            p_c = float(stars.equations[number].evaluate(h_c).p) / PASCAL_TO_KM2
            radius, mass, k2 = lalsimulation.SimNeutronStarTOVODEIntegrateWithTolerance(
                p_c, build(number), epsrel
            )
            radius, mass = 1e-3 * radius, 1e-3 * mass * G_SI / C_SI**2
            rows.append((mass, radius, 2.0 / 3.0 * k2 * (radius / mass) ** 5))
        return dict(zip(NAMES, torch.tensor(rows, dtype=torch.float64).unbind(1), strict=True))

    return solve


LALSUITE = StarMethod(
    title="lalsuite, M, R and Lambda only",
    setting="epsrel",
    settings=tuple(base * 10.0**-power for power in range(4, 13) for base in (1.0, 0.3)),
    solver=_solver,
    most=64,
    kinds=tuple(BUILDERS),
    names=NAMES,
    installed=find_spec("lalsimulation") is not None,
    own_reference=True,
)
