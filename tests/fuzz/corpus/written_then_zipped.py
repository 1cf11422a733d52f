"""The same with zip."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(x):
    x[1] = np.sum(x)
    for _, z in zip(x, x):
        x[1] = z * x[0]
    return x


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
