"""The values that `ufunc.at` takes are those before any of them is used."""

import numpy as np


def f(x):
    r = x[-2::-1]
    np.multiply.at(r, [-1, 2, -1], r)
    np.add.at(r, [0, 1, 0], r)
    np.subtract.at(r, [0, 1, 0], r[::-1])
    return r


def inputs():
    return (np.array([-1.155, 1.006, 1.212, -1.046]),)
