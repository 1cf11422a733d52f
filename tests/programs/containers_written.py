"""Lists and dicts that change: methods, items, `del`, lists of lists, containers of the caller."""

# ruff: noqa: B905 (a plain zip is what users write)

import math

import numpy as np

from . import Program

# ---------------------------------------------------------------- lists that grow and shrink


def append_in_a_straight_line(x):
    values = []
    values.append(x[0] ** 2)
    values.append(values[0] * x[1])
    values.append(values[-1] + values[0])
    return values[0] * values[1] * values[2]


def append_in_a_loop(x):
    history = [x[0]]
    for i in range(4):
        history.append(math.sin(history[i]) * x[i])
    return history[0] * history[2] + history[-1] ** 2


def append_an_unknown_number_of_times(x, n):
    history = []
    state = x[0]
    for i in range(n):
        history.append(state)
        state = state * x[1] + 0.1 * i
    total = 0.0
    for value in history:
        total += value**2 * history[0]
    return total * state


def append_in_a_while_loop(x):
    path = [x]
    while path[-1] < 3.0:
        path.append(path[-1] * 1.5 + 0.1)
    return path[-1] * path[-2] + len(path)


def append_in_a_branch(x):
    positive, negative = [], []
    for v in x:
        if v > 0.0:
            positive.append(v**2)
        else:
            negative.append(math.exp(v))
    return sum(positive) * sum(negative) + positive[0] * negative[-1]


def append_in_nested_loops(x, n):
    table = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(x[i] * math.sin(x[j]))
        table.append(row)
    return table[0][1] * table[2][0] + table[1][1] ** 2


def append_arrays(x, n):
    states = []
    for _ in range(n):
        states.append(x)
        x = np.sin(x) * x
    total = 0.0
    for s in states:
        total += np.sum(s**2) * states[0][0]
    return total


def append_a_copy_of_a_buffer(x, n):
    states = []
    for i in range(n):
        x[i] *= x[i + 1]
        states.append(x.copy())
    return np.sum(states[0] * states[-1]) + np.sum(states[1] ** 2)


def extend(x):
    values = [x[0]]
    values.extend([x[1] ** 2, values[0] * x[2]])
    values += [values[1] * values[2]]
    values += (x[3], values[-1])
    return values[0] * values[3] + values[4] * values[5] + len(values)


def extend_in_a_loop(x, n):
    values = [x[0]]
    for i in range(n):
        values += [values[-1] * x[1], values[0] + 0.1 * i]
    return values[-1] * values[-2] + values[1]


def extend_with_a_list_of_unknown_length(x, n):
    a, b = [], [x[2]]
    for i in range(n):
        a.append(x[i] ** 2)
        b.append(a[i] * b[i])
    a.extend(b)
    return a[0] * a[-1] + a[n] ** 2


def insert(x):
    values = [x[0], x[1]]
    values.insert(0, x[2] ** 2)
    values.insert(2, values[0] * values[1])
    values.insert(-1, x[3])
    return values[0] * values[1] + values[2] * values[3] ** 2 + values[4]


def pop(x):
    values = [x[0] ** 2, x[1], x[2], x[3]]
    last = values.pop()
    first = values.pop(0)
    values.append(last * first)
    return values[0] * values[1] * values[2] + values.pop(1) ** 2 + values[1]


def stack_machine(x, program):
    """Reverse Polish notation: pushes and pops in a loop."""
    stack = [x[0]]
    for code in program:
        if code < 3:
            stack.append(x[code] ** 2)
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b + a)
    return stack[0] * stack[-1]


def queue(x, n):
    waiting = [v**2 for v in x]
    total = 0.0
    for i in range(n):
        v = waiting.pop(0)
        total += v * waiting[-1]
        waiting.append(v * x[i])
    return total * waiting[0]


def pop_until_empty(x):
    values = [v * x[0] for v in x]
    product = 1.0
    while len(values) > 0:
        product = product * math.cos(values.pop()) + 0.5
    return product


def clear_and_reuse(x):
    values = [x[0], x[1]]
    total = values[0] * values[1]
    values.clear()
    values.append(total * x[2])
    return values[0] ** 2 + len(values)


def clear_in_a_loop(x):
    chunk, total = [], 0.0
    for i in range(6):
        chunk.append(x[i] ** 2)
        if len(chunk) == 2:
            total += chunk[0] * chunk[1]
            chunk.clear()
    return total**2


def reverse(x):
    values = [x[0], x[1] ** 2, x[2]]
    values.reverse()
    return values[0] * 2.0 + values[1] * values[2] ** 2


def reverse_of_a_built_list(x, n):
    values = []
    for i in range(n):
        values.append(x[i] ** 2)
    values.reverse()
    total = values[0]
    for v in values:
        total = total * v + x[0]
    return total


def delete_items(x):
    values = [x[0], x[1] ** 2, x[2], x[3]]
    del values[1]
    del values[-1]
    return values[0] * values[1] ** 2 + len(values)


def delete_the_last(x, n):
    values = [v**2 for v in x]
    for _ in range(n):
        del values[-1]
    return values[-1] * values[0]


def copies_of_lists(x):
    a = [x[0], x[1]]
    b, c, d = a.copy(), a[:], list(a)
    a[0] = x[2] ** 2
    b.append(a[0] * x[3])
    c[1] = b[2] ** 2
    d[0] *= c[1]
    return a[0] * b[0] + b[2] * c[1] + d[0] * d[1]


def alias_of_a_list(x):
    a = [x[0], x[1]]
    b = a
    b[0] = x[2] ** 2
    a.append(b[0] * b[1])
    return a[0] * b[2] + len(b)


def alias_of_a_growing_list(x, n):
    a = []
    b = a
    for i in range(n):
        b.append(x[i] ** 2)
    return a[0] * a[n - 1] * len(b)


# ---------------------------------------------------------------- items


def item_write(x):
    values = [x[0], x[1], x[2]]
    before = values[0] * values[1]
    values[0] = before * x[1] ** 2
    values[-1] = values[0] * values[-1]
    return before * values[0] + values[2]


def augmented_items(x):
    values = [x[0], x[1]]
    values[0] += x[1] ** 2
    values[1] *= values[0]
    values[0] /= 1.0 + values[1] ** 2
    values[1] -= values[0]
    return values[0] * values[1]


def items_in_a_loop(x):
    values = [0.5] * 6
    for i in range(1, 6):
        values[i] = values[i - 1] * x[i] + x[0] ** 2
    return values[5] * values[2]


def augmented_items_in_a_loop(x):
    values = [0.0] * 3
    for i in range(6):
        values[i % 3] += x[i] ** 2 * (1.0 + values[0])
    return values[0] * values[1] * values[2]


def list_of_unknown_length_written(x, n):
    values = [0.0] * n
    for i in range(n):
        values[i] = math.sin(x[i])
    for i in range(1, n):
        values[i] *= values[i - 1]
    return values[n - 1] * sum(values)


def fibonacci_table(x, n):
    table = [x[0], x[1]]
    while len(table) < n:
        table.append(table[-1] * x[2] + table[-2])
    table[0] = table[n - 1] ** 2
    return table[0] * table[1]


def items_swapped(x):
    values = [x[0], x[1], x[2]]
    values[0], values[2] = values[2], values[0] * values[1]
    return values[0] ** 2 * values[1] + values[2]


def bubble_sort(x, n):
    values = [v**2 for v in x]
    for i in range(n):
        for j in range(n - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    total = 0.0
    for i, v in enumerate(values):
        total += i * v**2
    return total


def insertion_sort(x):
    result = []
    for v in x:
        i = 0
        while i < len(result) and result[i] < v:
            i += 1
        result.insert(i, v)
    return result[0] * result[1] ** 2 + result[-1] * result[3]


def sieve_of_floats(x, n):
    """A dynamic programme over a list."""
    best = [0.0] * (n + 1)
    for i in range(1, n + 1):
        best[i] = best[i - 1] + x[i - 1] ** 2
        if i > 1 and best[i - 2] + 1.5 * x[i - 1] > best[i]:
            best[i] = best[i - 2] + 1.5 * x[i - 1]
    return best[n] ** 2


def slice_of_a_list(x):
    values = [x[0], x[1], x[2], x[3]]
    part = values[1:3]
    part[0] = x[0] ** 2
    values[1] = part[0] * part[1]
    return values[1] * values[2] + part[0]


# ---------------------------------------------------------------- lists of lists, lists of arrays


def table_written_by_element(x):
    table = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            table[i][j] = x[i] * x[j + 3]
    table[0][1] *= table[1][0]
    table[2][2] = table[0][1] ** 2
    total = 0.0
    for row in table:
        for v in row:
            total += v**2
    return total


def pascal(x, n):
    rows = [[x]]
    for i in range(1, n):
        row = [x]
        for j in range(1, i):
            row.append(rows[i - 1][j - 1] * 0.5 + rows[i - 1][j] * x)
        row.append(x * x)
        rows.append(row)
    return rows[n - 1][2] * rows[n - 2][1]


def matrix_product_of_lists(a, b, n):
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i][j] += a[i][k] * b[k][j]
    return c[0][0] * c[1][1] - c[0][1] * c[1][0]


def list_of_arrays_built_and_written(x, n):
    rows = []
    for i in range(n):
        rows.append(np.zeros(3))
        rows[i][0] = x[i] ** 2
    for i in range(n):
        rows[i][1] = rows[i][0] * x[i + 1]
        rows[i][2] += rows[i][1] * rows[i - 1][0]
    total = 0.0
    for row in rows:
        total += np.sum(row**2)
    return total


def literal_list_of_arrays_written(x):
    items = [np.zeros(3), x[:3] * 1.0]
    items[0][1] = x[4] ** 2
    items[1] += items[0]
    items[0] = items[1] * 2.0
    items[0][2] *= x[0]
    return np.sum(items[0] * items[1])


def array_replaced_in_a_list(x):
    items = [x, x**2]
    old = items[0]
    items[0] = np.sin(x)
    old[1] = items[0][0] * items[1][0]
    items[0][2] = old[1] ** 2
    return np.sum(items[0] * x)


def repeated_scalar(x, n):
    values = [x[0]] * n
    values[1] = values[0] ** 2
    values[2] *= values[1] * x[1]
    return values[0] * values[1] + values[2] * values[n - 1]


def repeated_row(x):
    """One row three times."""
    row = [x[0], x[1]]
    table = [row] * 3
    table[0][1] = x[2] ** 2
    table[2][0] *= table[1][1]
    return table[0][0] * table[1][1] + row[0]


def repeated_array(x):
    items = [np.zeros(2)] * 2
    items[0][0] = x[0] ** 2
    items[1][1] = items[1][0] * x[1]
    items[0] += x[:2]
    return np.sum(items[0] * items[1])


def array_of_a_built_list(x):
    values = []
    for v in x:
        values.append(math.sin(v) * v)
    y = np.array(values)
    y[0] = y[1] ** 2
    return np.sum(y**2) * values[0]


def stack_of_a_built_list(x, n):
    rows = []
    for i in range(n):
        x = x * np.cos(x) + 0.1 * i
        rows.append(x)
    m = np.stack(rows)
    m[0] *= m[1]
    return np.sum(m**2) + np.sum(rows[0])


def columns_of_a_built_list(x, n):
    columns = []
    for i in range(n):
        columns.append(x * x[i])
        columns.append(np.outer(x, x[:2]))
    return np.sum(np.column_stack(columns) ** 2)


def concatenation_of_a_built_list(x, n):
    parts = [x[:1]]
    for i in range(1, n):
        parts.append(parts[i - 1] * x[i : i + 1])
    y = np.concatenate(parts)
    return np.sum(y**2) + y[-1]


def element_read_twice(x):
    values = [x[0] ** 2]
    values.append(values[0] * values[0])
    values.append(values[1] * values[0] + values[1])
    v = values[1]
    values[1] = v * v
    return values[1] * v + values[2] * values[2]


def list_in_a_comprehension(x):
    weights = [x[0], x[1]]
    weights.append(weights[0] * weights[1])
    terms = [w * v for w, v in zip(weights, x)]
    terms[0] *= terms[2]
    weights[0] = terms[0] ** 2
    return sum(terms) * sum(weights)


# ---------------------------------------------------------------- dicts


def dict_items_written(x):
    state = {"a": x[0], "b": x[1]}
    old = state["a"]
    state["a"] = state["b"] ** 2 * old
    state["b"] *= state["a"]
    state["c"] = state["a"] + old
    return state["a"] * state["b"] * state["c"]


def dict_built_key_by_key(x):
    state = {}
    state["first"] = x[0] ** 2
    state["second"] = state["first"] * x[1]
    state["first"] += state["second"]
    return state["first"] * state["second"] + len(state)


def dict_methods(x):
    state = {"a": x[0], "b": x[1]}
    state.update({"b": x[2] ** 2, "c": state["a"]})
    state.update(d=state["b"] * state["c"])
    state.update([("e", x[0]), ("a", x[1] ** 3)])
    same = state
    state |= {"e": same["e"] * x[2], "f": x[1]}
    same |= [("d", same["d"] * same["f"] * state["e"])]
    a = state.pop("a")
    b = state.setdefault("b", 3.0)
    e = state.setdefault("e", a * b)
    missing = state.pop("nothing", x[3])
    del state["c"]
    return a * b + e * missing + state["d"] ** 2 + len(state)


def dict_in_a_loop(x, n):
    state = {"x": x[0], "v": x[1], "count": 0}
    for i in range(n):
        state["v"] -= 0.1 * math.sin(state["x"])
        state["x"] += 0.1 * state["v"] * x[2]
        state["count"] += i
    return state["x"] * state["v"] * state["count"]


def dict_of_lists(x):
    log = {"pos": [], "neg": [x[0]]}
    for v in x:
        if v > 0.0:
            log["pos"].append(v**2)
        else:
            log["neg"].append(v * log["neg"][-1])
    return sum(log["pos"]) * log["neg"][-1] + log["pos"][1]


def dict_in_a_branch(x, n):
    state = {"a": x[0], "b": x[1]}
    if n > 2:
        state["a"] = x[2] ** 2
    else:
        state["b"] *= state["a"]
    return state["a"] ** 2 * state["b"]


def dict_of_arrays_updated(params, x, steps):
    for _ in range(steps):
        params["w"] -= 0.1 * x * np.sin(params["w"] * params["b"])
        params["b"] = params["b"] * 0.9 + np.sum(params["w"])
    return np.sum(params["w"] ** 2) * params["b"]


# ---------------------------------------------------------------- containers of the caller


def list_argument_items_written(values):
    first = values[0]
    values[0] = values[1] ** 2
    values[2] *= values[0] * first
    return values[0] * values[1] + values[2] ** 2


def list_argument_appended(values):
    n = len(values)
    for i in range(n):
        values.append(values[i] ** 2 * values[-1])
    return values[-1] * values[n] + values[0]


def list_argument_popped(values):
    total = 0.0
    while len(values) > 1:
        total = total * values[0] + values.pop() ** 2
    return total * values[0]


def dict_argument_written(params):
    old = params["a"]
    params["a"] = params["b"] ** 2
    params["c"] = params["a"] * old
    params["b"] *= params["c"]
    return params["a"] * params["b"] + params["c"]


def list_of_arrays_argument_written(arrays):
    arrays[0][0] = arrays[1][1] ** 2
    arrays[1] = arrays[0] * arrays[1]
    arrays[1][0] *= 2.0
    arrays.append(arrays[0] + arrays[1])
    return np.sum(arrays[2] * arrays[0])


def nested_argument_written(tree):
    tree["layers"][0]["w"][0] *= tree["scale"]
    tree["layers"][1]["b"] = tree["layers"][0]["w"][1] ** 2
    tree["scale"] = tree["layers"][1]["b"] * 2.0
    return np.sum(tree["layers"][0]["w"] ** 2) * tree["layers"][1]["b"] * tree["scale"]


class Tally:
    def __init__(self, v):
        self.v = v

    def __iadd__(self, more):
        self.v = self.v + more**2
        return self


def items_added_to(x):
    """What a container holds is changed itself: a list gets longer, an instance is asked."""
    rows, table, pairs = [[x[0]], [x[1]]], {"a": Tally(x[0]), "b": [x[2]]}, [(x[0], x[1])]
    held = rows[0]
    rows[0] += [x[2], x[3]]
    rows[1] += (x[4],)
    table["a"] += x[1]
    table["b"] += rows[0]
    pairs[0] += (x[5],)
    return sum(held) * rows[1][-1] * table["a"].v + sum(table["b"]) * sum(pairs[0])


def rows_added_to_in_a_loop(x, n):
    rows = [[v] for v in x[:n]]
    for i in range(n):
        rows[i] += [x[i] ** 2, x[i + 1]]
    return rows[0][1] * rows[1][2] * rows[-1][0]


def floats_in_rows_of_ints(x, n):
    rows = [[i, x[i]] for i in range(n)]
    for i in range(n):
        rows[i][0] = x[0] * i
    return sum([row[0] * row[1] for row in rows])


def returns_a_built_list(x, n):
    values = []
    for i in range(n):
        values.append(x[i] ** 2)
    values[0] *= values[1]
    return values


def returns_a_written_dict(x):
    state = {"x": x, "n": 1.0}
    state["x"][0] = x[1] ** 2
    state["n"] = state["x"][0] * x[2]
    return state


def returns_written_arguments(values):
    values[0] = values[1] * values[0]
    values.append(values[0] ** 2)
    return values


x6 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5])
numbers = [0.7, -0.4, 1.2]
square = [[0.7, -0.4], [1.2, 0.3]]


def array_of_no_dimensions_kept_and_scaled(x):
    a = np.array(x[0])
    kept = []
    for i in range(3):
        kept.append(a)
        a = a * x[i]
    return kept[0] * kept[1] * kept[2]


# ---------------------------------------------------------------- lists that NumPy reads as arrays


def mean_of_a_comprehension(x):
    return np.mean([v * v for v in x])


def mean_of_a_filled_list(x):
    out = []
    for v in x:
        out.append(v * v)
    return np.mean(out)


def array_times_list(x):
    out = [v * v for v in x]
    return np.sum(x * out)


def running_sum_of_a_list(x):
    out = [v * v for v in x]
    return np.sum(np.cumsum(out) * 2.0)


def largest_of_a_list(x):
    out = [v * v for v in x]
    return np.max(out)


def matrix_times_list(x):
    out = [v * v for v in x]
    return np.sum(np.outer(x, x) * out)


def matrix_product_with_a_list(x):
    out = [v * v for v in x]
    return np.sum(np.outer(x, x) @ out)


def mean_of_a_list_of_arrays(x):
    out = [x * v for v in x]
    return np.sum(np.mean(out, axis=0) ** 2)


def mean_of_a_list_of_lists(x):
    out = [[v, v * v] for v in x]
    return np.sum(np.mean(out, axis=0) ** 2)


def functions_of_a_list(x):
    out = [v * v for v in x]
    return np.linalg.norm(out) + np.sum(np.exp(out)) + np.sum(np.clip(out, 0.5, 2.0))


def choice_from_a_list(x):
    out = [v * v for v in x]
    return np.sum(np.where(x > 1.0, out, x)) + np.mean(out) * out[0]


def array_scaled_by_a_list(x):
    out = [v * v for v in x]
    x *= out
    return np.sum(x)


def deviation_of_a_shortened_list(x):
    out = []
    for v in x:
        out.append(v * v)
    out.pop()
    return np.std(out)


def literal_lists(x):
    products = np.sum(x * [x[0], 1.0, 2.0, x[1]]) + np.dot([x[0], 2.0 * x[1]], x[:2])
    return products + np.mean((x[0], x[1])) + np.max([x[0], x[2]])


def list_written_into_a_matrix(x):
    out = [v * v for v in x]
    a = np.outer(x, x)
    a += out
    a[:] = a / out
    return np.sum(a**2)


def differences_of_a_list(x):
    ys = []
    for k in range(3):
        ys.append(x[k] ** 2)
    return np.sum(np.diff(ys)) + np.var(ys) + np.sqrt(np.sum(np.square(ys)))


LISTS_AS_ARRAYS = (
    mean_of_a_comprehension,
    mean_of_a_filled_list,
    array_times_list,
    running_sum_of_a_list,
    largest_of_a_list,
    matrix_times_list,
    matrix_product_with_a_list,
    mean_of_a_list_of_arrays,
    mean_of_a_list_of_lists,
    functions_of_a_list,
    choice_from_a_list,
    array_scaled_by_a_list,
    deviation_of_a_shortened_list,
    literal_lists,
    list_written_into_a_matrix,
    differences_of_a_list,
)

def extended_by_themselves(x):
    """A list is extended by what it holds before."""
    values, lists = [x[0], x[1]], [[x[0]], [x[1]]]
    for i in range(3):
        values.extend(values)
        values += [x[i] ** 2]
        lists.append([x[i]])
        lists[1].extend(lists[0])
        if i < 2:
            lists[i].extend(lists[1])
    total = sum([v * (j + 1) for j, v in enumerate(values)])
    return total + sum([sum(items) ** 2 for items in lists])


def stack_beside_a_total(x, n):
    s = {"items": [], "total": 0.0}
    for i in range(n):
        if i < 2:
            s["items"].append(x[i])
        else:
            v = s["items"].pop()
            s["items"].append(v * x[i])
            s["total"] += v
    return s["total"] * s["items"][0]


# ---------------------------------------------------------------- items that part from their list on one path


def item_of_a_list_extended(x, n):
    rows = [x * 1, x * 2, x * 3]
    same = rows[n]
    same[0] = n
    if n > 1:
        rows.extend([same])
    return np.sum(same * x)


def item_of_a_list_extended_either_way(x, n):
    rows = [x * 1, x * 2, x * 3]
    same = rows[n]
    same[0] = n
    if n > 1:
        rows.extend([same])
    else:
        rows.extend([same * 2])
    return np.sum(same * x) + len(rows)


def item_held_elsewhere(x, n):
    rows = [x * 1, x * 2, x * 3]
    held = {"a": rows[n]}
    if n > 1:
        rows.pop()
    else:
        rows.append(x)
    return np.sum(held["a"] * x)


def item_read_before_the_list_grows(x, n):
    rows = [x * 1, x * 2, x * 3]
    same = rows[n]

    def total():
        return np.sum(same)

    if n > 1:
        s = same[1]
        rows.append(s * x)
    same[0] = x[1]
    return np.sum(same * x) + total()


# ---------------------------------------------------------------- written before a loop that only looks into it


def read_at_one_place_or_another(x, y, n):
    x[n] = y * 1
    for _ in range(n):
        y = y + (x[0] if n > 1 else x[-2])
    return np.sum(x[n]) * np.sum(y)


def part_of_one_or_of_another(x, y, n):
    x[(n + 1) % 2] = np.exp(-(y**2))
    t = np.sum(y)
    for _ in range(n):
        y[2] += np.sum(x[0][-2:] if n > 1 else x[-2].reshape(-1)[-2:])
        if y[0] < t:
            t = np.sum(t - x[n % 2])
    return np.sum(np.sin(x[(n + 1) % 2])) * np.sum(y) * t


PARTED = (
    item_of_a_list_extended, item_of_a_list_extended_either_way, item_held_elsewhere, item_read_before_the_list_grows,
)  # fmt: skip


PROGRAMS = [
    *(
        Program(fun, ([0.3 + x6[:4], x6[1:5]], x6[2:6] - 0.2, n))
        for fun, n in ((read_at_one_place_or_another, 1), (part_of_one_or_of_another, 2))
    ),
    Program(stack_beside_a_total, (np.array([0.7, 1.3, 0.45, 1.1]), 4)),
    *(
        Program(fun, (x6,))
        for fun in (
            extended_by_themselves,
            append_in_a_straight_line,
            append_in_a_loop,
            extend,
            insert,
            pop,
            pop_until_empty,
            clear_and_reuse,
            clear_in_a_loop,
            reverse,
            delete_items,
            copies_of_lists,
            alias_of_a_list,
            item_write,
            augmented_items,
            items_in_a_loop,
            augmented_items_in_a_loop,
            items_swapped,
            insertion_sort,
            slice_of_a_list,
            table_written_by_element,
            literal_list_of_arrays_written,
            array_replaced_in_a_list,
            repeated_row,
            repeated_array,
            array_of_a_built_list,
            element_read_twice,
            list_in_a_comprehension,
            dict_items_written,
            dict_built_key_by_key,
            dict_methods,
            returns_a_written_dict,
        )
    ),
    *(
        Program(fun, (x6, 4))
        for fun in (
            append_an_unknown_number_of_times,
            append_arrays,
            append_a_copy_of_a_buffer,
            extend_in_a_loop,
            extend_with_a_list_of_unknown_length,
            queue,
            reverse_of_a_built_list,
            delete_the_last,
            alias_of_a_growing_list,
            list_of_unknown_length_written,
            fibonacci_table,
            bubble_sort,
            sieve_of_floats,
            list_of_arrays_built_and_written,
            repeated_scalar,
            stack_of_a_built_list,
            columns_of_a_built_list,
            concatenation_of_a_built_list,
            dict_in_a_loop,
            returns_a_built_list,
        )
    ),
    *(Program(fun, (x6, n), name=f"{fun.__name__}_{n}") for fun in PARTED for n in (0, 2)),
    *(Program(fun, (x6,)) for fun in (append_in_a_branch, dict_of_lists)),
    Program(append_in_a_while_loop, (0.7,)),
    Program(append_in_nested_loops, (x6, 3)),
    Program(items_added_to, (x6,)),
    Program(rows_added_to_in_a_loop, (x6, 3)),
    Program(floats_in_rows_of_ints, (x6, 3)),
    Program(stack_machine, (x6, [1, 2, 9, 0, 1, 9, 9])),
    Program(pascal, (0.7, 5)),
    Program(matrix_product_of_lists, (square, [[0.5, 1.1], [-0.6, 0.9]], 2), (0, 1)),
    Program(dict_in_a_branch, (x6, 3), name="dict_in_the_first_branch"),
    Program(dict_in_a_branch, (x6, 1), name="dict_in_the_second_branch"),
    Program(dict_of_arrays_updated, ({"w": x6[:3], "b": 0.6}, x6[3:], 3), (0, 1)),
    Program(list_argument_items_written, (numbers,)),
    Program(list_argument_appended, (numbers,)),
    Program(list_argument_popped, (numbers,)),
    Program(dict_argument_written, ({"a": 0.7, "b": 1.2},)),
    Program(list_of_arrays_argument_written, ([x6[:3], x6[3:]],)),
    Program(
        nested_argument_written, ({"layers": [{"w": x6[:3], "b": 0.4}, {"w": x6[3:], "b": 1.1}], "scale": 0.6},)
    ),
    Program(returns_written_arguments, (numbers,)),
    Program(array_of_no_dimensions_kept_and_scaled, (np.array([0.7, -0.4, 1.2]),)),
    *(Program(fun, (np.array([0.3, 0.9, 1.2, 1.4]),)) for fun in LISTS_AS_ARRAYS),
]
