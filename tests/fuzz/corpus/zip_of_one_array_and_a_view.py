"""A view made in a loop over zip."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(y):
    for _ in range(3):
        for e, _ in zip(y, y):
            v = y[:]
            v -= 0.5 * e
            v[:] *= v[::2]
    return y


def inputs():
    return (np.array([1.349, -0.679]),)
