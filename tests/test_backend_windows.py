"""Slices that move with a loop become windows of an array, where that is proved and takes no more memory than it may.

Values and gradients are compared with the plain module's.
"""

import tracemalloc
import warnings

import numpy as np
import pytest
from test_backend_loops import agree, outcome, written

from tangent_ad import hvp, jvp, value_and_grad, vjp
from tangent_ad.backend.choices import LARGEST
from tangent_ad.runtime import helpers

rng = np.random.default_rng(7)


def both(fun, *args):
    argnums = tuple(i for i, a in enumerate(args) if isinstance(a, np.ndarray))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [outcome(lambda b=b: value_and_grad(fun, argnums, backend=b)(*args)) for b in ("plain", "numpy")]


# -- the helpers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("start", "turns", "step", "size"), [
    (0, 3, 1, 2), (1, 2, 2, 3), (2, 4, 1, 1), (0, 2, 3, 2), (0, 6, 1, 1), (0, 1, 1, 6), (1, 0, 1, 3), (0, -2, 1, 9),
    (3, 2, 1, 0)])  # fmt: skip
def test_windows_and_their_adjoint(axis, start, turns, step, size):
    x = rng.normal(size=(6, 6, 6))
    found = helpers.windows(x, start, turns, step, size, axis)
    rows = [np.moveaxis(np.moveaxis(x, axis, 0)[start + i * step :][:size], 0, axis) for i in range(turns)]
    assert found.shape[0] == len(rows)
    assert all(map(np.array_equal, found, rows))
    assert not found.flags.writeable
    g = rng.normal(size=found.shape)
    assert np.sum(helpers.add_windows(g, x, start, step, axis) * x) == pytest.approx(np.sum(g * found))


def test_windows_never_leave_the_array():
    with pytest.raises(IndexError, match="places 2 to 7 of an axis with size 6"):
        helpers.windows(np.ones(6), 2, 3, 1, 3, 0)


# -- what becomes windows --------------------------------------------------------------------------------


def filtered(x, w):
    y = np.zeros(max(len(x) - len(w) + 1, 0))
    for i in range(len(x) - len(w) + 1):
        y[i] = np.dot(x[i : i + len(w)], w)
    return np.sum(y**2)


def deviations(x, w):
    s = 0.0
    for i in range(len(x) - len(w) + 1):
        s += np.sum(np.abs(x[i : i + len(w)] - w) ** 1.5) * i
    return s


def strided(x, w):
    k, n = len(w), (len(x) - len(w)) // 2 + 1
    y = np.zeros(max(n, 0))
    for i in range(n):
        y[i] = np.sum(x[2 * i : 2 * i + k] * w) ** 2
    return np.sum(y * y)


def blocks(x, w):
    s = 0.0
    for i in range(len(x) // 3):
        s += np.max(x[3 * i : 3 * i + 3]) * np.min(x[3 * i : 3 * i + 3]) ** 2
    return s + np.sum(w)


def by_steps(x, w):
    s = 0.0
    for i in range(0, len(x) - 3, 2):
        s += np.prod(x[i + 1 : i + 4])
    return s * w[0] if len(w) else s


def pieces(x, w):
    """Overlapping pieces, each weighted, added up again."""
    y = np.zeros(len(x))
    for i in range(len(x) - len(w) + 1):
        y[i : i + len(w)] += x[i : i + len(w)] * w
    return np.sum(y**3)


def backwards(x, w):
    y = np.zeros(len(x))
    for i in range(len(x) - len(w), -1, -1):
        y[i : i + len(w)] += w * x[i : i + len(w)] ** 2
        y[0] += 0.5 * np.sum(x[i : i + len(w)])
    return np.sum(y**2)


def masked(x, w):
    s = 0.0
    for i in range(len(x) - len(w) + 1):
        if x[i] > 0.0:
            s += np.mean(x[i : i + len(w)] ** 2)
    return s


VECTORS = (filtered, deviations, strided, blocks, by_steps, pieces, backwards, masked)


@pytest.mark.parametrize("fun", VECTORS, ids=lambda f: f.__name__)
def test_vectors_of_every_size(fun):
    sizes = ((9, 3), (9, 1), (9, 2), (9, 9), (9, 8), (3, 3), (2, 1), (2, 2), (2, 3), (1, 1), (0, 1), (0, 2), (17, 4))
    for n, k in sizes:
        x, w = rng.normal(size=n), rng.normal(size=k)
        expected, found = both(fun, x, w)
        assert agree(expected, found), f"{fun.__name__} {n, k}: {found} instead of {expected}"


@pytest.mark.parametrize("fun", VECTORS, ids=lambda f: f.__name__)
def test_vectors_become_windows(fun):
    x, w = rng.normal(size=30), rng.normal(size=4)
    assert "windows(" in written(fun, x, w).split("def add_windows")[0]
    moves = rng.normal(size=30), rng.normal(size=4)
    for derivative in (hvp, jvp):
        assert agree(derivative(fun, (x, w), moves), derivative(fun, (x, w), moves, backend="numpy"))
    expected, found = vjp(fun, x, w), vjp(fun, x, w, backend="numpy")
    assert agree(expected[1](2.0), found[1](2.0))
    assert agree(found[1](2.0), found[1](2.0)), "a pullback runs twice"


def convolved(x, w):
    s, t = w.shape[:2]
    rows, columns = x.shape[1] - s + 1, x.shape[2] - t + 1
    y = np.zeros((x.shape[0], max(rows, 0), max(columns, 0), w.shape[3]))
    for i in range(rows):
        for j in range(columns):
            y[:, i, j] = np.sum(x[:, i : i + s, j : j + t, :, None] * w[None], axis=(1, 2, 3))
    return np.sum(y**2)


def pooled(x, w):
    y = np.zeros((x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]))
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            y[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return np.sum(y**3) + np.sum(w)


def overlapping_pool(x, w):
    y = np.zeros((x.shape[0], (x.shape[1] - 3) // 2 + 1, x.shape[3]))
    for i in range((x.shape[1] - 3) // 2 + 1):
        y[:, i] = np.mean(np.max(x[:, 2 * i : 2 * i + 3], axis=1, keepdims=True), axis=(1, 2))
    return np.sum(y**3) + np.sum(w)


def image_by_image(x, w):
    s, y = w.shape[0], 0.0
    for b in range(x.shape[0]):
        for i in range(x.shape[1] - s + 1):
            y += np.sum(x[b, i : i + s, 0] * w[:, 0, :, 0]) ** 2
    return y


IMAGES = (convolved, pooled, overlapping_pool, image_by_image)


@pytest.mark.parametrize("fun", IMAGES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sizes", [
    (2, 9, 8, 3, 2, 3), (1, 4, 4, 1, 1, 1), (2, 3, 5, 2, 3, 2), (3, 2, 2, 2, 2, 2), (1, 5, 5, 2, 5, 5),
    (2, 3, 4, 2, 4, 2), (12, 11, 10, 2, 3, 3), (2, 7, 9, 0, 2, 2), (0, 6, 6, 2, 2, 2)])  # fmt: skip
def test_images_of_every_size(fun, sizes):
    batch, height, width, channels, s, t = sizes
    x, w = rng.normal(size=(batch, height, width, channels)), rng.normal(size=(s, t, channels, 4))
    expected, found = both(fun, x, w)
    assert agree(expected, found), f"{found} instead of {expected}"


def test_a_convolution_is_a_product_of_matrices():
    text = written(convolved, rng.normal(size=(2, 20, 20, 3)), rng.normal(size=(3, 3, 3, 8)), kind="value_and_grad")
    text = text[text.index("def convolved_value_and_grad") :]
    at_once = text[text.index("if ") : text.index("else:", text.index("if "))]
    assert ".dot(" in at_once
    assert "for " not in at_once


@pytest.mark.parametrize("fun", [filtered, deviations, pieces], ids=lambda f: f.__name__)
def test_large_windows_take_no_memory(fun):
    """Both forms are there: the loop runs where its turns at once would take more than LARGEST numbers."""
    x, w = rng.normal(size=4500), rng.normal(size=1500)
    assert x.size * w.size > LARGEST
    expected, found = both(fun, x, w)
    assert agree(expected, found)
    plain, fast = (peak(value_and_grad(fun, (0, 1), backend=b), x, w) for b in ("plain", "numpy"))
    assert fast < 1.1 * plain + 1e5


def peak(function, *args):
    function(*args)
    tracemalloc.start()
    function(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


# -- what stays a loop -----------------------------------------------------------------------------------


def cut_off(x, w):
    """The last slices are shorter."""
    s = 0.0
    for i in range(len(x)):
        s += np.sum(x[i : i + 3]) ** 2
    return s + np.sum(w)


def half_blocks(x, w):
    """The last block may be shorter."""
    s = 0.0
    for i in range(0, len(x), 2):
        s += np.sum(x[i : i + 2]) ** 2
    return s + np.sum(w)


def triangle(x, w):
    s = 0.0
    for i in range(len(x)):
        s += np.sum(x[: i + 1]) ** 2
    return s + np.sum(w)


def from_the_end(x, w):
    s = 0.0
    for i in range(len(x) - 2):
        s += np.sum(x[i - 2 : i]) ** 2
    return s + np.sum(w)


def recurrence(x, w):
    y = x * 1.0
    for i in range(len(x) - len(w)):
        y[i + len(w)] += np.dot(y[i : i + len(w)], w)
    return np.sum(y)


def smoothed_in_place(x, w):
    y = x * 1.0
    for i in range(len(x) - 2):
        y[i : i + 3] *= 0.5
    return np.sum(y * x) + np.sum(w)


def sets(x, w):
    y = np.zeros(len(x))
    for i in range(len(x) - 2):
        y[i : i + 3] = x[i] * x[i : i + 3]
    return np.sum(y) + np.sum(w)


@pytest.mark.parametrize(
    "fun", [cut_off, half_blocks, triangle, from_the_end, recurrence, smoothed_in_place, sets], ids=lambda f: f.__name__
)
def test_turns_that_differ_or_depend_on_each_other_stay(fun):
    for n, k in ((9, 3), (10, 2), (3, 1), (2, 2), (1, 1), (0, 1)):
        expected, found = both(fun, rng.normal(size=n), rng.normal(size=k))
        assert agree(expected, found), f"{n, k}: {found} instead of {expected}"
    text = written(fun, rng.normal(size=12), rng.normal(size=2))
    assert "    for " in text
    assert "def windows(" not in text


def test_gradients_of_windows_are_those_of_differences():
    for fun, args in ((filtered, (rng.normal(size=9), rng.normal(size=3))),
                      (convolved, (rng.normal(size=(2, 5, 4, 2)), rng.normal(size=(2, 3, 2, 2))))):  # fmt: skip
        gradients = value_and_grad(fun, (0, 1), backend="numpy")(*args)[1]
        moves = [rng.normal(size=a.shape) for a in args]
        ahead, back = (fun(*(a + h * m for a, m in zip(args, moves, strict=True))) for h in (1e-6, -1e-6))
        slope = sum(np.sum(g * m) for g, m in zip(gradients, moves, strict=True))
        assert slope == pytest.approx((ahead - back) / 2e-6, rel=1e-6)
