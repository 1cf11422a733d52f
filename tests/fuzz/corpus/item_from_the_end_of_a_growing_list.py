"""`items[-2]` is the same item after an append."""

import numpy as np


def f(x):
    t = []
    for i in range(3):
        t.append(x * (i + 1.0))
    v = t[-2]
    v *= x
    t.append(x * 0.5)
    return np.sum(v * v)


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
