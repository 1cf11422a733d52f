"""Sums over axes of products of two arrays: whatever the axes and the sizes, the gradient is that of the formula."""

import itertools
import linecache

import numpy as np
import pytest

from tangent_ad import check_grads, grad, source, value_and_grad

AXES = [(s, k) for n in (2, 3) for s in itertools.product("abmo", repeat=n) for k in (False, True)
        if "m" in s and ("a" in s or "b" in s)]  # fmt: skip


def program(axes, keepdims):
    """A sum of products: axes that the left operand has, the right one, both and summed ("m"), and none ("o")."""
    left, right = (", ".join(":" if s in own else "None" for s in axes) for own in ("am", "bm"))
    summed = tuple(i for i, s in enumerate(axes) if s == "m")
    product = f"np.sum(x[{left}] * y[{right}], axis={summed}, keepdims={keepdims})"
    text = f"def f(x, y):\n    return np.sum(np.sin({product}))\n"
    name = f"<product {''.join(axes)} {keepdims}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np}
    exec(compile(text, name, "exec"), space)
    return space["f"], text


@pytest.mark.parametrize(("axes", "keepdims"), AXES, ids=lambda a: "".join(a) if isinstance(a, tuple) else str(a))
def test_every_arrangement_of_axes(axes, keepdims):
    f, text = program(axes, keepdims)
    gradient = grad(f, (0, 1))
    for seed, sizes in enumerate(((4, 3, 5), (2, 2, 2), (1, 3, 2), (3, 1, 4), (5, 0, 3))):
        shapes = [tuple(n for n, s in zip(sizes, axes, strict=False) if s in own) for own in ("am", "bm")]
        rng = np.random.default_rng(seed)
        x, y = (rng.normal(size=shape) for shape in shapes)
        found = gradient(x, y)
        for k, value in enumerate((x, y)):
            direction = rng.normal(size=value.shape)
            ends = [f(*(v + h * direction if i == k else v for i, v in enumerate((x, y)))) for h in (1e-6, -1e-6)]
            assert found[k].shape == value.shape
            assert np.sum(found[k] * direction) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-8), text


def terms(a, u, b, v, c):
    return np.sum(np.sin(np.sum(c * (a * u[None] - b * v[None]) / 2.0, axis=1)))


def terms_behind_a_number(a, u, b, v, c):
    return np.sum(np.sin(np.sum(-(a * u[None]) * c[0] + (v[None, :] * b) / c[1], axis=-1, keepdims=True)))


def a_term_that_is_no_product(a, u, b, v, c):
    return np.sum(np.sin(np.sum(a * u[None] + b, axis=1) * v[0] * c[0]))


def a_term_that_another_reads(a, u, b, v, c):
    t = a * u[None] * c[1]
    return np.sum(np.sin(np.sum(t - b * v[None], axis=1))) + np.sum(t**2)


@pytest.mark.parametrize(("fun", "products"), [
    (terms, 2), (terms_behind_a_number, 2), (a_term_that_is_no_product, 0), (a_term_that_another_reads, 0),
])  # fmt: skip
def test_sums_of_terms_are_sums_of_products(fun, products):
    rng = np.random.default_rng(3)
    args = (rng.normal(size=(5, 4)), rng.normal(size=4), rng.normal(size=(5, 4)), rng.normal(size=4), 1.7)
    if fun is not terms:
        args = (*args[:4], rng.normal(size=2) + 2.0)
    assert source(fun, "jvp", args, argnums=(0, 1), backend="numpy").count(".dot(") >= products
    assert (".dot(" in source(fun, "grad", args, backend="numpy")) == bool(products)
    assert value_and_grad(fun, backend="numpy")(*args)[0] == pytest.approx(fun(*args))
    check_grads(fun, args)
    plain, found = (grad(fun, tuple(range(5)), backend=b)(*args) for b in ("plain", "numpy"))
    for a, b in zip(plain, found, strict=True):
        assert b == pytest.approx(a)
