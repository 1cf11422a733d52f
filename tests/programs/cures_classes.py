"""The programs of `refused_classes.py`, rewritten as their errors say."""

import dataclasses
from typing import NamedTuple

import numpy as np

from . import refused_classes as refused
from .cure import cures


class Held:
    """The parts that the refused programs ask for are held, or are given by methods of its own."""

    __array_ufunc__ = None

    def __init__(self, v):
        self.v = v
        self.items = [1.0, 2.0]

    def __contains__(self, k):
        return k in self.items

    def __getitem__(self, k):
        return self.v if k == "v" else self.v[k]

    def __setitem__(self, k, value):
        self.v = value

    def __delitem__(self, k):
        self.v = 0.0

    def __sub__(self, other):
        return self.v - other.v

    def __neg__(self):
        return -self.v

    def __rmul__(self, other):
        return other * self.v[0]


@cures(refused.tuple_of_an_instance, same=False)
def tuple_of_what_it_holds(x):
    return x[0] * len(tuple(Held(x).items))


@cures(refused.tuple_of_an_instance, same=False)
def list_of_what_it_holds(x):
    one = refused.Plain(x)
    return x[0] * len(list(one.v))


class Iterated(refused.Plain):
    def __iter__(self):
        return iter([1.0, 2.0, 3.0, 4.0])


@cures(refused.tuple_of_an_instance, same=False)
def list_of_an_instance(x):
    return x[0] * len(list(Iterated(x)))


@cures(refused.in_an_instance, same=False)
@cures(refused.in_what_is_iterated)
def in_by_its_own_method(x):
    return x[0] if "v" in Held(x) else x[1]


@cures(refused.attribute_by_subscript, same=False)
def item_by_its_own_method(x):
    return Held(x)["v"][0]


@cures(refused.attribute_written_by_subscript, same=False)
def item_written_by_its_own_method(x):
    one = Held(x[0])
    one["v"] = x[1]
    return one.v


@cures(refused.attribute_deleted_by_subscript, same=False)
def item_deleted_by_its_own_method(x):
    one = Held(x[0])
    del one["v"]
    return x[0] + one.v


@cures(refused.instance_that_is_its_own_iterator, same=False)
@cures(refused.instance_accumulated, same=False)
@cures(refused.instance_sliced)
def loop_over_what_it_holds(x):
    total = 0.0
    for v in Held(x).items:
        total += v * x[0]
    return total


@cures(refused.instance_counted)
def loop_that_counts_what_it_holds(x):
    total = 0.0
    for i, v in enumerate(Held(x).items):
        total += v * x[i]
    return total


@cures(refused.list_extended_by_an_instance, same=False)
@cures(refused.list_added_to_by_an_instance, same=False)
def list_extended_by_a_list(x):
    values = [x[0]]
    values.extend(Held(x).items)
    return values[-1] * x[0]


@cures(refused.instance_given_to_numpy)
def numpy_of_what_it_holds(x):
    return np.sum(np.array(Held(x).items)) * x[0]


@cures(refused.array_times_an_instance, same=False)
def operator_that_is_left_to_the_class(x):
    return np.sum(x * Held(x))


@cures(refused.number_times_an_instance_with_a_length, same=False)
def number_of_python_times_an_instance(x):
    return float(x[0]) * refused.Series(x)


@cures(refused.number_times_an_instance_with_a_length)
def number_times_the_array_of_an_instance(x):
    s = refused.Series(x)
    return np.sum(x[0] * np.array(list(s)))


@cures(refused.number_beside_an_instance_with_a_length)
def number_beside_the_array_of_an_instance(x):
    s = refused.Series(x)
    return x[0] if np.all(x[1] > np.array(list(s))) else x[2]


@cures(refused.array_times_an_instance, (np.array([0.7, 1.2]),))
def array_times_the_array_of_an_instance(x):
    s = refused.Series(x)
    return np.sum(x * np.array(list(s)))


class Indexed:
    def __init__(self, v):
        self.v = v

    def __getitem__(self, k):
        return 2.0 * self.v[k]

    def __len__(self):
        return 2


@cures(refused.array_times_an_instance, (np.array([0.7, 1.2]),), same=False)  # of a class without __iter__
def array_times_the_items_of_an_instance(x):
    s = Indexed(x)
    return np.sum(x * np.array([s[i] for i in range(len(s))]))


@cures(refused.array_times_what_is_made_an_array)
def array_times_the_array_that_it_is_made(x):
    return np.sum(x * refused.AsArray(x).__array__())


class ScalingLeft(refused.Scaling):
    __array_ufunc__ = None


@cures(refused.array_times_an_instance_without_a_length)
def array_left_to_the_class(x):
    return np.sum(x * ScalingLeft(x[1]))


@cures(refused.number_times_an_instance_with_attributes_at_run_time, same=False)
def number_of_python_times_an_instance_with_attributes_at_run_time(x):
    return float(x[0]) * refused.Lazy(x[1])


@cures(refused.number_beside_an_instance_with_a_length, same=False)
def instance_on_the_left(x):
    return x[0] if refused.Series(x) < refused.Series(2.0 * x) else x[2]


@cures(refused.instance_without_the_operator, same=False)
def operator_of_its_own(x):
    return Held(x[0]) - Held(x[1])


@cures(refused.instance_without_a_sign, same=False)
def sign_of_its_own(x):
    return -Held(x[0])


@cures(refused.largest_instance, same=False)
def largest_by_a_number(x):
    return max([Held(x), Held(2.0 * x)], key=lambda one: one.v[0]).v[0]


@cures(refused.instances_sorted, same=False)
def sorted_numbers(x):
    return sorted([Held(x).v[0], Held(2.0 * x).v[0]])[0]


@cures(refused.own_iteration_of_a_pair)
def sum_of_a_list(x):
    return sum([1.0, 2.0, 3.0]) * x[1]


class Property:
    @property
    def v(self):
        return 2.0 * self._v

    @v.setter
    def v(self, value):
        self._v = 3.0 * value


@cures(refused.descriptor_written)
def property_written(x):
    one = Property()
    one.v = x[0]
    return one.v


@dataclasses.dataclass
class Amount:
    a: float


@cures(refused.dataclass_that_sets_its_attributes)
@cures(refused.attributes_computed, same=False)
def plain_dataclass(x):
    return Amount(3.0 * x[0]).a


@dataclasses.dataclass
class WithArea:
    width: float
    height: float

    @property
    def area(self):
        return self.width * self.height


@cures(refused.dataclass_with_more_than_its_fields, same=False)
def property_in_place_of_an_attribute(x):
    made = WithArea(x[0], x[1])
    return [made.area, made.width]


@cures(refused.class_that_depends_on_the_path)
def class_asked_on_each_path(x):
    return x[0] ** 2 if x[1] > 1.0 else x[1]


class Tripled:
    def __init__(self, v):
        self.v, self.w = 3.0 * v, 2.0


class Looked:
    def __init__(self, v):
        self.v = v

    @property
    def w(self):
        return 2.0

    def __getattr__(self, name):
        return 3.0


@cures(refused.attributes_found_at_run_time)
def property_in_place_of_getattr(x):
    return Looked(x[0]).w * x[1]


@cures(refused.attributes_found_at_run_time)
def attributes_of_a_plain_class(x):
    return Tripled(x[0]).w * x[1]


@cures(refused.instance_made_in_its_own_way, same=False)
@cures(refused.instance_made_by_a_metaclass)
def instance_of_a_plain_class(x):
    return Tripled(x[0]).v * x[1]


@cures(refused.copy_without_what_is_not_kept, same=False)
def copy_with_what_is_not_kept(x):
    one = refused.Weighed(x[0], x[1])
    return dataclasses.replace(one, value=x[2], weight=x[1]).value


WITHOUT = {}


@cures(refused.pattern_that_reads_what_counts)
def read_before_the_match(x):
    reader = refused.Reader(x)
    v = reader.next
    match v:
        case 5.0 | 6.0:
            return x[0]
    return x[reader.asked]


@cures(refused.instance_written_into_an_array)
def instance_as_a_float(x):
    z = x * 1.0
    z[0] = float(refused.AsFloat(x[1]))
    return np.sum(z)


@cures(refused.array_filled_with_an_instance)
def array_filled_with_a_float(x):
    z = x * 1.0
    z.fill(float(refused.AsFloat(x[1])))
    return np.sum(z)


@cures(refused.instances_written_into_an_array)
def numbers_written_into_an_array(x):
    z = x * 1.0
    z[:2] = [float(refused.AsFloat(x[1])), x[0]]
    return np.sum(z)


@cures(refused.instances_made_an_array)
def numbers_made_an_array(x):
    return np.sum(np.array([2.0 * d.v for d in (refused.AsFloat(x[0]), refused.AsFloat(x[1]))]))


class Whole(refused.AsFloat):
    __array_ufunc__ = None


@cures(refused.array_changed_by_an_instance)
def array_changed_by_an_array(x):
    z = x * 1.0
    z[:2] = z[:2] + Whole(x[0])
    return np.sum(z)


@cures(refused.item_that_counts_comparisons)
def items_compared_one_by_one(x):
    one = refused.Asked(x[0])
    for v in (x[1], x[2]):
        if v == one:
            return x[0]
    return x[1] * one.times


@cures(refused.tuple_of_an_item_that_counts)
def parts_compared_one_by_one(x):
    one = refused.Asked(x[0])
    if one == x[1]:
        return x[0]
    return x[1] * one.times


class Parts(NamedTuple):
    x: float
    y: float

    @classmethod
    def scaled(cls, x, y):
        return cls(2.0 * x, y)

    def shown(self):
        return {"a": 2.0 * self.x, "b": self.y}


@cures(refused.named_tuple_made_otherwise)
def named_tuple_made_by_a_method(x):
    q = Parts.scaled(x[0], x[1])
    return q.x * q.y


@cures(refused.named_tuple_with_its_own_asdict)
def named_tuple_shown_by_a_method(x):
    return Parts(x[0], x[1]).shown()["a"] * x[1]


@cures(refused.named_tuple_with_a_hidden_field)
def attribute_of_another_name(x):
    three = 3.0
    return three * x[1]


@cures(refused.instance_by_a_metaclass)
@cures(refused.instance_of_a_protocol_with_an_attribute)
def attribute_asked_for(x):
    return np.sum(x) if hasattr(refused.Plain(x), "v") else np.sum(x**2)


@cures(refused.methods_compared)
def objects_compared(x):
    c = refused.Totalled(x[0])
    return x[0] * (c is c)
