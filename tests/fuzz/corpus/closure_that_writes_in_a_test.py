"""A local function that writes, called in the test of a while loop."""

import numpy as np


def f(x, y):
    def inner(z):
        np.copyto(y, x[0] * z)
        return np.sum(y)

    k = 0
    while k < 4 and inner(0.5) < 1.0:
        k += 1
        for _ in range(2):
            x[-2::-1] *= np.max(x)
    return y


def inputs():
    return (
        np.array([0.5, 0.2, -0.7]),
        np.array([-0.387, 0.121, 1.278]),
    )
