"""Freed memory is kept: batches ask for the same sizes again and again.

Pages that come anew from the system are filled with zeros first, which costs up to a third of the
time of what is computed in them.
"""

import ctypes
import os

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # parameters of mallopt (glibc, malloc.h)
KEPT = 1 << 29  # bytes at the end of the heap that may stay unused
AT_ONCE = 1 << 26  # bytes by which it grows
LARGE = 1 << 27  # bytes of a tensor that is not part of it
OWN = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Ask the allocator to keep memory, unless the environment says how it is to work.

    Returns
    -------
    Whether it will; only that of glibc can be asked.
    """
    if any(name in os.environ for name in OWN):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    wanted = ((TRIM_THRESHOLD, KEPT), (TOP_PAD, AT_ONCE), (MMAP_THRESHOLD, LARGE))
    return all(mallopt(parameter, size) == 1 for parameter, size in wanted)
