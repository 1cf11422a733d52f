"""What a recursive call has put into a list of None is found there by the next one."""

import numpy as np


def rec(x, n, memo):
    if memo[n] is not None:
        return memo[n] * 2.0
    if n < 2:
        r = x[n]
    else:
        r = rec(x, n - 1, memo) * rec(x, n - 2, memo) + 1.0
    memo[n] = r
    return r


def f(x):
    memo = [None] * 6
    return rec(x, 5, memo)


def inputs():
    return (np.array([0.7, 0.3, 1.1]),)
