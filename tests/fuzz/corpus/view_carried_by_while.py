"""A view that a while loop carries, with a test of two parts."""

import numpy as np


def f(x, y):
    held = (y, y)
    v = held[1][1::2]
    v += v
    k = 0
    while k < 3 and held[0][2] < 2.4:
        k += 1
        v = v[::2] if k % 2 == 0 else v
    return x + np.sum(v)


def inputs():
    return (0.824, np.array([-0.886, 0.988, -0.819]))
