"""The published regression scheme (Veselsky 2025), why it is fragile, and its repairs."""

from parode_core.regression.first_integral import FirstIntegral, first_integral
from parode_core.regression.flow_map import FlowMap, flow_map
from parode_core.regression.fundamental_matrix import FundamentalMatrix, fundamental_matrix
from parode_core.regression.outcome import Trajectories
from parode_core.regression.parode import ParODE, ParODE2
from parode_core.regression.rows import Box
from parode_core.regression.trajectory import trajectory_collocation

__all__ = [
    "Box",
    "FirstIntegral",
    "FlowMap",
    "FundamentalMatrix",
    "ParODE",
    "ParODE2",
    "Trajectories",
    "first_integral",
    "flow_map",
    "fundamental_matrix",
    "trajectory_collocation",
]
