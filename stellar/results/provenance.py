"""Where a result comes from: time, versions, commit, device and constants."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

from stellar._version import __version__
from stellar.constants import CONSTANTS_USED

_LIBRARIES = ("torch", "numpy", "scipy", "h5py")


def collect_provenance(device: str) -> dict[str, str]:
    """Everything that is stored beside the numbers, as text.

    torch is asked for its version through its metadata: importing it would take seconds.
    """
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "stellar_version": __version__,
        "stellar_commit": _commit(),
        "python_version": platform.python_version(),
        **{f"{library}_version": _library_version(library) for library in _LIBRARIES},
        "device": device,
    }


def collect_constants() -> dict[str, float]:
    """The physical constants behind the numbers, by name with unit."""
    return dict(CONSTANTS_USED)


def _library_version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"


@cache
def _commit() -> str:
    """Commit of the source tree the package runs from, or 'unknown' for an installed package."""
    tree = Path(__file__).parents[2]
    git = shutil.which("git")
    if git is None or not (tree / ".git").exists():
        return "unknown"
    command = [git, "-C", str(tree), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return answer.stdout.strip() or "unknown"
