"""A loop over an array sees what the loop writes into it."""

import numpy as np


def f(x):
    for e in x:
        x[1:] *= e
    return x


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
