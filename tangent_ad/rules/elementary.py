"""Elementary functions, NumPy's and the math module's."""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import math

import numpy as np

from tangent_ad.rules.declare import (
    attribute,
    constant,
    elementwise,
    general,
    linear,
    method,
    np_functions,
    refuse,
    unrolled,
)  # fmt: skip
from tangent_ad.runtime.helpers import polygamma, sinc_curvature


@elementwise(np.sin, math.sin)
def sin(z, x):
    return np.cos(x)


@elementwise(np.cos, math.cos)
def cos(z, x):
    return -np.sin(x)


@elementwise(np.tan, math.tan)
def tan(z, x):
    return 1 + z * z


@elementwise(np.arcsin, math.asin)
def arcsin(z, x):
    return 1 / np.sqrt(1 - x * x)


@elementwise(np.arccos, math.acos)
def arccos(z, x):
    return -1 / np.sqrt(1 - x * x)


@elementwise(np.arctan, math.atan)
def arctan(z, x):
    return 1 / (1 + x * x)


@elementwise(np.sinh, math.sinh)
def sinh(z, x):
    return np.cosh(x)


@elementwise(np.cosh, math.cosh)
def cosh(z, x):
    return np.sinh(x)


@elementwise(np.tanh, math.tanh)
def tanh(z, x):
    return 1 - z * z


@elementwise(np.arcsinh, math.asinh)
def arcsinh(z, x):
    return 1 / np.sqrt(x * x + 1)


@elementwise(np.arccosh, math.acosh, domain=(1.2, 3.0))
def arccosh(z, x):
    return 1 / np.sqrt(x * x - 1)


@elementwise(np.arctanh, math.atanh)
def arctanh(z, x):
    return 1 / (1 - x * x)


@elementwise(np.exp, math.exp)
def exp(z, x):
    return z


@elementwise(np.exp2, *([math.exp2] if hasattr(math, "exp2") else []))
def exp2(z, x):
    return z * 0.6931471805599453


@elementwise(np.expm1, math.expm1)
def expm1(z, x):
    return z + 1


@elementwise(np.log)
def log(z, x):
    return 1 / x


@elementwise(math.log, domain=(1.2, 3.0))
def math_log(z, x, base=None, /):
    if base is None:
        return 1 / x, None
    return 1 / (x * math.log(base)), -z / (base * math.log(base))


@elementwise(np.log2, math.log2)
def log2(z, x):
    return 1.4426950408889634 / x


@elementwise(np.log10, math.log10)
def log10(z, x):
    return 0.4342944819032518 / x


@elementwise(np.log1p, math.log1p)
def log1p(z, x):
    return 1 / (1 + x)


@elementwise(np.sqrt, math.sqrt, kinks="x = 0: infinite")
def sqrt(z, x):
    return 0.5 / z


@elementwise(np.cbrt, *([math.cbrt] if hasattr(math, "cbrt") else []), kinks="x = 0: infinite")
def cbrt(z, x):
    return 1 / (3 * z * z)


@elementwise(np.square)
def square(z, x):
    return 2 * x


@elementwise(np.reciprocal)
def reciprocal(z, x):
    return -z * z


@elementwise(np.fabs, math.fabs, kinks="x = 0: 0 by convention")
def fabs(z, x):
    return np.sign(x)


def conj(x):
    return np.conj(x) if np.iscomplexobj(x) else x


def re(x):
    return np.real(x) if np.iscomplexobj(x) else x


def _absolute_forward(x_dot, z, x):
    if np.iscomplexobj(x):
        return np.real(np.conj(x) * x_dot) / nonzero(z)
    return np.sign(x) * x_dot


@general(np.absolute, abs, forward=_absolute_forward, kinks="x = 0: 0 by convention")
def absolute(z_bar, z, x):
    if np.iscomplexobj(x):
        return z_bar * np.conj(x) / nonzero(z)
    return z_bar * np.sign(x)


def nonzero(z):
    """z, and 1 where it is 0: to divide what is 0 there, too."""
    return z + (z == 0)


@elementwise(np.hypot, kinks="(0, 0): 0 by convention")
def hypot(z, x, y):
    return x / nonzero(z), y / nonzero(z)


@elementwise(math.hypot, kinks="0: 0 by convention")
def math_hypot(z, *coordinates):
    parts = ()
    for x in unrolled(coordinates):
        parts = parts + (x / z if z != 0.0 else 0.0,)
    return parts


@elementwise(np.arctan2, math.atan2, kinks="(0, 0): not a number")
def arctan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@elementwise(np.logaddexp, source="softmax of the arguments")
def logaddexp(z, x, y):
    return np.exp(x - z), np.exp(y - z)


@elementwise(np.logaddexp2)
def logaddexp2(z, x, y):
    return np.exp2(x - z), np.exp2(y - z)


@elementwise(np.heaviside, inert=("x",), kinks="x = 0: constant in x")
def heaviside(z, x, y):
    return (x == 0) * 1.0


@elementwise(np.sinc)
def sinc(z, x):
    return x * sinc_curvature(x)


@elementwise(np.deg2rad, np.radians, math.radians)
def deg2rad(z, x):
    return 0.017453292519943295


@elementwise(np.rad2deg, np.degrees, math.degrees)
def rad2deg(z, x):
    return 57.29577951308232


@elementwise(math.pow, kinks="x = 0: infinite in x for 0 < y < 1, 0 in y")
def math_pow(z, x, y):
    return (y * math.pow(x, y - 1) if y != 0 else 0.0), (z * math.log(x) if x != 0 else 0.0)


@elementwise(np.copysign, inert=("y",), kinks="x = 0: the sign of y; y = 0: 0 by convention")
def copysign(z, x, y):
    return np.copysign(1, x) * np.copysign(1, y)


@elementwise(math.copysign, inert=("y",), kinks="x = 0: the sign of y; y = 0: 0 by convention")
def math_copysign(z, x, y):
    return math.copysign(1.0, x) * math.copysign(1.0, y)


@elementwise(math.fmod, math.remainder, kinks="where the quotient jumps")
def fmod(z, x, y):
    return 1, (z - x) / y


@elementwise(math.erf, source="d/dx erf(x) = 2/sqrt(pi) exp(-x^2)")
def erf(z, x):
    return 1.1283791670955126 * math.exp(-x * x)


@elementwise(math.erfc)
def erfc(z, x):
    return -1.1283791670955126 * math.exp(-x * x)


def step(x, y):
    """1 where x > y, 0 where x < y, one half where they are equal: ties share evenly, also those of infinities."""
    if np.ndim(x) == 0 and np.ndim(y) == 0:
        return 1.0 if x > y else 0.5 if x == y else 0.0
    return np.greater(x, y) + 0.5 * np.equal(x, y)


def stays(x, y):
    """0 where y > x, one half where they are equal, else 1, also beside what is not a number: what step leaves over."""
    if np.ndim(x) == 0 and np.ndim(y) == 0:
        return 0.0 if y > x else 0.5 if x == y else 1.0
    return 1.0 - step(y, x)


def rest_of(part, x, y):
    """What a step from x to y leaves of 1."""
    return stays(x, y) if np.ndim(x) == 0 and np.ndim(y) == 0 else 1.0 - part


@elementwise(np.maximum, kinks="x = y: one half each")
def maximum(z, x, y):
    t = step(x, y)
    return t, rest_of(t, y, x)


@elementwise(np.minimum, kinks="x = y: one half each")
def minimum(z, x, y):
    t = step(y, x)
    return t, rest_of(t, x, y)


@elementwise(np.fmax, kinks="x = y: one half each")
def fmax(z, x, y):
    return np.where(np.isnan(y), 1.0, step(x, y)), np.where(np.isnan(x), 1.0, step(y, x))


@elementwise(np.fmin, kinks="x = y: one half each")
def fmin(z, x, y):
    return np.where(np.isnan(y), 1.0, step(y, x)), np.where(np.isnan(x), 1.0, step(x, y))


@elementwise(max, kinks="x = y: one half each")
def largest(z, x, y):
    return stays(x, y), step(y, x)


@elementwise(min, kinks="x = y: one half each")
def smallest(z, x, y):
    return stays(y, x), step(x, y)


def above(x, y):
    """1 where x > y, one half where they are equal; 1 where one of them is no bound."""
    if x is None:
        return 1.0
    if y is None:
        return 1.0
    return step(x, y)


@elementwise(np.clip, kinks="the bounds: one half each")
def clip(z, a, a_min, a_max):
    raised = a if a_min is None else np.maximum(a, a_min)
    return above(a, a_min) * above(a_max, a), above(a_min, a) * above(a_max, a_min), above(raised, a_max)


@linear(np.real, view="may")
def real(y_bar, x):
    return y_bar + 0j if np.iscomplexobj(x) else y_bar


@linear(np.imag, view="may")
def imag(y_bar, x):
    return y_bar * -1j if np.iscomplexobj(x) else np.zeros_like(x)


@linear(np.conjugate)
def conjugate(y_bar, x):
    return np.conj(y_bar)


def _angle_forward(x_dot, z, x):
    return np.imag(x_dot / x) if np.iscomplexobj(x) else np.zeros_like(x)


@general(np.angle, forward=_angle_forward, kinks="x = 0: not a number")
def angle(z_bar, z, x):
    return z_bar * -1j / x if np.iscomplexobj(x) else np.zeros_like(x)


@linear(np.ldexp, math.ldexp, broadcasts=True)
def ldexp(y_bar, x1, x2, /):
    return np.ldexp(y_bar, x2)


@elementwise(math.lgamma, domain=(0.2, 3.0), source="the digamma function")
def lgamma(z, x):
    return polygamma(0, x)


@elementwise(math.gamma, domain=(0.2, 3.0))
def gamma(z, x):
    return z * polygamma(0, x)


def _nan_to_num_forward(x_dot, z, x, nan, posinf, neginf):
    return x_dot * np.isfinite(x)


@general(np.nan_to_num, forward=_nan_to_num_forward, kinks="what is replaced: 0")
def nan_to_num(z_bar, z, x, nan=0.0, posinf=None, neginf=None):
    if np.iscomplexobj(x):
        refuse("np.nan_to_num of complex values has no rule", "replace their real and imaginary parts")
    return z_bar * np.isfinite(x)


def _unwrap_forward(p_dot, z, p, discont, axis, period):
    return p_dot


@general(np.unwrap, forward=_unwrap_forward, kinks="where the number of periods changes: 1")
def unwrap(z_bar, z, p, discont=None, axis=-1, period=6.283185307179586):
    return z_bar


constant(
    math.floor, math.ceil, math.trunc, math.isnan, math.isinf, math.isfinite, math.isclose, math.gcd,
    math.factorial, math.comb, math.perm, math.isqrt,
    *np_functions(
        "floor", "ceil", "trunc", "rint", "round", "around", "fix", "sign", "signbit", "isnan",
        "isinf", "isfinite", "isclose", "allclose", "array_equal", "equal", "not_equal", "less",
        "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_not", "logical_xor",
        "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "any", "all", "isreal", "iscomplex",
        "iscomplexobj",
    ),
)  # fmt: skip
attribute("real", np.real)
attribute("imag", np.imag)
method(clip=np.clip, conj=np.conjugate, conjugate=np.conjugate, round=np.round)
