"""`a[i] += f(a)` reads a[i] before f writes into it."""

import numpy as np


def helper(p):
    p[-2] = np.sum(p)
    return 0.5


def f(x):
    x[[1]] += helper(x[::-1])
    return x


def inputs():
    return (np.array([0.576, 0.204]),)
