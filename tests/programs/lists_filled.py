"""Lists made with ints, None or nothing in them, and filled with floats, arrays and longer lists at places found at run
time: tables of dynamic programming, buckets, adjacency lists."""

import numpy as np

from . import Program

# ---------------------------------------------------------------- ints, None


def grown_from_an_int(x, n):
    values = [0]
    for i in range(3):
        values.append(x[i] ** 2)
    return values[n] * x[1]


def one_of_some_ints(x, n):
    values = [0] * 3
    values[1] = x[0] ** 2
    return values[n] * x[1] + values[1] * x[2]


def repeated_int_filled(x):
    values = [0] * 3
    for i in range(2):
        values[i] = x[i] ** 2
    return sum(values) * x[1]


def ints_filled(x, n):
    values = [0, 0, 0]
    for i in range(2):
        values[i] = x[i] ** 2
    return values[n] * x[1] + values[2] * x[0]


def filled_at_run_time(x, n):
    values = [0 for _ in range(n + 2)]
    values[n] = x[0] ** 2
    return values[n] * x[0] + values[n - 1]


def kinds_of_numbers(x, n):
    values = [0.0, 0, True]
    values[n] = x[0] ** 2
    return values[n] * x[1] + values[2] * x[0]


def bools_filled(x, n):
    values = [False] * 3
    values[n] = x[0] > 0.5
    values[0] = x[1] ** 2
    return values[n] * x[1] + values[0] * x[0]


def ints_scaled_in_place(x, n):
    d = [1] * 3
    for i in range(3):
        d[i] *= x[i]
    d[0] += x[1]
    return d[0] * d[n] * d[2]


def nones_filled(x, n):
    values = [None] * 3
    for i in range(3):
        values[i] = x[i] ** 2
    return values[n] * x[1] + values[2] * x[0]


def nones_filled_with_arrays(x, n):
    rows = [None] * 3
    for i in range(3):
        rows[i] = x * i
    return np.sum(rows[n]) * x[1] + rows[2][1] * x[0]


def array_of_a_filled_list(x):
    values = [0.0] * 3
    for i in range(3):
        values[i] = x[i] ** 2
    return np.sum(np.array(values) * x) * x[0]


def stack_of_a_filled_list(x):
    rows = [0, 0, 0]
    for i in range(3):
        rows[i] = x[i] * x
    return np.sum(np.stack(rows) ** 2)


# ---------------------------------------------------------------- tables


def table_of_ints(x, n):
    table = [[0] * 3 for _ in range(3)]
    for i in range(2):
        for j in range(3):
            table[i][j] = x[i] * x[j]
    return table[n][n] * x[1] + table[2][n] * x[0] + table[1][0]


def longest_common_weight(x):
    table = [[0 for _ in range(4)] for _ in range(4)]
    for i in range(1, 4):
        for j in range(1, 4):
            table[i][j] = max(table[i - 1][j - 1] + x[i - 1] * x[j - 1], table[i - 1][j], table[i][j - 1])
    return table[3][3]


def best_so_far(x):
    best = [0] * 4
    for i in range(3):
        best[i + 1] = max(best[i], best[i] + x[i] - 0.5)
    return best[-1] ** 2


# ---------------------------------------------------------------- lists in lists that grow


def buckets(x, n):
    rows = []
    for _ in range(n + 1):
        rows.append([])
    for i in range(3):
        rows[i % 2].append(x[i])
    return rows[n][0] + rows[0][1] * x[0]


def buckets_of_a_comprehension(x, n):
    rows = [[] for _ in range(n + 2)]
    for i in range(3):
        rows[i % 2] = rows[i % 2] + [x[i]]
    return rows[0][1] * rows[n][0] + len(rows[2])


def inner_list_grows(x, n):
    rows = [[v for v in x] for _ in range(n + 1)]
    rows[n].append(x[0] ** 2)
    return rows[n][3] + rows[0][0] * x[0]


def inner_list_shrinks(x, n):
    rows = [[v for v in x] for _ in range(n + 1)]
    rows[n].pop()
    rows[0].remove(x[0])
    return rows[n][1] + rows[0][0] * x[0]


def inner_lists_grow_in_a_loop_over_them(x):
    rows = [[v for v in x] for _ in range(2)]
    total = 0.0
    for row in rows:
        for v in row:
            total = total * 2.0 + v
        row.append(total)
    for row in rows:
        total += row[-1] * row[0]
        row.pop()
    return total + len(rows[0])


def inner_list_of_known_length_grows(x, n):
    rows = [[x[0], x[1], x[2]], [x[0], x[1]]]
    rows[n].append(x[1])
    return rows[1][2] + rows[0][0] * x[0]


def inner_list_sorted(x, n):
    rows = [[x[0], x[1], x[2]], [x[0], x[1], x[2]]]
    rows[n].sort()
    return rows[1][1] + rows[0][0] * x[0]


def inner_list_replaced(x, n):
    rows = [[1.0] for _ in range(n + 1)]
    rows[n] = [x[0] ** 2, x[1]]
    return rows[n][0] + rows[0][0] * x[0]


def last_item_of_a_list_that_is_empty_at_first(x, n):
    row, rows = [], []
    for i in range(len(x)):
        row.append(x[i] if i < n else row[-1])
        rows.append(x * i if not rows else rows[-1] * x)
    return row[-1] * row[1] + np.sum(rows[-1])


def last_item_written_where_there_is_one(x, n):
    totals, rows = [], []
    for i in range(len(x) + n):
        if i > n:
            totals[-2] += totals[-1] * x[1]
            rows[-1][0] = x[i - 2]
        totals.append(x[i % 3])
        rows.append(x * i)
    return sum(totals) + np.sum(rows[1] * x)


def pairs_from_a_list_that_starts_short(x, n):
    terms = [x[0]]
    for i in range(len(x) + n):
        terms.append(terms[-1] * x[1] if i < n else terms[-1] + terms[-2] * x[2])
    return terms[-1]


def stack_machine(x, n):
    codes = np.array([0, 0, 1, 0, n + 1])
    stack = []
    for i in range(len(codes)):
        if codes[i] == 0:
            stack.append((i + 1) * x[0])
            continue
        b, a = stack.pop(), stack.pop()
        stack.append(a + b * x[1] if codes[i] == 1 else a * b)
    return stack[0]


def halves(x, n):
    stack, total = [x], 0.0
    while stack:
        part = stack.pop()
        total += np.sum(part**2) * n
        n += 1
        if len(part) > 1:
            stack.append(part[: len(part) // 2])
            stack.append(part[len(part) // 2 :])
    return total


def weighed(values):
    total = 0.0
    for i, v in enumerate(values):
        total += v * (i + 1)
    return total * len(values)


def slices_deleted(x, n):
    known, found = [x[0], x[1], x[2], x[0] ** 2], []
    for v in x:
        found.append(v * v)
    del known[-1:], known[1::2]
    del found[n:2], found[2:n], found[:-1]
    return weighed(known) * weighed(found)


def slices_assigned(x, n):
    known, found = [x[0], x[1], x[2]], []
    for v in x:
        found.append(v * v)
    found[n:2] = (x[0], x[2], x[1])
    found[-1:] = x
    known[:n] = found
    found[1:1] = found
    while len(known) > 1:
        known[-2:] = [known[-2] * x[1] + known[-1]]
    return weighed(known) * weighed(found)


def slices_of_a_list_of_arrays(x, n):
    rows, same = [], []
    for v in x:
        rows.append(v * x)
    same = rows
    del rows[n:2]
    same[0][1] = x[2] ** 2
    rows[:1] = [x * 2.0, x**2]
    same[1][0] = x[1]
    return np.sum(weighed(rows))


def slices_of_inner_lists(x, n):
    rows = [[x[0], x[1]], [x[2], x[0]]]
    del rows[n][1:]
    rows[n][:0] = [x[0], x[1] ** 2]
    return weighed(rows[0]) * weighed(rows[1])


x3 = np.array([0.7, 1.2, 0.4])

PROGRAMS = [
    *(
        Program(fun, (x3, 1))
        for fun in (
            grown_from_an_int,
            one_of_some_ints,
            ints_filled,
            filled_at_run_time,
            kinds_of_numbers,
            bools_filled,
            ints_scaled_in_place,
            nones_filled,
            nones_filled_with_arrays,
            table_of_ints,
            buckets,
            buckets_of_a_comprehension,
            inner_list_grows,
            inner_list_shrinks,
            inner_list_of_known_length_grows,
            inner_list_sorted,
            inner_list_replaced,
            last_item_of_a_list_that_is_empty_at_first,
            last_item_written_where_there_is_one,
            pairs_from_a_list_that_starts_short,
            stack_machine,
            halves,
            slices_deleted,
            slices_assigned,
            slices_of_a_list_of_arrays,
            slices_of_inner_lists,
        )
    ),
    Program(one_of_some_ints, (x3, 0), name="an_int_among_floats"),
    Program(bools_filled, (x3, 0), name="a_bool_overwritten"),
    *(
        Program(fun, (x3,))
        for fun in (
            inner_lists_grow_in_a_loop_over_them,
            repeated_int_filled,
            array_of_a_filled_list,
            stack_of_a_filled_list,
            longest_common_weight,
            best_so_far,
        )
    ),
]
