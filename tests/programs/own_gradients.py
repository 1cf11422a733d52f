"""Gradients that are, by the formula, memory of something else: an argument, an array of the module, one another."""

import numpy as np

from . import Program

a4, b4 = np.array([0.7, -1.3, 2.1, 0.4]), np.array([1.0, 0.5, -0.2, 0.3])
A, B = np.arange(1.0, 5.0), np.arange(2.0, 6.0)


def with_an_array_of_the_module(d):
    return d["a"] @ A


def with_each_other(d):
    return d["a"] @ d["b"]


def every_item_with_one_array(items):
    s = 0.0
    for v in items:
        s = s + v @ A
    return s


def two_items_of_many(items):
    return items[0] @ A + items[8] @ B


def summed(d):
    return np.sum(d["a"])


def itself(d):
    return d


def handed_on(d):
    return {"b": d["a"], "c": [d["a"], d["b"]]}


def beside_a_value(d):
    t = np.exp(d["b"])
    return d["a"] @ t, t


def written_argument_beside(x, out):
    for i in range(len(x)):
        out[i] = x[i] ** 2
    return x


def filled_in_a_loop(items, n):
    total = 0.0
    for i in range(n):
        t = items[i % len(items)] * 1.0
        total = total + t @ A
    return total


both = {"a": a4, "b": b4}
PROGRAMS = [
    *(
        Program(fun, (both,))
        for fun in (with_an_array_of_the_module, with_each_other, summed, itself, handed_on, beside_a_value)
    ),
    Program(every_item_with_one_array, ([a4, b4, A * 0.1],), name="three_items_with_one_array"),
    Program(every_item_with_one_array, ([a4 * k for k in range(1, 11)],), name="ten_items_with_one_array"),
    Program(two_items_of_many, ([a4 * k for k in range(1, 11)],)),
    Program(filled_in_a_loop, ([a4 * k for k in range(1, 11)], 7)),
    Program(written_argument_beside, (a4, np.zeros(4)), (0, 1)),
]
