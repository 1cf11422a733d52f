"""Ints where other paths or items have floats: in lists, in tuples, in loops, and arrays that are made of them."""

import numpy as np

from . import Program

x3 = np.array([0.5, 0.7, 0.2])
x1 = np.array([0.5])


def ints_in_a_list_added_to(x):
    y = x[0] * 0.25
    t = np.sum(x)
    acc = [0, 1, 2]
    for i, v in enumerate(x):
        acc[i] += v
    return acc[0] * acc[1] + t * acc[2] + y


def int_first_then_a_float(x):
    y = np.zeros(len(x))
    run = 2
    for i in range(len(x)):
        y[i] = run
        run = run * x[i]
    return np.sum(np.reciprocal(y))


def int_until_a_branch(x):
    level = np.zeros((len(x), 2))
    cur = 2
    for i in range(len(x)):
        for j in range(2):
            level[i, j] = cur
            if x[i] > 1:
                cur = x[i]
    level[0] = 0.5 * x[0]
    return np.sum(level[:, 0] * x)


def int_that_stays(x):
    y = np.zeros(4)
    prev = 0
    for i in range(4):
        y[i] = prev
        if i == 9:
            prev = x[0]
    y[:] += 0.3 * x[0]
    return np.sum(y)


def item_of_ints_and_floats(x, k):
    w = [3, x[0]]
    z = np.cumsum(x)
    z[0] = z[0] * 0.5
    return w[k] * z.sum()


def filled_with_an_item(x, k):
    w = [3, x[0]]
    return x[1] * 0.5 + np.sum(x * np.full(3, w[k]))


def repeated_item(x, k):
    w = [3, x[0]]
    return x[1] * 0.5 + np.sum(x * np.repeat(w[k], 3)) + x[1] * w[k] + np.sum(x * np.tile(w[k], 3))


def float_factor_counts(x, k):
    w = [3, x[0]]
    z = np.full(3, w[k]) * 1.0
    z[0] = x[1] * 0.5
    return np.sum(z * x)


def float_factors_of_arrays(x, k):
    w = [3, x[0]]
    z = np.array([w[k]] * 3) * 1.0
    z[0] = x[1] * 0.5
    y = np.array([w[k]] * 3) / 1
    y[0] = x[1] * 0.5
    return np.sum(z * x * y)


def float_factor_of_a_number(x, k):
    w = [3, x[0]]
    z = w[k] * 1.0
    s = np.full(2, z)
    s[0] = 0.25 * x[1]
    return s.sum()


def array_of_a_list_of_ints(x):
    w = [0] * 3
    for i in range(3):
        if x[i] > 1:
            w[i] = x[i]
    return np.sum(np.array(w) * 0.5 + x)


def arrays_of_a_list_of_ints(x):
    w = [0] * 3
    for i in range(3):
        if x[i] > 0.6:
            w[i] = x[i]
    z = np.array(w, dtype=float)
    z += 0.5 * x
    m = np.array(w) * 1.0
    m[0] = x[1] * 0.5
    return (
        np.sum(z * z)
        + np.sum(m * x)
        + np.linalg.norm(np.array(w) - x)
        + np.sum((np.array(w) - x) ** 2)
        + np.mean(np.array(w))
        + np.sum(np.exp(np.array(w)))
    )


def divided_by_an_item(x, k):
    w = [3, x[0]]
    z = np.cumsum(x) / w[k]
    z[1] *= 0.5
    return np.sum(z) * w[k]


def kind_of_an_item(x, k):
    w = [3, x[0]]
    v = w[k]
    if isinstance(v, float):
        return v * x[1]
    return v * x[2]


def list_of_ints_filled(x):
    acc = [0] * 3
    for i in range(3):
        acc[i] += x[i] * 2
    y = np.array(acc, dtype=float)
    y /= 2
    return np.sum(y**2)


def array_of_a_list_filled(x):
    acc = [0] * 3
    for i in range(3):
        acc[i] = x[i] * 2
    y = np.array(acc)
    return np.sum(y**2)


def largest_of_int_and_float(x):
    return np.sum(np.array([max(0, v) for v in x]) ** 2) + max(0, x[0]) * x[1]


def sum_from_zero(x):
    s = 0
    for v in x:
        s += v * v
    return s / len(x) + s * 2


def looped_over(x):
    tot = 0.0
    for a in (2, x[1]):
        tot += a * x[0]
    return tot


def zipped(x):
    return sum(a * b for a, b in zip((1, 2, x[1]), x, strict=True))


def indexed_at_run_time(x, k):
    w = (3, x[0])
    return w[k] * x[1]


def horner(c, t):
    y = 0.0
    for k in c[::-1]:
        y = y * t + k
    return y


def reversed_slice(x):
    return horner((1, x[0], x[1]), x[2])


def neighbours(x):
    k = (0, x[0], 1)
    s = 0.0
    for i in range(2):
        s += (k[i + 1] - k[i]) ** 3
    return s


def star_arguments(x):
    def f(*args):
        t = 0.0
        for a in args:
            t += a * a
        return t

    return f(1, x[0], 2, x[1])


def pairs(x):
    s = 0.0
    for i, (a, b) in enumerate(((1, x[0]), (x[1], 2))):
        s += a * b * i + a
    return s


def named_pairs(x):
    s = 0.0
    for _, v in (("a", x[0]), ("b", 2.0)):
        s += v * v
    return s


def boundary_pairs(x):
    out = 0.0
    for kind, value in (("dirichlet", x[0]), ("neumann", 0.0)):
        out += value * x[1] if kind == "dirichlet" else (value - x[2]) ** 2
    return out


def reversed_tuple(x):
    s = 0.0
    for a in reversed((1, x[0], x[1])):
        s = s * x[2] + a
    return s


# ---------------------------------------------------------------- arrays of ints in lists of any length


def ints_without_dimensions(y):
    items = [np.squeeze([0]) for _ in range(2)]
    for _ in range(3):
        items.append(sum(items) - y)
    return sum(np.sum(np.sin(i)) for i in items)


def bools_without_dimensions(y):
    items = [np.squeeze([True]) for _ in range(2)]
    for _ in range(3):
        items.append(sum(items) - y)
    return sum(np.sum(np.sin(i)) for i in items)


def arrays_of_ints(y):
    items = [np.zeros(3, int) for _ in range(2)]
    for _ in range(3):
        items.append(sum(items) - y)
    return sum(np.sum(np.sin(i)) for i in items)


def arrays_of_ints_replaced(y):
    items = [np.zeros(3, int) for _ in range(2)]
    for i in range(3):
        items[i % 2] = sum(items) - y
    return sum(np.sum(np.sin(i)) for i in items)


def tuples_with_ints(y):
    items = [(np.arange(3), 2) for _ in range(2)]
    for _ in range(3):
        items.append((items[-1][0] * y, items[-2][1] * y[0]))
    return sum(np.sum(np.sin(i * j)) for i, j in items)


def pairs_summed(y, n):
    return np.sum([(k, y[k]) for k in range(n)])


def pairs_made_an_array(y, n):
    pairs = []
    for k in range(n):
        pairs.append((k, y[k]))
    return np.sum(np.array(pairs) ** 2)


def pairs_inside(y, n):
    rows = []
    for k in range(n):
        rows.append([k, (y[k], 2)])
    return sum(np.sum(row[1]) for row in rows)


def pairs_of_an_array_of_ints(y, n):
    return np.sum(np.array(list(zip(np.arange(n), y, strict=False))) ** 2)


def arrays_beside_arrays_of_ints(y, n):
    return np.sum(np.array([pair for pair in zip([np.arange(3)] * n, [y] * n, strict=False)]) ** 2)


def pairs_enumerated(y, n):
    return np.sum(np.array([pair for pair in enumerate(y[:n])]) ** 2)


def columns_zipped(y, n):
    columns = [column for column in zip(*[(2,), [y[n % 3]]], strict=False)]
    kinds = [(3,), y, (2,)]
    kinds[2] = columns
    return sum(np.sum(kind) for kind in kinds)


def pairs_with_truths(y, n):
    return np.sum(np.array([pair for pair in zip((True, False), y[:n], strict=False)]) ** 2)


def full_of_the_largest(y, n):
    """An int where the largest is 2, and np.full makes an array of ints of it."""
    largest = max(max(-0.8, n), np.sum(y))
    return np.sum(np.mean(np.full((4, 3), largest), axis=1) * y[0] + np.full(4, largest) / 3)


def twos_or_hyperbolic(p, n):
    if n <= 0:
        return np.full((3,), 2)
    return np.tanh(twos_or_hyperbolic(p, n - 1) * p)


def items_of_a_recursive_result(y, n):
    return np.sum(np.sin([v for v in twos_or_hyperbolic(twos_or_hyperbolic(y, 3), n - 2)]) * y)


def ints_on_one_path_read_by_item(y, n):
    row = np.arange(3)
    if n > 2:
        row = y * 2.0
    total = y[0]
    for v in row:
        total = total + v * v
    for i in range(3):
        total = total + row[i] * row[i - 1]
    return total + np.sum(np.sin([v for v in row]))


def ints_on_one_path_written_within(y, n):
    s = y[1]
    for i in range(2):
        if n > i + 1:
            c = np.full((3, 2), y[:2])
        else:
            c = np.full((3, 2), i)
        c[-1] = c[1]
        c[0, 1] = c[2, 0] + i
        row = c[i]
        s = s * c[1][-2] + np.sum(c[:, 0]) + row[1] * c[0, 1]
    return s * y[0]


def ints_there(y, n):
    return items_of_a_recursive_result(y, n + 1) * ints_on_one_path_read_by_item(y, n + 1)


# ---------------------------------------------------------------- ints in the one record, floats in the other


def read_in_turns(records):
    """Each record at a place that is found at run time: the cotangents of all of them are of one kind."""
    return [records[i % len(records)] for i in range(5)]


def dicts_with_ints(y, n):
    out = 0.0
    for record in read_in_turns([{"w": n, "b": y}, {"w": -0.3, "b": y * 2}]):
        out = out + record["w"] * record["b"] ** 2
    return out


def dicts_of_ints(y, n):
    records = [{"w": n}, {"w": y[0]}]
    out = 0.0
    for i in range(3):
        out += records[i % 2]["w"] * records[(i + 1) % 2]["w"] * y[i]
    return out


def dicts_of_arrays_of_ints(y, n):
    records = [{"w": np.arange(3) + n}, {"w": y}]
    out = 0.0
    for i in range(3):
        out = out + records[i % 2]["w"] ** 2 * y[i]
    return out


def tuples_of_ints(y, n):
    records = [(n,), (y[0],)]
    return sum(records[i % 2][0] ** 2 * y[i] for i in range(3))


def lists_of_pairs_of_ints(y, n):
    records = [[(n, 1)], [(y[0], 2)]]
    out = 0.0
    for i in range(3):
        out += records[i % 2][0][0] * records[i % 2][0][1] * y[i]
    return out


def records_of_records(y, n):
    records = [{"w": n, "b": {"c": [y, 1]}}, {"w": -0.3, "b": {"c": [y, 1.5]}}, {"w": y[0], "b": {"c": [y, n]}}]
    out = 0.0
    for record in read_in_turns(records):
        out = out + record["w"] * record["b"]["c"][0] * record["b"]["c"][1]
    return out


RECORDS = (dicts_with_ints, dicts_of_ints, dicts_of_arrays_of_ints, tuples_of_ints, lists_of_pairs_of_ints,
           records_of_records)  # fmt: skip

PAIRS = (
    items_of_a_recursive_result, ints_on_one_path_read_by_item, ints_on_one_path_written_within,
    full_of_the_largest, pairs_summed, pairs_made_an_array, pairs_inside, pairs_of_an_array_of_ints,
    arrays_beside_arrays_of_ints, pairs_enumerated, columns_zipped, pairs_with_truths,
)  # fmt: skip


PROGRAMS = [
    *(Program(fun, (x3, 2)) for fun in (*RECORDS, *PAIRS)),
    Program(ints_there, (x3, 2)),
    *(Program(ints_on_one_path_written_within, (x3, n), name=f"ints_on_one_path_written_within_{n}") for n in (0, 3)),
    *(
        Program(fun, (x3,))
        for fun in (ints_without_dimensions, bools_without_dimensions, arrays_of_ints, arrays_of_ints_replaced,
                    tuples_with_ints)
    ),
    Program(ints_in_a_list_added_to, (x1,)),
    Program(int_first_then_a_float, (x1,)),
    Program(int_until_a_branch, (x3,)),
    Program(int_that_stays, (x3,)),
    Program(
        item_of_ints_and_floats,
        (
            x3,
            0,
        ),
    ),
    Program(
        filled_with_an_item,
        (
            x3,
            0,
        ),
    ),
    Program(
        repeated_item,
        (
            x3,
            0,
        ),
    ),
    Program(
        float_factor_counts,
        (
            x3,
            0,
        ),
    ),
    Program(
        float_factors_of_arrays,
        (
            x3,
            0,
        ),
    ),
    Program(
        float_factor_of_a_number,
        (
            x3,
            0,
        ),
    ),
    Program(array_of_a_list_of_ints, (x3,)),
    Program(arrays_of_a_list_of_ints, (x3,)),
    Program(
        divided_by_an_item,
        (
            x3,
            0,
        ),
    ),
    Program(
        kind_of_an_item,
        (
            x3,
            0,
        ),
    ),
    Program(list_of_ints_filled, (x3,)),
    Program(array_of_a_list_filled, (x3,)),
    Program(largest_of_int_and_float, (x3,)),
    Program(sum_from_zero, (x3,)),
    Program(looped_over, (x3,)),
    Program(zipped, (x3,)),
    Program(indexed_at_run_time, (x3, 0)),
    Program(reversed_slice, (x3,)),
    Program(neighbours, (x3,)),
    Program(star_arguments, (x3,)),
    Program(pairs, (x3,)),
    Program(named_pairs, (x3,)),
    Program(boundary_pairs, (x3,)),
    Program(reversed_tuple, (x3,)),
]
