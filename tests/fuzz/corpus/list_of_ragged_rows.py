"""Two items of a list broadcast."""

import numpy as np


def f(rows):
    for i in range(2):
        rows.append(rows[i] * 2.0)
    return np.sum(rows[0] * rows[1])


def inputs():
    return ([np.array([0.7]), np.array([0.3, 1.1])],)
