"""Loops that become array expressions, at all sizes: without turns, with one, and where an item may not be there."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tangent_ad import value_and_grad


def a_number_in_each_turn(x, w):
    s = 0.0
    for _ in range(len(x)):
        s += w[5]
    return s


def the_same_number_everywhere(x, w):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = w[4] * w[5]
    return np.sum(y)


def scan_of_one_number(x, w):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = y[i - 1] + w[5]
    return np.sum(y)


def decided_by_one_number(x, w):
    s = 0.0
    for i in range(len(x)):
        if w[5] > 0:
            s += x[i]
    return s




def numbers_with_rows(x, w):
    s = 0.0
    for i in range(len(x)):
        t = w[4] * 2.0 + np.sin(w[5])
        s += t * x[i] + t * t + w[4]
        if x[i] > 2.5:
            s += t * x[i] + w[4]
        else:
            s -= w[5]
    return s


def numbers_in_places(x, w):
    y, z = np.zeros(len(x)), np.zeros(7)
    for i in range(len(x) - 1, -1, -1):
        y[i] = w[4] * x[i]
    for _ in range(len(x)):
        z[2] += w[5] * w[4]
    for i in range(0, len(x), 2):
        y[i] += w[4] * w[4]
    return np.sum(y * y) + np.sum(z)


def rows_of_a_matrix(x, w):
    a = np.outer(w, w[:3])
    s, t, u = np.zeros(3), 0.0, np.zeros((len(x), 3))
    for _ in range(len(x)):
        s += a[5]
        t += np.max(a[5])
    for i in range(len(x)):
        u[i] = a[5] * 2.0 + a[4] * x[i]
    return np.sum(s * s) + t + np.sum(u * u)


def one_place_of_a_row(x, w):
    """All of the row gets the number."""
    y = np.zeros((3, 5))
    for i in range(len(x)):
        y[i % 3] += x[i]
    return np.sum(y[0] * w[:5])


def rows_by_an_index_array(x, w):
    y, k = np.zeros((3, 3)), (w * 0.4).astype(int)
    for i in range(min(3, len(x))):
        y[k[i]] += x[i]
    return np.sum(y[0])


def bool_as_an_index(x, w):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[x[i] > 2.5] += x[i]
    return np.sum(y * y)


def masks_as_indices(x, w):
    y, masks = np.zeros(7), np.outer(x, w) > 2.5
    for i in range(len(x)):
        y[masks[i]] += x[i]
    return np.sum(y * w)


def start_that_broadcasts(x, w):
    a, s = np.outer(x, w[:3]), np.zeros(1)
    for i in range(len(x)):
        s = s + a[i]
    return np.sum(s + 1.0)


def infinite_number(x, w):
    c, s = np.log(np.sum(x * x)), np.sum(x)
    for _ in range(len(x)):
        s += c
    return s


def infinite_number_in_a_branch(x, w):
    t, s = 1.0 / (w[0] - w[0]), np.sum(x)
    for i in range(len(x)):
        if x[i] < 0:
            s += t
    return s


def numbers_times_turns(x, w):
    s, v = np.sum(x), np.zeros(7)
    for i in range(len(x)):
        s += w[1] * 2.0
        v += w
        if x[i] > 2.5:
            s -= w[2]
    return s + np.sum(v * w)


def guarded_item(x, w):
    a, s = np.outer(x, w[:2]), 0.0
    for i in range(len(x)):
        if a[i, 0] < 0:
            s += a[i, 3]
        row = a[i]
        if row[0] < 0:
            s += row[3]
        s += a[i, 1] + row[0]
    return s


PROGRAMS = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__ and callable(f)]


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value", "ignore:.* does not depend")
@pytest.mark.parametrize("optimise", [True, False])
@pytest.mark.parametrize("fun", PROGRAMS, ids=lambda f: f.__name__)
def test_every_size(fun, optimise):
    w = np.linspace(0.3, 1.4, 7)
    found = value_and_grad(fun, argnums=(0, 1), backend="numpy", optimise=optimise)
    for n in (3, 0, 1, 2, 5, 8, 17):
        x = np.arange(1.0, n + 1)
        value, gradient = found(x, w)
        np.testing.assert_allclose(value, fun(x.copy(), w), rtol=1e-12)
        if fun is infinite_number_in_a_branch:
            continue  # its derivative is not a number
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = gradient_by_differences(fun, x, w)
        for one, other in zip(gradient, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6, err_msg=f"{n} turns")


def gradient_by_differences(fun, x, w, h=1e-6):
    def slope(dx, dw):
        return (fun(x + h * dx, w + h * dw) - fun(x - h * dx, w - h * dw)) / (2 * h)

    no_x, no_w = np.zeros(x.size), np.zeros(w.size)
    return (np.array([slope(d, no_w) for d in np.eye(x.size)]), np.array([slope(no_x, d) for d in np.eye(w.size)]))
