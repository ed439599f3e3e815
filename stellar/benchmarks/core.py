"""The engine against marching codes: stars of one family at equal measured error.

Of each method the cheapest setting is taken whose largest error over a sample of the family,
against a reference on 40 nodes, meets the target. The sample is 256 stars, and for scipy the few
that it is timed on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stellar.benchmarks import family
from stellar.benchmarks.baselines.engine import COLD, NEWTON, WARM
from stellar.benchmarks.baselines.heyoka_taylor import HEYOKA
from stellar.benchmarks.baselines.method import Method
from stellar.benchmarks.baselines.numba_dop853 import NUMBA
from stellar.benchmarks.baselines.runge_kutta import EIGHTH, FIFTH
from stellar.benchmarks.baselines.scipy_dop853 import SCIPY
from stellar.benchmarks.baselines.torchdiffeq_dopri8 import TORCHDIFFEQ
from stellar.benchmarks.baselines.torchode_dopri5 import TORCHODE
from stellar.benchmarks.timing import Timing, in_fresh_process, in_turn, one_thread, peak

METHODS: dict[str, Method] = {
    "chord": WARM,
    "chord-cold": COLD,
    "newton": NEWTON,
    "runge-kutta-8": EIGHTH,
    "runge-kutta-5": FIFTH,
    "torchdiffeq": TORCHDIFFEQ,
    "torchode": TORCHODE,
    "numba": NUMBA,
    "heyoka": HEYOKA,
    "scipy": SCIPY,
}
MEASURED_MEMORY = ("chord", "newton", "runge-kutta-8")
TARGETS = (2e-6, 1e-9, 3e-11)
LANES = (1, 16, 256, 4096, 65536)


@dataclass(frozen=True)
class Choice:
    """The cheapest setting of a method that meets a target; None if no setting does."""

    setting: float | None
    error: float


@dataclass(frozen=True)
class Cost:
    """What stars cost by one method.

    method, target, setting, error : which one, how set, and its largest relative mass error
    lanes, timed : stars asked for, and stars of the call that was timed
    least, median, most : microseconds a star, of the repetitions
    over_scipy : how many times faster than scipy, by the smallest of each
    """

    method: str
    target: float
    setting: float
    error: float
    lanes: int
    timed: int
    least: float
    median: float
    most: float
    over_scipy: float


def choose(method: Method, targets: Sequence[float]) -> dict[float, Choice]:
    """The cheapest settings of a method, by trying them from coarse to fine."""
    count = min(method.most, family.SAMPLE)
    members, found, error = family.stars(count), dict[float, Choice](), float("nan")
    for setting in method.settings:
        error = family.error(method.solver(setting)(members), count)
        for target in targets:
            if target not in found and error <= target:
                found[target] = Choice(setting, error)
        if len(found) == len(targets):
            break
    return {target: found.get(target, Choice(None, error)) for target in targets}


def choices(
    names: Sequence[str], targets: Sequence[float], progress: Callable[[str], None]
) -> dict[str, dict[float, Choice]]:
    """Settings of all methods; the chord method has one, however its atlas came about."""
    chosen = {}
    for name in names:
        same = "chord" if name == "chord-cold" and "chord" in chosen else None
        progress(f"settings of {METHODS[name].title}")
        chosen[name] = chosen[same] if same else choose(METHODS[name], targets)
    return chosen


def measure(
    lanes: Sequence[int],
    targets: Sequence[float],
    repeats: int,
    progress: Callable[[str], None],
) -> Iterator[Cost]:
    """Time every method that is installed at every target and number of stars."""
    names = [name for name, method in METHODS.items() if method.installed]
    with one_thread():
        chosen = choices(names, targets, progress)
        for target in targets:
            at = {name: chosen[name][target] for name in names}
            solvers = {
                name: METHODS[name].solver(choice.setting)
                for name, choice in at.items()
                if choice.setting is not None
            }
            for count in lanes:
                progress(f"error {target:g}, {count} stars")
                work = {
                    name: _call(solver, min(count, METHODS[name].most))
                    for name, solver in solvers.items()
                    if count <= METHODS[name].most or METHODS[name].kind == "scalar"
                }
                yield from _costs(in_turn(work, repeats), at, target, count)


def _call(solver: Callable, count: int) -> Callable[[], object]:
    members = family.stars(count)
    return lambda: solver(members)


def _costs(
    timings: dict[str, Timing], chosen: dict[str, Choice], target: float, lanes: int
) -> Iterator[Cost]:
    scipy = timings["scipy"].least / min(lanes, SCIPY.most) if "scipy" in timings else float("nan")
    for name, timing in timings.items():
        timed = min(lanes, METHODS[name].most)
        least, median, most = (
            1e6 * seconds / timed for seconds in (timing.least, timing.median, timing.most)
        )
        setting, error = chosen[name].setting, chosen[name].error
        if setting is not None:
            over = 1e6 * scipy / least
            yield Cost(name, target, setting, error, lanes, timed, least, median, most, over)


def memory(name: str, setting: float, lanes: Sequence[int]) -> list[float]:
    """Largest memory of a fresh process after 1, ... stars, MiB; the first entry is that before."""
    allowed = [count for count in sorted(lanes) if count <= METHODS[name].most]
    return in_fresh_process(_peaks, name, setting, allowed)


def _peaks(name: str, setting: float, lanes: Sequence[int]) -> list[float]:
    with one_thread():
        solver, found = METHODS[name].solver(setting), [peak()]
        for count in lanes:
            solver(family.stars(count))
            found.append(peak())
        return found
