"""Early return of a tuple with a constant: right, or refused with a place."""
# ruff: noqa: SIM102 (two tests are the point)

import numpy as np


def f(x, y):
    if x[0] > 0.1:
        if y > 0.1:
            return (0.6, y)
    return (np.sum(x), y * y)


def inputs():
    return (
        np.array([0.5, 0.2]),
        0.7,
    )
