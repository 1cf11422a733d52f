"""Whether the items of a table that a loop fills are None or arrays is not known: += is refused when it is built."""

import numpy as np


def f(x):
    table = [None] * 2
    for i in range(2):
        table[i] = np.copy(x)
    a = table[-2]
    a += a
    return a


def inputs():
    return (np.array([-1.315, 0.098, 0.225]),)
