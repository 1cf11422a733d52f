"""Targets with parts, in assignments and loops: nested, starred, and written into what is unpacked."""

import numpy as np

from . import Program


def nested_star_in_a_loop(x):
    pairs = [(x[0], (x[1], x[2], x[3])), (x[2], (x[3], x[0], x[1]))]
    s = 0.0
    for u, (v, *w) in pairs:
        s += u * v * w[0] - w[1] ** 2
    return s


def nested_star_assigned(x):
    u, (v, *w) = x[0], x[1:]
    return u * v * w[0] * w[-1]


def star_of_lists_of_different_lengths(x):
    s = 0.0
    for a, *rest in [[x[0], x[1], x[2]], [x[3], x[1]]]:
        s += a * sum(rest)
    return s


def star_in_the_middle_of_rows(x):
    s = 0.0
    for a, *rest, b in np.outer(x, x):
        s += a * rest[0] + rest[-1] * b**2
    return s


def star_in_zip_and_enumerate(x):
    s = 0.0
    for i, (a, *r) in enumerate(zip(x, x[::-1], x**2, strict=True)):
        s += i * a * r[0] + r[1]
    return s


def star_in_a_comprehension(x):
    return sum([a * b[0] for a, *b in np.outer(x, x)])


def unpacked_into_itself(x):
    """All parts are read before the first is assigned."""
    a = x * 1.0
    a[1], a[0] = a[:2]
    values = [x[0], x[1] ** 2]
    values[1], values[0] = values
    return a[0] * 3.0 + a[1] * x[2] + values[0] * 5.0 + values[1]


def unpacked_into_itself_with_a_star(x):
    a, values = x * 1.0, []
    for v in x:
        values.append(v * v)
    a[1], *a[2:4] = a[:3]
    values[1], values[0], *rest = values
    return a[0] * 3.0 + a[1] * x[2] + a[2] * 5.0 + a[3] + values[0] * 7.0 + values[1] * rest[0]


x4 = np.array([0.7, 1.2, 0.4, -0.3])

PROGRAMS = [
    Program(fun, (x4,))
    for fun in (
        nested_star_in_a_loop,
        nested_star_assigned,
        star_of_lists_of_different_lengths,
        star_in_the_middle_of_rows,
        star_in_zip_and_enumerate,
        star_in_a_comprehension,
        unpacked_into_itself,
        unpacked_into_itself_with_a_star,
    )
]
