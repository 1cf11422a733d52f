"""Elementary functions, NumPy's and the math module's."""

from __future__ import annotations

import math

import numpy as np

from tangent_ad.rules.declare import constant, elementwise, np_functions


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


@elementwise(np.absolute, abs, kinks="x = 0: 0 by convention")
def absolute(z, x):
    return np.sign(x)


@elementwise(np.hypot, math.hypot, kinks="(0, 0): not a number")
def hypot(z, x, y):
    return x / z, y / z


@elementwise(np.arctan2, math.atan2, kinks="(0, 0): not a number")
def arctan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@elementwise(np.logaddexp, source="softmax of the arguments")
def logaddexp(z, x, y):
    return np.exp(x - z), np.exp(y - z)


@elementwise(np.logaddexp2)
def logaddexp2(z, x, y):
    return np.exp2(x - z), np.exp2(y - z)


@elementwise(np.sinc, kinks="x = 0: 0")
def sinc(z, x):
    return np.where(x == 0, 0.0, (np.cos(np.pi * x) - z) / np.where(x == 0, 1.0, x))


@elementwise(np.deg2rad, np.radians, math.radians)
def deg2rad(z, x):
    return 0.017453292519943295


@elementwise(np.rad2deg, np.degrees, math.degrees)
def rad2deg(z, x):
    return 57.29577951308232


@elementwise(math.pow, kinks="x = 0 with y < 1")
def math_pow(z, x, y):
    return y * math.pow(x, y - 1), z * math.log(x)


@elementwise(np.copysign, math.copysign, kinks="x = 0")
def copysign(z, x, y):
    return np.copysign(1.0, x) * np.copysign(1.0, y), None


@elementwise(math.fmod, kinks="multiples of y")
def fmod(z, x, y):
    return 1, (z - x) / y


@elementwise(math.erf, source="d/dx erf(x) = 2/sqrt(pi) exp(-x^2)")
def erf(z, x):
    return 1.1283791670955126 * math.exp(-x * x)


@elementwise(math.erfc)
def erfc(z, x):
    return -1.1283791670955126 * math.exp(-x * x)


@elementwise(np.maximum, max, np.fmax, kinks="x = y: one half each")
def maximum(z, x, y):
    return np.heaviside(x - y, 0.5), np.heaviside(y - x, 0.5)


@elementwise(np.minimum, min, np.fmin, kinks="x = y: one half each")
def minimum(z, x, y):
    return np.heaviside(y - x, 0.5), np.heaviside(x - y, 0.5)


@elementwise(np.clip, kinks="the bounds: one half each")
def clip(z, x, lower, upper):
    return (
        np.heaviside(x - lower, 0.5) * np.heaviside(upper - x, 0.5),
        np.heaviside(lower - x, 0.5),
        np.heaviside(x - upper, 0.5),
    )


constant(
    math.floor, math.ceil, math.trunc, math.isnan, math.isinf, math.isfinite, math.isclose, math.gcd,
    math.factorial, math.comb, math.perm, math.isqrt,
    *np_functions(
        "floor", "ceil", "trunc", "rint", "round", "around", "fix", "sign", "signbit", "heaviside", "isnan", "isinf", "isfinite",
        "isclose", "allclose", "array_equal", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
        "logical_and", "logical_or", "logical_not", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor",
        "invert", "any", "all", "isreal", "iscomplex", "isscalar",
    ),
)  # fmt: skip
