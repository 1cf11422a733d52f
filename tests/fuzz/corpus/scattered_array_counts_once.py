"""The same with an array of values."""

import numpy as np


def f(x):
    index = [-1, 1, -1]
    x[index] += x * x
    return x


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
