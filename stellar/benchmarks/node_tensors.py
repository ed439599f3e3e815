"""What node tensors cost, as a ratio against a loop of scipy interpolators measured beside them.

The baseline is what codes without batches do: for one equation of state after another, PCHIP
interpolants of ln p and ln eps over ln h (200 rows, built beforehand) give p, eps and, by their
slopes, ce2 at the same nodes. Both are timed in turn within each repeat, so that a busy machine
slows both.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import NodeEOS, pack
from stellar.eos.nodes.families import generalized_polytropes, hybrids, piecewise_polytropes
from stellar.errors import UsageError

ROWS = 200
LOOP_LANES = 32  # the loop costs the same for each equation of state: a few are timed
_HIGHEST_H = 0.5
_SPREAD = 0.02  # relative, of the parameters about those of SLy


@dataclass(frozen=True)
class Cost:
    """Nanoseconds for one equation of state and node, and the ratio to the loop.

    spread : smallest and largest ratio among the repeats
    """

    family: str
    elements: int
    tensor_ns: float
    loop_ns: float
    ratio: float
    spread: tuple[float, float]


def measure(lanes: int, nodes: int, repeats: int, device: str) -> Iterator[Cost]:
    """Time each kind of equation of state.

    Parameters
    ----------
    lanes : equations of state in one call;  nodes : in each element
    repeats : of both measurements;  device : cpu, cuda or cuda:N

    Raises
    ------
    UsageError
        If the device is not there.
    """
    try:
        place = torch.device(device)
        torch.zeros(1, device=place)
    except (RuntimeError, AssertionError) as problem:
        reason = str(problem).splitlines()[0].rstrip(".")
        raise UsageError(f"--device '{device}' cannot be used: {reason}.") from problem
    for family, batch, alike in _cases(lanes):
        yield _cost(family, batch.to(place), alike, nodes, repeats)


def _cases(lanes: int) -> Iterator[tuple[str, NodeEOS, ColdEOS]]:
    """(name, batch, an equation of state of the same kind for the loop)."""
    generator = torch.Generator().manual_seed(1)

    def about(value: float) -> Tensor:
        noise = torch.rand(lanes, generator=generator, dtype=torch.float64) - 0.5
        return value * (1.0 + 2.0 * _SPREAD * noise)

    log_p1 = torch.full((lanes,), 34.384, dtype=torch.float64)
    pp = piecewise_polytropes(log_p1, about(3.005), about(2.988), about(2.851))
    yield "pp", pp, resolve("pp:SLy")
    log_k1 = torch.full((lanes,), -31.35, dtype=torch.float64)
    fixed = torch.full((lanes,), 3.045, dtype=torch.float64)
    gpp = generalized_polytropes(log_k1, fixed, about(2.884), about(2.773))
    yield "gpp", gpp, resolve("gpp:SLY4")
    css = hybrids(pp, about(6e14), about(0.3), about(0.8))
    yield "css on pp", css, resolve("css:base=pp:SLy,rho_t=6e14,deps=0.3,cs2=0.8")
    table = resolve("sly")
    yield "table", pack([table]).select(torch.zeros(lanes, dtype=torch.int64)), table


def _cost(family: str, batch: NodeEOS, alike: ColdEOS, nodes: int, repeats: int) -> Cost:
    h_c = torch.full((batch.lanes,), _HIGHEST_H, dtype=torch.float64, device=batch.edges.device)
    edges = batch.element_edges(h_c)
    share = torch.linspace(0.02, 0.98, nodes, dtype=torch.float64, device=edges.device)
    h = edges[:, :-1, None] + (edges[:, 1:] - edges[:, :-1])[..., None] * share
    segment = batch.segment_of(h)
    looped = h[:LOOP_LANES].flatten(1).cpu().numpy()
    interpolants = [_interpolants(alike) for _ in looped]
    timings = []
    for _ in range(repeats + 1):
        tensor = _seconds(lambda: batch.evaluate(h, segment), h.device)
        loop = _seconds(lambda: [f(points) for f, points in zip(interpolants, looped, strict=True)])
        timings.append((1e9 * tensor / h.numel(), 1e9 * loop / looped.size))
    timings = timings[1:]  # the first call of each warms up
    ratios = [loop / tensor for tensor, loop in timings]
    return Cost(
        family,
        h.shape[1],
        statistics.median(tensor for tensor, _ in timings),
        statistics.median(loop for _, loop in timings),
        statistics.median(ratios),
        (min(ratios), max(ratios)),
    )


def _seconds(work: Callable[[], object], device: torch.device | None = None) -> float:
    on_cuda = device is not None and device.type == "cuda"
    if on_cuda:
        torch.cuda.synchronize(device)
    start = time.perf_counter()
    work()
    if on_cuda:
        torch.cuda.synchronize(device)
    return time.perf_counter() - start


def _interpolants(eos: ColdEOS) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    """(p, eps, ce2) as functions of h, by interpolation of a table of the equation of state."""
    from scipy.interpolate import PchipInterpolator

    h = np.geomspace(1e-4 * _HIGHEST_H, 1.05 * _HIGHEST_H, ROWS)
    states = [eos.evaluate(float(value)) for value in h]
    ln_p, ln_eps = (
        PchipInterpolator(np.log(h), np.log([getattr(state, name) for state in states]))
        for name in ("p", "eps")
    )
    ln_p_slope, ln_eps_slope = ln_p.derivative(), ln_eps.derivative()

    def evaluate(points: np.ndarray) -> tuple[np.ndarray, ...]:
        u = np.log(points)
        p, eps = np.exp(ln_p(u)), np.exp(ln_eps(u))
        return p, eps, p * ln_p_slope(u) / (eps * ln_eps_slope(u))

    return evaluate
