"""The data folder `eos_tables`: its MANIFEST and files read only with the right checksum.

MANIFEST.toml holds one `[[file]]` block for every file: name, sha256, title, citation, generator;
and for one that is an equation of state also aliases and what is known of its stars.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stellar.errors import InputError

MANIFEST = "MANIFEST.toml"
_SIZE_CAP_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class DataFile:
    """One block of the MANIFEST.

    name, sha256, title, citation, generator : as stored
    eos : catalogue name if the file is a tabulated equation of state, else empty
    aliases : other names it answers to
    m_max_msun, r_14_km : what a correct solver finds for it, NaN if not stated
    """

    name: str
    sha256: str
    title: str
    citation: str
    generator: str
    eos: str = ""
    aliases: tuple[str, ...] = ()
    m_max_msun: float = float("nan")
    r_14_km: float = float("nan")


@cache
def manifest() -> dict[str, DataFile]:
    """The MANIFEST, by file name.

    Raises
    ------
    InputError
        If it is missing or malformed.
    """
    try:
        blocks = tomllib.loads(files("eos_tables").joinpath(MANIFEST).read_text("utf-8"))["file"]
        entries = [DataFile(**{**b, "aliases": tuple(b.get("aliases", ()))}) for b in blocks]
    except (OSError, ModuleNotFoundError) as error:
        raise InputError(
            f"The data folder eos_tables has no readable {MANIFEST}; reinstall the package."
        ) from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InputError(
            f"eos_tables/{MANIFEST} is malformed ({error}); reinstall the package."
        ) from error
    return {entry.name: entry for entry in entries}


def read_data(name: str) -> bytes:
    """Content of one file of eos_tables, after its checksum has been verified.

    Raises
    ------
    InputError
        If the file is not listed, missing, too large or not the one the MANIFEST describes.
    """
    entry = manifest().get(name)
    if entry is None:
        raise InputError(f"eos_tables/{MANIFEST} does not list {name}; reinstall the package.")
    path = files("eos_tables").joinpath(name)
    if not path.is_file():
        raise InputError(f"eos_tables/{name} is missing; {_remedy(entry)}")
    with path.open("rb") as stream:
        content = stream.read(_SIZE_CAP_BYTES + 1)
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry.sha256:
        raise InputError(
            f"eos_tables/{name} has the sha256 {digest[:12]}..., but {MANIFEST} lists "
            f"{entry.sha256[:12]}...; {_remedy(entry)}"
        )
    return content


def _remedy(entry: DataFile) -> str:
    if entry.eos:
        return f"rebuild it with `stellar eos build {entry.eos}` or reinstall the package."
    return "reinstall the package."
