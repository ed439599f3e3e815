"""The stars of the benchmark: four kinds of matter, each with a range of central log-enthalpies.

A Gamma law (K = 100, units G = c = M_sun = 1), piecewise polytropes whose parameters differ from
star to star, rows of SLy4 as in the table of a user, and SLy4 as a functional with its own crust.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor

from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import NodeEOS, pack
from stellar.eos.nodes.families import piecewise_polytropes, rest_mass_polytropes
from stellar.eos.user_tables.from_rows import equation_of_state
from stellar.eos.user_tables.resample import resampled

GAMMA, POLYTROPIC_CONSTANT = 2.0, 100.0
ROWS = 90  # of the table
# of the draws: log10 of the pressure [dyn/cm^2] at 10^14.7 g/cm^3 and the three indices
LOWEST = (34.2, 2.6, 2.6, 2.6)
HIGHEST = (34.6, 3.4, 3.2, 3.2)
SEED = 1


@dataclass(frozen=True)
class Sample:
    """Stars of one kind of matter.

    kind : key in `KINDS`
    h_c : central log-enthalpies, [lane]
    parameters : of the equation of state of each star, [lane, parameter]; empty if they share one
    """

    kind: str
    h_c: Tensor
    parameters: Tensor

    @property
    def count(self) -> int:
        """Number of stars."""
        return self.h_c.shape[0]

    def nodes(self) -> NodeEOS:
        """Their equations of state as one batch."""
        return KINDS[self.kind].nodes(self)

    @cached_property
    def equations(self) -> tuple[ColdEOS, ...]:
        """The equation of state of each; kept, so that building them is in nobody's time."""
        return tuple(KINDS[self.kind].single(self, number) for number in range(self.count))


@dataclass(frozen=True)
class Kind:
    """One kind of matter.

    title : as shown;  lowest, highest : central log-enthalpies of its stars
    nodes, single : the equations of state of a sample as one batch, and that of one star
    """

    title: str
    lowest: float
    highest: float
    nodes: Callable[[Sample], NodeEOS]
    single: Callable[[Sample, int], ColdEOS]


def sample(kind: str, count: int) -> Sample:
    """Stars evenly spaced in ln h_c, with the same draws whenever as many are asked for."""
    low, high = KINDS[kind].lowest, KINDS[kind].highest
    share = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    draws = torch.empty(count, 0, dtype=torch.float64)
    if kind == "pp":
        uniform = np.random.default_rng(SEED).random((count, len(LOWEST)))
        draws = torch.from_numpy(np.asarray(LOWEST) + np.subtract(HIGHEST, LOWEST) * uniform)
    return Sample(kind, low * (high / low) ** share, draws)


def _polytropes(stars: Sample) -> NodeEOS:
    one = torch.ones_like(stars.h_c)
    return rest_mass_polytropes(GAMMA * one, POLYTROPIC_CONSTANT * one)


def _drawn(stars: Sample, number: int) -> ColdEOS:
    log_p1, g1, g2, g3 = stars.parameters[number].tolist()
    return resolve(f"pp:log_p1={log_p1!r},g1={g1!r},g2={g2!r},g3={g3!r}")


@cache
def table() -> ColdEOS:
    """The equation of state through rows of SLy4."""
    raw = resampled(resolve("sly4"), ROWS)
    return equation_of_state(raw, "table", np.zeros(len(raw)), None, ())


@cache
def _packed(single: Callable[[], ColdEOS]) -> NodeEOS:
    return pack([single()])


def _shared(single: Callable[[], ColdEOS]) -> tuple[Callable, Callable]:
    """Batch and single equation of state where all stars have the same."""

    def nodes(stars: Sample) -> NodeEOS:
        return _packed(single).select(torch.zeros(stars.count, dtype=torch.long))

    return nodes, lambda _stars, _number: single()


@cache
def _functional() -> ColdEOS:
    return resolve("sly")


@cache
def _polytrope() -> ColdEOS:
    return resolve(f"polytrope:gamma={GAMMA!r},K={POLYTROPIC_CONSTANT!r}")


KINDS = {
    "gamma": Kind("Gamma law", 0.1, 0.48, _polytropes, lambda _stars, _number: _polytrope()),
    "pp": Kind(
        "piecewise polytropes, one draw a star", 0.12, 0.45,
        lambda stars: piecewise_polytropes(*stars.parameters.unbind(1)), _drawn,
    ),
    "table": Kind(f"table of {ROWS} rows", 0.12, 0.45, *_shared(table)),
    "functional": Kind("functional SLy4", 0.12, 0.45, *_shared(_functional)),
}  # fmt: skip
