"""Arrays whose cotangents are added to once a turn, each time at another place; and such as look like these."""

import numpy as np

from . import Program

rng = np.random.default_rng(8)
x5, a34 = rng.uniform(0.3, 1.7, size=5), rng.uniform(0.3, 1.7, size=(3, 4))


def product(x):
    y = 1.0
    for i in range(len(x)):
        y = y * x[i] + 0.1
    return y


def shifted(x):
    y = 1.0
    for i in range(len(x) - 1):
        y = y * x[i + 1] + 0.1
    return y


def mirrored(x):
    y = 1.0
    for i in range(len(x)):
        y = y * x[len(x) - 1 - i] + 0.1
    return y


def doubled(x):
    y = 1.0
    for i in range(2):
        y = y * x[2 * i] + 0.1
    return y


def read_twice(x):
    y = 1.0
    for i in range(1, len(x)):
        y = y * x[i] + x[i - 1]
    return y


def halved_places(x):
    """Two turns read one place."""
    y = 1.0
    for i in range(len(x)):
        y = y * x[i // 2] + 0.1
    return y


def from_both_ends(x):
    """-1 is the last, as 4 is."""
    y = 1.0
    for i in range(-2, 5):
        y = y * x[i] + 0.1
    return y


def after_others(x):
    y = 1.0
    for i in range(len(x)):
        y = y * x[i] + 0.1
    return y * x[0] + np.sum(x[1:3])


def before_others(x):
    y = x[0] * x[3]
    for i in range(len(x)):
        y = y * x[i] + 0.1
    return y


def elements(a):
    y = 1.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            y = y * a[i, j] + 0.1
    return y


def transposed_elements(a):
    y = 1.0
    for j in range(a.shape[1]):
        for i in range(a.shape[0]):
            y = y * a[i, j] + 0.1
    return y


def one_column_again(a):
    """The outer loop does not move the place."""
    y = 1.0
    for _ in range(2):
        for i in range(a.shape[0]):
            y = y * a[i, 1] + 0.1
    return y


def diagonals(a):
    """Two pairs of counters have one sum."""
    y, d = 1.0, a.ravel() * 1.0
    for i in range(3):
        for j in range(3):
            y = y * d[i + j] + 0.1
    return y


def rows(a):
    y = np.ones(4)
    for i in range(a.shape[0]):
        y = np.tanh(y * a[i] + 0.1)
    return np.sum(y)


def part_of_rows(a, n):
    y = np.ones(3)
    for i in range(n):
        y = np.sin(y * a[i, 1:]) + 0.1
        if y[0] > 0.9:
            break
    return np.sum(y)


def sign_of_zero(x):
    """0.0 + -0.0 is 0.0, in a program of the user's own."""
    z = np.zeros(5)
    for i in range(5):
        z[i] += x[i] * -0.0
    return np.arctan2(z[1], -1.0) * x[0]


def in_a_branch(x):
    y = 1.0
    for i in range(len(x)):
        if i != 2:
            y = y * x[i] + 0.1
    return y


def restarted(x, n):
    """The zeros are made in each turn of the outer loop."""
    total = 0.0
    for k in range(n):
        z = x * (k + 1.0)
        y = 1.0
        for i in range(len(z)):
            y = y * z[i] + 0.1
        total += y
    return total


PROGRAMS = [
    *(Program(f, (x5,)) for f in (product, shifted, mirrored, doubled, read_twice, halved_places, from_both_ends)),
    *(Program(f, (x5,)) for f in (after_others, before_others, in_a_branch, sign_of_zero)),
    *(Program(f, (a34,)) for f in (elements, transposed_elements, one_column_again, diagonals, rows)),
    Program(part_of_rows, (a34, 3)),
    Program(restarted, (x5, 3)),
]
