"""Two names that two paths leave with what may be one array."""

import numpy as np


def f(x, z):
    if np.sum(x) < 0.0:
        x = z
    else:
        z = z - z
    x[0] += 0.5
    return z


def inputs():
    return (np.array([-0.7, 0.4]), np.array([0.3, 0.8]))
