"""Rows of an array that was written before the loop."""

import numpy as np


def f(x):
    x[1::2] += -2.0
    for _, row in enumerate(x):
        v = row
        v *= np.sum(x)
    return x


def inputs():
    return (np.array([[0.5, 0.2], [0.4, -0.3]]),)
