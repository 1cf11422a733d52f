"""What `try` catches that Python raises by itself: of unpacking, of max() of nothing."""

import functools

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


def largest_of_a_list(x, n):
    values = [x[i] ** 2 for i in range(n)]
    try:
        m = max(values)
    except ValueError:
        m = x[0] ** 3
    return m


def smallest_of_a_generator(x, n):
    try:
        m = min(v for v in x if v > 3.0 - n)
    except ValueError:
        m = x[0] ** 3
    return m * m


def largest_by_a_key(x, n):
    values = [x[i] for i in range(n)]
    try:
        m = max(values, key=lambda v: v * v)
    except Exception:
        m = x[0] ** 3
    return m * m


def largest_of_a_range(x, n):
    try:
        i = max(range(n))
    except ValueError:
        i = 2
    return x[i] ** 2


def largest_in_a_loop(x, n):
    total = 0.0
    for i in range(n):
        try:
            total += max([v for v in x[:i]])
        except ValueError:
            total += x[0] ** 2
    return total


def largest_of_nothing(x):
    try:
        return max([]) * x[1]
    except ValueError:
        return x[0] ** 2


def reduced_list(x, n):
    values = [x[i] for i in range(n)]
    try:
        m = functools.reduce(lambda a, b: a * b, values)
    except TypeError:
        m = x[0] ** 3
    return m * m


def text_that_is_no_number(x):
    try:
        scale = float("1.5")
        scale = float("wide")
    except ValueError:
        return x[0] ** 2
    return scale * x[1]


def format_that_does_not_fit(x):
    try:
        text = "wide".ljust(4)
        text = f"{text:d}"
    except ValueError:
        return x[0] ** 2
    return x[1]


def mean_of_floats(x, n):
    total = 0.0
    for i in range(n):
        total += float(x[i])
    try:
        return total / n
    except ZeroDivisionError:
        return x[1] ** 2


def quotient_by_a_count(x, n):
    values = [v for v in x if v > 3.0 - n]
    try:
        return x[0] + 2.0 / len(values)
    except ZeroDivisionError:
        return x[1] ** 2


def quotient_of_numpy(x, n):
    total = 0.0
    for v in x:
        try:
            total = total + v / (n + 1) + n / v
        except ZeroDivisionError:
            total = total + 1.0
    return total


def key_that_may_be_missing(x):
    table, total = {"a": x[0]}, 0.0
    for k in ("a", "b"):
        try:
            total += table[k] ** 2
        except KeyError:
            total += x[1] ** 3
    return total


def missing_key_among_other_operations(x):
    table = {"a": x[0]}
    try:
        v = np.sin(table["b"]) * table["a"]
    except Exception:
        v = x[1] ** 2
    return v


def system_of_any_size(y):
    A = np.array([[2.0, 0.3], [0.1, 1.0]])
    try:
        s = np.linalg.solve(A, y)
    except np.linalg.LinAlgError:
        s = y
    return np.sum(s**2)


x4 = np.array([0.7, -1.3, 2.1, 0.4])
def written_before_it_is_raised(x, n):
    try:
        y = x * 1.0
        y[0] = x[n - 1]
        y[1:3] += x[:2]
        if n > 1:
            raise ValueError("no")
        y[:] = y * y
    except ValueError:
        y = x * 2.0
    return np.sum(y**2)


def axis_that_is_not_there(x):
    try:
        y = np.expand_dims(x, 5)
    except np.exceptions.AxisError:
        y = x * 3.0
    return np.sum(y * x)


def not_of_a_class_of_ones_own(x):
    try:
        if x[0] > 5.0:
            raise OwnError("large")
        y = np.sum(np.reshape(np.stack([x, x]), (2, -1)) ** 2)
    except OwnError:
        y = x[0]
    return y


class OwnError(ValueError):
    pass


PROGRAMS = [
    *(Program(written_before_it_is_raised, (x4, n), name=f"written_before_it_is_raised_{n}") for n in (1, 2)),
    *(Program(unpacked_array, (x4[:n],), name=f"unpacked_array_{n}") for n in (1, 2, 3, 4)),
    *(
        Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
        for fun in (unpacked_part, unpacked_list, unpacked_with_a_star, unpacked_in_a_helper, unpacked_generator)
        for n in (1, 2, 3)
    ),
    *(
        Program(fun, (x4, n), name=f"{fun.__name__}_{n}")
        for fun in (
            largest_of_a_list,
            smallest_of_a_generator,
            largest_by_a_key,
            largest_of_a_range,
            largest_in_a_loop,
            reduced_list,
            mean_of_floats,
            quotient_by_a_count,
            quotient_of_numpy,
        )
        for n in (0, 1, 3)
    ),
    *(
        Program(fun, (x4,))
        for fun in (
            unpacked_shape,
            key_that_may_be_missing,
            missing_key_among_other_operations,
            largest_of_nothing,
            text_that_is_no_number,
            format_that_does_not_fit,
            axis_that_is_not_there,
            not_of_a_class_of_ones_own,
        )
    ),
    Program(system_of_any_size, (np.array([1.0, 2.0]),)),
]
