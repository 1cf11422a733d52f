"""Arrays that loops work on as lists: what a list does in another way than an array must not show."""

import warnings

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, source, value_and_grad, vjp

X = np.array([0.4, 1.3, -0.7, 0.9])


def on_lists(fun, *args):
    return "tolist" in source(fun, args=args)


def check(fun, *args):
    """The gradient against central differences, and the value against the program's own."""
    value, found = value_and_grad(fun)(*args)
    assert value == pytest.approx(fun(*args), rel=1e-14)
    for v in np.eye(args[0].size).reshape(-1, *args[0].shape):
        assert np.sum(found * v) == pytest.approx(fd.directional(fun, args, (0,), v.ravel()), rel=1e-6, abs=1e-8)


def quotients(x, c):
    y = np.zeros(x.size)
    for i in range(x.size):
        y[i] = c / x[i]
    return np.sum(y)


def test_a_division_by_zero_is_numpys():
    assert on_lists(quotients, X, 2.0)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        value, found = value_and_grad(quotients)(np.array([1.0, 0.0, 2.0]), 2.0)
    assert value == np.inf
    assert found[[0, 2]] == pytest.approx([-2.0, -0.5])
    assert found[1] == -np.inf


def powers(x):
    total = 0.0
    for i in range(x.size):
        total += x[i] ** 3 + x[i] ** 2
    return total


def test_a_power_that_is_too_large_is_numpys():
    check(powers, X)
    assert on_lists(powers, X)
    with np.errstate(over="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, found = value_and_grad(powers)(np.array([1e200, 1.0]))
    assert value == np.inf
    assert found[1] == 5.0
    assert isinstance(value, np.float64)


def neighbours(x):
    y = x.copy()
    for i in range(x.size):
        y[i] = y[i - 1] * x[-i] + np.sin(x[i])
    return np.sum(y**2)


def test_places_counted_from_the_end():
    assert on_lists(neighbours, X)
    check(neighbours, X)


def too_far(x):
    total = 0.0
    for i in range(x.size + 1):
        total += x[i] * x[i]
    return total


def test_a_place_that_is_not_there():
    assert on_lists(too_far, X)
    with pytest.raises(IndexError):
        grad(too_far)(X)


def matrix(A):
    n, m = A.shape
    B = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            B[i, j] = A[i, j] * A[i - 1, j] + B[i, j - 1] / 2
    return np.sum(B**2)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (1, 4), (0, 3), (3, 0)])
def test_matrices_of_any_size(shape):
    A = np.random.default_rng(1).normal(size=shape)
    assert on_lists(matrix, A)
    assert grad(matrix)(A).shape == shape
    if A.size:
        check(matrix, A)


def test_one_diagonal_is_no_reason_to_make_a_list_of_a_matrix():
    def trace(A):
        total = 0.0
        for i in range(A.shape[0]):
            total += A[i, i] ** 2 + A[i, i - 1]
        return total

    assert not on_lists(trace, np.eye(3))


def test_a_loop_that_may_end_early_makes_no_list():
    def first(x):
        total = 0.0
        for i in range(x.size):
            total += x[i]
            if x[i] > 1.0:
                break
        return total

    assert not on_lists(first, X)
    check(first, X)


def rows(A):
    A = A.copy()
    total = 0.0
    for i in range(A.shape[0]):
        row = A[i]
        for j in range(A.shape[1]):
            row[j] *= A[i, j - 1] + np.sum(row)
        total += row[0]
    return total * np.sum(A)


def test_an_array_of_which_parts_are_read_stays_one():
    check(rows, X.reshape(2, 2))


def integers(x, k):
    y = np.zeros(x.size)
    for i in range(x.size):
        y[i] = k
        y[i] *= x[i]
        y[i] += 1
    return np.sum(y / 3)


def test_ints_that_are_written():
    check(integers, X, 2)


def swapped(x):
    y = x.copy()
    for i in range(x.size - 1):
        y[i], y[i + 1] = y[i + 1], y[i] * y[i]
    return np.sum(y * np.arange(1.0, x.size + 1))


def test_numbers_that_change_places():
    check(swapped, X)


def branches(x):
    y = np.ones(x.size)
    for i in range(1, x.size):
        if x[i] > x[i - 1]:
            y[i] = x[i] * y[i - 1]
        elif x[i] < -0.5:
            y[i] -= x[i - 1] / x[i]
    return np.sum(y**3)


def test_writes_in_branches():
    assert on_lists(branches, X)
    check(branches, X)


def complex_sum(x):
    z = np.zeros(x.size, dtype=complex)
    for i in range(x.size):
        z[i] = (0.5 + 1.0j) * x[i] + z[i - 1] * z[i - 1]
    return np.sum(np.abs(z) ** 2)


def test_complex_numbers():
    check(complex_sum, X)


def test_arguments_and_single_precision_are_left_alone():
    before = X.copy()
    _, pullback = vjp(neighbours, X)
    assert np.array_equal(pullback(1.0)[0], pullback(1.0)[0])
    assert np.array_equal(X, before)
    assert not on_lists(neighbours, X.astype(np.float32))
    assert grad(neighbours)(X.astype(np.float32)).dtype == np.float32


def rows_of_a_sparse_matrix(x, row, column):
    """Places, and bounds of slices."""
    y = np.zeros(row.size - 1)
    for i in range(row.size - 1):
        for k in range(row[i], row[i + 1]):
            y[i] += x[k] * x[column[k]]
        y[i] += np.sum(x[column[row[i] : row[i + 1]]])
    return np.sum(y**2)


@pytest.mark.parametrize("dtype", [np.int64, np.int32])
def test_integers_that_are_places(dtype):
    row, column = np.array([0, 1, 1, 4], dtype), np.array([1, 3, 0, -1], dtype)
    check(rows_of_a_sparse_matrix, X, row, column)
    text = source(rows_of_a_sparse_matrix, args=(X, row, column))
    assert "row.tolist()" in text
    assert "column.tolist()" in text
    assert "x[column[" in text  # of the array itself
    assert "is None" not in text


def integers_as_numbers(x, count):
    """NumPy's integers divide by zero, wrap around, and have no power with a negative exponent."""
    total = 0.0
    for i in range(count.size):
        total += x[i] / np.abs(count[i] - 1) + count[i] * x[count[i]]
    return total


def test_integers_that_are_numbers_stay_numpys():
    count = np.array([3, 2, 0, 2])
    check(integers_as_numbers, X, count)
    assert "count_list" not in source(integers_as_numbers, args=(X, count))
    assert "count.tolist" not in source(integers_as_numbers, args=(X, count))
    with np.errstate(divide="ignore"):
        assert value_and_grad(integers_as_numbers)(X, count - 1 + (count == 0))[0] == integers_as_numbers(
            X, count - 1 + (count == 0))


def integers_that_change(x, order):
    """An array of integers that the loop writes into stays one."""
    total = 0.0
    order = order.copy()
    for i in range(order.size):
        order[i] = (order[i] + 1) % order.size
        total += x[order[i]] * (i + 1.0)
    return total


def test_integers_that_are_written():
    check(integers_that_change, X, np.array([1, 0, 3, 2]))
