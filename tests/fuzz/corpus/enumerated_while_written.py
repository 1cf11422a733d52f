"""enumerate sees what the loop writes into the array."""

import numpy as np


def f(x):
    for _, e in enumerate(x):
        x[0:2] -= e
    return x


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
