"""Instances where a container or a number is wanted, and their classes do not say how in a way that is followed."""

import dataclasses
import itertools
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from .refused import Refusal


class Plain:
    def __init__(self, v):
        self.v = v


class Series:
    """Is iterated otherwise than it is indexed, and holds one attribute."""

    def __init__(self, v):
        self.v = v

    def __iter__(self):
        return iter([1.0, 2.0])

    def __getitem__(self, k):
        return 2.0 * self.v[k]

    def __len__(self):
        return 3

    def __rmul__(self, other):
        return other * self.v[0]

    def __lt__(self, other):
        return self.v[0] > other.v[0]


class Triple(NamedTuple):
    a: float
    b: float

    def __iter__(self):
        return iter((1.0, 2.0, 3.0))


class Twice:
    def __get__(self, owner, cls=None):
        return 2.0 * owner._v

    def __set__(self, owner, value):
        owner._v = 3.0 * value


class Holder:
    v = Twice()


@dataclasses.dataclass
class Tripled:
    a: float

    def __setattr__(self, name, value):
        object.__setattr__(self, name, 3.0 * value)


@dataclasses.dataclass
class WithArea:
    width: float
    height: float

    def __post_init__(self):
        self.area = self.width * self.height


class Computed:
    def __init__(self, v):
        self.v = v  # HERE

    def __getattribute__(self, name):
        return 2.0


def tuple_of_an_instance(x):
    return x[0] * len(tuple(Plain(x)))  # HERE


def in_an_instance(x):
    return x[0] if "v" in Plain(x) else x[1]  # HERE


def in_what_is_iterated(x):
    return x[0] if "v" in Series(x) else x[1]  # HERE


def attribute_by_subscript(x):
    return Plain(x)["v"][0]  # HERE


def attribute_written_by_subscript(x):
    one = Plain(x[0])
    one["v"] = x[1]  # HERE
    return one.v


def attribute_deleted_by_subscript(x):
    one = Plain(x[0])
    del one["v"]  # HERE
    return x[0]


class Counter:
    """Is its own iterator."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        self.n = 3
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


def instance_that_is_its_own_iterator(x):
    total = 0.0
    for v in Counter(2):  # HERE
        total += v * x[0]
    return total


def instance_counted(x):
    total = 0.0
    for i, v in enumerate(Series(x)):  # HERE
        total += v * x[i]
    return total


def instance_sliced(x):
    return sum(itertools.islice(Series(x), 2)) * x[0]  # HERE


def instance_accumulated(x):
    return sum(itertools.accumulate(Series(x))) * x[0]  # HERE


def list_extended_by_an_instance(x):
    values = [x[0]]
    values.extend(Series(x))  # HERE
    return values[-1]


def list_added_to_by_an_instance(x):
    values = [x[0]]
    values += Series(x)  # HERE
    return values[-1]


def instance_given_to_numpy(x):
    return np.sum(Series(x)) * x[0]  # HERE


def array_times_an_instance(x):
    return np.sum(x * Series(x))  # HERE


def number_times_an_instance_with_a_length(x):
    """NumPy makes an array of a sequence: `x[0] * s` is one of three items."""
    return np.sum(x[0] * Series(x))  # HERE


def number_beside_an_instance_with_a_length(x):
    return x[0] if np.all(x[1] > Series(x)) else x[2]  # HERE


def instance_without_the_operator(x):
    return Plain(x[0]) - Plain(x[1])  # HERE


def instance_without_a_sign(x):
    return -Plain(x[0])  # HERE


def largest_instance(x):
    return max([Series(x), Series(2.0 * x)]).v[0]  # HERE


def instances_sorted(x):
    return sorted([Series(x), Series(2.0 * x)])[0].v[0]  # HERE


def own_iteration_of_a_pair(x):
    return sum(Triple(x[0], x[1])) * x[1]  # HERE


def descriptor_written(x):
    one = Holder()
    one.v = x[0]  # HERE
    return one.v


def dataclass_that_sets_its_attributes(x):
    return Tripled(x[0]).a  # HERE


@dataclasses.dataclass
class Weighed:
    value: float
    weight: dataclasses.InitVar[float]

    def __post_init__(self, weight):
        self.value = self.value * weight


def copy_without_what_is_not_kept(x):
    one = Weighed(x[0], x[1])
    return dataclasses.replace(one, value=x[2]).value  # HERE


def dataclass_with_more_than_its_fields(x):
    return WithArea(x[0], x[1])  # HERE


class Lazy:
    def __init__(self, v):
        self.v = v

    def __getattr__(self, name):
        return 2.0

    def __rmul__(self, other):
        return other * self.v


class AsArray:
    def __init__(self, v):
        self.v = v

    def __array__(self, dtype=None, copy=None):
        return 2.0 * self.v

    def __rmul__(self, other):
        return other * self.v


def array_times_what_is_made_an_array(x):
    return np.sum(x * AsArray(x))  # HERE


class Scaling:
    def __init__(self, v):
        self.v = v

    def __rmul__(self, other):
        return other * self.v


def array_times_an_instance_without_a_length(x):
    return np.sum(x * Scaling(x[1]))  # HERE


class Doubled:
    def __new__(cls, v):
        one = object.__new__(cls)
        one.v = 2.0 * v
        return one


class Tripling(type):
    def __call__(cls, v):
        return 3.0 * v


class Number(metaclass=Tripling):
    pass


def attributes_found_at_run_time(x):
    return Lazy(x[0]).w * x[1]  # HERE


def number_times_an_instance_with_attributes_at_run_time(x):
    """NumPy asks the instance whether it is an array."""
    return x[0] * Lazy(x[1])  # HERE


def instance_made_in_its_own_way(x):
    return Doubled(x[0]).v  # HERE


def instance_made_by_a_metaclass(x):
    return Number(x[0]) * x[1]  # HERE


class AsFloat:
    def __init__(self, v):
        self.v = v

    def __float__(self):
        return float(2.0 * self.v)

    def __radd__(self, other):
        return other + self.v


def instance_written_into_an_array(x):
    z = x * 1.0
    z[0] = AsFloat(x[1])  # HERE
    return np.sum(z)


def array_filled_with_an_instance(x):
    z = x * 1.0
    z.fill(AsFloat(x[1]))  # HERE
    return np.sum(z)


def instances_written_into_an_array(x):
    z = x * 1.0
    z[:2] = [AsFloat(x[1]), x[0]]  # HERE
    return np.sum(z)


def instances_made_an_array(x):
    return np.sum(np.array([AsFloat(x[0]), AsFloat(x[1])], dtype=float))  # HERE


class Asked:
    """Counts how often it is compared."""

    def __init__(self, v):
        self.v = v
        self.times = 0

    def __eq__(self, other):
        self.times += 1
        return False


def item_that_counts_comparisons(x):
    one = Asked(x[0])
    if one in [x[1], x[2]]:  # HERE
        return x[0]
    return x[1] * one.times


def tuple_of_an_item_that_counts(x):
    one = Asked(x[0])
    if (one, 1) == (x[1], 1):  # HERE
        return x[0]
    return x[1] * one.times


class First(AsFloat):
    __array_priority__ = 1000.0


def array_changed_by_an_instance(x):
    z = x * 1.0
    z[:2] += First(x[0])  # HERE
    return np.sum(z)


def class_that_depends_on_the_path(x):
    one = Plain(x[0]) if x[1] > 1.0 else WithArea(x[0], x[1])
    if isinstance(one, Plain):  # HERE
        return x[0] ** 2
    return x[1]


def attributes_computed(x):
    return Computed(x[0]).v * x[1]


x4 = np.array([0.7, 1.2, 0.9, 1.4])
class Reader:
    """Counts how often it was asked, so that it matters how often that is."""

    def __init__(self, v):
        self.v, self.asked = v, 0

    @property
    def next(self):
        self.asked += 1
        return self.v[self.asked]


def pattern_that_reads_what_counts(x):
    reader = Reader(x)
    match reader:
        case Reader(next=5.0 | 6.0):  # HERE
            return x[0]
        case Reader(asked=k):
            return x[k]


class Scaled(NamedTuple("Scaled", [("x", float), ("y", float)])):
    """Is not what it is made of."""

    def __new__(cls, x, y):
        return super().__new__(cls, 2.0 * x, y)


def named_tuple_made_otherwise(x):
    q = Scaled(x[0], x[1])  # HERE
    return q.x * q.y


class Shown(NamedTuple("Shown", [("a", float), ("b", float)])):
    def _asdict(self):
        return {"a": 2.0 * self.a, "b": self.b}


def named_tuple_with_its_own_asdict(x):
    return Shown(x[0], x[1])._asdict()["a"] * x[1]  # HERE


class Hidden(NamedTuple("Hidden", [("a", float), ("b", float)])):
    a = 3.0


def named_tuple_with_a_hidden_field(x):
    return Hidden(x[0], x[1]).a * x[1]  # HERE


class ByAttribute(type):
    def __instancecheck__(cls, other):
        return hasattr(other, "v")


class HasV(metaclass=ByAttribute):
    pass


def instance_by_a_metaclass(x):
    return np.sum(x) if isinstance(Plain(x), HasV) else np.sum(x**2)  # HERE


@runtime_checkable
class WithV(Protocol):
    v: float


def instance_of_a_protocol_with_an_attribute(x):
    return np.sum(x) if isinstance(Plain(x), WithV) else np.sum(x**2)  # HERE


class Totalled:
    def __init__(self, v):
        self.v = v

    def total(self):
        return self.v


def methods_compared(x):
    c = Totalled(x[0])
    return x[0] * (c.total == c.total)  # HERE


REFUSALS = [
    Refusal(fun, (x4,))
    for fun in (
        named_tuple_made_otherwise,
        named_tuple_with_its_own_asdict,
        named_tuple_with_a_hidden_field,
        instance_by_a_metaclass,
        instance_of_a_protocol_with_an_attribute,
        methods_compared,
        tuple_of_an_instance,
        in_an_instance,
        in_what_is_iterated,
        attribute_by_subscript,
        attribute_written_by_subscript,
        attribute_deleted_by_subscript,
        instance_that_is_its_own_iterator,
        instance_counted,
        instance_sliced,
        instance_accumulated,
        list_extended_by_an_instance,
        list_added_to_by_an_instance,
        instance_given_to_numpy,
        array_times_an_instance,
        number_times_an_instance_with_a_length,
        number_beside_an_instance_with_a_length,
        instance_without_the_operator,
        instance_without_a_sign,
        largest_instance,
        instances_sorted,
        own_iteration_of_a_pair,
        descriptor_written,
        dataclass_that_sets_its_attributes,
        copy_without_what_is_not_kept,
        class_that_depends_on_the_path,
        instance_written_into_an_array,
        array_filled_with_an_instance,
        instances_written_into_an_array,
        instances_made_an_array,
        array_changed_by_an_instance,
        item_that_counts_comparisons,
        tuple_of_an_item_that_counts,
        instance_made_in_its_own_way,
        instance_made_by_a_metaclass,
        pattern_that_reads_what_counts,
    )
] + [
    Refusal(dataclass_with_more_than_its_fields, (x4,)),
    Refusal(attributes_computed, (x4,), where=Computed.__init__),
    Refusal(attributes_found_at_run_time, (x4,)),
    Refusal(number_times_an_instance_with_attributes_at_run_time, (x4,)),
    Refusal(array_times_what_is_made_an_array, (x4,)),
    Refusal(array_times_an_instance_without_a_length, (x4,)),
]
