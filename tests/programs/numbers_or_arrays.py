"""Values that are numbers on one path and arrays on another: a sum that starts from 0, a loop without turns."""

import numpy as np

from . import Program

x4 = np.array([0.7, -1.3, 2.1, 0.4])
A = [[], [0.5], [0.0, 0.5], [0.0, 0.0, 1.0]]
B = [1 / 6, 1 / 3, 1 / 3, 1 / 6]


def runge_kutta_by_tableau(p):
    y = np.array([1.0, 0.0])
    h = 0.1
    for _ in range(5):
        ks = []
        for row in A:
            yi = y.copy()
            for a, k in zip(row, ks, strict=False):
                yi += h * a * k
            ks.append(np.array([yi[1], -p * yi[0]]))
        y = y + h * sum(b * k for b, k in zip(B, ks, strict=True))
    return np.sum(y ** 2)


def stages_in_one_line(p):
    y = np.array([1.0, 0.0])
    h = 0.1
    for _ in range(5):
        ks = []
        for row in A:
            yi = y + h * sum(a * k for a, k in zip(row, ks, strict=False))
            ks.append(np.array([yi[1], -p * yi[0]]))
        y = y + h * sum(b * k for b, k in zip(B, ks, strict=True))
    return np.sum(y ** 2)


def matrix_of_one_arm(x, n):
    if n > 0:
        M = np.outer(x, x) + np.eye(4) * 3
    y = x
    for _ in range(n):
        y = y + M[0] * M[1, 2] + M.T @ x + M[:, 1]
    return np.sum(y ** 2) + x[0]


def asked_for_its_dimensions(x, n):
    acc = 0
    for i in range(n):
        acc = acc + x * x[i]
    if np.ndim(acc) == 0:
        return x[0] * x[1]
    return np.sum(acc ** 2)


def sums_that_start_from_an_int(x, n):
    acc = 0
    for i in range(n):
        acc += x * x[i]
    y = x * acc
    z = acc * acc
    w = np.sin(acc) + np.where(x > 0, acc, 1.0)
    return np.sum(y) + np.sum(z) + np.sum(w * x)


def matrix_or_number(x, n):
    acc = 0.0
    for i in range(n):
        acc = acc + np.outer(x, x) * x[i]
    y = np.eye(4) + acc
    y[0] *= 2
    return np.sum(y @ x) + np.sum(acc * x)


def a_number_of_the_array_first(x, n):
    acc = x[0]
    for i in range(n):
        acc = acc + x * x[i]
    m = np.maximum(acc, x)
    u = m.copy()
    u += acc
    u[1:] -= x[:-1]
    return np.sum(u * x) + np.sum(np.exp(-acc))


def product_that_starts_from_one(x, n):
    acc = 1
    for _ in range(n):
        acc = acc * x[:2]
    y = np.zeros(2)
    y[:] = acc
    y += acc
    z = np.sum(acc) + np.max(acc) + np.mean(acc)
    return np.sum(y ** 2) * x[2] + z


def in_a_list_beside_an_array(x, n):
    s = 0
    for i in range(n):
        s = x * x[i] + s
    pair = [s, x]
    return np.sum(pair[0] * 2.0) + np.sum(pair[1]) + np.sum(s - x) + np.sum(s / x) + np.sum(-s ** 2)


def outer_products(x, n):
    s = 0
    for _ in range(n):
        s = s + x[:, None] * x
    return np.sum(s + x) + np.sum(x @ (s + np.eye(4)))


def sum_in_a_sum(x, n):
    s = 0
    for i in range(n):
        t = 0
        for j in range(i):
            t = t + x * x[j]
        s = s + t * x[i]
    v = x * 1.0
    v -= s
    return np.sum(v * v)


def best_of_the_turns(x, n):
    best = 0
    for i in range(n):
        r = x * x[i]
        if np.sum(r) > 0.1:
            best = r
    y = np.ones(4)
    y = y + best
    y *= x
    return np.sum(y)


def array_in_one_arm(x, n):
    if n > 1:
        b = x * 2
    else:
        b = 1.0
    c = b
    c = c * x
    c[0] = 3.0
    return np.sum(c * b)


def number_in_the_other_arm(x, n):
    if n > 1:
        b = x * 2
    else:
        b = x[1]
    c = x + b
    d = b + 1
    return np.sum(c ** 2) + np.sum(d) + np.sum(np.dot(x, x * d))


def asked_for_its_class(x, n):
    acc = 0
    for i in range(n):
        acc = acc + x * x[i]
    if isinstance(acc, np.ndarray):
        return np.sum(acc ** 2)
    return x[0] * x[1]


def extremes_of_either(x, n):
    v = x if n > 1 else x[0]
    return np.max(v) * np.sum(v) * np.mean(v)


def sums_of_a_mixed_list(x, n):
    rows = [x, np.outer(x, x)]
    for _ in range(n):
        rows.append(0.5 * x[0])
    s = sum([np.sum(v) for v in rows])
    x = x - s * np.prod(rows[0])
    y = x
    y += y
    return np.sum(x**2)


def smaller_of_an_array_and_a_number(x, n):
    a = x[:1] * n
    for i in range(n):
        a[0] = a[0] * x[i]
    return min(a, x[3]) * x


def larger_of_arrays_of_unlike_axes(x, n):
    return max(x[:1, None] * n, x[2:3] * x[0], x[3]) * x


def larger_of_a_number_or_an_array(x, n):
    a = x[:1] if n > 1 else x[0]
    b = max(a, x[3] * n) * 2.0
    return b * x + min([a, x[1]])


PROGRAMS = [
    Program(runge_kutta_by_tableau, (0.7,)),
    Program(stages_in_one_line, (0.7,)),
    *(
        Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
        for fun in (
            asked_for_its_dimensions,
            sums_that_start_from_an_int,
            matrix_or_number,
            a_number_of_the_array_first,
            product_that_starts_from_one,
            in_a_list_beside_an_array,
            outer_products,
            sum_in_a_sum,
            best_of_the_turns,
            array_in_one_arm,
            number_in_the_other_arm,
            asked_for_its_class,
            matrix_of_one_arm,
            extremes_of_either,
            sums_of_a_mixed_list,
            smaller_of_an_array_and_a_number,
            larger_of_arrays_of_unlike_axes,
            larger_of_a_number_or_an_array,
        )
        for n in (0, 1, 3)
    ),
]
