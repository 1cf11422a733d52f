"""Arrays put together from parts, or seen as parts: made of joins and views that have rules."""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import numpy as np

from tangent_ad.rules.composed import TUPLES, along, in_range, ones
from tangent_ad.rules.declare import (
    composed,
    is_array,
    is_integral,
    refuse,
    static,
    static_length,
    unrolled,
)
from tangent_ad.rules.joining import between
from tangent_ad.runtime.helpers import windows


def with_rank(a, rank):
    """An array with axes of one item in front."""
    return a if np.ndim(a) == rank else np.reshape(a, ones(rank - np.ndim(a)) + np.shape(a))


@static
def from_front(axis, rank):
    return axis % rank


@composed(np.insert, wrt=("arr", "values"))
def insert(arr, obj, values, axis=None):
    if is_integral(arr) and not is_integral(values):
        refuse("np.insert into an array of integers has no rule: NumPy cuts off what it inserts",
               "make it one of floats, whose value is another: arr.astype(float)")  # fmt: skip
    places, values = obj if is_array(obj) else np.asarray(obj), np.asarray(values, dtype=arr.dtype)
    if axis is None:
        return inserted(np.ravel(arr), places, np.ravel(values), 0)
    new = with_rank(values, np.ndim(arr))
    new = np.moveaxis(new, 0, axis) if np.ndim(places) == 0 else new
    return inserted(arr, places, new, from_front(axis, np.ndim(arr)))


def inserted(a, obj, new, axis):
    """New items before those that have the places `obj`."""
    n = np.shape(a)[axis]
    if np.ndim(a) > 1:
        count = np.shape(new)[axis] if np.ndim(obj) == 0 else np.size(obj)
        new = np.broadcast_to(new, np.shape(a)[:axis] + (count,) + np.shape(a)[axis + 1 :])
    if np.ndim(obj) == 0:
        at = obj + n if obj < 0 else obj
        return np.concatenate((between(a, 0, at, axis), new, between(a, at, n, axis)), axis)
    new = np.broadcast_to(new, np.shape(obj)) if np.ndim(a) == 1 else new
    keys = np.concatenate((np.where(obj < 0, obj + n, obj), np.arange(n)))
    return along(np.concatenate((new, a), axis), np.argsort(keys, kind="stable"), axis)


def depth_of(arrays):
    """How deep a list of lists is."""
    if not is_array(arrays) and static_length(arrays) is None:
        refuse("np.block has a rule where the ranks of the arrays are known", "give the types (annotations, or --arg)")
    return 0 if is_array(arrays) else 1 + depth_of(arrays[0])


def rank_of(arrays):
    """The most axes that an array in a list of lists has."""
    if is_array(arrays):
        return np.ndim(arrays)
    most = 0
    for a in unrolled(arrays):
        rank = rank_of(a)
        most = rank if rank > most else most
    return most


def joined(arrays, axis, rank):
    if is_array(arrays):
        return with_rank(arrays, rank)
    return np.concatenate([joined(a, axis + 1, rank) for a in unrolled(arrays)], axis)


@composed(np.block)
def block(arrays):
    depth, rank = depth_of(arrays), rank_of(arrays)
    return np.copy(arrays) if depth == 0 else joined(arrays, -depth, rank if rank > depth else depth)


@composed(np.broadcast_arrays, wrt=("args",), view="readonly")
def broadcast_arrays(*args):
    shape = np.broadcast_shapes(*[np.shape(a) for a in unrolled(args)])
    parts = [np.broadcast_to(a, shape) for a in unrolled(args)]
    if TUPLES:
        parts = tuple(parts)
    return parts


@composed(np.histogram, wrt=("a", "bins", "weights"), view="may",  # edges that are given are given back
          kinks="the edges: an item on one is of the bin to the right")  # fmt: skip
def histogram(a, bins=10, range=None, density=None, weights=None):
    if isinstance(bins, str):
        refuse("np.histogram has a rule for a number of bins, or for edges",
               "give their number: bins=len(np.histogram_bin_edges(a, 'auto')) - 1")  # fmt: skip
    if weights is not None and np.iscomplexobj(weights):
        refuse("np.histogram has a rule for real weights", "call it for np.real and np.imag of them")
    items = np.ravel(a)
    w = None if weights is None else np.ravel(weights)
    if np.ndim(bins) == 0:
        if range is not None:
            low, high = range
        elif np.size(items) > 0:
            low, high = np.min(items), np.max(items)
        else:
            low, high = 0.0, 1.0
        low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
        edges = np.linspace(low, high, bins + 1)
        edges = edges if is_integral(items) else edges.astype(items.dtype)
    else:
        edges = bins
    chosen = np.logical_and(items >= edges[0], items <= edges[-1])
    places = np.digitize(items[chosen], edges[1:-1])
    count = np.shape(edges)[0] - 1
    counts = np.bincount(places, None if w is None else w[chosen], count)
    counts = counts if w is None else counts.astype(w.dtype)
    if density:
        counts = counts / np.asarray(np.diff(edges), np.float64) / np.sum(counts)
    return counts, edges


@composed(np.fromiter, wrt=("iter",))
def fromiter(iter, dtype):
    return np.array(iter, dtype=dtype)


@composed(np.choose, wrt=("choices",))
def choose(a, choices, *, mode="raise"):
    n = static_length(choices)
    if n is None:
        refuse("np.choose has a rule for choices that are written out in the call",
               "write out every row: np.choose(a, [choices[0], choices[1], choices[2]]), where there are three; or, "
               "where each row is a vector, index them: choices[a, np.arange(a.shape[-1])]")  # fmt: skip
    places = in_range(np.asarray(a), n, mode)
    if mode == "raise" and np.any((places < 0) | (places >= n)):
        raise ValueError("invalid entry in choice array")
    result = choices[n - 1] if n > 1 else np.where(places == 0, choices[0], choices[0])
    for i in unrolled(range(n - 1)):
        result = np.where(places == n - 2 - i, choices[n - 2 - i], result)
    return result


@static
def place_before(axis, start, rank):
    """The axis that np.rollaxis moves, and where it ends up."""
    axis, start = axis % rank, start + rank if start < 0 else start
    return axis, start - 1 if axis < start else start


@composed(np.rollaxis, view="may")
def rollaxis(a, axis, start=0):
    source, destination = place_before(axis, start, np.ndim(a))
    return np.moveaxis(a, source, destination)


@composed(np.lib.stride_tricks.sliding_window_view, view="readonly")
def sliding_window_view(x, window_shape, axis=None):
    if not isinstance(window_shape, int) or (axis is None and np.ndim(x) != 1):
        refuse("sliding_window_view has a rule along one axis", "call it once for each: window_shape=n, axis=i")
    own = 0 if axis is None else from_front(axis, np.ndim(x))
    turns = np.shape(x)[own] - window_shape + 1
    if own == 0 and np.ndim(x) == 1:
        return windows(x, 0, turns, 1, window_shape, 0)
    now, wanted = (0, own + 1), (own, np.ndim(x))
    return np.moveaxis(windows(x, 0, turns, 1, window_shape, own), now, wanted)
