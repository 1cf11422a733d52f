"""Items of a list are an int, a list of ints, and an array."""

import numpy as np


def rec(x, n, acc):
    if n == 0:
        return 0.0
    acc[0] = acc[0] + np.sin(x[n])
    acc[1][0] = acc[1][0] + np.sin(x[n])
    return rec(x, n - 1, acc) + 2.0 * x[0]


def f(x):
    acc = [0, [0, 1], 1.0 * x]
    r = rec(x, 2, acc)
    return r * acc[0] + acc[1][0] * acc[1][0] + np.sum(acc[2])


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
