"""A small result with everything in it: a failed star, radial, Cowling, damped and failed modes."""

import math

import numpy as np

from parode_core import Status
from stellar.results.results import EosRecord, Results

CONFIG = """command = "modes"
eos = ["sly", "energy-polytrope:n=1,K=100"]
selector = "masses"
values = "1.4,2.5"
l = [2]
families = ["f", "p", "radial"]
n_max = 1
gravity = "full"
solver = "shooting"
accuracy = 1e-06
"""


def star_rows():
    good = {
        "mass_msun": 1.4,
        "radius_km": 11.7064321,
        "lambda2": 297.3123,
        "stable": True,
        "mass_msun_err": 1e-9,
        "radius_km_err": 3e-6,
        "lambda2_err": 2e-4,
    }
    return [
        {"star_id": 0, "eos": "sly4", "status": Status.OK, "message": "", **good},
        {
            "star_id": 1,
            "eos": "sly4",
            "mass_msun": 2.5,
            "status": Status.ABOVE_MAXIMUM_MASS,
            "message": "sly4 carries at most 2.0542 solar masses.",
        },
        {"star_id": 2, "eos": "Größe", **good, "mass_msun": 1.2, "status": Status.OK},
    ]


def mode_row(mode_id, star_id, label, frequency, tau, **changes):
    family = {"F": "radial", "H": "radial"}.get(label[0], label[0])
    row = {
        "mode_id": mode_id,
        "star_id": star_id,
        "eos": "sly4",
        "mass_msun": 1.4,
        "l": 0 if family == "radial" else 2,
        "family": family,
        "n": 1 if label[-1] == "1" else 0,
        "label": label,
        "gravity": "full",
        "solver": "shooting",
        "frequency_hz": frequency,
        "omega_re_per_s": frequency and 2 * math.pi * frequency,
        "frequency_err_hz": 2e-4,
        "nodes": 1 if label[-1] == "1" else 0,
        "complete": True,
        "status": Status.OK,
        "message": "",
    }
    if tau is not None:
        row |= {"damping_time_s": tau, "omega_im_per_s": 1 / tau, "damping_time_err_s": 1e-5 * tau}
    return row | changes


def mode_rows():
    failed = {
        "frequency_err_hz": None,
        "nodes": None,
        "complete": None,
    }
    return [
        mode_row(0, 0, "f", 1934.4412, 0.19112),
        mode_row(1, 0, "p1", 6321.7788, 2.9134),
        mode_row(2, 0, "F", 3012.551, None),
        mode_row(3, 1, "f", None, None, **failed, status=Status.DEPENDS_ON_FAILED_STAR),
        mode_row(4, 1, "p1", None, None, **failed, status=Status.DEPENDS_ON_FAILED_STAR),
        mode_row(5, 2, "f", 1900.0, 0.2),
        mode_row(6, 2, "p1", None, None, **failed, status=Status.MODE_NOT_FOUND, message="Nein."),
    ]


def eos_records():
    table = {
        "h": np.linspace(0.0, 0.5, 20),
        "pressure_dyn_cm2": np.geomspace(1e20, 1e36, 20),
        "energy_density_g_cm3": np.geomspace(8.0, 3e15, 20),
    }
    provenance = {"source": "generated", "citation": "Douchin & Haensel 2001", "sha256": "ab" * 32}
    return [
        EosRecord("sly4", "sly4", provenance, table),
        EosRecord("Größe", "table:../a/Größe.csv"),
    ]


def sample_results():
    profiles = {0: {"h": np.linspace(0.3, 0.0, 9), "radius_km": np.linspace(0.0, 11.7, 9)}}
    place = np.linspace(0.0, 11.7, 9)
    eigenfunctions = {
        1: {"radius_km": place, "radial_displacement_re": np.sin(place), "metric_k_im": 0.0 * place}
    }
    return Results.from_rows(
        CONFIG,
        star_rows(),
        mode_rows(),
        eos_records(),
        profiles=profiles,
        eigenfunctions=eigenfunctions,
        device="cpu",
    )
