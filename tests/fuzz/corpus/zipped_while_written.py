"""zip sees what the loop writes into the array."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(x):
    for e, z in zip(x, x):
        x[1] = z * e
    return x


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
