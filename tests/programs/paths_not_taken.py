"""What is computed before a branch, and on the path taken not used, has no derivative: it need not be finite."""

import math

import numpy as np

from . import Program

z4 = np.array([0.0, 0.0, 0.45, 1.1])


def distance_of_equal_points(x):
    d = math.sqrt(x[0] ** 2 + x[1] ** 2)
    if d < 1e-3:
        return x[2] * x[3]
    return math.log(d) * x[2]


def guarded_quotient(x):
    with np.errstate(all="ignore"):
        y = x[2:] / x[0]
        w = np.sqrt(np.abs(x[1])) * y
    if abs(x[0]) < 1e-3:
        y = x[2:] ** 2
        w = y
    return np.sum(y * w)


def tested_itself(x):
    """The value is read by the test, too."""
    with np.errstate(all="ignore"):
        y = np.where(np.abs(x) < 1e-3, np.inf, np.log(np.abs(x)))
        y = y / np.abs(x)
    if not np.all(np.isfinite(y)):
        y = x * x
    return np.sum(y)


def overflow_of_exp(x):
    with np.errstate(all="ignore"):
        e = np.exp(1000.0 * x[3])
        soft = np.log(1.0 + e)
        t = e * e
    if x[3] > 1.0:
        total = x[3] * x[2]
    else:
        total = soft * x[2] + t
    return total


def in_a_loop(x):
    total = 0.0
    for i in range(x.shape[0]):
        with np.errstate(all="ignore"):
            r = 1.0 / x[i]
            s = r * x[2]
        if abs(x[i]) > 1e-3:
            total += s
        else:
            total += x[i] * x[3]
    return total


def nested(x):
    with np.errstate(all="ignore"):
        r = 1.0 / x[0]
        s = np.sqrt(x[1] ** 2 * r**2) * x[3]
    if abs(x[1]) < 1e-3:
        u = s * x[2]
        if abs(x[0]) < 1e-3:
            return x[2] ** 3
        return u
    return x[3]


def read_twice_in_between(x):
    """Of what is used by both paths, or after them, nothing moves."""
    a = np.exp(x[2])
    b = a * x[3]
    c = b * a
    d = np.sin(a)
    if x[3] > 1.0:
        y = b * c
        d = d * 2.0
    else:
        y = d
    z = y + a
    for _ in range(2):
        z = z * b + d
    return z


def written_before(x):
    """Reads of an array before it is written, of which only one path needs the derivative."""
    a = x * 2.0
    first = a[2] * x[3]
    a[2] = x[0] + 1.0
    second = a[2] * first
    if x[3] > 2.0:
        y = first * second
    else:
        a[1:3] *= second
        y = np.sum(a * x)
    return y


def returned_early(x):
    with np.errstate(all="ignore"):
        norm = np.sqrt(np.sum(x[:2] ** 2))
        unit = x[:2] / norm
        angle = np.arctan2(unit[0], unit[1])
    if norm < 1e-3:
        return np.sum(x * x)
    for _ in range(3):
        angle = angle * norm
    return angle


def tangent_without_a_statement(x):
    """In the arm nothing has been computed yet when the tangent comes, and it takes no statement."""
    y = x[2] + 2
    if x[3] > 2.0:
        return y
    return x[3]


def unit(v):
    length = np.sqrt(np.sum(v * v))
    if length > 0:
        return v / length
    return v


def guarded_norm_twice(x, n):
    z = x * 0
    return unit(z)[0] + unit(z)[1] * x[0] + x[1] ** 2


def guarded_root_twice(x, n):
    s = x[1] ** 2
    a = math.sqrt(x[0] - x[0])
    if n > 5:
        s = s + a * x[0]
    b = math.sqrt(x[0] - x[0])
    if n > 6:
        s = s + b * x[1]
    return s


def quotient_of_the_other_turns(x, n):
    s = 0.0
    for i in range(n):
        t = x[i] * x[0]
        with np.errstate(divide="ignore"):
            q = t / i
        if i == 0:
            q = t
        s += q
    return s


def root_of_the_other_turns(x, n):
    s = 0.0
    for i in range(n):
        t = (x[i] - x[0]) ** 2
        q = np.sqrt(t)
        if i == 0:
            q = t
        s += q
    return s


def all_pairs_but_themselves(x, n):
    s = 0.0
    for i in range(n):
        for j in range(n):
            r = np.sqrt((x[i] - x[j]) ** 2)
            with np.errstate(divide="ignore"):
                inverse = 1.0 / r
            u = inverse * inverse
            if i != j:
                s += u * r
    return s


def forces_of_all_pairs(x, n):
    f = np.zeros(4)
    for i in range(n):
        for j in range(n):
            d = x[i] - x[j]
            r = np.sqrt(d * d)
            if r > 1e-9:
                k = math.log(r) / r
                f[i] += k * d
            else:
                f[i] -= 0.1 * x[i]
    return np.sum(f ** 2)


# In reverse mode over reverse mode two branches ask, the gradient's own and its adjoint's: forward over reverse
# mode (`hvp`) is tested in test_programs.py.
PROGRAMS = [
    Program(distance_of_equal_points, (z4,), second_order=False),
    Program(guarded_quotient, (z4,), second_order=False),
    Program(tested_itself, (z4,)),
    Program(overflow_of_exp, (z4,)),
    Program(in_a_loop, (z4,), second_order=False),
    Program(nested, (z4,)),
    Program(read_twice_in_between, (z4,)),
    Program(written_before, (z4,)),
    Program(tangent_without_a_statement, (z4,)),
    Program(returned_early, (z4,), second_order=False),
    *(
        Program(fun, (np.array([0.7, -1.3, 2.1, 0.4]), 4), second_order=False)
        for fun in (
            guarded_norm_twice,
            guarded_root_twice,
            quotient_of_the_other_turns,
            root_of_the_other_turns,
            all_pairs_but_themselves,
            forces_of_all_pairs,
        )
    ),
]
