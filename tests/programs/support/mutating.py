"""Helpers of another module that write: into their argument, and into an array that outlives the call."""

import numpy as np

table = np.ones(3)


def normalise(weights, total):
    weights[0] = weights[0] / total
    return weights


def remember(weights, total):
    table[0] = weights[0] / total  # HERE
    return weights


def same_or_double(v, n):
    if n > 2:  # SHARES
        return v
    return v * 2.0


def harmless(x):
    return 2.0 * x
