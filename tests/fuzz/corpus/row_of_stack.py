"""Rows of a stacked array are views."""

import numpy as np


def f(y):
    c = np.stack([y[0:2], y[:0:-1]])
    for row in c:
        row *= -2.0 * row
    return c


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
