"""What would fail as it is written, on a path that is not taken."""

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])


def size_of_a_number(x, n):
    y = x[0] * x[1]
    if n > 5:
        m = np.shape(y)[-1]
        y = np.sum(y) / m
    return y


def helper_of_numbers_and_arrays(x, n):
    def size(v, m):
        return v.shape[0] if m > 3 else 2

    return x[0] * size(x[1], n) + size(x, n)


def beyond_the_last(x, n):
    names = ("a", "b")
    y = x * 1.0
    for i, name in enumerate(names):
        after = names[i + 1] if n > 5 else name
        y[i] *= 2 if after == "a" else 3
    return np.sum(y**2)


def in_a_loop_without_turns(x, n):
    s = x[0]
    for _ in range(n - 2):
        s = np.sum(s) / np.shape(s)[0]
    return s


def in_a_later_turn(x, n):
    s, k = x[0], 1
    for i in range(n):
        if i > 5:
            k = np.shape(s)[0]
            s = s * k
    return s * k


def axis_that_is_not_there(x, batched):
    if batched > 2:
        s = np.sum(x) / x.shape[1]
    else:
        s = np.sum(x)
    return s


def number_or_none_in_a_stack(x, n):
    s = None
    if n:
        s = x[1]
    return np.sum(np.hstack([s, x]) ** 2)


def steps_of_zero(x, n):
    s = x[0]
    if n > 5:
        for i in range(0, 3, 0):
            s = s + x[i]
    return s


def one_choice(x, n):
    y = np.choose([0, 0, 0, 0], [x])
    y[0] = 5.0 * x[1]
    return np.sum(y * x) + n


def one_choice_broadcast(x, n):
    return np.sum(np.choose(np.zeros((3, 4), int), [x]) ** 2) * n


PROGRAMS = [
    Program(fun, (x4, 2))
    for fun in (
        size_of_a_number,
        helper_of_numbers_and_arrays,
        beyond_the_last,
        in_a_loop_without_turns,
        in_a_later_turn,
        axis_that_is_not_there,
        number_or_none_in_a_stack,
        steps_of_zero,
        one_choice,
        one_choice_broadcast,
    )
]
