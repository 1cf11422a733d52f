"""autograd's NumPy, with the few names that the ports use beside NumPy's."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.scipy.special import logsumexp
from autograd.tracer import getval

constant = np.asarray
has_convolution = has_softmax = False

__all__ = ["backwards", "constant", "integers", "logsumexp", "pad", "rows", "scatter_add", "to_numpy"]


def __getattr__(name: str) -> Any:
    return getattr(anp, name)


def rows(x: Any) -> Any:
    """The items along the first axis."""
    return [x[i] for i in range(len(x))]


def pad(x: Any, widths: Any) -> Any:
    """Zeros around x: (before, after) for each axis."""
    return anp.pad(x, widths, "constant")


def backwards(x: Any) -> Any:
    return x[::-1]


def integers(x: Any) -> Any:
    """The largest integers that are not larger."""
    return np.floor(getval(x)).astype(int)


def to_numpy(x: Any) -> Any:
    return getval(x)


@primitive
def scatter_add(values: Any, index: Any, size: int) -> Any:
    """The sums (size,) of the values at equal indices."""
    return np.bincount(index, values, size)


defvjp(scatter_add, lambda _, values, index, size: lambda cotangent: cotangent[index], None, None)
