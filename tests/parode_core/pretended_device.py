"""A second device for machines that have none: tensors on it are those of the CPU with a mark.

Inside `PretendedDevice` tensors that were moved or made there say that they are on it. What a GPU
would refuse raises: an operation on tensors of both devices, and numpy on one of the other.
"""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.weak import WeakTensorKeyDictionary

NAME = "cuda:63"  # which no machine has: what is kept by device meets no true one
OTHER = torch.device(NAME)
THERE = WeakTensorKeyDictionary()  # longer than one test: bases are kept
# as torch has it: indices and what is copied may come from the host, single numbers from anywhere
INDEXING = {torch.Tensor.__getitem__, torch.Tensor.__setitem__, torch.Tensor.copy_}
DEVICE = torch.Tensor.device.__get__


class PretendedDevice(TorchFunctionMode):
    """While it is entered, tensors can be moved and made there; `used` says if one was."""

    def __init__(self):
        super().__init__()
        self.used = False

    def holds(self, tensor):
        """Whether a tensor is on the pretended device."""
        return tensor in THERE

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if function is torch.device:
            return function(*args, **kwargs)
        if function == DEVICE:
            return OTHER if self.holds(args[0]) else torch.device("cpu")
        given = [part for part in tree_leaves((args, kwargs)) if isinstance(part, torch.Tensor)]
        named = [part for part in (*args, *kwargs.values()) if isinstance(part, torch.device)]
        named += [torch.device(part) for part in (*args, *kwargs.values()) if _names_device(part)]
        if function is torch.Tensor.to and len(given) > 1:
            there = self.holds(given[1])
        elif function is torch.Tensor.cpu or function is torch.Tensor.cuda:
            there = function is torch.Tensor.cuda
        elif named:
            there = named[-1].type == OTHER.type
        else:
            there = self._common(function, given)
        if there and function is torch.Tensor.numpy:
            raise TypeError("numpy meets a tensor of another device")
        here = torch.device("cpu")
        args, kwargs = tree_map(
            lambda part: here if isinstance(part, torch.device) or _names_device(part) else part,
            (args, kwargs),
        )
        found = function(*args, **kwargs)
        return tree_map(lambda part: self._marked(part, there, given), found)

    def _common(self, function, given):
        """Whether the tensors of an operation are there; not if some are and some are not."""
        there = any(self.holds(part) for part in given)
        checked = given[:1] if function in INDEXING else given
        if there and any(part.ndim > 0 and not self.holds(part) for part in checked):
            shapes = [(tuple(part.shape), self.holds(part)) for part in given]
            raise RuntimeError(f"{function} meets tensors of two devices: {shapes}")
        return there

    def _marked(self, part, there, given):
        if not isinstance(part, torch.Tensor) or self.holds(part) == there:
            return part
        if any(part is known for known in given):  # moved: another tensor than it was
            part = part.view_as(part)
        if there:
            THERE[part] = self.used = True
        return part


def _names_device(part):
    return isinstance(part, str) and part.partition(":")[0] in ("cpu", "cuda")
