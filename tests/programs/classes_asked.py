"""What values are, asked by isinstance, match and comparisons: functions, methods, ranges, named tuples, protocols."""

import collections.abc
import functools
import types
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from . import Program

x4 = np.array([0.7, 1.3, 0.45, 1.1])


class Ordered(NamedTuple):
    """What a named tuple does not define, its tuple does: nobody asks the other way about."""

    a: float
    b: float

    def __lt__(self, other):
        return self.b < other.b

    def __eq__(self, other):
        return self.b == other.b


class Pair(NamedTuple):
    a: float
    b: float = 2.0

    @property
    def product(self):
        return self.a * self.b


class Child(Pair):
    def more(self):
        return self.product + 1.0


@runtime_checkable
class HasMass(Protocol):
    def mass(self): ...


class Body:
    def __init__(self, d):
        self.d = d

    def mass(self):
        return np.sum(self.d)


def chosen(x, is_so):
    return np.sum(x**3) if is_so else np.sum(x**2)


def first(a, b):
    return a


def kinds_of_functions(x):
    body = Body(x)
    asked = [
        isinstance(lambda v: v, types.FunctionType),
        isinstance(lambda v: v, collections.abc.Callable),
        isinstance(functools.partial(first, 1), functools.partial),
        isinstance(body.mass, types.MethodType),
        isinstance(x.sum, types.BuiltinMethodType),
        isinstance(range(3), range) and isinstance(range(x.size), collections.abc.Sequence),
        isinstance(body, HasMass),
        isinstance(x, types.FunctionType),
    ]
    total = 0.0
    for i, is_so in enumerate(asked):
        total += (i + 1) * chosen(x, is_so)
    return total


def function_matched(x):
    def scaled(v):
        return v * x[0]

    match scaled:
        case types.FunctionType():
            return scaled(x[1])
        case _:
            return x[2]


def named_tuples_compared(x):
    p, q, r = Ordered(x[3], x[0]), Ordered(x[2], x[1]), Ordered(x[0], x[1])
    total = x[0] * (p > q) + x[1] * (r != q) + x[2] * (p < q) + x[3] * (q == r)
    return total + max(Pair(x[0], x[1]), Pair(x[2], x[3])).b * min([Pair(x[0], x[1]), Pair(x[2], x[3])]).b


def named_tuple_and_its_child(x):
    q = Child(x[0], x[1])
    return q.more() * q.product + Pair(x[2]).product + q._replace(a=x[3]).product + q._asdict()["b"]


def best_of_flagged(x):
    """Tuples that hold a bool of NumPy beside a number."""
    items = [(x[i] > 0.6, x[i]) for i in range(4)]
    best = items[0]
    for item in items:
        if item[1] > best[1]:
            best = item
    return best[1] ** 2


def largest_beside_nan(x):
    """Python's max and min keep the first where they compare with what is not a number."""
    nan = float("nan")
    total = x[1] * min(x[2], nan) + max(x[0], nan) * x[3]
    m = x[0]
    for v in (x[1], nan, x[3]):
        m = max(m, v)
    others = np.array([np.nan, 1.0, np.nan, 3.0])
    return total + m * x[2] + np.sum(np.fmax(x, others) * x4) + np.sum(np.fmin(others, x) ** 2)


def kinds_of_arrays(x, counts):
    """A dtype is equal to its name, to NumPy's class and to Python's."""
    total = 0.0
    if x.dtype == float and float == x.dtype and x.dtype == "float64" and x.dtype == np.zeros(1).dtype:
        total += x[0] * x[1]
    if x.dtype in (float, complex) and x.dtype not in (int, bool, "float32"):
        total += x[1] ** 2
    if x.dtype != np.float64 or x[0].dtype != float or np.array(2.0).dtype != float:
        total += 100.0 * x[2]
    if counts.dtype == int and (x > 0).dtype == bool and counts.dtype != x.dtype:
        total += x[2] ** 3
    if x.dtype.kind == "f" and counts.dtype.kind in "iu" and x.dtype.itemsize == 8 and x.dtype.name == "float64":
        total += x[3]
    return total * (x[0] if np.issubdtype(x.dtype, np.floating) else 1.0)


PROGRAMS = [
    Program(kinds_of_arrays, (x4, np.array([1, 2]))),
    Program(kinds_of_functions, (x4,)),
    Program(function_matched, (x4,)),
    Program(named_tuples_compared, (x4,)),
    Program(named_tuple_and_its_child, (x4,)),
    Program(best_of_flagged, (x4,)),
    Program(largest_beside_nan, (x4,)),
]
