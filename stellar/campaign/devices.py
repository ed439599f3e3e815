"""Where a run computes: what --device may say, and whether such a device is there."""

import re

from stellar.errors import UsageError

CPU = "cpu"
ON_CPU = ("auto", CPU)  # `auto`: the bits of a result shall not depend on what a machine has
_CUDA = re.compile(r"cuda(:\d+)?")


def check_device(device: str) -> None:
    """Refuse what is no name of a device with a UsageError."""
    if device not in ON_CPU and not _CUDA.fullmatch(device):
        raise UsageError(f"--device '{device}' is unknown; it is auto, cpu, cuda or cuda:N.")


def torch_device(device: str) -> str:
    """The device of a run as torch calls it.

    Raises
    ------
    UsageError
        If it is no name of a device, or torch sees no such device here.
    """
    check_device(device)
    if device in ON_CPU:
        return CPU
    import torch  # takes seconds, and most runs do not ask

    count = torch.cuda.device_count()
    if int(device.partition(":")[2] or 0) >= count:
        seen = ", ".join(f"cuda:{number}" for number in range(count))
        other = f"only {seen}; use one of them" if count else "no CUDA device; use --device cpu"
        raise UsageError(f"--device {device}: torch sees {other}. `stellar doctor` lists devices.")
    return device
