"""An item found at run time is put into its list once more."""

import numpy as np


def f(x, n):
    y = [x * 1.0, x * 2.0]
    v = y[n - 1]
    y.extend([v])
    y[1 - (n - 1)][1:] += 3.0
    return np.sum(y[2] * y[1])


def inputs():
    return (np.array([-0.476, -0.548, -0.249]), 2)
