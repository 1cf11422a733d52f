"""Norms of vectors and matrices.

Each is differentiated by one array, its slope: `norm' = sum(slope * x')`, and the cotangent is the slope times `y_bar`.
"""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import numpy as np

from tangent_ad.rules.composed import ones
from tangent_ad.rules.declare import composed, general, np_functions, refuse, static
from tangent_ad.rules.elementary import conj, nonzero, re
from tangent_ad.rules.reductions import kept

KINKS = "x = 0: 0 by convention; ties share evenly; equal singular values"


def is_of_vectors(x, axis):
    """Whether NumPy takes the norms of vectors: of a matrix a number means another norm."""
    if isinstance(axis, tuple):
        return len(axis) == 1
    return axis is not None or np.ndim(x) == 1


def is_euclidean(x, ord, axis):
    return ord is None or ord == "fro" or (ord == 2 and is_of_vectors(x, axis))


def sign(x):
    """conj(x) / abs(x), 0 at 0."""
    return conj(x) / nonzero(np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


def share(chosen, axis):
    """Those that are the largest, or least, share its derivative."""
    return chosen / np.sum(chosen, axis=axis, keepdims=True)


def slope_of_vectors(y, x, ord, axis, keepdims):
    size = np.abs(x)
    if ord == np.inf or ord == -np.inf:
        return share(size == kept(y, axis, keepdims), axis) * sign(x)
    if ord == 1:
        return sign(x)
    if ord == 0:
        return np.zeros_like(x)
    return sign(x) * (size / nonzero(kept(y, axis, keepdims))) ** (ord - 1)


def slope_of_matrices(y, x, ord, axis, keepdims):
    if ord in (2, -2, "nuc"):
        return slope_by_singular_values(x, ord, axis)
    rows, columns = (0, 1) if axis is None else axis
    if ord == np.inf or ord == -np.inf:
        rows, columns = columns, rows
    sums = np.sum(np.abs(x), axis=rows, keepdims=True)  # the largest of them is the norm, for ord < 0 the least
    return share(sums == kept(y, (rows, columns), keepdims), columns) * sign(x)


def slope_by_singular_values(x, ord, axis):
    stack = x if axis is None else np.moveaxis(x, axis, (-2, -1))
    u, s, v = np.linalg.svd(stack, full_matrices=False)
    if ord != "nuc":
        chosen = np.max(s, axis=-1, keepdims=True) if ord == 2 else np.min(s, axis=-1, keepdims=True)
        u = u * share(s == chosen, -1)[..., None, :]
    product = conj(u @ v)
    return product if axis is None else np.moveaxis(product, (-2, -1), axis)


def slope(y, x, ord, axis, keepdims):
    if is_of_vectors(x, axis):
        if ord == "nuc":
            refuse("ord='nuc' is a norm of matrices", "leave ord out: the norm of a vector")
        return slope_of_vectors(y, x, ord, axis, keepdims)
    return slope_of_matrices(y, x, ord, axis, keepdims)


def _norm_forward(x_dot, y, x, ord, axis, keepdims):
    if is_euclidean(x, ord, axis):
        return np.sum(re(conj(x) * x_dot), axis=axis, keepdims=keepdims) / nonzero(y)
    return np.sum(re(slope(y, x, ord, axis, keepdims) * x_dot), axis=axis, keepdims=keepdims)


@general(np.linalg.norm, forward=_norm_forward, kinks=KINKS)
def norm(y_bar, y, x, ord=None, axis=None, keepdims=False):
    if is_euclidean(x, ord, axis):
        return kept(y_bar / nonzero(y), axis, keepdims) * conj(x)
    return kept(y_bar, axis, keepdims) * slope(y, x, ord, axis, keepdims)


@static
def before_the_end(n):
    return tuple(range(-n, 0))


@composed(*np_functions("vector_norm", module=np.linalg))
def vector_norm(x, axis=None, keepdims=False, ord=2):
    if isinstance(axis, tuple) and len(axis) > 1:  # they are one vector
        last = np.moveaxis(x, axis, before_the_end(len(axis)))
        norm = np.linalg.norm(np.reshape(last, np.shape(last)[: -len(axis)] + (-1,)), ord, -1)
        return np.expand_dims(norm, axis) if keepdims else norm
    if axis is not None:
        return np.linalg.norm(x, ord, axis, keepdims)
    norm = np.linalg.norm(np.ravel(x), ord)
    return np.reshape(norm, ones(np.ndim(x))) if keepdims else norm


@composed(*np_functions("matrix_norm", module=np.linalg))
def matrix_norm(x, keepdims=False, ord="fro"):
    return np.linalg.norm(x, ord, (-2, -1), keepdims)
