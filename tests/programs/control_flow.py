"""Branches and loops: every way in, every way out, and what is left in the variables afterwards."""

# ruff: noqa: B905 (a plain zip is what users write)

import math

import numpy as np

from . import Program

rng = np.random.default_rng(1)


def if_else(x):
    if x > 0:
        y = x * x
    else:
        y = -3.0 * x
    return y


def if_without_else(x, y):
    if x > y:
        y = math.sin(x) * y
    return x * y


def elif_chain(x):
    if x < -1.0:
        return -x
    elif x < 0.0:
        return x * x
    elif x < 1.0:
        y = x**3
    else:
        y = math.exp(x)
    return y + x


def guarded_return(x):
    if x < 0.1:
        return 0.5 * x
    root = math.sqrt(x)
    if root > 1.2:
        return root * 2.0
    return root + x


def defined_in_one_branch(x, scale_it):
    if scale_it:
        factor = math.cos(x)
    y = x * x
    if scale_it:
        y = y * factor
    return y


def chained_comparison(x, low, high):
    if low < x < high:
        return x * (high - x)
    return low * x


def chained_comparison_of_calls(x):
    return x**3 if 0.0 < math.sin(x) <= x < 2.0 else x


def boolean_operators(x, y):
    if (x > 0 and y > 0) or not x < 5.0:
        z = x * y
    else:
        z = x + y
    if not (x > y and z > 100.0):
        z = z * z
    return z


def short_circuit_guard(x, i):
    """The right operand would raise IndexError if it were evaluated."""
    if i < len(x) and x[i] > 0.0:
        return x[i] * x[0]
    return x[0] ** 2


def nested_ternaries(x):
    return (x if x > 2.0 else x * x) if x > 1.0 else (math.sin(x) if x > 0.0 else math.cos(x))


def ternary_of_comparison(x, y):
    larger = x if x > y else y
    smaller = y if x > y else x
    return larger**2 / smaller


def for_sum(x, n):
    total = 0.0
    for i in range(n):
        total += math.sin(i * x)
    return total


def for_product_reassigned(x, n):
    for _ in range(n):
        x = math.sin(x) * x
    return x


def zero_iterations(x, n):
    y = x
    for i in range(n):
        y = y * math.exp(x) + i
    while y > 1e6:
        y = y / x
    return y * x


def loop_variable_after_loop(x, n):
    for i in range(n):  # noqa: B007
        x = x * 1.1
    return x * i


def element_variable_after_loop(x):
    total = 0.0
    for element in x:
        total += element**2
    return total * element


def last_value_of_body_variable(x, n):
    for i in range(n):
        term = x ** (i + 1) / (i + 1)
        x = x + 0.1 * term
    return term * x


def range_two_arguments(x):
    total = x
    for i in range(2, 6):
        total = total * math.cos(x / i)
    return total


def range_negative_step(x):
    y = 1.0
    for k in range(9, 0, -2):
        y = x / (k + y)
    return y


def range_with_step(x, n):
    total = 0.0
    for i in range(1, n, 3):
        total += x[i] * x[i - 1]
    return total


def range_bound_is_read_once(x, n):
    """Changing n in the body does not change how often the body runs."""
    for i in range(n):
        n = n + 1
        x = x * math.sin(x + i) + 1.0 / n
    return x


def loop_variable_is_rebound(x):
    for i in range(4):
        i = i * x
        x = x + math.sin(i)
    return x + i


def nested_loops(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += x[i] * x[j] * math.cos(x[i] - x[j])
    return total


def nested_loops_carried(x, n):
    for i in range(n):
        y = x
        for j in range(i, n):
            y = y * x + math.sin(j * y)
        x = x - 0.1 * math.tanh(y)
    return x


def data_dependent_inner_bound(x, counts):
    total = 0.0
    for i in range(len(counts)):
        power = 1.0
        for _ in range(counts[i]):
            power *= x[i]
        total += power
    return total


def inner_bound_from_active_value(x):
    total = 0.0
    for value in x:
        for k in range(int(abs(value) * 3.0)):
            total += value ** (k + 1)
    return total


def while_loop(x):
    while x < 10.0:
        x = x * x + 0.3
    return x


def while_counter(x, n):
    i = 0
    result = 1.0
    while i < n:
        result = result * math.sin(x + i)
        i += 1
    return result


def while_true_break(x):
    steps = 0
    while True:
        x = 0.5 * (x + 2.0 / x)
        steps += 1
        if steps >= 3:
            break
        x = x * 1.01
    return x


def for_break(x):
    total = 0.0
    for value in x:
        if value < -1.0:
            break
        total += value * value
    return total


def break_keeps_partial_body(x, limit):
    """The values of the iteration that breaks count as far as it came."""
    total = 1.0
    for i in range(10):
        total = total * x
        if total > limit:
            last = total
            break
        total = total + i * x
        last = x
    return total + math.sin(last)


def for_continue(x):
    total = 0.0
    for i in range(len(x)):
        if i % 2 == 1:
            continue
        total += math.exp(x[i])
    return total


def while_continue(x):
    i = 0
    y = x
    while i < 7:
        i += 1
        if i % 3 == 0:
            continue
        y = y + math.sin(y) / i
    return y


def break_and_continue(x):
    product = 1.0
    for value in x:
        if value < 0.0:
            continue
        if product > 3.0:
            break
        product *= 1.0 + value
    return product


def break_of_inner_loop(x, n):
    total = 0.0
    for i in range(n):
        y = x
        for j in range(n):
            y = y * x
            if j >= i:
                break
            y = y + 0.1 * i
        total += y
    return total


def return_in_loop(x):
    for i in range(4):
        x = x * x
        if x > 3.0:
            return x * i
        x = x + 0.5
    return -x


def return_in_nested_loops(x, threshold):
    total = 0.0
    for row in x:
        for value in row:
            if value > 0.0:
                total += value**2
                if total > threshold:
                    return total * value
            else:
                total -= value
        total = total * 1.5
    return total


def return_in_while_in_for(x):
    for i in range(1, 5):
        y = x
        while y < 4.0:
            y = y * 1.7
            if y > 3.0 and i == 3:
                if x > 0.0:
                    return y * x
                return y
        x = x + 0.1 * y
    return x


def return_before_loop(x, n):
    if n == 0:
        return x
    y = 0.0
    for _ in range(n):
        y = y + x * y + x
    return y


def enumerate_start(x):
    total = 0.0
    for k, value in enumerate(x, 1):
        total += value**k / k
    return total


def zip_three(x, y, z):
    total = 0.0
    for a, b, c in zip(x, y, z):
        total += a * b / c
    return total


def zip_with_text(x, y):
    total = 0.0
    for a, kind, b in zip(x, "sps", y):
        total += a + b if kind == "s" else a * b
    return total * sum([a if kind in "pq" else b for kind, a, b in zip(reversed("sps"), x, y)])


def enumerate_zip(x, y):
    total = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        total += (i + 1) * math.hypot(a, b)
    return total


def zip_of_unequal_lengths(x, y):
    total = 0.0
    for a, b in zip(x, y):
        total += a * b
    return total


def reversed_range(x):
    y = 0.0
    for i in reversed(range(4)):
        y = y * x + math.cos(i * x)
    return y


def reversed_array(x):
    y = 0.3
    for value in reversed(x):
        y = math.tanh(y * value + value)
    return y


def rows_of_matrix(matrix):
    total = 0.0
    for row in matrix:
        total = total * 0.5 + np.sum(np.sin(row)) * row[0]
    return total


def unpacked_rows(points):
    length = 0.0
    x0, y0 = points[0]
    for x1, y1 in points[1:]:
        length += math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
        x0, y0 = x1, y1
    return length


def swapping(x, y, n):
    for _ in range(n):
        x, y = y, x * y + 0.5
    return x - y


def branch_in_loop(x, n):
    for i in range(n):
        if i % 2 == 0:
            x = math.sin(x)
            scale = 2.0
        elif x > 0.5:
            scale = x
        else:
            x = x * x
            scale = math.cos(x)
        x = x * scale
    return x


def kind_changes_in_branch(x, as_vector):
    """y is an array on one side and a scalar on the other."""
    if as_vector:
        y = x * 2.0
    else:
        y = np.sum(x)
    return np.sum(y * x)


def for_else(x):
    for i in range(3):  # noqa: B007
        x = x * 1.2
        if x > 100.0:
            break
    else:
        x = x * x + i
    return x


def nested_for_else(x):
    """The break of the inner loop passes over the inner else alone."""
    total = x[1]
    for v in x:
        for w in x:
            if w > 1.0:
                break
        else:
            total = total + 1.0
        if v > 100.0:
            break
    else:
        total = total * 2.0 + x[0]
    return total


def while_else(x):
    while x < 3.0:
        x = x * 1.5
        if x > 2.8:
            x = x + 10.0
            break
    else:
        x = -x
    return x


def collatz_like(x, n):
    """The path is data, the value is smooth along it."""
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            x = math.sqrt(x) + 0.1
        else:
            n = 3 * n + 1
            x = x * 1.3
    return x


def pass_and_assert(x):
    """Docstrings, pass, assert and raise carry no derivative."""
    assert x > 0.0, "x must be positive"
    if x > 100.0:
        raise ValueError(f"x is too large: {x}")
    for _ in range(3):
        pass
    return math.log(x)


class Limit(Exception):
    pass


def raises_what_has_no_known_type(x, n):
    """What the error is given is a number or a function, as far as is known."""
    s = x
    for _ in range(n):
        raise Limit(s, "reached")
        s = sum
    return np.sum(x * x)


vector = rng.normal(size=5)

def extremum_started_from_an_int(x):
    """The type of max(0, v) depends on values: it must not be taken for an int."""
    best = 0
    for value in x:
        best = max(best, value)
    worst = 1
    for i in range(len(x)):
        worst = min(worst, x[i])
    return best * worst * x[0]


def user_variable_called_t(s):
    t = math.exp(s) * 2.0
    u = t
    t = t * s
    for _ in range(3):
        t = t * 0.5 + u
        u = math.sin(t)
    return t * u


def return_of_a_tuple_from_within(x, n):
    """Whether the outer branch has left is known only inside it."""
    if x[0] > 0.1:
        if n > 1:
            return x[0] ** 2, x * x[1]
        x = x * 2.0
    total = np.sum(x)
    return total, x * total**2


def return_of_a_dict_from_within(x, n):
    k = 0
    if n > 0:
        while k < n:
            x = np.sin(x)
            k += 1
        if n > 1:
            return {"a": x[0] ** 2, "b": [x, x[0]]}
    else:
        x = x**2
    return {"a": np.sum(x), "b": [x * x[1], x[1]]}


def left_where_nothing_is_known_yet(x, n):
    """On the path that returns, c is unassigned; on another it has no derivative."""
    if n > 3:
        c = x
    else:
        if n > 1:
            return np.sum(x**3)
        c = np.full((3,), -1.0)
    return np.sum(c * x)


PROGRAMS = [
    *(
        Program(fun, (np.array([0.3, 0.7, 1.1]), n), name=f"{fun.__name__}_{n}")
        for fun in (return_of_a_tuple_from_within, return_of_a_dict_from_within)
        for n in (0, 1, 2)
    ),
    Program(extremum_started_from_an_int, (np.array([0.3, 0.9, 0.5]),)),
    Program(user_variable_called_t, (0.3,)),
    Program(if_else, (0.8,), name="if_else_then"),
    Program(if_else, (-0.8,), name="if_else_else"),
    Program(if_without_else, (0.8, 0.3), (0, 1), name="if_without_else_taken"),
    Program(if_without_else, (0.2, 0.3), (0, 1), name="if_without_else_skipped"),
    Program(elif_chain, (-1.5,), name="elif_chain_first"),
    Program(elif_chain, (-0.5,), name="elif_chain_second"),
    Program(elif_chain, (0.5,), name="elif_chain_third"),
    Program(elif_chain, (1.5,), name="elif_chain_else"),
    Program(guarded_return, (0.05,), name="guarded_return_first"),
    Program(guarded_return, (2.0,), name="guarded_return_second"),
    Program(guarded_return, (0.9,), name="guarded_return_last"),
    Program(defined_in_one_branch, (0.7, True), name="defined_in_one_branch_yes"),
    Program(defined_in_one_branch, (0.7, False), name="defined_in_one_branch_no"),
    Program(chained_comparison, (0.7, 0.1, 1.2), (0, 1, 2), name="chained_comparison_inside"),
    Program(chained_comparison, (1.7, 0.1, 1.2), (0, 1, 2), name="chained_comparison_outside"),
    Program(chained_comparison_of_calls, (0.8,)),
    Program(boolean_operators, (0.8, 1.3), (0, 1)),
    Program(short_circuit_guard, (np.array([0.5, 1.5]), 1), name="short_circuit_guard_inside"),
    Program(short_circuit_guard, (np.array([0.5, 1.5]), 2), name="short_circuit_guard_outside"),
    Program(nested_ternaries, (1.5,), name="nested_ternaries_square"),
    Program(nested_ternaries, (0.5,), name="nested_ternaries_sine"),
    Program(ternary_of_comparison, (0.8, 1.4), (0, 1)),
    Program(for_sum, (0.3, 6)),
    Program(for_product_reassigned, (1.3, 4)),
    Program(zero_iterations, (1.3, 0)),
    Program(loop_variable_after_loop, (1.3, 4)),
    Program(element_variable_after_loop, (vector,)),
    Program(last_value_of_body_variable, (0.7, 3)),
    Program(range_two_arguments, (0.9,)),
    Program(range_negative_step, (0.8,)),
    Program(range_with_step, (rng.normal(size=9), 9)),
    Program(range_bound_is_read_once, (0.9, 3)),
    Program(loop_variable_is_rebound, (0.7,)),
    Program(nested_loops, (vector,)),
    Program(nested_loops_carried, (0.6, 3)),
    Program(data_dependent_inner_bound, (rng.normal(size=4), (2, 0, 1, 3))),
    Program(inner_bound_from_active_value, (np.array([0.5, 1.2, -0.9, 0.1]),)),
    Program(while_loop, (1.2,)),
    Program(while_counter, (0.4, 3)),
    Program(while_true_break, (1.1,)),
    Program(for_break, (np.array([0.5, -0.3, 1.1, -1.7, 2.0]),)),
    Program(break_keeps_partial_body, (1.4, 3.0)),
    Program(for_continue, (vector,)),
    Program(while_continue, (0.8,)),
    Program(break_and_continue, (np.array([0.5, -0.3, 1.1, 0.4, -0.2, 2.0]),)),
    Program(break_of_inner_loop, (0.9, 4)),
    Program(return_in_loop, (0.9,), name="return_in_loop_early"),
    Program(return_in_loop, (0.1,), name="return_in_loop_late"),
    Program(return_in_nested_loops, (rng.normal(size=(3, 4)), 1.5), name="return_in_nested_loops_early"),
    Program(return_in_nested_loops, (rng.normal(size=(3, 4)), 1e3), name="return_in_nested_loops_late"),
    Program(return_in_while_in_for, (0.7,)),
    Program(return_before_loop, (0.7, 0), name="return_before_loop_yes"),
    Program(return_before_loop, (0.7, 3), name="return_before_loop_no"),
    Program(enumerate_start, (vector,)),
    Program(zip_three, (vector, vector[::-1] ** 2, 1.5 + vector**2), (0, 1, 2)),
    Program(zip_with_text, (vector[:3], vector[:3] + 1.0), (0, 1)),
    Program(enumerate_zip, (vector, vector + 1.0), (0, 1)),
    Program(zip_of_unequal_lengths, (vector, rng.normal(size=3)), (0, 1)),
    Program(reversed_range, (0.7,)),
    Program(reversed_array, (vector,)),
    Program(rows_of_matrix, (rng.normal(size=(3, 2)),)),
    Program(unpacked_rows, (rng.normal(size=(4, 2)),)),
    Program(swapping, (0.7, 1.1, 5), (0, 1)),
    Program(branch_in_loop, (1.2, 5)),
    Program(kind_changes_in_branch, (vector, True), name="kind_changes_in_branch_vector"),
    Program(kind_changes_in_branch, (vector, False), name="kind_changes_in_branch_scalar"),
    Program(for_else, (1.1,)),
    Program(nested_for_else, (np.array([0.3, 0.9, 1.2, 1.4]),)),
    Program(while_else, (0.9,)),
    Program(collatz_like, (1.4, 6)),
    Program(pass_and_assert, (1.4,)),
    Program(raises_what_has_no_known_type, (np.array([0.4, 0.9]), 0)),
    *(Program(left_where_nothing_is_known_yet, (np.array([0.3, -1.2, 0.8]), n), name=f"left_{n}") for n in (0, 2, 4)),
]
