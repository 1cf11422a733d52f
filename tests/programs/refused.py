"""Programs outside the language. The build must stop at the line marked `# HERE`, whatever the values are.

`REFUSALS` holds the programs; the marker stands in the program itself or in the function that `where` names.
"""

import contextlib
import fractions
import functools
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
import scipy.special
from scipy.special import gammaln

from tangent_ad import grad

from .support import mutating

settings = types.SimpleNamespace(scale=2.0)
counter = 0


class Recording:
    """Its attributes are not followed: it says itself what is done when they are written."""

    def __setattr__(self, name, value):
        object.__setattr__(self, name, float(value))


recording = Recording()


class Model:
    def __init__(self, slope):
        self.slope = slope


model = Model(3.0)


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
    recording.scale = x[0]  # HERE
    return recording.scale * x[1]


def builtin_setattr(x):
    setattr(recording, "scale", x[0])  # noqa: B010  # HERE
    return x[1]


def namespace_made(x):
    made = types.SimpleNamespace(scale=x[0])  # HERE
    return made.scale * x[1]


# ---------------------------------------------------------------- statements


def try_with_two_risks(x):
    a, b = float(x[0]), float(x[1])
    try:
        y = a / b + b / a  # HERE
    except ZeroDivisionError:
        y = a
    return y


def try_everything(x):
    try:
        y = np.sin(x[0]) * x[1]  # HERE
    except Exception:
        y = x[0]
    return y


def try_after_a_change(x):
    """The list is longer when the handler begins."""
    given = []

    def noted(v):
        given.append(v)
        return v

    try:
        y = noted(float(x[0])) / (len(x) - 3)  # HERE
    except ZeroDivisionError:
        y = x[1] * len(given)
    return y


def numbers_that_may_be_one(x):
    return x[0] if x[1] is x[1] else x[2]  # HERE  (False: each x[1] is a new number)


def views_that_may_be_one(x):
    return x[0] if x[1:] is x[1:] else x[2]  # HERE  (False)


def try_unpacking_in_loop(x, n):
    try:
        total = sum([a * b for a, b in [x[:n], x[:2]]])  # HERE
    except ValueError:
        return x[0]
    return total


def try_unpacking_after_a_name(x, n):
    a = x[2]
    try:
        a, (b, c) = x[0], x[:n]  # HERE
    except ValueError:
        return a
    return a * b * c


def try_of_lengths_that_differ(x, n):
    total = 0.0
    try:
        for a, b in zip(x[:n], x[:2], strict=True):  # HERE
            total = total + a * b
    except ValueError:
        total = x[0]
    return total


def try_of_a_step_of_nothing(x, n):
    total = 0.0
    try:
        for i in range(0, 3, n):  # HERE
            total = total + x[i]
    except ValueError:
        total = x[0]
    return total


def try_of_a_slice_in_steps_of_nothing(x, n):
    try:
        y = x[::n]  # HERE
    except ValueError:
        y = x
    return np.sum(y**2)


def text_that_no_number_can_be_read_from(x):
    return x[0] * float("wide")  # HERE


def format_of_another_kind(x):
    return x[0] * len("{:d}".format("wide"))  # HERE


def mean_of_perhaps_nothing(x, n):
    total = 0
    for i in range(n):
        total += x[i]
    try:
        mean = total / n  # HERE
    except ZeroDivisionError:
        mean = x[1]
    return mean


def quotient_by_what_may_be_an_int(x, n):
    values = [v for v in x if v > n]
    s = sum(values)
    try:
        q = 5.0 / s  # HERE
    except ZeroDivisionError:
        q = x[1]
    return q


def remainder_by_what_may_be_an_int(x, n):
    s = 2 * max([x[i] for i in range(n)], default=0)
    try:
        r = 5.0 % -s  # HERE
    except ZeroDivisionError:
        r = x[1]
    return r * x[0]


def floor_division_of_one_path(x, n):
    s = 0 if n == 0 else x[0]
    try:
        q = 5.0 // s  # HERE
    except ZeroDivisionError:
        q = 2.0
    return q * x[1]


def quotient_of_an_item_of_a_list(x, n):
    values = [1]
    for i in range(n):
        values.append(x[i])
    try:
        q = values[n] / n  # HERE
    except ZeroDivisionError:
        q = x[1]
    return q


def power_of_what_may_be_an_int(x, n):
    s = 0 if n == 0 else x[0]
    try:
        q = s**-1  # HERE
    except ZeroDivisionError:
        q = x[1]
    return q


def try_in_loop(x):
    values = [float(x[0]), float(x[1])]
    try:
        total = 1.0
        for v in values:
            total = total / v  # HERE
    except ZeroDivisionError:
        total = x[0]
    return total


def checked_half(t):
    if t > 1.0:
        raise ValueError("large")  # HERE
    return t * 0.5


def try_helper_that_raises(x):
    try:
        y = checked_half(x[0])
    except ValueError:
        y = x[0]
    return y


def finally_that_returns(x):
    try:  # HERE
        y = x[0] * x[1]
    finally:
        return y  # noqa: B012


def reads_what_is_caught(x):
    try:
        y = float(x[0]) / (len(x) - 3)
    except ZeroDivisionError as error:
        print(error)  # HERE
        y = x[1]
    return y


def catches_floating_point_error(x):
    try:
        y = x / x[1]  # HERE
    except FloatingPointError:
        y = x
    return y[0]


def with_unknown_context(x):
    with open("numbers.txt") as lines:  # HERE
        return x[0] * len(list(lines))


@contextlib.contextmanager
def timer():
    yield 1.0


def with_context_of_the_user(x):
    with timer() as scale:  # HERE
        return x[0] * scale


def with_errstate_that_raises(x):
    with np.errstate(divide="raise"):  # HERE
        y = x[0] / x[1]
    return y


def with_recorded_warnings(x):
    with warnings.catch_warnings(record=True) as caught:  # HERE
        y = x[0] / x[1]
    return y * len(caught)


def global_statement(x):
    global counter  # HERE
    counter = x[0]
    return counter * x[1]


def generator(x):
    yield x[0] ** 2  # HERE


def keeps_generator(x):
    squares = (v * v for v in x)  # HERE
    return sum(squares) + sum(squares)


def keeps_map(x):
    sines = map(np.sin, x)  # HERE
    return sum(sines) + sum(sines)


def passes_generator(x):
    return mutating.harmless(v for v in x)  # HERE


def sends_to_generator(x):
    def echo(y):
        z = yield y  # HERE
        yield y if z is None else z

    return sum(echo(x[0]))


def recursive_generator(x):
    def walk(y, n):
        if n > 0:
            yield y
            yield from walk(y * 2.0, n - 1)  # HERE

    return sum(walk(x[0], len(x)))


def result_of_yield_from(x):
    def inner():
        yield x[0]
        return x[1]

    def outer():
        last = yield from inner()  # HERE
        yield last

    return sum(outer())


def set_comprehension(x):
    return sum({v**2 for v in x})  # HERE


def tuple_of_unknown_length(x, n):
    squares = tuple(v**2 for v in x[:n])  # HERE
    return squares[0]


def generator_used_elsewhere(x):
    def twice(values):
        for _ in range(2):
            for v in values:  # noqa: UP028  # HERE
                yield v

    return sum(twice(v * v for v in x))


def dict_of_unknown_keys(x):
    table = {i: x[i] for i in range(len(x))}  # HERE
    return table[0]


def star_of_unknown_length(x):
    return np.hypot(*x)  # HERE


async def coroutine(x):  # HERE
    return x[0] ** 2


def class_definition(x):
    class Point:  # HERE
        scale = 2.0

    return Point.scale * x[0]


def match_rest_of_mapping(x):
    match {"a": x[0], "b": x[1]}:
        case {"a": a, **rest}:  # HERE
            return a * len(rest)


def match_alternatives_of_other_parts(x):
    match (x[0], x[1], len(x)):
        case (a, _, 3) | (_, a, 2):  # HERE
            return a


def match_positional_parts(x):
    match model:
        case Model(3.0):  # HERE  (Python raises TypeError)
            return x[0]
    return x[1]


# ---------------------------------------------------------------- calls


def scipy_function(x):
    return np.sum(scipy.special.erfcx(x))  # HERE


def scipy_function_by_name(x):
    return np.sum(gammaln(x))  # HERE


def numpy_svd(x):
    _, s, _ = np.linalg.svd(np.outer(x, x)[:2])  # HERE
    return s[0]


def numpy_eigvals(x):
    return np.max(np.linalg.eigvals(np.diag(x) + np.outer(x, x)).real)  # HERE


def numpy_fft(x):
    return np.sum(np.fft.hfft(x) ** 2)  # HERE


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


def builtin_locals(x):
    y = x[0] ** 2
    return locals()["y"] * y  # HERE


def iterates_nditer(x):
    total = 0.0
    for value in np.nditer(x):  # HERE
        total = total + value
    return total


@functools.lru_cache
def cached_sum(t):
    return np.sum(t)


def calls_cached_with_array(x):
    """An array cannot be looked up in a cache."""
    return cached_sum(x)  # HERE


@functools.singledispatch
def dispatched(t):
    return t * t


def calls_dispatched(x):
    """What it calls depends on a table that others add to."""
    return dispatched(x[0])  # HERE


def sorts_rows(x):
    return sorted(np.outer(x, x))[0][0]  # HERE


def set_of_found_values(x):
    return x[0] if 1.0 in {x[1], x[2]} else x[1]  # HERE


def deletes_attribute(x):
    del settings.scale  # HERE
    return x[0]


def missing_import(x):
    from math import no_such_function  # HERE

    return no_such_function(x[0])


def in_branch_not_taken(x):
    if len(x) > 100:
        return np.trim_zeros(x)[0]  # HERE
    return x[0] ** 2


def after_return(x, n):
    while True:
        if n < 10:
            return x[0] ** 2
        x = np.trim_zeros(x)  # HERE


def in_a_lambda(x):
    f = lambda t: gammaln(t)  # noqa: E731  # HERE
    return f(x[0])


def in_a_condition(x):
    if x[0] * x[1] < 0.0 or np.trim_zeros(x)[0] > 0.0:  # HERE
        return x[0]
    return x[1]


def tuple_that_grows(x):
    history = (x[0],)
    for i in range(len(x)):
        history = history + (np.sin(history[i]),)  # noqa: RUF005  # HERE
    return history[1]


# ---------------------------------------------------------------- what is no function, no array, no keyword here


def method_without_its_call(x):
    return x.sum * 2.0  # HERE


def number_called(x):
    return x[0](2.0)  # HERE


def number_unpacked(x):
    a, b = x[0]  # HERE
    return a * b


def number_indexed(x):
    return x[0][1]  # HERE


def name_in_a_result_of_two_paths(x):
    found = np.linalg.slogdet(np.diag(x)) if x[0] > 0.5 else np.linalg.slogdet(np.diag(2.0 * x))
    return found.logabsdet  # HERE


def differentiated_by_keyword(x):
    nodes, _ = np.polynomial.legendre.leggauss(3)
    return np.sum(np.polynomial.polynomial.polyval(nodes, c=x))  # HERE


def parts_of_unique_values(x):
    values, counts = np.unique(x, return_counts=True)  # HERE
    return values @ counts


def functions_in_a_list_that_grows(x, n):
    terms = []
    for i in range(n):
        terms.append(np.sin if i % 2 else np.cos)
    return terms[0](x[0])  # HERE


def derivative_inside(x):
    return np.sum(grad(lambda t: np.sum(t**3))(x) ** 2)  # HERE


cubes_grad = grad(lambda t: np.sum(t**3))


def derivative_called_inside(x):
    return np.sum(cubes_grad(x) ** 2)  # HERE


def items(x):
    for v in x:
        yield v * v


def asks_a_generator_twice(x):
    squares = items(x)  # HERE
    return next(squares) * next(squares)


def asks_a_local_generator(x):
    def halves():
        for v in x:
            yield v * 0.5

    return next(halves())  # HERE


squared = np.frompyfunc(lambda t: t * t, 1, 1)
cubed = np.vectorize(lambda t: t**3)
rng = np.random.default_rng(0)
identity = scipy.sparse.eye(3)


def made_by_frompyfunc(x):
    return np.sum(squared(x))  # HERE


def made_by_vectorize(x):
    return np.sum(cubed(x))  # HERE


def draws_from_a_generator(x):
    return np.sum(x * rng.normal(size=3))  # HERE


def sparse_product(x):
    return np.sum(identity @ x)  # HERE


def sparse_method(x):
    return np.sum(identity.dot(x))  # HERE


def masked_array(x):
    return np.ma.masked_array(x, mask=[False, True, False]).sum()  # HERE


def sparse_made_dense_inside(x):
    return np.sum(identity.toarray() @ x)  # HERE


weights = np.matrix([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]])
partial = np.ma.masked_array([1.0, 2.0, 3.0], mask=[False, True, False])


def matrix_of_its_own_operators(x):
    return np.sum(weights * np.outer(x, x))  # HERE


def matrix_given_to_numpy(x):
    return np.sum(np.multiply(weights, np.outer(x, x)))  # HERE


def matrix_on_one_path(x, n):
    return np.sum((weights if n > 1 else np.eye(3)) * np.outer(x, x))  # HERE


def masked_array_from_outside(x):
    return np.sum(partial * x)  # HERE


def masked_array_added_in_place(x):
    y = x * 1.0
    y += partial  # HERE
    return np.sum(y)


def suppresses(x):
    with contextlib.suppress(ZeroDivisionError):  # HERE
        return x[0] ** 2
    return x[1]


def times_a_fraction(x):
    return x[0] * third  # HERE


third = fractions.Fraction(1, 3)


def multiplied(a, b):
    return a * b


def recursion_calls_a_partial(x):
    times = functools.partial(multiplied, b=x[0])

    def f(n):
        return times(1.0) if n < 1 else f(n - 1) * times(x[1])

    return f(2)  # HERE


def cache_of_a_name_that_changes(x):
    k = 1.0

    @functools.cache  # HERE
    def scaled(i):
        return x[i] * k

    first = scaled(0)
    k = 5.0
    return first + scaled(0)


def cache_of_what_counts_its_calls(x):
    calls = []

    @functools.cache  # HERE
    def squared(i):
        calls.append(i)
        return x[i] ** 2

    return (squared(0) + squared(0)) * len(calls)


@functools.lru_cache
def multiples(t, n):
    return t * np.arange(1.0, n + 1.0)


def array_of_a_cache_written(x):
    b = multiples(x[0], 3)
    b[0] = x[1]  # HERE
    return np.sum(b)


def cache_that_gives_a_list(x):
    @functools.cache
    def single(i):
        return [x[i]]

    return single(0)[0] * x[1]  # HERE


def text_of_a_function(x):
    f = lambda v: v  # noqa: E731
    return x[0] if str(f).startswith("<function") else x[1]  # HERE


def outer_of_a_ufunc_into(x):
    made = np.zeros((3, 3))
    np.multiply.outer(x, x, out=made)  # HERE
    return np.sum(made * np.arange(3.0))


def copy_in_another_order(x):
    a = np.outer(x, x).copy(order="F")  # HERE
    v = a.ravel()
    v[1] = 0.0
    return np.sum(a * np.arange(3.0))


def indices_of_a_slice(x):
    start, stop, step = slice(0, None, 2).indices(len(x))  # HERE
    return np.sum(x[start:stop:step])


def slice_of_one_path(x):
    s = slice(0, 2) if x[0] > 0.5 else slice(1, 3)
    return np.sum(x[s] ** 2)  # HERE


def open_grid_of_floats(x):
    a, b = np.ix_(x, x**2)  # HERE
    return np.sum(a * b)


def quantile_by_another_method(x):
    return np.quantile(x, 0.4, method="inverted_cdf")  # HERE


def places_of_values(x):
    values, places = np.unique(x, return_inverse=True)  # HERE
    return np.sum(x * values * places)


def counts_of_values(x):
    values, counts = np.unique(x, return_counts=True)  # HERE
    return np.sum(x * values * counts)


def first_places_of_values(x):
    values, index = np.unique(x, return_index=True)  # HERE
    return np.sum(x * values * index)


def loop_over_a_set(x):
    s = 0.0
    for k in {0, 2}:  # HERE
        s += x[k] ** 2
    return s


def list_of_a_set(x):
    return np.sum(x[list({0, 2})] ** 2)  # HERE


def number_from_text(x):
    return float(str(x[0])) * x[1]  # HERE


def number_from_formatted_text(x):
    return np.sum([float(f"{v:.17g}") for v in x])  # HERE


def array_from_text(x):
    return np.sum(np.array([str(v) for v in x], dtype=float))  # HERE


def array_of_text(x):
    return np.sum(x.astype(str).astype(float))  # HERE


def array_of_objects(x):
    return np.asarray(x, dtype=object)[0] * x[1]  # HERE


def array_of_numbers_and_none(x):
    return np.array([x[0], None])[0] * x[1]  # HERE


def text_written_into_an_array(x):
    y = np.zeros(3)
    y[0] = str(x[0])  # HERE
    return y[0] * x[1]


def number_written_into_an_array_of_objects(x):
    y = np.empty(3, dtype=object)
    for i in range(3):
        y[i] = x[i]  # HERE
    return y[0] * x[1]


def array_of_records(x):
    r = np.zeros(2, dtype=[("a", float)])  # HERE
    r["a"] = x[0]
    return r["a"][0] * x[1]


def dtype_of_what_may_be_ints(x, n):
    v = 0
    for i in range(n):
        v = v + x[i]
    a = np.array([v, 1])
    return np.sum(a) * (5 if a.dtype.kind == "i" else 2) * x[1]  # HERE


REFUSALS = [
    Refusal(tuple_that_grows, (np.array([0.7, 1.2, 0.4]),)),
] + [
    Refusal(fun, (np.array([0.7, 1.2, 0.4]),))
    for fun in (
        shape_write,
        attribute_write,
        namespace_made,
        builtin_setattr,
        try_with_two_risks,
        try_everything,
        try_after_a_change,
        numbers_that_may_be_one,
        views_that_may_be_one,
        try_in_loop,
        finally_that_returns,
        catches_floating_point_error,
        reads_what_is_caught,
        with_unknown_context,
        with_context_of_the_user,
        with_errstate_that_raises,
        with_recorded_warnings,
        global_statement,
        generator,
        keeps_generator,
        keeps_map,
        passes_generator,
        sends_to_generator,
        recursive_generator,
        result_of_yield_from,
        set_comprehension,
        generator_used_elsewhere,
        dict_of_unknown_keys,
        star_of_unknown_length,
        coroutine,
        class_definition,
        match_rest_of_mapping,
        match_alternatives_of_other_parts,
        match_positional_parts,
        scipy_function,
        scipy_function_by_name,
        numpy_svd,
        numpy_eigvals,
        numpy_fft,
        numpy_vectorize,
        ufunc_where,
        random_shuffle,
        method_unknown,
        builtin_eval,
        builtin_exec,
        builtin_locals,
        iterates_nditer,
        calls_cached_with_array,
        calls_dispatched,
        sorts_rows,
        set_of_found_values,
        deletes_attribute,
        missing_import,
        in_branch_not_taken,
        in_a_lambda,
        in_a_condition,
        method_without_its_call,
        number_called,
        number_unpacked,
        number_indexed,
        name_in_a_result_of_two_paths,
        differentiated_by_keyword,
        parts_of_unique_values,
        derivative_inside,
        derivative_called_inside,
        asks_a_generator_twice,
        asks_a_local_generator,
        made_by_frompyfunc,
        made_by_vectorize,
        draws_from_a_generator,
        sparse_product,
        sparse_method,
        sparse_made_dense_inside,
        matrix_of_its_own_operators,
        matrix_given_to_numpy,
        masked_array,
        masked_array_from_outside,
        masked_array_added_in_place,
        suppresses,
        times_a_fraction,
        recursion_calls_a_partial,
        cache_of_a_name_that_changes,
        cache_of_what_counts_its_calls,
        array_of_a_cache_written,
        cache_that_gives_a_list,
        text_of_a_function,
        outer_of_a_ufunc_into,
        copy_in_another_order,
        indices_of_a_slice,
        slice_of_one_path,
        open_grid_of_floats,
        quantile_by_another_method,
        places_of_values,
        counts_of_values,
        first_places_of_values,
        loop_over_a_set,
        list_of_a_set,
        number_from_text,
        number_from_formatted_text,
        array_from_text,
        array_of_text,
        array_of_objects,
        array_of_numbers_and_none,
        text_written_into_an_array,
        number_written_into_an_array_of_objects,
        array_of_records,
    )
] + [
    Refusal(try_helper_that_raises, (np.array([0.7, 1.2, 0.4]),), where=checked_half),
    Refusal(helper_of_other_module_writes, (np.array([0.7, 1.2, 0.4]),), where=mutating.remember),
    Refusal(tuple_of_unknown_length, (np.array([0.7, 1.2, 0.4]), 2)),
    Refusal(matrix_on_one_path, (np.array([0.7, 1.2, 0.4]), 2)),
    Refusal(functions_in_a_list_that_grows, (np.array([0.7, 1.2, 0.4]), 3)),
    Refusal(try_of_lengths_that_differ, (np.array([0.7, 1.2, 0.4]), 2)),
    Refusal(try_of_a_step_of_nothing, (np.array([0.7, 1.2, 0.4]), 1)),
    Refusal(try_of_a_slice_in_steps_of_nothing, (np.array([0.7, 1.2, 0.4]), 2)),
    Refusal(text_that_no_number_can_be_read_from, (np.array([0.7, 1.2, 0.4]),)),
    Refusal(format_of_another_kind, (np.array([0.7, 1.2, 0.4]),)),
    *(
        Refusal(f, (np.array([0.7, 1.2, 0.4]), 1))
        for f in (
            mean_of_perhaps_nothing,
            quotient_by_what_may_be_an_int,
            remainder_by_what_may_be_an_int,
            floor_division_of_one_path,
            quotient_of_an_item_of_a_list,
            power_of_what_may_be_an_int,
            dtype_of_what_may_be_ints,
        )
    ),
    Refusal(try_unpacking_in_loop, (np.array([0.7, 1.2, 0.4]), 3)),
    Refusal(try_unpacking_after_a_name, (np.array([0.7, 1.2, 0.4]), 3)),
    Refusal(after_return, (np.array([0.7, 1.2, 0.4]), 3)),
]
