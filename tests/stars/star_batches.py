"""Batches of stars for the tests, and closed solutions they are held against."""

import math

import torch

from stellar.constants import G_CM3_TO_KM2
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.nodes.batch import NodeEOS, pack
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, Stars, solve

BU0 = ("polytrope:gamma=2,K=100", math.log1p(2.0 * 100.0 * 1.28e-3))
HYBRID = "css:base=pp:SLy,rho_t=6e14,deps=0.4,cs2=1"
UNIFORM = "constant-density:eps=1e15"
UNIFORM_DENSITY = 1e15 * G_CM3_TO_KM2
STRUCTURE = Wanted(degrees=(), magnetic=False, rotation=False, slopes=False)


def batch(*stars: tuple[str, float]) -> tuple[list[ColdEOS], NodeEOS, torch.Tensor]:
    """Equations of state, the same as a batch, and central log-enthalpies."""
    equations = [resolve(spec) for spec, _ in stars]
    centres = torch.tensor([h_c for _, h_c in stars], dtype=torch.float64)
    return equations, pack(equations), centres


def solved(
    *stars: tuple[str, float], wanted: Wanted | None = None, resolution: Resolution | None = None
) -> Stars:
    """The stars of specifications and central log-enthalpies."""
    _, eos, centres = batch(*stars)
    return solve(eos, centres, wanted, resolution)


def uniform_centre(compactness: float) -> float:
    """Central log-enthalpy of the star of constant density with that M/R."""
    root = math.sqrt(1.0 - 2.0 * compactness)
    return math.log1p((1.0 - root) / (3.0 * root - 1.0))
