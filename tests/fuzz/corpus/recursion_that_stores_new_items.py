"""An item read from a list before a recursive call is its item no more."""

import numpy as np


def rec(x, n, out):
    if n == 0:
        return 0.0
    r = rec(x, n - 1, out)
    out[n] = np.sin(x) * n
    return r + out[n][0] * 2.0


def f(x):
    out = [np.zeros(3), 1.0 * x, np.zeros(3)]
    a = out[1]
    r = rec(x, 2, out)
    return np.sum(a * a) + r + np.sum(out[1] * out[2])


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
