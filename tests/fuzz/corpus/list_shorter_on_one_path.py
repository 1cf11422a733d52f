"""A list is shorter on one of two paths; its cotangent is known by parts."""

import numpy as np


def f(x, y):
    v = y
    if v[1]:
        pass
    else:
        x.pop()
    return np.sum(x)


def inputs():
    return (
        [np.array([-1.212, 0.186, -0.375]), np.array([1.335, 0.449, 0.836]), np.array([0.011, -0.57, 0.967])],
        np.array([0.163, 0.511, -0.346]),
    )
