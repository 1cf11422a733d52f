"""A list of any length that the last turn of a loop makes one of a known length."""

import numpy as np


def f(x, y):
    b = list(x)
    for _ in range(2):
        b = [y]
    return b


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6])
