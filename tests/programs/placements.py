"""Writes said by functions: `np.put_along_axis`, `np.putmask`, `np.place`; items chosen by `choose` and `take`."""

import numpy as np

from . import Program

# ---------------------------------------------------------------- np.put_along_axis


def one_item_of_each_row(a):
    np.put_along_axis(a, np.array([[2], [0], [1]]), a[:1, :1] ** 2, axis=1)
    return np.sum(a * a)


def items_of_each_column(a):
    np.put_along_axis(a, np.array([[2, 1, 0], [0, 0, 1]]), a[:2] * a[1:], 0)
    return np.sum(a**3)


def places_found_at_run_time(a):
    np.put_along_axis(arr=a, indices=np.argmax(a, axis=1, keepdims=True), values=np.sum(a), axis=-1)
    return np.sum(a * a)


def the_last_of_equal_places_stays(x):
    np.put_along_axis(x, np.array([1, 4, 1]), x[:3] ** 2, 0)
    return np.sum(x * x)


def counted_over_all(a):
    np.put_along_axis(a, np.array([1, 5]), a[0, :2] ** 2, axis=None)
    return np.sum(a * a)


def along_the_middle(x):
    a = np.multiply.outer(np.outer(x, x), x[:2])
    np.put_along_axis(a, np.argmin(a, axis=1, keepdims=True), x[2], 1)
    return np.sum(a * a)


def into_a_view(a):
    np.put_along_axis(a.T, np.array([[1], [1], [0]]), 2.0 * a[0, 0], axis=1)
    return np.sum(a * a)


# ---------------------------------------------------------------- np.putmask, np.place


def values_as_large(x):
    np.putmask(x, x > 0.5, x**2)
    return np.sum(x * x)


def one_value(x):
    np.putmask(x, x > 0.5, 3.0 * x[0])
    return np.sum(x * x)


def fewer_values_repeated(x):
    np.putmask(x, x > 0.5, x[:2] ** 2)
    return np.sum(x * x)


def mask_of_ints_as_a_list(x):
    np.putmask(x, [1, 0, 0, 1, 2, 0], values=x[:2] ** 2)
    return np.sum(x * x)


def mask_of_a_transpose(a):
    np.putmask(a.T, a > 0.1, np.outer(a[0], a[1]))
    return np.sum(a * a * a[0])


def mask_of_another_shape(a):
    np.putmask(a, np.arange(9) % 2 == 0, a[0] ** 2)
    np.place(a, [[True, False, False, True, False, False, False, True, False]], a[2] ** 2)
    return np.sum(a * a)


def placed_one_after_the_other(x):
    np.place(x, x > 0.5, x[1:3] ** 2)
    return np.sum(x * x)


def placed_in_a_matrix(a):
    np.place(a, a > 0.1, a[0] ** 2)
    return np.sum(a * a)


def placed_in_a_loop(x, n):
    for k in range(n):
        np.place(x, np.arange(6) % 3 == k % 3, np.sin(x[k : k + 2]))
    return np.sum(x * x)


def no_values(x):
    np.putmask(x, x > 0.5, x[x > 5.0] * 2.0)
    return np.sum(x * x)


def ints_for_masks(x):
    y, ones = np.zeros(6), [1, 0, 0, 1, 2, 0]
    np.sin(x, out=y, where=ones)
    np.multiply(x, y, out=y, where=1)
    np.copyto(x, x[0] * np.arange(6.0), where=[0.0, 0.5, 1.0, 0, 0, 1])
    np.copyto(x, y, where=ones)
    return np.sum(x * x * y)


# ---------------------------------------------------------------- chosen


def chosen_by_a_method(x):
    return np.sum(np.array([0, 2, 1, 5]).choose([x[0], x[1] ** 2, x[2]], mode="wrap"))


def taken_beyond_the_ends(x, n):
    return np.sum(x.take(np.arange(n) - 2, mode="clip") ** 2)


def from_an_iterator(x):
    squares = np.fromiter((v * v for v in x if v > 0.0), float)
    return np.sum(squares * np.fromiter(map(np.sin, x), dtype=float)[:1])


MORE, FEWER = {0, 2, 4}, frozenset({5, 1})


def items_of_a_set(x):
    return np.sum(x[sorted(MORE)] ** 2) + sum(x[k] ** 3 for k in sorted(FEWER, reverse=True))


x6 = np.array([0.3, 0.7, 1.1, 0.4, -0.8, 0.9])
a33 = np.array([[0.4, -0.7, 1.2], [0.3, 0.9, -0.2], [-1.1, 0.6, 0.8]])

PROGRAMS = [
    *(Program(f, (a33,)) for f in (one_item_of_each_row, items_of_each_column, places_found_at_run_time,
                                   counted_over_all, into_a_view, mask_of_a_transpose, mask_of_another_shape,
                                   placed_in_a_matrix)),
    *(Program(f, (x6,)) for f in (the_last_of_equal_places_stays, along_the_middle, values_as_large, one_value,
                                  fewer_values_repeated, no_values, ints_for_masks, mask_of_ints_as_a_list,
                                  placed_one_after_the_other, chosen_by_a_method, from_an_iterator, items_of_a_set)),
    Program(placed_in_a_loop, (x6, 3)),
    Program(taken_beyond_the_ends, (x6, 9)),
]  # fmt: skip
