"""Sums over axes of products of two arrays: whatever the axes and the sizes, the gradient is that of the formula."""

import itertools
import linecache

import numpy as np
import pytest

from tangent_ad import grad

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
