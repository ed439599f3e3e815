"""Modes of stars en masse against shooting them, at equal measured error.

Of each method the coarsest setting is taken that meets the targets, against the engine at a finer
one, which shares no right-hand side with the shooting: what that is off by bounds the error of the
engine, too. Stars are built anew by each method, and are in its time.

Shooting has two forms. The solver of this package carries many trial frequencies through a star at
once and finds all its modes, with a proof that none is missing, labels and errors: all at once.
Usual programs take one mode after the other, each from a guess: one by one, where guesses are given
and nothing is proven. Ratios to both are of seconds a mode. The modes that count are those asked
for: the wII that a list of w-modes proves to be beside w1 are in its time, but count nothing, and
one by one they are not shot.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from stellar.benchmarks.baselines.mode_engine import ENGINE_MODES, REFERENCE, computed, engine_on
from stellar.benchmarks.baselines.mode_method import Spectra, Spectrum
from stellar.benchmarks.baselines.shooting_modes import SHOOTING_MODES
from stellar.benchmarks.baselines.shooting_one_by_one import TITLE, one_by_one
from stellar.benchmarks.mode_choice import Choice, asked, choose, times_faster
from stellar.benchmarks.mode_ensemble import ensemble
from stellar.benchmarks.star_samples import Sample, sample
from stellar.benchmarks.timing import in_turn, one_thread
from stellar.oscillations.mode import ModeRequest

SPECTRA = {
    "cowling": Spectrum(
        "radial F to H3 and Cowling f, p1-p3, g1-g3 where there are any",
        ModeRequest(("f", "p", "g", "radial"), 3),
        "cowling",
        (1e-8, math.inf),
    ),
    "full": Spectrum("full GR f, p1-p4", ModeRequest(("f", "p"), 4), "full", (1e-8, 1e-4)),
    "w": Spectrum("w1", ModeRequest(("w",), 1), "full", (1e-6, 1e-6)),
}
BAROTROPIC = ("f", "p", "radial")
KINDS = ("gamma", "pp", "functional")
LANES = (1, 16, 256)
ALONG = ("full", "w")  # the spectra that are interpolated along sequences
POINTS = (256, 1000)  # masses of a sequence
LONGEST = 30.0  # processor seconds of a call: of more stars only so many are timed
TOGETHER = 4.0  # by how much stars become cheaper from one number of them to the next


@dataclass(frozen=True)
class Cost:
    """What modes cost by one method.

    kind, spectrum, method : which stars, which modes, which way; `sequence` with, and `series`
        without what it takes to build the sequence
    setting, re_error, im_error : how set, and its largest relative errors of Re and Im omega
    lanes, timed : stars asked for, and stars of the call that was timed
    modes : of a star, asked for;  seconds : of a star, the smallest of repetitions; processor time
        but of an engine that is not on the CPU
    over_all_at_once, over_one_by_one : how many times faster a mode than by shooting all modes of
        a star at once, and than by shooting one mode at a time; NaN where that met no target
    """

    kind: str
    spectrum: str
    method: str
    setting: float
    re_error: float
    im_error: float
    lanes: int
    timed: int
    modes: float
    seconds: float
    over_all_at_once: float
    over_one_by_one: float


@dataclass(frozen=True)
class _Case:
    """The modes of one kind of stars, the star that settings are chosen with, and the baselines."""

    kind: str
    name: str
    spectrum: Spectrum
    stars: Sample
    truth: Spectra
    mass: float
    together: Choice | None = None
    single: Choice | None = None


def measure(
    kinds: Sequence[str],
    spectra: Sequence[str],
    lanes: Sequence[int],
    repeats: int,
    progress: Callable[[str], None],
    device: str = "cpu",
) -> Iterator[Cost]:
    """Time all methods on every kind of matter, and sequences where they have these modes.

    device : of the engine, as torch calls it; another one than the CPU counts by a clock on the
        wall. All else is on the CPU
    """
    with one_thread():
        for kind in kinds:
            for name in spectra:
                case = _against(_case(kind, name), progress)
                yield from _shot(case)
                progress(f"{kind}, {case.spectrum.title}: engine")
                yield from _engine(case, lanes, repeats, device)
                if name in ALONG:
                    progress(f"{kind}, {case.spectrum.title}: along a sequence")
                    yield from _along(case)


def _case(kind: str, name: str) -> _Case:
    spectrum, stars = spectrum_of(kind, name), sample(kind, 1)
    truth, masses = computed(stars, spectrum, REFERENCE)
    return _Case(kind, name, spectrum, stars, asked(truth), masses[0])


def _against(case: _Case, progress: Callable[[str], None]) -> _Case:
    """With both forms of shooting, timed."""
    chosen = []
    for method in (SHOOTING_MODES, one_by_one(case.truth)):
        progress(f"{case.kind}, {case.spectrum.title}: {method.title}")
        chosen.append(choose(method, case.spectrum, case.stars, case.truth))
    return replace(case, together=chosen[0], single=chosen[1])


def _shot(case: _Case) -> Iterator[Cost]:
    for method, chosen in (("shooting", case.together), ("one_by_one", case.single)):
        if chosen is not None:
            yield _cost(case, method, chosen, 1, 1, chosen.seconds)


def _engine(case: _Case, lanes: Sequence[int], repeats: int, device: str) -> Iterator[Cost]:
    engine = engine_on(device)
    clock = time.process_time if device == "cpu" else time.perf_counter
    chosen = choose(engine, case.spectrum, case.stars, case.truth)
    if chosen is None:
        return
    rate = chosen.seconds
    solver = engine.solver(case.spectrum, chosen.setting)
    for count in sorted(lanes):
        timed = min(count, engine.most, max(1, int(TOGETHER * LONGEST / rate)))
        members = sample(case.kind, timed)
        members.nodes()  # matter is there before its stars are
        work = {"engine": partial(solver, members)}
        rate = in_turn(work, repeats, clock)["engine"].least / timed
        yield _cost(case, "engine", chosen, count, timed, rate)


def _along(case: _Case) -> Iterator[Cost]:
    """Ensembles of one equation of state, that of the star that settings are chosen with."""
    stars = case.stars
    lightest = Sample(case.kind, sample(case.kind, max(POINTS)).h_c[:1], stars.parameters)
    (mass,) = computed(lightest, case.spectrum, REFERENCE)[1]
    found = ensemble(case.spectrum, stars, case.truth, (mass, case.mass), POINTS)
    if found is None:
        return
    chosen = Choice(found.setting, found.errors, found.modes, math.nan)
    for count, seconds in zip(found.points, found.evaluating, strict=True):
        yield _cost(case, "sequence", chosen, count, count, (found.building + seconds) / count)
    most = found.points[-1]
    yield _cost(case, "series", chosen, most, most, found.evaluating[-1] / most)


def spectrum_of(kind: str, name: str) -> Spectrum:
    """The modes of a kind of matter: without buoyancy there are no g-modes."""
    spectrum = SPECTRA[name]
    families, eos = spectrum.request.families, sample(kind, 1).equations[0]
    if eos.stratified or "g" not in families:
        return spectrum
    request = ModeRequest(BAROTROPIC, spectrum.request.n_max)
    return Spectrum(spectrum.title, request, spectrum.gravity, spectrum.targets, spectrum.l)


def _cost(case: _Case, method: str, chosen: Choice, lanes: int, timed: int, seconds: float) -> Cost:
    ratios = (times_faster(form, seconds, chosen.modes) for form in (case.together, case.single))
    return Cost(
        case.kind, case.name, method, chosen.setting, *chosen.errors, lanes, timed, chosen.modes,
        seconds, *ratios,
    )  # fmt: skip


METHODS: Mapping[str, str] = {
    "shooting": SHOOTING_MODES.title,
    "one_by_one": TITLE,
    "engine": ENGINE_MODES.title,
    "sequence": "along a sequence, building included",
    "series": "along a sequence, its series alone",
}
