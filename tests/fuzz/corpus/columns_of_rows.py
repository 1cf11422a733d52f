"""Every row of zip(*rows) is in the columns."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(x, y):
    rows = [x, y]
    sums = [sum(column) for column in zip(*rows)]
    return sums[0] * sums[1]


def inputs():
    return (
        np.array([0.5, 0.2, -0.7]),
        np.array([1.5, 0.3, 0.9]),
    )
