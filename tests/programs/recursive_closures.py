"""Recursive functions inside others: what they read of those around, themselves and by the functions they call."""

import numpy as np

from . import Program

x4 = np.array([0.7, 1.3, 0.45, 1.1])


def default_found_at_run_time(x, n):
    def f(n, k=x[0], *, scale=2.0 * x[1], memo={}):  # noqa: B006
        return k * scale if n < 1 else f(n - 1) * k

    return f(n)


def default_of_a_function_that_is_called(x, n):
    def times(t, k=x[0]):
        return t * k

    def f(n):
        return times(1.0) if n < 1 else f(n - 1) * times(x[1])

    return f(n)


def values_read_by_others(x, n):
    y = 2.0 * x

    def scaled(t):
        return t * y[1]

    def shifted(t):
        return scaled(t) * 3.0 + y[0]

    def f(n):
        return shifted(1.0) if n < 1 else f(n - 1) * shifted(2.0)

    first = f(n)
    y = x * x
    return first * f(n - 1)


def array_written_by_another(x, n):
    y = x.copy()

    def added(t):
        y[0] += t
        return y[1]

    def f(n):
        return added(1.0) if n < 1 else f(n - 1) * added(x[1])

    return f(n) + y[0]


def nearer_name_hides(x, n):
    k = x[0]

    def g(t):
        k = 2.0

        def f(n):
            return k if n < 1 else f(n - 1) * t

        return f(n)

    return g(x[1]) * k


def one_text_with_other_values(x, n):
    def power(k):
        def f(n):
            return x[0] if n < 1 else f(n - 1) * k

        return f

    def folded(op):
        def f(n):
            return x[0] if n < 1 else op(f(n - 1), x[1])

        return f

    total = power(2.0)(n) + power(3.0)(n) * x[1] + power(x[2])(n)
    return total + folded(lambda a, b: a * b)(n) + folded(lambda a, b: a + b)(n)


def bisected(g, low, high, n):
    if n == 0:
        return low + high
    middle = 0.5 * (low + high)
    return bisected(g, middle, high, n - 1) + g(middle)


def functions_as_arguments(x, n):
    def scaled(t, k=x[3]):
        return t * k

    y = 2.0 * x

    def by_another(t):
        return scaled(t) * y[0]

    total = bisected(by_another, x[0], x[2], n) + bisected(np.sin, x[1], x[2], n)
    for c in (1.0, 2.0):
        total += bisected(lambda t, c=c: t * c * x[1], x[0], x[2], n)
    for i in range(3):
        total += bisected(lambda t: t * x[i], x[0], x[2], n)  # noqa: B023
    return total + bisected(lambda t: t + x[1], x[0], x[2], n)


def mutual_in_a_function(x, n):
    def even(n):
        return x[0] if n == 0 else odd(n - 1) * y

    def odd(n):
        return x[1] if n == 0 else even(n - 1) + y

    y = x[2]
    first = even(n)
    y = 2.0 * x[3]
    return first * even(n - 1)


def whole_numbers_among_leaves(x):
    def f(v):
        if isinstance(v, tuple):
            return f(v[0]) + f(v[1])
        if isinstance(v, int):
            return v * 2
        return v**3

    return f((x[0], (x[1], 2)))


def whole_numbers_among_leaves_in_a_loop(x):
    def f(v):
        if isinstance(v, tuple):
            s = 0.0
            for part in v:
                s = s + f(part)
            return s
        return v * v

    return f((x[0], (x[1], 2), (3, (x[2] * x[3], 1))))


def determinant(m):
    """By the first row; the results of the recursive calls are in a list."""
    n = m.shape[0]
    if n == 1:
        return m[0, 0]
    return sum([(-1) ** j * m[0, j] * determinant(np.delete(m[1:], j, axis=1)) for j in range(n)])


def calls_in_comprehensions(x, n):
    def f(i):
        if i == 0:
            return x[0]
        v = [f(i - 1) * (a + x[1]) for a in (1, 2)]
        return v[0] * v[1] + max([f(i - 1) * a for a in (1, 2)]) + np.sum(np.array([f(i - 1) for _ in range(2)]))

    return f(n)


def one_text_with_another_pattern(x, n):
    """Which of the captured functions are one tells the derivatives apart."""

    def make(k):
        return lambda t: t * x[k]

    def outer(f, g, h):
        def inner(i, t):
            return f(g(h(t))) if i == 0 else inner(i - 1, f(t) * g(t) + h(t))

        return inner(n, x[3])

    p, q = make(0), make(1)
    return outer(p, q, p) + outer(p, q, q) * outer(q, p, p)


def one_text_with_equal_values(x, n):
    def outer(a, b):
        def inner(i):
            return a * b if i == 0 else inner(i - 1) * a + b

        return inner(n)

    u, v = x[0] * x[1], x[2] * x[3]
    return outer(u, v) + outer(u, u) * outer(v, u)


PROGRAMS = [
    Program(default_found_at_run_time, (x4, 3)),
    Program(default_of_a_function_that_is_called, (x4, 3)),
    Program(values_read_by_others, (x4, 3)),
    Program(array_written_by_another, (x4, 3)),
    Program(nearer_name_hides, (x4, 2)),
    Program(one_text_with_other_values, (x4, 2)),
    Program(one_text_with_another_pattern, (x4, 2)),
    Program(one_text_with_equal_values, (x4, 2)),
    Program(functions_as_arguments, (x4, 2)),
    Program(mutual_in_a_function, (x4, 3)),
    Program(whole_numbers_among_leaves, (x4,)),
    Program(whole_numbers_among_leaves_in_a_loop, (x4,)),
    Program(determinant, (np.array([[0.7, 1.3, 0.45], [1.1, 0.35, 0.9], [0.55, 1.7, 0.8]]),)),
    Program(calls_in_comprehensions, (x4, 2)),
]
