"""Attributes are ints before a recursive call, and floats after it."""

import numpy as np


class Box:
    def __init__(self, a):
        self.w = a
        self.count = 0
        self.total = 0


def rec(x, n, box):
    if n == 0:
        return 0.0
    box.w[n] += x[n]
    box.total += np.sin(box.w[0] * x[n])
    box.count += 1
    return rec(x, n - 1, box) + 2.0 * box.w[0]


def f(x):
    box = Box(1.0 * x)
    a = box.w
    r = rec(x, 2, box)
    return r + np.sum(a * a) * box.total + np.sum(box.w) * box.count


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
