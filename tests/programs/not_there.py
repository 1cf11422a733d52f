"""What some path leaves unassigned, and does not read: in one arm, in the turn before, in a loop without turns."""

# ruff: noqa: F821, F841, B007  (ruff does not see that a name is there from the turn before)

from dataclasses import dataclass

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])


@dataclass
class Fit:
    """An array and a number."""

    a: np.ndarray
    b: float


def tuple_of_one_arm(x, n):
    if n > 0:
        t = (x * 2, x[1])
    s = 0.0
    if n > 0:
        s = np.sum(t[0]) * t[1]
    return x[0] ** 2 + s


def dict_of_one_arm(x, n):
    if n > 0:
        t = {"a": x * 2, "b": x[1]}
    s = 0.0
    if n > 0:
        s = np.sum(t["a"]) * t["b"]
    return x[0] ** 2 + s


def list_of_one_arm(x, n):
    if n > 0:
        t = [x * 2, x[1]]
    s = 0.0
    if n > 0:
        s = np.sum(t[0]) * t[1]
        t[0][1] = 3.0
        s += np.sum(t[0] ** 2)
    return x[0] ** 2 + s


def instance_of_one_arm(x, n):
    if n > 0:
        t = Fit(x * 2, x[1])
    s = 0.0
    if n > 0:
        s = np.sum(t.a) * t.b
        t.b = s
        s = t.b * 2
    return x[0] ** 2 + s


def tuple_in_a_tuple(x, n):
    if n > 0:
        t = ((x * 2, x[1]), x[2])
    s = 0.0
    if n > 0:
        (a, b), c = t
        s = np.sum(a) * b * c
    if n > 1:
        s += t[0][0][0]
    return x[0] ** 2 + s


def model_of_the_last_turn(x, n):
    fitted = False
    for i in range(n):
        model = (x * x[i], x[i])
        fitted = True
    if not fitted:
        return np.sum(x)
    w, b = model
    return np.sum(w) * b


def tuple_of_the_turn_before(x, n):
    s = 0.0
    for i in range(n):
        if i > 0:
            s += np.sum(q[1]) * q[0]
        q = (x[i], x * 2)
    return s + x[0]


def list_of_the_turn_before(x, n):
    s = 0.0
    for i in range(n):
        if i > 0:
            q[1][0] *= 2.0
            s += np.sum(q[1]) * q[0]
        q = [x[i], x * 2]
    return s + x[0]


def tuple_read_in_a_loop(x, n):
    if n > 0:
        t = (x[0], x[1])
    s = 0.0
    for i in range(n):
        s += t[0] * t[1]
    return x[0] ** 2 + s


def number_read_in_a_loop(x, n):
    a = x[0]
    if n > 0:
        c = a * 2
    s = a
    for i in range(n):
        s = s * (c + 1) + i
    return s


def count_read_in_a_loop(x, n):
    if n > 0:
        h = n * 2
    s = x[0]
    for i in range(n):
        s = s * (h + 1) + x[i]
    return s


def array_read_in_a_loop(x, n):
    if n > 0:
        w = x * 2
    y = x * 1.0
    for i in range(n):
        y = y * (w + 1) + w.sum()
    return np.sum(y)


def items_read_in_a_loop(x, n):
    if n > 0:
        w = x * 2
    y = 0.0
    for i in range(n):
        y += w[i] * x[i]
    return y + x[0]


def items_written_from_items(x, n):
    if n > 0:
        w = x * 2
    y = x.copy()
    for i in range(n):
        y[i] = w[i] * x[i]
    return np.sum(y * y)


def items_scaled(x, n):
    if n > 0:
        c = x[0]
    y = x.copy()
    for i in range(n):
        y[i] = c * x[i]
    return np.sum(y * y)


def matrix_in_two_loops(x, n):
    if n > 0:
        M = np.outer(x, x)
    y = x.copy()
    for i in range(n):
        for j in range(4):
            y[i] += M[i, j] * x[j]
    return np.sum(y * y)


def transposed_in_a_loop(x, n):
    if n > 0:
        M = np.outer(x, x)
    y = x.copy()
    for i in range(n):
        y += M.T @ x
    return np.sum(y * y)


def made_in_an_earlier_turn(x, n):
    for k in range(2):
        if k < n:
            M = np.outer(x, x)
            c = x[1]
        y = x.copy()
        for i in range(n):
            y += M.T @ x * (c + 1)
    return np.sum(y * y)


def pair_of_the_turn_that_ends(x, n):
    for i in range(4):
        if x[i] > n:
            pair = (x * x[i], i)
            break
    else:
        return np.sum(x)
    return np.sum(pair[0]) * pair[1]


def dict_of_the_turn_before(x, n):
    total = 0.0
    for i in range(n):
        here = {"pos": x[i], "grad": x[i] * x}
        if i:
            total += np.sum((here["grad"] - last["grad"]) ** 2) * last["pos"]
        last = here
    return total + x[0]


def list_of_one_arm_written_in_a_loop(x, n):
    s = x[0]
    if n > 0:
        d = [x * 2, x[0]]
    for i in range(n):
        d[0][i] = x[1]
    if n > 0:
        s += np.sum(d[0])
    return s


def dict_of_one_arm_written_in_a_loop(x, n):
    s = x[0]
    if n > 0:
        d = {"a": x * 2, "b": x[0]}
    for i in range(n):
        d["a"][i] += d["b"]
        d["b"] = d["b"] * x[1]
    if n > 0:
        s += np.sum(d["a"] ** 2) + d["b"]
    return s


def list_of_one_arm_written_in_another(x, n):
    if n > 1:
        d = [x * 1, x[1]]
    s = x[0]
    if n > 2:
        d[0][0] = x[1] ** 2
    if n > 1:
        s += d[0][0]
    return s


def list_of_a_turn_written_in_the_next(x, n):
    s = x[0]
    for k in range(n):
        if k > 0:
            st[0][k] = s
        if k == 0:
            st = [x[k] * x, x[1]]
        s = s * 2
    if n > 0:
        s += st[0][1]
    return s


def dict_of_every_other_turn(x, n):
    k = 0
    s = x[0]
    while k < n:
        if k > 1:
            s += st["v"] * st["w"][k]
            st["w"][k] = s
        if k % 2 == 0:
            st = {"v": x[k] * s, "w": x * k}
        k += 1
    if n > 0:
        s += np.sum(st["w"])
    return s


def nested_in_one_arm(x, n):
    if n > 1:
        d = {"l": [x[0] * 1, x * 2], "k": x[1]}
    s = 0.0
    if n > 2:
        d["l"][1][0] = d["k"]
        d["l"][0] += d["l"][1][1]
        d["k"] = d["l"][0] * 2
    if n > 1:
        s = d["k"] + d["l"][0] + np.sum(d["l"][1] ** 2)
    return s + x[0]


def dict_all_of_which_a_loop_writes(x, n):
    s = x[0]
    for i in range(n):
        if i == 1:
            st = {"m": x * x[i], "c": x[i]}
        if i > 1:
            for _ in range(2):
                st["m"] = st["m"] * st["c"]
                st["c"] = st["c"] + 1
            s += np.sum(st["m"])
    return s


def list_all_of_which_is_written_in_another_turn(x, n):
    s = x[0]
    for i in range(n):
        if i == 1:
            st = [x * x[i], x[i]]
        if i > 1:
            st[0], st[1] = st[0] * st[1], st[1] + 1
            s += np.sum(st[0])
    return s


def rows_read_in_two_arms(x, n):
    z = np.outer(x, x[:3])
    for e in x[:n]:
        if e > 0:
            z[-1] = z[2] ** 2
        if np.sum(z) > 0:
            z[2] *= e
    return np.sum(z * z)


def rows_of_two_arms_in_two_loops(x, n):
    z = np.outer(x, x[:3])
    for i in range(n):
        for e in x[i:]:
            if e > 0:
                z[i] = np.sin(z[2])
            if z[0, 0] > 0:
                z[2] = z[2] * e + z[1] * z[i]
    return np.sum(z * z)


def instance_that_a_search_returns(x, n):
    def found(fit):
        for row, other in zip(fit.a, fit.a, strict=True):
            if row > n or not other:
                return fit
        return fit

    if x[0] * n > 0.5:
        fit = found(Fit(np.full((2,), 1), x))
    else:
        fit = found(Fit(x * x[1], x * 2))
    return np.sum(fit.b * fit.b)


def instance_written_after_a_search(x, n):
    s = x[0]
    for i in range(n):
        is_found = False
        for e in x:
            if e > 1 + i:
                fit, is_found = Fit(x * e, e), True
                break
        if i % 2 == 0:
            if is_found:
                fit.b = fit.b * fit.a[i]
                s += fit.b * np.sum(fit.a)
        else:
            s = s * x[1]
    return s


PROGRAMS = [
    Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
    for fun in (
        rows_read_in_two_arms,
        rows_of_two_arms_in_two_loops,
        instance_that_a_search_returns,
        instance_written_after_a_search,
        tuple_of_one_arm,
        dict_of_one_arm,
        list_of_one_arm,
        instance_of_one_arm,
        tuple_in_a_tuple,
        model_of_the_last_turn,
        tuple_of_the_turn_before,
        list_of_the_turn_before,
        tuple_read_in_a_loop,
        number_read_in_a_loop,
        count_read_in_a_loop,
        array_read_in_a_loop,
        items_read_in_a_loop,
        items_written_from_items,
        items_scaled,
        matrix_in_two_loops,
        transposed_in_a_loop,
        made_in_an_earlier_turn,
        pair_of_the_turn_that_ends,
        dict_of_the_turn_before,
        list_of_one_arm_written_in_a_loop,
        dict_of_one_arm_written_in_a_loop,
        list_of_one_arm_written_in_another,
        list_of_a_turn_written_in_the_next,
        dict_of_every_other_turn,
        nested_in_one_arm,
        dict_all_of_which_a_loop_writes,
        list_all_of_which_is_written_in_another_turn,
    )
    for n in (0, 1, 3)
]
