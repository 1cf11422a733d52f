"""A recursive call in one branch of a loop: its record is not there where the other was taken."""

import numpy as np


def helper(p, n):
    if n <= 0:
        return 1.0 / (2.0 + p**2)
    p -= np.dot(np.array(p), 0.5 * np.ones((2, 2)) @ p)
    return helper(p, n - 1)


def f(x, y):
    k = 0
    while k < 2 and 1.0 / (2.0 + x**2) < 2.2:
        k += 1
        if k > 1:
            pass
        elif x >= 0.0:
            y = helper(np.copy(y), 1) * x
        else:
            y = y * x
    q = np.sqrt(1.0 + y[-2:] ** 2)
    if np.sum(q) < x or x < -0.4:
        return q[1] if np.mean(q) >= -0.5 else x
    return np.sum(np.cos(q) * q)


def inputs():
    return (-0.781, np.array([-1.474, 0.324]))
