"""A star alone has the bits that it has in company.

Products of one matrix take other kernels than those of several, and add in another order. A star
alone is therefore computed twice, side by side.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from parode_core.lanes import several
from stellar.oscillations.nodal_star import NodeStar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Found = TypeVar("Found", bound="DataclassInstance")


def in_company(spectrum: Callable[..., Found]) -> Callable[..., Found]:
    """Of stars (and of the same stars on other nodes) to a dataclass of tensors [lane, ...]."""

    @wraps(spectrum)
    def found(star: NodeStar, *given: Any, rough: NodeStar | None = None, **options: Any) -> Found:
        if star.lanes != 1:
            return spectrum(star, *given, rough=rough, **options)
        pair = several(torch.zeros_like(star.segment[:, 0]))
        beside = None if rough is None else rough.select(pair)
        both = spectrum(star.select(pair), *given, rough=beside, **options)
        return replace(both, **{part.name: getattr(both, part.name)[:1] for part in fields(both)})

    return found
