"""Statements and expressions beyond the core: `:=`, `match`, and what rewrites into simpler ones."""

import contextlib
import dataclasses
import math
import warnings
from typing import NamedTuple

import numpy as np

from . import Program

rng = np.random.default_rng(21)


# ---------------------------------------------------------------- :=


def walrus_in_while(x):
    y = 0.0
    while (step := x * 0.5) > 0.1:
        x = x - step
        y += step * step
    return y + step * x


def walrus_in_while_with_else(x, limit):
    y = 0.0
    while (step := x * 0.5) > 0.1:
        x = x - step
        if y > limit:
            break
        y += step * step
    else:
        y = y * x
    return y + step * x


def walrus_in_condition(x):
    if (y := math.sin(x)) > 0.0 and (z := y * x) > 0.1:
        return y * z
    return y * y


def walrus_in_while_with_continue(x):
    total, n = 0.0, 0
    while (n := n + 1) < 6:
        if n % 2 == 0:
            continue
        total += x**n
    return total * n


def walrus_in_operands(x):
    """The left operand is read before the right one rebinds it."""
    return x * (x := x * x) + x


def walrus_in_ternary(x):
    return (y if (y := x * x) > 0.5 else -y) * y


# ---------------------------------------------------------------- match


def area(x, shape):
    match shape:
        case ("circle", r) if r > 100.0:
            return x
        case ("circle", r):
            return x * r * r
        case ("box", a, *rest):
            return x * a * rest[0]
        case {"side": s}:
            return x * s**3
        case float(z) | int(z):
            return x * z * z
        case None:
            return x * 5.0
        case "unit" | "one":
            return x * x
    return x * 0.5


def match_rebinds(pair, n):
    a, b = pair
    match n:
        case 0:
            y = a * b
        case 1 | 2:
            y = math.sin(a) * b
        case k if k < 0:
            y = a / b
        case k:
            y = a * b**k
    return y * y


def match_of_active_tuple(x, y):
    match (x * y, [x, (y, 2.0)]):
        case (p, [q, (r, s)]):
            return p * q + r * s


def match_in_loop(x, commands):
    for command in commands:
        match command:
            case 0:
                continue
            case 1:
                x = x * 1.5
            case 2:
                x = math.sin(x)
            case _:
                break
    else:
        x = x * 10.0
    return x * x


def match_length(values):
    match values:
        case []:
            return 0.0
        case [only]:
            return only
        case [first, *_, last]:
            return first * last


@dataclasses.dataclass
class Circle:
    radius: float
    label: str = ""


@dataclasses.dataclass
class Box:
    width: float
    height: float


class Ring:
    __match_args__ = ("inner", "outer")

    def __init__(self, outer, inner):
        self.outer, self.inner = outer, inner


class Span(NamedTuple):
    start: float
    stop: float


def match_of_classes(x):
    total = 1.0
    for shape in (Circle(x[0]), Box(x[1], x[2]), Circle(x[3], "big"), Ring(x[1], x[0]), Span(x[0], x[2]), 2.5):
        match shape:
            case Circle(radius=r, label="big"):
                total += r**3
            case Circle(r, "small"):
                total = r
            case Circle(r):
                total += 3.0 * r * r
            case Box(w, h) if w > 5.0:
                total -= w * h
            case Box(w, height=h):
                total *= w * h
            case Ring(inner, outer):
                total += 3.0 * (outer**2 - inner**2)
            case Span(a, b):
                total *= b - a
            case float(z):
                total /= z
    return total


def match_of_classes_within(x):
    match [Circle(Box(x[0], x[1])), Span(x[2], 2.0), x[3]]:
        case [Circle(Box(w, h)), Span(a, b), *rest]:
            return w * h * a**b * rest[0]


def classes_in_a_loop(x):
    """What is asked of the one turn has another answer in the next."""
    total = 1.0
    for shape in [Circle(x[0]), Box(x[1], x[2])]:
        one = shape
        is_circle = isinstance(one, Circle)
        total = total + (3.0 * x[3] if is_circle else x[3] ** 2)
    return total


def kinds_of_numbers_that_paths_leave(x, n):
    weight = 1 if n > 2 else 2.5
    total = x[0] * (3.0 if isinstance(weight, int) else 4.0)
    for v in (1, 2.5):
        total *= x[1] if isinstance(v, int) else x[2]
    return total * (1.0 if isinstance(weight, (int, float)) else x[3])


# ---------------------------------------------------------------- with


def under_errstate(x, y):
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(y > 0.0, np.log(np.where(y > 0.0, y, 1.0)) * x, x)
        total = np.sum(z) / np.float64(len(x) - len(x))
    return np.sum(z * z) + (0.0 if np.isinf(total) else 1.0)


def helper_under_errstate(x):
    with np.errstate(over="ignore"):
        if x[0] > 0.0:
            return np.exp(x)
        return np.exp(-x)


def with_and_exits(x):
    total = 0.0
    for value in x:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if value < 0.5:
                continue
            if value > 1.3:
                break
            total = total + np.sum(helper_under_errstate(x)) * value
    return total


def under_printoptions(x):
    total = 0.0
    for value in x:
        with np.printoptions(precision=3, suppress=True):
            total += value**2
            print(x * 1.0, end="")
    return total


def with_as(x):
    with contextlib.nullcontext(x * x) as y, contextlib.nullcontext():
        return y * x


# ---------------------------------------------------------------- try


class TooLarge(Exception):
    """Raised below."""


def division_or_not(x, y):
    try:
        r = x / y
        r = r + 1.0
    except ZeroDivisionError:
        r = x * x
    return r * x


def arrays_do_not_raise(x):
    """NumPy gives inf where Python raises: the handler is dead, and so is nothing else."""
    try:
        y = np.sin(x) * x
        z = y / np.sum(x)
    except ZeroDivisionError:
        z = x
    finally:
        w = 2.0
    return np.sum(z) * w


def log_determinant(m, x):
    try:
        c = np.linalg.cholesky(m * x)
        return 2.0 * np.sum(np.log(np.diag(c)))
    except np.linalg.LinAlgError:
        return x * x


def guarded_root(x):
    try:
        root = math.sqrt(x - 1.0)
    except (ValueError, TypeError):
        return x * x
    else:
        root = root * 2.0
    return root * x


def raises_and_catches(x):
    total = 0.0
    for v in x:
        try:
            if v > 1.3:
                raise ValueError("big")
            elif v > 1.0:
                raise TooLarge(f"{v}")
            total = total + v
        except ValueError as error:
            total = total * 2.0
            assert str(error) == "big"
            break
        except TooLarge:
            continue
        else:
            total = total + 1.0
        finally:
            total = total * v
        total = total * 3.0
    return total


def finally_after_return(x):
    y = x
    try:
        if x > 1.0:
            return y * y
        y = y * 3.0
    finally:
        y = y + 1.0
    return y * x


x4 = np.array([0.7, 1.2, 0.9, 1.4])
PROGRAMS = [
    Program(division_or_not, (0.7, 2.0), (0, 1), name="division_or_not_divides"),
    Program(division_or_not, (0.7, 0), name="division_or_not_fails"),
    Program(arrays_do_not_raise, (np.array([0.3, 0.4]),)),
    Program(log_determinant, (np.eye(2) + 0.1, 2.0), 1, name="log_determinant_definite"),
    Program(log_determinant, (-np.eye(2), 2.0), 1, name="log_determinant_indefinite"),
    Program(guarded_root, (2.0,), name="guarded_root_real"),
    Program(guarded_root, (0.5,), name="guarded_root_fails"),
    Program(raises_and_catches, (np.array([0.3, 1.1, 0.5, 1.4, 0.6]),)),
    Program(finally_after_return, (1.3,), name="finally_after_return_early"),
    Program(finally_after_return, (0.3,), name="finally_after_return_late"),
    Program(under_errstate, (rng.normal(size=3), np.array([0.5, -1.0, 2.0])), (0, 1)),
    Program(with_and_exits, (np.array([0.3, 0.9, 1.2, 1.4]),)),
    Program(with_as, (0.7,)),
    Program(under_printoptions, (np.array([0.3, 0.9]),)),
    Program(walrus_in_while, (1.0,)),
    Program(walrus_in_while_with_else, (1.0, 3.0), name="walrus_in_while_with_else_taken"),
    Program(walrus_in_while_with_else, (1.0, 0.05), name="walrus_in_while_with_else_skipped"),
    Program(walrus_in_condition, (0.8,), name="walrus_in_condition_both"),
    Program(walrus_in_condition, (-0.8,), name="walrus_in_condition_one"),
    Program(walrus_in_while_with_continue, (1.1,)),
    Program(walrus_in_operands, (1.3,)),
    Program(walrus_in_ternary, (1.3,)),
    Program(area, (0.8, ("circle", 2.0)), name="match_tuple"),
    Program(area, (0.8, ("circle", 200.0)), name="match_guard"),
    Program(area, (0.8, ("box", 2.0, 3.0)), name="match_star"),
    Program(area, (0.8, {"side": 2.0}), name="match_mapping"),
    Program(area, (0.8, 3.0), name="match_class_float"),
    Program(area, (0.8, 3), name="match_class_int"),
    Program(area, (0.8, None), name="match_none"),
    Program(area, (0.8, "one"), name="match_string"),
    Program(area, (0.8, "two"), name="match_nothing"),
    Program(match_rebinds, ((0.8, 1.2), 0), name="match_rebinds_zero"),
    Program(match_rebinds, ((0.8, 1.2), 2), name="match_rebinds_two"),
    Program(match_rebinds, ((0.8, 1.2), -1), name="match_rebinds_negative"),
    Program(match_rebinds, ((0.8, 1.2), 3), name="match_rebinds_three"),
    Program(match_of_active_tuple, (0.8, 1.2), (0, 1)),
    Program(match_in_loop, (0.8, (1, 0, 2, 1)), name="match_in_loop_to_the_end"),
    Program(match_in_loop, (0.8, (1, 0, 3, 1)), name="match_in_loop_left_early"),
    Program(match_of_classes, (x4,)),
    Program(match_of_classes_within, (x4,)),
    Program(classes_in_a_loop, (x4,)),
    Program(kinds_of_numbers_that_paths_leave, (x4, 3), name="number_that_is_an_int"),
    Program(kinds_of_numbers_that_paths_leave, (x4, 2), name="number_that_is_a_float"),
    Program(match_length, ([0.8],), name="match_length_one"),
    Program(match_length, ([0.8, 1.2, 0.4],), name="match_length_three"),
]
