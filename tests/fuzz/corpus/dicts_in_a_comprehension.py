"""A list of dicts of unlike items."""

import numpy as np


def helper(p):
    items = [{"w": p, "b": np.full((3,), 0.4), "c": p[1]} for _ in range(2)]
    return items[-2]["c"] * np.sum(items[1]["b"] * items[0]["c"])


def f(y):
    return helper(y)


def inputs():
    return (np.array([1.368, 0.878]),)
