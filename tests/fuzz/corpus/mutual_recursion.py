"""Two functions call themselves and each other, and change an item of a list: an int before, a float after."""

import numpy as np


def g(x, n, acc):
    if n <= 0:
        return 0
    acc[0] = acc[0] + x[n % 3]
    if n > 3:
        return g(x, n - 2, acc) * 2.0
    return f1(x * 0.5, n - 1, acc) * x[1]


def f1(x, n, acc):
    if n <= 0:
        return np.sum(x) * acc[0]
    return g(np.sin(x), n - 1, acc) + f1(x, n - 2, acc)


def f(x):
    acc = [0]
    return f1(x, 5, acc) + g(x, 6, acc) * acc[0]


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
