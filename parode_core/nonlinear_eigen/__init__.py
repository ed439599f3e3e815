"""Roots of holomorphic functions of one complex variable, for many lanes at once.

A root function is stated once, for points z [lane, point] and a tree of parameters [lane, ...]:

    function = ScalarFunction(lambda z, a: z * z.exp() - a)          # a : [lane, 1]
    function = MatrixFunction(lambda z, p: p.A0 + z[..., None, None] * p.A1)   # roots of det M

`find_roots` returns every root inside one region per lane, and says whether it has them all:

    region = rectangle(left, right, bottom, top)                     # real tensors [lane]
    roots = find_roots(function, region, a)
    roots.values, roots.error, roots.status                          # [lane, root], NaN-padded
    roots.complete, roots.count, roots.lane_status                   # [lane]
    z = differentiable_root(function, roots.values, a)               # gradients with respect to a

The stages can be used alone: `bracket_roots` on the real axis, `polish` from trial roots with
repulsion from each other and from known ones, `count_roots` (logarithmic derivative) and
`count_by_phase` (values only) round a contour. Known poles or roots are taken out of a function
by `FactoredFunction`. Derivatives come from a backward pass unless they are given, which for a
cheap function is several times faster.

What the certificate sees: all roots with their multiplicity, hidden poles through the moments they
leave behind, roots on the contour because the count does not settle. What it cannot see: a pole
and a root closer to each other than about 1e-6 of the region (take the pole out). Roots closer
together than f resolves come back as one with their number as multiplicity and their spread as
error. A point on the real axis where two real roots touch changes no sign: `bracket_roots` passes
it by.

Every lane has its own `parode_core.Status`; no lane sees another, bit for bit on a processor.
Between phases of fixed length, one look at the masks drops what has finished.
"""

from parode_core.nonlinear_eigen.bracket import BracketedRoots, bracket_roots
from parode_core.nonlinear_eigen.contour import ContourCount, count_roots
from parode_core.nonlinear_eigen.deflate import FactoredFunction
from parode_core.nonlinear_eigen.functions import MatrixFunction, ScalarFunction
from parode_core.nonlinear_eigen.polish import PolishedRoots, polish
from parode_core.nonlinear_eigen.regions import Region, circle, ellipse, rectangle
from parode_core.nonlinear_eigen.search import RootSet, find_roots
from parode_core.nonlinear_eigen.sensitivity import differentiable_root
from parode_core.nonlinear_eigen.winding import count_by_phase

__all__ = [
    "BracketedRoots",
    "ContourCount",
    "FactoredFunction",
    "MatrixFunction",
    "PolishedRoots",
    "Region",
    "RootSet",
    "ScalarFunction",
    "bracket_roots",
    "circle",
    "count_by_phase",
    "count_roots",
    "differentiable_root",
    "ellipse",
    "find_roots",
    "polish",
    "rectangle",
]
