"""Containers of which two items share memory, after a branch or a loop: a write through one is seen in the other."""

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])


def one_array_twice_in_each_arm(x, n):
    if n > 0:
        w = x * 2
        pair = [w, w]
    else:
        w = x * 3
        pair = [w, w]
    pair[1][0] = x[0]
    return np.sum(pair[0] ** 2)


def array_and_a_view_of_it(x, n):
    if n > 0:
        w = x * 2
        pair = (w, w[1:])
    else:
        w = x * 3
        pair = (w, w[1:])
    pair[1][0] = x[0]
    return np.sum(pair[0] ** 2)


def array_and_a_view_in_a_dict(x, n):
    if n > 0:
        w = x * 2
        pair = {"a": w, "b": w[1:]}
    else:
        w = x * 3
        pair = {"a": w, "b": w[1:]}
    pair["b"][0] = x[0]
    return np.sum(pair["a"] ** 2)


def nested_lists_of_one_array(x, n):
    w = x * 2
    t = [[w, 1.0], [w, 2.0]]
    if n > 1:
        t = [[w, 2.0], [w, 3.0]]
    t[0][0][0] = x[1]
    return np.sum(t[1][0] ** 2)


class Halves:
    def __init__(self, w):
        self.a, self.b = w, w[1:]


def instance_of_one_arm(x, n):
    p = Halves(x * 1.0)
    if n > 1:
        p = Halves(x * 2.0)
    p.b[0] = x[3]
    return np.sum(p.a ** 2)


def attributes_of_one_arm(x, n):
    p = Halves(x * 1.0)
    if n > 1:
        w = x * 2.0
        p.a = w
        p.b = w[1:]
    p.b[0] = x[3]
    return np.sum(p.a ** 2)


def view_or_the_array(x, n):
    d = {"a": x * 1.0}
    d["b"] = d["a"][1:] if n > 1 else d["a"]
    d["b"][0] = x[3]
    return np.sum(d["a"] ** 2)


def three_views(x, n):
    w = x * 2.0
    q = ((w, w[:2]), w[2:]) if n > 1 else ((x * 1.0, x[:2] * 1.0), x[2:] * 1.0)
    q[0][0][3] = 5.0 * x[0]
    return np.sum(q[1] ** 2) + np.sum(q[0][1])


def dict_made_by_a_helper(x, n):
    def made():
        w = x * 2
        return {"u": w, "v": w.reshape(2, 2)}

    d = made()
    e = made() if n > 1 else d
    e["v"][0, 0] = x[1]
    return np.sum(d["u"] ** 2) + np.sum(e["u"])


def rows_that_change_places(x, n):
    rows = [x * 1.0, x * 2.0]
    for i in range(n):
        rows = [rows[1], rows[0]]
        rows[0][0] = x[1] * i
    return np.sum(rows[1] ** 2) + rows[0][0]


def one_row_twice(x, n):
    rows = [x * 1.0, x * 2.0]
    for i in range(n):
        rows = [rows[1], rows[1]]
        rows[0][0] = x[1] * (i + 2.0)
    return np.sum(rows[1] ** 2) + rows[0][0]


PROGRAMS = [
    Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
    for fun in (
        one_array_twice_in_each_arm,
        array_and_a_view_of_it,
        array_and_a_view_in_a_dict,
        nested_lists_of_one_array,
        instance_of_one_arm,
        attributes_of_one_arm,
        view_or_the_array,
        three_views,
        dict_made_by_a_helper,
        rows_that_change_places,
        one_row_twice,
    )
    for n in (0, 1, 2)
]
