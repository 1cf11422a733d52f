"""Arrays of which the reverse sweep reads only the shape: they are not kept, and the gradient is right."""

import tracemalloc

import numpy as np
import pytest

from tangent_ad import grad, value_and_grad
from tests.finite_differences import assert_close
from tests.finite_differences import gradient as differences


def padded(u, steps):
    for _ in range(steps):
        wide = np.concatenate((u[:1], u, u[-1:]))
        u = u + 0.2 * (wide[2:] - 2.0 * u + wide[:-2])
    return np.sum(u**2)


def shrinking(u, steps):
    """Every turn has another shape."""
    for _ in range(steps):
        twice = 3.0 * u
        u = twice[1:] + twice[:-1]
    return np.sum(u**2)


def reshaped(u, steps):
    for k in range(1, steps + 1):
        rows = u.reshape(2, -1) * 1.5
        rows[0] = rows[1] * k
        u = rows.reshape(-1)
    return np.sum(u**2)


def summed_down(u, steps):
    """A row beside a matrix: the cotangent of the row is summed down to its shape."""
    rows = np.outer(u, u)
    for k in range(steps):
        part = 1.0 * u[k % 2 :]
        rows[:, k % 2 :] = rows[:, k % 2 :] + part
    return np.sum(rows**2)


def on_a_path(u, steps):
    for k in range(steps):
        if k % 2:
            other = 2.0 * u
            other[0] = 0.0
            u = u + other
        else:
            u = 0.5 * u
    return np.sum(u**2)


def nested(u, steps):
    for _ in range(steps):
        held = np.empty_like(u)
        for j in range(2):
            held[:] = u * (j + 1.0)
            u = 0.3 * held + 0.1 * u
    return np.sum(u**2)


def after_a_branch(u, steps):
    """The array that is as large is there on one path only."""
    scale = np.ones_like(u)
    for k in range(steps):
        if k % 2 == 0:
            scale = np.tanh(u) + 0.1 * k
        wide = 2.0 * u
        wide[1:] = wide[1:] + wide[:-1]
        u = wide * 0.3
        if k > 1:
            u = u * scale
    return np.sum(u**2)


def halves(u, steps):
    for k in range(steps):
        n = len(u) // 2 - k % 2
        t = u[: 2 * n : 2] + u[1 : 2 * n : 2]
        u = u.copy()
        u[n : 2 * n] = 0.7 * (u[: 2 * n : 2] - u[1 : 2 * n : 2])
        u[:n] = 0.7 * t
    return np.sum(u**2)


LINEAR = (padded, shrinking, reshaped, on_a_path, nested, halves)


@pytest.mark.parametrize("size", [6, 8])
@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("program", [*LINEAR, summed_down, after_a_branch], ids=lambda f: f.__name__)
def test_the_gradient_is_right(program, steps, size):
    u = np.random.default_rng(steps).normal(size=size)
    value, gradient = value_and_grad(program)(u, steps)
    assert value == program(u.copy(), steps)
    assert_close(gradient, differences(program, (u, steps), (0,)), u.dtype)


@pytest.mark.parametrize("program", LINEAR, ids=lambda f: f.__name__)
def test_linear_turns_keep_no_arrays(program):
    """Five times as many turns take no array more."""
    u = np.random.default_rng(0).normal(size=20_000)
    gradient_of = grad(program)

    def peak(steps):
        gradient_of(u, steps)
        tracemalloc.start()
        gradient_of(u, steps)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(40) - peak(8) < u.nbytes
