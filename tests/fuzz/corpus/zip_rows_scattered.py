"""A row of zip written by a list of indices."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(x):
    v = x[None, :]
    for _ in range(1, 4):
        for _, z in zip(v, v):
            z[[-1]] *= x[0]
    return v


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
