"""Two names of an argument, one written on one path."""

import numpy as np


def helper(p):
    for i in range(2, 5, 3):
        if i:
            v = p
        else:
            v = p
            v += v
    return p


def f(x):
    x, a = (x, x)
    old = helper(a)
    return old


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
