"""`rows[i][1]` is the same item after another takes its place."""

import numpy as np


def f(x):
    rows = [[x * 1.0, x * 2.0, x * 3.0] for _ in range(3)]
    s = 0.0
    for i in range(3):
        a = rows[i][1]
        rows[i][1] = x * 0.2
        s += np.sum(a * x)
        a *= 3.0
    return s + np.sum(rows[1][1] * x) + np.sum(rows[2][0])


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
