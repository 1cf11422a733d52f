"""Tests of while loops that write into what the loop carries: the last test counts, too."""

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])


def lowered(p):
    p[3] -= 0.3
    return np.sum(p)


def array_that_the_body_rebinds(x):
    y = x * 1.0
    while lowered(y) < 1.8 and y[0] < 5:
        y = y * 1.5
    return np.sum(y ** 2)


def list_that_the_body_rebinds(x):
    items = [x[0], x[1], x[2]]
    s = 0.0
    while items.pop() > 0.5:
        s += items[0]
        items = [*items, s]
        if s > 3:
            break
    return s + sum(items)


def dict_written_by_a_closure(x):
    st = {"k": 0, "v": x * 1.0}

    def more():
        st["k"] += 1
        st["v"][0] *= 1.1
        return st["k"] < 3

    s = 0.0
    while more():
        s += np.sum(st["v"])
        st["v"] = st["v"] * x[1]
    return s + np.sum(st["v"])


class Decay:
    def __init__(self, v):
        self.v, self.k = v, 0

    def next(self):
        self.v = self.v * 1.2
        self.k += 1
        return self.k < 4


def instance_that_moves_on(x):
    c = Decay(x[0])
    s = 0.0
    while c.next():
        s += c.v
        if s > 100:
            c = Decay(x[1])
    return s + c.v


def arrays_that_change_places(x):
    a, b = x * 1.0, x * 2.0

    def step(p):
        p[0] += 1.0
        return p[0] < 4.0

    while step(a):
        a, b = b, a
    return np.sum(a ** 2) + np.sum(b ** 3)


PROGRAMS = [
    Program(fun, (x4,))
    for fun in (
        array_that_the_body_rebinds,
        list_that_the_body_rebinds,
        dict_written_by_a_closure,
        instance_that_moves_on,
        arrays_that_change_places,
    )
]
