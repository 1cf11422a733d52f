"""Reads of elements and parts of arrays; views; passive facts about arrays (shape, len, argmax)."""

import numpy as np

from . import Program

rng = np.random.default_rng(6)


def elements(x):
    return x[0] * x[1] + x[-1] ** 2


def element_read_twice(x):
    return x[2] * x[2] + np.sin(x[2]) * x[0]


def matrix_elements(a):
    return a[0, 1] * a[1, 0] - a[-1, -1] ** 2 + a[1][2]


def element_of_row(a):
    row = a[1]
    return row[0] * row[2] + np.sum(row)


def slices(x):
    return np.sum(x[1:] * x[:-1]) + np.sum(x[2:4] ** 2)


def stepped_slices(x):
    return np.sum(x[::2]) ** 2 + np.sum(x[1::2] * x[-2::-2])


def reversed_slice(x):
    return np.sum(x[::-1] * np.arange(len(x)) * x)


def slice_of_slice(x):
    inner = x[1:-1]
    return np.sum(inner[1:] * inner[:-1]) * inner[0]


def rows_and_columns(a):
    return np.sum(a[0] * a[1]) + np.sum(a[:, 0] ** 2) + np.sum(a[:, -1] * a[:, 1])


def block(a):
    return np.sum(a[:2, 1:] ** 2) + np.sum(a[1:, ::2])


def newaxis(x, y):
    return np.sum(np.sin(x[:, None] * y[None, :]) * x[:, np.newaxis])


def ellipsis_index(a):
    return np.sum(a[..., 0] * a[..., -1]) + np.sum(a[0, ...] ** 2) + np.sum(a[..., None] ** 3)


def integer_array_with_repeats(x, index):
    """Repeats add up: a scatter that assigns loses all but the last."""
    return np.sum(x[index] * np.array([1.0, 2.0, 3.0, 4.0, 5.0]) * x[index])


def integer_list(x):
    return np.sum(x[[0, 2, 2, 1]] ** 3)


def integer_array_two_axes(a, rows, columns):
    return np.sum(a[rows, columns] ** 2)


def integer_array_and_slice(a, index):
    return np.sum(np.exp(a[index]) * a[index, ::-1]) + np.sum(a[:, index] ** 2)


def integer_matrix_index(x, index):
    return np.sum(x[index] @ np.array([1.0, -2.0, 3.0]))


def boolean_mask(x, mask):
    return np.sum(x[mask] ** 2) * x[0]


def boolean_mask_of_values(x):
    positive = x > 0.0
    return np.sum(np.log(x[positive])) + np.sum(x[~positive] ** 2)


def boolean_mask_of_rows(a, mask):
    return np.sum(a[mask] ** 3) + np.sum(a[mask, 0])


def element_at_argmax(x):
    i = np.argmax(x)
    return x[i] ** 2 + x[np.argmin(x)]


def sorted_by_argsort(x):
    """argsort has no derivative; reading through it has one."""
    order = np.argsort(x)
    return np.sum(x[order] * np.arange(len(x)))


def index_from_value(x, t):
    """Piecewise-linear interpolation: the integer part of an active value is an index."""
    i = int(t)
    fraction = t - i
    return x[i] * (1.0 - fraction) + x[i + 1] * fraction


def index_in_loop(x):
    total = 0.0
    for i in range(1, len(x) - 1):
        total += (x[i - 1] - 2.0 * x[i] + x[i + 1]) ** 2
    return total


def slice_in_loop(a):
    total = 0.0
    for j in range(a.shape[1]):
        total = total * 0.9 + np.sum(a[: j + 1, j] ** 2)
    return total


def shape_facts(a):
    m, n = a.shape
    return np.sum(a) / (m * n) + a.size * a[0, 0] ** 2 + a.ndim * a[0, 1] + len(a)


def diagonal_by_indices(a):
    k = np.arange(a.shape[0])
    return np.sum(np.log(a[k, k] ** 2 + 1.0))


def view_read_after_rebinding(x):
    """The view keeps the old array when the name moves on."""
    view = x[1:]
    x = x * 2.0
    return np.sum(view * x[:-1])


def part_as_result(x):
    return x[1:3]


def elements_as_results(x):
    return x[0], x[1:] * x[0]


def sliding_window_autocorrelation(x, lags):
    total = 0.0
    n = len(x)
    for lag in lags:
        total += np.sum(x[lag:] * x[: n - lag]) / (lag + 1.0)
    return total


def unused_elements(x):
    return x[1] ** 2


def choose_class(logits, labels):
    """Integer pairs pick one column in each row, as in a cross-entropy."""
    n = logits.shape[0]
    return -np.mean(logits[np.arange(n), labels] ** 2)


x5 = rng.normal(size=5)
x7 = rng.normal(size=7)
a34 = rng.normal(size=(3, 4))

def moving_parts(x, width):
    """Parts of equal size at computed places."""
    total = 0.0
    for i in range(x.size - width + 1):
        total += np.sum(x[i : i + width] ** 2 * x[:width])
    return total + np.sum(x[width:] * x[-1:])


def pairs_of_parts(x):
    """Sizes that are 1 in some turns, beside others that are always 1."""
    n = x.shape[0]
    total = 0.0
    for i in range(n):
        for j in range(i + 1, n + 1):
            total += np.sum(x[i:j] * x[j - i - 1]) + np.sum(x[i:j] * x[: j - i]) + np.sum(x[i:j] * x[:1])
    return total


def clipped_parts(x):
    """Parts that end behind the array, or start before it."""
    total = 0.0
    for i in range(-2, x.size + 2):
        total += np.sum(x[i : i + 3] * x[:1]) + np.sum(x[:i] * x[1]) + np.sum(x[max(i, 0) : 3] ** 2)
    return total


def parts_of_turns(x):
    """A part as long as the turn before was."""
    before = 1
    total = 0.0
    for i in range(1, 4):
        total += np.sum(x[:before] * x[:1] * x[before]) * np.sum(x[:i])
        before = i
    return total


def parts_written_by_turns(x):
    a = np.zeros((4, 7))
    for i in range(4):
        a[i, i : i + 3] = x[i : i + 3] * x[0]
        a[i, :i] = x[:1]
    return np.sum(a**2 * np.arange(28.0).reshape(4, 7))


def strided_parts(x):
    total = 0.0
    for row, column in ((1, 1), (2, 3), (1, 2)):
        total += np.sum(x[row:-1:2] * x[row - 1 : -2 : 2] * x[row + 1 :: 2]) + np.sum(x[column::2] * x[:1])
    return total


def places_of_one_value(x, bound):
    """It is broadcast: how many places there are is known when the program runs."""
    return np.sum(x**2 * x[np.nonzero(x > bound)[0]])


def places_of_some_values(x, bound):
    chosen = x[np.flatnonzero(x > bound)]
    return np.mean(chosen**2) + len(chosen) * x[0] + np.sum(np.repeat(x**2, np.array([1, 0, 0])) * x)


def steps_between_numbers(x, n):
    stop = float(n)
    steps = np.arange(0.0, stop, 0.5)
    return np.sum(x[0] ** 2 * steps) + len(steps) * x[1] ** 2 + len(np.arange(int(x[0]), int(stop))) * x[2]


def cross_entropy(x, labels):
    log_p = x - np.log(np.sum(np.exp(x), axis=1, keepdims=True))
    rows = np.arange(len(labels))
    return -np.mean(log_p[rows, labels]) + np.sum(x[rows, labels] ** 2 * x[labels, rows])


def triangles(a, v):
    """Places of a matrix, each once, read and written."""
    root = np.zeros((3, 3))
    rows, columns = np.tril_indices(3, -1)
    root[rows, columns] = v
    root[np.diag_indices(3)] = a[0, :3] ** 2
    root[np.triu_indices(3, 1)] += v * a[1, :3]
    found = root @ root.T
    diagonal = np.sum(np.log(found[rows, rows]) * v)
    return np.sum(found[columns, rows] ** 2) + diagonal + root[np.nonzero(root > 0.4)].sum()


def rows_in_order(a):
    order = np.argsort(a[:, 0])
    back = order[::-1]
    b = np.zeros((3, 4))
    b[order] = a[back] ** 2
    b[back, 1:] += a[order, :3]
    return np.sum(b * a)


def places_met_twice(a, labels):
    """Each index array looks like one whose items differ."""
    n = np.arange(3)
    square, one = a[n[:, np.newaxis], labels], a[np.arange(1), labels]
    around, pairs = a[np.arange(-2, 2), 0], a[np.arange(3) // 2, labels]
    rows, columns = np.tril_indices(3)
    b = np.zeros((3, 4))
    b[n[:, np.newaxis], labels] = square**2
    b[np.arange(-2, 2), 1] += around
    b[np.arange(1), labels] += one * 2.0
    b[rows, rows] = a[columns, columns] * a[rows, 3]
    return np.sum(b**2) + np.sum(square) * np.sum(pairs**2) + np.sum(a[rows, 1] ** 2)


def index_arrays_apart(t, i):
    """NumPy puts the axes of index arrays first, where slices stand between them."""
    j = np.arange(2)
    apart, beside = t[i[:2], :, j], t[:, i[:2], j]
    total = np.sum(apart**2 * np.arange(1.0, 4.0)) + np.sum(beside**3)
    return total + np.sum(t[0, :, i] ** 2 * np.arange(3.0)) + np.sum(t[i, None, 1:, j[:1]] * t[1, 0, [0, 3]])


PROGRAMS = [
    Program(cross_entropy, (a34, np.array([2, 0, 0]))),
    Program(triangles, (np.abs(a34) + 0.3, np.array([0.5, 0.9, 1.2])), (0, 1)),
    Program(rows_in_order, (a34,)),
    Program(places_met_twice, (a34, np.array([2, 0, 2]))),
    Program(index_arrays_apart, (rng.normal(size=(2, 3, 4)), np.array([1, 0, 1]))),
    Program(elements, (x5,)),
    Program(element_read_twice, (x5,)),
    Program(matrix_elements, (a34,)),
    Program(element_of_row, (a34,)),
    Program(slices, (x5,)),
    Program(stepped_slices, (rng.normal(size=6),)),
    Program(reversed_slice, (x5,)),
    Program(slice_of_slice, (x5,)),
    Program(rows_and_columns, (a34,)),
    Program(block, (a34,)),
    Program(newaxis, (x5, rng.normal(size=3)), (0, 1)),
    Program(ellipsis_index, (rng.normal(size=(2, 3, 4)),)),
    Program(integer_array_with_repeats, (x5, np.array([0, 3, 3, 0, 3]))),
    Program(integer_list, (x5,)),
    Program(integer_array_two_axes, (a34, np.array([0, 2, 2]), np.array([1, 3, 3]))),
    Program(integer_array_and_slice, (a34, np.array([2, 0, 2]))),
    Program(integer_matrix_index, (x5, np.array([[0, 1, 1], [4, 0, 0]]))),
    Program(boolean_mask, (x5, np.array([True, False, True, True, False]))),
    Program(boolean_mask_of_values, (x5,)),
    Program(boolean_mask_of_rows, (a34, np.array([True, False, True]))),
    Program(element_at_argmax, (x5,)),
    Program(sorted_by_argsort, (x5,)),
    Program(index_from_value, (x5, 2.3), (0, 1)),
    Program(index_in_loop, (x7,)),
    Program(slice_in_loop, (a34,)),
    Program(shape_facts, (a34,)),
    Program(diagonal_by_indices, (rng.normal(size=(3, 3)),)),
    Program(view_read_after_rebinding, (x5,)),
    Program(part_as_result, (x5,)),
    Program(elements_as_results, (x5,)),
    Program(sliding_window_autocorrelation, (x7, (0, 1, 3))),
    Program(unused_elements, (x5,)),
    Program(moving_parts, (x7, 3)),
    Program(pairs_of_parts, (x5,)),
    Program(clipped_parts, (x7,)),
    Program(parts_of_turns, (x5,)),
    Program(parts_written_by_turns, (x7,)),
    Program(strided_parts, (x7,)),
    Program(choose_class, (a34, np.array([3, 0, 3]))),
    Program(places_of_one_value, (np.array([0.3, 0.5, 0.8]), 0.7)),
    Program(places_of_some_values, (np.array([0.3, 0.5, 0.8]), 0.4)),
    Program(steps_between_numbers, (np.array([0.3, 0.5, 0.8]), 3)),
]
