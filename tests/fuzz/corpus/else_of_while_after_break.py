"""while with else, the break inside a branch, inside a loop."""

import numpy as np


def f(x, y):
    v = y[::-1]
    k1 = 0
    while k1 < 4:
        k1 += 1
        a1 = -(v + 0.4)
        k3 = 0
        while k3 < 3 and np.sum(y * v) < 0.2:
            k3 += 1
            if k1 != 0:
                break
        else:
            a1 = np.zeros_like(a1)
    return np.sum(np.cos(y) * y) * np.sum(v * v) * 0.5 * x * np.sum(a1)


def inputs():
    return (
        -1.24,
        np.array([-0.821, -0.846]),
    )
