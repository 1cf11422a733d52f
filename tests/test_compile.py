"""`compile`: the emitted function itself."""

import inspect
import types

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import Refused, compile, grad, hvp, jvp, value_and_grad, vjp

X, Y = np.array([1.0, 2.0]), np.array([3.0, -1.0])


def weighted(x, y, scale=2.0, squared=True):
    t = x * x if squared else np.sin(x)
    return scale * np.sum(t * y)


def test_it_is_the_emitted_function():
    bare = compile(weighted, X, Y)
    assert type(bare) is types.FunctionType
    assert bare.__name__ == "weighted_grad"
    assert "def weighted_grad(x, y, scale):" in inspect.getsource(bare)
    assert np.array_equal(bare(X, Y, 2.0), grad(weighted)(X, Y))


def test_options_are_fixed():
    bare = compile(weighted, X, Y, 2.0, False)
    assert list(inspect.signature(bare).parameters) == ["x", "y", "scale"]
    assert np.array_equal(bare(X, Y, 3.0), grad(weighted)(X, Y, 3.0, False))


def test_sizes_are_not_fixed():
    bare = compile(weighted, X, Y)
    longer = np.linspace(0.1, 1.0, 7)
    assert np.array_equal(bare(longer, longer, 2.0), grad(weighted)(longer, longer))


@pytest.mark.parametrize("argnums", [0, (0,), (1, 0), -3])
def test_argnums(argnums):
    expected = value_and_grad(weighted, argnums)(X, Y, 2.0)
    value, found = compile(weighted, X, Y, 2.0, kind="value_and_grad", argnums=argnums)(X, Y, 2.0)
    assert value == expected[0]
    np.testing.assert_array_equal(found, expected[1])


def test_argnames_and_aux():
    def with_aux(x, y):
        return np.sum(x * y), y + 1.0

    bar, aux = compile(with_aux, X, Y, argnames="y", has_aux=True)(X, Y)
    assert np.array_equal(bar, X) and np.array_equal(aux, Y + 1.0)


def test_tangents_come_last():
    dots = (np.array([0.5, -1.0]), np.array([0.25, 2.0]))
    both = {"argnums": (0, 1)}
    value, tangent = compile(weighted, X, Y, kind="jvp", **both)(X, Y, 2.0, *dots)
    assert (value, tangent) == jvp(weighted, (X, Y), dots)
    assert tangent == pytest.approx(fd.directional(weighted, (X, Y), (0, 1), np.concatenate(dots)), rel=1e-7)
    products = compile(weighted, X, Y, kind="hvp", **both)(X, Y, 2.0, *dots)
    np.testing.assert_array_equal(products, hvp(weighted, (X, Y), dots)[:2])


def test_a_pullback():
    value, pullback = compile(np_sines, X, kind="vjp")(X)
    expected, other = vjp(np_sines, X)
    assert np.array_equal(value, expected)
    assert np.array_equal(pullback(Y)[0], other(Y)[0])


def np_sines(x):
    return np.sin(x)


def test_of_a_derivative():
    assert compile(grad(lambda x: x**4), 2.0)(2.0) == 48.0


def test_a_kernel():
    def doubled(x, out):
        out[:] = 2.0 * x * x

    out = np.zeros(2)
    value, pullback = compile(doubled, X, out, kind="vjp", outputs="out")(X, out)
    assert np.array_equal(value, 2.0 * X * X) and np.array_equal(out, np.zeros(2))
    assert np.array_equal(pullback(Y)[0], 4.0 * X * Y)


def test_passes_may_be_chosen():
    raw = compile(weighted, X, Y, optimise=False)
    assert raw is not compile(weighted, X, Y)
    np.testing.assert_allclose(raw(X, Y, 2.0), grad(weighted)(X, Y), rtol=1e-15)


def test_what_cannot_be_compiled():
    with pytest.raises(TypeError, match="argument 'x' is of type int"):
        compile(weighted, 3, Y)
    with pytest.raises(TypeError, match="missing a required argument"):
        compile(weighted, X)
    with pytest.raises(ValueError, match="kind 'gradient'"):
        compile(weighted, X, Y, kind="gradient")
    with pytest.raises(Refused):
        compile(lambda x: np.sort_complex(x).real[0], X)
