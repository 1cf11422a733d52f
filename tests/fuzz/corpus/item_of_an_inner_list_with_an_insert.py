"""`rows[i][0]` is the same item after `rows[i].insert(0, ...)`."""

import numpy as np


def f(x):
    rows = [[x * 1.0, x * 2.0, x * 3.0] for _ in range(3)]
    s = 0.0
    for i in range(3):
        r = rows[i]
        a = r[0]
        r.insert(0, x * 0.5)
        s += np.sum(a * x) + np.sum(rows[i][0])
        a[0] = 9.0
    return s + rows[1][1][0] * x[0]


def inputs():
    return (np.array([0.213, 0.52, 0.82, 1.13, 1.427]),)
