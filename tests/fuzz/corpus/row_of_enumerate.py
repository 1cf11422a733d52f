"""A row of enumerate is a view."""

import numpy as np


def f(x):
    for _, row in enumerate(x):
        row *= row
    return np.sum(x * x)


def inputs():
    return (np.array([[0.5, 0.2], [0.4, -0.3]]),)
