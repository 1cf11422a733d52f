"""Rules of the runtime helpers, so that emitted code can be differentiated again."""

from __future__ import annotations

import numpy as np

from tangent_ad.rules.declare import constant, elementwise, general, linear
from tangent_ad.runtime import helpers


@linear(helpers.unbroadcast, wrt=("g",), inert=("x",), view="may")
def unbroadcast(y_bar, g, x):
    return helpers.unbroadcast(y_bar, g)


@linear(helpers.summed_to, wrt=("g",), inert=("shape",), view="may")
def summed_to(y_bar, g, shape):
    return helpers.unbroadcast(y_bar, g)


@linear(helpers.spread, wrt=("t",), inert=("z",), view="may", broadcasts=True)
def spread(y_bar, t, z):
    return y_bar


@linear(helpers.whole, wrt=("t",), inert=("x",), view="may")
def whole(y_bar, t, x):
    return y_bar


@linear(helpers.add, wrt=("a", "b"), view="may")
def add(y_bar, a, b):
    return y_bar, y_bar


@linear(helpers.split_like, wrt=("g",), inert=("arrays",), view="may")
def split_like(y_bar, g, arrays, axis):
    return np.concatenate(y_bar, axis)


@linear(helpers.unstack, wrt=("g",), view="may")
def unstack(y_bar, g, axis):
    return np.stack(y_bar, axis)


@linear(helpers.from_diagonal, wrt=("g",), inert=("x",))
def from_diagonal(y_bar, g, x, offset):
    return np.diagonal(y_bar, offset)


def without_one(x):
    """Rows of x: in the i-th the i-th item is 1."""
    return np.where(np.eye(np.shape(x)[-1]) == 1, 1, np.expand_dims(x, -2))


def _others_forward(x_dot, y, x):
    pairs = helpers.others(without_one(x)) * (1 - np.eye(np.shape(x)[-1]))
    return np.sum(pairs * np.expand_dims(x_dot, -2), axis=-1)


@general(helpers.others, forward=_others_forward)
def others(y_bar, y, x):
    pairs = helpers.others(without_one(x)) * (1 - np.eye(np.shape(x)[-1]))
    return np.sum(pairs * np.expand_dims(y_bar, -2), axis=-1)


def _polygamma_forward(x_dot, z, n, x):
    return x_dot * helpers.polygamma(n + 1, x)


@general(helpers.polygamma, wrt=("x",), forward=_polygamma_forward)
def polygamma(z_bar, z, n, x):
    return z_bar * helpers.polygamma(n + 1, x)


@linear(helpers.add_segments, wrt=("g",), inert=("x",))
def add_segments(y_bar, g, x, indices, axis):
    return np.add.reduceat(y_bar, indices, axis)


constant(helpers.zeros_like, helpers.order, helpers.running_places, helpers.fails, helpers.kept)
constant(helpers.all_finite, helpers.segments_fit, helpers.segment_places, helpers.segment_turns)
constant(
    helpers.check_number, helpers.rebound, helpers.check_bounds, helpers.raise_like, helpers.in_threads, pure=False
)


@linear(helpers.copy, helpers.copied)
def copy(y_bar, x):
    return y_bar


@linear(helpers.items_like, wrt=("g",), inert=("x",), view="may")
def items_like(y_bar, g, x):
    return np.asarray(helpers.whole(y_bar, x))


@elementwise(helpers.sinc_curvature, source="differentiate x^2 z = cos(pi x) - sinc(x) twice")
def sinc_curvature(z, x):
    return np.where(x == 0, 0.0, -(9.869604401089358 * np.sinc(x) + 3 * z) / np.where(x == 0, 1.0, x))


@linear(helpers.unresize, wrt=("g",), inert=("x",))
def unresize(y_bar, g, x):
    return np.resize(y_bar, np.shape(g))


@linear(helpers.last_written, wrt=("g",), inert=("index",))
def last_written(y_bar, g, index):
    return helpers.scatter_last(y_bar, g, index)


@linear(helpers.scatter_last, wrt=("v",), inert=("g", "index"))
def scatter_last(y_bar, v, g, index):
    return helpers.last_written(y_bar, index)


@linear(helpers.put_along_axis, wrt=("y_bar",), inert=("x", "indices"))
def put_along_axis(z_bar, y_bar, x, indices, axis):
    return np.take_along_axis(z_bar, indices, axis)


@linear(helpers.windows, view="readonly")
def windows(y_bar, x, start, turns, step, size, axis):
    return helpers.add_windows(y_bar, x, start, step, axis)


@linear(helpers.add_windows, wrt=("g",), inert=("x",))
def add_windows(y_bar, g, x, start, step, axis):
    return helpers.windows(y_bar, start, np.shape(g)[0], step, np.shape(g)[axis + 1], axis)
