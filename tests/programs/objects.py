"""Classes as scientists write them: layers with state, properties, vectors with operators, dataclasses."""

import dataclasses
import functools
import math
from typing import NamedTuple

import numpy as np

from . import Program

x6 = np.array([0.7, 1.2, 0.4, 1.5, 0.9, 0.3])


# ---------------------------------------------------------------- attributes, properties, kinds of methods


class Layer:
    gain = 2.0

    def __init__(self, w, b=0.0, *, activation=np.tanh):
        self.w, self.b, self.activation = w, b, activation
        self.state, self.history, self.calls = None, [], 0

    def __call__(self, x):
        self.calls += 1
        self.state = self.activation(self.w * x + self.b)
        self.history.append(self.state)
        return self.state

    @property
    def norm(self):
        return np.sqrt(np.sum(self.w**2))

    @norm.setter
    def norm(self, value):
        self.w = self.w / self.norm * value

    @staticmethod
    def mix(a, b, share=0.3):
        return a * share + (1.0 - share) * b

    @classmethod
    def of_ones(cls, n):
        return cls(np.ones(n) * cls.gain, b=0.1)

    def reset(self):
        self.state = None
        self.history.clear()


class Residual(Layer):
    gain = 3.0

    def __init__(self, w, depth):
        super().__init__(w, b=0.5, activation=np.sin)
        self.depth = depth

    def __call__(self, x):
        y = super().__call__(x)
        for _ in range(self.depth):
            y = self.mix(y, super().__call__(y))
        return y

    @property
    def norm(self):
        return 2.0 * super().norm


def layers(x):
    first, second, third = Layer(x[:3], b=x[5]), Residual(x[3:], 2), Layer.of_ones(3)
    y = second(first(x[:3]))
    y += third(y) * Layer.of_ones(2).norm
    first.w[1] = y[0] ** 2
    first.norm = 2.0 * x[1]
    said = sum(np.sum(h) for h in second.history) * second.calls
    return np.sum(y**2) * first.norm + second.norm * said + Layer.mix(x[0], x[1], share=x[2]) + np.sum(first.state)


def state_carried_by_a_loop(x):
    layer = Layer(x[0])
    for i in range(3):
        layer(x[i])
        layer.b = layer.state * x[i + 1]
    layer.w += layer.b
    layer.reset()
    assert layer.state is None and not layer.history
    return layer.w * layer.b


class Tank:
    """What it holds is a view of the caller's array."""

    def __init__(self, levels):
        self.levels, self.parts, self.named = levels, [levels[:2], levels[2:]], {"first": levels[:1]}

    def pour(self, k):
        self.parts[k][:] *= 2.0
        self.named["first"] += self.levels[-1] ** 2
        return self.parts[1 - k]


def attributes_that_are_views(x):
    tank = Tank(x)
    part = tank.pour(1)
    part[0] = tank.levels[4] ** 2
    tank.levels[3] = part[1] * 2.0
    tank.levels = tank.levels * 2.0
    tank.levels[0] = 9.0 * x[0]
    return np.sum(x**2) + np.sum(tank.levels) * tank.pour(0)[0]


# ---------------------------------------------------------------- operators


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y) if isinstance(other, Vector) else self + Vector(other, other)

    __radd__ = __add__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return Vector(other - self.x, other - self.y)

    def __mul__(self, other):
        if isinstance(other, Vector):
            return self.x * other.x + self.y * other.y
        return Vector(self.x * other, self.y * other)

    __rmul__ = __mul__

    def __truediv__(self, k):
        return Vector(self.x / k, self.y / k)

    def __rtruediv__(self, k):
        return Vector(k / self.x, k / self.y)

    def __pow__(self, n):
        return Vector(self.x**n, self.y**n)

    def __rpow__(self, base):
        return Vector(base**self.x, base**self.y)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __imul__(self, k):
        self.x *= k
        self.y *= k
        return self

    def __rmatmul__(self, matrix):
        return Vector(matrix[0][0] * self.x + matrix[0][1] * self.y, matrix[1][0] * self.x + matrix[1][1] * self.y)

    def __abs__(self):
        return math.sqrt(self.x**2 + self.y**2)

    def __lt__(self, other):
        return abs(self) < abs(other)

    def __iter__(self):
        yield self.x
        yield self.y


def every_operator(x):
    a, b = Vector(x[0], x[1]), Vector(x[2], x[3])
    same = a
    a += b
    a *= x[4]
    c = 2.0 * a - b * 3.0 + 1.0
    d = 1.0 - c
    e, f, g = x[5] / b, b**2, 2.0**b
    total = abs(a) if a < b else 2.0 * abs(b)
    p, q = [[x[0], 1.0], [x[1], 2.0]] @ (1.5 + f - (-g))
    return total + same.x * (c * d) + e * f + p * q + sum(v * v for v in a) + sum([a, b, same]).x


def orbit(x):
    position, velocity = Vector(x[0], x[1]), Vector(x[2], x[3])
    for _ in range(4):
        velocity += -position / abs(position) ** 3 * 0.1
        position = position + velocity * 0.1
    return abs(position) * (position * velocity)


def vectors_in_a_list(x):
    vectors = [Vector(x[i], x[i + 1]) for i in range(3)]
    for v in vectors:
        v *= 2.0
    vectors[0].x = vectors[1].y ** 2
    named = {"last": vectors[2]}
    named["last"].y = x[0]
    last = named["last"]
    last += vectors[0]
    return sum(v.x * v.y for v in vectors)


# ---------------------------------------------------------------- dataclasses and named tuples


@dataclasses.dataclass
class Record:
    a: float
    b: float = 2.0
    items: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.area = self.a * self.b

    def norm(self):
        return math.sqrt(self.a**2 + self.b**2)


@dataclasses.dataclass(frozen=True)
class Affine:
    slope: np.ndarray
    offset: float = 0.5

    def __call__(self, x):
        return np.tanh(self.slope * x + self.offset)

    def moved(self, offset):
        return dataclasses.replace(self, offset=offset)


class State(NamedTuple):
    position: np.ndarray
    velocity: np.ndarray
    energy: float = 0.0

    @property
    def total(self):
        return 0.5 * np.sum(self.velocity**2) + np.sum(self.position**2)

    def step(self, dt):
        return self._replace(position=self.position + dt * self.velocity, velocity=self.velocity - dt * self.position)


def records(x):
    one = Record(x[0], b=x[1])
    one.items.append(one.area)
    one.a = one.a * 2.0
    other = dataclasses.replace(one, b=x[2])
    model = Affine(x[:3])
    return one.norm() * other.area + sum(other.items) + np.sum(model.moved(x[4])(x[3:]) * model.slope) + other.a


def steps(x):
    state = State(x[:3], x[3:])
    for _ in range(4):
        state = state.step(0.05)
    position, velocity, _ = state
    return state.total + position @ velocity + state[0][1] + len(state)


def chosen_state(x, n):
    return State(position=x * 2.0, velocity=x[::-1], energy=x[0]) if n > 2 else State(x, x * x)


def named_tuple_of_a_helper(x, n):
    state = chosen_state(x, n)
    return state.energy + np.sum(state.position * state.velocity)


def integral(f, a, b, n=8, *args):
    h = (b - a) / n
    return h * sum(f(a + (i + 0.5) * h, *args) for i in range(n))


def methods_as_arguments(x):
    total = integral(Layer.mix, x[3], x[4], 4, x[5]) + integral(Affine(x[3], x[4]).__call__, 0.0, 1.0)
    return (
        total
        + integral(functools.partial(Layer.mix, share=x[0]), x[1], x[2], 3, x[4])
        + integral(Affine(x[0]), 0.0, 1.0)
    )


class Doubled:
    """Its setter is no mere name."""

    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        self._v = new * 2.0


class Counted:
    def __init__(self, v):
        self._v, self.gets, self.sets = v, 0, 0

    @property
    def v(self):
        self.gets += 1
        return self._v.copy()

    @v.setter
    def v(self, new):
        self.sets += 1
        self._v = new


class Kept:
    def __init__(self, w):
        self.parts = {"w": w}

    @property
    def w(self):
        return self.parts["w"]

    @w.setter
    def w(self, new):
        self.parts["w"] = new.copy()


def properties_set_in_place(x):
    """`p.v += 1` of an array writes into it, and calls the setter, too."""
    doubled, counted, kept = Doubled(x.copy()), Counted(x.copy()), Kept(x.copy())
    doubled.v += 1.0
    doubled.v *= x
    counted.v += 1.0
    counted.v *= 2.0
    before = kept.w
    kept.w -= 0.1 * x
    before[0] = 100.0
    kept.w[1:] *= 2.0
    single = Doubled(x[0])
    single.v += 1.0
    counts = counted.gets + 10.0 * counted.sets
    return np.sum(doubled.v * x6) + np.sum(counted.v) * counts + np.sum(kept.w**2) + single.v * x[1]


class Base:
    factor = 2.0

    @classmethod
    def loss(cls, x):
        return np.sum(x**2)

    @staticmethod
    def scaled(x):
        return 2.0 * x

    def plain(self, x):
        return 5.0 * x


class Derived(Base):
    factor = 3.0

    @classmethod
    def loss(cls, x):
        total = super().loss(x) * 2.0 + np.sum(super().scaled(x)) * super().factor
        return total + np.sum(super().plain(None, x)) * cls.factor


class Area:
    def __init__(self, v):
        self.v = v

    def area(self, other):
        return self.v * 3.0


class DoubledArea(Area):
    def area(self, /, other):
        return super().area(other) * 2.0


def super_in_a_class_method(x):
    areas = DoubledArea(x[0]).area(DoubledArea(x[1])) + DoubledArea(x[2]).area(1.0)
    return Derived.loss(x) + Derived().loss(x * x) + areas


# ---------------------------------------------------------------- what a dataclass is given, and does not keep


@dataclasses.dataclass
class Scaled:
    value: float
    scale: dataclasses.InitVar[float]
    offset: float = 2.0

    def __post_init__(self, scale):
        self.value = self.value * scale


@dataclasses.dataclass
class ScaledTwice(Scaled):
    weight: float = 1.0
    power: dataclasses.InitVar[int] = 2
    total: float = dataclasses.field(init=False, default=0.0)

    def __post_init__(self, scale, power):
        super().__post_init__(scale)
        self.total = (self.value + self.offset) ** power * self.weight


def given_and_not_kept(x):
    one, two = Scaled(x[0], x[1]), Scaled(x[2], offset=x[3], scale=x[4])
    return one.value * one.offset + two.value * two.offset


def given_to_a_derived_class(x):
    one, two = ScaledTwice(x[0], x[1], x[2], x[3], 3), ScaledTwice(x[4], scale=x[5])
    more = [ScaledTwice(v, 2.0) for v in x]
    return one.total * two.total + sum(m.total for m in more)


def given_again_to_a_copy(x):
    one = ScaledTwice(x[0], x[1])
    return one.total + dataclasses.replace(one, scale=x[2], weight=x[3]).total


PROGRAMS = [
    *(
        Program(fun, (x6,))
        for fun in (
            layers,
            state_carried_by_a_loop,
            attributes_that_are_views,
            every_operator,
            orbit,
            vectors_in_a_list,
            records,
            steps,
            methods_as_arguments,
            given_and_not_kept,
            given_to_a_derived_class,
            given_again_to_a_copy,
        )
    ),
    Program(named_tuple_of_a_helper, (x6, 3), name="named_tuple_of_one_path"),
    Program(named_tuple_of_a_helper, (x6, 2), name="named_tuple_of_the_other"),
    Program(properties_set_in_place, (x6,)),
    Program(super_in_a_class_method, (x6,)),
]
