"""The same on an item of a tuple."""

import numpy as np


def helper(p, n):
    if n <= 0:
        return np.sum(p[[1, 0]])
    p[1] = np.sum(np.sin(p))
    return helper(p, n - 1) * p[0]


def f(y):
    return helper(y[1], 3) + np.sum(y[1])


def inputs():
    return ((0.5, np.array([0.5, 0.2, -0.7])),)
