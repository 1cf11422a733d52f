"""Joins, choices and broadcasts of several arrays."""

# Templates are compiled: no * in tuples, no strict zip.
# ruff: noqa: RUF005, B905

from __future__ import annotations

import numpy as np

from tangent_ad.rules.declare import is_array, linear, method, static_length, unrolled
from tangent_ad.runtime.helpers import items_like, split_like, unstack


@linear(np.where, wrt=("x", "y"), inert=("condition",), broadcasts=True)
def where(z_bar, condition, x, y):
    return np.where(condition, z_bar, 0.0), np.where(condition, 0.0, z_bar)


@linear(np.broadcast_to, view="readonly", broadcasts=True)
def broadcast_to(y_bar, x, shape):
    return y_bar


def between(g, start, stop, axis):
    """g[start:stop] along an axis."""
    if axis == 0:
        return g[start:stop]
    if axis == 1:
        return g[:, start:stop]
    if axis == -1:
        return g[..., start:stop]
    return np.moveaxis(np.moveaxis(g, axis, 0)[start:stop], 0, axis)


def piece(g, a, start, stop, axis):
    """The items of `a` in what it was joined into, from one place to another."""
    if axis is None:
        return np.reshape(g[start:stop], np.shape(a))
    return between(g, start, stop, axis)


@linear(np.concatenate)
def concatenate(y_bar, arrays, axis=0):
    if is_array(arrays):
        return np.array(split_like(y_bar, arrays, axis))
    if static_length(arrays) is None:
        return split_like(y_bar, arrays, axis)
    parts = ()
    start = 0
    for a in unrolled(arrays):
        stop = start + (np.size(a) if axis is None else np.shape(a)[axis])
        parts = parts + (piece(y_bar, a, start, stop, axis),)
        start = stop
    return parts


@linear(np.hstack)
def hstack(y_bar, tup):
    axis = 0 if np.ndim(y_bar) == 1 else 1
    if is_array(tup):
        return np.reshape(y_bar, np.shape(tup)) if np.ndim(tup) < 3 else np.array(split_like(y_bar, tup, 1))
    if static_length(tup) is None:
        pieces = split_like(y_bar, [np.atleast_1d(a) for a in tup], axis)
        return [np.reshape(p, np.shape(a)) for p, a in zip(pieces, tup)]
    parts = ()
    start = 0
    for a in unrolled(tup):
        stop = start + (1 if np.ndim(a) == 0 else np.shape(a)[axis])
        parts = parts + (y_bar[start] if np.ndim(a) == 0 else between(y_bar, start, stop, axis),)
        start = stop
    return parts


@linear(np.vstack)
def vstack(y_bar, arrays):
    if static_length(arrays) is None:
        return [np.reshape(p, np.shape(a)) for p, a in zip(split_like_rows(y_bar, arrays), arrays)]
    parts = ()
    start = 0
    for a in unrolled(arrays):
        stop = start + (1 if np.ndim(a) < 2 else np.shape(a)[0])
        parts = parts + (np.reshape(y_bar[start:stop], np.shape(a)),)
        start = stop
    return parts


def split_like_rows(g, arrays):
    return split_like(g, [np.atleast_2d(a) for a in arrays], 0)


def at(g, i, axis):
    """g[i] along an axis."""
    if axis == 0:
        return g[i]
    if axis == 1:
        return g[:, i]
    if axis == -1:
        return g[..., i]
    return np.moveaxis(g, axis, 0)[i]


@linear(np.stack)
def stack(y_bar, arrays, axis=0):
    if is_array(arrays):
        return np.moveaxis(y_bar, axis, 0)
    n = static_length(arrays)
    if n is None:
        return unstack(y_bar, axis)
    parts = ()
    i = 0
    for _ in unrolled(arrays):
        parts = parts + (at(y_bar, i, axis),)
        i = i + 1
    return parts


@linear(np.asarray, view="may")
def asarray(y_bar, a, dtype=None):
    return array_cotangent(y_bar, a)


@linear(np.ascontiguousarray, np.asfortranarray, np.asanyarray, view="may")
def as_other_array(y_bar, a):
    return array_cotangent(np.reshape(y_bar, np.shape(a)), a)


@linear(np.array)
def array(y_bar, object, dtype=None):
    return array_cotangent(y_bar, object)


def array_cotangent(g, x):
    """The cotangent of what was made into an array, in its own containers."""
    if is_array(x):
        return g
    return items_like(g, x) if static_length(x) is None else array_parts(g, x)


def array_parts(g, items):
    """The cotangent of a nested list of numbers or arrays made into an array."""
    parts = ()
    i = 0
    for item in unrolled(items):
        parts = parts + (array_cotangent(g[i], item),)
        i = i + 1
    return parts


@linear(np.column_stack)
def column_stack(y_bar, tup):
    if static_length(tup) is None:
        columns = split_like(y_bar, [np.reshape(a, (len(y_bar), -1)) for a in tup], 1)
        return [np.reshape(p, np.shape(a)) for p, a in zip(columns, tup)]
    parts = ()
    start = 0
    for a in unrolled(tup):
        stop = start + (1 if np.ndim(a) < 2 else np.shape(a)[1])
        parts = parts + (np.reshape(y_bar[:, start:stop], np.shape(a)),)
        start = stop
    return parts


method(astype=np.array)
