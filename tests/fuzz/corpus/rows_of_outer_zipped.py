"""Loops whose carried values unpack a matrix by rows."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(x, y):
    a1 = np.outer(y, y)
    for row, z in zip(a1, x):
        z = np.prod(y)
        y = y * z + row
    return np.sum(np.sin(y))


def inputs():
    return (
        np.array([0.5, 0.2, -0.7]),
        np.array([0.3, 0.9, 1.1]),
    )
