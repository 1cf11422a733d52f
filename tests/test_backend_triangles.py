"""Loops over the rows of a triangle: taken at once they are the loop, for any edge, order and content."""

import itertools
import tracemalloc

import finite_differences as fd
import numpy as np
import pytest
from rule_cases import compiled

from tangent_ad import jvp, source, value_and_grad
from tangent_ad.errors import Refused

NAMES = ("x", "y", "C", "D", "E", "s")
ORDERS = ("range(n)", "range(1, n)", "range(n - 1)", "reversed(range(n))", "range(n - 1, -1, -1)", "range(0, n, 2)")
TURNS = (
    "C[i, {part}] = D[i, {part}] * s",
    "C[i, {part}] += D[i, {part}] - C[i, {part}]",
    "C[i, {part}] *= s",
    "C[i, {part}] = D[i, {part}] / s + D[i, {part}] * x[i]",
    "C[{part}, i] += -D[{part}, i]",
    "C[{part}, i] = D[i, {part}]",
    "C[i, {part}] = 0.5",
    "C[i, {part}] = x[i]",
    "y[i] = D[i, {part}] @ x[{part}]",
    "y[i] = D[i, {part}] @ (x[{part}] * s)",
    "y[i] = D[i, {part}] @ E[{part}, i]",
    "y[i] += np.sum(D[i, {part}])",
    "y[i] -= np.dot(x[{part}], D[{part}, i])",
    "C[i] = D[i, {part}] @ E[{part}]",
    "C[i] += E[:, {part}] @ D[i, {part}]",
    "C[i] += E[{part}].T @ D[i, {part}]",
    "C[i, {part}] = E[{part}] @ x",
    "C[i, {part}] += E[{part}] @ D[i]",
    "C[i, {part}] += x @ E[:, {part}]",
    "C[i, {part}] = D[:, i] @ E[:, {part}]",
    "C[i] += C[{part}].T @ D[{part}, i]",
    "y[i] += x[{part}] @ y[{part}]",
    "y[i] -= D[i, {part}] @ y[{part}]",
    "C[i, {part}] = C[{part}, i] = D[i, {part}]",
    "C[{part}, i] = C[i, {part}] = D[:, i] @ E[:, {part}]",
    "C[i, {part}] += C[{part}, i]",
    "C[{part}, i] = D[{part}, i]; C[i, {part}] = C[{part}, i] * s",
    "C[{part}, i] = D[{part}, i]; C[i, :] = C[{part}, i][0]",
    "y[i] = D[i, {part}][0]",
    "s = s + D[i, {part}] @ x[{part}]",
    "for j in range(E.shape[1]): C[i, {part}] += s * E[i, j] * E[{part}, j]",
)
PARTS = [f":i{k}" for k in ("", " + 1", " + 2", " - 1")] + [f"i{k}:" for k in ("", " + 1", " + 2", " - 1")]


def program(order, turn, part):
    return compiled(
        f"    n = len(x)\n    for i in {order}:\n        {turn.format(part=part)}\n"
        "    return np.sum(np.sin(C)) + np.sum(y ** 2) + s",
        NAMES,
    )


def arguments(n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(2, n))
    return (x, y, *rng.normal(size=(3, n, n)), 0.7)



def check(fun, args):
    """Value and gradient of the backend against the program itself and central differences."""
    expected = fun(*(np.copy(a) for a in args[:5]), args[5])
    value, found = value_and_grad(fun, argnums=tuple(range(6)), backend="numpy")(*args)
    assert value == pytest.approx(expected, rel=1e-12, nan_ok=True)
    direction = np.random.default_rng(1).normal(size=fd.flatten(args).size)
    slope = fd.directional(lambda *a: fun(*(np.copy(v) for v in a[:5]), a[5]), args, tuple(range(6)), direction)
    assert fd.flatten(found) @ direction == pytest.approx(slope, rel=1e-5, abs=1e-6)



@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.filterwarnings("ignore")
def test_any_edge_and_order(turn):
    tried = 0
    for part, order in itertools.product(PARTS, ORDERS):
        if (len(turn) + len(part) + len(order) + PARTS.index(part)) % 3:
            continue  # a third of them, each part and order with many turns
        fun = program(order, turn, part)
        for n in (5, 12):
            try:
                fun(*arguments(n))
            except (ValueError, IndexError):
                continue
            check(fun, arguments(n))
            tried += 1
    assert tried or "[0]" in turn


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.filterwarnings("ignore")
def test_what_is_in_the_arrays(turn):
    """Nan and inf, also where no turn looks; other sizes; float32, ints and complex numbers: as the loop has it."""
    rng = np.random.default_rng(len(turn))
    fun = compiled(f"    n = len(x)\n    for i in range(n):\n        {turn.format(part=rng.choice(PARTS))}\n"
                   "    return C, y, s", NAMES)  # fmt: skip
    for change in (with_nan, with_inf, of_other_sizes, of_other_types):
        args = list(arguments(12))
        for k in np.flatnonzero(rng.random(5) < 0.5):
            args[k] = change(rng, args[k])
        try:
            expected = fun(*map(np.copy, args[:5]), args[5])
        except (ValueError, IndexError, TypeError):
            continue
        tangents = [np.ones_like(a) if np.asarray(a).dtype.kind in "fc" else None for a in args]
        try:
            values, _ = jvp(fun, args, tangents, backend="numpy")
        except Refused:
            continue
        single = any(np.asarray(a).dtype == np.float32 for a in args)
        for value, wanted in zip(values, expected, strict=True):
            assert np.asarray(value).dtype == np.asarray(wanted).dtype
            np.testing.assert_allclose(value, wanted, rtol=1e-4 if single else 1e-10, atol=1e-4 if single else 1e-12)


def with_nan(rng, a):
    return np.where(rng.random(a.shape) < 0.15, np.nan, a)


def with_inf(rng, a):
    return np.where(rng.random(a.shape) < 0.15, np.inf, a)


def of_other_sizes(rng, a):
    return np.ascontiguousarray(a[tuple(slice(rng.integers(10, 13)) for _ in a.shape)])


def of_other_types(rng, a):
    return (5 * a).astype(rng.choice(["float32", "int64", "complex128"]))


@pytest.mark.parametrize("turn", [t for t in TURNS if "[0]" not in t and "y[{part}]" not in t])
def test_they_are_taken_at_once(turn):
    parts = ("i + 1:", ":i + 1") if "C[{part}]" not in turn and "+= C[" not in turn else ("i + 1:",)
    if "+= C[{part}, i]" in turn:
        parts = ()  # what another turn has written
    for part in parts:
        fun = program("range(n)", turn, part)
        assert "np.tri" in source(fun, args=arguments(12), argnums=tuple(range(6)), backend="numpy"), part


def triangular_product(L, x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = L[i, : i + 1] @ x[: i + 1]
    return np.sum(y**2)


def test_zeros_are_not_multiplied_by_what_is_not_finite():
    """The last number of x is in the last turn alone: all others are finite."""
    rng = np.random.default_rng(0)
    L, x = rng.normal(size=(20, 20)), rng.normal(size=20)
    x[-1] = np.inf
    f = compiled("    y = np.empty(len(x))\n    for i in range(len(x)):\n        y[i] = L[i, : i + 1] @ x[: i + 1]\n"
                 "    return y", ("L", "x"))  # fmt: skip
    value, _ = jvp(f, (L, x), (L, x), backend="numpy")
    assert np.all(np.isfinite(value[:-1])) and np.isinf(value[-1])


def test_the_text_is_a_product_with_a_triangle():
    text = source(triangular_product, args=(np.eye(9), np.ones(9)), backend="numpy", argnums=(0, 1))
    assert "np.tril(L" in text and "all_finite(x)" in text
    assert "else:\n" in text  # the loop, for what is short or not finite


def sums_so_far(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = np.sum(x[: i + 1])
    return np.sum(y**2)


def test_no_square_is_made_of_a_long_vector():
    """A triangle of 20,000 rows would take 3 GB: the loop has the memory of the vector."""
    assert "<= 2097152" in source(sums_so_far, args=(np.ones(9),), backend="numpy")
    assert "<= 2097152" not in source(triangular_product, args=(np.eye(9), np.ones(9)), backend="numpy")
    tracemalloc.start()
    value_and_grad(sums_so_far, backend="numpy")(np.ones(20000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1e8


def solved_by_rows(L, b):
    """Each turn reads what the turns before wrote: this stays a loop."""
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return np.sum(x)


def test_what_earlier_turns_wrote_is_not_read_ahead():
    L, b = np.tril(np.random.default_rng(1).normal(size=(12, 12))) + 4.0 * np.eye(12), np.ones(12)
    assert "np.tri" not in source(solved_by_rows, args=(L, b), backend="numpy")
    value, _ = value_and_grad(solved_by_rows, backend="numpy")(L, b)
    assert value == pytest.approx(np.sum(np.linalg.solve(L, b)))
