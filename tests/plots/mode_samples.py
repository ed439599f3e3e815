"""Results for the tests of pictures: small ones whose curves are known."""

import math

from parode_core import Status
from stellar.results.results import Results

CONFIG = 'command = "modes"\n'
MASSES = (1.0, 1.2, 1.4, 1.6)
RADIUS_KM = 12.0


def star(star_id, eos, mass, **changes):
    return {
        "star_id": star_id,
        "eos": eos,
        "mass_msun": mass,
        "radius_km": RADIUS_KM,
        "compactness": 1.4766250 * mass / RADIUS_KM,
        "stable": True,
        "status": Status.OK,
    } | changes


def mode(mode_id, star_id, eos, mass, label, frequency, **changes):
    return {
        "mode_id": mode_id,
        "star_id": star_id,
        "eos": eos,
        "mass_msun": mass,
        "l": 2,
        "family": label[0],
        "n": int(label[1:] or 0),
        "label": label,
        "gravity": "full",
        "solver": "shooting",
        "frequency_hz": frequency,
        "frequency_err_hz": 1e-6 * frequency,
        "damping_time_s": 0.1 * mass,
        "damping_time_err_s": 1e-7,
        "complete": True,
        "status": Status.OK,
    } | changes


def failed(mode_id, star_id, eos, mass, label):
    lost = {"frequency_err_hz": math.nan, "damping_time_s": math.nan, "complete": False}
    lost |= {"status": Status.MODE_NOT_FOUND, "message": "not found"}
    return mode(mode_id, star_id, eos, mass, label, math.nan, **lost)


def frequency(number, mass, label):
    """f of equation of state `number`: known, so that the curves of a picture can be checked."""
    return {"f": 1500.0, "p1": 6000.0}[label] + 100.0 * number + 500.0 * mass


def spectra(count, labels=("f", "p1")):
    """Modes of some equations of state at MASSES."""
    stars, modes = [], []
    for number in range(count):
        for mass in MASSES:
            stars.append(star(len(stars), f"eos{number}", mass))
            for label in labels:
                value = frequency(number, mass, label)
                modes.append(mode(len(modes), len(stars) - 1, f"eos{number}", mass, label, value))
    return stars, modes


def results(stars, modes, **more):
    return Results.from_rows(CONFIG, stars, modes, **more)
