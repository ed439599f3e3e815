"""The figures that `stellar plot` knows: one file each and one line here."""

from collections.abc import Callable, Sequence
from typing import Any

from stellar.eos.base import ColdEOS
from stellar.plots import matter

EOS_FIGURES: dict[str, Callable[[Sequence[ColdEOS]], Any]] = {"eos": matter.figure}
