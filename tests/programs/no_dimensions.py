"""Arrays without dimensions: written into, known by several names, and told from numbers."""

import numpy as np

from . import Program

# ---------------------------------------------------------------- writes


def written_whole(x):
    s, t = np.zeros(()), np.empty(())
    s[...] = x[0] * x[1]
    t[()] = s * x[2]
    s.fill(t + x[3])
    np.add(t, x[1], out=t)
    np.sum(x * x, out=s)
    return s * t


def accumulated(x):
    total, other = np.zeros(()), np.array(1.0)
    for i, v in enumerate(x):
        total += v * v
        other[...] = other * v + x[0] * i
        other[()] -= v
    return total * other


def two_names(x):
    total = np.zeros(())
    same = total
    for v in x:
        same += v * v
    whole = total[...]
    whole *= x[0]
    number = total[()]
    number += 1.0
    return total * same * number


def view_of_an_array(x):
    a, m = x * 1.0, np.outer(x, x)
    v, c = a[0, ...], m[1, 2, ...]
    v[...] = x[1] ** 2
    v += x[2]
    c *= x[0]
    c[...] += 2.0
    row = a[1:2]
    item = row.reshape(())
    item += x[0] ** 2
    return np.sum(a * x) + np.sum(m * m)


def of_functions_that_give_arrays(x):
    y = np.where(x[0] > 0.5, x[1], x[0])
    z = y
    z += 1.0
    p = np.tensordot(x, x, 1)
    q = p
    q *= x[2]
    s = np.squeeze(x[:1] * 1.0)
    t = s
    t -= x[3]
    return y * z + p * q + s * t


def in_containers(x):
    values, known = [], {"total": np.zeros(()), "n": 0}
    for v in x:
        values.append(np.array(v))
        known["total"] += v * v
        known["n"] += 1
    first, total = values[0], known["total"]
    first += x[1]
    total *= 2.0
    return values[0] * values[1] * known["total"] / known["n"]


class Sum:
    def __init__(self):
        self.total = np.zeros(())

    def add(self, v):
        self.total += v


def in_an_attribute(x):
    summed = Sum()
    seen = summed.total
    for v in x:
        summed.add(v * v)
    return seen * x[0]


def by_a_helper(x):
    def add(total, n):
        if n:
            total += x[n]
            add(total, n - 1)

    s = np.zeros(())
    add(s, 3)
    add(s, 2)
    return s * x[0]


def array_on_both_paths(x):
    s = np.array(x[1]) if x[0] > 0 else np.zeros(())
    t = s
    s += x[2]
    return t * s


def array_on_one_path(x):
    s = np.array(x[1]) if x[0] > 0 else 0.0
    t = s
    s += x[2]
    return t * s


def exchanged(x):
    a, b = np.zeros(()), np.zeros(())
    for v in x:
        a, b = b, a
        a += v
    return a * b


def new_number_in_each_turn(x):
    s = np.zeros(())
    for v in x:
        old = s
        s = s + v * v
        s *= 2.0
        s += old
    return s


# ---------------------------------------------------------------- what it is


def kinds_of_what_functions_give(x):
    made = (np.where(x[0] > 0, x[0], 0.0), np.array(x[0]), np.tensordot(x, x, 1), np.squeeze(x[:1]), x[0, ...],
            np.asarray(x[0] * 2), x[:1].reshape(()), x[0], x.sum(), x @ x, np.sum(x, axis=0), x.item(0))  # fmt: skip
    total = 0.0
    for i, y in enumerate(made):
        if isinstance(y, np.ndarray):
            total += y * x[1] * i
        elif isinstance(y, np.floating):
            total += y * x[2] * i
        else:
            total += y * x[3] * i
    return total


def kinds_of_maxima_and_of_sums(x):
    y = max(x[0], 1)
    z = x[1] * y if isinstance(y, float) else x[2] * y
    count = 0
    for i in range(int(x[1])):
        count = count + x[i] if i > 3 else count + 1
    return z * (x[1] if isinstance(count, float) else x[2] * count)


x4 = np.array([0.7, 1.2, 0.4, -0.3])

def alias_of_an_argument(x):
    y = x
    y += 1.0
    return x * y


def argument_asked_for_its_class(x):
    return x * 3.0 if isinstance(x, np.ndarray) else x * x


def argument_written(x, z):
    x[...] = x * z
    for _ in range(2):
        z *= x
    return x * z + x


def argument_in_a_list(items):
    first = items[0]
    first *= items[1]
    return items[0] * items[1] + np.sin(first)


def number_in_an_array(x):
    c = x * 2.0
    d = c[0, ...]
    e = d[()]
    d += x[1]
    held = [np.squeeze(c[1:2])[()], 1.0]
    c *= x[2]
    return e * d * held[0]


def kept_by_a_neutral_factor(x):
    a = np.array(x[0])
    b = a * 1.0
    negative = -a
    c = -negative + 0.0
    a += x[1]
    return a * b + c


def asked_whether_it_is_a_number(x):
    v = np.zeros(())
    v += x[0]
    w = v * (2.0 if np.isscalar(v) else 1.0)
    w = w * (3.0 if np.isscalar(v[()]) else 5.0)
    return w * (7.0 if np.isscalar(x[1][...]) else 1.0)


def taken_for_arrays(x):
    """Numbers, and arrays without dimensions, where most programs have arrays with some."""
    d = np.asarray(np.sum(x**2))
    rows = np.hstack((x[0], x[1] * d, x[1:3])) + d[None] * d[..., None, None][0]
    grid = np.linspace(x[0], x[1:3], 3) * np.transpose(x[2] * 2.0)
    return np.sum(rows**2) + np.sum(grid * grid) + x[3].flat[0] * np.transpose(float(x[0]))


def reshaped(x):
    """Of an array without dimensions each reshape is a view."""
    a = np.array(x[0])
    b, c = a.reshape(1, 1), np.ravel(a)
    for i in range(3):
        b[0, 0] += x[i] ** 2
        a *= x[3]
    c *= x[2]
    return a * b[0, 0] + c[0]


def largest_of_them(x):
    a, b = np.where(x[0] > 0.5, x[1], x[2]), np.array(x[0] * x[3])
    result = a * b
    top = max(a, b)
    low = min(2.0, np.where(x[1] > 0.0, x[0], 3))
    top += x[3] * low
    return top**2 + max(result, 0.1, np.where(x[0] > 0.5, x[3], 0.0))


def largest_in_a_list(x):
    held = []
    for v in x:
        held.append(np.where(v > 0.5, v, v * x[1]))
    best = max(held)
    return best * min(held[0], held[1], x[2])


ZERO_D = np.array(0.7)

PROGRAMS = [
    Program(fun, (x4,))
    for fun in (
        written_whole,
        accumulated,
        two_names,
        view_of_an_array,
        of_functions_that_give_arrays,
        in_containers,
        in_an_attribute,
        by_a_helper,
        array_on_both_paths,
        array_on_one_path,
        exchanged,
        new_number_in_each_turn,
        kinds_of_what_functions_give,
        kinds_of_maxima_and_of_sums,
        number_in_an_array,
        kept_by_a_neutral_factor,
        asked_whether_it_is_a_number,
        taken_for_arrays,
        reshaped,
        largest_of_them,
        largest_in_a_list,
    )
] + [
    Program(fun, (x,), name=f"{fun.__name__}_of_{name}")
    for fun in (alias_of_an_argument, argument_asked_for_its_class)
    for name, x in (("an_array", ZERO_D), ("a_numpy_scalar", np.float64(0.7)), ("a_float", 0.7))
] + [
    Program(argument_written, (ZERO_D, np.array(1.2)), (0, 1)),
    Program(argument_in_a_list, ([ZERO_D, np.array(1.2)],)),
]
