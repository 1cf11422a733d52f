"""Rows of reversed written under a mask from a helper that writes."""

import numpy as np


def helper(p):
    p[-1:0:-1] += 1.0 / (2.0 + np.sum(p) ** 2)
    return p[[1, 0]] * np.sum(np.sin(p))


def f(x):
    for row in reversed(x):
        mask = row > 0.1
        row[mask] += helper(row)[mask]
    return np.sum(np.cos(x) * x)


def inputs():
    return (np.array([[0.5, 0.2], [0.4, -0.3]]),)
