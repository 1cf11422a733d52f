"""PyTorch under the names of NumPy, as far as the ports need it.

PyTorch takes `axis=` and `keepdims=` itself; what is here has another name or another meaning there.
"""

from typing import Any

import torch

pi = torch.pi
concatenate = torch.cat
max = torch.amax
min = torch.amin


def __getattr__(name: str) -> Any:
    return getattr(torch, name)


def rows(x: Any) -> Any:
    """The items along the first axis."""
    return x.unbind()


def backwards(x: Any) -> Any:
    """x[::-1], which PyTorch does not take."""
    return x.flip(0)


def roll(x: Any, shift: int, axis: int = 0) -> Any:
    return torch.roll(x, int(shift), axis)


def transpose(x: Any, axes: Any = None) -> Any:
    return x.permute(*(reversed(range(x.ndim)) if axes is None else axes))


def logsumexp(x: Any, axis: int) -> Any:
    return torch.logsumexp(x, axis)


def constant(x: Any) -> Any:
    """A NumPy array that carries no derivative."""
    return torch.as_tensor(x)


def pad(x: Any, widths: Any) -> Any:
    """Zeros around x: (before, after) for each axis."""
    return torch.nn.functional.pad(x, [w for pair in reversed(widths) for w in pair])


def scatter_add(values: Any, index: Any, size: int) -> Any:
    """The sums (size,) of the values at equal indices."""
    return torch.zeros(size, dtype=values.dtype).index_add(0, index, values)
