"""Slices that are values: in variables, tuples, lists and dicts, given to functions and to `__getitem__`."""

import numpy as np

from . import Program

rng = np.random.default_rng(29)
x4 = np.array([0.7, 1.3, 0.45, 1.1])
a33 = rng.uniform(0.3, 1.7, size=(3, 3))
weights = np.arange(1.0, 10.0).reshape(3, 3) / 4.0
INNER = slice(1, -1)
FIRST_COLUMN = (slice(None), 0)


class Grid:
    """Hands its indices on to an array, a list or a tuple."""

    def __init__(self, data):
        self.data = data

    def __getitem__(self, index):
        return self.data[index]

    def __setitem__(self, index, value):
        self.data[index] = 0.0
        self.data[index] = value


class Table:
    """Looks at its indices."""

    def __init__(self, data):
        self.data = data

    def __getitem__(self, index):
        if isinstance(index, tuple):
            i, j = index
            return self.data[i, j] if isinstance(j, slice) else 2.0 * self.data[i, j]
        if isinstance(index, slice):
            return 3.0 * self.data[index.start : index.stop]
        return self.data[index]


def global_slices(a):
    v = a[INNER, INNER]
    v *= 3.0
    w = a[FIRST_COLUMN]
    w *= a[1, 1]
    return np.sum(a * weights)


def slice_in_a_variable(x, n):
    k = 1
    s = slice(k, n)
    k, n = 2, 2
    x[s] *= x[0]
    x[s] += x[slice(0, 2)]
    return np.sum(x[s] ** 2) * s.start + k * n


def heat_with_an_inner_slice(a, steps):
    inner = slice(1, -1)
    u = np.zeros((5, 5))
    u[inner, inner] = a
    for _ in range(steps):
        old = u.copy()
        u[inner, inner] += 0.1 * (
            old[2:, inner] + old[:-2, inner] + old[inner, 2:] + old[inner, :-2] - 4.0 * old[inner, inner]
        )
    return np.sum(u**2)


def along(a, axis, piece):
    index = [slice(None)] * a.ndim
    index[axis] = piece
    return a[tuple(index)]


def differences_along_each_axis(a):
    rows = along(a, 0, slice(1, None)) - along(a, 0, slice(None, -1))
    columns = along(a, 1, slice(1, None)) - along(a, 1, slice(None, -1))
    return np.sum(rows**2) + np.sum(columns**4)


def helper_takes_a_view(x, n):
    def view(z, s):
        return z[s]

    v = view(x, slice(n - 2, n))
    v *= 3.0
    w = view(x, (slice(None), None))
    w *= x[0]
    return np.sum(x * np.arange(1.0, 5.0))


def slices_of_a_window(x):
    total = 0.0
    for i in range(3):
        s = slice(i, i + 2)
        total += np.sum(x[s]) * x[i]
    for s in (slice(0, 2), slice(1, 4), slice(None, None, -2)):
        total *= np.sum(x[s])
    return total


def index_makers(a):
    corner = np.s_[1:, :2]
    a[corner] *= 2.0
    a[corner] += a[0, 0]
    rows = np.index_exp[1:3]
    return np.sum(a[corner] * a[np.s_[:2, ::2]]) + np.sum(a[rows] ** 2) + np.sum(a[np.index_exp[..., None]])


def slices_of_sequences(x):
    s = slice(1, 3)
    values = [x[0], 2.0 * x[1], x[2], x[3]]
    values[s] = [x[0] * x[1]]
    return sum(values) * values[1] + sum((x[0], x[1], x[2])[s])


def slices_in_containers(x):
    parts = {"low": slice(0, 2), "high": slice(2, 4)}
    low, high = parts["low"], parts["high"]
    x[parts["high"]] += x[low]
    a, b = [x[s] for s in (low, high)]
    return np.sum(a * b * x[high])


def bounds_that_are_read(x):
    s = slice(0, len(x), 2)
    return np.sum(x[s]) * len(range(s.start, s.stop, s.step))


def written_through_getitem(x):
    g = Grid(x.copy())
    v = g[:2]
    v *= 3.0
    w = g[1:]
    g.data[:3] = 5.0 * x[1]
    return np.sum(g.data * x4) * np.sum(w * x[0])


def matrix_written_through_getitem(a):
    g = Grid(a)
    v = g[:, 0]
    v *= 3.0
    g[:2] = a[1:] * a[0]
    g[0, 1:] += 2.0
    g[1:][0] = a[2] * a[0, 0]
    np.multiply(g[:2], 2.0, out=g[1:])
    return np.sum(g.data * weights)


def read_before_it_is_set(x):
    g = Grid(x.copy())
    before = g[:2]
    g[:2] = 5.0 * x[2]
    return np.sum(before)


def list_through_getitem(x):
    g = Grid([x.copy(), 2.0 * x, 3.0 * x])
    v = g[:2]
    v[0] = 9.0 * x
    return sum([np.sum(t**2) for t in g.data]) + np.sum(v[0] * v[1])


def sequences_through_getitem(x):
    numbers, pair = Grid([x[0], x[1]]), Grid((x[2], x[3]))
    more = [2.0, 2.0]
    both = numbers[1:] + more
    return sum(both) + np.sum(np.array(numbers[:2]) ** 2) * np.sum(np.array(pair[::-1]) * x4[:2])


def getitem_looks_at_its_index(a):
    t = Table(a)
    return np.sum(t[0:2]) * t[1, 1] + np.sum(t[1, 1:] * t[2][:2])


def slices_past_the_end(x):
    """x[5:] of four items is empty, and not of -1 items."""
    n = len(x[5:]) + 2
    return np.sum(x[3:] * (x[:n] * x[:n])) + x[: 6 - x.shape[0]].shape[0] * x[0] + np.sum(x[:-6]) * x[1]


PROGRAMS = [
    Program(slices_past_the_end, (x4,)),
    Program(global_slices, (a33,)),
    Program(slice_in_a_variable, (x4, 3)),
    Program(heat_with_an_inner_slice, (a33, 2)),
    Program(differences_along_each_axis, (a33,)),
    Program(helper_takes_a_view, (x4, 3)),
    Program(slices_of_a_window, (x4,)),
    Program(index_makers, (a33,)),
    Program(slices_of_sequences, (x4,)),
    Program(slices_in_containers, (x4,)),
    Program(bounds_that_are_read, (x4,)),
    Program(written_through_getitem, (x4,)),
    Program(matrix_written_through_getitem, (a33,)),
    Program(read_before_it_is_set, (x4,)),
    Program(list_through_getitem, (x4,)),
    Program(sequences_through_getitem, (x4,)),
    Program(getitem_looks_at_its_index, (a33,)),
]
