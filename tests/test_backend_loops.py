"""Loops whose turns do not depend on each other become array expressions, and no others do.

Values and gradients are compared with the plain module's; those of the plain module with differences, elsewhere.
"""

import math
import warnings

import finite_differences as fd
import numpy as np
import pytest
from fuzz.programs import loaded
from loop_nests import Nest

from tangent_ad import grad, hvp, jvp, source, value_and_grad, vjp

rng = np.random.default_rng(3)


def written(fun, *args, kind="grad"):
    return source(fun, kind, args, backend="numpy")


def outcome(function):
    """What a call gives, or the error that it raises."""
    try:
        return function()
    except (ArithmeticError, IndexError, ValueError) as error:
        return error


def agree(expected, found):
    if isinstance(expected, Exception) or isinstance(found, Exception):
        return type(expected) is type(found)
    return np.allclose(fd.flatten(expected), fd.flatten(found), rtol=1e-9, atol=1e-11, equal_nan=True)


# -- any nest, any size --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_random_nests_agree_with_the_plain_module(seed):
    nest = Nest(seed)
    with loaded(f"{nest.text}\n\ndef inputs():\n    return ()\n") as program, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, fast = (value_and_grad(program.f, (0, 1), backend=b) for b in ("plain", "numpy"))
        for n, m in ((5, 4), (2, 3), (7, 0), (0, 3), (3, 2), (1, 3)):
            args = nest.args(n, m, seed)
            expected, found = outcome(lambda args=args: plain(*args)), outcome(lambda args=args: fast(*args))
            assert agree(expected, found), f"{nest.text}\n{n, m}: {found} instead of {expected}"
        args, moves = nest.args(5, 4, seed), nest.args(5, 4, seed + 1)
        expected, found = (jvp(program.f, args, moves, backend=b) for b in ("plain", "numpy"))
        assert agree(expected, found), nest.text


@pytest.mark.parametrize("seed", range(30))
def test_random_nests_of_known_sizes_agree_with_the_plain_module(seed):
    nest = Nest(seed, (9, 10))
    args = nest.args(9, 10, seed)
    with loaded(f"{nest.text}\n\ndef inputs():\n    return ()\n") as program, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, fast = (value_and_grad(program.f, (0, 1), backend=b) for b in ("plain", "numpy"))
        expected, found = outcome(lambda: plain(*args)), outcome(lambda: fast(*args))
        assert agree(expected, found), f"{nest.text}\n{found} instead of {expected}"


# -- what becomes an array expression --------------------------------------------------------------------


def double_loop(a, b):
    out = np.zeros(a.shape)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[i, j] = np.sin(a[i, j]) * b[i, j] + a[i, j] ** 2
    return np.sum(out)


def stencil(x):
    y = np.zeros(len(x))
    for i in range(1, len(x) - 1):
        y[i] = x[i - 1] - 2.0 * x[i] + x[i + 1]
    return np.sum(y * y)


def row_sums(a, b):
    y = np.zeros(a.shape[0])
    for i, row in enumerate(a):
        for v, w in zip(row, b[i]):  # noqa: B905
            y[i] += v * w
    return np.sum(y**2)


def running_sums(x):
    y, s = np.zeros(len(x)), 0.0
    for i in range(len(x)):
        s += x[i] ** 2
        y[i] = s
    return np.sum(y * x)


def prefix_sums(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = y[i - 1] + x[i] * x[i - 1]
    for i in range(len(x) - 2, -1, -1):
        y[i] += y[i + 1]
    return np.sum(y * x)


def branches(x):
    y, s = np.zeros(len(x)), 0.0
    for i in range(len(x)):
        if x[i] > 0.2:
            z = math.log(x[i])
            y[i] = z * x[i]
            if x[i] < 0.8:
                s += z
        else:
            z = x[i] - 1.0
        s += z * i
    return s + np.sum(y)


def backwards(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n - 1, -1, -1):
        y[i] = x[n - 1 - i] * x[i]
    for i in range(1, n, 2):
        y[i] -= x[i - 1] ** 2
    return np.sum(y * x)


def what_comes_later(x):
    y = x * 1.0
    for i in range(len(y) - 1):
        y[i] = y[i + 1] * x[i]
    return np.sum(y * y)


def gathered(x):
    places = np.array([3, 0, 0, 2, 1, 4])
    y, s = np.zeros(5), 0.0
    for i in range(len(places)):
        y[places[i]] += x[places[i]] ** 2
        s += x[places[i]]
    return np.sum(y * y) + s


def polynomial(x):
    w = x[:3] * 1.0
    s = 0.0
    for i in range(len(x)):
        s += w[0] + x[i] * (w[1] + x[i] * w[2])
    return s


def reads_what_was_before(a, b):
    """The inner loop, taken at once, reads its row as it was before its own writes."""
    z, s = a * 0.5, 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1] - 1):
            z[i, j] -= b[i, j + 1]
            z[i, j] -= b[i, j] ** 2
            s -= z[i, j + 1] * b[i, j]
    return s + np.sum(z)


WEIGHTS = np.linspace(0.5, 2.0, 12)
PLACES = np.array([1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10])


def weighted(x):
    y, s = np.zeros(len(x)), 0.0
    for i in range(len(WEIGHTS)):
        y[i] = WEIGHTS[i] * x[i]
    for i in range(len(x)):
        s += x[PLACES[i]] * WEIGHTS[i] * y[i]
    return s


def columns(a, b):
    out = np.zeros((a.shape[1], a.shape[0]))
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[j, i] = a[i, j] * b[a.shape[0] - 1 - i, j]
    return np.sum(out[0] * out[1])


def prefix_rows(a, b):
    table = np.zeros((a.shape[0] + 1, a.shape[1]))
    for i in range(a.shape[0]):
        table[i + 1] = table[i] + a[i] * b[i]
    for i in range(a.shape[0] - 1, -1, -1):
        table[i] += table[i + 1]
    return np.sum(table**2)


def by_coordinates(a, b):
    """Powers and quotients of the counters, some of one loop only."""
    rows, columns = a.shape
    total = 0.0
    for i in range(rows):
        y = i / rows - 0.5
        for j in range(columns):
            x = j * 0.1
            total += a[i, j] * np.exp(-(y**2 + x**3)) + b[i, j] * (i + 1) / (columns + 1) * math.cos(y)
    return total


VECTORS = (stencil, running_sums, prefix_sums, branches, backwards, what_comes_later, polynomial)
MATRICES = (double_loop, row_sums, columns, reads_what_was_before, prefix_rows, by_coordinates)


def arguments(fun, n=9, m=5):
    return (rng.uniform(0.1, 0.9, n),) if fun in (*VECTORS, gathered) else tuple(rng.normal(size=(2, n, m)))


@pytest.mark.parametrize("fun", [*VECTORS, *MATRICES, gathered], ids=lambda f: f.__name__)
def test_no_loop_is_left(fun):
    args = (rng.normal(size=5),) if fun is gathered else arguments(fun)
    text = written(fun, *args, kind="value_and_grad")
    body = text[text.index(f"def {fun.__name__}_value_and_grad(") :]
    if fun is gathered:
        assert "for" in body.split('"""')[2], "six turns, known at build time, are faster one by one"
    else:
        assert "\n    for " not in body
    value, gradient = value_and_grad(fun, backend="numpy")(*args)
    assert value == pytest.approx(fun(*args), rel=1e-12)
    direction = rng.normal(size=args[0].shape)
    slope = (fun(args[0] + 1e-6 * direction, *args[1:]) - fun(args[0] - 1e-6 * direction, *args[1:])) / 2e-6
    assert np.sum(gradient * direction) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("fun", [*VECTORS, *MATRICES], ids=lambda f: f.__name__)
@pytest.mark.parametrize("size", [0, 1, 2, 3, 10])
def test_every_size(fun, size):
    if fun is columns and size < 2:
        size = 2
    if fun is polynomial and 0 < size < 3:
        size = 3
    args = arguments(fun, max(size, 2) if fun is columns else size, size)
    expected, found = (outcome(lambda b=b: value_and_grad(fun, backend=b)(*args)) for b in ("plain", "numpy"))
    assert agree(expected, found)


@pytest.mark.parametrize("fun", [double_loop, branches], ids=lambda f: f.__name__)
def test_other_kinds(fun):
    args = arguments(fun)
    moves = tuple(rng.normal(size=a.shape) for a in args)
    assert agree(hvp(fun, args, moves), hvp(fun, args, moves, backend="numpy"))
    expected, found = vjp(fun, *args), vjp(fun, *args, backend="numpy")
    assert agree(expected[1](2.0), found[1](2.0))
    assert agree(found[1](2.0), found[1](2.0)), "a pullback runs twice"
    assert agree(jvp(grad(fun), args, moves), jvp(grad(fun), args, moves, backend="numpy"))


def test_single_precision_stays_single():
    args = [a.astype(np.float32) for a in arguments(double_loop)]
    assert grad(double_loop, backend="numpy")(*args).dtype == grad(double_loop)(*args).dtype


# -- what stays a loop -----------------------------------------------------------------------------------


def recurrence(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i] + x[i - 1]
    return np.sum(y)


def skips_one(x):
    y = x * 1.0
    for i in range(2, len(x)):
        y[i] = y[i - 2] + x[i]
    return np.sum(y * x)


def doubles(x):
    y = x * 1.0
    for i in range(1, len(x)):
        y[i] = y[i - 1] + y[i - 1]
    return np.sum(y * x)


def aliased(x):
    y = x * 1.0
    view = y[1:]
    for i in range(len(x) - 1):
        view[i] = y[i] * x[i]
    return np.sum(y)


def backwards_recurrence(x):
    y = x * 1.0
    for i in range(len(x) - 2, -1, -1):
        y[i] = y[i + 1] * x[i]
    return np.sum(y)


def product(x):
    s = 1.0
    for i in range(len(x)):
        s = s * 0.5 + x[i]
    return s


def colliding(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i // 2] = y[i // 2] * 0.5 + x[i]
    return np.sum(y * y)


def leaves(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0.8:
            break
        s += x[i] ** 2
    return s


def wraps(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * x[i - 1]  # x[-1] is the last
    return np.sum(y)


def adds_up_from_the_last(x):
    y = np.zeros(9) + x
    for i in range(9):
        y[i] += y[i - 1]
    return np.sum(y * x)


def overflows(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * ((i + 10**10) * (i + 10**10))  # a Python int is as long as it has to be
    return s


def gauss_seidel(u):
    u = u * 1.0
    for i in range(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
    return np.sum(u * u)


def looked_up_in_a_dict(x):
    s = 0.0
    d = {0: 1.5, 1: 2.5, 2: 3.5}
    for i in range(9):
        s += x[i // 3] * d[i % 3]
    return s


def looked_up_in_a_tuple(x):
    s, weights = 0.0, (1.5, 2.5, 3.5)
    for i in range(len(x)):
        s += x[i] * weights[i % 3]
    return s


def looked_up_in_a_list(x):
    s, weights = 0.0, [0.5 * k for k in range(len(x))]
    for i in range(len(x)):
        if x[i] > 0.4:
            s += x[i] * weights[i] * weights[len(x) - 1 - i]
    return s


def looked_up_in_a_range(x):
    s, places = 0.0, range(3, 30, 2)
    for i in range(len(x)):
        s += x[i] * places[i]
    return s


@pytest.mark.parametrize(
    "fun",
    [recurrence, skips_one, doubles, aliased, backwards_recurrence, product, colliding, leaves, wraps,
     adds_up_from_the_last, overflows,
     gauss_seidel, looked_up_in_a_dict, looked_up_in_a_tuple, looked_up_in_a_list, looked_up_in_a_range],
    ids=lambda f: f.__name__,
)
def test_turns_that_depend_on_each_other_stay(fun):
    x = rng.uniform(0.1, 0.9, (6, 5) if fun is gauss_seidel else 9)
    assert "    for " in written(fun, x, kind="value_and_grad")
    assert agree(value_and_grad(fun)(x), value_and_grad(fun, backend="numpy")(x))


def large_multiples(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * (i * 10**17)
    return np.sum(y)


def beyond_the_integers_of_arrays(x):
    s = 0.0
    for i in range(12):
        s += x[i] * ((i * 10**18) % 7) + x[i] * (i * 3**39 - 1)
    return s


def beyond_exact_doubles(x):
    s = 0.0
    for i in range(12):
        s += x[i] * ((i * 2**54 + 1) / 3 % 2)
        if i + 2**60 == 2.0**60:
            s += x[i] ** 2
    return s


def long_steps(x):
    s = 0.0
    for i in range(0, 12 * 10**17, 10**17):
        s += x[i // 10**17] * (i % 7)
    return s


def far_from_zero(x, k):
    s = 0.0
    for i in range(k, k + 12):
        s += x[i - k] * ((i - 2) % 5)
    return s


def far_in_an_inner_loop(x, k):
    s = 0.0
    for j in range(k, k + 2):
        for i in range(12):
            s += x[i] * ((i + j) / 3)
    return s


def far_as_the_number_of_the_turn(x):
    s = 0.0
    for k, v in enumerate(x):
        s += v * ((k + 10**16) / 3)
    return s


@pytest.mark.parametrize(
    ("fun", "args"),
    [(large_multiples, ()), (beyond_the_integers_of_arrays, ()), (beyond_exact_doubles, ()), (long_steps, ()),
     (far_from_zero, (10**18,)), (far_from_zero, (-(10**30),)), (far_in_an_inner_loop, (10**20,)),
     (far_as_the_number_of_the_turn, ())],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_integers_that_may_be_large_stay_numbers(fun, args):
    x = rng.uniform(0.1, 0.9, 12)
    assert "    for " in written(fun, x, *args, kind="value_and_grad")
    value, gradient = value_and_grad(fun, backend="numpy")(x, *args)
    assert agree((fun(x, *args), grad(fun)(x, *args)), (value, gradient))


def small_multiples(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * ((12345 * i + 678) % 1000) * (len(x) - i)
    return s


def up_to_a_number(x, n):
    s = 0.0
    for i in range(n):
        s += x[i] * (n - i)
    for i in range(n - 1, -1, -1):
        s += x[i] * (2 * i + n)
    return s


def below_a_counter(x):
    s = 0.0
    for i in range(40):
        for j in range(i, 40):
            s += x[j] * (i + j)
    return s


@pytest.mark.parametrize(("fun", "args"), [(small_multiples, ()), (up_to_a_number, (12,)), (below_a_counter, ())])
def test_integers_that_are_small_become_arrays(fun, args):
    x = rng.uniform(0.1, 0.9, 40)
    assert "np.arange" in written(fun, x, *args, kind="value_and_grad")
    assert agree(value_and_grad(fun)(x, *args), value_and_grad(fun, backend="numpy")(x, *args))


def item_of_a_tuple(x, n, k):
    s, weights = 0.0, (1.5, 2.5, 3.5)
    for i in range(n):
        s += x[i] * weights[k]
    return s


@pytest.mark.parametrize(("n", "k"), [(3, 1), (0, 1), (0, 5), (3, 5)])
def test_a_tuple_is_not_read_where_there_are_no_turns(n, k):
    x = rng.uniform(0.1, 0.9, 9)
    plain, fast = (outcome(lambda b=b: value_and_grad(item_of_a_tuple, backend=b)(x, n, k)) for b in ("plain", "numpy"))
    assert agree(plain, fast)


# -- errors and warnings -----------------------------------------------------------------------------------


def counted(x, n):
    s = 0.0
    for i in range(n):
        s += x[i] ** 2
    return s


def test_an_index_out_of_bounds_is_still_an_error():
    x = rng.normal(size=5)
    fast = grad(counted, backend="numpy")
    assert "check_bounds" in fast.source(x, 3)
    for n in (-3, 0, 3, 5):
        assert np.array_equal(fast(x, n), grad(counted)(x, n))
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis with size 5"):
        fast(x, 6)


def roots(x):
    s = 0.0
    for i in range(len(x)):
        s += math.sqrt(x[i]) / (math.sin(x[i]) + 1.0)
    return s


def inverses(x):
    s = 0.0
    for i in range(len(x)):
        s += 1.0 / (math.sin(x[i]) * 2.0)
    return s


@pytest.mark.parametrize(("fun", "value", "error"), [
    (roots, -1.0, ValueError), (roots, math.inf, ValueError), (inverses, 0.0, ZeroDivisionError)])  # fmt: skip
def test_numbers_raise_as_in_the_loop(fun, value, error):
    x = np.array([0.3, value, 0.4])
    with pytest.raises(error):
        fun(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(error):
            value_and_grad(fun, backend="numpy")(x)
        x[1] = math.nan
        assert agree(value_and_grad(fun)(x), value_and_grad(fun, backend="numpy")(x))


def powers_of_numbers(x, c, n, m):
    """What may raise is the same in all turns of the inner loop, or of both."""
    s = 0.0
    for i in range(n):
        t = i * c
        for j in range(m):
            s += x[i, j] * t**3 + x[i, j] * (1.0 / c) * math.exp(c)
    return s


@pytest.mark.parametrize(("n", "m"), [(20, 16), (20, 0), (0, 16), (0, 0), (1, 16), (20, 1), (-1, 16), (20, -1)])
@pytest.mark.parametrize("c", [0.3, 0.0, 1e200, -1e200, math.nan])
def test_what_would_raise_raises_if_there_are_turns(n, m, c):
    x = rng.normal(size=(20, 16))
    args = (x, c, n, m)
    body = written(powers_of_numbers, *args, kind="value_and_grad")
    assert "\n    for " not in body[body.index("def powers_of_numbers_value_and_grad(") :]
    with np.errstate(all="ignore"):
        own = outcome(lambda: powers_of_numbers(*args))
        fast = outcome(lambda: value_and_grad(powers_of_numbers, backend="numpy")(*args))
        assert agree(outcome(lambda: value_and_grad(powers_of_numbers)(*args)), fast)
    assert agree(own, fast if isinstance(fast, Exception) else fast[0])


def guarded(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s += np.log(x[i]) / x[i]
    return s


def test_arrays_of_the_module():
    x = rng.normal(size=12)
    fast = value_and_grad(weighted, backend="numpy")
    assert "    for " not in fast.source(x)[fast.source(x).index("def weighted") :]
    assert agree(value_and_grad(weighted)(x), fast(x))
    with pytest.raises(IndexError):
        fast(rng.normal(size=11))
    with pytest.raises(IndexError):
        fast(rng.normal(size=13))


def test_a_branch_guards_what_is_in_it():
    """No warning of a logarithm that no turn takes, and no nan in the gradient."""
    x = np.array([0.5, 0.0, -1.0, np.nan, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected, found = value_and_grad(guarded)(x), value_and_grad(guarded, backend="numpy")(x)
    assert agree(expected, found)
    assert np.all(np.isfinite(found[1]))


def test_an_unknown_backend_is_an_error():
    with pytest.raises(ValueError, match="backend='fortran': choose one of plain, numpy"):
        grad(counted, backend="fortran")


# -- all turns but one -------------------------------------------------------------------------------------


def gauss_jordan(a):
    n = a.shape[0]
    work = np.hstack((a + 4.0 * np.eye(n), np.eye(n)))
    for k in range(n):
        work[k] /= work[k, k]
        for i in range(n):
            if i != k:
                work[i] -= work[i, k] * work[k]
    return np.sum(work[:, n:] ** 2)


def all_others(a):
    y = a.copy()
    for k in range(a.shape[0]):
        for i in range(a.shape[0] - 1, -1, -1):
            if k == i:
                y[i, 0] *= 1.1
            else:
                y[i] += 0.1 * y[k] * a[i]
    return np.sum(y**2)


def pairs(a):
    force = np.zeros_like(a)
    for i in range(a.shape[0]):
        for j in range(a.shape[0]):
            if j != i:
                d = a[j] - a[i]
                force[i] += d / (0.1 + np.sum(d * d)) ** 1.5
    return np.sum(force**2)


@pytest.mark.parametrize("fun", [gauss_jordan, all_others, pairs], ids=lambda f: f.__name__)
def test_turns_but_one_are_taken_at_once(fun):
    for n in (1, 2, 3, 12):
        a = rng.normal(size=(n, n))
        expected, found = value_and_grad(fun)(a), value_and_grad(fun, backend="numpy")(a)
        assert agree(expected, found)
    if fun is not all_others:
        text = written(fun, a, kind="value_and_grad")
        assert "\n        for " not in text[text.index(f"def {fun.__name__}_value_and_grad(") :].split("else:")[0]


def others_by_number(x, k, j):
    y = x * 1.0
    for i in range(x.size):
        if i != k:
            y[i] += 0.5 * y[j] * x[i]
    for i in range(x.size - 1, -1, -1):
        if i == k:
            y[i] *= 2.0
        else:
            y[i] -= 0.3 * y[k] * x[i]
    return np.sum(y**2)


@pytest.mark.parametrize("k", [0, 3, 8, -1, 9])
@pytest.mark.parametrize("step", [0, 1, -1])
def test_another_place_than_the_one_left_out(k, step):
    x = rng.uniform(0.1, 0.9, 9)
    args = (x, k, k + step)
    own = outcome(lambda: others_by_number(*args))
    plain, fast = (outcome(lambda b=b: value_and_grad(others_by_number, backend=b)(*args)) for b in ("plain", "numpy"))
    assert agree(plain, fast)
    assert agree(own, fast if isinstance(fast, Exception) else fast[0])
