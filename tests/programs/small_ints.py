"""NumPy's ints and bools beside floats: those of few bits, and those without a sign, wrap around."""

import numpy as np

from . import Program


def negated_in_products(x, k):
    return np.sum(x[0] * -k[1:]) + np.sum(x * -k) + np.sum(-k * x) + np.sum(x) * np.sum(-k)


def negated_in_sums(x, k):
    y, minus = x**2, -k
    return np.sum((y - (-k)) * (y + (-k)) * ((-k) + y)) + np.sum(x * (0 - k)) + np.sum(y * -minus)


def scaled_twice(x, k):
    return np.sum(x * (2 * (100 * k))) + np.sum(x * (k + k)) + np.sum(x * ((k * 4) * -1.0))


def spread(x, k):
    first = np.broadcast_to(k[0], x.shape)
    return np.sum(x * first * 2.0) + np.sum(x**2 * (first * 2)) + np.sum(x * -first) + np.sum(x * (k * first))


def number_among_small_ints(x, k):
    return np.sum(x**2 * (np.broadcast_to(5, x.shape) * k)) + np.sum(x * (np.broadcast_to(60, x.shape) + k))


def steps(x, k):
    below = (k < 0.0) + 0.5 * (k == 0.0)
    above = (k > 0) + 0.5 * (k == 0)
    return np.sum(x**2 * below) + np.sum(x * above)


def quotients(x, k):
    return np.sum(k / x) - np.sum(x / (k + 1000.0)) + np.sum(-k / x**2)


def negated_turn_by_turn(x, k):
    s, y = 0.0, x**2
    with np.errstate(over="ignore"):
        for i in range(len(x)):
            s -= x[i] * -k[i]
            s += y[i] * (-k[i] - y[i])
            y[i] += -k[i]
    y[1:] += -k[1:]
    return s + np.sum(y**2)


def subtracted_in_place(x, k):
    a = x**2
    a[1:] -= k[1:]
    a[0] -= k[0]
    a -= k
    view = a[:2]
    view -= k[:2]
    view -= k[0]
    a[np.array([0, 2])] -= k[:2]
    a[a > 1e6] -= k[0]
    return np.sum(a * a)


def subtracted_at(x, k):
    a = x**2
    np.subtract.at(a, np.array([0, 1, 1, 2]), k)
    np.subtract.at(a, [0, 1], k[0])
    np.subtract.at(a, 1, k[0])
    np.subtract.at(a, [2, 3], [True, 2])
    return np.sum(a * a)


def subtracted_from_ints(x, k):
    k = k.copy()
    k[1:] -= k[:-1]
    k -= 1
    np.subtract.at(k, 1, 1)
    return np.sum(x**2 * k)


def rows_times_ints(x, k):
    """The slope 2 c of c * c meets the ints, which are a row: 2 k would wrap around."""
    c = np.outer(x, x) * k
    return np.sum(c * c) + np.sum((x[:, None] * k) ** 2) + np.sum((np.full((3, 4), x[0]) * k[0]) ** 2)


x = np.array([0.5, 0.6, 0.7, 0.8])
KINDS = {
    "uint8": np.array([200, 3, 0, 1], np.uint8),
    "int8": np.array([-128, 3, 100, 1], np.int8),
    "int64": np.array([5, -3, 0, 1]),
}
FLAGS = np.array([True, False, True, True])
SIGNED = (negated_in_products, negated_in_sums, scaled_twice, spread, number_among_small_ints, steps, quotients,
          negated_turn_by_turn, subtracted_in_place, subtracted_at, subtracted_from_ints, rows_times_ints)  # fmt: skip

PROGRAMS = [
    *(Program(fun, (x, k), name=f"{fun.__name__}_{kind}") for fun in SIGNED for kind, k in KINDS.items()),
    *(Program(fun, (x, FLAGS), name=f"{fun.__name__}_bool")
      for fun in (number_among_small_ints, steps, subtracted_in_place, subtracted_at)),
]  # fmt: skip
