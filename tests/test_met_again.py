"""What is outside and is written into, met again in other ways: instances above all. Followed, or refused."""

import collections
import copy
import dataclasses
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from tangent_ad import grad, jvp
from tangent_ad.errors import Refused


@dataclass
class Part:
    k: float
    state: Any = 0.0
    tag = 1.5

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

# -- chosen, or found in tuples and named tuples: written there ------------------------------------------


class Pair(NamedTuple):
    a: Any
    b: Any


pair = Pair(part, other)
array, numbers = np.ones(3), [1.0]
arrays, dicts = (array, 2.0 * np.ones(3)), ({"q": 1.0}, {"q": 2.0})
mixed = Pair(array, numbers)


def chosen_and_written(x):
    p = part if x[0] > 0 else other
    p.state = x[0] ** 2
    return part.state * p.k + p.state * x[1]


def chosen_by_a_helper(x):
    p = either(x[0] > 0)
    p.state = x[0] ** 2
    return part.state * x[1]


def either(test):
    return part if test else other


def chosen_in_each_turn(x):
    total = 0.0
    for v in x:
        p = part if v > 1.5 else other
        p.state = p.state + v**2
        total = total + p.state
    return total


def chosen_beside_a_new_one(x):
    p = part if x[0] > 0 else Part(5.0)
    p.state = x[1]
    return p.k * part.state * x[2]


def rebound_in_a_loop(x):
    p = part
    for v in x:
        p.state = p.state + v
        p = other
    return part.state * x[0] + other.state


def back_and_forth(x):
    p = part
    for v in x:
        p.state = p.state * 0.5 + v
        p = other if p is part else part
    return part.state * x[0] + other.state


def item_of_a_list_of_the_function(x):
    cells = [part, other]
    for i in range(len(x)):
        cells[i % 2].state = 0.5 * cells[i % 2].state + x[i] ** 2
    return part.state + other.state


def first_of_a_reversed_list(x):
    cells = [part, other]
    if x[0] > 0:
        cells.reverse()
    cells[0].state = x[0] ** 2
    return other.state + part.state * x[1]


def appended_by_tests(x):
    cells = []
    for v in x:
        cells.append(part if v > 1.5 else other)
    cells[0].state = x[0] ** 2
    return other.state + part.state * x[1]


def unpacked_on_paths(x):
    first, second = (part, other) if x[0] > 0 else (other, part)
    first.state = x[0] ** 2
    return part.state + second.state * x[1]


def written_by_a_helper(x):
    put(part if x[0] > 0 else other, x[0])
    return part.state * x[1] + other.state * x[2]


def put(p, v):
    p.state = p.state + v


def attribute_of_a_chosen_one(x):
    h = holder if x[0] > 0 else Holder(other)
    h.part.state = x[1]
    return part.state * x[2]


def array_of_a_chosen_one(x):
    p = part if x[0] > 0 else other
    p.state = x * 1.0
    p.state[0] = x[1] ** 2
    return np.sum(part.state)


def item_of_a_tuple(x):
    fixed[int(x[0] > 0)].state = x[0] ** 2
    return other.state * x[1]


def loop_over_a_tuple(x):
    for p in fixed:
        p.state = p.k * x[0]
    return part.state * other.state


def loop_over_pairs(x):
    for p, w in ((part, 1.0), (other, 2.0)):
        p.state = w * x[0]
    return part.state * x[1] + other.state


def item_of_a_named_tuple(x):
    pair[0].state = x[0] ** 2
    return part.state * x[1]


def unpacked_named_tuple(x):
    _, second = pair
    second.state = x[0] ** 2
    return other.state * x[1]


def named_tuple_matched(x):
    match pair:
        case [first, _]:
            first.state = x[0] ** 2
    return part.state * x[1]


def list_of_a_named_tuple(x):
    first, *rest = list(pair)
    first.state, rest[0].state = x[0], x[1]
    return part.state * x[1] + other.state


def array_in_a_named_tuple(x):
    mixed[0][0] = x[0]
    return array[0] * x[1]


def list_in_a_named_tuple(x):
    mixed[1].append(x[0])
    return numbers[-1] * x[1]


def unpacked_array(x):
    a, _ = mixed
    a += x
    return np.sum(array) * x[1]


def array_in_a_tuple(x):
    arrays[int(x[0] > 0)][0] = x[0]
    return np.sum(arrays[1]) * x[1]


def array_in_a_chosen_tuple(x):
    t = arrays if x[0] > 0 else (x, x)
    t[0][0] = x[1]
    return array[0] * x[2]


def dict_in_a_tuple(x):
    dicts[int(x[0] > 0)]["q"] = x[0]
    return dicts[1]["q"] * x[1]


def sorted_and_written(x):
    sorted(fixed, key=lambda p: -p.k)[0].state = x[0] ** 2
    return part.state * x[1] + other.state


def largest_written(x):
    max(pair, key=lambda p: p.k).state = x[0] ** 2
    return part.state * x[1] + other.state


# -- what the types alone tell of it ---------------------------------------------------------------------


def its_length(x):
    part.state = x[:2] * 1.0
    return len(by_name["a"].state) * x[0] if isinstance(by_name["a"].state, np.ndarray) else 0.0


def its_rank(x):
    part.state = x
    return np.ndim(parts[0].state) * x[0]


def whether_it_is_none(x):
    part.state = None
    return (1.0 if parts[0].state is None else 2.0) * x[0]


def its_class(x):
    part.state = "text"
    return (1.0 if isinstance(parts[0].state, str) else 2.0) * x[0]


def whether_it_has_it(x):
    part.extra = x[0]
    return x[0] * (2.0 if hasattr(parts[0], "extra") else 3.0)


def of_the_class(x):
    part.tag = x[0]
    return parts[0].tag * x[1]


class Counted:
    """Its truth and its order are its own."""

    def __init__(self, k):
        self.k, self.asked = k, 0

    def __bool__(self):
        return self.k > 0

    def __lt__(self, other):
        self.asked += 1
        return self.k < other.k


counted, larger = Counted(2.0), Counted(3.0)
pairs = [counted, larger]
with_default = collections.defaultdict(float)


def its_truth(x):
    counted.k = 0.0
    return x[0] * 1.0 if counted else x[0] * 5.0


def truth_of_an_item(x):
    counted.k = 0.0
    return sum(q.k * x[1] for q in pairs if q) + (x[2] if not pairs[0] else 0.0)


def while_it_is_true(x):
    total = 0.0
    while counted:
        counted.k = counted.k - 1.0
        total = total + x[0]
    return total


def sorted_by_itself(x):
    counted.k = 9.0
    return sorted(pairs)[0].k * x[0] + sorted([counted, larger])[1].k * x[1]


def written_where_there_was_nothing(x):
    with_default["q"] += x[0]
    return with_default["q"]


WRITTEN = [chosen_and_written, chosen_by_a_helper, chosen_in_each_turn, chosen_beside_a_new_one, rebound_in_a_loop,
           back_and_forth, item_of_a_list_of_the_function, first_of_a_reversed_list, appended_by_tests,
           unpacked_on_paths, written_by_a_helper, attribute_of_a_chosen_one, array_of_a_chosen_one, item_of_a_tuple,
           loop_over_a_tuple, loop_over_pairs, item_of_a_named_tuple, unpacked_named_tuple, named_tuple_matched,
           list_of_a_named_tuple, array_in_a_named_tuple, list_in_a_named_tuple, unpacked_array, array_in_a_tuple,
           array_in_a_chosen_tuple, dict_in_a_tuple, sorted_and_written, largest_written, its_length, its_rank,
           whether_it_is_none, its_class, whether_it_has_it, of_the_class, its_truth, truth_of_an_item,
           while_it_is_true, sorted_by_itself, written_where_there_was_nothing]  # fmt: skip


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
    array[:], arrays[1][:], numbers[:] = 1.0, 2.0, [1.0]
    dicts[0]["q"], dicts[1]["q"] = 1.0, 2.0
    for name in ("extra", "tag"):
        vars(part).pop(name, None)
    counted.k, larger.k, counted.asked, larger.asked = 2.0, 3.0, 0, 0
    with_default.clear()


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


@pytest.mark.parametrize("fun, args", [*((f, ()) for f in OTHERS + WRITTEN), *((f, (a,)) for f, a in WITH_ARGUMENTS)],
                         ids=lambda f: getattr(f, "__name__", ""))  # fmt: skip
def test_followed_or_refused(fun, args):
    expected = differences(fun, args)
    try:
        for got in derivatives(fun, args):
            np.testing.assert_allclose(got, expected, atol=1e-7)
    except Refused as error:
        assert error.file == __file__
    assert counted.asked == larger.asked == 0 and not with_default, "what is outside was changed"


def test_another_instance_is_followed():
    """What is not written into is read by any way."""

    def fun(x):
        other.state = np.sum(x)
        return other.state * x[0] * nested["u"]["v"].k

    expected = differences(fun, ())
    for got in derivatives(fun, ()):
        np.testing.assert_allclose(got, expected, atol=1e-7)


ring, chain = {"a": 2.0}, [3.0]
ring["self"] = ring
chain.append({"up": chain})
shared_twice = [by_name, {"more": by_name, "k": 2.0}]


@pytest.mark.parametrize("fun", [lambda x: ring["a"] * x[0], lambda x: chain[0] * x[1]])
def test_what_holds_itself_is_refused(fun):
    with pytest.raises(Refused, match="holds itself"):
        grad(fun)(X)


def test_what_is_held_twice_is_not():
    np.testing.assert_array_equal(grad(lambda x: shared_twice[1]["k"] * x[0])(X), [2.0, 0.0, 0.0])
