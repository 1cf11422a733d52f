"""`items[-1]` is the same item after a loop that appends."""

import numpy as np


def f(x):
    t = []
    for i in range(3):
        t.append(x * (i + 1.0))
    v = t[-1]
    while len(t) < 6:
        t.append(t[-1] * x)
    return np.sum(v * x) + np.sum(t[-1])


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
