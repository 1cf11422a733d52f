"""Special methods: each defined by a class in a way that what it holds would not tell."""

import abc
import dataclasses
import functools
import operator
from typing import NamedTuple

import numpy as np

from . import Program

xs = np.array([0.7, 1.2, 0.9, 1.4])


class Odd:
    """Has one attribute; what Python asks it has other answers."""

    def __init__(self, v):
        self.v = v

    def __len__(self):
        return 5

    def __bool__(self):
        return False

    def __contains__(self, k):
        return k == "w"

    def __getitem__(self, k):
        return self.v[k] * 2.0

    def __setitem__(self, k, value):
        self.v[k] = value * 3.0

    def __delitem__(self, k):
        self.v[k] = 0.0

    def __float__(self):
        return float(self.v[0] * 7.0)

    def __int__(self):
        return 4

    def __index__(self):
        return 2

    def __abs__(self):
        return self.v[1] * 11.0

    def __round__(self, digits=0):
        return self.v[2] * 13.0

    def __neg__(self):
        return self.v[3] * 17.0

    def __pos__(self):
        return self.v[0] * 19.0

    def __invert__(self):
        return self.v[1] * 23.0

    def __call__(self, t):
        return self.v[0] * t

    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return self.v[0] > 100.0

    def __matmul__(self, other):
        return self.v[0] * other.v[1] * 29.0

    def __iadd__(self, t):
        return Odd(self.v + 2.0 * t)

    __hash__ = None


class Empty:
    def __init__(self, v):
        self.v = v

    def __len__(self):
        return 0


class Plain:
    def __init__(self, v):
        self.v = v


class Amount:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Amount(self.v + other.v)

    def __radd__(self, other):
        return Amount(self.v * 3.0) if other == 0 else NotImplemented


class Debt(Amount):
    def __radd__(self, other):
        return Amount(other.v - 5.0 * self.v)


class Pair(NamedTuple):
    a: float
    b: float


class OddPair(NamedTuple):
    a: float
    b: float

    def __len__(self):
        return 7

    def __getitem__(self, k):
        return self.b * 3.0

    def __contains__(self, k):
        return True


captured = Odd(np.array([2.0, 3.0, 5.0, 7.0]))


def lengths(x):
    return x[0] * len(Odd(x)) + x[1] * len(captured) + x[2] * len(OddPair(x[0], x[1])) * len(Pair(x[0], x[1]))


def truths(x):
    total = 0.0
    for one in (Odd(x), Empty(x), Plain(x), Pair(x[0], x[1])):
        if one:
            total += x[0]
        total = total + x[1] if not one else total * x[2]
        total += (x[3] if one and x[0] > 0.0 else 3.0 * x[3]) + (2.0 if bool(one) else 5.0) * x[2]
    n = 0.0
    while captured and n < 3.0:
        n += 1.0
    return total + n * x[0] + sum([v for v in x if Empty(v)])


def membership(x):
    one = Odd(x)
    total = x[0] if "v" in one else x[1]
    total *= x[2] if "w" in one else x[3]
    total *= x[0] if "w" not in captured else x[3]
    total *= x[0] if "a" in Pair(x[0], x[1]) else x[2]
    return total * (x[0] if 55.0 in OddPair(x[0], x[1]) else x[3])


def items_written(x):
    one = Odd(np.zeros(4))
    one[0] = x[0]
    one[0] += x[1]
    for i in range(1, 3):
        one[i] = x[i]
        one[i] *= x[3]
    one[3] = x[3]
    del one[3]
    return one[0] + 2.0 * one[1] * one[2] + one[3] + x[0]


def items_read(x):
    one = Odd(x)
    return one[0] * operator.getitem(one, 1) * operator.itemgetter(2)(one) + OddPair(x[0], x[1])[0]


def numbers(x):
    one = Odd(x)
    return float(one) * int(one) + abs(one) * round(one) - x[one] + len(x[: int(one)])


def operators(x):
    one, other = Odd(x), Odd(2.0 * x)
    total = -one + (+one) * ~other + one @ other + one(x[1])
    total *= x[0] if one == other else x[1]
    total *= x[2] if one < other else x[3]
    one += x[0]
    return total * one[1]


def sums(x):
    return sum([Amount(x[0]), Amount(x[1] ** 2)]).v * (Amount(x[2]) + Debt(x[3])).v


def mapped(x):
    return sum(map(Odd(x), x)) * min([Plain(x[0]), Plain(x[1])], key=lambda one: -one.v).v


def fields_of_a_pair(x):
    pair = Pair(x[0], x[1] ** 2)
    a, b = pair
    c, d = OddPair(x[2], x[3])
    values = [x[0]]
    values.extend(pair)
    total = pair.b * sum(list(pair)) * sum(pair) * max(pair)
    return total + a * b + c * d + np.sum(np.array(tuple(pair)) ** 2) + values[2]


class Layers:
    """Is iterated otherwise than it is indexed, and holds one attribute."""

    def __init__(self, v):
        self.v = v

    def __iter__(self):
        return iter([self.v[0], self.v[1] ** 2])

    def __getitem__(self, k):
        return 2.0 * self.v[k]

    def __len__(self):
        return 3

    def pairs(self, factor):
        for i in range(len(self.v) - 1):
            yield factor * self.v[i], self[i + 1]


class Countdown:
    def __init__(self, n, last=0):
        self.n, self.last = n, last

    def __iter__(self):
        k = self.n
        while k > 0:
            k -= 1
            if k < self.last:
                return
            yield k, 0.5 * k


class Backwards:
    def __init__(self, values):
        self.values = values

    def __iter__(self):
        first = self.values[0]
        self.values = self.values * first
        return reversed(self.values)


FIXED = Layers([2.0, 3.0])


def iterated(x):
    total = 0.0
    for v in Layers(x):
        total += v * x[3]
        for w in Layers(x * v):
            total *= w
    a, b = Layers(x)
    values = [b, *Layers(x[2:])]
    return total + a * b + sum(values) * values[-1] + np.sum(np.array(list(Layers(x))) ** 3)


def iterated_by_a_generator(x):
    total = 0.0
    for i, c in Countdown(4, 1):
        if c > 1.2:
            continue
        total += x[i] ** 2 * c
        if i == 2:
            break
    for i, c in Countdown(3):
        total *= x[i] + c
    first, *rest = list(Countdown(3))
    return total * x[first[0]] + sum(c * x[i] ** 2 for i, c in rest)


def iterated_after_a_change(x):
    values = Backwards(x)
    total = 0.5
    for v in values:
        total = total * 0.5 + v**2
    return total * np.sum(values.values)


def iterated_from_outside(x):
    return sum(v * x[0] ** 2 for v in FIXED) + sum([v * x[1] for v in FIXED])


def generator_method(x):
    total = 1.0
    layers = Layers(x)
    for a, b in layers.pairs(0.5):
        total += total * a * b
    return total * sum(a - b for a, b in layers.pairs(x[1]))


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


class Disc(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.0 * self.r**2

    @functools.cached_property
    def rim(self):
        return 6.0 * self.r


@dataclasses.dataclass
class Counted:
    a: float
    b: float = 2.0
    seen: int = dataclasses.field(init=False, default=3)


def abstract_base(x):
    return Disc(x[0]).area() * x[1]


def property_computed_once(x):
    """What it was when it was read first it stays."""
    disc = Disc(x[0])
    first = disc.rim
    disc.r = x[1]
    return first * disc.rim + disc.area()


def replaced_beside_a_field_without_init(x):
    one = dataclasses.replace(Counted(x[0], x[1]), a=x[2] ** 2)
    return one.a * one.b * one.seen


class Mirrored:
    """An operand whose methods do other than the operators, and has attributes that numbers have."""

    def __init__(self, real, T=1.0):
        self.real = real
        self.T = T

    def __radd__(self, other):
        return other * self.real + self.T**2

    def __rsub__(self, other):
        return other**2 - self.real

    def __rmul__(self, other):
        return np.sin(other) + self.T * self.real

    def __rtruediv__(self, other):
        return other * self.real


class Weak(Mirrored):
    __array_ufunc__ = None


MIRRORED = Mirrored(1.3, 0.7)


def items_changed_by_instances(x):
    z = x * 1.0
    z[0] += Mirrored(x[1], x[2])
    z[1] -= Weak(x[0])
    z[2] *= MIRRORED
    z[3] /= Mirrored(x[3])
    return np.sum(z**2)


def items_changed_by_instances_in_a_loop(x):
    z = np.outer(x, x)
    held = {"row": x * 1.0, "rows": [x + 1.0]}
    for i in range(len(x)):
        z[i, 0] *= Weak(x[i], x[0])
        held["row"][i] += Mirrored(x[1])
        held["rows"][0][i] -= MIRRORED
    view = z[1:]
    view[0, 1] += Mirrored(x[2], x[3])
    return np.sum(z**2) + np.sum(held["row"] * held["rows"][0])


class Ends(NamedTuple):
    a: float
    b: float


def named_tuple_in_an_array(x):
    z = x * 1.0
    z[:2] = Ends(x[2], x[3])
    z[2:] += Ends(x[0], x[1])
    return np.sum(z * x)


class Asked:
    """Counts how often it is compared; has no __ne__ of its own."""

    def __init__(self, v):
        self.v, self.times = v, 1

    def __eq__(self, other):
        self.times += 1
        return self.v > other.v


def unlike(x):
    a, b = Asked(x[0]), Asked(x[1])
    y = x[2] if a != b else x[3]
    return y * a.times + (x[0] if b != a else x[1]) * b.times


def message_that_is_not_made(x):
    """What an assertion says is made where it fails only."""
    said = []

    def text(v):
        said.append(v)
        return f"{v} is too small"

    for v in x:
        assert v > -9.0, text(v)
    return np.sum(x**2) * (1 + len(said))


PROGRAMS = [
    Program(unlike, (xs,)),
    Program(message_that_is_not_made, (xs,)),
    Program(items_changed_by_instances, (xs,)),
    Program(items_changed_by_instances_in_a_loop, (xs,)),
    Program(named_tuple_in_an_array, (xs,)),
    Program(iterated, (xs,)),
    Program(iterated_by_a_generator, (xs,)),
    Program(iterated_after_a_change, (xs,)),
    Program(iterated_from_outside, (xs,)),
    Program(generator_method, (xs,)),
    Program(abstract_base, (xs,)),
    Program(property_computed_once, (xs,)),
    Program(replaced_beside_a_field_without_init, (xs,)),
    Program(lengths, (xs,)),
    Program(truths, (xs,)),
    Program(membership, (xs,)),
    Program(items_written, (xs,)),
    Program(items_read, (xs,)),
    Program(numbers, (xs,)),
    Program(operators, (xs,)),
    Program(sums, (xs,)),
    Program(mapped, (xs,)),
    Program(fields_of_a_pair, (xs,)),
]
