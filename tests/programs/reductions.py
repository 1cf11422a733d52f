"""Reductions: every spelling of the axis, kept dimensions, functions and methods."""

import warnings

import numpy as np

from . import Program

rng = np.random.default_rng(9)


def sums(a):
    return np.sum(a**2) + a.sum() ** 2 + np.sum(np.sum(a, axis=0) ** 2) + np.sum(a.sum(axis=-1) ** 3)


def sum_axis_tuple(a):
    return np.sum(np.sum(a, axis=(0, 2)) ** 2) + np.sum(a.sum((0, -1)) ** 3) + np.sum(a, (0, 1, 2)) ** 2


def sum_keepdims(a):
    return np.sum(a * np.sum(a, axis=1, keepdims=True)) + np.sum(a / (3.0 + a.sum(keepdims=True) ** 2))


def sum_positional_axis(a):
    return np.sum(np.sum(a, 1) * np.arange(3.0)) + np.sum(a.sum(0) ** 2)


def means(a):
    return np.mean(a**2) + a.mean() ** 3 + np.sum(np.mean(a, axis=-1) ** 2) + np.sum(a.mean(0) ** 3)


def mean_keepdims(a):
    return np.sum(np.sin(a - np.mean(a, axis=(0, 1), keepdims=True)) ** 2)


def maxima(a):
    return np.max(a) ** 2 + np.sum(np.max(a, axis=0) ** 2) + np.sum(a.max(axis=-1) ** 3) + np.amax(a)


def minima(a):
    return np.min(a) ** 2 + np.sum(np.min(a, axis=1, keepdims=True) * a) + np.sum(a.min(0))


def maximum_of_tuple_axis(a):
    return np.sum(np.max(a, axis=(0, 2), keepdims=True) * a)


def products(a):
    return np.prod(a) + np.sum(np.prod(a, axis=0) ** 2) + np.sum(a.prod(axis=-1))


def product_with_a_zero(x):
    """Dividing the product by each factor fails here."""
    return np.prod(x) + np.prod(x[:3])


def product_with_two_zeros(x):
    return np.prod(x) + np.sum(x**2)


def variances(a):
    return np.var(a) + np.sum(np.var(a, axis=0) ** 2) + np.sum(a.var(axis=-1, keepdims=True) * a)


def variance_ddof(a):
    return np.var(a, ddof=1) + np.sum(np.std(a, axis=0, ddof=1))


def deviations(a):
    return np.std(a) * 2.0 + np.sum(a.std(axis=1) ** 2) + np.sum(np.std(a, axis=(0, 1), keepdims=True) * a)


def reduction_of_scalar(x):
    return np.sum(x) * np.mean(x) + np.max(x)


def reduction_over_size_one(a):
    return np.sum(np.mean(a, axis=1) ** 2) + np.sum(np.max(a, axis=1)) + np.prod(a)


def returns_reduced(a):
    return np.sum(a, axis=0), np.mean(a, axis=1, keepdims=True), a.max(axis=0)


def log_sum_exp(x):
    shift = np.max(x)
    return shift + np.log(np.sum(np.exp(x - shift)))


def log_sum_exp_rows(a):
    shift = np.max(a, axis=-1, keepdims=True)
    return np.squeeze(shift, axis=-1) + np.log(np.sum(np.exp(a - shift), axis=-1))


def softmax_entropy(x):
    p = np.exp(x - x.max())
    p = p / p.sum()
    return -np.sum(p * np.log(p))


def axis_is_an_argument(a, axis):
    return np.sum(np.sum(a, axis=axis) ** 2)


def geometric_mean(x):
    return np.prod(x) ** (1.0 / len(x)) + np.exp(np.mean(np.log(x)))


def correlation(x, y):
    dx = x - np.mean(x)
    dy = y - np.mean(y)
    return np.sum(dx * dy) / np.sqrt(np.sum(dx**2) * np.sum(dy**2))


def weighted_moments(x, weights):
    total = weights.sum()
    mean = (weights * x).sum() / total
    variance = (weights * (x - mean) ** 2).sum() / total
    skewness = (weights * (x - mean) ** 3).sum() / total / variance**1.5
    return mean, variance, skewness


def loop_of_reductions(a):
    total = 0.0
    for axis in range(2):
        total += np.sum(np.max(a, axis=axis) * np.mean(a, axis=axis))
    return total


a34 = rng.normal(size=(3, 4))
a234 = rng.normal(size=(2, 3, 4))
x5 = rng.normal(size=5)

def means_of_groups(x, labels):
    """A group may have no items: its mean is not a number, and has no derivative."""
    total = 0.0
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in range(3):
            group = x[labels == k]
            mean, variance, deviation = group.mean(), group.var(), np.std(group)
            if np.isfinite(mean) and np.isfinite(variance + deviation):
                total += mean**2 + variance + deviation * x[k]
        others = np.mean(np.outer(x, x)[:, x > 99.0], axis=1)
        if not np.isfinite(others).all():
            total += x[0]
    return total


PROGRAMS = [
    Program(means_of_groups, (np.array([0.5, 0.7, 0.2]), np.array([0, 0, 2]))),
    Program(sums, (a34,)),
    Program(sum_axis_tuple, (a234,)),
    Program(sum_keepdims, (a34,)),
    Program(sum_positional_axis, (a34,)),
    Program(means, (a34,)),
    Program(mean_keepdims, (a34,)),
    Program(maxima, (a34,)),
    Program(minima, (a34,)),
    Program(maximum_of_tuple_axis, (a234,)),
    Program(products, (a34,)),
    Program(product_with_a_zero, (np.array([0.7, 0.0, -1.2, 0.5]),)),
    Program(product_with_two_zeros, (np.array([0.7, 0.0, -1.2, 0.0]),)),
    Program(variances, (a34,)),
    Program(variance_ddof, (a34,)),
    Program(deviations, (a34,)),
    Program(reduction_of_scalar, (0.7,)),
    Program(reduction_over_size_one, (rng.normal(size=(3, 1)),)),
    Program(returns_reduced, (a34,)),
    Program(log_sum_exp, (x5,)),
    Program(log_sum_exp_rows, (a34,)),
    Program(softmax_entropy, (x5,)),
    Program(axis_is_an_argument, (a34, 0), name="axis_is_an_argument_0"),
    Program(axis_is_an_argument, (a34, -1), name="axis_is_an_argument_last"),
    Program(axis_is_an_argument, (a34, None), name="axis_is_an_argument_none"),
    Program(geometric_mean, (rng.uniform(0.5, 1.5, size=4),)),
    Program(correlation, (x5, rng.normal(size=5)), (0, 1)),
    Program(weighted_moments, (x5, rng.uniform(0.5, 1.5, size=5)), (0, 1)),
    Program(loop_of_reductions, (a34,)),
]
