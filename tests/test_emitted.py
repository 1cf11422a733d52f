"""What an expert would not write must not be in the emitted code."""

import finite_differences as fd
import numpy as np
import pytest
from programs import last_turns

from tangent_ad import grad, source, value_and_grad
from tangent_ad.runtime import helpers

rng = np.random.default_rng(11)


def stacked_products(a, b):
    return np.sum(np.sin(a @ b.transpose(0, 2, 1)))


def swapped_product(a, b):
    return np.sum(np.cos(np.swapaxes(np.swapaxes(a, 1, 2) @ np.swapaxes(b, 1, 2), 1, 2)))


def lower_triangles(a, b):
    root = np.zeros((b.shape[0], 3, 3))
    rows, columns = np.tril_indices(3)
    root[:, rows, columns] = b
    return np.sum(np.tanh(a @ root) ** 2)


def own_reciprocal(a, b):
    s = 1.0 / (a * a + 1.0)
    return np.sum(s * s - s * b)


def product_between(a, b):
    """The product between, that is there anyway, is transposed where it is, and not computed again."""
    between = a.T @ b
    return np.sum(np.sin(a @ between) * np.cos(b @ between))


def scaled_by_turns(a, b):
    """The gradient is an array of its own: the last that is done to it is a write."""
    y = a - b
    y[y < 0.0] = 0.0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] *= i + j
    return np.sum(y)


def filtered(a, b):
    return np.sum(np.fft.irfft(np.fft.rfft(a) * np.fft.rfft(b)) ** 2)


def assembled(a, b):
    """What is assembled has the shape of its places, is written in place, and its cotangents stay where they are."""
    K = np.zeros((5, 5))
    for e in range(3):
        dofs = [e, e + 2, e + 1]
        K[np.ix_(dofs, dofs)] += np.outer(a[:3], b[:3])
    return np.sum(K**3)


def added_at_places(a, b):
    """Where a place is named twice only the last is added, as NumPy does it."""
    total = np.zeros(4)
    for k in range(3):
        total[np.array([k, 1, k])] += a[:3] * b[k]
    return np.sum(total**3 * a)


STACK, OTHER = rng.normal(size=(5, 4, 3)), rng.normal(size=(5, 6, 3))
TRIANGLES = rng.normal(size=(5, 6))


@pytest.mark.parametrize(
    ("fun", "args", "without"),
    [
        (stacked_products, (STACK, OTHER), ("argsort", "unbroadcast", ").transpose(")),
        (swapped_product, (STACK, rng.normal(size=(5, 6, 4))), ("unbroadcast", "b.swapaxes(1, 2).swapaxes(")),
        (lower_triangles, (STACK, TRIANGLES), ("unbroadcast", "last_written")),
        (product_between, (STACK[0], STACK[1]), ("b.dot(a", "b @ a")),
        (scaled_by_turns, (STACK[0], STACK[1]), ("_bar.copy()",)),
        (assembled, (rng.normal(size=4), rng.normal(size=4)), ("add.at", "unbroadcast", "copy()", "** 3")),
        (added_at_places, (rng.normal(size=4), rng.normal(size=4)), ("add.at", "unbroadcast")),
        (filtered, (rng.normal(size=8), rng.normal(size=8)), ("moveaxis",)),
        (own_reciprocal, (rng.normal(size=4), rng.normal(size=4)), ("t_2", "np.divide")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_is_not_written(fun, args, without):
    text = source(fun, args=args, argnums=(0, 1))
    assert [words for words in without if words in text] == []
    expected = fd.gradient(fun, args, (0, 1))
    fd.assert_close(fd.flatten(grad(fun, (0, 1))(*args)), expected, np.dtype(float))


def spelled(x, A):
    length = np.linalg.norm(x)
    mixed = A @ x + x @ A + np.roll(A, 1, axis=0) @ np.roll(x, -4) + np.roll(A, np.argmax(x), axis=1)[0]
    small = np.clip(np.cumsum(x), -0.5, 0.9) * np.mean(A, axis=0) + np.diagonal(A) * np.swapaxes(A, 0, 1)[2]
    return np.sum(mixed * length + small) + np.trace(A @ A) + (x @ x) * np.take(x, 2)


@pytest.mark.parametrize("size", [3, 5])
def test_the_cheapest_spelling_says_the_same(size):
    """`x.dot(y)` for `x @ y`, methods for NumPy's functions: in half of the time, and to the last digit the same."""
    x, A = rng.normal(size=size), rng.normal(size=(size, size))
    text = source(spelled, args=(x, A), argnums=(0, 1))
    code = "\n".join(line.split("#")[0] for line in text.splitlines())
    assert " @ " not in code
    for slow in ("norm", "clip", "cumsum", "mean", "diagonal", "trace", "swapaxes", "take", "roll"):
        assert f"np.{slow}(" not in code, slow
    value, gradient = value_and_grad(spelled, (0, 1))(x, A)
    assert value == spelled(x, A)
    fd.assert_close(fd.flatten(gradient), fd.gradient(spelled, (x, A), (0, 1)), np.dtype(float))


def products_of_parts(x, A):
    return np.sum(A[:, 1:] @ x[1:]) + np.sum(A[1:] @ x) + np.sum(x @ A[:, ::2]) + np.sum(A[:, 1:].T @ x)


def test_products_of_parts_stay_as_they_are():
    """`dot` would copy a matrix whose rows lie apart."""
    x, A = rng.normal(size=4), rng.normal(size=(4, 4))
    text = source(products_of_parts, args=(x, A), argnums=(0, 1))
    assert "A_item_2 = A[1:]" in text and "A_item_2.T.dot(" in text
    assert "A_item @ " in text and "A_item.dot(" not in text and "t.dot(" not in text
    assert text.count("[:1]") == 3, "the sizes of products are not found by the products"
    fd.assert_close(fd.flatten(grad(products_of_parts, (0, 1))(x, A)),
                    fd.gradient(products_of_parts, (x, A), (0, 1)), np.dtype(float))  # fmt: skip


@pytest.mark.parametrize("shape", [(5,), (1,), (0,), (3, 4), (3, 0), (2, 3, 4)])
def test_the_short_way_to_roll(shape):
    x = rng.normal(size=shape)
    for axis in range(-len(shape), len(shape)):
        for shift in (-7, -1, 0, 1, 2, 9, np.int64(4)):
            for a in (x, np.asfortranarray(x), x.astype(complex), x > 0.0):
                found, expected = helpers.roll(a, shift, axis), np.roll(a, shift, axis)
                assert found.dtype == expected.dtype and not np.shares_memory(found, a)
                np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("program", last_turns.PROGRAMS, ids=lambda p: p.label)
@pytest.mark.parametrize("turns", [0, 1, 2, 4])
def test_the_last_turn_alone(program, turns):
    """The same as where each turn computes what only the last one leaves, also without turns."""
    results = []
    for passes in ("all", "-last_turn"):
        try:
            results.append(value_and_grad(program.fun, optimise=passes)(program.args[0], turns))
        except (UnboundLocalError, TypeError, AttributeError):
            results.append(None)  # what the loop would have assigned is read
    one, other = results
    if one is not None:
        assert one[0] == program.fun(program.args[0].copy(), turns) == pytest.approx(other[0], rel=1e-13)
        assert one[1] == pytest.approx(other[1], rel=1e-12, abs=1e-14)
    else:
        assert one == other


def test_the_last_turn_is_behind_the_loop():
    text = source(last_turns.loss_of_each_step, args=(np.ones(4), 3))
    loop, behind = text.split("0 < n")
    assert "np.sin" in loop
    assert ".sum()" not in loop
    assert ".sum()" in behind
