"""Functions as values: in containers, under decorators, with attributes, imported and chosen on the way."""

import dataclasses
import functools
import logging
import math
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from . import Program

xs = np.array([0.3, 0.9, 1.2, 1.4])
log = logging.getLogger(__name__)
ACTIVATIONS = {"tanh": math.tanh, "square": lambda t: t * t, "sine": np.sin}
STAGES = (math.sin, math.exp, lambda t: t**3)


def function_of_a_dict(x, name):
    local = {"double": lambda t: 2.0 * t, "cos": math.cos}
    return ACTIVATIONS[name](x) * ACTIVATIONS["square"](x) + local["cos"](x) * local["double"](x)


def loop_over_functions(x):
    total = 0.0
    for f in STAGES:
        total += f(x)
    for weight, f in zip((0.5, 2.0), [math.cos, math.sqrt], strict=True):
        total = total * weight + f(x)
    for name, f in ACTIVATIONS.items():
        if name == "sine":
            break
        total += f(x)
    return total


def function_chosen_at_run_time(x, order):
    for i in order:
        x = STAGES[i](x)
    return x * STAGES[-1](x)


def function_chosen_by_a_found_key(x, names):
    total = 0.0
    for i in range(len(names)):
        total += ACTIVATIONS[names[i]](x)
    return total


def pipeline_of_closures(x, n):
    stages = [lambda t, k=k: t**k for k in range(1, 4)]
    total = 0.0
    for i in range(n):
        total += stages[i % 3](x)
    return total


def scaled(factor):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return factor * function(*args, **kwargs)

        return wrapper

    return decorate


@scaled(2.0)
@scaled(3.0)
def decorated_twice(x, power=2):
    return x**power


def calls_decorated(x):
    return decorated_twice(x) * decorated_twice(x, power=3)


def nested_decorated(x):
    @scaled(x)
    def inner(t):
        return t * t

    @functools.lru_cache(maxsize=16)
    def cached(n):
        return n * 0.5

    @functools.cache
    def factorial(n):
        return 1.0 if n == 0 else n * factorial(n - 1)

    return inner(x + 1.0) * cached(3) * factorial(3)


@functools.lru_cache
def coefficient(n):
    return 1.0 / math.factorial(n)


@functools.cache
def squared(t):
    return t * t


@functools.cache
def nodes_and_weights(n):
    """What a cache gives may be a tuple of arrays, which are only read."""
    nodes = np.linspace(0.0, 1.0, n)
    return nodes, (np.ones(n) / n, n)


def quadrature(x, n):
    nodes, (weights, m) = nodes_and_weights(n)
    return np.sum(weights * np.exp(x * nodes)) * m * nodes_and_weights(n)[0][1]


def series(x, n):
    return sum(coefficient(k) * x**k for k in range(n)) * squared(x)


def attribute_of_a_function(x):
    return attribute_of_a_function.scale * x * x


attribute_of_a_function.scale = 1.5


def imports(x):
    import math as m
    import os.path
    from math import cos

    import numpy.linalg

    assert os.path is not None
    return m.sin(x[0]) * cos(x[1]) * numpy.linalg.norm(x)


def deletes_names(x):
    doubled = 2.0 * x
    y = doubled * x
    del doubled
    state = {"a": y, "b": x}
    del state["b"]
    return state["a"]


def reads_global(x):
    global STAGES
    return STAGES[0](x)


def says_what_it_does(x):
    start = time.perf_counter()
    y = x[0] * x[1]
    log.debug("y is %s", y)
    logging.debug("again %.3f" % y)  # noqa: UP031
    if log.isEnabledFor(logging.DEBUG - 1):
        log.debug("the least of it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn("careful", stacklevel=1)
    elapsed = time.perf_counter() - start
    print(f"after {elapsed:.1f} s", file=sys.stderr, end="")
    return y * y if elapsed >= 0.0 else x[2]


def raises_from(x):
    if x > 10.0:
        raise ValueError("too large") from None
    return x * x


def break_out_of_unlike(x, options):
    total = 0.0
    for key, value in options.items():
        if key == "skip":
            continue
        for part in (value, 2):
            if part == 3:
                break
            total = total + part * x
        else:
            total = total * x
        if total > 100.0:
            return total
    return total * x


def return_out_of_unlike(x, parts):
    for part in (parts, (x, parts[0])):
        first, second = part
        if first < second:
            return first * x
    return x


# ---------------------------------------------------------------- functions in fields of arguments


@dataclasses.dataclass
class Dense:
    w: float
    activation: Callable


class Named(NamedTuple):
    w: float
    activation: Callable


def raised(v):
    return v**3


def function_of_a_field(x, model):
    return model.activation(x * model.w) + (x if model.activation is raised else 0.0)


def functions_of_fields_in_a_list(x, layers):
    for layer in layers:
        x = layer.activation(layer.w * x)
    for i in range(len(layers)):
        x = layers[i].activation(layers[i].w + x) if callable(layers[i].activation) else x
    return x


def field_carried_by_a_loop(x, model):
    for _ in range(3):
        model = dataclasses.replace(model, w=model.activation(model.w * x))
    last = model.activation
    model.activation = raised
    return last(x) * model.activation(model.w)


def pairs_of_a_number_and_a_function(x, pairs):
    for w, f in pairs:
        x = f(w * x)
    return x


PROGRAMS = [
    Program(function_of_a_field, (0.7, Dense(1.2, np.tanh)), name="function_of_a_dataclass"),
    Program(function_of_a_field, (0.7, Named(1.2, raised)), name="function_of_a_named_tuple"),
    Program(functions_of_fields_in_a_list, (0.7, [Dense(1.2, np.sin), Dense(0.4, raised)])),
    Program(field_carried_by_a_loop, (0.7, Dense(1.2, np.tanh))),
    Program(pairs_of_a_number_and_a_function, (0.7, [(0.9, np.sin), (1.1, raised)])),
    Program(pairs_of_a_number_and_a_function, (0.7, [(0.9, np.sin)] * 10), name="ten_pairs_of_one_function"),
    Program(function_of_a_dict, (0.7, "tanh")),
    Program(loop_over_functions, (0.7,)),
    Program(function_chosen_at_run_time, (0.7, (0, 2, 1, -3))),
    Program(function_chosen_by_a_found_key, (0.7, ["sine", "tanh"])),
    Program(pipeline_of_closures, (0.7, 5)),
    Program(calls_decorated, (0.7,)),
    Program(decorated_twice, (0.7,)),
    Program(nested_decorated, (0.7,)),
    Program(series, (0.7, 5)),
    Program(quadrature, (0.7, 4)),
    Program(attribute_of_a_function, (0.7,)),
    Program(imports, (xs,)),
    Program(deletes_names, (0.7,)),
    Program(reads_global, (0.7,)),
    Program(says_what_it_does, (xs,)),
    Program(raises_from, (0.7,)),
    Program(break_out_of_unlike, (0.7, {"a": 1.5, "skip": 9.0, "b": 3.0, "c": 2.5})),
    Program(return_out_of_unlike, (0.7, (0.5, 1.0)), name="return_out_of_unlike_first"),
    Program(return_out_of_unlike, (0.7, (1.5, 1.0)), name="return_out_of_unlike_second"),
]
