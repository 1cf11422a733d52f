"""Names that a loop binds: read after it, in its next turn, by other loops, or by nothing at all."""

import math

import numpy as np

from . import Program


def left_by_an_inner_loop(x, n):
    """In the last turns the inner loop has none: what it left before is still there."""
    for i in range(n):
        for j in range(2 - i):
            t = x * (j + 2) + i
        x = x + 0.1 * t
    return t * x


def left_by_both_loops(x, n):
    for i in range(n):
        for j in range(i):
            t = math.sin(x + j)
        x = x * 1.1
    return t * x * (i + 10 * j)


def read_in_the_next_turn(x, n):
    total = 0.0
    for i in range(n):
        for j in range(3):
            if i + j > 0:
                total = total + t * x  # noqa: F821 (bound in an earlier turn)
            t = x * (i + 0.5 * j)  # noqa: F841
    return total


def read_by_the_else(x, n):
    total = 0.0
    for i in range(n):
        for j in range(3):
            t = x * j + i
            if t > 4.0:
                break
        else:
            total = total + 10.0 * t
        total = total + math.sin(x)
    return total


def read_by_the_test(x):
    t = x
    steps = 0
    while t < 5.0:
        t = x * math.exp(0.3 * steps)
        for _ in range(2):
            u = t * 1.1
            t = u
        steps += 1
    return x * steps + t


def one_name_in_several_loops(x, n):
    total = 0.0
    for i in range(n):
        t = x * i
        total = total + t * t
    for i in range(n):
        for j in range(n):
            t = x + j
            total = total + t * i
    for i in range(2):
        t = total * x
        total = t + i
    return total * t


def read_by_a_function(x, n):
    def scaled():
        return x * t

    total = 0.0
    for i in range(n):
        for j in range(2):
            t = x * (i + j)
            total = total + scaled()
        total = total + scaled()
    return total


def read_by_the_bounds(x):
    total = 0.0
    for i in range(3):
        for j in range(i):
            last = i + j
            total = total + x * last
    for k in range(last):
        total = total + math.cos(x * k)
    return total


def added_to_within(x, n):
    total = 0.0
    for i in range(n):
        for row in x:
            part = row * i
            part += np.sin(row)
            part *= 0.5
            total = total + np.sum(part)
    return total


def written_through_a_name(x, n):
    a = np.outer(x, x)
    for k in range(n):
        for i in range(3):
            row = a[i]
            row[k] = row[k] * x[i]
            kept = [row[0], row[1]]
            kept.append(kept[0] * x[k])
            a[i, 2] += kept[2]
    return np.sum(a * a)


def four_deep(x, n):
    total = x
    for i in range(n):
        for j in range(n):
            for k in range(n):
                for m in range(2):
                    t = math.sin(total * x) + i * j
                    if t > 1.0:
                        u = t * k
                        total = total + 0.01 * u
                    else:
                        total = total + 0.1 * t * m
    return total


def only_on_one_path(x, n):
    for i in range(n):
        for j in range(3):
            if x > 0.5:
                t = x * j
            else:
                t = x - j
            x = x + 0.01 * t
        if i == 1:
            x = x + t
    return x


def array_from_zero(x, n):
    """A number at first, and an array that is added to from the second turn on."""
    total, rows, signed = 0.0, [], np.float64(1.0)
    for i in range(n):
        total += x * (i + 1)
        rows.append(x**i)
    count = 0
    for row in rows:
        count += row
        signed -= row * x
        signed *= 2.0
    return np.sum(total * count) + np.sum(signed)


def ints_below_zero(x, n):
    """Ints of which the first are negative, by what Python has for them."""
    y = np.empty(n)
    for i in range(n):
        r = (i - 30) % 4
        y[i] = x[i] * r + x[i] ** 2 * (i - 30)
        k = abs(i - 31) - round(i - 30) // 2 + int((i - 30) / 3)
        y[i] *= k * 0.1
    return np.sum(y**2)


def powers_of_two(x, n):
    """Ints or floats, as the exponents are."""
    y = np.empty(n)
    for i in range(n):
        r = 2 ** (i - 31 + 30)
        t = x[i] ** 2
        y[i] = t * r
    return np.sum(y**2)


def int_or_nothing(x, n):
    y = np.empty(n)
    for i in range(n):
        r = 3 if x[i] > 0.0 else None
        t = x[i] * x[0]
        y[i] = t if r is None else t * r
    return np.sum(y**2)


def tuple_of_the_last_turn(x, n):
    for i in range(n):
        p = (x[i] * 2.0, x[0])
    return p[0] * p[1]


def dict_of_the_last_turn(x, n):
    for i in range(n):
        p = {"a": x[i] * 2.0, "b": x[0] * x}
    return p["a"] * np.sum(p["b"] ** 2)


def nested_in_the_last_turn(x, n):
    for i in range(n):
        p = ((x[i] * 2.0, x[0]), x[1:3] * x[0])
    return p[0][0] * p[0][1] + np.sum(p[1] ** 2)


def array_of_the_last_turn(x, n):
    for i in range(n):
        p = x[i : i + 1] * x[0]
    return np.sum(p**2)


def one_of_two_in_the_last_turn(x, n):
    for i in range(n):
        if x[i] > 0.0:
            p = (x[i] * 2.0, x[0])
        else:
            p = (x[i], x[1])
        q = (p[0] * p[1], p[1])
    return q[0] * q[1]


def tuple_of_the_last_while(x, n):
    i = 0
    while i < n:
        p = (x[i] * 2.0, x[0])
        i += 1
    return p[0] * p[1]


vector = np.array([0.6, -0.4, 1.1])
ASSIGNED_IN_A_LOOP = (
    ints_below_zero, powers_of_two, int_or_nothing, tuple_of_the_last_turn, dict_of_the_last_turn,
    nested_in_the_last_turn, array_of_the_last_turn, one_of_two_in_the_last_turn, tuple_of_the_last_while,
)  # fmt: skip

def result_kept_by_turns(x):
    """What the loop returns is kept by each turn, and the first has none yet: an array that may be missing."""

    def rows(a):
        for i in range(1, 4):
            if i > 1:
                return np.copy(a) * x[1]
        return a

    m = rows(np.full((4, 3), np.sum(x)) - np.full((4, 3), x[0] ** 2))
    return sum([np.sum(row) for row in m]) * np.sum(x)


PROGRAMS = [
    Program(result_kept_by_turns, (np.array([0.7, 1.1, 0.4]),)),
    Program(left_by_an_inner_loop, (0.7, 4)),
    Program(left_by_both_loops, (0.7, 3)),
    Program(read_in_the_next_turn, (0.7, 3)),
    Program(read_by_the_else, (1.3, 4)),
    Program(read_by_the_test, (0.7,)),
    Program(one_name_in_several_loops, (0.7, 3)),
    Program(read_by_a_function, (0.7, 3)),
    Program(read_by_the_bounds, (0.7,)),
    Program(added_to_within, (np.outer(vector, vector), 3)),
    Program(written_through_a_name, (vector, 3)),
    Program(array_from_zero, (vector, 3)),
    Program(four_deep, (0.7, 3)),
    Program(only_on_one_path, (0.7, 3)),
    *(Program(fun, (vector, 3)) for fun in ASSIGNED_IN_A_LOOP),
]
