"""`stellar doctor`: what this installation is made of, and whether it computes as it should."""

import json
import math
import os
import platform
import shutil
import sys
from importlib import metadata

import click

from stellar._version import __version__

LIBRARIES = ("torch", "numpy", "scipy", "astropy", "h5py", "click", "rich")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def doctor(as_json: bool) -> int:
    """Check this installation: versions, devices, float64, equation-of-state tables, disk."""
    findings = {**_versions(), **_devices(), **_checks()}
    if as_json:
        click.echo(json.dumps(findings, indent=2))
    else:
        width = max(map(len, findings))
        for name, value in findings.items():
            click.echo(f"{name:<{width}}  {value}")
    return 0 if all(not str(value).startswith("FAILED") for value in findings.values()) else 1


def _versions() -> dict[str, str]:
    found = {"stellar": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "FAILED: not installed"
    return found


def _devices() -> dict[str, str]:
    import torch

    cuda = ", ".join(
        torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())
    )
    return {
        "processors": str(os.cpu_count()),
        "torch threads": str(torch.get_num_threads()),
        "CUDA devices": cuda or "none",
    }


def _checks() -> dict[str, str]:
    free = shutil.disk_usage(os.getcwd()).free / 1e9
    return {
        "float64": _float64(),
        "equation-of-state tables": _tables(),
        "reference star": _reference_star(),
        "free disk here": f"{free:.1f} GB",
    }


def _float64() -> str:
    import torch

    third = torch.tensor(1.0, dtype=torch.float64) / 3.0
    agrees = sys.float_info.dig == 15 and float(third) == 1.0 / 3.0
    return "well" if agrees else "FAILED: torch and Python disagree in the last bit of 1/3"


def _tables() -> str:
    from stellar.eos.catalogue.lookup import resolve
    from stellar.errors import InputError

    try:
        resolve("sly")
    except InputError as problem:
        return f"FAILED: {problem}"
    return "well"


def _reference_star() -> str:
    """An incompressible star against the interior solution of Schwarzschild (1916)."""
    from stellar.eos.catalogue.lookup import resolve
    from stellar.shooting.background import solve_background

    h_c = 0.2
    star = solve_background(resolve("constant-density:eps=1e15"), h_c)
    # at the centre e^h = 2 s / (3 s - 1) with s = sqrt(1 - 2M/R)
    lapse = math.sqrt(1.0 - 2.0 * star.compactness)
    deviation = abs(2.0 * lapse / (3.0 * lapse - 1.0) / math.exp(h_c) - 1.0)
    verdict = "well" if deviation < 1e-10 else "FAILED"
    return f"{verdict}: incompressible star off Schwarzschild's solution by {deviation:.0e}"
