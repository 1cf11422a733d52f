"""Scalars that are floats, arrays that are lists: the numbers, types, errors and warnings of the program itself."""

import warnings

import numpy as np
import pytest

from tangent_ad import grad, jvp, source, value_and_grad, vjp

X = np.array([0.7, -0.3, 0.9, 1.2, -1.1])


def emitted(fun, *args):
    return source(fun, "value_and_grad", args)


def same(fun, *args, argnums=0):
    """The value is the program's own, and the gradient what it is without lists."""
    with np.errstate(all="ignore"):
        value, gradient = value_and_grad(fun, argnums)(*args)
        plain = value_and_grad(fun, argnums, optimise="-lists")(*args)[1]
        np.testing.assert_allclose(value, fun(*[np.copy(a) if isinstance(a, np.ndarray) else a for a in args]))
    np.testing.assert_allclose(gradient, plain, rtol=1e-13)
    assert np.shape(gradient) == np.shape(plain)
    assert isinstance(gradient, np.ndarray)
    assert gradient.dtype == plain.dtype
    return value, gradient


def divides(x):
    total = 0.0
    for i in range(len(x)):
        total += (1.0 + x[i]) / x[i]
    return total


def logs(x):
    total = 0.0
    for i in range(len(x)):
        total += np.log(x[i]) * x[i]
    return total


def exponentials(x):
    total = 0.0
    for i in range(len(x)):
        total += np.exp(x[i] * 1000.0) + np.exp(-x[i])
    return total


def roots(x):
    total = 0.0
    for i in range(len(x)):
        total += np.sqrt(x[i]) + x[i] ** 0.5 + x[i] ** -1 + x[i] ** 3 + x[i] ** 2.5
    return total


def waves(x):
    total = 0.0
    for i in range(len(x)):
        total += np.sin(x[i]) * np.cos(x[i]) + np.tanh(x[i]) + abs(x[i]) + np.abs(x[i])
    return total


def runs_on(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1] * x[i]
    return np.sum(x)


ELEMENTWISE = [divides, logs, exponentials, roots, waves]
VALUES = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-320, 1e308, -2.0, 3.0]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("fun", ELEMENTWISE, ids=lambda f: f.__name__)
def test_where_python_raises_and_numpy_does_not(fun, value):
    assert ".tolist()" in emitted(fun, X)
    with np.errstate(all="ignore"):
        got, gradient = value_and_grad(fun)(np.array([0.5, value, 0.25]))
        _, plain = value_and_grad(fun, optimise="-lists")(np.array([0.5, value, 0.25]))
        expected = fun(np.array([0.5, value, 0.25]))
    np.testing.assert_allclose(got, expected, rtol=1e-14)
    np.testing.assert_allclose(gradient, plain, rtol=1e-14)


def test_the_warnings_of_division_stay():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="divide by zero"):
            grad(divides)(np.array([1.0, 0.0]))
        with pytest.raises(RuntimeWarning, match="invalid value"):
            grad(logs)(np.array([-1.0, 1.0]))


def test_what_is_returned_has_the_type_it_had():
    for fun in (*ELEMENTWISE, runs_on):
        assert isinstance(value_and_grad(fun)(np.abs(X))[0], np.float64)
        assert isinstance(vjp(fun, np.abs(X))[0], np.float64)


@pytest.mark.parametrize("cotangent", [1.0, np.float64(2.0), 0.0])
def test_a_pullback_runs_twice(cotangent):
    pullback = vjp(runs_on, X)[1]
    first = pullback(cotangent)
    np.testing.assert_array_equal(first, pullback(cotangent))
    np.testing.assert_allclose(first[0], cotangent * grad(runs_on, optimise="-lists")(X))


def test_no_items_and_no_turns():
    assert ".tolist()" in emitted(runs_on, X)
    for n in (0, 1, 2):
        same(runs_on, X[:n].copy())


def rows(a, steps):
    n, m = a.shape
    for _ in range(steps):
        for i in range(1, n):
            for j in range(m):
                a[i, j] += a[i - 1, j] * a[i, j]
    return np.sum(a**2)


@pytest.mark.parametrize("shape", [(4, 3), (0, 3), (3, 0), (0, 0), (1, 1)])
def test_matrices_keep_their_shape(shape):
    a = np.random.default_rng(1).normal(size=shape)
    assert "_rows" in emitted(rows, a, 2)
    same(rows, a, 2)
    same(rows, np.asfortranarray(a), 2)
    same(rows, np.repeat(a, 2, axis=1)[:, ::2], 2)


def out_of_range(x):
    total = 0.0
    for i in range(len(x) + 1):
        total += x[i] ** 2
    return total


def from_the_end(x):
    for i in range(len(x)):
        x[-i] += x[i - 1] * x[-i - 1]
    return np.sum(x * x)


def test_indices_are_those_of_arrays():
    assert ".tolist()" in emitted(out_of_range, X)
    with pytest.raises(IndexError):
        grad(out_of_range)(X)
    assert ".tolist()" in emitted(from_the_end, X)
    same(from_the_end, X)


def through_integers(x, order):
    total = 1.0
    for i in range(len(x)):
        x[order[i]] = x[order[i]] * total + 1
        total = total + x[i] * i
    return total


def test_indices_from_arrays_of_integers():
    assert "x_list" in emitted(through_integers, X, np.array([4, 0, -2, 2, 1]))
    same(through_integers, X, np.array([4, 0, -2, 2, 1]))


def integers_written(x):
    for i in range(len(x)):
        if x[i] < 0.0:
            x[i] = 2
        x[i] *= x[i - 1]
    return np.sum(x / 2)


def buffers(x, n):
    old, new = x.copy(), np.zeros_like(x)
    for _ in range(n):
        for i in range(1, len(x) - 1):
            new[i] = old[i - 1] * old[i + 1] - old[i] / 3.0
        old, new = new, old
    return np.sum(old) + old[2] ** 2


def whole_and_by_element(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2 + (y[i - 1] if i else 0.0)
    z = np.cumsum(y)
    for i in range(len(x)):
        z[i] = z[i] * y[i] + z[i - 1]
    return z @ y + np.max(z)


def old_values(x):
    y = x.copy()
    before = y.copy()
    for i in range(1, len(x)):
        y[i] = y[i - 1] * before[i]
    return np.sum(y * before) + np.sum(x * y)


def branches(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            x[i] = np.sqrt(x[i])
        else:
            total = total + x[i]
        total = max(total, x[i])
    return total * np.sum(x)


def compared(x):
    kept = []
    for i in range(len(x)):
        kept.append(x[i] * 2.0)
        above = x[i] > 0.0
        if not above:
            kept[-1] = -x[i]
    return kept[0] * kept[-1] + np.sum(np.array(kept))


def until(x):
    i, total = 0, 0.0
    while i < 3:
        for j in range(len(x)):
            x[j] = x[j] * 0.5 + x[j - 1]
        total += x[i]
        i += 1
    return total


def vectors_too(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * np.sum(x * x[i]) + (x @ x) * x[i]
    return np.sum(y**2)


@pytest.mark.parametrize(
    "fun", [integers_written, whole_and_by_element, old_values, branches, compared, until, vectors_too],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_programs_with_traps(fun):
    assert ".tolist()" in emitted(fun, X)
    same(fun, X)


def test_buffers_that_change_places():
    for n in range(4):
        same(buffers, X, n)


def made_in_the_loop(x):
    i = 0
    while i < 2:
        y = x * 1.0 if i == 0 else y  # noqa: F821
        for j in range(len(x)):
            y[j] = y[j] * y[j - 1]
        i += 1
    return np.sum(y)


def test_an_array_that_no_turn_may_make():
    same(made_in_the_loop, X)


def test_other_kinds_stay_arrays():
    assert ".tolist()" not in emitted(runs_on, X.astype("float32"))
    same(runs_on, X.astype("float32"))


def few_of_many(x, n):
    total = 0.0
    for i in range(n):
        total += x[i] ** 2
    return total


def stops_early(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2
        if total > 1.0:
            break
    return total


@pytest.mark.parametrize("args", [(few_of_many, X, 2), (stops_early, X)], ids=lambda a: a[0].__name__)
def test_no_list_where_few_elements_may_be_read(args):
    assert ".tolist()" not in emitted(*args)
    same(*args)


def beside_narrow(x, w):
    total = 0.0
    for i in range(len(x)):
        total = total + np.sum(w * x[i])
    return total


def test_a_float_beside_float32_is_a_float64():
    w = np.arange(3, dtype="float32")
    value = value_and_grad(beside_narrow)(X, w)[0]
    assert type(value) is type(beside_narrow(X, w))
    assert value == beside_narrow(X, w)


def one_row(a):
    n, m = a.shape
    for i in range(1, n):
        a[i] += np.cumsum(a[i - 1])
        for j in range(1, m):
            a[i, j] += a[i, j - 1] * a[i, j]
        for j in range(1, m):
            if a[i, j] > 0.0:
                a[i, j] = a[i, j] / a[i, j - 1]
    return np.sum(a**2)


def any_row(a, i):
    a *= np.sum(a)
    for j in range(1, a.shape[1]):
        a[i, j] += a[i, j - 1]
    return np.sum(a**2)


def rows_that_are_not_there(a):
    n, m = a.shape
    total = np.sum(a)
    for i in range(n + 1):
        total += np.sum(a[:i])
        for j in range(m if i < n else 0):
            total += a[i, j] ** 2
    return total


def boxes(a):
    n, m, k = a.shape
    for i in range(n):
        a[i] *= np.mean(a)
        for j in range(1, m):
            for h in range(1, k):
                a[i, j, h] += a[i, j - 1, h] * a[i, j, h - 1]
    return np.sum(a)


@pytest.mark.parametrize("shape", [(4, 5), (1, 3), (3, 1), (0, 3), (3, 0)])
def test_a_row_of_a_matrix(shape):
    a = np.random.default_rng(2).normal(size=shape)
    assert "].tolist()" in emitted(one_row, a)
    same(one_row, a)


def test_a_row_that_may_not_be_there():
    a = np.random.default_rng(2).normal(size=(3, 4))
    assert "].tolist()" not in emitted(rows_that_are_not_there, a)
    same(rows_that_are_not_there, a)
    assert ".tolist()" not in emitted(any_row, a, -1)
    same(any_row, a, -1)
    with pytest.raises(IndexError):
        grad(any_row)(a, 3)
    same(any_row, a[:, :1].copy(), 3)


def test_more_axes():
    a = np.random.default_rng(2).normal(size=(3, 4, 5))
    assert "a_rows = " in emitted(boxes, a)
    same(boxes, a)
    same(boxes, a[:, :0])


def deeper(x, n):
    """Its record holds what one branch alone computes."""
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
    if n > 1:
        t = np.sin(total) * np.cos(total)
        total = t * t * deeper(x * 0.5, n - 1) * np.exp(-t)
    return total * total


def test_what_one_branch_alone_computes():
    assert ".tolist()" in emitted(deeper, X, 3)
    same(deeper, X, 3)


# -- scalars ----------------------------------------------------------------------------------------------


def recurrence(x, n):
    for _ in range(n):
        x = np.sin(x) * x / (x - 0.25) + np.exp(x)
    return x


def of_a_vector(p):
    return p[0] * np.exp(-p[2]) * np.cos(p[1]) / p[1] + np.sqrt(p[1]) * np.log(p[2])


def of_products(A, x):
    for i in range(len(x)):
        t = A[i] @ x
        x[i] = t * t / (1.0 + t) - np.tanh(t)
    return x @ x


def said(p):
    total = 0.0
    for _ in range(3):
        t = np.sin(p[0]) * p[1] * total + p[2]
        print(f"{t!r} {t:.2f}", t)
        total = total + t
    return total


def test_a_recurrence_of_floats():
    assert "sin(x)" in source(recurrence, args=(0.4, 3))
    assert "np.sin(x)\n" not in source(recurrence, args=(0.4, 3))
    with np.errstate(all="ignore"):
        for x in (0.4, 800.0, np.inf, np.nan):
            for n in range(3):
                value, slope = value_and_grad(recurrence)(x, n)
                expected, plain = value_and_grad(recurrence, optimise="-scalars")(x, n)
                np.testing.assert_allclose([value, slope], [expected, plain], rtol=1e-13)
        assert value_and_grad(recurrence)(0.25, 1)[0] == recurrence(0.25, 1) == np.inf
    assert isinstance(value_and_grad(recurrence)(0.4, 2)[0], np.float64)


@pytest.mark.parametrize("value", VALUES)
def test_elements_of_a_vector(value):
    assert ".item(" in emitted(of_a_vector, X)
    for place in range(3):
        p = np.array([0.5, 0.75, 0.25])
        p[place] = value
        same(of_a_vector, p)
    with pytest.raises(IndexError):
        grad(of_a_vector)(X[:2])


def test_results_of_functions_are_floats_where_they_are_computed_with():
    A = np.random.default_rng(0).normal(size=(5, 5))
    text = source(of_products, "value_and_grad", (A, X), argnums=(0, 1))
    assert "float(A" in text
    value, (A_bar, x_bar) = value_and_grad(of_products, (0, 1))(A, X)
    plain = value_and_grad(of_products, (0, 1), optimise=("dead_code", "in_place"))(A, X)
    np.testing.assert_allclose(value, plain[0])
    np.testing.assert_allclose(A_bar, plain[1][0])
    np.testing.assert_allclose(x_bar, plain[1][1])


def test_what_is_printed_stays_what_it_was(capsys):
    said(X)
    expected = capsys.readouterr().out
    value_and_grad(said)(X)
    assert capsys.readouterr().out == expected


def narrow(w):
    total = 0.0
    for _ in range(3):
        total = total + np.sin(w[0]) * w[1]
    return total


def test_single_precision_stays():
    w = X.astype("float32")
    assert type(value_and_grad(narrow)(w)[0]) is type(narrow(w))
    assert grad(narrow)(w).dtype == np.float32


def once(x):
    return x[0] * 2.0


def test_little_is_left_as_it_was():
    assert "item" not in source(once, args=(X,)).replace("_item", "")


def sum_of_a_part(x, y):
    total = 0
    for i in range(len(y)):
        total += np.sin(x[i]) * y[i] + x[i] ** 2
    return x * 2.0, total


@pytest.mark.parametrize("n", [0, 1, 3])
def test_the_sum_of_no_items_is_the_int_it_began_with(n):
    x, y = np.array([0.4, 0.9, 1.3]), np.ones(3)[:n]
    value, _ = vjp(sum_of_a_part, x, y)
    again, _ = jvp(sum_of_a_part, (x, y), (x, y))
    expected = sum_of_a_part(x, y)
    assert type(value[1]) is type(again[1]) is type(expected[1])
    assert value[1] == again[1] == pytest.approx(expected[1])
