"""An instance from outside that a function writes into, met again in other ways: followed, or refused."""

import copy
import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest

from tangent_ad import grad, jvp
from tangent_ad.errors import Refused


@dataclass
class Part:
    k: float
    state: float = 0.0

    def scaled(self, x):
        return self.state * x[0]


@dataclass
class Holder:
    part: Part


class Plain:
    def __init__(self, k):
        self.k, self.state = k, 0.0


class Linked:
    __slots__ = ("part", "rest")

    def __init__(self, part, rest):
        self.part, self.rest = part, rest


part, other = Part(2.0), Part(3.0)
parts, by_name, fixed, nested = [part, other], {"a": part, "b": other}, (part, other), {"u": {"v": part}}
holder = Holder(part)
links = Linked(other, Linked(part, None))
plain = Plain(2.0)
plains, plain_by_name, plain_fixed = [plain, Plain(3.0)], {"a": plain}, (plain,)


def by_key(x):
    part.state = np.sum(x)
    return by_name["a"].state * x[0]


def by_get(x):
    part.state = np.sum(x)
    return by_name.get("a").state * x[0]


def by_index(x):
    part.state = np.sum(x)
    return parts[0].state * x[0]


def by_index_found(x):
    part.state = np.sum(x)
    return parts[int(x[0] < 0)].state * x[0]


def in_a_loop(x):
    part.state = np.sum(x)
    total = 0.0
    for p in parts:
        total += p.state * x[0]
    return total


def read_before_in_a_loop(x):
    total = 0.0
    for i in range(2):
        total += by_name["a"].state * x[i]
        part.state = np.sum(x)
    return total


def in_a_comprehension(x):
    part.state = np.sum(x)
    return sum(p.state * p.k for p in parts) * x[0]


def unpacked(x):
    part.state = np.sum(x)
    a, _ = parts
    return a.state * x[0]


def at_depth(x):
    part.state = np.sum(x)
    return nested["u"]["v"].state * x[0]


def in_slots(x):
    part.state = np.sum(x)
    return links.rest.part.state * x[0]


def in_a_tuple(x):
    part.state = np.sum(x)
    return fixed[0].state * x[0]


def in_an_attribute(x):
    part.state = np.sum(x)
    return holder.part.state * x[0]


def in_a_list_of_the_function(x):
    part.state = np.sum(x)
    return [part, other][0].state * x[0]


def on_a_path(x):
    part.state = np.sum(x)
    p = part if x[0] > 0 else other
    return p.state * x[0]


def by_method(x):
    part.state = np.sum(x)
    return parts[0].scaled(x)


def by_max(x):
    part.state = np.sum(x)
    return max(parts, key=lambda p: -p.k).state * x[0]


def copied(x):
    part.state = np.sum(x)
    return copy.copy(part).state * x[0]


def replaced(x):
    part.state = np.sum(x)
    return dataclasses.replace(part, k=5.0).state * x[0]


def as_a_dict(x):
    part.state = np.sum(x)
    return dataclasses.asdict(part)["state"] * x[0]


def returned_whole(x):
    part.state = np.sum(x)
    return handed_on().state * x[0]


def handed_on():
    return parts[0]


def read_by_recursion(x, n=2):
    part.state = np.sum(x)
    return state_below(x, n if x[0] > 0 else n + 1)


def state_below(x, n):
    return part.state * x[0] if n == 0 else 2.0 * state_below(x, n - 1)


def written_by_recursion(x, n=2):
    part.state = np.sum(x)
    r = add_below(x, n if x[0] > 0 else n + 1)
    return r * part.state


def add_below(x, n):
    if n == 0:
        return x[0]
    part.state = part.state + x[1]
    return add_below(x, n - 1) * 1.5


def written_by_index(x):
    parts[0].state = np.sum(x)
    return part.state * x[0]


def written_in_a_loop(x):
    for p in parts:
        p.state = np.sum(x)
    return part.state * x[0]


def plain_by_key(x):
    plain.state = np.sum(x)
    return plain_by_name["a"].state * x[0]


def plain_by_index(x):
    plain.state = np.sum(x)
    return plains[0].state * x[0]


def plain_in_a_tuple(x):
    plain.state = np.sum(x)
    return plain_fixed[0].state * x[0]


def plain_in_a_loop(x):
    plain.state = np.sum(x)
    total = 0.0
    for p in plains:
        total += p.state * p.k * x[0]
    return total


def plain_of_items(x):
    plain.state = np.sum(x)
    total = 0.0
    for _, p in plain_by_name.items():
        total += p.state * x[0]
    return total


def plain_written_by_key(x):
    plain_by_name["a"].state = np.sum(x)
    return plain.state * x[0]


def plain_written_in_a_loop(x):
    for p in plains:
        p.state = np.sum(x) * p.k
    return plain.state * x[0] + plains[1].state * x[1]


def of_argument(x, p):
    part.state = np.sum(x)
    return p.state * x[0]


def of_argument_in_a_dict(x, d):
    part.state = np.sum(x)
    return d["a"].state * x[0]


def of_argument_in_an_instance(x, h):
    part.state = np.sum(x)
    return h.part.state * x[0]


def of_more_arguments(x, *ps):
    part.state = np.sum(x)
    return ps[0].state * x[0]


FOLLOWED = [in_a_tuple, in_an_attribute, in_slots, in_a_list_of_the_function, replaced, plain_by_key, plain_by_index,
            plain_in_a_tuple, plain_in_a_loop, plain_of_items, plain_written_by_key,
            plain_written_in_a_loop]  # fmt: skip
OTHERS = [by_key, by_get, by_index, by_index_found, in_a_loop, read_before_in_a_loop, in_a_comprehension, unpacked,
          at_depth, on_a_path, by_method, by_max, copied, as_a_dict, returned_whole, read_by_recursion,
          written_by_recursion, written_by_index, written_in_a_loop]  # fmt: skip
WITH_ARGUMENTS = [(of_argument, part), (of_argument_in_a_dict, by_name), (of_argument_in_an_instance, holder),
                  (of_more_arguments, part)]  # fmt: skip
X = np.array([1.0, 2.0, 4.0])


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    reset()


def reset():
    part.state = other.state = plain.state = plains[1].state = 0.0


def differences(fun, args):
    def value(x):
        reset()
        made = fun(x, *args)
        reset()
        return made

    return np.array([(value(X + 1e-6 * e) - value(X - 1e-6 * e)) / 2e-6 for e in np.eye(3)])


def derivatives(fun, args):
    yield grad(fun)(X, *args)
    yield np.array([jvp(fun, (X, *args), (e, *[None] * len(args)))[1] for e in np.eye(3)])


@pytest.mark.parametrize("fun", FOLLOWED, ids=lambda f: f.__name__)
def test_followed(fun):
    expected = differences(fun, ())
    for got in derivatives(fun, ()):
        np.testing.assert_allclose(got, expected, atol=1e-7)


@pytest.mark.parametrize("fun, args", [*((f, ()) for f in OTHERS), *((f, (a,)) for f, a in WITH_ARGUMENTS)],
                         ids=lambda f: getattr(f, "__name__", ""))  # fmt: skip
def test_followed_or_refused(fun, args):
    expected = differences(fun, args)
    try:
        for got in derivatives(fun, args):
            np.testing.assert_allclose(got, expected, atol=1e-7)
    except Refused as error:
        assert error.file == __file__


def test_another_instance_is_followed():
    """What is not written into is read by any way."""

    def fun(x):
        other.state = np.sum(x)
        return other.state * x[0] * nested["u"]["v"].k

    expected = differences(fun, ())
    for got in derivatives(fun, ()):
        np.testing.assert_allclose(got, expected, atol=1e-7)
