"""Operators: + - * / ** // % and their NumPy spellings."""

from __future__ import annotations

import operator

import numpy as np

from tangent_ad.rules.declare import constant, elementwise, is_known, linear, np_functions


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


def power_slope(z, x, y):
    """y x^(y-1), and 0 where y is 0, also for x = 0. Another power costs more than a division of z = x^y."""
    if is_known(y) and isinstance(y, (int, float)):
        if y < 0:
            return y * z / x
        if y == 0.5:
            return y / z
    if np.ndim(y) == 0:
        return y * x ** (y - 1) if y != 0 else 0.0
    return y * x ** np.where(y == 0, 1, y - 1)


def log_of_base(x):
    """log x, and 0 where x is 0: the power itself is 0 there."""
    if np.ndim(x) == 0:
        return np.log(x) if x != 0 else 0.0
    return np.log(np.where(x == 0, 1, x))


@elementwise(operator.pow, np.power, np.float_power, kinks="x = 0: infinite in x for 0 < y < 1, 0 in y")
def power(z, x, y):
    return power_slope(z, x, y), z * log_of_base(x)


@elementwise(operator.mod, np.mod, np.fmod, kinks="multiples of y")
def mod(z, x, y):
    return 1, (z - x) / y


@linear(float, *np_functions("float64", "float32", "complex128", "complex64"), view="may", broadcasts=True)
def cast(y_bar, x):
    return y_bar


@linear(complex, wrt=("real", "imag"))
def complex_number(z_bar, real=0.0, imag=0.0, /):
    return of_kind(z_bar, real), of_kind(z_bar * 1j, imag)


def of_kind(x_bar, x):
    return x_bar if np.iscomplexobj(x) else np.real(x_bar)


@linear(list, tuple, view="may")
def sequence(y_bar, x):
    return list(y_bar)


constant(
    operator.floordiv, np.floor_divide, operator.not_, operator.invert, operator.and_, operator.or_,
    operator.xor, operator.lshift, operator.rshift, operator.eq, operator.ne, operator.lt, operator.le,
    operator.gt, operator.ge, operator.is_, operator.is_not, operator.contains, bool, int, str, repr, len,
    range, zip, enumerate, reversed, any, all, isinstance, round,
)  # fmt: skip
constant(print, pure=False)
