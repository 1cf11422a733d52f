"""A list has no item 'k': that is found where the loop runs."""

import numpy as np


def f(x, y, z):
    a = [x * v for v in y]
    for _ in range(z):
        a["k"] *= y[0]
    return a[0] * a[True]


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
