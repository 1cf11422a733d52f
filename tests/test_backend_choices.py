"""Where only the run tells whether a loop is better at once, both forms are there, and either is right."""

import numpy as np
import pytest
from test_backend_loops import agree, outcome, written

from tangent_ad import hvp, value_and_grad
from tangent_ad.backend.choices import FEWEST_TURNS, LONGEST_ROW

rng = np.random.default_rng(5)


def both(fun, *args):
    return [outcome(lambda b=b: value_and_grad(fun, backend=b)(*args)) for b in ("plain", "numpy")]


def triangle(a):
    """A recurrence around sums of half the row, in the mean."""
    n, s = a.shape[0], 0.0
    for i in range(1, n):
        t = 0.0
        for j in range(i):
            t += a[i, j] * a[j, i]
        s = s * 0.5 + t
    return s


def in_place(a):
    for i in range(a.shape[0]):
        for j in range(i):
            rest = a[i, j]
            for k in range(j):
                rest -= a[i, k] * a[j, k]
            a[i, j] = rest / (2.0 + a[j, j] ** 2)
    return np.sum(a**2)


def steps(a):
    u = a[0] * 1.0
    for k in range(a.shape[0]):
        for j in range(1, a.shape[1] - 1):
            u[j] = u[j] + a[k, j] * (u[j] + 1.0)
        if u[1] > 3.0:
            u[0] = u[1] - 3.0
    return np.sum(u)


def known(a):
    """Of twelve turns it is known when it is built that they are few."""
    s = 0.0
    for i in range(a.shape[0]):
        t = 0.0
        for j in range(12):
            t += a[i, j] ** 2
        s = s * 0.5 + t
    return s


def sums_of_rows(a):
    table = a * 1.0
    for i in range(1, a.shape[0]):
        table[i] += table[i - 1]
    return np.sum(table**2)


@pytest.mark.parametrize("fun", [triangle, in_place, steps, sums_of_rows], ids=lambda f: f.__name__)
@pytest.mark.parametrize("size", [0, 1, 2, 5, 20, 3 * FEWEST_TURNS, 5 * FEWEST_TURNS])
def test_every_size(fun, size):
    expected, found = both(fun, rng.uniform(0.1, 0.5, (max(size, int(fun is steps)), size)))
    assert agree(expected, found)


@pytest.mark.parametrize("fun", [triangle, in_place, steps], ids=lambda f: f.__name__)
def test_one_test_chooses_for_both_sweeps(fun):
    a = rng.uniform(0.1, 0.5, (9, 9))
    text = written(fun, a, kind="value_and_grad")
    body = text[text.index(f"def {fun.__name__}_value_and_grad") :]
    assert body.count(" >= ") == 1
    assert "tolist()" in body[body.index("else:") :]
    moves = rng.normal(size=a.shape)
    assert agree(hvp(fun, (a,), (moves,)), hvp(fun, (a,), (moves,), backend="numpy"))


def test_what_is_known_needs_no_choice():
    a = rng.normal(size=(20, 12))
    text = written(known, a)
    assert " >= " not in text
    assert agree(*both(known, a))


@pytest.mark.parametrize("columns", [0, 1, 3, LONGEST_ROW, LONGEST_ROW + 1])
def test_long_rows_are_added_up_by_a_loop(columns):
    for rows in (0, 1, 2, 9):
        assert agree(*both(sums_of_rows, rng.normal(size=(rows, columns))))
