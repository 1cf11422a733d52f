"""Calls of NumPy as programs spell them: keywords, named results, helpers that put arrays together."""

import numpy as np

from . import Program

rng = np.random.default_rng(52)
x4 = rng.uniform(0.3, 1.7, size=4)
a3 = rng.normal(size=(3, 3)) * 0.3 + 2.0 * np.eye(3)


def log_likelihood(a, x):
    """A named result, kept whole."""
    found = np.linalg.slogdet(a)
    return found.sign * found.logabsdet - 0.5 * x[:3] @ np.linalg.solve(a, x[:3])


def masked_statistics(x):
    mask = x > 0.7
    centred = x - np.mean(x, where=mask)
    return np.sum(centred**2, where=mask) / np.max(x, where=~mask, initial=0.5)


def increments(x):
    return np.diff(x, prepend=x[-1]) * np.diff(x, n=2, prepend=[0.0, 1.0])


PROGRAMS = [
    Program(log_likelihood, (a3, x4), (0, 1)),
    Program(masked_statistics, (x4,)),
    Program(increments, (x4,)),
]
