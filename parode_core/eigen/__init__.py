"""Matrix pencils A q = lambda B q of many lanes at once: spectra, their filter, their gradients."""

from parode_core.bases.jacobi import gauss_jacobi
from parode_core.eigen.chained import ChainedSpectrum, chained_spectrum
from parode_core.eigen.decomposition import eigenpairs, eigenvalues
from parode_core.eigen.differentiable import differentiable_eigenvalues
from parode_core.eigen.galerkin import (
    Integrand,
    join_elements,
    sturm_liouville,
    weighted_products,
)
from parode_core.eigen.general import general_pencil
from parode_core.eigen.resolution import Resolved, match_resolutions
from parode_core.eigen.spectrum import Spectrum
from parode_core.eigen.symmetric import symmetric_pencil

__all__ = [
    "ChainedSpectrum",
    "Integrand",
    "Resolved",
    "Spectrum",
    "chained_spectrum",
    "differentiable_eigenvalues",
    "eigenpairs",
    "eigenvalues",
    "gauss_jacobi",
    "general_pencil",
    "join_elements",
    "match_resolutions",
    "sturm_liouville",
    "symmetric_pencil",
    "weighted_products",
]
