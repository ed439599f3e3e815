"""Stars en masse against one star after the other, at equal measured error.

Of each method the fastest setting is taken that meets the targets on a sample of its stars, against
a finer solution: the engine at its finest, which shares nothing with scipy, or for a method with
matter of its own its own finest setting. What scipy is off by therefore bounds the error of the
engine, too.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stellar.benchmarks.baselines.lal_stars import LALSUITE
from stellar.benchmarks.baselines.scipy_stars import SCIPY_STARS
from stellar.benchmarks.baselines.star_engine import ENGINE, computed
from stellar.benchmarks.baselines.star_method import Quantities, StarMethod, StarSolver
from stellar.benchmarks.star_samples import Sample, sample
from stellar.benchmarks.timing import Timing, in_turn, one_thread
from stellar.stars.collocation.solve import Resolution

METHODS: dict[str, StarMethod] = {"engine": ENGINE, "scipy": SCIPY_STARS, "lalsuite": LALSUITE}
TARGETS = {
    "mass": 1e-8,
    "radius": 1e-8,
    "baryon_mass": 1e-8,
    "moment_of_inertia": 1e-6,
    "lambda2": 1e-6,
}  # relative
LANES = (1, 16, 256, 4096, 65536)
TRIES = 3  # of a setting, of which the quickest counts
SAMPLE = 64  # stars on which errors are measured
LONGEST = 2.5  # processor seconds of a call: of more stars only so many are timed


@dataclass(frozen=True)
class Choice:
    """The fastest setting of a method that meets the targets; None if no setting does.

    errors : largest relative error of each quantity, at the finest setting if none meets them
    rate : stars a second, as first measured
    """

    setting: float | None
    errors: Mapping[str, float]
    rate: float


@dataclass(frozen=True)
class Cost:
    """What stars cost by one method.

    kind, method, setting, errors : which stars, which method, how set, and its relative errors
    lanes, timed : stars asked for, and stars of the call that was timed
    least, median, most : processor seconds of that call, of the repetitions
    rate : stars a second, by the smallest;  over_scipy : rate over that of scipy
    """

    kind: str
    method: str
    setting: float
    errors: Mapping[str, float]
    lanes: int
    timed: int
    least: float
    median: float
    most: float
    rate: float
    over_scipy: float


def measure(
    kinds: Sequence[str], lanes: Sequence[int], repeats: int, progress: Callable[[str], None]
) -> Iterator[Cost]:
    """Time every method that is installed on every kind of matter and number of stars."""
    with one_thread():
        for kind in kinds:
            able = {
                name: method
                for name, method in METHODS.items()
                if method.installed and kind in method.kinds
            }
            chosen = {}
            for name, method in able.items():
                progress(f"{kind}: settings of {method.title}")
                chosen[name] = choose(method, kind)
            for count in lanes:
                progress(f"{kind}: {count} stars")
                yield from _costs(kind, chosen, count, repeats)


def choose(method: StarMethod, kind: str) -> Choice:
    """The fastest setting that meets the targets."""
    stars, best, errors = sample(kind, min(method.most, SAMPLE)), None, dict[str, float]()
    truth = _reference(method, kind, stars.count)
    method.solver(method.settings[0])(stars)  # what is built once is in no setting's time
    for setting in method.settings:
        errors, seconds = _tried(method.solver(setting), stars, truth)
        met = all(error <= TARGETS[name] for name, error in errors.items())
        rate = stars.count / seconds
        if met and (best is None or rate > best.rate):
            best = Choice(setting, errors, rate)
        if best is not None and rate < 0.5 * best.rate:
            break
    return best or Choice(None, errors, math.nan)


def _tried(solver: StarSolver, stars: Sample, truth: Quantities) -> tuple[dict[str, float], float]:
    """Largest relative errors, NaN where one is, and the least processor seconds of some tries."""
    seconds = math.inf
    for _ in range(TRIES):
        start = time.process_time()
        found = solver(stars)
        seconds = min(seconds, time.process_time() - start)
    errors = {name: float((value / truth[name] - 1.0).abs().max()) for name, value in found.items()}
    return errors, seconds


def _reference(method: StarMethod, kind: str, count: int) -> Quantities:
    if method.own_reference:
        return method.solver(0.1 * min(method.settings))(sample(kind, count))
    return _finest(kind, count)


@lru_cache(maxsize=16)
def _finest(kind: str, count: int) -> Quantities:
    return computed(sample(kind, count), Resolution(errors=False))


def _costs(kind: str, chosen: Mapping[str, Choice], lanes: int, repeats: int) -> Iterator[Cost]:
    work, timed = {}, {}
    for name, choice in chosen.items():
        if choice.setting is not None:
            affordable = max(1, int(LONGEST * choice.rate))
            timed[name] = min(lanes, METHODS[name].most, affordable)
            work[name] = _call(METHODS[name].solver(choice.setting), sample(kind, timed[name]))
    timings = in_turn(work, repeats)
    scipy = timed["scipy"] / timings["scipy"].least if "scipy" in timings else math.nan
    for name, timing in timings.items():
        yield _cost(kind, name, chosen[name], lanes, timed[name], timing, scipy)


def _call(solver: StarSolver, stars: Sample) -> Callable[[], object]:
    return lambda: solver(stars)


def _cost(
    kind: str, name: str, choice: Choice, lanes: int, timed: int, timing: Timing, scipy: float
) -> Cost:
    rate, setting = timed / timing.least, choice.setting
    if setting is None:
        raise ValueError(f"{name} has no setting that meets the targets, and was timed")
    return Cost(
        kind, name, setting, choice.errors, lanes, timed,
        timing.least, timing.median, timing.most, rate, rate / scipy,
    )  # fmt: skip
