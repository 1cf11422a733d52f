"""A conditional expression on the truth of a number: the build must end."""

import numpy as np


def f(x, y):
    a = x[1] if np.sum(y) else x[1]  # noqa: F841, RUF034
    return x


def inputs():
    return ([np.array([0.5, 0.2]), np.array([0.4, -0.3])], np.array([0.7, 0.1]))
