"""Derivatives in named tuples and instances are the caller's own memory, as those in plain containers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from tangent_ad import grad, hvp, jvp, value_and_grad, vjp

A = np.arange(1.0, 5.0)


class Pair(NamedTuple):
    u: np.ndarray
    v: np.ndarray


@dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray


def product(pair):
    return pair.u @ pair.v


def scores(layer):
    return layer.w @ A + np.sum(layer.b)


def parts(layer):
    return [layer.w, layer.b, layer.w]


def with_its_terms(pair, y):
    t = np.exp(y)
    return pair.u @ t, t


def kernel(x, out):
    for i in range(len(x)):
        out[i] = x[i] ** 2
    return x


def arrays(tree) -> list[np.ndarray]:
    if isinstance(tree, Layer):
        return arrays([tree.w, tree.b])
    return [tree] if isinstance(tree, np.ndarray) else [a for part in tree for a in arrays(part)]


def assert_own(made, *given) -> None:
    mine, others = arrays(made), [A, *arrays(given)]
    assert all(a.flags.writeable for a in mine)
    assert not any(np.shares_memory(a, b) for i, a in enumerate(mine) for b in (*mine[:i], *others))


@pytest.mark.parametrize("option", [{}, {"optimise": False}, {"backend": "numpy"}], ids=str)
def test_derivatives_are_the_callers_own(option):
    pair, layer = Pair(A * 2, A * 3), Layer(A * 2, A * 3)
    assert_own(grad(product, **option)(pair), pair)
    assert_own(hvp(product, (pair,), (Pair(A * 4, A * 5),), **option), pair)
    assert_own(grad(scores, **option)(layer), layer)
    cotangent = [A * 2, A * 3, A * 4]
    assert_own(vjp(parts, layer, **option)[1](cotangent), cotangent, layer)
    direction = Layer(A * 4, A * 5)
    assert_own(jvp(parts, (layer,), (direction,), **option)[1], direction, layer)
    (_, terms), gradient = value_and_grad(with_its_terms, has_aux=True, **option)(pair, A * 0.1)
    assert_own(gradient, pair, terms)


@pytest.mark.parametrize("option", [{}, {"optimise": False}, {"backend": "numpy"}], ids=str)
def test_a_pullback_gives_new_arrays_at_each_call(option):
    _, pullback = vjp(kernel, A, np.zeros(4), **option)
    first = pullback(A)
    first[1][:] = 7.0
    np.testing.assert_array_equal(pullback(A)[1], np.zeros(4))
