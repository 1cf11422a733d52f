"""Scalar formulas with Python's operators, its builtins and the `math` module."""

import math
from math import exp, pi

from . import Program


def polynomial(x):
    return 3.0 * x**3 - 2.0 * x**2 + x - 7.0


def all_operators(x, y):
    return +x * y - x / y + (x - y) ** 2 - (-x) ** 3


def integer_powers(x, n):
    return x**n + x**0 + x**1 + x**-2 + pow(x, n + 1)


def powers_at_zero(x):
    """A rule that takes log(x) for every power returns nan here."""
    return x**2 + 3.0 * x**1 + x**0 + x**3.0


def power_of_negative_base(x):
    return x**3 + x**-1 + x**2.0


def exponent_of_a_complex_base(x):
    return ((1j) ** x).real + ((0.5 + 2j) ** (x * x)).imag


def variable_exponent(x, y):
    return x**y + 2.0**x + y**0.5


def remainder_and_floor(x, y):
    return (x % y) * x + (x // y) * y


def square_by_self(x):
    x = x * x
    x = x * x
    return x


def long_chain(x, y, z):
    a = x * y
    b = a + z
    a = b * a
    b = a - b * x
    return a * b


def augmented_scalars(x, y):
    total = 1.0
    total += x
    total *= y
    total -= x * y
    total /= 2.0 + x
    total **= 2
    return total


def math_elementary(x):
    return math.sin(x) * math.cos(x) + math.tan(x) - math.exp(-x) * math.log(x) + math.sqrt(x)


def math_hyperbolic(x):
    return math.sinh(x) + math.cosh(x) * math.tanh(x)


def math_inverse(x):
    return math.asin(x) + math.acos(x) * math.atan(x)


def math_two_arguments(x, y):
    return math.hypot(x, y) + math.atan2(y, x) + math.pow(x, y)


def math_logarithms(x):
    return math.log1p(x) + math.expm1(x) + math.log2(x) + math.log10(x) + math.log(x)


def math_fabs_and_floor(x):
    return math.fabs(x) * math.floor(x) + math.ceil(x) * x


def from_math_import(x):
    return exp(-0.5 * x * x) / math.sqrt(2.0 * pi)


def builtin_abs_min_max(x, y):
    return abs(x) * max(x, y) + min(x, y) ** 2 - max(x, 0.0)


def builtin_float(x):
    return float(x) * x


def one_argument_unused(x, y):
    """The output does not depend on y: its derivative is zero, and a warning says so."""
    return x * x


def overwritten_argument(x, y):
    y = x * 3.0
    return y * y


def blackbody(wavelength, temperature):
    """Planck's law in units in which h = c = k = 1."""
    return 2.0 / wavelength**5 / (math.exp(1.0 / (wavelength * temperature)) - 1.0)


def black_scholes(spot, strike, rate, sigma, years):
    """Price of a European call; the normal distribution function comes from erf."""
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * years) / (sigma * math.sqrt(years))
    d2 = d1 - sigma * math.sqrt(years)
    below1 = 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0)))
    below2 = 0.5 * (1.0 + math.erf(d2 / math.sqrt(2.0)))
    return spot * below1 - strike * math.exp(-rate * years) * below2


def great_circle(latitude1, longitude1, latitude2, longitude2):
    """Haversine distance on the unit sphere; angles in degrees."""
    phi1, phi2 = math.radians(latitude1), math.radians(latitude2)
    half_phi = (phi2 - phi1) / 2.0
    half_lambda = math.radians(longitude2 - longitude1) / 2.0
    a = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2.0 * math.asin(math.sqrt(a))


def van_der_waals(volume, temperature, a=1.2, b=0.3):
    return temperature / (volume - b) - a / volume**2


PROGRAMS = [
    Program(polynomial, (1.3,)),
    Program(all_operators, (1.3, 0.7), (0, 1)),
    Program(integer_powers, (1.4, 3)),
    Program(powers_at_zero, (0.0,)),
    Program(power_of_negative_base, (-1.3,)),
    Program(exponent_of_a_complex_base, (0.8,)),
    Program(variable_exponent, (1.4, 0.8), (0, 1)),
    Program(remainder_and_floor, (7.3, 2.1), (0, 1)),
    Program(square_by_self, (1.1,)),
    Program(long_chain, (1.1, -0.6, 0.4), (0, 1, 2)),
    Program(augmented_scalars, (0.8, 1.7), (0, 1)),
    Program(math_elementary, (0.6,)),
    Program(math_hyperbolic, (-0.4,)),
    Program(math_inverse, (0.35,)),
    Program(math_two_arguments, (1.2, 0.7), (0, 1)),
    Program(math_logarithms, (0.9,)),
    Program(math_fabs_and_floor, (-2.4,)),
    Program(from_math_import, (0.7,)),
    Program(builtin_abs_min_max, (-1.2, 0.9), (0, 1)),
    Program(builtin_float, (0.9,)),
    Program(one_argument_unused, (0.9, 0.4), (0, 1)),
    Program(overwritten_argument, (0.9, 0.4), (0, 1)),
    Program(blackbody, (0.8, 1.1), (0, 1)),
    Program(black_scholes, (1.1, 1.0, 0.03, 0.25, 1.5), (0, 2, 3, 4)),
    Program(great_circle, (48.1, 11.6, 52.5, 13.4), (0, 1, 2, 3)),
    Program(van_der_waals, (1.4, 2.0), (0, 1)),
]
