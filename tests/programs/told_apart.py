"""Memory that depends on a branch, a turn or an index: the paths, the turns or the items are told apart."""

import numpy as np

from . import Program

xs = np.array([0.7, 1.2, 0.4, 0.9])


def buffers_swapped(x):
    """The argument is one of the two buffers."""
    old, new = x, np.zeros(4)
    for _ in range(3):
        new[1:-1] = np.sin(old[2:]) * old[:-2]
        new[0] = old[-1] ** 2
        old, new = new, old
    return np.sum(x**2) + np.sum(old * new)


def buffers_rotated(x):
    a, b, c = x[:2], x[2:], x[1:3]
    for _ in range(4):
        c += a * b
        a, b, c = b, c, a
    return np.sum(a * b * c) + np.sum(x**2)


def ever_shorter(x):
    y = x
    for _ in range(3):
        y[1:] += y[:-1] ** 2
        y = y[1:]
    return np.sum(x**2) * y[0]


def rows_written_after_they_are_appended(x):
    rows = []
    for i in range(3):
        row = x[i:]
        rows.append(row)
        row[0] = x[-1] ** i
    rows[1][1] *= 2.0
    return np.sum(rows[0] ** 2) + np.sum(x * x[0])


def table_of_views(x, n):
    table = [None] * 3
    for i in range(3):
        table[i] = x[i : i + 2]
    table[n % 3][0] = x[3] ** 2
    x[1] *= table[0][0]
    return sum(np.sum(v**2) for v in table)


def dicts_of_views(x, n):
    items = [{"w": x[k:], "b": x} for k in range(2)]
    items[n]["w"][0] = x[3] ** 2
    y = x.reshape(-1)
    y[1] *= 3.0 * x[2]
    return np.sum(items[0]["b"] ** 2) * items[1]["w"][0]


def item_of_a_pair(x, n):
    held = [x, x[::-1], x * 2.0]
    held[n % 3][0] = x[1] ** 2
    held[n % 2][1] *= x[2]
    v = held[n - 1]
    v[-1] += 3.0 * v[0]
    return np.sum(x**2) + np.sum(held[1] * held[2] * v)


def items_changed_by_what_is_written(x, n):
    held = [x, x[::-1]]

    def reverse():
        held.reverse()
        return x[1] * 2.0

    held[n % 2][0] = reverse()
    held[n % 2 - 2][1] *= held[1 - n % 2][3] + held[n % 2][2]
    return np.sum(x**2 * np.arange(4.0))


def items_exchanged(x, n):
    rows = [x[:2].copy(), x[2:].copy(), x[1:3] * 1.0]
    for k in range(2):
        p = (n + k) % 3
        rows[k], rows[p] = rows[p], rows[k]
        for i in range(k + 1, 3):
            rows[i] -= 0.1 * rows[i][0] * rows[k]
    return np.sum(rows[2] ** 2) + np.sum(rows[0] * rows[1])


def one_item_twice(pair, n):
    """The loop's last statement is a branch that ends it, and what it leaves becomes a list."""
    same = pair[n % 2]
    items = [same, same]
    items[0][0] *= n % 3
    k = 0
    while k < 2 and np.sum(items):
        k += 1
        items[2 - k][-1] -= -0.8
    return np.sum(items[0] * items[1] * pair[0])


PROGRAMS = [
    Program(buffers_swapped, (xs,)),
    Program(buffers_rotated, (xs,)),
    Program(ever_shorter, (xs,)),
    Program(rows_written_after_they_are_appended, (xs,)),
    *(
        Program(fun, (xs, n), name=f"{fun.__name__}_{n}")
        for fun in (table_of_views, dicts_of_views, item_of_a_pair, items_changed_by_what_is_written, items_exchanged)
        for n in ((0, 1) if fun is dicts_of_views else (0, 1, 2))
    ),
    Program(one_item_twice, ([np.array([0.7, 1.2, 0.4]), np.array([1.1, -0.3, 0.8])], 2)),
]
