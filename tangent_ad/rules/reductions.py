"""Reductions: sum, mean, extrema, products, variances, and running sums."""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import math

import numpy as np

from tangent_ad.rules.declare import (
    constant,
    form,
    general,
    is_array,
    is_integral,
    is_known,
    linear,
    may_be_empty,
    method,
    np_functions,
    refuse,
    static,
    unrolled,
)
from tangent_ad.rules.elementary import conj, nonzero, re
from tangent_ad.rules.joining import array_cotangent, between
from tangent_ad.runtime.helpers import add_segments, others, put_along_axis, running_places


def kept(y, axis, keepdims):
    """The result of a reduction with the reduced axes in place."""
    if axis is not None and not keepdims:
        return np.expand_dims(y, axis)
    return y


def unreduce(g, x, axis, keepdims):
    """The cotangent of a reduction, spread over the shape of what was reduced."""
    return np.broadcast_to(kept(g, axis, keepdims), np.shape(x))


def count(x, axis):
    """How many items a reduction over `axis` takes together, 1 for none: their derivatives are none, too."""
    return max(items_along(x, axis), 1) if may_be_empty(x) else items_along(x, axis)


def items_along(x, axis):
    if axis is None:
        return np.size(x)
    if isinstance(axis, tuple):
        n = 1
        for a in axis:
            n = n * np.shape(x)[a]
        return n
    return np.shape(x)[axis]


@linear(np.sum)
def sum(y_bar, a, axis=None, keepdims=False):
    return unreduce(y_bar, a, axis, keepdims)


def some(a, where, rest):
    """The items where a mask holds, beside what does not count in a reduction."""
    return a if where is True else np.where(where, a, rest)


def check_start(a, initial):
    """Of integers NumPy makes the start an integer, too."""
    if is_integral(a) and initial is not None:
        refuse("initial= has a rule for arrays of floats", "make the array one of floats, "
               "a.astype(float): among ints NumPy cuts the fraction off, so the value may change")  # fmt: skip


def in_type(a, dtype):
    return a if dtype is None else np.array(a, dtype=dtype)


@form(np.sum, wrt=("a", "initial"))
def sum_of_some(a, axis=None, keepdims=False, initial=None, where=True, dtype=None):
    a = in_type(a, dtype)
    check_start(a, initial)
    total = np.sum(some(a, where, 0), axis=axis, keepdims=keepdims)
    return total if initial is None else total + initial


@linear(np.mean, kinks="no items: not a number")
def mean(y_bar, a, axis=None, keepdims=False):
    return unreduce(y_bar / count(a, axis), a, axis, keepdims)


@form(np.mean)
def mean_of_some(a, axis=None, keepdims=False, where=True, dtype=None):
    a = in_type(a, dtype)
    if dtype is not None and is_integral(a):
        refuse("a mean with dtype=int is an integer, which has no derivative", "leave dtype= out, for the mean of the "
               "floats, which is another number")  # fmt: skip
    if where is True:
        return np.mean(a, axis=axis, keepdims=keepdims)
    counted = np.ones_like(a) * where
    return np.sum(some(a, where, 0), axis=axis, keepdims=keepdims) / np.sum(counted, axis=axis, keepdims=keepdims)


def _extremum_forward(a_dot, y, a, axis, keepdims):
    chosen = a == kept(y, axis, keepdims)
    return np.sum(a_dot * chosen, axis=axis, keepdims=keepdims) / np.sum(chosen, axis=axis, keepdims=keepdims)


@general(np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin, forward=_extremum_forward,
         kinks="ties share evenly")  # fmt: skip
def extremum(y_bar, y, a, axis=None, keepdims=False):
    chosen = a == kept(y, axis, keepdims)
    share = y_bar / np.sum(chosen, axis=axis, keepdims=keepdims)
    return chosen * kept(share, axis, keepdims)


def chosen_for(a, initial, where):
    """The items that an extremum is taken of, the start in place of those that a mask leaves out."""
    check_start(a, initial)
    if initial is None:
        refuse("NumPy takes where= of an extremum only beside initial=", "give both")
    return some(a, where, initial)


def is_empty(a):
    """Whether there are no items, and so no extremum but the start; asked when it runs only where that may be."""
    return np.size(a) == 0 if not is_known(np.ndim(a)) or may_be_empty(a) else False


@form(np.max, np.amax, wrt=("a", "initial"), kinks="ties share evenly")
def max_of_some(a, axis=None, keepdims=False, initial=None, where=True):
    chosen = chosen_for(a, initial, where)
    if is_empty(a):
        return np.sum(a, axis=axis, keepdims=keepdims) + initial
    return np.maximum(np.max(chosen, axis=axis, keepdims=keepdims), initial)


@form(np.min, np.amin, wrt=("a", "initial"), kinks="ties share evenly")
def min_of_some(a, axis=None, keepdims=False, initial=None, where=True):
    chosen = chosen_for(a, initial, where)
    if is_empty(a):
        return np.sum(a, axis=axis, keepdims=keepdims) + initial
    return np.minimum(np.min(chosen, axis=axis, keepdims=keepdims), initial)


def _var_forward(a_dot, y, a, axis, ddof, keepdims):
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return re(np.sum(a_dot * conj(centred), axis=axis, keepdims=keepdims)) * 2 / (count(a, axis) - ddof)


@general(np.var, forward=_var_forward, kinks="no items: not a number")
def var(y_bar, y, a, axis=None, ddof=0, keepdims=False):
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return kept(y_bar * 2 / (count(a, axis) - ddof), axis, keepdims) * conj(centred)


def _std_forward(a_dot, y, a, axis, ddof, keepdims):
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return re(np.sum(a_dot * conj(centred), axis=axis, keepdims=keepdims)) / ((count(a, axis) - ddof) * nonzero(y))


@general(np.std, forward=_std_forward, kinks="all items equal: 0 by convention")
def std(y_bar, y, a, axis=None, ddof=0, keepdims=False):
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return kept(y_bar / ((count(a, axis) - ddof) * nonzero(y)), axis, keepdims) * conj(centred)


def known_centred(a, axis):
    """The distances from the mean, and the number of items, of those that are numbers."""
    unknown = np.isnan(a)
    n = np.sum(np.logical_not(unknown), axis=axis, keepdims=True)
    mean = np.sum(np.where(unknown, 0.0, a), axis=axis, keepdims=True) / n
    return np.where(unknown, 0.0, a - mean), n


def _nanvar_forward(a_dot, y, a, axis, ddof, keepdims):
    centred, n = known_centred(a, axis)
    return re(np.sum(a_dot * conj(centred) * (2 / (n - ddof)), axis=axis, keepdims=keepdims))


@general(np.nanvar, forward=_nanvar_forward)
def nanvar(y_bar, y, a, axis=None, ddof=0, keepdims=False):
    centred, n = known_centred(a, axis)
    return kept(y_bar, axis, keepdims) * 2 / (n - ddof) * conj(centred)


def _nanstd_forward(a_dot, y, a, axis, ddof, keepdims):
    centred, n = known_centred(a, axis)
    return re(np.sum(a_dot * conj(centred) / (n - ddof), axis=axis, keepdims=keepdims)) / nonzero(y)


@general(np.nanstd, forward=_nanstd_forward, kinks="all items equal: 0 by convention")
def nanstd(y_bar, y, a, axis=None, ddof=0, keepdims=False):
    centred, n = known_centred(a, axis)
    return kept(y_bar / nonzero(y), axis, keepdims) / (n - ddof) * conj(centred)


def _log_sum_forward(array_dot, y, array, axis, keepdims):
    return np.sum(array_dot * np.exp(array - kept(y, axis, keepdims)), axis=axis, keepdims=keepdims)


@general(np.logaddexp.reduce, forward=_log_sum_forward, source="softmax of the items")
def log_sum(y_bar, y, array, axis=0, keepdims=False):
    return kept(y_bar, axis, keepdims) * np.exp(array - kept(y, axis, keepdims))


@static
def last_axes(n):
    return tuple(range(-n, 0))


def each_without(x, axis):
    """For each item, the product of all the others along `axis`."""
    if axis is None:
        return np.reshape(others(np.ravel(x)), np.shape(x))
    if isinstance(axis, tuple):
        last = last_axes(len(axis))
        moved = np.moveaxis(x, axis, last)
        lead = np.shape(np.prod(moved, axis=last))
        rows = np.reshape(moved, lead + (items_along(x, axis),))
        return np.moveaxis(np.reshape(others(rows), np.shape(moved)), last, axis)
    if axis == -1:
        return others(x)
    return np.moveaxis(others(np.moveaxis(x, axis, -1)), -1, axis)


def _prod_forward(a_dot, y, a, axis, keepdims):
    return np.sum(a_dot * each_without(a, axis), axis=axis, keepdims=keepdims)


@general(np.prod, forward=_prod_forward)
def prod(y_bar, y, a, axis=None, keepdims=False):
    return kept(y_bar, axis, keepdims) * each_without(a, axis)


@form(np.prod, wrt=("a", "initial"))
def prod_of_some(a, axis=None, keepdims=False, initial=None, where=True, dtype=None):
    a = in_type(a, dtype)
    check_start(a, initial)
    product = np.prod(some(a, where, 1), axis=axis, keepdims=keepdims)
    return product if initial is None else product * initial


@linear(np.cumsum)
def cumsum(y_bar, a, axis=None):
    if axis is None:
        return np.reshape(np.cumsum(y_bar[::-1])[::-1], np.shape(a))
    return np.flip(np.cumsum(np.flip(y_bar, axis), axis=axis), axis)


@form(np.cumsum)
def cumsum_in_type(a, axis=None, dtype=None):
    return np.cumsum(in_type(a, dtype), axis)


def _sort_forward(a_dot, y, a, axis=-1):
    if axis is None:
        return np.ravel(a_dot)[np.argsort(np.ravel(a))]
    return np.take_along_axis(a_dot, np.argsort(a, axis), axis)


@general(np.sort, forward=_sort_forward, kinks="ties: by the order of argsort")
def sort(y_bar, y, a, axis=-1):
    if axis is None:
        return np.reshape(y_bar[np.argsort(np.argsort(np.ravel(a)))], np.shape(a))
    return np.take_along_axis(y_bar, np.argsort(np.argsort(a, axis), axis), axis)


@form(np.sort)
def sort_by_kind(a, axis=-1, kind=None, stable=None):
    return np.sort(a, axis)  # equal items are equal in any order


def parted_as(y, a, axis):
    """Where the items of np.partition(a, ...) come from: NumPy does not say in which order those on one side are."""
    return np.take_along_axis(np.argsort(a, axis), np.argsort(np.argsort(y, axis), axis), axis)


def _partition_forward(a_dot, y, a, kth, axis=-1):
    if axis is None:
        return np.ravel(a_dot)[parted_as(y, np.ravel(a), 0)]
    return np.take_along_axis(a_dot, parted_as(y, a, axis), axis)


@general(np.partition, wrt=("a",), forward=_partition_forward, kinks="ties: by the order of argsort")
def partition(y_bar, y, a, kth, axis=-1):
    if axis is None:
        return np.reshape(y_bar[np.argsort(parted_as(y, np.ravel(a), 0))], np.shape(a))
    return np.take_along_axis(y_bar, np.argsort(parted_as(y, a, axis), axis), axis)


def as_given(q):
    return q if is_array(q) else np.asarray(q)


# What moves the place of a quantile, by the method: Hyndman and Fan, Sample Quantiles in Statistical Packages (1996).
PLOTTING = {
    "hazen": (0.5, 0.5), "weibull": (0.0, 0.0), "interpolated_inverted_cdf": (0.0, 1.0),
    "median_unbiased": (1.0 / 3.0, 1.0 / 3.0), "normal_unbiased": (3.0 / 8.0, 3.0 / 8.0),
}  # fmt: skip


@static
def plotting(method):
    return PLOTTING.get(method)


def place_among(q, last, method):
    """Where a quantile lies among the sorted items 0 to `last`."""
    place = q * last
    if method == "linear":
        return place
    if method == "lower":
        return np.floor(place)
    if method == "higher":
        return np.ceil(place)
    if method == "nearest":
        return np.around(place)
    if method == "midpoint":
        return (np.floor(place) + np.ceil(place)) / 2.0
    if plotting(method) is None:
        refuse("quantiles have no rule with this method",
               "take an item of the sorted values: inverted_cdf is s[max(int(np.ceil(n * q)) - 1, 0)] of "
               "s = np.sort(a, axis=None), n = a.size, or of s = np.sort(a, axis=0), n = len(a); q / 100 for a "
               "percentile; in place of the other two with steps use 'hazen' or 'nearest'")  # fmt: skip
    alpha, beta = plotting(method)
    return np.clip((last + 1) * q + (alpha + q * (1.0 - alpha - beta)) - 1, 0, last)


def ranked(a, q, axis, method):
    """The items in rows, the order of each row, and the weight of each place in it at a quantile, a row for each."""
    if isinstance(axis, tuple) or np.ndim(q) > 1:
        refuse("quantiles have a rule along one axis or all, for one q or a list",
               "leave axis out where it names all of them, or bring them together first: "
               "np.quantile(a.reshape(-1, a.shape[2]), q, axis=0)")  # fmt: skip
    q = q[:, None] if np.ndim(q) > 0 else q
    rows = np.ravel(a) if axis is None else np.moveaxis(a, axis, -1)
    last = np.shape(rows)[-1] - 1
    place = place_among(q, last, method)
    below = np.floor(place)
    above = np.minimum(below + 1, last)
    places = np.arange(last + 1)
    w = place - below
    return rows, np.argsort(rows, -1), (places == below) * (1 - w) + (places == above) * w


def _quantile_tangent(a_dot, y, a, q, axis, method):
    _, order, weights = ranked(a, q, axis, method)
    dots = np.ravel(a_dot) if axis is None else np.moveaxis(a_dot, axis, -1)
    sorted_dots = np.take_along_axis(dots, order, -1)
    if np.ndim(weights) > 1:
        return np.reshape(np.moveaxis(sorted_dots @ weights.T, -1, 0), np.shape(y))
    return np.reshape(np.sum(sorted_dots * weights, -1), np.shape(y))


def _quantile_adjoint(y_bar, a, q, axis, method):
    rows, order, weights = ranked(a, q, axis, method)
    if np.ndim(weights) > 1:
        each = np.moveaxis(np.reshape(y_bar, np.shape(weights)[:1] + np.shape(rows)[:-1]), 0, -1) @ weights
    else:
        each = np.reshape(y_bar, np.shape(rows)[:-1] + (1,)) * weights
    bar = np.take_along_axis(each, np.argsort(order, -1), -1)
    return np.reshape(bar, np.shape(a)) if axis is None else np.moveaxis(bar, -1, axis)


def _quantile_forward(a_dot, y, a, q, axis, keepdims, method):
    return _quantile_tangent(a_dot, y, a, as_given(q), axis, method)


@general(np.quantile, wrt=("a",), forward=_quantile_forward, kinks="ties: by the order of argsort")
def quantile(y_bar, y, a, q, axis=None, keepdims=False, method="linear"):
    return _quantile_adjoint(y_bar, a, as_given(q), axis, method)


def _percentile_forward(a_dot, y, a, q, axis, keepdims, method):
    return _quantile_tangent(a_dot, y, a, as_given(q) / 100, axis, method)


@general(np.percentile, wrt=("a",), forward=_percentile_forward, kinks="ties: by the order of argsort")
def percentile(y_bar, y, a, q, axis=None, keepdims=False, method="linear"):
    return _quantile_adjoint(y_bar, a, as_given(q) / 100, axis, method)


def _median_forward(a_dot, y, a, axis, keepdims):
    return _quantile_tangent(a_dot, y, a, 0.5, axis, "linear")


@general(np.median, forward=_median_forward, kinks="ties: by the order of argsort")
def median(y_bar, y, a, axis=None, keepdims=False):
    return _quantile_adjoint(y_bar, a, 0.5, axis, "linear")


def running_extremum(extremum, x, axis):
    """np.maximum.accumulate and its like, as items of the array: which they are carries no derivative."""
    items = np.asarray(x)
    return np.take_along_axis(items, running_places(extremum, items, axis), axis)


@linear(np.take_along_axis, wrt=("arr",), inert=("indices",))
def take_along_axis(y_bar, arr, indices, axis):
    return put_along_axis(y_bar, arr, indices, axis)


@linear(np.diff, view="may")  # n=0 is the argument itself
def diff(y_bar, a, n=1, axis=-1):
    for _ in unrolled(last_axes(n)):
        edge = np.zeros_like(np.sum(y_bar, axis=axis, keepdims=True))
        y_bar = np.concatenate((edge, y_bar), axis) - np.concatenate((y_bar, edge), axis)
    return y_bar if n < 2 else between(y_bar, 0, np.shape(a)[axis], axis)  # there may be fewer items than n


def one_more(v, a, axis):
    """What np.diff puts before or after an array: a number stands for one item of each line."""
    return v if np.ndim(v) > 0 else np.broadcast_to(v, np.shape(np.sum(a, axis=axis, keepdims=True)))


@form(np.diff, wrt=("a", "prepend", "append"))
def diff_with_ends(a, n=1, axis=-1, prepend=None, append=None):
    if n == 0:
        return a
    if prepend is not None:
        a = np.concatenate((one_more(prepend, a, axis), a), axis)
    if append is not None:
        a = np.concatenate((a, one_more(append, a, axis)), axis)
    return np.diff(a, n, axis)


@linear(np.bincount, wrt=("weights",))
def bincount(y_bar, x, weights=None, minlength=0):
    return y_bar[np.asarray(x)]


@linear(np.add.reduceat)
def add_reduceat(y_bar, array, indices, axis=0):
    if not isinstance(axis, int):
        refuse("np.add.reduceat has a rule along an axis that is an int", "write axis=0")
    return add_segments(y_bar, array, indices, axis)


@linear(math.fsum)
def fsum(y_bar, seq):
    return array_cotangent(np.full(len(seq), y_bar), seq)


constant(*np_functions(
    "argmax", "argmin", "argsort", "argwhere", "count_nonzero", "nonzero", "searchsorted", "flatnonzero",
    "argpartition", "nanargmax", "nanargmin",
))
method(
    sum=np.sum, mean=np.mean, max=np.max, min=np.min, var=np.var, std=np.std, prod=np.prod,
    cumsum=np.cumsum, argmax=np.argmax, argmin=np.argmin, argsort=np.argsort, any=np.any, all=np.all,
    nonzero=np.nonzero, searchsorted=np.searchsorted, argpartition=np.argpartition,
)  # fmt: skip
