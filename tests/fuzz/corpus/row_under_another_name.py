"""A second name of a row is the row."""

import numpy as np


def f(x):
    for row in x:
        v = row
        v *= np.sum(x)
    return x


def inputs():
    return (np.array([[0.5, 0.2], [0.4, -0.3]]),)
