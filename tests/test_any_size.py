"""Sizes that are 1, or smaller than another, only when the program runs: the derivative was built for any."""

from __future__ import annotations

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import jvp, source, value_and_grad

X = np.array([0.7, 1.3, 0.45, 1.1])
X2 = X[:2].copy()
A = np.array([[0.7, 1.3, 0.45], [1.1, 0.35, 0.9], [0.55, 1.7, 0.8]])


def down_to_one(y, z):
    if len(y) == 1:
        return np.sum(np.sort(y) * z)
    return down_to_one(y[1:], z)


def recursion_to_one(x):
    return down_to_one(x, x)


def last_of(y):
    if len(y) <= 1:
        return y
    return last_of(y[1:])


def sorted_rest(x):
    return np.sum(np.sort(last_of(x)) * np.arange(1., 5))


def rest_that_broadcasts(x):
    return np.sum(last_of(x) * np.arange(1., 5))


def shift_that_broadcasts(a, x):
    m = np.max(a, axis=1)
    return np.sum(x - m) + np.sum(m)


def one_shared_row(a, b):
    m = np.max(a, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(b - m), axis=1))) + np.sum(m)


def number_as_a_factor(a):
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    return np.sum((np.dot(e, 2.0) / np.sum(e, axis=1))**2)


def stack_of_factors(a, b):
    e = np.exp(a - np.max(a, axis=1)[:, None])
    return np.sum(((e @ b) / np.sum(e, axis=1))**2)


def column_of_orders(x, a):
    return np.sum(x[np.argsort(a, axis=1)[:, 0]])


def einsum_of_rows(t, n):
    return np.sum(np.einsum('ij,ij->ij', np.sort(t[:n], 0), t)**2)


def einsum_of_vectors(x):
    return np.sum(np.einsum('i,i->i', np.sort(x[1:]), x)**2)


def einsum_with_a_matrix(t, n):
    return np.sum(np.einsum('ij,i->j', t, np.sort(t[0, :n]))**2)


def einsum_to_a_number(x):
    return np.einsum('i,i', np.sort(x[1:]), x)**2


def einsum_with_a_rest(x):
    return np.sum(np.einsum('i,i->i', x[1:], x))


def einsum_of_columns(x, n):
    return np.einsum('ij,jk->ik', x[:, :n], x).sum()


def columns_joined(a, n, m):
    b = np.concatenate([a[:, :n], a[:, :n], a[:, :m]], axis=1)
    return np.sum(a * b)


def convolved_to_the_longer(x):
    return np.sum(np.sort(x[1:]) * np.convolve(x[1:], np.ones(3), 'same'))


def convolved_and_squalast_of(x):
    y = np.convolve(x[1:], np.array([1.,2.,3.]), 'same')
    return np.sum((y * x[1:])**2)


def sorted_diagonal(x):
    return np.sum(np.sort(np.diagonal(np.reshape(x, (-1,3)))) * np.array([1.,2.,3.]))


def diagonal_of_rows(a, n):
    return np.sum((np.sort(np.diag(a[:n, :3])) * np.array([1.,2.,3.]))**2)


def diagonal_that_broadcasts(x):
    return np.sum(np.diagonal(np.reshape(x, (-1,3))) * np.ones(3))


def places_of_masks(a, m):
    i, j = np.ix_(m, m)
    return np.sum(np.sort(np.sort(a[i, j]), 0) * a)


def sorted_whole(a):
    return np.sum(np.sort(a, axis=None)**2)


def triangles_of_a_vector(x):
    return np.sum(np.tril(x)**2)+np.sum(np.triu(x,1)**3)


def negative_axes(a):
    return a.transpose(0, -1)[0, 1]**2


def value_of_a_step(x):
    return np.sum(np.heaviside(np.zeros(4), x))


def convolved_and_squared(x):
    y = np.convolve(x[1:], np.array([1.0, 2.0, 3.0]), "same")
    return np.sum((y * x[1:]) ** 2)


CASES = [
    (recursion_to_one, X),
    (sorted_rest, X),
    (rest_that_broadcasts, X),
    (shift_that_broadcasts, A[:1].copy(), X),
    (one_shared_row, A[:1].copy(), A),
    (number_as_a_factor, A),
    (stack_of_factors, A, np.random.default_rng(0).normal(size=(2,3,3))),
    (column_of_orders, X, np.zeros((3,2))),
    (einsum_of_rows, A, 1),
    (einsum_of_vectors, X2),
    (einsum_with_a_matrix, A, 1),
    (einsum_to_a_number, X2),
    (einsum_with_a_rest, X2),
    (einsum_of_columns, A, 1),
    (columns_joined, A, 0, 1),
    (convolved_to_the_longer, X2),
    (convolved_and_squared, X2),
    (sorted_diagonal, X[:3].copy()),
    (diagonal_of_rows, A, 1),
    (diagonal_that_broadcasts, X[:3].copy()),
    (places_of_masks, A, np.array([True,False,False])),
    (sorted_whole, A),
    (triangles_of_a_vector, X),
    (negative_axes, A),
    (value_of_a_step, X),
]


OPTIONS = {"usual": {}, "no passes": {"optimise": False}, "numpy": {"backend": "numpy"}}


@pytest.mark.filterwarnings("ignore:.* does not depend")
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0].__name__)
def test_any_size(case, options):
    fun, *args = case
    value, gradient = value_and_grad(fun, **options)(*args)
    expected = fd.gradient(fun, args, (0,)).reshape(args[0].shape)
    assert value == pytest.approx(fun(*args))
    assert gradient.shape == args[0].shape
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7)
    direction = np.linspace(-1.0, 1.5, args[0].size).reshape(args[0].shape)
    tangent = jvp(fun, args, (direction, *(None for _ in args[1:])), **options)[1]
    assert tangent == pytest.approx(np.sum(expected * direction), rel=1e-6, abs=1e-7)


def sum_of_sines(x):
    return np.sum(np.sin(x))


def test_code_without_types_gives_floats_for_integers():
    """A module that was built for any argument does not cut the derivatives off, as integers would be."""
    module: dict = {}
    exec(source(sum_of_sines, "grad"), module)
    np.testing.assert_allclose(module["sum_of_sines_grad"](np.arange(3)), np.cos(np.arange(3.0)))
