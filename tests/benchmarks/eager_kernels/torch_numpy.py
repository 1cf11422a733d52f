"""PyTorch under the names of NumPy, as far as the ports need it.

PyTorch takes `axis=` and `keepdims=` itself; what is here has another name or another meaning there.
"""

from typing import Any

import torch

has_convolution = has_softmax = True
concatenate = torch.cat
max = torch.amax
min = torch.amin


def convolve2d(input: Any, weights: Any) -> Any:
    """Images (batch, height, width, channels), a filter (size, size, channels in, channels out)."""
    found = torch.nn.functional.conv2d(input.permute(0, 3, 1, 2), weights.permute(3, 2, 0, 1))
    return found.permute(0, 2, 3, 1)


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


def integers(x: Any) -> Any:
    """The largest integers that are not larger."""
    return torch.floor(x).long()


def tensordot(x: Any, y: Any, axes: int) -> Any:
    return torch.tensordot(x, y, dims=axes)


def to_numpy(x: Any) -> Any:
    return x.numpy()
