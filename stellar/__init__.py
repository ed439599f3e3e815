"""Neutron stars and their oscillation spectra from equations of state, many at a time.

import stellar
spectrum = stellar.modes("sly", masses="1.2:2.0/9", l=(2, 3))
spectrum.to_qtable()
spectrum.save("sly.h5")
stellar.open("sly.h5")
"""

from importlib import import_module

from stellar._version import __version__
from stellar.results.astropy_hook import register_when_imported

_FUNCTIONS = ("modes", "mode_sequence", "follow", "structure", "love", "rotation", "open")

__all__ = [
    "__version__",
    "follow",
    "love",
    "mode_sequence",
    "modes",
    "open",
    "rotation",
    "structure",
]

register_when_imported()  # QTable.read(path, format="stellar"); costs no import of astropy


def __getattr__(name: str):
    """Import the interface when it is first used, so that `import stellar` stays quick."""
    if name in _FUNCTIONS:
        return getattr(import_module("stellar.api"), name)
    raise AttributeError(f"module 'stellar' has no attribute {name!r}")
