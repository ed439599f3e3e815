"""Figures of equations of state: one file each and one line here; those of results are commands."""

from collections.abc import Callable, Sequence
from typing import Any

from stellar.eos.base import ColdEOS
from stellar.plots import matter

EOS_FIGURES: dict[str, Callable[[Sequence[ColdEOS]], Any]] = {"eos": matter.figure}
