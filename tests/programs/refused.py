"""Programs outside the language. The build must stop at the line marked `# HERE`, whatever the values are.

`REFUSALS` holds the programs; the marker stands in the program itself or in the function that `where` names.
"""

import functools
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special
from scipy.special import gammaln

from .support import mutating

settings = types.SimpleNamespace(scale=2.0)
counter = 0


@dataclass(frozen=True)
class Refusal:
    """A function, arguments for it, and the function in which the marked line stands (itself when None)."""

    fun: Callable[..., Any]
    args: tuple[Any, ...]
    where: Callable[..., Any] | None = None


# ---------------------------------------------------------------- writes into arrays


def shape_write(x):
    y = x * 2.0
    y.shape = (3, 1)  # HERE
    return np.sum(y)


def helper_of_other_module_writes(x):
    return np.sum(mutating.remember(x * 2.0, mutating.harmless(x[0])))


# ---------------------------------------------------------------- changes of lists, dicts and objects


def attribute_write(x):
    settings.scale = x[0]  # HERE
    return settings.scale * x[1]


def builtin_setattr(x):
    setattr(settings, "scale", x[0])  # noqa: B010  # HERE
    return x[1]


# ---------------------------------------------------------------- statements


def try_except(x):
    try:  # HERE
        y = x[0] / x[1]
    except ZeroDivisionError:
        y = x[0]
    return y


def with_statement(x):
    with np.errstate(divide="ignore"):  # HERE
        y = x[0] / x[1]
    return y


def global_statement(x):
    global counter  # HERE
    counter = x[0]
    return counter * x[1]


def nonlocal_statement(x):
    total = 0.0

    def add(value):
        nonlocal total  # HERE
        total = total + value

    add(x[0])
    return total


def generator(x):
    yield x[0] ** 2  # HERE


def calls_generator(x):
    total = 0.0
    for value in generator(x):
        total += value
    return total


async def coroutine(x):  # HERE
    return x[0] ** 2


def class_definition(x):
    class Point:  # HERE
        scale = 2.0

    return Point.scale * x[0]


def match_statement(x):
    match len(x):  # HERE
        case 3:
            return x[0]
        case _:
            return x[1]


def import_statement(x):
    import math  # HERE

    return math.sin(x[0])


def from_import_statement(x):
    from math import sin  # HERE

    return sin(x[0])


# ---------------------------------------------------------------- calls


def scipy_function(x):
    return np.sum(scipy.special.erfcx(x))  # HERE


def scipy_function_by_name(x):
    return np.sum(gammaln(x))  # HERE


def numpy_svd(x):
    _, s, _ = np.linalg.svd(np.outer(x, x))  # HERE
    return s[0]


def numpy_interp(x):
    return np.interp(0.5, np.array([0.0, 1.0, 2.0]), x)  # HERE


def numpy_fft(x):
    return np.sum(np.abs(np.fft.fft(x)))  # HERE


def numpy_vectorize(x):
    return np.sum(np.vectorize(lambda t: t * t)(x))  # HERE


def ufunc_where(x):
    return np.sum(np.sqrt(x, where=x > 0.0))  # HERE


def random_shuffle(x):
    y = x * 1.0
    np.random.shuffle(y)  # HERE
    return y[0]


def method_unknown(x):
    return np.sum(x.byteswap())  # HERE


def builtin_eval(x):
    return eval("x[0] ** 2")  # HERE


def builtin_exec(x):
    exec("x[0] = 2.0")  # HERE
    return x[0]


def builtin_sorted(x):
    return sorted(x)[0]  # HERE


def builtin_locals(x):
    y = x[0] ** 2
    return locals()["y"] * y  # HERE


def iterates_nditer(x):
    total = 0.0
    for value in np.nditer(x):  # HERE
        total = total + value
    return total


def cached(fun):
    """A decorator in C: what it does with its arguments is not to be seen."""
    return functools.lru_cache(fun)


@cached
def cached_square(t):
    return t * t


def calls_cached(x):
    return cached_square(x[0])  # HERE


def in_branch_not_taken(x):
    if len(x) > 100:
        return np.partition(x, 2)[0]  # HERE
    return x[0] ** 2


def after_return(x, n):
    while True:
        if n < 10:
            return x[0] ** 2
        x = np.partition(x, 2)  # HERE


def in_a_lambda(x):
    f = lambda t: gammaln(t)  # noqa: E731  # HERE
    return f(x[0])


def in_a_condition(x):
    if x[0] * x[1] < 0.0 or np.partition(x, 2)[0] > 0.0:  # HERE
        return x[0]
    return x[1]


def tuple_that_grows(x):
    history = (x[0],)
    for i in range(3):
        history = history + (np.sin(history[i]),)  # noqa: RUF005  # HERE
    return history[1]


def tree_of_any_shape(x, tree):
    value, children = tree
    total = value * x[0]
    for child in children:  # HERE
        total += value * tree_of_any_shape(x, child)
    return total


REFUSALS = [
    Refusal(tuple_that_grows, (np.array([0.7, 1.2, 0.4]),)),
    Refusal(tree_of_any_shape, (np.array([0.7, 1.2]), (0.5, ((1.1, ()), (0.3, ((0.7, ()),)))),)),
] + [
    Refusal(fun, (np.array([0.7, 1.2, 0.4]),))
    for fun in (
        shape_write,
        attribute_write,
        builtin_setattr,
        try_except,
        with_statement,
        global_statement,
        nonlocal_statement,
        generator,
        coroutine,
        class_definition,
        match_statement,
        import_statement,
        from_import_statement,
        scipy_function,
        scipy_function_by_name,
        numpy_svd,
        numpy_interp,
        numpy_fft,
        numpy_vectorize,
        ufunc_where,
        random_shuffle,
        method_unknown,
        builtin_eval,
        builtin_exec,
        builtin_sorted,
        builtin_locals,
        iterates_nditer,
        calls_cached,
        in_branch_not_taken,
        in_a_lambda,
        in_a_condition,
    )
] + [
    Refusal(helper_of_other_module_writes, (np.array([0.7, 1.2, 0.4]),), where=mutating.remember),
    Refusal(calls_generator, (np.array([0.7, 1.2, 0.4]),), where=generator),
    Refusal(after_return, (np.array([0.7, 1.2, 0.4]), 3)),
]
