"""Whether an argument is written is known, though what it holds is not."""

import numpy as np


def f(x):
    old = x[1]
    new = old.copy()
    for _ in range(2):
        old, new = (new, old)
    new[0.5 < 0.4] = old
    return new


def inputs():
    return ((np.array([-0.836, 0.652, -0.57, 0.744]), np.array([0.887, -0.234, 0.833, -0.401]), 0.624),)
