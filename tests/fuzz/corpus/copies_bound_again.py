"""An array of one element by a list of indices, bound again and scaled."""

import numpy as np


def f(x):
    a = x[[2]]
    x = a[[0]]
    c = x
    c *= -2.0 * x
    return c


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
