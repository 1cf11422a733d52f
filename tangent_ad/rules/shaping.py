"""Rearranging, repeating, and making arrays."""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import numpy as np

from tangent_ad.rules.declare import (
    attribute,
    constant,
    form,
    is_array,
    is_known,
    linear,
    method,
    np_functions,
    refuse,
    static,
    unrolled,
)
from tangent_ad.runtime.helpers import from_diagonal, put_along_axis, unresize


@linear(np.reshape, view="permutes")
def reshape(y_bar, a, shape):
    return np.reshape(y_bar, np.shape(a))


@linear(np.ravel, view="permutes")
def ravel(y_bar, a):
    return np.reshape(y_bar, np.shape(a))


def flatten(a, order="C"):
    """`a.flatten()`: a copy, unlike ravel."""
    return np.copy(np.ravel(a, order=order))


@static
def inverse_of(axes, rank):
    """The permutation of axes that undoes this one."""
    return tuple(sorted(range(rank), key=[axis % rank for axis in axes].__getitem__))


@linear(np.transpose, view="permutes")
def transpose(y_bar, a, axes=None):
    if axes is None:
        return np.transpose(y_bar)
    if is_known(axes, np.ndim(a)):
        return np.transpose(y_bar, inverse_of(axes, np.ndim(a)))
    return np.transpose(y_bar, np.argsort(np.mod(axes, np.ndim(a))))


@linear(np.swapaxes, view="permutes")
def swapaxes(y_bar, a, axis1, axis2):
    return np.swapaxes(y_bar, axis1, axis2)


@linear(np.moveaxis, view="permutes")
def moveaxis(y_bar, a, source, destination):
    return np.moveaxis(y_bar, destination, source)


@linear(np.expand_dims, view="permutes")
def expand_dims(y_bar, a, axis):
    return np.reshape(y_bar, np.shape(a))


@linear(np.squeeze, view="permutes")
def squeeze(y_bar, a, axis=None):
    return np.reshape(y_bar, np.shape(a))


@linear(np.atleast_1d, np.atleast_2d, np.atleast_3d, view="permutes")
def atleast(y_bar, a):
    return np.reshape(y_bar, np.shape(a))


@linear(np.flip, view="permutes")
def flip(y_bar, m, axis=None):
    return np.flip(y_bar, axis)


@linear(np.fliplr, view="permutes")
def fliplr(y_bar, m):
    return np.fliplr(y_bar)


@linear(np.flipud, view="permutes")
def flipud(y_bar, m):
    return np.flipud(y_bar)


@static
def negated(shift):
    return tuple(-s for s in shift) if isinstance(shift, tuple) else -shift


@linear(np.roll)
def roll(y_bar, a, shift, axis=None):
    return np.roll(y_bar, negated(shift) if isinstance(shift, tuple) else -shift, axis)


@linear(np.copy)
def copy(y_bar, a):
    return y_bar


@linear(np.repeat)
def repeat(y_bar, a, repeats, axis=None):
    if not is_array(repeats) or np.ndim(repeats) > 0:
        return repeated_singly(y_bar, a, repeats, axis)
    if axis is None or np.ndim(a) == 0:
        return np.reshape(np.sum(np.reshape(y_bar, (np.size(a), repeats)), axis=1), np.shape(a))
    first = np.moveaxis(y_bar, axis, 0)
    parts = np.reshape(first, (np.shape(a)[axis], repeats) + np.shape(first)[1:])
    return np.moveaxis(np.sum(parts, axis=1), 0, axis)


def repeated_singly(y_bar, a, repeats, axis):
    """The cotangent where each item has a count of its own."""
    if axis is None:
        return np.reshape(repeated_singly(y_bar, np.ravel(a), repeats, 0), np.shape(a))
    first = np.moveaxis(y_bar, axis, -1)
    places = np.broadcast_to(np.repeat(np.arange(np.shape(a)[axis]), repeats), np.shape(first))
    return np.moveaxis(put_along_axis(first, np.moveaxis(a, axis, -1), places, -1), -1, axis)


@linear(np.resize)
def resize(y_bar, a, new_shape):
    return unresize(y_bar, a)


@static
def tile_counts(reps, rank):
    """One count an axis of the result, and the places of the counts in its split shape."""
    counts = (reps,) if isinstance(reps, int) else tuple(reps)
    counts = (1,) * (rank - len(counts)) + counts
    return counts, tuple(range(0, 2 * len(counts), 2)), len(counts) - rank


@linear(np.tile)
def tile(y_bar, A, reps):
    counts, axes, extra = tile_counts(reps, np.ndim(A))
    split = ()
    i = -extra
    for count in unrolled(counts):
        split = split + (count, np.shape(A)[i] if i >= 0 else 1)
        i = i + 1
    return np.reshape(np.sum(np.reshape(y_bar, split), axis=axes), np.shape(A))


@linear(np.full_like, wrt=("fill_value",), inert=("a",), broadcasts=True)
def full_like(y_bar, a, fill_value, dtype=None):
    return y_bar


@linear(np.full, wrt=("fill_value",), broadcasts=True)
def full(y_bar, shape, fill_value, dtype=None):
    return y_bar


@linear(np.linspace, wrt=("start", "stop"), broadcasts=True)
def linspace(y_bar, start, stop, num=50, endpoint=True):
    down, up = np.linspace(1.0, 0.0, num, endpoint=endpoint), np.linspace(0.0, 1.0, num, endpoint=endpoint)
    if np.ndim(y_bar) == 1:
        return np.dot(down, y_bar), np.dot(up, y_bar)
    return np.tensordot(down, y_bar, 1), np.tensordot(up, y_bar, 1)


@linear(np.arange, wrt=())
def arange(y_bar, *bounds, dtype=None):
    return ()


def _check_matrix(x):
    if np.ndim(x) > 2:
        refuse("diagonals of arrays with more than two axes have no rule", "use np.einsum, e.g. 'kii->ki'")


@linear(np.diag, view="readonly")
def diag(y_bar, v, k=0):
    if np.ndim(v) == 1:
        return np.diagonal(y_bar, k)
    return from_diagonal(y_bar, v, k)


@linear(np.diagonal, view="readonly")
def diagonal(y_bar, a, offset=0):
    _check_matrix(a)
    return from_diagonal(y_bar, a, offset)


@linear(np.trace)
def trace(y_bar, a, offset=0):
    _check_matrix(a)
    rows, columns = np.shape(a)
    return y_bar * np.eye(rows, columns, offset)


@form(np.trace)
def trace_of_a_stack(a, offset=0, axis1=0, axis2=1):
    stack = np.moveaxis(a, (axis1, axis2), (-2, -1))
    row, column = max(-offset, 0), max(offset, 0)
    places = np.arange(max(min(np.shape(stack)[-2] - row, np.shape(stack)[-1] - column), 0))
    return np.sum(stack[..., places + row, places + column], axis=-1)


@linear(np.triu)
def triu(y_bar, m, k=0):
    m_bar = np.triu(y_bar, k)
    return np.sum(m_bar, 0) if np.ndim(m) == 1 else m_bar  # each row of the matrix is the vector


@linear(np.tril)
def tril(y_bar, m, k=0):
    m_bar = np.tril(y_bar, k)
    return np.sum(m_bar, 0) if np.ndim(m) == 1 else m_bar


constant(*np_functions(
    "shape", "ndim", "size", "zeros", "ones", "empty", "eye", "identity", "tri", "result_type",
    "ndarray", "zeros_like", "ones_like", "empty_like", "indices",
    "triu_indices", "tril_indices", "diag_indices", "hanning", "hamming", "blackman", "bartlett", "kaiser",
))  # fmt: skip
constant(np.ix_, np.int64, np.int32, np.bool_, np.intp, fresh=False)  # an array may be what it was before
method(
    reshape=np.reshape, ravel=np.ravel, transpose=np.transpose, swapaxes=np.swapaxes, squeeze=np.squeeze,
    copy=np.copy, trace=np.trace, item=float, flatten=flatten, repeat=np.repeat, diagonal=np.diagonal,
)  # fmt: skip
attribute("T", np.transpose)
attribute("shape", np.shape)
attribute("ndim", np.ndim)
attribute("size", np.size)
attribute("dtype", np.result_type)

