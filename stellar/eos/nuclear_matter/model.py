"""What a model of uniform nuclear matter provides: its energy and two derivatives.

    E(n_n, n_p),   u_i = dE / dn_i,   A_ij = d2E / dn_i dn_j          (i, j = n, p)

n_n, n_p : number densities, fm^-3;  E : MeV fm^-3 without the rest masses of the model
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class NuclearState(NamedTuple):
    """E [MeV fm^-3], u_n, u_p [MeV], A_nn, A_np, A_pp [MeV fm^3], each of the shape of n_n."""

    energy: Array
    u_n: Array
    u_p: Array
    a_nn: Array
    a_np: Array
    a_pp: Array


class NuclearModel(Protocol):
    """A model of nuclear matter at zero temperature."""

    @property
    def name(self) -> str:
        """As its authors call it."""

    @property
    def citation(self) -> str:
        """Where its parameters were published."""

    @property
    def neutron_mass(self) -> float:
        """Rest mass of the neutron in this model, MeV."""

    @property
    def proton_mass(self) -> float:
        """Rest mass of the proton in this model, MeV."""

    @property
    def parameters(self) -> dict[str, object]:
        """Name and numbers, for provenance."""

    def state(self, n_n: Array, n_p: Array) -> NuclearState:
        """Energy and derivatives at number densities n_n, n_p > 0."""
