"""Arrays that the reverse sweep only compares: their comparisons are kept in their place, and the ties are shared."""

import tracemalloc

import numpy as np
import pytest

from tangent_ad import check_grads, grad, hvp, jvp, source

rng = np.random.default_rng(5)
A, B = rng.normal(size=(2, 6, 4))


def shortest(x, w):
    for k in range(4):
        x = np.minimum(x, x[:, k : k + 1] + w[k])
    return np.sum(x**2)


def largest_so_far(x, w):
    top = x * 0.5
    for k in range(3):
        top = np.maximum(top, w * x[k])
        top = np.minimum(w + 1.0, top)
    return np.sum(np.sin(top))


def while_something_moves(x, w):
    n = 0
    while n < 5:
        y = np.minimum(x, w[n] * 2.0)
        x = np.maximum(y, w * 0.1) - 0.01
        n += 1
    return np.sum(x * w)


def also_read_for_its_items(x, w):
    s = 0.0
    for k in range(4):
        y = np.maximum(x * k, w)
        s += np.sum(y * y * x) + np.sum(np.minimum(y, w) ** 2)
        x = x * np.cos(w)
    return s


def on_one_path_only(x, w):
    s = 0.0
    for k in range(6):
        if k > 2:
            y = x * w[k - 2]
        if k > 3:
            s += np.sum(np.maximum(y, w) ** 2)
        x = x * 1.1
    return s


PROGRAMS = [shortest, largest_so_far, while_something_moves, also_read_for_its_items, on_one_path_only]


@pytest.mark.parametrize("backend", ["plain", "numpy"])
@pytest.mark.parametrize("fun", PROGRAMS)
def test_gradients(fun, backend):
    check_grads(fun, (A, B), order=2)
    v = rng.normal(size=A.shape)
    for wrt in (0, 1):
        tangents = (v, None) if wrt == 0 else (None, v)
        _, dot = jvp(fun, (A, B), tangents, backend=backend)
        assert np.sum(grad(fun, wrt, backend=backend)(A, B) * v) == pytest.approx(dot)
        assert hvp(fun, (A, B), tangents, backend=backend)[wrt].shape == A.shape


def test_comparisons_are_kept_and_not_what_is_compared():
    text = source(shortest, "grad", (A, B), argnums=(0, 1))
    assert "record.append((np.equal(" in text and ", np.greater(" in text
    turns, n = 40, 100

    def paths(x):
        for k in range(turns):
            x = np.minimum(x, x[:, k : k + 1] + x[k : k + 1])
        return np.sum(x)

    x = np.abs(rng.normal(size=(n, n)))
    gradient = grad(paths)
    gradient(x)
    tracemalloc.start()
    gradient(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < turns * n * n * 4  # two bools an item and turn, and a few arrays; two doubles would be 16 bytes


@pytest.mark.parametrize("fun", [np.maximum, np.minimum])
@pytest.mark.parametrize("moving", [(0,), (1,), (0, 1)])
def test_ties_are_shared_and_infinities_tie(fun, moving):
    x = np.array([1.0, 2.0, 3.0, np.inf, -np.inf, np.inf, 0.0, -0.0])
    y = np.array([2.0, 2.0, 2.0, np.inf, -np.inf, 0.0, -0.0, 0.0])
    g = np.arange(1.0, 9.0)
    of_x = np.where(x == y, 0.5, fun(x, y) == x)

    def weighted(x, y):
        return np.sum(np.where(np.isfinite(x) & np.isfinite(y), fun(x, y), 0.0) * g) + np.sum(fun(x, y)[3:6] * g[3:6])

    found = grad(weighted, moving)(x, y)
    for i, bar in zip(moving, found, strict=True):
        np.testing.assert_array_equal(bar, g * (of_x if i == 0 else 1.0 - of_x))
    for i in moving:
        _, dot = jvp(lambda v, i=i: fun(v, y) if i == 0 else fun(x, v), ((x, y)[i],), (g,))
        np.testing.assert_array_equal(dot, g * (of_x if i == 0 else 1.0 - of_x))


@pytest.mark.parametrize("fun", [np.maximum, np.minimum])
def test_numbers_share_ties_as_arrays_do(fun):
    for a, b in ((1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (np.inf, np.inf)):
        x_bar, y_bar = grad(lambda x, y: fun(x, y), (0, 1))(a, b)
        x_bars, y_bars = grad(lambda x, y: np.sum(fun(x, y)), (0, 1))(np.full(2, a), np.full(2, b))
        assert (x_bar, y_bar) == (x_bars[0], y_bars[0])
        assert x_bar + y_bar == 1.0
