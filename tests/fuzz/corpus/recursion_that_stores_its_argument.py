"""A recursive call puts its argument into a list, at two places."""

import numpy as np


def rec(x, n, out):
    if n == 0:
        return 0.0
    r = rec(x, n - 1, out)
    out[n] = x
    return r + 1.0


def f(x):
    out = [np.zeros(3), np.zeros(3), np.zeros(3)]
    r = rec(x, 2, out)
    out[1][0] = out[2][1] * 5.0
    return np.sum(x) + r


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
