"""The view keeps the old array when the name is bound again in a loop."""

import numpy as np


def f(x):
    v = x.ravel()
    v *= v
    for _ in range(2):
        k = 0
        while k < 2:
            k += 1
            x = x + 0.8
        else:
            v[-2::-1] += 0.3 * v[0:3] ** 2
    return np.sum(np.sin(x)) + np.sum(np.cos(v) * v)


def inputs():
    return (np.array([[0.5, 0.2], [0.4, -0.3]]),)
