"""A view on one path only, written there."""

import numpy as np


def helper(p):
    for i in range(2):
        if i:
            pass
        else:
            v1 = p
            v1 += v1
    return p


def f(x):
    return helper(x)


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
