"""Reductions: sum, mean, extrema, products, variances."""

from __future__ import annotations

import math

import numpy as np

from tangent_ad.rules.declare import constant, elementwise, general, linear, method, np_functions


def unreduce(g, x, axis, keepdims):
    """The cotangent of a reduction, spread over the shape of what was reduced."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(x))


def count(x, axis):
    """How many items a reduction over `axis` takes together."""
    if axis is None:
        return np.size(x)
    if isinstance(axis, tuple):
        n = 1
        for a in axis:
            n = n * np.shape(x)[a]
        return n
    return np.shape(x)[axis]


@linear(np.sum)
def sum(y_bar, x, axis=None, keepdims=False):
    return unreduce(y_bar, x, axis, keepdims)


@linear(np.mean)
def mean(y_bar, x, axis=None, keepdims=False):
    return unreduce(y_bar / count(x, axis), x, axis, keepdims)


def _spread(y, x, axis, keepdims):
    """A result with its reduced axes kept, to compare with x."""
    if axis is not None and not keepdims:
        return np.expand_dims(y, axis)
    return y


def _extremum_forward(x_dot, y, x, axis, keepdims):
    chosen = x == _spread(y, x, axis, keepdims)
    ties = np.sum(chosen, axis=axis, keepdims=keepdims)
    return np.sum(x_dot * chosen, axis=axis, keepdims=keepdims) / ties


@general(np.max, np.min, np.amax, np.amin, forward=_extremum_forward, kinks="ties share evenly")
def extremum(y_bar, y, x, axis=None, keepdims=False):
    chosen = x == _spread(y, x, axis, keepdims)
    ties = np.sum(chosen, axis=axis, keepdims=keepdims)
    return unreduce(y_bar / ties, x, axis, keepdims) * chosen


def _var_forward(x_dot, y, x, axis, ddof, keepdims):
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(x_dot * centred, axis=axis, keepdims=keepdims) * 2 / (count(x, axis) - ddof)


@general(np.var, forward=_var_forward)
def var(y_bar, y, x, axis=None, ddof=0, keepdims=False):
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return unreduce(y_bar * 2 / (count(x, axis) - ddof), x, axis, keepdims) * centred


def _std_forward(x_dot, y, x, axis, ddof, keepdims):
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(x_dot * centred, axis=axis, keepdims=keepdims) / ((count(x, axis) - ddof) * y)


@general(np.std, forward=_std_forward, kinks="0: not a number")
def std(y_bar, y, x, axis=None, ddof=0, keepdims=False):
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return unreduce(y_bar / ((count(x, axis) - ddof) * y), x, axis, keepdims) * centred


def _others(x, axis):
    """For each item, the product of all the others, with no division: zeros in x are no exception."""
    if axis is None:
        flat = np.ravel(x)
        n = np.size(x)
        table = np.where(np.eye(n) == 1, 1.0, np.reshape(flat, (1, n)))
        return np.reshape(np.prod(table, axis=1), np.shape(x))
    moved = np.moveaxis(x, axis, -1)
    n = np.shape(x)[axis]
    table = np.where(np.eye(n) == 1, 1.0, np.expand_dims(moved, -2))
    return np.moveaxis(np.prod(table, axis=-1), -1, axis)


def _prod_forward(x_dot, y, x, axis, keepdims):
    return np.sum(x_dot * _others(x, axis), axis=axis, keepdims=keepdims)


@general(np.prod, forward=_prod_forward)
def prod(y_bar, y, x, axis=None, keepdims=False):
    return unreduce(y_bar, x, axis, keepdims) * _others(x, axis)


@linear(np.cumsum)
def cumsum(y_bar, x, axis=None):
    if axis is None:
        return np.reshape(np.cumsum(y_bar[::-1])[::-1], np.shape(x))
    return np.flip(np.cumsum(np.flip(y_bar, axis), axis=axis), axis)


@elementwise(math.log)
def log(z, x):
    return 1 / x


constant(*np_functions("argmax", "argmin", "argsort", "count_nonzero", "nonzero", "searchsorted", "flatnonzero"))
method(sum=np.sum, mean=np.mean, max=np.max, min=np.min, var=np.var, std=np.std, prod=np.prod, cumsum=np.cumsum,
       argmax=np.argmax, argmin=np.argmin, argsort=np.argsort, any=np.any, all=np.all)  # fmt: skip
