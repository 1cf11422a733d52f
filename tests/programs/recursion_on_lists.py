"""Recursive functions that lengthen and shorten the lists they are given."""

import numpy as np

from . import Program


def collect(y, n, values):
    if n > 0:
        values.append(y)
        collect(2.0 * y, n - 1, values)


def empty_list_filled(x, n):
    values = []
    collect(x[0], n, values)
    return sum(values)


def list_with_an_item_filled(x, n):
    values = [x[1]]
    collect(x[0], n, values)
    return sum(values) * values[2]


def collect_around(y, n, values):
    if n > 0:
        values += [y]
        collect_around(2.0 * y, n - 1, values)
        values.insert(0, y)


def collect_two(y, n, values):
    if n > 0:
        values.extend([y, y * y])
        collect_two(2.0 * y, n - 1, values)


def filled_by_two_functions(x, n):
    values = []
    collect_around(x[0], n, values)
    collect_two(x[1], n, values)
    return sum(values) * values[1]


def consume(y, n, values):
    if n > 0:
        y = y * values.pop()
        y = consume(2.0 * y, n - 1, values)
    return y


def list_used_up(x, n):
    values = [x[0], x[1], x[2], x[0] * x[1]]
    y = consume(x[0], n, values)
    return sum(values) * y


def even(y, n, values):
    if n > 0:
        values.append(y)
        odd(2.0 * y, n - 1, values)


def odd(y, n, values):
    values.append(y * y)
    even(2.0 * y, n - 1, values)


def mutual_recursion_fills(x, n):
    values = []
    even(x[0], n, values)
    return sum([v * v for v in values])


def leaves(y, n, values):
    if n == 0:
        values.append(y)
    else:
        leaves(2.0 * y, n - 1, values)
        leaves(y * y, n - 1, values)


def tree_of_calls(x, n):
    values = []
    leaves(x[0], n, values)
    return np.sum(np.array(values) ** 2)


def closure_fills_a_captured_list(x, n):
    values = []

    def go(y, k):
        if k > 0:
            values.append(y)
            go(y * x[1], k - 1)

    go(x[0], n)
    return np.sum(np.array(values) ** 2)


def returned(y, n, values):
    if n > 0:
        values.append(y)
        return returned(2.0 * y, n - 1, values)
    return values


def list_filled_and_returned(x, n):
    values = returned(x[0], n, [])
    return sum(values)


class Holder:
    def __init__(self):
        self.items = []


def fill(y, n, holder):
    if n > 0:
        holder.items.append(y)
        fill(2.0 * y, n - 1, holder)


def list_in_an_object(x, n):
    holder = Holder()
    fill(x[0], n, holder)
    return sum(holder.items) * holder.items[1]


def list_in_a_dict(x, n):
    table = {"values": [x[0]]}

    def go(y, k):
        if k > 0:
            table["values"].append(y)
            go(y * x[1], k - 1)

    go(x[0], n)
    return np.sum(np.array(table["values"]) ** 2)


def collect_arrays(y, n, values):
    if n > 0:
        values.append(y * np.ones(2))
        values[-1][0] *= 2.0
        collect_arrays(2.0 * y, n - 1, values)


def list_of_arrays_filled(x, n):
    values = []
    collect_arrays(x[0], n, values)
    return np.sum(np.array(values) ** 2)


def repeated(row, n):
    if n == 0:
        return [row.copy()] * 2
    return repeated(row * 2.0, n - 1)


def repeated_list_only_read(x, n):
    rows = repeated(x, n)
    return np.sum(rows[1] * rows[0])


x3 = np.array([0.7, 1.2, 0.4])

def halved_in_a_pair(pair, n):
    pair[1][:] -= pair[1]
    return once_more((pair[0], pair[1]), n)


def once_more(pair, n):
    return pair if n <= 0 else halved_in_a_pair(pair, n - 1)


def pair_that_only_the_pullback_reads(x, n):
    """The call is the last statement of the forward sweep, the pullback reads its result."""
    x[-1:0:-1] *= [0, 2]
    halved_in_a_pair(([0], x), n)
    return x


PROGRAMS = [
    Program(fun, (x3, 3))
    for fun in (
        empty_list_filled,
        list_with_an_item_filled,
        filled_by_two_functions,
        list_used_up,
        mutual_recursion_fills,
        tree_of_calls,
        closure_fills_a_captured_list,
        list_filled_and_returned,
        list_in_an_object,
        list_in_a_dict,
        list_of_arrays_filled,
        repeated_list_only_read,
        pair_that_only_the_pullback_reads,
    )
]
