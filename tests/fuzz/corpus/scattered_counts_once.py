"""An augmented assignment by repeated indices counts once."""

import numpy as np


def f(y):
    a = np.ones(3)
    a[[2, 2]] -= y
    return a


def inputs():
    return (-1.347,)
