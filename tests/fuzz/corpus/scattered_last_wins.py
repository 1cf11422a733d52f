"""Of values written to one place the last one counts."""

import numpy as np


def f(z):
    z[[1, -1, -1]] = z * z
    return z


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
