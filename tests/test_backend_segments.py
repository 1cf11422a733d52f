"""Slices whose lengths differ between turns, the rows of sparse matrices, are worked on one behind the other.

Values and gradients are compared with the plain module's, and those with central differences.
"""

import numpy as np
import pytest
from test_backend_loops import agree, outcome

from tangent_ad import check_grads, hvp, jvp, source, value_and_grad
from tangent_ad.backend.choices import LARGEST
from tangent_ad.runtime import helpers

rng = np.random.default_rng(11)

N = 40
LENGTHS = rng.integers(0, 5, N)
LENGTHS[[0, 7, 8, N - 1]] = 0  # rows of a matrix may be empty, also the first and the last
ENDS = np.concatenate(([0], np.cumsum(LENGTHS)))
COLUMNS = rng.integers(0, 12, ENDS[-1])
VALUES, X = rng.normal(size=ENDS[-1]), rng.normal(size=12)


# -- the helpers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8"])
def test_places_and_turns_are_those_of_the_slices(dtype):
    starts = np.array([3, 0, 5, 5, 2, 0], dtype)
    stops = np.array([5, 0, 9, 5, 9, 1], dtype)
    slices = [range(a, b) for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
    assert helpers.segment_places(starts, stops).tolist() == [k for s in slices for k in s]
    assert helpers.segment_turns(starts, stops).tolist() == [i for i, s in enumerate(slices) for _ in s]


@pytest.mark.parametrize(("starts", "stops", "size", "fits"), [
    (range(20), range(2, 22), 21, True),
    (range(20), range(2, 22), 20, False),  # the last one is cut off
    (range(-1, 19), range(2, 22), 30, False),  # counts from the end
    (range(20), [0] * 20, 30, False),  # ends before it begins
    (range(20), range(2, 21), 30, False),  # a bound is not there
    (range(10), range(2, 12), 12, False),  # a few are faster one by one
    ([0] * 20, [LARGEST // 10] * 20, LARGEST // 10, False),  # each place many times
    ([0] * 20, [10] * 20, 10, True),
])  # fmt: skip
def test_what_fits(starts, stops, size, fits):
    assert helpers.segments_fit(np.array(starts), np.array(stops), size, LARGEST) == fits


# -- what is taken at once -------------------------------------------------------------------------------


def sparse_product(ends, columns, values, x):
    y = np.empty(ends.size - 1)
    for i in range(ends.size - 1):
        row = slice(ends[i], ends[i + 1])
        y[i] = values[row] @ x[columns[row]]
    return np.sum(y**2)


def sums_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        row = values[ends[i] : ends[i + 1]]
        s += x[i % 3] * np.sum(np.sin(row) * row) ** 2
    return s


def numbers_within_rows(ends, columns, values, x):
    y = np.zeros(len(ends) - 1)
    for i in range(len(ends) - 1):
        start, stop = ends[i], ends[i + 1]
        row, picked = values[start:stop], x[columns[start:stop]]
        scale = x[2] + i * 0.1
        part = row * scale - picked / (1.0 + y[i] ** 2)
        y[i] = np.dot(part, part) + np.sum(picked * x[1])
    return np.sum(y * np.cos(y))


def starts_and_stops(ends, columns, values, x):
    starts, stops = ends[:-1], ends[1:]
    total = 0.0
    for start, stop in zip(starts, stops):  # noqa: B905
        part = values[start:stop]
        total += np.vdot(part, part) ** 2
    return total + np.sum(x)


def slices_that_overlap(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 2):
        part = values[ends[i] : ends[i + 2]]
        s += np.sum(part) ** 2
    return s * x[0]


def added_to_what_is_there(ends, columns, values, x):
    y = np.ones(len(ends) - 1) * x[0]
    for i in range(len(ends) - 1):
        y[i] += np.inner(values[ends[i] : ends[i + 1]], values[ends[i] : ends[i + 1]])
        y[i] *= x[1]
    return np.sum(y**2)


AT_ONCE = [sparse_product, sums_of_rows, numbers_within_rows, starts_and_stops, slices_that_overlap,
           added_to_what_is_there]  # fmt: skip


def norms_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        s += np.linalg.norm(values[ends[i] : ends[i + 1]])
    return s * x[0]


def means_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        if ends[i + 1] > ends[i]:
            s += np.mean(values[ends[i] : ends[i + 1]]) ** 2
    return s * x[0]


def written_rows(ends, columns, values, x):
    out = np.zeros_like(values)
    for i in range(len(ends) - 1):
        out[ends[i] : ends[i + 1]] = values[ends[i] : ends[i + 1]] * x[i % 12]
    return np.sum(out**2)


def rows_in_some_turns(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        row = values[ends[i] : ends[i + 1]]
        if x[i % 12] > 0:
            s += np.sum(row * row) * x[i % 12]
    return s


def rows_beside_columns(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        row = values[ends[i] : ends[i + 1]]
        s += np.sum(row * x[: len(row)])
    return s


def rows_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        row = values[ends[i] : ends[i + 1]]
        s += np.sum(row[:2]) * x[0]
    return s


def lengths_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 1):
        row = values[ends[i] : ends[i + 1]]
        s += len(row) * np.sum(row) * x[0]
    return s


def two_kinds_of_rows(ends, columns, values, x):
    s = 0.0
    for i in range(len(ends) - 2):
        s += np.sum(values[ends[i] : ends[i + 1]]) * np.sum(values[ends[i + 1] : ends[i + 2]]) * x[0]
    return s


def repeated_products(ends, columns, values, x):
    for _ in range(3):
        y = np.zeros(len(x))
        for i in range(len(x)):
            row = slice(ends[i], ends[i + 1])
            y[i] = values[row] @ x[columns[row]]
        x = np.tanh(y)
    return np.sum(x)


STAY = [norms_of_rows, means_of_rows, written_rows, rows_in_some_turns, rows_beside_columns, rows_of_rows,
        lengths_of_rows, two_kinds_of_rows]  # fmt: skip


def made_of(fun):
    return source(fun, "grad", (ENDS, COLUMNS, VALUES, X), argnums=(2, 3), backend="numpy")


def both(fun, *args):
    return [outcome(lambda b=b: value_and_grad(fun, (2, 3), backend=b)(*args)) for b in ("plain", "numpy")]


@pytest.mark.parametrize("fun", AT_ONCE)
def test_rows_at_once(fun):
    assert "segment_places" in made_of(fun)
    check_grads(lambda values, x: fun(ENDS, COLUMNS, values, x), (VALUES, X))
    plain, made = both(fun, ENDS, COLUMNS, VALUES, X)
    assert agree(plain, made)


@pytest.mark.parametrize("fun", STAY)
def test_rows_that_stay(fun):
    assert "segment_places" not in made_of(fun)
    plain, made = both(fun, ENDS, COLUMNS, VALUES, X)
    assert agree(plain, made)


@pytest.mark.parametrize("fun", [*AT_ONCE, repeated_products])
@pytest.mark.parametrize(("ends", "size"), [
    (np.append(ENDS[:-1], ENDS[-1] + 3), None),  # the last slice is cut off
    (np.where(ENDS[5] == ENDS, -2, ENDS), None),  # slices that count from the end
    (ENDS[::-1].copy(), None),  # only empty ones
    (ENDS[:9], None),  # a few turns
    (ENDS[:1], None),  # no turn
    (ENDS.astype(np.int32), None),
    (ENDS, 20),  # an array that is shorter than the other
])  # fmt: skip
def test_bounds_mean_what_they_mean_in_python(fun, ends, size):
    plain, made = both(fun, ends, COLUMNS[:size], VALUES, X)
    assert agree(plain, made)


@pytest.mark.parametrize("fun", AT_ONCE)
def test_second_order_and_forward_mode(fun):
    args, moves = (ENDS, COLUMNS, VALUES, X), (rng.normal(size=VALUES.shape), rng.normal(size=X.shape))
    tangents = (None, None, *moves)
    assert agree(jvp(fun, args, tangents), jvp(fun, args, tangents, backend="numpy"))
    assert agree(hvp(fun, args, tangents), hvp(fun, args, tangents, backend="numpy"))
