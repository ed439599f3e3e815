"""Equations of state for tests: layers of constant density, and matter stratified by hand."""

import math
from dataclasses import dataclass

import numpy as np

from stellar.eos.base import ColdEOS, Segment, Thermo


@dataclass(frozen=True)
class Layer(Segment):
    """Constant density above h_lo, where the pressure is p_lo."""

    eps: float
    p_lo: float = 0.0
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "incompressible"

    def evaluate(self, h):
        total = (self.eps + self.p_lo) * np.exp(h - self.h_lo)
        zero = 0.0 * total
        return Thermo(total - self.eps, self.eps + zero, np.inf + zero, zero)


@dataclass(frozen=True)
class Ramp(Segment):
    """eps linear in h: (eps + p)' - eps' = eps + p, solved exactly."""

    eps_lo: float
    eps_hi: float
    p_lo: float
    h_lo: float
    h_hi: float
    kind: str = "ramp"

    def evaluate(self, h):
        slope = (self.eps_hi - self.eps_lo) / (self.h_hi - self.h_lo)
        eps = self.eps_lo + slope * (h - self.h_lo)
        total = (self.eps_lo + self.p_lo + slope) * np.exp(h - self.h_lo) - slope
        return Thermo(total - eps, eps, total / slope, 0.0 * eps)


@dataclass(frozen=True)
class Stratified(Segment):
    """Another segment whose frozen adiabatic index is a multiple of the equilibrium one."""

    base: Segment
    factor: float
    h_lo: float = 0.0
    h_hi: float = math.inf
    kind: str = "stratified"

    def evaluate(self, h):
        state = self.base.evaluate(h)
        return state._replace(delta=(self.factor - 1.0) * state.cs2_equilibrium)


def stratified(segment: Segment, factor: float) -> ColdEOS:
    piece = Stratified(segment, factor, segment.h_lo, segment.h_hi)
    return ColdEOS("stratified", (piece,), "stratified", stratified=True)


def two_layers(outer: float, inner: float, h_wall: float) -> ColdEOS:
    envelope = Layer(outer, 0.0, 0.0, h_wall)
    core = Layer(inner, float(envelope.evaluate(h_wall).p), h_wall)
    return ColdEOS("two layers", (envelope, core), "two layers")
