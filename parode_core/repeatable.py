"""Products of matrices that do not depend on where in memory their operands lie.

Without AVX-512 the kernels of MKL add in another order where a matrix begins at another address,
and a lane would feel in the last bit what stands before it. Its conditional numerical
reproducibility (Intel oneMKL developer guide) takes one order for all. MKL reads the setting when
it is first used; one that is set already stays.
"""

import os

import torch


def settle() -> None:
    """Ask MKL for results that addresses have no part in; before the first product."""
    if torch.backends.cpu.get_cpu_capability() != "AVX512":
        os.environ.setdefault("MKL_CBWR", "AUTO")
