"""`rows[i][-1]` is the same item after `rows[i].append(...)`."""

import numpy as np


def f(x):
    rows = [[x * 1.0, x * 2.0] for _ in range(3)]
    for i in range(3):
        a = rows[i][-1]
        rows[i].append(x * 0.1)
        a *= 3.0
    return np.sum(rows[1][1] * x) + np.sum(rows[2][2])


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
