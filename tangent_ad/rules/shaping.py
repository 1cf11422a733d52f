"""Rearranging and selecting: shapes, joins, where, creation."""

from __future__ import annotations

import operator

import numpy as np

from tangent_ad.rules.declare import attribute, constant, linear, method, np_functions


@linear(np.reshape, view=True)
def reshape(y_bar, x, shape):
    return np.reshape(y_bar, np.shape(x))


@linear(np.ravel, view=True)
def ravel(y_bar, x):
    return np.reshape(y_bar, np.shape(x))


def flatten(x):
    """`x.flatten()`: a copy, unlike ravel."""
    return np.ravel(x).copy()


@linear(np.transpose, view=True)
def transpose(y_bar, x, axes=None):
    if axes is None:
        return np.transpose(y_bar)
    return np.transpose(y_bar, np.argsort(axes))


@linear(np.swapaxes, view=True)
def swapaxes(y_bar, x, axis1, axis2):
    return np.swapaxes(y_bar, axis1, axis2)


@linear(np.moveaxis, view=True)
def moveaxis(y_bar, x, source, destination):
    return np.moveaxis(y_bar, destination, source)


@linear(np.expand_dims, view=True)
def expand_dims(y_bar, x, axis):
    return np.reshape(y_bar, np.shape(x))


@linear(np.squeeze, view=True)
def squeeze(y_bar, x, axis=None):
    return np.reshape(y_bar, np.shape(x))


@linear(np.atleast_1d, np.atleast_2d, view=True)
def atleast(y_bar, x):
    return np.reshape(y_bar, np.shape(x))


def unbroadcast_to(g, shape):
    """Sum `g` down to `shape`; `unbroadcast` of the emitted module does it where shapes are unknown."""
    return g


@linear(np.flip, view=True)
def flip(y_bar, x, axis=None):
    return np.flip(y_bar, axis)


@linear(np.roll)
def roll(y_bar, x, shift, axis=None):
    return np.roll(y_bar, -shift, axis)


@linear(np.copy)
def copy(y_bar, x):
    return y_bar


@linear(np.zeros_like, np.ones_like, np.empty_like, wrt=())
def like(y_bar, x):
    return None


@linear(np.full_like, wrt=("value",))
def full_like(y_bar, x, value):
    return np.sum(y_bar)


@linear(np.full, wrt=("value",))
def full(y_bar, shape, value):
    return np.sum(y_bar)


@linear(np.linspace, wrt=("start", "stop"))
def linspace(y_bar, start, stop, num=50):
    step = np.linspace(0.0, 1.0, num)
    return np.sum(y_bar * (1 - step)), np.sum(y_bar * step)


@linear(np.diag)
def diag(y_bar, x):
    if np.ndim(x) == 1:
        return np.diag(y_bar)
    return np.diag(y_bar)


@linear(np.triu)
def triu(y_bar, x, k=0):
    return np.triu(y_bar, k)


@linear(np.tril)
def tril(y_bar, x, k=0):
    return np.tril(y_bar, k)


@linear(np.trace)
def trace(y_bar, x):
    return y_bar * np.eye(np.shape(x)[0])


constant(*np_functions("shape", "ndim", "size", "zeros", "ones", "empty", "eye", "identity", "arange", "result_type",
                       "meshgrid", "indices", "ndindex", "float64", "float32", "int64", "int32", "bool_", "intp"))  # fmt: skip
method(reshape=np.reshape, ravel=np.ravel, transpose=np.transpose, swapaxes=np.swapaxes, squeeze=np.squeeze,
       copy=np.copy, round=np.round, trace=np.trace, item=float)  # fmt: skip
attribute("T", np.transpose)
attribute("shape", np.shape)
attribute("ndim", np.ndim)
attribute("size", np.size)

__all__ = ["operator"]
