"""Name resolution: what a name means is decided by the module and the scope it stands in."""

import enum
import math
import math as m

import numpy
import numpy as np
from numpy import cos, linalg
from numpy import exp as e
from numpy import sin as s

from . import Program
from .support import imperial, metric
from .support.imperial import convert as to_imperial
from .support.metric import convert as to_metric
from .support.metric import convert_squared

rng = np.random.default_rng(4)

SCALE = 3.0
WEIGHTS = np.array([0.5, -1.5, 2.5])
TABLE = {"a": 1.5, "b": (2.0, np.array([1.0, 2.0, 3.0]))}
sine = np.sin
sin = np.cos  # a misleading name on purpose


def three_spellings_of_numpy(x):
    return np.sum(numpy.sin(x) * np.cos(x) + s(x) * cos(x) + e(x))


def two_spellings_of_math(x):
    return m.sin(x) * math.cos(x)


def misleading_alias(x):
    return sin(x) * sine(x)


def attribute_of_submodule(x):
    """The norm is taken of constant data, so it needs no rule."""
    return x * linalg.norm(WEIGHTS) + x**2 * np.linalg.norm(WEIGHTS)


def global_scalar(x):
    return SCALE * x**2


def global_array(x):
    return np.sum(WEIGHTS * x**2) + np.dot(WEIGHTS, x)


def global_container(x):
    slope, row = TABLE["b"]
    return TABLE["a"] * slope * np.sum(row * x**2)


def same_name_in_two_modules(x):
    return metric.convert(x) * imperial.convert(x) + to_metric(x) - to_imperial(x)


def helpers_of_same_name_call_their_own(x):
    return convert_squared(x) * imperial.convert_squared(x)


def global_shadows_helpers_global(x):
    """SCALE is 3 here, 1.25 in metric and a function in imperial."""
    return SCALE * metric.convert(x) + SCALE**2 * imperial.convert(x) + metric.SCALE * x**2


def local_shadows_global(x):
    SCALE = x * x
    return SCALE * x


def local_shadows_module(x):
    """`math` is a local number here, `e` a parameter of the lambda."""
    math = 2.0 * x
    double = lambda e: e * math  # noqa: E731
    return double(x) + math**2


def parameter_shadows_builtin(x, sum, max=2.0):
    return x * sum**max


def local_alias_of_function(x):
    f = np.exp
    g = f
    return np.sum(g(-x) * f(x**2))


def constants_of_modules(x):
    return math.pi * x**2 + np.pi * x + np.e


def helper(x):
    return 2.0 * x


def local_function_shadows_global(x):
    def helper(y):
        return y**3

    return helper(x) + calls_global_helper(x)


def calls_global_helper(x):
    return helper(x) * x


def underscores(x, _x, x_, x_bar, dx, tmp, record):
    """Names that generated code may want for itself."""
    return x * _x + x_ * x_bar + dx * tmp * record + x * record


def more_names_of_generated_code(x):
    x_bar = x * 2.0
    x_dot = math.sin(x_bar)
    record = [x_bar, x_dot]
    dx = record[0] * record[1]
    bx, x_tangent, cotangent, out = dx, x_dot, x_bar, x
    return bx * x_tangent + cotangent * out * dx


class Scheme(enum.Enum):
    EULER = 1.0
    HEUN = 2.0


def values_and_names_of_members(x):
    scale = Scheme.HEUN.value if x > 1.0 else Scheme.EULER.value
    return x * scale * Scheme.HEUN.value + len(Scheme.EULER.name)


def asks_what_a_module_has(x):
    integrate = np.trapezoid if hasattr(np, "trapezoid") else np.trapz
    return integrate(np.array([x, x * x, 3.0])) if hasattr(math, "dist") else x


def asked_of_a_module_in_a_module(x):
    s = np.sum(x) if hasattr(np.fft, "rfft") else 0.0
    return s * getattr(np.linalg, "vecdot", np.dot)(x, x) * getattr(np.linalg, "no_such_name", 3.0)


PROGRAMS = [
    Program(three_spellings_of_numpy, (rng.normal(size=3),)),
    Program(two_spellings_of_math, (0.7,)),
    Program(misleading_alias, (0.7,)),
    Program(attribute_of_submodule, (0.7,)),
    Program(global_scalar, (0.7,)),
    Program(global_array, (rng.normal(size=3),)),
    Program(global_container, (rng.normal(size=3),)),
    Program(same_name_in_two_modules, (0.7,)),
    Program(helpers_of_same_name_call_their_own, (0.7,)),
    Program(global_shadows_helpers_global, (0.7,)),
    Program(metric.convert, (0.7,), name="convert_of_metric"),
    Program(imperial.convert, (0.7,), name="convert_of_imperial"),
    Program(local_shadows_global, (0.7,)),
    Program(local_shadows_module, (0.7,)),
    Program(parameter_shadows_builtin, (0.7, 1.2), (0, 1)),
    Program(local_alias_of_function, (rng.normal(size=3),)),
    Program(constants_of_modules, (0.7,)),
    Program(local_function_shadows_global, (0.7,)),
    Program(underscores, tuple(rng.normal(size=7).tolist()), (0, 1, 2, 3, 4, 5, 6)),
    Program(more_names_of_generated_code, (0.7,)),
    Program(values_and_names_of_members, (0.7,)),
    Program(asks_what_a_module_has, (0.7,)),
    Program(asked_of_a_module_in_a_module, (np.array([0.7, 1.2, 0.4]),)),
]
