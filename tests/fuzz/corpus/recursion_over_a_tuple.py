import numpy as np


def f(x, z):
    w = z * 0.7
    tied = (w, w * 1.0)
    tied[1][0] *= -3

    def inner(z1, n):
        if n <= 0:
            return np.sum(tied)
        return np.tanh(inner(0.5, n - 1))

    r = inner(tied[1][::-1], 1)
    a = tied[0]
    return r * x + np.sum(a * a)


def inputs():
    return (1.441, np.array([-0.031, -0.789, -0.763, -0.348]))
