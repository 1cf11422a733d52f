"""Which maxima have no derivative; that what comes of it is right is tested in `test_programs.py`."""

from __future__ import annotations

import numpy as np
import pytest
from programs import Program
from programs.shifts import CANCELLED, KEPT

from tangent_ad import grad, jvp, source


def tells_maxima(program: Program) -> bool:
    """Whether the derivative asks where the maximum is, as the rule of a maximum does."""
    return "chosen = " in source(program.fun, "vjp", program.args, argnums=program.argnums)


@pytest.mark.parametrize("program", CANCELLED, ids=lambda p: p.label)
def test_nothing_depends_on_a_shift_that_cancels(program):
    assert not tells_maxima(program)


@pytest.mark.parametrize("program", KEPT, ids=lambda p: p.label)
def test_another_use_of_the_largest_has_a_derivative(program):
    assert tells_maxima(program)


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def test_ties_and_numbers_out_of_the_range_of_exp():
    """Equal items share alike; without the shift exp(1e4) would be infinite."""
    x, w = np.array([1e4, 1e4, 1e4 - 1.0]), np.array([1.0, 0.0, 2.0])
    p = softmax(x)
    expected = p * (w - p @ w)
    np.testing.assert_allclose(grad(lambda x: np.sum(softmax(x) * w))(x), expected, rtol=1e-12)
    np.testing.assert_allclose(jvp(softmax, (x,), (w,))[1], expected, rtol=1e-12)


def test_a_mask_of_minus_infinity():
    """As attention masks: what is left out has a probability of 0 and a derivative of 0."""
    x = np.array([0.3, -np.inf, 1.2])
    gradient = grad(lambda x: np.sum(softmax(x) ** 2))(x)
    assert gradient[1] == 0.0
    h = 1e-6
    for i in (0, 2):
        step = h * np.eye(3)[i]
        slope = (np.sum(softmax(x + step) ** 2) - np.sum(softmax(x - step) ** 2)) / (2 * h)
        np.testing.assert_allclose(gradient[i], slope, atol=1e-8)
