"""A function that calls itself and writes into its argument."""

import numpy as np


def helper(p, n):
    if n <= 0:
        return p
    p[::-1] /= 1.5 + p * p
    return helper(p, n - 1)


def f(x):
    return helper(x, 2)


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
