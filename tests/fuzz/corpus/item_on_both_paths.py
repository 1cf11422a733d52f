"""An item of a list on both paths of a conditional expression: its name must be one Python knows."""

import numpy as np


def f(x, y):
    a = x[1] if np.sum(y) > 0.1 else x[1]  # noqa: RUF034
    return np.sum(a * a) * np.sum(x[0])


def inputs():
    return ([np.array([0.5, 0.2]), np.array([0.4, -0.3])], np.array([0.7, 0.1]))
