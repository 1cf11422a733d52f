"""A local function returns the row of the loop, which is written."""
# ruff: noqa: B905 (a plain zip is what users write)
# ruff: noqa: B023 (as is the late binding)

import numpy as np


def f(y, z):
    y[1::2] *= -2.0
    for row, _ in zip(y, y):

        def inner():
            return row

        r = inner()
        r[1] = z
    return y


def inputs():
    return (
        np.array([[0.5, 0.2], [0.4, -0.3]]),
        0.84,
    )
