"""A view with an axis of one element, then an augmented alias of the base."""

import numpy as np


def f(x, y, z):
    v = y.reshape(4, 1)
    v[0] *= z
    v1 = y
    v1 += x
    return v1


def inputs():
    return (
        1.094,
        np.array([1.314, -1.137, -0.064, -0.48]),
        2,
    )
