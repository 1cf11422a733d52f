"""Methods of lists, dicts and arrays that change, find, copy or share: each as Python and NumPy do it."""

import dataclasses
import functools
import types

import numpy as np

from . import Program


class Settings:
    def __init__(self, scale):
        self.scale = scale


@functools.lru_cache
def cached_sum(t):
    return np.sum(t**2)


# ---------------------------------------------------------------- lists of numbers


def sorted_in_place(x):
    values = [x[0] ** 2, x[1], x[2]]
    same = values
    values.sort()
    return same[0] + 2.0 * same[1] + 3.0 * same[2]


def sorted_backwards_by_a_key(x):
    values = [v**2 for v in x]
    values.sort(key=lambda v: -v, reverse=True)
    values.append(x[0])
    return values[0] + 2.0 * values[1] + 3.0 * values[-1]


def sorted_in_a_loop(x):
    values = [x[0], x[1]]
    for i in range(3):
        values.append(x[2] * i)
        values.sort()
    return values[0] * values[3] + values[4]


def removed_by_value(x):
    values = [x[0], x[1], x[2]]
    values.remove(x[1])
    return values[0] + 3.0 * values[1]


def found_by_value(x):
    values = [v**2 for v in x]
    return values[values.index(x[1] ** 2)] * x[0]


def popped_from_the_middle(x, n):
    values = [v**2 for v in x]
    v = values.pop(n)
    return v * values[0] + 3.0 * values[n]


def popped_from_a_known_list(x, n):
    values = [x[0], x[1] ** 2, x[2]]
    v = values.pop(n)
    return v * values[0] + 3.0 * values[1]


def deleted_from_the_middle(x, n):
    values = [v**2 for v in x]
    alias = values
    del values[n]
    return alias[0] + 2.0 * alias[n]


def arrays_popped_from_the_middle(x, n):
    rows = [x * (i + 1) for i in range(n + 2)]
    row = rows.pop(n).copy()
    row[0] = x[1] ** 2
    rows[n][1] = x[0] ** 3
    return np.sum(row) + np.sum(rows[n]) * x[2]


def queue_served_by_priority(x):
    waiting = [v for v in x]
    total = 0.0
    while len(waiting) > 0:
        first = 0
        for i in range(len(waiting)):
            if waiting[i] < waiting[first]:
                first = i
        total = total * 0.5 + waiting.pop(first)
    return total


def slice_assigned(x):
    values = [x[0], x[1], x[2]]
    same = values
    values[:2] = [x[2] ** 2]
    values[1:] = [x[0], x[1], values[0]]
    return same[0] + 2.0 * same[1] + 3.0 * same[3]


# ---------------------------------------------------------------- copies


def copied_rows(x, n):
    rows = []
    for i in range(n):
        rows.append([x[i], 1.0])
    more = [row.copy() for row in rows]
    more[0][0] = x[1] ** 2
    return rows[0][0] + 3.0 * more[0][0] + more[n - 1][0]


def copied_dict(x):
    options = {"scale": x[0], "shift": 1.0}
    mine = options.copy()
    mine["scale"] = x[1] ** 2
    return mine["scale"] * options["scale"]


# ---------------------------------------------------------------- arrays


def conjugate_of_a_real_array(x):
    """The method gives the array itself."""
    y = x.conj()
    y[0] = x[1] ** 2
    return np.sum(x**2)


def conjugate_by_the_function(x):
    """The function gives a copy."""
    y = np.conj(x)
    y[0] = x[1] ** 2
    return np.sum(x**2) + np.sum(y)


def conjugate_of_a_complex_array(x):
    z = x + 1j * x[::-1]
    w = z.conj()
    w[0] = x[1] ** 2
    return np.sum((z * w).imag)


def difference_of_order_zero(x):
    """It is the array itself."""
    y = np.diff(x, n=0)
    y[0] = x[1] ** 2
    return np.sum(x * y)


def view_method(x):
    y = x.view()
    y[0] = x[1] ** 2
    return np.sum(x * y)


def put_with_wrap(x):
    np.put(x, [7, -2], [x[1] ** 2, x[0]], mode="wrap")
    return np.sum(x * np.arange(1.0, 4.0))


def put_with_clip(x):
    np.put(x, np.array([7, -2]), x[1] ** 2, mode="clip")
    return np.sum(x * np.arange(1.0, 4.0))


# ---------------------------------------------------------------- attributes


def setattr_of_a_known_name(x):
    settings = Settings(2.0)
    setattr(settings, "scale", x[0] ** 2)  # noqa: B010
    return settings.scale * x[1]


def function_under_a_cache(x):
    return cached_sum.__wrapped__(x) * x[0]


namespace = types.SimpleNamespace(scale=2.0, total=0.0)


def attribute_of_a_namespace(x):
    namespace.total = 0.0
    for v in x:
        namespace.total += v**2
    return namespace.total * namespace.scale


@dataclasses.dataclass
class Options:
    scale: float


options = Options(1.5)


def attribute_of_a_dataclass_of_the_module(x):
    """It has no hash, since its fields may change."""
    return np.sum(x**2) * options.scale


def where_of_a_condition(x):
    (chosen,) = np.where(x > 0.5)
    return np.sum(x[chosen] ** 2) * x[np.where(x > 1.0)[0][0]]


x3 = np.array([0.7, 1.2, 0.4])

PROGRAMS = [
    *(
        Program(fun, (x3,))
        for fun in (
            sorted_in_place,
            sorted_backwards_by_a_key,
            sorted_in_a_loop,
            removed_by_value,
            found_by_value,
            queue_served_by_priority,
            slice_assigned,
            copied_dict,
            conjugate_of_a_real_array,
            conjugate_by_the_function,
            conjugate_of_a_complex_array,
            difference_of_order_zero,
            view_method,
            put_with_wrap,
            put_with_clip,
            setattr_of_a_known_name,
            function_under_a_cache,
            attribute_of_a_namespace,
            attribute_of_a_dataclass_of_the_module,
            where_of_a_condition,
        )
    ),
    *(
        Program(fun, (x3, 1))
        for fun in (
            popped_from_the_middle,
            popped_from_a_known_list,
            deleted_from_the_middle,
            arrays_popped_from_the_middle,
        )
    ),
    Program(popped_from_the_middle, (np.array([0.7, 1.2, 0.4, 0.9]), -2), name="popped_from_the_end_backwards"),
    Program(copied_rows, (x3, 3)),
]
