"""keys(), values() and items() of dicts, which show what the dict holds when they are read."""

import numpy as np

from . import Program


def values_kept(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    d["b"] = x[2] ** 2
    return sum(v) * len(v)


def values_kept_of_a_dict_that_grows(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    d["c"] = x[2] ** 2
    return sum(v) * len(v)


def keys_kept(x):
    d = {0: x[0], 1: x[1]}
    k = d.keys()
    d[2] = x[2] ** 2
    return sum(d[i] * (i + 1) for i in k)


def items_kept(x):
    d = {"a": x[0], "b": x[1]}
    items = d.items()
    d["b"] = x[3] ** 2
    return sum(v * v for k, v in items)


def values_written_under_their_loop(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for v in d.values():
        d["b"] = v * x[2]
        s = s + v * v
    return s


def items_written_under_their_loop(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for i, (_, v) in enumerate(d.items()):
        d["b"] = d["b"] + v * v
        s = s + v * (i + 1)
    return s * d["b"]


def kept_values_written_under_their_loop(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    values = d.values()
    for v in reversed(values):
        d["a"] = v * x[2]
        s = s + v * v
    return s


def each_item_replaced(x):
    d = {"a": x[0], "b": x[1]}
    for i in range(3):
        for k, v in d.items():
            d[k] = v * v + x[i]
    return d["a"] * d["b"]


def put(d, v):
    d["b"] = v * v


def replaced(d, v):
    d.update(b=v * v)
    return v


def helper_writes_under_a_loop(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for v in d.values():
        put(d, v)
        s = s + v * v
    return s


def helper_writes_in_a_comprehension(x):
    d = {"a": x[0], "b": x[1]}
    return sum([replaced(d, v) * x[2] for v in d.values()]) + d["b"]


def helper_writes_in_a_generator(x):
    d = {"a": x[0], "b": x[1]}
    return sum(replaced(d, v) * v for k, v in d.items())


def given(d):
    for v in d.values():
        yield v * 2.0


def written_between_turns_of_a_generator(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for v in given(d):
        d["b"] = v * x[3]
        s = s + v * v
    return s


def written_in_turns(d, n):
    if n > 0:
        d["b"] = d["b"] * d["a"]
        written_in_turns(d, n - 1)


def recursion_writes_what_a_view_shows(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    written_in_turns(d, len(x))
    return sum(v)


def written_on_one_path(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    if x[0] > 0.0:
        d["b"] = x[2] ** 2
    return sum(v)


def written_in_a_loop_that_reads(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    for i in range(len(x)):
        d["b"] = sum(v) * x[i]
    return sum(v)


def view_of_one_of_two_dicts(x):
    d, e = {"a": x[0], "b": x[1]}, {"a": x[2], "b": x[3]}
    v = d.values() if x[0] > 0.0 else e.values()
    d["b"] = x[2] ** 2
    return sum(v)


def view_of_a_dict_in_a_dict(x):
    d = {"p": {"a": x[0], "b": x[1]}}
    v = d["p"].values()
    d["p"]["a"] = x[2] ** 2
    return sum(v)


def view_read_in_a_closure(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()

    def total():
        return sum(v)

    d["b"] = x[2] ** 2
    return total()


def view_of_a_dict_whose_name_goes_on(x):
    d = {"a": x[0], "b": x[1]}
    v = d.values()
    d = {"a": x[3] ** 2}
    return sum(v) * d["a"]


def lists_stay_as_they_are(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    values = list(d.values())
    for _, v in list(d.items()):
        d["b"] = v * x[2]
        s = s + v * v
    return s + sum(values)


def key_added_before_a_break(x):
    d = {"a": x[0], "b": x[1]}
    for k in d:
        if k == "a":
            d["c"] = x[2] ** 2
            break
    return d["a"] * d["c"]


def views_of_keys_compared(x):
    d, e = {"a": x[0], "b": x[1]}, {"b": x[2], "a": x[3]}
    return d["a"] * e["a"] if d.keys() == e.keys() and "a" in d and e.keys() != {"a"} else x[0]


def arrays_of_a_view_written(x):
    d = {"a": x[:2] * 2.0, "b": x[2:] * 3.0}
    for v in d.values():
        v *= x[0]
    for _, v in d.items():
        v[0] = x[1] ** 2
    return np.sum(d["a"]) * np.sum(d["b"])


x4 = np.array([0.7, -1.3, 2.1, 0.4])
PROGRAMS = [
    Program(fun, (x4,))
    for fun in (
        values_kept,
        values_kept_of_a_dict_that_grows,
        keys_kept,
        items_kept,
        values_written_under_their_loop,
        items_written_under_their_loop,
        kept_values_written_under_their_loop,
        each_item_replaced,
        helper_writes_under_a_loop,
        helper_writes_in_a_comprehension,
        helper_writes_in_a_generator,
        written_between_turns_of_a_generator,
        recursion_writes_what_a_view_shows,
        written_on_one_path,
        written_in_a_loop_that_reads,
        view_of_one_of_two_dicts,
        view_of_a_dict_in_a_dict,
        view_read_in_a_closure,
        view_of_a_dict_whose_name_goes_on,
        lists_stay_as_they_are,
        key_added_before_a_break,
        views_of_keys_compared,
        arrays_of_a_view_written,
    )
]
