"""The cotangent g * u + g * v as g * (u + v): where it is taken out, and that shapes and kinds stay."""

import math

import numpy as np
import pytest

from tangent_ad import grad, hvp, source, vjp


def recurrence(x, c, n):
    for _ in range(n):
        x = math.sin(x) * x + c
    return x


def test_the_slope_does_not_wait_for_the_cotangent():
    text = source(recurrence, "vjp", (0.3, 0.1, 3), argnums=(0, 1))
    assert "x_bar *= sin_x + x_2 * math.cos(x_2)" in text


def powers(x, y):
    return np.sum(np.tanh(x * np.sin(x)) * y * x)


def rows_and_columns(x, y):
    z = x[:, None] * y[None, :]
    return np.sum(np.sin(z) * z * x[:, None])


def numbers_and_arrays(x, y):
    return np.sum(x * y[0] * np.cos(x) * y[0] - y * x[0] * np.sin(y))


def complex_values(x, y):
    z = x + 1j * y
    return np.sum(np.abs(z * np.exp(z) * z) ** 2)


def ints_beside(x, y):
    k = np.arange(len(x))
    return np.sum(k * x * np.sin(k * x) * y)


def nothing_in_it(x, y):
    z = x[:0]
    return np.sum(z * np.sin(z)) + np.sum(x * y * np.cos(x))


FUNCTIONS = [powers, rows_and_columns, numbers_and_arrays, complex_values, ints_beside, nothing_in_it]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("fun", FUNCTIONS)
def test_values_kinds_and_shapes(fun, dtype):
    x, y = np.array([0.3, -0.7, 1.1], dtype), np.array([0.5, 0.2, -0.4], dtype)
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype is np.float32 else {"rtol": 1e-10, "atol": 1e-12}
    plain = grad(fun, (0, 1), optimise=False)(x, y)
    for made, expected, argument in zip(grad(fun, (0, 1))(x, y), plain, (x, y), strict=True):
        assert made.dtype == argument.dtype and made.shape == argument.shape
        np.testing.assert_allclose(made, expected, **tolerance)
    exact = x.astype(float), y.astype(float)
    for i in range(2):
        steps = [np.where(np.arange(2)[:, None] == i, 1e-6 * e, 0.0) for e in np.eye(3)]
        numeric = [(fun(*(a + d for a, d in zip(exact, s, strict=True)))
                    - fun(*(a - d for a, d in zip(exact, s, strict=True)))) / 2e-6 for s in steps]  # fmt: skip
        np.testing.assert_allclose(grad(fun, i)(*exact), numeric, atol=1e-7)
    second = hvp(fun, exact, (np.ones(3), np.zeros(3)))[0]
    _, pullback = vjp(grad(fun), *exact)
    np.testing.assert_allclose(second, pullback(np.ones(3))[0], atol=1e-9)
