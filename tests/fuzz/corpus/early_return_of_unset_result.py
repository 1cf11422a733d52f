"""A result that is set on one path of a loop that keeps a record."""

import numpy as np


def f(x, y):
    u = np.zeros(3)
    u[0] = -0.6
    for i in range(1, 3):
        if u[i - 1] + u[i - 1] >= -0.9:
            y = y / (1.5 + (y + y[:][:, :]) ** 2)
            return u[i - 1]
        u[i] = 0.3 * u[i - 1] ** 2
    v = x[1:-1]
    for turn in range(2):
        held = [np.arctan(x[2:]), v]
        held[1][0] += np.sum(y[turn, :])
    return np.sum(x * x) + np.sum(np.sin(v)) + np.sum(u * u)


def inputs():
    return (np.array([-0.892, -0.609, -1.177]), np.array([[0.665, -0.681], [-1.205, 0.31]]))
