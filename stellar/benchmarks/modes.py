"""Modes of stars en masse against shooting them, at equal measured error.

Of each method the coarsest setting is taken that meets the targets, against the engine at a finer
one, which shares no right-hand side with the shooting: what that is off by bounds the error of the
engine, too. Stars are built anew by each method, and are in its time. Along a sequence, where a few
stars tell all others, building the sequence is in the time of its points.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stellar.benchmarks.baselines.mode_engine import ENGINE_MODES, REFERENCE, computed
from stellar.benchmarks.baselines.mode_method import ModeMethod, Spectra, Spectrum
from stellar.benchmarks.baselines.shooting_modes import SHOOTING_MODES
from stellar.benchmarks.star_samples import Sample, sample
from stellar.benchmarks.timing import in_turn, one_thread
from stellar.constants import MSUN_KM
from stellar.oscillations.mode import ModeRequest
from stellar.oscillations.order import Order
from stellar.parode.mode_sequences import Span, mode_sequences

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
ALONG = "full"  # the spectrum that is interpolated along sequences
POINTS = 1000  # masses of a sequence
INTERPOLATED = 1e-6  # accuracy asked of a sequence, as by default
LONGEST = 6.0  # processor seconds of a call: of more stars only so many are timed
TOGETHER = 4.0  # by how much stars become cheaper from one number of them to the next


@dataclass(frozen=True)
class Cost:
    """What modes cost by one method.

    kind, spectrum, method : which stars, which modes, which way; `sequence` with, and `series`
        without what it takes to build the sequence
    setting, re_error, im_error : how set, and its largest relative errors of Re and Im omega
    lanes, timed : stars asked for, and stars of the call that was timed
    modes : of a star;  seconds : processor time of a star, the smallest of the repetitions
    over_shooting : how many times faster a star, and with as many modes a mode, than shooting
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
    over_shooting: float


@dataclass(frozen=True)
class _Choice:
    """A setting, its errors, modes a star, and seconds a star as first measured."""

    setting: float
    errors: tuple[float, float]
    modes: float
    seconds: float


def measure(
    kinds: Sequence[str],
    spectra: Sequence[str],
    lanes: Sequence[int],
    repeats: int,
    progress: Callable[[str], None],
) -> Iterator[Cost]:
    """Time both methods on every kind of matter, and sequences where they have these modes."""
    with one_thread():
        for kind in kinds:
            for name in spectra:
                yield from _measured(kind, name, lanes, repeats, progress)


def _measured(
    kind: str, name: str, lanes: Sequence[int], repeats: int, progress: Callable[[str], None]
) -> Iterator[Cost]:
    spectrum, stars = spectrum_of(kind, name), sample(kind, 1)
    truth, masses = computed(stars, spectrum, REFERENCE)
    progress(f"{kind}, {spectrum.title}: shooting")
    shot = choose(SHOOTING_MODES, spectrum, stars, truth)
    if shot is None:
        return
    yield _cost(kind, name, "shooting", shot, 1, 1, shot.seconds, shot)
    progress(f"{kind}, {spectrum.title}: engine")
    chosen = choose(ENGINE_MODES, spectrum, stars, truth)
    if chosen is not None:
        rate = chosen.seconds
        solver = ENGINE_MODES.solver(spectrum, chosen.setting)
        for count in sorted(lanes):
            timed = min(count, ENGINE_MODES.most, max(1, int(TOGETHER * LONGEST / rate)))
            members = sample(kind, timed)
            members.nodes()  # matter is there before its stars are
            work = in_turn({"engine": partial(solver, members)}, repeats)["engine"]
            rate = work.least / timed
            yield _cost(kind, name, "engine", chosen, count, timed, rate, shot)
    if name == ALONG:
        progress(f"{kind}, {spectrum.title}: along a sequence")
        found, seconds = along_sequence(spectrum, stars, truth, masses[0] / MSUN_KM)
        yield _cost(kind, name, "sequence", found, POINTS, POINTS, found.seconds, shot)
        yield _cost(kind, name, "series", found, POINTS, POINTS, seconds, shot)


def spectrum_of(kind: str, name: str) -> Spectrum:
    """The modes of a kind of matter: without buoyancy there are no g-modes."""
    spectrum = SPECTRA[name]
    families, eos = spectrum.request.families, sample(kind, 1).equations[0]
    if eos.stratified or "g" not in families:
        return spectrum
    request = ModeRequest(BAROTROPIC, spectrum.request.n_max)
    return Spectrum(spectrum.title, request, spectrum.gravity, spectrum.targets, spectrum.l)


def choose(method: ModeMethod, spectrum: Spectrum, stars: Sample, truth: Spectra) -> _Choice | None:
    """The coarsest setting that meets the targets."""
    for setting in method.settings:
        solver = method.solver(spectrum, setting)
        start = time.process_time()
        found = solver(stars)
        seconds = (time.process_time() - start) / stars.count
        errors = deviation(found, truth)
        if all(error <= most for error, most in zip(errors, spectrum.targets, strict=True)):
            modes = sum(len(star) for star in found) / stars.count
            return _Choice(setting, errors, modes, seconds)
    return None


def deviation(found: Spectra, truth: Spectra) -> tuple[float, float]:
    """Largest relative errors of Re and Im omega; infinite where a mode is missing."""
    real = imaginary = 0.0
    for star, reference in zip(found, truth, strict=True):
        for name, omega in reference.items():
            if name not in star:
                return math.inf, math.inf
            other = star[name]
            size = omega.real or abs(omega)
            real = max(real, abs(other.real - omega.real) / size)
            if omega.imag:
                imaginary = max(imaginary, abs(other.imag / omega.imag - 1.0))
    return real, imaginary


def along_sequence(
    spectrum: Spectrum, stars: Sample, truth: Spectra, mass: float
) -> tuple[_Choice, float]:
    """Points between a star and the heaviest one.

    Returns
    -------
    Errors at the star, with the time a point that building the sequence is in, and one without it.
    """
    order = Order(INTERPOLATED, (spectrum.l,), spectrum.request, spectrum.gravity)
    start = time.process_time()
    (sequence,) = mode_sequences(stars.equations[:1], [order], Span(0.99 * mass))
    built = time.process_time()
    sequence.at(np.linspace(sequence.lightest, sequence.heaviest, POINTS))
    end = time.process_time()
    own = sequence.at(mass)
    found = [dict(zip(own.modes, own.omega[0].tolist(), strict=True))]
    choice = _Choice(INTERPOLATED, deviation(found, truth), len(own.modes), (end - start) / POINTS)
    return choice, (end - built) / POINTS


def _cost(
    kind: str, name: str, method: str, choice: _Choice, lanes: int, timed: int, seconds: float,
    shot: _Choice,
) -> Cost:  # fmt: skip
    return Cost(
        kind, name, method, choice.setting, *choice.errors, lanes, timed, choice.modes,
        seconds, shot.seconds / seconds,
    )  # fmt: skip


METHODS: Mapping[str, str] = {
    "shooting": SHOOTING_MODES.title,
    "engine": ENGINE_MODES.title,
    "sequence": f"a sequence built for {POINTS} masses",
    "series": "its series alone",
}
