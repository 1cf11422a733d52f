"""A list of arrays grows in a while loop."""

import numpy as np


def f(x, y):
    u = np.zeros_like(x)
    u[0] = x @ y
    held = [u.copy(), u]
    k = 0
    while True:
        k += 1
        if k > 2:
            break
        held.insert(1, np.square(0.5 * held[1][:]))
    return np.sum(np.cos(u) * u) + np.sum(held[1])


def inputs():
    return (
        np.array([0.3, -0.4]),
        np.array([0.149, 0.437]),
    )
