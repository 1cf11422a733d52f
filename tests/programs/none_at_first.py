"""Names, items and attributes that are None at first, and numbers or arrays later."""

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])
rows = np.random.default_rng(3).normal(size=(5, 4))


def differences_of_rows(a, xs):
    prev, acc = None, 0.0
    for x in xs:
        if prev is not None:
            acc += (x - prev) ** 2
        prev = a * x
    return np.sum(acc)


def differences_in_place(a, xs):
    prev, acc = None, 0.0
    for x in xs:
        y = a * x
        if prev is not None:
            d = y - prev
            d /= 0.1
            acc = acc + np.sum(d * d)
        prev = y
    return acc


def moving_average(a, xs):
    value, s = None, 0
    for x in xs:
        value = x if value is None else a * value + (1 - a) * x
        s += value ** 2
    return np.sum(s)


def product_of_turns(a, xs):
    value = None
    for x in xs:
        if value is None:
            value = a * x
        else:
            value = value * a
        w = value * 2
        w += 1.0
    return np.sum(w)


def largest_by_hand(x, n):
    best = None
    for i in range(n):
        if best is None or x[i] > best:
            best = x[i]
    return x[0] if best is None else best ** 2


def array_written_afterwards(x, n):
    best = None
    for i in range(n):
        if x[i] > 0:
            best = x * x[i]
    if best is None:
        return np.sum(x)
    best[0] = 2.0
    return np.sum(best ** 2)


def copied_afterwards(x, n):
    best = None
    for i in range(n):
        if x[i] > 0:
            best = x * x[i]
    if best is not None:
        y = best.copy()
        y *= 2
    else:
        y = x
    return np.sum(y * y)


def asked_for_its_class(x, n):
    r = None
    if n > 1:
        r = x[0] * x[1]
    if isinstance(r, float):
        return r
    return x[2] ** 2


def asked_for_its_truth(x, n):
    r = None
    if n > 1:
        r = x[0] * x[1]
    return r * 2 if r else x[1]


def default_of_a_helper(x, n):
    def scaled(v, scale=None):
        if scale is None:
            scale = 1.0
        return v * scale

    s = None
    if n > 0:
        s = x[1]
    return np.sum(scaled(x, s))


def list_of_none(x, n):
    items = [None] * 4
    for i in range(n):
        items[i] = x[i] ** 2
    t = 0.0
    for v in items:
        if v is not None:
            t += v
    return t + x[0]


def cached_in_a_dict(x, n):
    cache = {"a": None}
    for i in range(n):
        if cache["a"] is None:
            cache["a"] = x * x[i]
        else:
            cache["a"] = cache["a"] * x[i]
    return np.sum(cache["a"]) if cache["a"] is not None else x[0]


class Smoother:
    def __init__(self, a):
        self.a, self.state = a, None

    def step(self, v):
        if self.state is None:
            self.state = v
        else:
            self.state = self.a * self.state + (1 - self.a) * v
        return self.state


def state_of_a_filter(x, n):
    f = Smoother(x[0])
    out = []
    for i in range(n):
        out.append(f.step(x * x[i]))
    return np.sum(np.array(out)) + x[0]


def fixed_point(x, n):
    old = None
    u = x[0]
    for _ in range(n):
        new = np.sin(u) * x[1] + x[2]
        if old is not None and abs(new - old) < 1e-3:
            break
        old = u
        u = new
    return u * (old if old is not None else 1.0)


def range_of_values(x, n):
    lo = hi = None
    for i in range(n):
        lo = x[i] if lo is None else min(lo, x[i])
        hi = x[i] if hi is None else max(hi, x[i])
    if lo is None or hi is None:
        return x[0]
    return hi ** 2 - lo


def sum_of_matrices(x, n):
    acc = None
    for i in range(n):
        term = np.outer(x, x) * x[i]
        acc = term if acc is None else acc + term
    if acc is None:
        acc = np.eye(4)
    return np.sum(acc @ x)


def set_in_a_try(x, n):
    r = None
    try:
        if n > 1:
            r = x[0] / x[1]
    finally:
        pass
    s = f"{r}"
    return (1.0 if r is None else r) * x[2] + len(s) * 0


def conditional_array(x, n):
    r = None if n < 2 else x
    s = r if r is not None else x * 2
    s = s + 1
    s[0] *= 2
    return np.sum(s)


def none_again(x, n):
    prev = None
    s = 0.0
    for i in range(n):
        for j in range(2):
            if prev is not None:
                s += prev * x[j]
            prev = x[i] * x[j]
        if i == 1:
            prev = None
    return s + x[0]


def two_turns_before(x, n):
    a = None
    i = 0
    while i < n:
        b = a
        a = x * (i + 1.0)
        if b is not None:
            a = a + b
            a[0] += b[1]
        i += 1
    return np.sum(x) if a is None else np.sum(a ** 2)


def list_filled_with_matrices(x, n):
    table = [None] * n
    for i in range(n):
        table[i] = np.outer(x, x) * i
    return sum([np.sum(t) for t in table]) + x[0]


def memory_of_a_recursion(x, n):
    memo = [None] * 5

    def fib(k):
        if k < 2:
            return x[k]
        if memo[k] is None:
            memo[k] = fib(k - 1) * 0.5 + fib(k - 2)
        return memo[k]

    return fib(4)


def table_of_lists(x, n):
    rows = [[None] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            rows[i][j] = x[i] * x[j]
    return np.sum(np.array(rows) ** 2)


def list_made_an_array(x, n):
    vals = [None] * n
    for i in range(n):
        vals[i] = x[i] ** 2
    a = np.array(vals)
    return np.sum(a * a) + x[0]


def none_left_in_a_list(x, n):
    vals = [None] * 3
    for i in range(n):
        vals[i] = x[i] ** 2
    vals = [v if v is not None else 0.0 for v in vals]
    return np.sum(np.array(vals)) * x[0]


def dict_filled_by_key(x, n):
    d = {"a": None, "b": None}
    for k in ("a", "b"):
        d[k] = x * x[0] if k == "a" else np.outer(x, x)
    return np.sum(d["a"]) + np.sum(d["b"] ** 2)


def quasi_newton(x, n):
    B = np.eye(2) * x[0]
    u = x[:2]
    du = None
    for _ in range(n):
        if du is not None:
            B = B + np.outer(u, du) / (du @ du)
        du = B @ u
        u = u + du
    return np.sum(u)


def list_filled_with_new_rows(x, n):
    table = [None] * 2
    for i in range(2):
        table[i] = np.sin([x]) * n
    return np.sum(table)


def list_of_an_argument_sliced(x, n):
    y, u = [0.9, 0.8, -1.5], np.zeros(3)
    for i in range(1, n):
        y[1:2] = [u[i], x[i % 2]]
    v = x * 1.0
    v[1] *= y[2]
    return np.sum(v**2)


def loop_that_surely_runs(x, n):
    best = None
    for i in range(3):
        best = x * i
    return np.sum(best * best) + np.dot(best, x)


def length_of_what_may_be_none(x, n):
    r = None
    if n >= 0:
        r = x * x[0]
    return np.sum(r * r)


BY_ROWS = (differences_of_rows, differences_in_place, moving_average, product_of_turns)
PROGRAMS = [
    *(Program(fun, (0.7, rows)) for fun in BY_ROWS),
    *(
        Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
        for fun in (
            largest_by_hand,
            array_written_afterwards,
            copied_afterwards,
            asked_for_its_class,
            asked_for_its_truth,
            default_of_a_helper,
            list_of_none,
            cached_in_a_dict,
            state_of_a_filter,
            fixed_point,
            range_of_values,
            sum_of_matrices,
            set_in_a_try,
            conditional_array,
            none_again,
            two_turns_before,
            quasi_newton,
            list_filled_with_matrices,
            memory_of_a_recursion,
            table_of_lists,
            list_made_an_array,
            none_left_in_a_list,
            dict_filled_by_key,
            list_filled_with_new_rows,
            list_of_an_argument_sliced,
            loop_that_surely_runs,
            length_of_what_may_be_none,
        )
        for n in (0, 1, 3)
    ),
]
