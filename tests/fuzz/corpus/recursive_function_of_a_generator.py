"""A function that calls itself, defined by the generator whose text is put where it is asked."""

import numpy as np


def gen(p):
    for i in range(3):

        def inner(n):
            if n <= 0:
                return np.sum(p)
            return inner(n - 1) * p[0]

        yield inner(i)


def f(y):
    return np.sum(np.fromiter(gen(y), float))


def inputs():
    return (np.array([-0.6, 1.1, 1.2]),)
