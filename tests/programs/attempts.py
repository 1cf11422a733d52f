"""What `try` catches that Python raises by itself: of unpacking, of max() of nothing."""

import numpy as np

from . import Program


def unpacked_array(x):
    try:
        a, b = x
    except ValueError:
        return x[0] ** 2
    return a * b


def unpacked_part(x, n):
    try:
        a, b = x[:n]
    except Exception:
        return x[0] ** 2
    return a * b


def unpacked_list(x, n):
    values = [x[i] ** 2 for i in range(n)]
    try:
        a, b = values
    except (ValueError, TypeError):
        return x[0] ** 3
    return a * b


def unpacked_with_a_star(x, n):
    values = [x[i] ** 2 for i in range(n)]
    try:
        a, *rest, b = values
    except ValueError:
        return x[0] ** 3
    return a * b + sum(rest)


def product_of_two(values):
    a, b = values
    return a * b


def unpacked_in_a_helper(x, n):
    total = 0.0
    for i in range(n):
        try:
            total = total + product_of_two(x[:i])
        except ValueError:
            total = total + x[0] ** 2
    return total


def unpacked_shape(x):
    try:
        n, m = x.shape
    except ValueError:
        n, m = x.shape[0], 3
    return np.sum(x**2) * n * m


def unpacked_generator(x, n):
    try:
        a, b = (v * v for v in x[:n] if v > 0.0)
    except ValueError:
        return x[0] ** 3
    return a * b


x4 = np.array([0.7, -1.3, 2.1, 0.4])
PROGRAMS = [
    *(Program(unpacked_array, (x4[:n],), name=f"unpacked_array_{n}") for n in (1, 2, 3, 4)),
    *(
        Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
        for fun in (unpacked_part, unpacked_list, unpacked_with_a_star, unpacked_in_a_helper, unpacked_generator)
        for n in (1, 2, 3)
    ),
    Program(unpacked_shape, (x4,)),
]
