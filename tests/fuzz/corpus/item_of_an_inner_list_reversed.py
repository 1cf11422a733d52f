"""`rows[i][0]` is the same item after `rows[i].reverse()`."""

import numpy as np


def f(x):
    rows = [[x * 1.0, x * 2.0, x * 3.0] for _ in range(3)]
    s = 0.0
    for i in range(3):
        a = rows[i][0]
        rows[i].reverse()
        s += np.sum(a * x) + np.sum(rows[i][0])
    return s


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
