"""A loop's target is bound again by a loop inside it, and read after that."""

import numpy as np


def f(y):
    x = y * 1.0
    for e, z in zip(y, y, strict=True):
        for i in range(2):
            z = i * e
        x = x + z
    for z in y:
        for i in range(2):
            z = i
        y += z
    return np.sum(x * y)


def inputs():
    return (np.array([-0.312, -0.308]),)
