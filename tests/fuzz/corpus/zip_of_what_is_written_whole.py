"""A loop over zip, an array of the loop written whole."""
# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np


def f(z):
    for _, z1 in zip(z, z):
        z[:] = z1
    return z


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
