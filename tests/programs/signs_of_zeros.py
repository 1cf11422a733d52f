"""Zeros as NumPy takes them: `0.0 - y` of 0.0 is 0.0 and `-y` is -0.0, and a remainder by zero is nan, no error."""

import math

import numpy as np

from . import Program

x3 = np.array([0.7, -1.3, 2.1])
y3 = np.array([-1.0, 0.0, 1.0])


def zero_minus(x, y):
    return x[0] ** 2 * np.arctan2(0.0 - y[1], y[0])


def plus_zero(x, y):
    return x[0] ** 2 * math.atan2(-y[1] + 0.0, y[0])


def plus_zeros(x, y):
    return np.copysign(1.0, np.zeros_like(x) + -(np.abs(x) * y[1])) @ x**2


def root_at_the_cut(x, y):
    return x[0] ** 2 * np.sqrt(complex(-1.0, 0 - y[1])).imag


def sum_of_negated(x, y):
    return np.arctan2(np.sum(-y), -1.0) * x[0] ** 2


def angle_of_a_sum(x, y):
    return x[0] ** 2 * np.angle(y[0] + 1j * (0 - y[1]))


def remainders_by_zero(x, y):
    s = 0.0
    with np.errstate(invalid="ignore"):
        for i in range(len(x)):
            r = x[i] % y[i]
            if r == r:
                s += r * x[i]
    return s


def quotients_and_remainders_by_zero(x, y):
    s = x[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        for i in range(len(x)):
            _, r = divmod(x[i], y[i] * y[0])
            s = s * 0.5 + (r if r == r else x[i] ** 2)
    return s


PROGRAMS = [
    Program(fun, (x3, y3))
    for fun in (
        zero_minus,
        plus_zero,
        plus_zeros,
        root_at_the_cut,
        sum_of_negated,
        angle_of_a_sum,
        remainders_by_zero,
        quotients_and_remainders_by_zero,
    )
]
