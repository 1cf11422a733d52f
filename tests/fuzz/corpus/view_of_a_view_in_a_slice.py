"""Element of a stepped view, written."""

import numpy as np


def f(z, u):
    v = z[1::2]
    v[0] *= u
    return np.sum(z * z)


def inputs():
    return (
        np.array([0.5, 0.2, -0.7]),
        3.5,
    )
