"""Nested functions, lambdas, what they capture and when."""

import functools
import math

import numpy as np

from . import Program

rng = np.random.default_rng(3)


def make_polynomial(coefficients):
    def polynomial(x):
        y = 0.0
        for c in coefficients:
            y = y * x + c
        return y

    return polynomial


def make_scaled_sine(scale):
    weights = scale * np.array([1.0, 2.0, 3.0])

    def scaled_sine(x):
        return np.sum(weights * np.sin(scale * x))

    return scaled_sine


def captures_active_value(x):
    a = math.sin(x)

    def inner(y):
        return a * y + x

    return inner(x) * inner(2.0)


def captures_late(x):
    """A closure sees the value a variable has when it is called, not when it was made."""
    a = x

    def inner(y):
        return a * y

    first = inner(x)
    a = math.sin(x)
    return first * inner(x)


def default_binds_early(x):
    """A default value is the one at the time of the `def`."""
    a = x

    def inner(y, b=a):
        return b * y

    a = math.sin(x)
    return inner(x) * a


def default_of_lambda_in_loop(x):
    total = 0.0
    for i in range(4):
        term = lambda y, k=i: y**k / (k + 1)  # noqa: E731
        total += term(x)
    return total


def captures_loop_variable(x):
    total = 0.0
    for i in range(3):

        def term(y):
            return math.cos(i * y + x)  # noqa: B023

        x = x * 1.1
        total += term(x)
    return total


def doubly_nested(x, y):
    def outer(a):
        def inner(b):
            return a * b * y

        return inner(x) + inner(a)

    return outer(x * y)


def make_adder(amount):
    return lambda y: y * amount + amount**2


def returned_closure(x):
    """The closure made by a helper carries an active value out of it."""
    add = make_adder(math.sin(x))
    return add(x) + add(3.0)


def compose(f, g):
    return lambda x: f(g(x))


def composed(x):
    h = compose(math.sin, lambda t: t * t)
    return h(x) * compose(h, math.cos)(x)


def nested_recursion(x, n):
    def power(k):
        if k == 0:
            return 1.0
        return x * power(k - 1)

    return power(n) + power(2)


def nested_name_shadows(x):
    def helper(x):
        x = x * x
        return x

    return helper(x + 1.0) * x


def conditional_lambda(x, smooth):
    f = (lambda t: math.sqrt(t * t + 1.0)) if smooth else (lambda t: abs(t))
    return f(x) * x


def local_function_in_branch(x, kind):
    if kind == 0:

        def f(t):
            return math.sin(t)

    else:

        def f(t):
            return t**3

    return f(x) + f(2.0 * x)


def newton_with_closures(c):
    """Solves x**3 + c x = 1, with the function and its slope as closures over c."""

    def residual(x):
        return x**3 + c * x - 1.0

    def slope(x):
        return 3.0 * x**2 + c

    x = 1.0
    for _ in range(20):
        step = residual(x) / slope(x)
        x = x - step
        if abs(step) < 1e-14:
            return x
    return x


def doubled(fun):
    @functools.wraps(fun)
    def wrapper(x):
        return 2.0 * fun(x)

    return wrapper


@doubled
def decorated_helper(x):
    return x * x


def calls_decorated_helper(x):
    """`functools.wraps` points at the undecorated function, which is not what runs."""
    return decorated_helper(x) * x


cube, halved_square = (lambda x: x * x * x), (lambda x: 0.5 * x * x)
sine_of = lambda f: lambda x: math.sin(f(x))  # noqa: E731

def nonlocal_sum(x):
    total = 0.0
    scale = x

    def add(value):
        nonlocal total, scale
        total = total + value * value
        scale = scale * value

    for i in range(3):
        add(x[i])
        if x[i] > 0.5:
            add(x[3])
    return total * np.sum(scale)


def nonlocal_counters(x):
    def counter(start):
        n = start

        def step():
            nonlocal n
            n = n * x[0] + 1.0
            return n

        return step

    one, other = counter(x[1]), counter(x[2])
    k = 0
    while k < 3:
        one()
        k += 1
    return one() + other()


def nonlocal_array(x):
    a = np.zeros(2)

    def put(i, value):
        nonlocal a
        if i == 0:
            a = a + value
        else:
            a[1] = value * value

    put(0, x[0])
    put(1, x[1])
    before = a
    put(1, x[2])
    put(0, x[3])
    return a * before


def deleted_name(x):
    y = x * 2.0
    z = y * y
    del y
    return np.sum(z)


# ---------------------------------------------------------------- augmented assignment whose value rebinds its target


def value_rebinds_the_name(x):
    """The array that was read first is written into, and gets the name back."""
    y = x * 2.0

    def turned(z):
        nonlocal y
        y = y[::-1]
        return 0.5 * z

    y -= turned(x)
    return y * x


def value_names_it_anew(x):
    y = x * 1.5
    y += (y := y[::-1] * x)
    return y * x


class Turning:
    def __init__(self, v):
        self.v = v

    def turned(self):
        self.v = self.v[::-1]
        return self.v**2


def value_rebinds_the_attribute(x):
    state = Turning(x * 1.5)
    state.v -= state.turned()
    return state.v * x


def value_puts_another_item_there(x):
    items, table = [x * 1.5, x**2], {"a": x * 0.5}

    def changed():
        items[0] = x * 5.0
        table["a"] = x * 7.0
        return x * 3.0

    items[0] += changed()
    table["a"] *= changed()
    return items[0] * items[1] + table["a"]


def value_rebinds_a_list(x):
    values = [x[0]]

    def changed():
        nonlocal values
        values = [x[1]]
        return [x[2]]

    values += changed()
    return values[0] * values[1] * x


PROGRAMS = [
    Program(make_polynomial([1.0, -2.0, 0.5, 3.0]), (0.7,)),
    Program(make_polynomial((2.0, 1.0)), (0.7,), name="polynomial_of_another_closure"),
    Program(make_scaled_sine(0.8), (rng.normal(size=3),)),
    Program(captures_active_value, (0.7,)),
    Program(captures_late, (0.7,)),
    Program(default_binds_early, (0.7,)),
    Program(default_of_lambda_in_loop, (0.7,)),
    Program(captures_loop_variable, (0.7,)),
    Program(doubly_nested, (0.7, 1.2), (0, 1)),
    Program(returned_closure, (0.7,)),
    Program(composed, (0.7,)),
    Program(nested_recursion, (0.7, 3)),
    Program(nested_name_shadows, (0.7,)),
    Program(conditional_lambda, (0.7, True), name="conditional_lambda_smooth"),
    Program(conditional_lambda, (-0.7, False), name="conditional_lambda_rough"),
    Program(local_function_in_branch, (0.7, 0), name="local_function_in_branch_sine"),
    Program(local_function_in_branch, (0.7, 1), name="local_function_in_branch_cube"),
    Program(newton_with_closures, (0.7,)),
    Program(calls_decorated_helper, (0.7,)),
    Program(decorated_helper, (0.7,)),
    Program(cube, (1.2,), name="first_lambda_of_the_line"),
    Program(halved_square, (1.2,), name="second_lambda_of_the_line"),
    Program(sine_of(cube), (0.8,), name="inner_lambda_cube"),
    Program(sine_of(halved_square), (0.8,), name="inner_lambda_halved_square"),
    Program(lambda x, y=2.0: x**y, (1.3,), name="lambda_with_default"),
    Program(nonlocal_sum, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    Program(nonlocal_counters, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    Program(nonlocal_array, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    Program(deleted_name, (np.array([0.3, 0.7]),)),
    *(
        Program(fun, (np.array([0.7, 1.2, 0.4]),))
        for fun in (
            value_rebinds_the_name,
            value_names_it_anew,
            value_rebinds_the_attribute,
            value_puts_another_item_there,
            value_rebinds_a_list,
        )
    ),
]
