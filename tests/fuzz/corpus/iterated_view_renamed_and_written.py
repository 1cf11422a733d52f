"""A loop runs over a view of an array that its body gives the view's name, and writes into."""

import numpy as np


def f(x):
    v = x.ravel()
    s = 0.0
    for e in v:
        v = x
        v[1] = e * x[0]
        s += e
    return v * s


def inputs():
    return (np.array([-1.027, 0.232, 0.616]),)
