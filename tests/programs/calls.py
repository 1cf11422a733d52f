"""Calls of the user's own functions, recursion and mutual recursion."""

import contextlib
import functools
import math
import operator

import numpy as np

from . import Program

rng = np.random.default_rng(2)


def square(x):
    return x * x


def affine(x, slope=2.0, offset=0.5):
    return slope * x + offset


def decay(t, height, rate, offset):
    return height * np.exp(-rate * t) + offset


def parameters_as_an_array(p):
    """What `scipy.optimize` and its like do: how many items p has is known from the function alone."""
    t = np.linspace(0.0, 1.0, 4)
    scaled = [v * v for v in p]
    grid = np.outer(p, p)

    def first_of_three(a, b, c):
        a[0] = 0.5  # a row of `grid`
        return np.sum(a) * b[0] * c[1]

    total = np.sum(decay(t, *p) ** 2) + np.sum(decay(t, *p[:2], offset=scaled[0])) + decay(scaled[0], *p[::-1])
    total += (lambda u, v, w: u * v + w)(*scaled) + first_of_three(*grid) + grid[0, 0] * grid[1, 1]
    return total


def helper_calls_helper(x):
    return square(affine(square(x)))


def first_arguments_by_keyword(x):
    """NumPy's and Python's own functions, given by keyword what is mostly given by position."""
    y = x.copy()
    np.put(a=y, ind=[0], v=[x[1] ** 2])
    y.put(indices=[1], values=[x[0]])
    total = np.shape(a=x)[0] * x[0] + np.ndim(a=x) * x[0] + np.size(a=x) * x[1] + y @ x
    total += x[0] * (1.0 if np.all(a=x > 0) else 2.0) + x[np.nonzero(a=x > 0.5)[0][0]] + np.sum(np.zeros_like(a=x) + x)
    total += x[0] * np.iscomplexobj(x=x) + np.isscalar(element=x[0]) * x[1]
    total += sum(i * v for i, v in enumerate(iterable=x, start=2)) + sum(x, start=x[0])
    np.copyto(y, 2.0 * x, "same_kind", x > 0.5)
    total += np.sum(y**2)
    with contextlib.nullcontext(enter_result=x[1]) as held:
        total *= 1.0 if held is None else held
    ordered = np.outer(x, x).copy(order="C")
    v = ordered.ravel()
    v[1] = 0.0
    return total + np.sum(ordered * np.arange(x.size))


def arguments_where_numpy_has_them(a):
    """`out` by position, and what a rule does not know is None."""
    largest, smallest, places = np.zeros(3), np.zeros(3), np.zeros(3, int)
    kept = np.max(a, 1, largest)
    a.min(1, smallest)
    np.argmax(a, 1, places)
    total = np.sum(largest * kept) + np.sum(smallest * a[0]) + np.sum(a[places] ** 2)
    total += np.sum(a, 1, None)[0] + np.max(a, 1, None)[0] + a.std(0, None)[0] + np.var(a, 0, None)[1]
    return total + np.ptp(a, 1, None)[0]


def lists_of_whole_numbers(x):
    """Beside arrays, and in products."""
    total = np.concatenate((x, [1, 2]))[1] * x[0] + np.concatenate(([0], x, [1])).sum() + np.hstack((x, (1, 2)))[0]
    total += np.stack((x, [1, 2, 3]))[0, 1] + np.vstack((x, [1, 2, True])).sum() + np.array([x[:2], [1, 2]])[0, 1]
    return total * np.dot(x, [1, 2, 3]) + np.inner([1, 2, 3], x) * np.outer(x, [1, 2]).sum()


def bools_as_numbers(x, n):
    """0 + True is 1; a bool is a place of a list, and of np.take and np.put, but no mask there."""
    total = sum((x[0] > 0.5, x[1] > 0.5, x[2] > 0.1)) * x[0] + (sum([x[0] > 0.5]) + sum([x[1] > 0.5])) * x[1]
    total += (math.prod([x[0] > 0.5]) + math.prod([x[1] > 0.5])) * x[1] + np.sum(x[sum([n > 2])])
    total += np.sum(x.take(n > 2)) + np.sum(np.take(x, [True, False, True]))
    y = np.zeros(3)
    np.put(y, n > 2, 5.0)
    values, found = [x[0], x[1]], x[0] > 0.5
    values[n > 1] += 1.0
    values[not found] = 2.0 * x[2]
    return total + y @ x + values[n > 2] * 3.0 + [2.0 * v for v in x][n > 2] + (x[0], x[1])[n > 2]


def applied(f, v):
    return f(v) if callable(f) else 3.0 * v


def what_can_be_called(x):
    total = applied(functools.partial(operator.mul, x[1]), x[0]) * applied(x.take, 0) * applied(lambda v: v, x[2])
    total *= 2.0 if hasattr(x.size, "__name__") or hasattr(x[0], "mro") else 1.0
    return total * applied(2.0, x[1])


def memoised(x):
    """Costs of paths: what is kept is what would be computed again."""
    n = len(x)

    @functools.cache
    def cost(i, j):
        if i == n or j == n:
            return 0.0
        return min(cost(i + 1, j) + x[i], cost(i, j + 1) * 1.1 + abs(x[i] - x[j]))

    return cost(0, 1)


def positional_keyword_default(x, y):
    return affine(x) + affine(x, y) * affine(offset=y, x=x) - affine(y, offset=x)


def same_argument_twice(x):
    def product(a, b):
        return a * b + a

    return product(x, x) + product(x, 2.0) + product(2.0, x)


def active_then_passive(x, constant):
    """One helper, three patterns of which argument carries a derivative."""
    return affine(x, constant) * affine(constant, x) + affine(constant, constant)


def scalar_then_array(x, y):
    return square(x) + np.sum(square(y)) * square(x)


def divide_with_remainder(x, y):
    quotient = x / y
    rest = x - 0.5 * y
    return quotient, rest


def several_results(x, y):
    quotient, rest = divide_with_remainder(x, y)
    other, _ = divide_with_remainder(y, rest)
    return quotient * rest + other


def result_partly_used(x):
    return divide_with_remainder(x, 3.0)[1] ** 2


def early_return_in_helper(x, limit):
    if x > limit:
        return limit
    return x * x


def clipped_sum(x):
    total = 0.0
    for value in x:
        total += early_return_in_helper(value, 0.8) * value
    return total


def helper_with_loop(x, n):
    for i in range(n):
        x = math.sin(x + i)
    return x


def loop_of_calls(x, n):
    total = 0.0
    for k in range(n):
        total += helper_with_loop(x, k) * helper_with_loop(total, 2)
    return total


def helper_rebinds_its_argument(x):
    y = helper_with_loop(x, 2)
    return x * y


def factorial_like(x, n):
    if n == 0:
        return 1.0
    return x * factorial_like(x, n - 1)


def fibonacci_like(x, n):
    if n < 2:
        return x + n
    return fibonacci_like(x, n - 1) * 0.7 + math.sin(fibonacci_like(x, n - 2))


def is_even_product(x, n):
    if n == 0:
        return x
    return math.sin(is_odd_product(x * 1.1, n - 1))


def is_odd_product(x, n):
    if n == 0:
        return -x
    return is_even_product(x + 0.2, n - 1) * x


def recursion_with_accumulator(x, n, total=0.0):
    if n == 0:
        return total
    return recursion_with_accumulator(x * x, n - 1, total + x / n)


def recursion_until_small(x):
    """How deep it goes depends on the value."""
    if x < 0.5:
        return x * x
    return x * recursion_until_small(0.6 * x)


def divide_and_conquer(x):
    n = len(x)
    if n == 1:
        return x[0]
    return divide_and_conquer(x[: n // 2]) * math.cos(divide_and_conquer(x[n // 2 :]))


def star_call(x):
    pair = (x[0], x[1])
    return np.hypot(*pair)


def double_star_call(x):
    options = {"axis": 0}
    return np.sum(x**2, **options)


def weighted(*values, scale=1.0, **options):
    total = 0.0
    for value in values:
        total += value**2
    return scale * total * options["power"]


def star_parameters(x):
    return weighted(x[0], x[1], x[2], scale=0.5, power=x[1]) + weighted(*(x[1], x[0]), **{"power": 3.0})


def apply_twice(f, x):
    return f(f(x))


def function_as_argument(x):
    return apply_twice(square, x) + apply_twice(math.sin, x) * apply_twice(np.cos, x)


def function_as_default(x, activation=np.tanh):
    return activation(2.0 * x)


def calls_function_default(x):
    return np.sum(function_as_default(x) * function_as_default(x, np.sin) * function_as_default(x, square))


def function_is_an_argument(f, x):
    return f(x) * f(x + 1.0)


def integrate(f, a, b, n):
    """The trapezoidal rule."""
    h = (b - a) / n
    total = 0.5 * (f(a) + f(b))
    for i in range(1, n):
        total += f(a + i * h)
    return total * h


def integral_of_gaussian(a, b):
    return integrate(lambda t: math.exp(-t * t), a, b, 8)


def integral_with_parameter(rate, upper):
    return integrate(lambda t: math.exp(-rate * t) * t, 0.0, upper, 6)


def option_none(x, weights=None):
    if weights is None:
        weights = np.ones_like(x)
    return np.sum(weights * x**2)


def option_string(x, kind):
    if kind == "l2":
        return np.sum(x**2)
    elif kind == "smooth":
        return np.sum(np.sqrt(x**2 + 0.1))
    raise ValueError(f"unknown kind: {kind}")


PROGRAMS = [
    Program(helper_calls_helper, (0.7,)),
    Program(parameters_as_an_array, (np.array([0.7, 1.3, 0.45]),)),
    Program(arguments_where_numpy_has_them, (np.array([[0.7, 1.3, 0.45], [1.1, 0.35, 0.9], [0.55, 1.7, 0.8]]),)),
    Program(lists_of_whole_numbers, (np.array([0.7, 1.3, 0.45]),)),
    Program(bools_as_numbers, (np.array([0.7, 1.3, 0.45]), 3)),
    Program(what_can_be_called, (np.array([0.7, 1.3, 0.45]),)),
    Program(memoised, (np.array([0.7, 1.3, 0.45]),)),
    Program(first_arguments_by_keyword, (np.array([0.7, 1.3, 0.45]),)),
    Program(positional_keyword_default, (0.7, 1.3), (0, 1)),
    Program(same_argument_twice, (0.7,)),
    Program(active_then_passive, (0.7, 1.6)),
    Program(scalar_then_array, (0.7, rng.normal(size=3)), (0, 1)),
    Program(several_results, (0.7, 1.8), (0, 1)),
    Program(result_partly_used, (0.7,)),
    Program(divide_with_remainder, (0.7, 1.8), (0, 1)),
    Program(clipped_sum, (np.array([0.2, 1.2, -0.5, 0.9]),)),
    Program(loop_of_calls, (0.7, 4)),
    Program(helper_rebinds_its_argument, (0.7,)),
    Program(factorial_like, (1.2, 4)),
    Program(fibonacci_like, (0.3, 5)),
    Program(is_even_product, (0.6, 5)),
    Program(recursion_with_accumulator, (0.9, 4)),
    Program(recursion_until_small, (1.7,)),
    Program(star_call, (np.array([0.3, 0.7]),)),
    Program(double_star_call, (np.array([0.3, 0.7]),)),
    Program(star_parameters, (np.array([0.3, 0.7, 1.1]),)),
    Program(divide_and_conquer, (rng.normal(size=5),)),
    Program(function_as_argument, (0.8,)),
    Program(calls_function_default, (rng.normal(size=3),)),
    Program(function_is_an_argument, (square, 0.8), 1, name="function_is_an_argument_user"),
    Program(function_is_an_argument, (np.sin, 0.8), 1, name="function_is_an_argument_numpy"),
    Program(integral_of_gaussian, (-0.4, 1.1), (0, 1)),
    Program(integral_with_parameter, (0.9, 1.5), (0, 1)),
    Program(option_none, (rng.normal(size=3),), name="option_none_left_out"),
    Program(option_none, (rng.normal(size=3), rng.normal(size=3)), (0, 1), name="option_none_given"),
    Program(option_string, (rng.normal(size=3), "l2"), name="option_string_l2"),
    Program(option_string, (rng.normal(size=3), "smooth"), name="option_string_smooth"),
]
