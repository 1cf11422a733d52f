"""Aliases joined by a loop with a branch."""

import numpy as np


def helper(p):
    for i in range(3):
        if i > 1:
            v = p
        else:
            v = p
            v += v
    return p


def f(x):
    x, a = x, x
    return helper(a)


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
