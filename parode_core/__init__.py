"""Batched numerics for ordinary differential equations: no physics, no files, no command line."""

from parode_core.status import Status

__all__ = ["Status"]
