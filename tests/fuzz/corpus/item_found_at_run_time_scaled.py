"""An item of a list, found at run time, is written into by an operator; the array has a name of its own."""

import numpy as np


def f(y, z):
    held = [y, 2.0 * y]
    held[z % 2] *= 3.0
    return np.sum(y) + np.sum(held[1])


def inputs():
    return (np.array([-0.241, -0.829, -1.012]), 2)
