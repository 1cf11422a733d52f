"""Names that begin with two underscores are private to their class: `self.__w` in `Base` is `self._Base__w`."""

from dataclasses import dataclass

import numpy as np

from . import Program

x3 = np.array([0.7, -0.4, 1.3])


class Base:
    def __init__(self, w):
        self.__w = w

    def get(self):
        return self.__w

    def set(self, w):
        self.__w = w


class Derived(Base):
    def __init__(self, w):
        super().__init__(w * 2)
        self.__w = w

    def both(self):
        return super().get() + self.__w


def of_two_classes(x):
    return Derived(x[0]).both() * x[1]


def from_outside(x):
    base = Base(x[0])
    base.__w = 5.0
    base.set(x[1])
    return base.get() * base.__w + base._Base__w * x[2]


def by_its_name(x):
    base = Base(x[0])
    own = 2.0 if hasattr(base, "__w") else 3.0
    return getattr(base, "_Base__w", 5.0) * x[1] * own


class Counter:
    def __init__(self, **options):
        super().__init__(**options)
        self.__n = 0

    def tick(self):
        self.__n += 1
        return self.__n


class FasterCounter(Counter):
    def __init__(self, **options):
        super().__init__(**options)
        self.__n = 10

    def tick(self):
        self.__n += 1
        return super().tick() * self.__n


def counted(x):
    counter = FasterCounter()
    s = 0.0
    for v in x:
        s += v**2 * counter.tick()
    return s


class _Model:
    __rate = 0.5

    def __init__(self, w):
        self.__w = w

    def __scaled(self, v):
        return v * self.__rate * self.__w

    @staticmethod
    def __squared(v):
        return v * v

    @property
    def __half(self):
        return self.__w / 2

    def total(self, values):
        def inner(u):
            return self.__scaled(u) * self.__w

        __parts = [inner(v) for v in values]
        return sum(__parts) + (lambda u: u * self.__w)(values[0])

    def other(self, v):
        return _Model.__squared(v) + self.__squared(v) * self.__half


def private_methods(x):
    return _Model(x[0]).total(x)


def private_properties(x):
    return _Model(x[0]).other(x[1])


@dataclass
class Area:
    __width: float
    height: float

    def area(self):
        return self.__width * self.height


def private_fields(x):
    return Area(x[0], x[1]).area() + x[2] ** 2


model = _Model(0.7)


def of_an_instance_of_the_module(x):
    return model.total(x) * model._Model__w


PROGRAMS = [
    Program(fun, (x3,))
    for fun in (
        of_two_classes,
        from_outside,
        by_its_name,
        counted,
        private_methods,
        private_properties,
        private_fields,
        of_an_instance_of_the_module,
    )
]
