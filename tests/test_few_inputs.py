"""Gradients of one or two numbers through loops: which are taken forwards, and that they are the same ones."""

import math

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, hvp, source, value_and_grad, vjp


def recurrence(x, c, n):
    for _ in range(n):
        x = math.sin(x) * x + c
    return x


def of_numpy(x, c, n):
    for _ in range(n):
        x = np.exp(-x) * np.square(c) / (1.0 + x**2)
    return x


def newton(a, c, n):
    x, k = 1.0, 0
    while k < 60 and abs(x * x * x - a) > 1e-12:
        x = x - c * (x * x * x - a) / (3.0 * x * x)
        k += 1
    return x


def two_states(x, c, n):
    u, v = 0.0, x
    for i in range(n):
        for j in range(3):
            if u < v - 0.03:
                u, v = v, u * c
            else:
                v = v + 0.1 * (i - j) * u
        if u > 5.0:
            break
    return u - v * c


def not_of_the_second(x, c, n):
    for _ in range(n):
        x = x * x
    return x


def no_turn(x, c, n):
    for _ in range(0 * n):
        x = x * c
    return x


def tuple_in_the_loop(x, c, n):
    pair = (x, 1.0)
    for _ in range(n):
        pair = (pair[0] * c, pair[1] + pair[0])
    return pair[0] * pair[1]


FORWARDS = [recurrence, of_numpy, newton, two_states, not_of_the_second, no_turn]


def first_of_a_root(x, c, n):
    """The slope of the first root is infinite, and does not count."""
    total = 0.0
    for _ in range(n):
        total = total + x * c + np.sqrt(total)
    return total


def steps_of_an_array(x, c, n):
    u = np.ones(4)
    for _ in range(n):
        u = u * x + c
    return np.sum(u)


def list_of_states(x, c, n):
    path = [x]
    for _ in range(n):
        path.append(path[-1] * c)
    return sum(path)


def in_single_precision(x, c, n):
    x = np.float32(0.5) * x
    for _ in range(n):
        x = x * np.float32(c)
    return x


def without_a_loop(x, c, n):
    return math.sin(x) * c


BACKWARDS = [first_of_a_root, tuple_in_the_loop, steps_of_an_array, list_of_states, in_single_precision, without_a_loop]
ARGS = (0.7, 0.9, 5)


def text(fun, kind="grad", argnums=(0, 1)):
    return source(fun, kind, ARGS, argnums=argnums)


@pytest.mark.parametrize("kind", ["grad", "value_and_grad"])
@pytest.mark.parametrize("fun", FORWARDS)
def test_tangents_instead_of_a_record(fun, kind):
    for argnums in (0, (0, 1)):
        made = text(fun, kind, argnums)
        assert "_bar" not in made and "record" not in made


@pytest.mark.parametrize("fun", BACKWARDS)
def test_the_others_go_backwards(fun):
    assert "_dot" not in text(fun)


def test_more_inputs_go_backwards():
    def three(x, c, d, n):
        for _ in range(n):
            x = x * c + d
        return x

    assert "_dot" not in source(three, "grad", (*ARGS[:2], 0.3, 5), argnums=(0, 1, 2))


def test_what_an_expert_would_write():
    made = text(recurrence)
    assert "x_dot_x *= t\n        x_dot_c = x_dot_c * t + 1.0" in made
    assert made.count("math.sin") == made.count("math.cos") == 1


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore:divide by zero:RuntimeWarning")
@pytest.mark.parametrize("optimise", [True, False])
@pytest.mark.parametrize("fun", [f for f in FORWARDS + BACKWARDS if f is not in_single_precision])
def test_gradients(fun, optimise):
    options = {} if optimise else {"optimise": False}
    expected = fd.gradient(fun, ARGS, (0, 1))
    precision = np.dtype(np.float64)
    value, made = value_and_grad(fun, (0, 1), **options)(*ARGS)
    assert value == pytest.approx(fun(*ARGS), rel=1e-14)
    assert all(np.isscalar(g) and np.isrealobj(g) for g in made)
    fd.assert_close(made, expected, precision)
    fd.assert_close(grad(fun, **options)(*ARGS), expected[:1], precision)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("fun", FORWARDS)
def test_second_order(fun):
    both = grad(fun, (0, 1))
    expected = fd.directional(both, ARGS, (0, 1), np.array([1.0, 0.0]))
    fd.assert_close(np.array(hvp(fun, ARGS, (1.0, 0.0, None))[:2]), expected, np.dtype(np.float64))
    pulled = vjp(both, *ARGS)[1]((1.0, 0.0))[:2]
    fd.assert_close(np.array(pulled), expected, np.dtype(np.float64))


def test_an_input_without_influence_is_told():
    with pytest.warns(UserWarning, match="c"):
        assert grad(not_of_the_second, (0, 1))(*ARGS)[1] == 0.0
