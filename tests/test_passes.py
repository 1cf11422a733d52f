"""The passes: the examples in their docstrings, and that a derivative is right whichever of them run."""

import doctest
import importlib
import math
from pathlib import Path

import finite_differences as fd
import numpy as np
import pytest
from programs import last_turns, small_ints
from programs.loop_values import ASSIGNED_IN_A_LOOP

from tangent_ad import grad, hvp, jvp, optimise, pipeline, source, vjp
from tangent_ad.annotations import Reader
from tangent_ad.frontend import lower
from tangent_ad.ir.printer import to_text
from tangent_ad.ir.types import is_differentiable
from tangent_ad.ir.verify import verify
from tangent_ad.optimise import PASSES, Passes

FILES = sorted(p.stem for p in Path(optimise.__file__).parent.glob("*.py") if p.stem != "__init__")


def show(function, *passes, **types):
    """Print the IR of a function for parameters of these types, after these passes."""
    after(lowered(function, types).main, passes)


def adjoint(function, *passes, **types):
    """The same of its pullback: from the arguments and the result's cotangent to the arguments' cotangents."""
    unit = pipeline.prepare(lowered(function, types))
    floats = [i for i, p in enumerate(unit.func.params) if is_differentiable(p.type)]
    unit = pipeline.select(pipeline.reverse(unit, tuple(floats), seeded=True), 1)
    after(pipeline.tidied(unit).func, passes)


def lowered(function, types):
    reader = Reader()
    return lower(function, {name: reader.text(text) for name, text in types.items()})


def after(func, passes):
    for one in passes:
        func = verify(one(func) if callable(one) else Passes().run(func, (one,)), str(one))
    print(to_text(func))


@pytest.mark.parametrize("name", FILES)
def test_examples_of_a_pass(name):
    """Before and after, in the docstring of the module; they are run."""
    module = importlib.import_module(f"tangent_ad.optimise.{name}")
    result = doctest.testmod(module, extraglobs={"np": np, "show": show, "adjoint": adjoint},
                             optionflags=doctest.ELLIPSIS)  # fmt: skip
    assert result.attempted > 1, f"{name}.py: show the code before and after the pass"
    assert result.failed == 0


# -- any of them may be off ----------------------------------------------------------------------------


def swaps(x, n):
    """Buffers that change places in a loop, a view that is read after a write, a list."""
    old, new, kept = x * 1.0, np.zeros_like(x), []
    for i in range(n):
        new[1:-1] = 0.5 * (old[:-2] * old[2:] + np.mean(old))
        row = new[1:]
        kept.append(np.sum(np.tanh(row)))
        new[0] = kept[i // 2] + 0.0 * old[0]
        old, new = new, old
    return np.sum(old * np.sin(old)) + kept[-1]


def leaves(x, n):
    """Branches, an early return, numbers, a write into the argument's copy."""
    y = x.copy()
    for i in range(n):
        if y[i] > 0.9:
            return y[i] * 2 * (4 * y[0])
        y[i] -= math.exp(-y[i]) * y[i - 1] if y[i] > 0.4 else math.exp(-y[i])
    return np.sum(np.exp(y[1:]) * y[:-1] + np.exp(y[1:]))


def fills(x, n):
    """Places that are written one by one and changed again; numbers that no turn changes."""
    y = np.ones(x.shape[0])
    for i in range(len(x)):
        y[i] = x[i] * y[i - 1] + 0.1 * n
        y[i] *= np.sin(y[i])
    return np.sum(y**3)


def products(x, n):
    """Powers of a matrix: each turn adds an outer product to the matrix's cotangent."""
    A = np.outer(x, np.sin(x))
    for _i in range(n):
        x = A @ x + x
    return np.sum(x) + x @ A @ x


def layers(x, n):
    """Sums over axes of products of arrays that lack each other's axes."""
    patches = np.sin(np.outer(x, np.arange(1.0, 7.0))).reshape(len(x), 2, 3)
    weights = np.cos(np.outer(np.arange(6.0), x)).reshape(2, 3, len(x)) + n
    out = np.sum(patches[:, :, :, np.newaxis] * weights[np.newaxis, :, :, :], axis=(1, 2))
    rows = np.sum(out[:, np.newaxis, :] * x[np.newaxis, :, np.newaxis], axis=(0, 2))
    return np.sum(out**3) + np.sum(rows * x) + np.sum(patches * patches)


def smooths(x, n):
    """Each element from those before it, again and again."""
    y = x.copy()
    for _ in range(n):
        for i in range(1, len(x)):
            y[i] = np.sin(y[i]) * y[i - 1] + x[i] / y[i]
    return np.sum(y**2)


def relaxes(x, n):
    """A stencil in place: parts of an array that each turn reads and writes, some of them in a branch."""
    y = np.outer(x, np.sin(x))
    for i in range(n):
        y[1:-1, :] += 0.1 * y[2:, :] * y[:-2, :]
        if i % 2:
            y[0, :] = y[1, :] * x
        y[:, -1] = y[:, 0]
        for j in range(1, len(x)):
            y[j] += y[0] * y[j - 1, ::-1]
    return np.sum(y**2)


def by_rows(x, n):
    """Elements of rows of a matrix, in nested loops."""
    a = np.outer(x, np.cos(x)) + n
    for i in range(1, a.shape[0]):
        for j in range(1, a.shape[1]):
            a[i, j] += a[i, j - 1] * a[i - 1, j] - a[j, i] / a[i, i]
    return np.sum(a)


def factors(x, n):
    """Each turn reads an item of its own."""
    y = 1.0
    for i in range(len(x)):
        y = y * x[i] + n
    return y


def factorial_like(x, n):
    return np.prod(x[:2]) if n == 0 else x[n] * factorial_like(x, n - 1) + np.sum(x)


CHOICES = [False, *((name,) for name in PASSES), *(f"-{name}" for name in PASSES)]
X = np.array([0.3, 0.5, 0.7, 0.2, 0.6])
V = np.array([0.4, -0.2, 0.9, 0.1, -0.5])


WHOLE = [swaps, leaves, fills, products, layers, smooths, by_rows, relaxes, factors, factorial_like]


@pytest.mark.parametrize("optimise", CHOICES, ids=str)
@pytest.mark.parametrize("fun", WHOLE)
def test_derivatives_are_right_whichever_passes_run(fun, optimise):
    expected = fd.directional(fun, (X, 4), (0,), V)
    value, slope = jvp(fun, (X, 4), (V, None), optimise=optimise)
    assert value == pytest.approx(fun(X, 4), rel=1e-12)
    assert slope == pytest.approx(expected, rel=1e-7)
    assert grad(fun, optimise=optimise)(X, 4) @ V == pytest.approx(expected, rel=1e-7)
    pullback = vjp(fun, X, 4, optimise=optimise)[1]
    assert pullback(2.0)[0] @ V == pytest.approx(2.0 * expected[0], rel=1e-7)
    assert pullback(1.0)[0] @ V == pytest.approx(expected, rel=1e-7)
    curvature = fd.directional(grad(fun), (X, 4), (0,), V)
    assert hvp(fun, (X, 4), (V, None), optimise=optimise)[0] == pytest.approx(curvature, rel=1e-6)


@pytest.mark.parametrize("optimise", [False, "-dead_code"], ids=str)
@pytest.mark.parametrize("fun", ASSIGNED_IN_A_LOOP)
def test_what_a_loop_assigns_to_second_order(fun, optimise):
    x, v, step = np.array([0.6, -0.4, 1.1]), np.array([0.3, 0.5, -0.2]), 1e-6
    gradient = grad(fun, optimise=optimise)
    expected = (gradient(x + step * v, 3) - gradient(x - step * v, 3)) / (2 * step)
    products = (
        hvp(fun, (x, 3), (v, None), optimise=optimise)[0],
        jvp(gradient, (x, 3), (v, None), optimise=optimise)[1],
        vjp(gradient, x, 3, optimise=optimise)[1](v)[0],
    )
    for product in products:
        assert product == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("program", small_ints.PROGRAMS, ids=lambda p: p.label)
def test_ints_wrap_around_as_they_do_without_passes(program):
    found = [vjp(program.fun, *program.args, optimise=optimise) for optimise in ("all", False, "-fold")]
    for value, pullback in found:
        assert value == pytest.approx(program.run(), rel=1e-12)
        assert pullback(1.0)[0] == pytest.approx(found[1][1](1.0)[0], rel=1e-12)


def in_no_turn(x, n):
    for _ in range(n):
        y = x[0] * 2.0
    return y


def in_no_branch(x, n):
    if n > 3:
        y = x[0]
    return y


def in_no_while(x, n):
    while n > 3:
        y = x[0]
        n -= 1
    return y


def packed(x, n):
    for _ in range(n):
        y = x[0] * 2.0
    return y, x[1]


@pytest.mark.parametrize("optimise", ["all", False, "-dead_code", "-fold"], ids=str)
@pytest.mark.parametrize("fun", [in_no_turn, in_no_branch, in_no_while, packed])
def test_a_name_that_is_never_bound_is_an_error(fun, optimise):
    with pytest.raises(UnboundLocalError):
        vjp(fun, X, 0, optimise=optimise)
    with pytest.raises(UnboundLocalError):
        jvp(fun, (X, 0), (V, None), optimise=optimise)


def states_in_rows(x, n):
    h = np.zeros(n + 1)
    for i in range(n):
        h[i + 1] = np.sin(h[i] * x[i])
    return h[-1]


def test_each_pass_changes_something():
    """A test of the test: a switch that does nothing would pass it."""
    parts = {leaves: {"common", "scalars"}, fills: {"overwrite", "invariant"}, products: {"outer"}}
    parts |= {layers: {"contract"}, smooths: {"lists"}, factors: {"first_write"}, by_rows: {"hoist_rows"}}
    parts |= {relaxes: {"hoist_views"}, states_in_rows: {"unread_writes"}}
    parts |= {last_turns.loss_of_each_step: {"last_turn"}}
    parts[swaps] = set(PASSES) - set().union(*parts.values())
    for fun, names in parts.items():
        whole = source(fun, args=(X, 4))
        assert [n for n in names if source(fun, args=(X, 4), optimise=f"-{n}") == whole] == []


def filled_by_rows(y, n):
    rows = np.empty((n, 3))
    rows[0] = y
    for i in range(1, n):
        rows[i] = y
    return np.mean(np.copy(rows), axis=1)


def test_a_write_that_nothing_reads_does_not_stay_behind_the_result():
    for passes in (("sink", "in_place", "fold"), "-dead_code", "all", False):
        _, pullback = vjp(filled_by_rows, np.ones(3), 4, optimise=passes)
        assert pullback(np.arange(4.0))[0] == pytest.approx(np.full(3, 2.0))


def test_without_in_place_every_write_is_into_a_copy():
    def f(x):
        y = np.zeros(3)
        y[0] = x[0]
        y[1] = x[1]
        return np.sum(y * y)

    text = source(f, args=(np.ones(2),), optimise="-in_place")
    assert text.count("y = y.copy()\n") == 2
    assert ".copy()" not in source(f, args=(np.ones(2),))


def test_the_choice_is_a_part_of_the_key():
    plain, raw = grad(swaps), grad(swaps, optimise=False)
    assert plain.source(X, 4) != raw.source(X, 4)
    assert np.array_equal(plain(X, 4), grad(swaps, optimise="all")(X, 4))


@pytest.mark.parametrize("optimise", ["fast", ("simplify", "speed"), ("-fold", "simplify"), "-"])
def test_what_is_no_choice_of_passes(optimise):
    with pytest.raises(ValueError, match=r"optimise=.*the passes are dead_code, simplify"):
        grad(swaps, optimise=optimise)
