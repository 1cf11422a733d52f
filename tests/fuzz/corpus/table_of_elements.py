"""A list filled with elements at run time; its cotangents are broadcast to no dimensions."""

import numpy as np


def f(x, y):
    table = [None] * 3
    for i in range(3):
        table[i] = y[0]
    y[0] = table[2]
    np.copyto(x, np.multiply(y[0], y[-2]))
    same = table
    return np.sum(same) * np.sum(np.cos(x))


def inputs():
    return (np.array([-0.291, -0.13, 1.187, -1.24]), np.array([-0.408, 0.339]))
