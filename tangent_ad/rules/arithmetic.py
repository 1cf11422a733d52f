"""Operators: + - * / ** // % and their NumPy spellings."""

from __future__ import annotations

import operator

import numpy as np

from tangent_ad.rules.declare import constant, elementwise, linear


@elementwise(operator.add, np.add)
def add(z, x, y):
    return 1, 1


@elementwise(operator.sub, np.subtract)
def sub(z, x, y):
    return 1, -1


@elementwise(operator.mul, np.multiply)
def mul(z, x, y):
    return y, x


@elementwise(operator.truediv, np.divide)
def truediv(z, x, y):
    return 1 / y, -z / y


@elementwise(operator.neg, np.negative)
def neg(z, x):
    return -1


@elementwise(operator.pos, np.positive)
def pos(z, x):
    return 1


@elementwise(operator.pow, np.power, kinks="x = 0 with y < 1")
def power(z, x, y):
    return y * x ** (y - 1), z * np.log(np.where(x == 0, 1.0, x))


@elementwise(np.float_power, kinks="x = 0 with y < 1")
def float_power(z, x, y):
    return y * np.float_power(x, y - 1), z * np.log(np.where(x == 0, 1.0, x))


@elementwise(operator.mod, np.mod, np.fmod, kinks="multiples of y")
def mod(z, x, y):
    return 1, (z - x) / y


@linear(float, view=True)
def identity(y_bar, x):
    return y_bar


constant(
    operator.floordiv, np.floor_divide, operator.not_, operator.invert, operator.and_, operator.or_, operator.xor,
    operator.lshift, operator.rshift, operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    operator.is_, operator.is_not, operator.contains, bool, int, str, repr, len, range, zip, enumerate, reversed,
    any, all, sorted, isinstance, round,
)  # fmt: skip
constant(print, pure=False)
