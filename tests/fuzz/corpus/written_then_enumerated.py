"""The same where the array was written before the loop, under another name."""

import numpy as np


def f(x):
    x[0:2] -= 0.25
    same = x
    for _, e in enumerate(same):
        x[0:2] -= e
    return same


def inputs():
    return (np.array([0.5, 0.2, -0.7]),)
