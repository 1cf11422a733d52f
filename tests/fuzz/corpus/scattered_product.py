"""The same for a product with itself."""

import numpy as np


def f(y):
    same = y
    same[[0, 0]] *= same
    return y


def inputs():
    return (np.array([0.78, 1.2]),)
