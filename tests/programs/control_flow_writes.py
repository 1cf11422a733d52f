"""Writes under branches and loops: early exits, loops that do not run, names that only some paths define."""

import math

import numpy as np

from . import Program

# ---------------------------------------------------------------- branches


def write_in_one_branch(x):
    before = np.sum(x**2)
    if x[0] > 0.0:
        x[1] = x[0] ** 2 * x[1]
    return before * np.sum(x**3)


def write_in_both_branches(x, n):
    if n > 2:
        x[0] = x[1] ** 2
        x[2] *= x[0]
    else:
        x[1:] += x[0] ** 2
    x *= x
    return np.sum(x)


def write_in_nested_branches(x):
    if x[0] > 0.0:
        x[0] *= x[1]
        if x[0] < 0.0:
            x[2] = x[0] ** 2
        elif x[0] > 10.0:
            x[2] = 5.0
        else:
            x[3] = 1.0
    else:
        x[:] = 0.0
    return np.sum(x**2) + x[2] * x[3]


def branch_on_what_was_written(x):
    x[0] = x[1] * x[2]
    if x[0] < 0.0:
        x[0] = -x[0] * x[3]
    if x[0] > 0.1:
        x[1] = x[0] ** 2
    return np.sum(x**2)


def array_made_in_both_branches(x, n):
    if n > 2:
        y = np.zeros(6)
        y[1:] = x[:-1] ** 2
    else:
        y = x * 2.0
        y[0] = x[1]
    y[2] *= y[3]
    return np.sum(y * x)


def array_replaced_in_a_branch(x):
    y = x * 2.0
    if x[0] > 0.0:
        y = y * x
        y[0] = x[1]
    y[1] = y[0] ** 2
    return np.sum(y * x)


def name_of_one_branch(x):
    if x[0] > 0.0:
        buffer = x[:3] * x[3:]
        buffer[0] = x[1] ** 2
    total = 0.0
    if x[0] > 0.0:
        total = np.sum(buffer**2)
    return total * x[2]


def conditional_expression(x):
    y = x.copy() if x[0] > 0.0 else np.zeros(6)
    y[0] = x[1] ** 2 if x[1] < 0.0 else x[2]
    x[3] = y[0] * (x[4] if y[1] > 0.0 else x[5])
    return np.sum(x * y)


def and_or(x):
    if x[0] > 0.0 and x[1] < 0.0:
        x[0] *= x[1]
    if x[2] < 0.0 or x[3] > 0.0:
        x[2] = x[0] ** 2
    return np.sum(x**2)


# ---------------------------------------------------------------- while


def newton(x):
    """Newton's method on the coordinates, until the residual is small."""
    y = np.ones(3)
    residual = 1.0
    while residual > 1e-10:
        residual = 0.0
        for i in range(3):
            step = (y[i] ** 2 - math.exp(x[i])) / (2.0 * y[i])
            y[i] -= step
            residual += step**2
    return np.sum(y * x[3:])


def while_on_an_element(x):
    while x[0] < 5.0:
        x[0] = x[0] * 1.7 + x[1] ** 2
        x[1] *= 0.5
    return x[0] * x[1] + np.sum(x[2:] ** 2)


def while_with_a_break(x):
    k = 0
    while True:
        x[k] = x[k] * x[k + 1] + 0.5
        if k > 2 or x[k] > 2.0:
            break
        k += 1
    return np.sum(x**2) * x[k]


def while_that_never_runs(x):
    y = x * 2.0
    while y[0] < -10.0:
        y[0] += x[1] ** 2
        y = y * 2.0
    return np.sum(y**2)


def while_with_a_list(x):
    todo = [x[0] ** 2, x[2]]
    total = 0.0
    while todo:
        v = todo.pop()
        if v > 0.3:
            todo.append(v * 0.4)
            todo.append(v * x[0] * 0.3)
        total += v**2
    return total


def relaxation(u, tolerance):
    """Gauss-Seidel sweeps until the change is small."""
    change = 1.0
    sweeps = 0
    while change > tolerance and sweeps < 50:
        change = 0.0
        for i in range(1, len(u) - 1):
            old = u[i]
            u[i] = 0.5 * (u[i - 1] + u[i + 1]) + 0.1 * math.sin(u[i])
            change = max(change, abs(u[i] - old))
        sweeps += 1
    return np.sum(u**2)


# ---------------------------------------------------------------- break, continue, return, else


def break_out_of_a_loop(x):
    total = 0.0
    for i in range(6):
        x[i] = x[i] ** 2 + total
        if x[i] > 1.5:
            break
        total += x[i]
    return total * np.sum(x)


def continue_in_a_loop(x):
    for i in range(1, 6):
        if x[i] < 0.0:
            continue
        x[i] *= x[i - 1]
        x[i - 1] = x[i] ** 2
    return np.sum(x**2)


def break_and_continue(x):
    y = np.zeros(6)
    for i in range(6):
        y[i] = x[i] ** 2
        if x[i] < 0.0:
            y[i] = -1.0 * x[0]
            continue
        y[0] += y[i] * x[i]
        if i == 4 or y[0] > 2.0:
            break
        y[i] *= y[0]
    return np.sum(y * x)


def return_from_a_loop(x):
    for i in range(6):
        x[i] = x[i] ** 2 * x[0]
        if x[i] > 0.4:
            x[0] *= x[i]
            return np.sum(x**2) * i
    return np.sum(x)


def return_from_nested_loops(a):
    for i in range(3):
        for j in range(3):
            a[i, j] = a[i, j] ** 2 + a[j, i]
            if a[i, j] > 2.0:
                return np.sum(a**2) * a[i, j]
        a[i] *= 2.0
    return np.sum(a)


def early_return(x):
    if x[0] > 0.0:
        x[0] = x[1] ** 2
        return np.sum(x**2)
    x[1] = x[0]
    return np.sum(x)


def for_else_that_runs(x):
    for i in range(6):
        x[i] *= x[0]
        if x[i] > 100.0:
            break
    else:
        x[0] = x[1] ** 2 + x[0]
    return np.sum(x**2)


def for_else_skipped(x):
    for i in range(6):
        x[i] *= x[0]
        if x[i] < -0.1:
            x[i] = 0.5 * x[2]
            break
    else:
        x[:] = 0.0
    return np.sum(x**2)


def while_else(x):
    k = 0
    while k < 3:
        x[k] = x[k + 1] ** 2
        k += 1
    else:
        x[3] *= x[0]
    return np.sum(x * x)


# ---------------------------------------------------------------- loops


def loop_that_runs_zero_times(x, n):
    y = x**2
    for i in range(n):
        y[i] = 7.0 * x[i]
        y *= 2.0
    y[0] *= x[1]
    return np.sum(y**2)


def loop_over_nothing(x, items):
    for i in items:
        x[i] = 3.0
    return np.sum(x**2)


def loop_variable_after_the_loop(x):
    for i in range(4):
        x[i] = x[i + 1] * x[i]
    x[i] += x[i + 1] ** 2
    return np.sum(x**2) * i


def loop_value_after_the_loop(x):
    y = np.zeros(6)
    for i, v in enumerate(x):
        y[i] = v**2
        last = y[i] * x[0]
    y[0] += last * v
    return np.sum(y**2)


def loop_variable_overwritten(x):
    for i in range(3):
        i = i + 1
        x[i] *= x[i - 1]
    x[i] = x[i] ** 2
    return np.sum(x)


def array_first_assigned_in_a_loop(x):
    for i in range(3):
        y = x * (i + 1.0)
        y[i] = x[0] ** 2
    y[1] *= y[2]
    return np.sum(y**2)


def array_carried_and_replaced(x):
    y = x
    for i in range(3):
        z = y * x[i]
        z[i] = y[i + 1] ** 2
        y = z + 0.1
    y[0] = y[1] * y[2]
    return np.sum(y**2)


def while_within_for_within_if(x, n):
    if n > 2:
        for i in range(3):
            k = i
            while x[k] < 1.0 and k < 5:
                x[k] += x[k + 1] ** 2 + 0.3
                if x[k] > 0.9:
                    k += 1
            x[i] *= x[5]
    else:
        x[0] = 0.0
    return np.sum(x**2)


def triangular_loops(a):
    n = len(a)
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[j, i] ** 2
            for k in range(j):
                a[i, j] += a[i, k] * a[k, j]
        a[i, i] = np.sqrt(1.0 + a[i, i] ** 2)
    return np.sum(a**2)


def writes_at_every_depth(x):
    y = np.zeros(3)
    for i in range(2):
        y[0] += x[i] ** 2
        for j in range(2):
            y[1] += y[0] * x[j]
            for k in range(2):
                y[2] += y[1] * x[k] * y[0]
            y[0] *= 0.9
        y[1] *= y[2]
    return np.sum(y**2)


def backwards_with_a_step(x):
    for i in range(5, 0, -2):
        x[i] = x[i - 1] ** 2 + x[i]
    for i in reversed(range(4)):
        x[i] += x[i + 1] * x[i]
    return np.sum(x**2)


def two_loops_over_one_array(x):
    y = np.zeros(6)
    for i in range(6):
        y[i] = x[i] ** 2
    for i in range(1, 6):
        y[i] += y[i - 1] * x[i]
    for i in range(6):
        x[i] = y[5 - i] * x[i]
    return np.sum(x * y)


def convergence_flag(x):
    done = False
    k = 0
    while not done:
        x[k % 3] *= x[(k + 1) % 3]
        k += 1
        done = abs(x[k % 3]) < 0.3 or k > 6
    return np.sum(x**2) * k


def state_machine(x, commands):
    register = np.zeros(3)
    for c in commands:
        if c == 0:
            register[0] += x[0] ** 2
        elif c == 1:
            register[1] = register[0] * x[1]
        elif c == 2:
            register[:2] = register[1:]
            continue
        else:
            break
        register[2] = register[0] * register[1] + x[2]
    return np.sum(register**2)


def knapsack_of_sums(x):
    best = np.zeros(7)
    for i in range(6):
        for w in range(6, i, -1):
            candidate = best[w - i - 1] + x[i] ** 2
            if candidate > best[w]:
                best[w] = candidate
    return best[6] ** 2


def soft_alignment(a, b):
    """A table filled from its neighbours, as in dynamic time warping."""
    n, m = len(a), len(b)
    d = np.full((n + 1, m + 1), 3.0)
    d[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            d[i, j] = cost - math.log(math.exp(-d[i - 1, j]) + math.exp(-d[i, j - 1]) + math.exp(-d[i - 1, j - 1]))
    return d[n, m]


def assertion_and_raise(x):
    assert len(x) > 2, "too short"
    x[0] = x[1] ** 2
    if x[0] > 100.0:
        raise ValueError("diverged")
    x[1] *= x[0]
    return np.sum(x**2)


x6 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5])
a33 = np.array([[0.7, -0.4, 1.2], [0.9, 0.3, -0.6], [-0.5, 0.8, 1.1]])

def halved(p):
    p[1] *= 0.5
    return np.sum(p)


def test_of_a_while_loop_that_writes(x):
    """Nothing else in the loop tells that x changes."""
    while halved(x) > 1.7:
        pass
    return x[1] ** 2 * x[0]


def second_test_of_a_while_loop_that_writes(x):
    k = 0
    while k < 3 and halved(x) < 9.0:
        k += 1
    return x[1] ** 2 * x[0] * k


def returned_from_a_loop_with_an_else(x):
    """What the loop would return is written into on the path that does not return it."""
    if x[1] < -0.9:
        pass
    else:
        for _ in range(1, 4):
            return x * x
        else:
            x -= x
    return x


def another_name_of_what_one_path_writes(x):
    y = x * 2.0
    if x[0] < 0.0:
        z = y
    else:
        if x[1] > 9.0:
            z = y * 3.0
        else:
            z = y
            y[0] = 5.0
    return np.sum(z * y * x)


PROGRAMS = [
    *(
        Program(fun, (x6,))
        for fun in (
            write_in_one_branch,
            write_in_nested_branches,
            branch_on_what_was_written,
            array_replaced_in_a_branch,
            name_of_one_branch,
            conditional_expression,
            and_or,
            newton,
            while_on_an_element,
            while_with_a_break,
            while_that_never_runs,
            while_with_a_list,
            break_out_of_a_loop,
            continue_in_a_loop,
            break_and_continue,
            return_from_a_loop,
            early_return,
            for_else_that_runs,
            for_else_skipped,
            while_else,
            loop_variable_after_the_loop,
            loop_value_after_the_loop,
            loop_variable_overwritten,
            array_first_assigned_in_a_loop,
            array_carried_and_replaced,
            writes_at_every_depth,
            backwards_with_a_step,
            two_loops_over_one_array,
            convergence_flag,
            knapsack_of_sums,
            assertion_and_raise,
        )
    ),
    Program(write_in_one_branch, (-x6,), name="branch_not_taken"),
    Program(write_in_nested_branches, (-x6,), name="the_other_branch"),
    Program(name_of_one_branch, (-x6,), name="name_never_defined"),
    Program(early_return, (-x6,), name="no_early_return"),
    Program(write_in_both_branches, (x6, 3), name="first_of_both_branches"),
    Program(write_in_both_branches, (x6, 1), name="second_of_both_branches"),
    Program(array_made_in_both_branches, (x6, 3), name="array_of_the_first_branch"),
    Program(array_made_in_both_branches, (x6, 1), name="array_of_the_second_branch"),
    Program(while_within_for_within_if, (x6, 3)),
    Program(relaxation, (x6, 0.05)),
    Program(loop_that_runs_zero_times, (x6, 0)),
    Program(loop_over_nothing, (x6, [])),
    Program(return_from_nested_loops, (a33,)),
    Program(triangular_loops, (a33,)),
    Program(state_machine, (x6[:3], [0, 1, 0, 2, 1, 0, 9, 1])),
    Program(soft_alignment, (x6[:4], x6[3:]), (0, 1)),
    Program(test_of_a_while_loop_that_writes, (np.array([1.3, 1.8]),)),
    Program(second_test_of_a_while_loop_that_writes, (np.array([1.3, 1.8]),)),
    Program(returned_from_a_loop_with_an_else, (np.array([1.3, 1.8]),)),
    Program(another_name_of_what_one_path_writes, (np.array([-1.3, 1.8]),)),
    Program(another_name_of_what_one_path_writes, (np.array([1.3, 1.8]),), name="another_name_written"),
]
