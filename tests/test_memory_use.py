"""A loop that does little work a turn has an adjoint that does little work a turn: no array is copied whole in it."""

import re

import numpy as np
import pytest

from tangent_ad import value_and_grad


def swapped(u, steps):
    old, new = u.copy(), np.zeros_like(u)
    for _ in range(steps):
        new[1:-1] = np.sin(old[2:]) * old[:-2]
        old, new = new, old
    return np.sum(old**2)


def swapped_linear(u, steps):
    old, new = u.copy(), np.zeros_like(u)
    for _ in range(steps):
        new[1:-1] = 0.5 * (old[2:] + old[:-2])
        old, new = new, old
    return np.sum(old**2)


def three_buffers(u, steps):
    before, now, after = u.copy(), u.copy(), np.zeros_like(u)
    for _ in range(steps):
        after[1:-1] = 2.0 * now[1:-1] - before[1:-1] + 0.1 * now[2:]
        before, now, after = now, after, before
    return np.sum(now**2)


def rows(x, steps):
    y = np.zeros((steps + 1, len(x)))
    y[0] = x
    for i in range(steps):
        y[i + 1] = np.tanh(y[i]) * x
    return np.sum(y**2)


def columns(x, steps):
    y = np.zeros((len(x), steps + 1))
    y[:, 0] = x
    for j in range(steps):
        y[:, j + 1] = y[:, j] * x + y[:, 0]
    return np.sum(y**2)


def elements(x, steps):
    for _ in range(steps):
        for i in range(1, len(x)):
            x[i] += x[i] * x[i - 1]
    return np.sum(x)


def on_a_branch(x, steps):
    y = np.zeros((steps + 1, len(x)))
    y[0] = x
    for i in range(steps):
        if i % 2 == 0:
            y[i + 1] = y[i] * x
        else:
            y[i + 1] = y[i - 1] * y[i]
    return np.sum(y**2)


def written_after_the_read(force, steps):
    """The record holds one array in two entries: it must not be written into."""
    vel = np.zeros_like(force)
    dt = force[0]
    for _ in range(steps):
        vel += dt * force
        force[:] = 2.0 * vel
        vel += dt * force
    return np.sum(vel**2)


def kept_and_swapped(u, steps):
    """What is kept in a list stays as it is, though the buffers change places."""
    old, new = u.copy(), np.zeros_like(u)
    seen = []
    for _ in range(steps):
        new[1:-1] = old[2:] * old[:-2]
        seen.append(new)
        old, new = new, old + 0.0
    return np.sum(seen[0] * seen[-1]) + np.sum(old)


def one_array_twice(u, steps):
    """The buffers are one array from the second turn on."""
    a, b = u.copy(), u * 2.0
    for _ in range(steps):
        b[1:] = a[1:] * a[:-1]
        a = b
    return np.sum(a**2 + b)


X = np.array([0.5, -0.3, 0.8, 0.2, 1.1])
ALL = (swapped, swapped_linear, three_buffers, rows, columns, elements, on_a_branch, written_after_the_read,
       kept_and_swapped, one_array_twice)  # fmt: skip
WITHOUT = (swapped_linear, three_buffers, rows, columns, elements, on_a_branch)


@pytest.mark.parametrize("program", ALL, ids=lambda f: f.__name__)
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4])
def test_the_gradient_is_right(program, steps):
    if program is kept_and_swapped and steps == 0:
        pytest.skip("it reads the first of what it kept")
    value, gradient = value_and_grad(program)(X, steps)
    assert value == program(X.copy(), steps)

    def slope(v, h=1e-6):
        return (program(X + h * v, steps) - program(X - h * v, steps)) / (2 * h)

    np.testing.assert_allclose(gradient, [slope(e) for e in np.eye(len(X))], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("program", WITHOUT, ids=lambda f: f.__name__)
def test_loops_copy_slices_only(program):
    text = value_and_grad(program).source(X, 3)
    assert whole_copies_in_loops(text) == [], text


def whole_copies_in_loops(text):
    """The lines in loops that copy, or fill with zeros, an array that has a name."""
    found, loops = [], []
    for line in text.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        loops = [d for d in loops if d < depth]
        if loops and re.search(r"\b(?!\w*_item(_\d+)?\.copy)\w+\.copy\(\)|zeros(_like\(\w+|\(\w+\.shape)\)", line):
            found.append(line)
        if re.match(r"\s*(for|while) ", line):
            loops.append(depth)
    return found
