"""Items of a list, made by a loop, broadcast."""

import numpy as np


def f(x):
    rows = []
    for i in range(1, 3):
        rows.append(np.sin(x[:i]))
    s = 0.0
    for a in rows:
        for b in rows:
            s = s + np.sum(a * b * b)
    return s + np.sum(rows[0] * rows[1]) + np.sum(rows[1] * rows[0] ** 2)


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
