"""The programs of `refused.py`, rewritten as their errors say."""

import functools
import math

import numpy as np

import tangent_ad

from . import refused
from .cure import cures
from .support import mutating

x3 = np.array([0.7, 1.2, 0.4])


# ---------------------------------------------------------------- statements


@cures(refused.tuple_that_grows)
def list_that_grows(x):
    history = [x[0]]
    for i in range(3):
        history.append(np.sin(history[i]))
    return history[1]


@cures(refused.shape_write)
def reshaped(x):
    y = x * 2.0
    y = y.reshape(3, 1)
    return np.sum(y)


class Settings:
    def __init__(self, scale):
        self.scale = scale


settings = Settings(2.0)


@cures(refused.attribute_write, same=False)
def attribute_of_a_plain_class(x):
    settings.scale = x[0]
    return settings.scale * x[1]


@cures(refused.attribute_write, same=False)
def local_variable(x):
    scale = x[0]
    return scale * x[1]


@cures(refused.namespace_made)
def dict_made(x):
    made = {"scale": x[0]}
    return made["scale"] * x[1]


@cures(refused.builtin_setattr, same=False)
def setattr_of_a_plain_class(x):
    setattr(settings, "scale", x[0])  # noqa: B010
    return x[1]


@cures(refused.try_with_two_risks)
def one_risk_a_statement(x):
    a, b = float(x[0]), float(x[1])
    try:
        p = a / b
        q = b / a
        y = p + q
    except ZeroDivisionError:
        y = a
    return y


@cures(refused.try_with_two_risks)
def risks_tested(x):
    a, b = float(x[0]), float(x[1])
    return a if a == 0 or b == 0 else a / b + b / a


@cures(refused.try_everything)
def items_before_the_try(x):
    a, b = x[0], x[1]
    try:
        y = np.sin(a) * b
    except Exception:
        y = x[0]
    return y


@cures(refused.try_everything)
def length_tested(x):
    y = np.sin(x[0]) * x[1] if len(x) > 1 else x[0]
    return y


@cures(refused.try_everything)
def named_exception(x):
    try:
        y = np.sin(x[0]) * x[1]
    except ZeroDivisionError:
        y = x[0]
    return y


@cures(refused.try_after_a_change)
def changed_before_the_try(x):
    given = []

    def noted(v):
        given.append(v)
        return v

    v = noted(float(x[0]))
    try:
        y = v / (len(x) - 3)
    except ZeroDivisionError:
        y = x[1] * len(given)
    return y


@cures(refused.numbers_that_may_be_one, same=False)
def numbers_compared(x):
    return x[0] if x[1] == x[1] else x[2]


@cures(refused.views_that_may_be_one, same=False)
def places_compared(x):
    first, second = 1, 1
    return x[0] if first == second else x[2]


@cures(refused.try_unpacking_in_loop)
def unpacking_tested_in_loop(x, n):
    total = 0.0
    for v in [x[:n], x[:2]]:
        if len(v) != 2:
            return x[0]
        a, b = v
        total = total + a * b
    return total


@cures(refused.try_unpacking_after_a_name)
def unpacking_in_a_statement_of_its_own(x, n):
    a = x[2]
    try:
        a = x[0]
        b, c = x[:n]
    except ValueError:
        return a
    return a * b * c


@cures(refused.try_of_lengths_that_differ)
def lengths_tested(x, n):
    total = 0.0
    if len(x[:n]) == 2:
        for a, b in zip(x[:n], x[:2], strict=True):
            total = total + a * b
    else:
        total = x[0]
    return total


@cures(refused.try_of_a_step_of_nothing)
def step_tested(x, n):
    total = 0.0
    if n == 0:
        total = x[0]
    else:
        for i in range(0, 3, n):
            total = total + x[i]
    return total


@cures(refused.try_of_a_slice_in_steps_of_nothing)
def step_of_a_slice_tested(x, n):
    y = x if n == 0 else x[::n]
    return np.sum(y**2)


@cures(refused.text_that_no_number_can_be_read_from, same=False)
def text_of_a_number(x):
    return x[0] * float("1.5")


@cures(refused.format_of_another_kind, same=False)
def format_of_its_kind(x):
    return x[0] * len("{:s}".format("wide"))


@cures(refused.mean_of_perhaps_nothing)
def mean_where_there_is_something(x, n):
    total = 0
    for i in range(n):
        total += x[i]
    return x[1] if n == 0 else total / n


@cures(refused.quotient_by_what_may_be_an_int)
def divisor_tested(x, n):
    values = [v for v in x if v > n]
    s = sum(values)
    return x[1] if s == 0 else 5.0 / s


@cures(refused.remainder_by_what_may_be_an_int)
def divisor_of_a_remainder_tested(x, n):
    s = 2 * max([x[i] for i in range(n)], default=0)
    r = x[1] if s == 0 else 5.0 % -s
    return r * x[0]


@cures(refused.floor_division_of_one_path)
def divisor_of_one_path_tested(x, n):
    s = 0 if n == 0 else x[0]
    q = 2.0 if s == 0 else 5.0 // s
    return q * x[1]


@cures(refused.quotient_of_an_item_of_a_list)
def count_tested(x, n):
    values = [1]
    for i in range(n):
        values.append(x[i])
    return x[1] if n == 0 else values[n] / n


@cures(refused.dtype_of_what_may_be_ints)
def floats_from_the_start(x, n):
    v = 0.0
    for i in range(n):
        v = v + x[i]
    a = np.array([v, 1.0])
    return np.sum(a) * (5 if a.dtype.kind == "i" else 2) * x[1]


@cures(refused.power_of_what_may_be_an_int)
def base_tested(x, n):
    s = 0 if n == 0 else x[0]
    return x[1] if s == 0 else s**-1


@cures(refused.try_in_loop)
def try_around_the_statement(x):
    values = [float(x[0]), float(x[1])]
    total = 1.0
    for v in values:
        try:
            total = total / v
        except ZeroDivisionError:
            return x[0]
    return total


@cures(refused.try_helper_that_raises)
def tested_before_the_call(x):
    y = x[0] if x[0] > 1.0 else refused.checked_half(x[0])
    return y


@cures(refused.try_helper_that_raises)
def raise_in_the_try_itself(x):
    try:
        if x[0] > 1.0:
            raise ValueError("large")
        y = x[0] * 0.5
    except ValueError:
        y = x[0]
    return y


@cures(refused.finally_that_returns)
def returns_after_the_try(x):
    try:
        y = x[0] * x[1]
    finally:
        pass
    return y


@cures(refused.catches_floating_point_error)
def finite_or_not(x):
    if x[1] != 0.0:
        y = x / x[1]
    else:
        y = x
    return y[0]


@cures(refused.with_unknown_context, (x3, ["1", "2"]), same=False)
def lines_as_an_argument(x, lines):
    return x[0] * len(lines)


@cures(refused.with_context_of_the_user, (x3, 1.0), same=False)
def context_around_the_call(x, scale):
    return x[0] * scale


@cures(refused.with_errstate_that_raises)
def errstate_that_ignores(x):
    with np.errstate(divide="ignore"):
        y = x[0] / x[1]
    return y


@cures(refused.with_recorded_warnings, same=False)
def finite_in_place_of_warnings(x):
    y = x[0] / x[1]
    return y * (0 if np.isfinite(y) else 1) + y


@cures(refused.global_statement, same=False)
def value_of_a_global_returned(x):
    counter = x[0]
    return counter * x[1]


@cures(refused.class_definition)
def class_of_the_module(x):
    return Point.scale * x[0]


class Point:
    scale = 2.0


@cures(refused.deletes_attribute)
def attribute_left_alone(x):
    return x[0]


@cures(refused.deletes_attribute, same=False)
def attribute_set_to_none(x):
    refused.model.slope = None
    return x[0]


@cures(refused.missing_import, same=False)
def existing_import(x):
    from math import sin

    return sin(x[0])


@cures(refused.match_rest_of_mapping)
def match_without_the_rest(x):
    match {"a": x[0], "b": x[1]}:
        case {"a": a}:
            return a


@cures(refused.match_rest_of_mapping)
def mapping_tested(x):
    table = {"a": x[0], "b": x[1]}
    if "a" in table:
        return table["a"] * (len(table) - 1)


@cures(refused.match_alternatives_of_other_parts)
def match_with_a_case_each(x):
    match (x[0], x[1], len(x)):
        case (a, _, 3):
            return a
        case (_, a, 2):
            return a


@cures(refused.match_positional_parts, same=False)
def match_by_attribute(x):
    match refused.model:
        case refused.Model(slope=3.0):
            return x[0]
    return x[1]


# ---------------------------------------------------------------- generators and coroutines


@cures(refused.generator, same=False)
def list_of_the_values(x):
    return [x[0] ** 2]


@cures(refused.generator, same=False)
def sum_of_the_values(x):
    return sum([x[0] ** 2])


@cures(refused.keeps_generator, same=False)
def list_comprehension(x):
    squares = [v * v for v in x]
    return sum(squares) + sum(squares)


@cures(refused.keeps_map, same=False)
def list_of_a_map(x):
    sines = list(map(np.sin, x))
    return sum(sines) + sum(sines)


@cures(refused.passes_generator, same=False)
def generator_used_up_where_made(x):
    return mutating.harmless(sum(v for v in x))


@cures(refused.sends_to_generator)
def yield_as_a_statement(x):
    def echo(y):
        yield y
        yield y

    return sum(echo(x[0]))


@cures(refused.recursive_generator)
def recursion_that_appends(x):
    def walk(y, n, values):
        if n > 0:
            values.append(y)
            walk(y * 2.0, n - 1, values)

    values = []
    walk(x[0], len(x), values)
    return sum(values)


@cures(refused.generator_used_elsewhere, same=False)
def list_used_twice(x):
    def twice(values):
        for _ in range(2):
            for v in values:  # noqa: UP028
                yield v

    return sum(twice([v * v for v in x]))


@cures(refused.coroutine, same=False)
def ordinary_function(x):
    return x[0] ** 2


# ---------------------------------------------------------------- containers


@cures(refused.dict_of_unknown_keys)
def keys_of_a_known_range(x):
    table = {i: x[i] for i in range(3)}
    return table[0]


@cures(refused.dict_of_unknown_keys)
def list_in_place_of_a_dict(x):
    table = [x[i] for i in range(len(x))]
    return table[0]


@cures(refused.star_of_unknown_length, (np.array([0.7, 1.2]),), same=False)
def unpacked_first(x):
    a, b = x
    return np.hypot(a, b)


@cures(refused.set_of_found_values)
def list_of_found_values(x):
    return x[0] if 1.0 in [x[1], x[2]] else x[1]


# ---------------------------------------------------------------- calls


@cures(refused.scipy_function)
def written_with_functions_that_have_rules(x):
    return sum([np.exp(t * t) * math.erfc(t) for t in x])


@cures(refused.numpy_svd)
def reduced_svd(x):
    _, s, _ = np.linalg.svd(np.outer(x, x)[:2], full_matrices=False)
    return s[0]


@cures(refused.numpy_svd)
def singular_values_alone(x):
    return np.linalg.svd(np.outer(x, x)[:2], compute_uv=False)[0]


@cures(refused.numpy_eigvals)
def eigenvalues_of_a_symmetric_matrix(x):
    return np.max(np.linalg.eigh(np.diag(x) + np.outer(x, x)).eigenvalues)


@cures(refused.numpy_fft)
def transform_with_a_rule(x):
    n = 2 * (len(x) - 1)
    return np.sum((n * np.fft.irfft(np.conj(x) + 0j)) ** 2)


@cures(refused.numpy_vectorize)
def called_on_the_array(x):
    f = lambda t: t * t  # noqa: E731
    return np.sum(f(x))


@cures(refused.numpy_vectorize)
def called_on_each_item(x):
    f = lambda t: t * t  # noqa: E731
    return np.sum(np.array([f(t) for t in x]))


@cures(refused.ufunc_where)
def where_with_out(x):
    return np.sum(np.sqrt(x, where=x > 0.0, out=np.zeros_like(x)))


@cures(refused.ufunc_where)
def chosen_by_where(x):
    m = x > 0.0
    return np.sum(np.where(m, np.sqrt(np.where(m, x, 1.0)), 0.0))


@cures(refused.random_shuffle, (x3, np.array([2, 0, 1])), same=False)
def order_as_an_argument(x, order):
    y = x * 1.0
    y = y[order]
    return y[0]


@cures(refused.builtin_eval)
def expression_itself(x):
    return x[0] ** 2


@cures(refused.builtin_exec, same=False)
def statement_itself(x):
    x[0] = 2.0
    return x[0]


@cures(refused.builtin_locals)
def variable_by_name(x):
    y = x[0] ** 2
    return y * y


@cures(refused.iterates_nditer)
def loops_over_flat(x):
    total = 0.0
    for value in x.flat:
        total = total + value
    return total


@cures(refused.calls_cached_with_array, same=False)
def calls_what_the_cache_wraps(x):
    return refused.cached_sum.__wrapped__(x)


def square(t):
    return t * t


@cures(refused.calls_dispatched)
def called_by_name(x):
    return square(x[0])


impl = refused.dispatched.dispatch(float)


@cures(refused.calls_dispatched)
def called_as_dispatched(x):
    return impl(x[0])


@cures(refused.calls_dispatched)
def tested_by_type(x):
    return x[0] * x[0] if isinstance(x[0], float) else square(x[0])


@cures(refused.sorts_rows, same=False)
def rows_ordered_by_a_column(x):
    a = np.outer(x, x)
    return a[np.argsort(a[:, 0])][0][0]


@cures(refused.in_branch_not_taken)
def first_that_is_not_zero_in_a_branch(x):
    if len(x) > 100:
        return x[np.nonzero(x)[0][0]]
    return x[0] ** 2


@cures(refused.in_a_condition)
def first_that_is_not_zero_in_a_condition(x):
    if x[0] * x[1] < 0.0 or x[np.nonzero(x)[0][0]] > 0.0:
        return x[0]
    return x[1]


@cures(refused.after_return)
def cut_after_a_return(x, n):
    while True:
        if n < 10:
            return x[0] ** 2
        places = np.nonzero(x)[0]
        x = x[places[0] : places[-1] + 1]


@cures(refused.helper_of_other_module_writes, same=False)
def helper_that_writes_into_a_copy(x):
    mine = mutating.table.copy()
    mine[0] = x[0] * 2.0 / mutating.harmless(x[0])
    return np.sum(x * 2.0)


@cures(refused.method_without_its_call, same=False)
def method_called(x):
    return x.sum() * 2.0


@cures(refused.number_called, same=False)
def number_without_the_call(x):
    return x[0]


@cures(refused.number_unpacked, same=False)
def array_unpacked(x):
    a, b = x[:2]
    return a * b


@cures(refused.number_indexed, same=False)
def array_indexed(x):
    return x[1]


@cures(refused.name_in_a_result_of_two_paths)
def result_taken_apart_on_both_paths(x):
    if x[0] > 0.5:
        _, logdet = np.linalg.slogdet(np.diag(x))
    else:
        _, logdet = np.linalg.slogdet(np.diag(2.0 * x))
    return logdet


@cures(refused.differentiated_by_keyword)
def polynomial_that_has_a_rule(x):
    nodes, _ = np.polynomial.legendre.leggauss(3)
    return np.sum(np.polyval(x[::-1], nodes))


@cures(refused.parts_of_unique_values)
def unique_values_and_counts(x):
    values = np.unique(x)
    return np.sum(values) if len(values) == len(x) else 0.0


@cures(refused.functions_in_a_list_that_grows)
def functions_in_a_tuple(x, n):
    i = 0
    return (np.cos, np.sin)[i % 2](x[0])


@cures(refused.asks_a_generator_twice, same=False)
@cures(refused.asks_a_local_generator, same=False)
def list_in_place_of_a_generator(x):
    squares = [v * v for v in x]
    return squares[0] * squares[1]


@cures(refused.made_by_frompyfunc)
def plain_function_on_the_array(x):
    return np.sum((lambda t: t * t)(x))


@cures(refused.made_by_vectorize)
def plain_function_on_each_item(x):
    return np.sum(np.array([(lambda t: t**3)(t) for t in x]))


@cures(refused.draws_from_a_generator, args=(x3, np.array([0.3, -0.8, 0.1])), same=False)
def drawn_before(x, drawn):
    return np.sum(x * drawn)


dense = refused.identity.toarray()


@cures(refused.sparse_product)
@cures(refused.sparse_method)
@cures(refused.sparse_made_dense_inside)
def plain_matrix(x):
    return np.sum(dense @ x)


plain = np.asarray(refused.weights)


@cures(refused.matrix_of_its_own_operators)
def plain_matrix_with_its_operator(x):
    return np.sum(plain @ np.outer(x, x))


@cures(refused.matrix_given_to_numpy)
def plain_matrix_given_to_numpy(x):
    return np.sum(np.multiply(plain, np.outer(x, x)))


@cures(refused.matrix_on_one_path)
def plain_matrix_on_one_path(x, n):
    return np.sum((plain if n > 1 else np.eye(3)) @ np.outer(x, x))


mask = np.array([False, True, False])


@cures(refused.masked_array)
def chosen_by_a_mask(x):
    return x[~mask].sum()


@cures(refused.masked_array)
def zero_where_masked(x):
    return np.where(mask, 0.0, x).sum()


values, left_out = refused.partial.data, np.ma.getmaskarray(refused.partial)


@cures(refused.masked_array_from_outside)
@cures(refused.masked_array_added_in_place, same=False)  # there Python keeps what the mask leaves out
def taken_apart(x):
    return np.sum(np.where(left_out, 0.0, values) * x)


@cures(refused.masked_array_from_outside)
def items_that_are_not_masked(x):
    return np.sum(values[~left_out] * x[~left_out])


@cures(refused.suppresses)
def try_in_place_of_suppress(x):
    try:
        return x[0] ** 2
    except ZeroDivisionError:
        pass
    return x[1]


third = float(refused.third)


@cures(refused.times_a_fraction)
def times_a_float(x):
    return x[0] * third


@cures(refused.recursion_calls_a_partial)
def recursion_makes_a_partial(x):
    def f(n, first):
        times = functools.partial(refused.multiplied, b=first)
        return times(1.0) if n < 1 else f(n - 1, first) * times(x[1])

    return f(2, x[0])


@cures(refused.cache_of_a_name_that_changes, same=False)
def name_without_a_cache(x):
    k = 1.0

    def scaled(i):
        return x[i] * k

    first = scaled(0)
    k = 5.0
    return first + scaled(0)


@cures(refused.cache_of_what_counts_its_calls, same=False)
def counted_without_a_cache(x):
    calls = []

    def squared(i):
        calls.append(i)
        return x[i] ** 2

    return (squared(0) + squared(0)) * len(calls)


@cures(refused.array_of_a_cache_written)
def copy_of_an_array_of_a_cache_written(x):
    b = refused.multiples(x[0], 3).copy()
    b[0] = x[1]
    return np.sum(b)


@cures(refused.cache_that_gives_a_list)
def cache_that_gives_a_number(x):
    @functools.cache
    def single(i):
        return x[i]

    return single(0) * x[1]


@cures(refused.text_of_a_function)
def text_written_out(x):
    return x[0] if "<function".startswith("<function") else x[1]


@cures(refused.outer_of_a_ufunc_into)
def outer_of_a_ufunc_written(x):
    made = np.multiply.outer(x, x)
    return np.sum(made * np.arange(3.0))


@cures(refused.copy_in_another_order)
def copy_in_c_order(x):
    a = np.outer(x, x).copy()
    v = a.ravel().copy()
    v[1] = 0.0
    return np.sum(a * np.arange(3.0))


@cures(refused.indices_of_a_slice)
def slice_itself(x):
    return np.sum(x[slice(0, None, 2)])


@cures(refused.slice_of_one_path)
def bounds_of_one_path(x):
    start = 0 if x[0] > 0.5 else 1
    return np.sum(x[start : start + 2] ** 2)


@cures(refused.open_grid_of_floats)
def grid_by_new_axes(x):
    return np.sum(x[:, None] * (x**2)[None, :])


@cures(refused.quantile_by_another_method)
def item_at_a_quantile(x):
    return np.sort(x, axis=None)[int(np.ceil(x.size * 0.4)) - 1]


@cures(refused.places_of_values)
def places_among_sorted_values(x):
    values = np.unique(x)
    places = np.searchsorted(values, x)
    return np.sum(x * values * places)


@cures(refused.counts_of_values)
def counts_among_sorted_values(x):
    values = np.unique(x)
    counts = np.bincount(np.searchsorted(values, np.ravel(x)))
    return np.sum(x * values * counts)


@cures(refused.first_places_of_values)
def first_places_of_sorted_values(x):
    values = np.unique(x)
    index = np.array([np.argmax(np.ravel(x) == v) for v in values])
    return np.sum(x * values * index)


@cures(refused.loop_over_a_set)
def loop_over_a_sorted_set(x):
    s = 0.0
    for k in sorted({0, 2}):
        s += x[k] ** 2
    return s


@cures(refused.list_of_a_set)
def sorted_set(x):
    return np.sum(x[sorted({0, 2})] ** 2)


@cures(refused.number_from_text)
@cures(refused.text_written_into_an_array)
def number_itself(x):
    y = np.zeros(3)
    y[0] = float(x[0])
    return y[0] * x[1]


@cures(refused.number_from_formatted_text)
@cures(refused.array_from_text)
def numbers_themselves(x):
    return np.sum(np.array([v for v in x], dtype=float))


@cures(refused.array_of_text)
def text_left_out(x):
    return np.sum(x.astype(float))


@cures(refused.array_of_objects)
@cures(refused.array_of_numbers_and_none)
def array_of_floats(x):
    return np.array([x[0], np.nan], dtype=float)[0] * x[1]


@cures(refused.number_written_into_an_array_of_objects)
def list_of_numbers(x):
    y = []
    for i in range(3):
        y.append(x[i])
    return y[0] * x[1]


@cures(refused.array_of_records)
def array_for_each_field(x):
    a = np.zeros(2)
    a[:] = x[0]
    return a[0] * x[1]


cubes_grad = tangent_ad.compile(lambda t: np.sum(t**3), np.ones(3))


@cures(refused.derivative_inside)
@cures(refused.derivative_called_inside)
def derivative_made_before(x):
    return np.sum(cubes_grad(x) ** 2)


@cures(refused.result_of_yield_from)
def items_in_a_list(x):
    def inner():
        return [x[0], x[1]]

    return sum(inner())


@cures(refused.result_of_yield_from)
def both_returned(x):
    def inner():
        values = [x[0]]
        return values, x[1]

    def outer():
        values, last = inner()
        yield from values
        yield last

    return sum(outer())


@cures(refused.set_comprehension)
def list_in_place_of_a_set_comprehension(x):
    return sum([v**2 for v in x])


@cures(refused.tuple_of_unknown_length)
def list_in_place_of_a_tuple(x, n):
    squares = list(v**2 for v in x[:n])
    return squares[0]


WITHOUT = {
    refused.scipy_function_by_name: "needs a rule of its own, as docs/adding_a_rule.md shows",
    refused.in_a_lambda: "the same",
    refused.method_unknown: "a change of bytes has no derivative",
}


@cures(refused.reads_what_is_caught)
def prints_a_text_of_its_own(x):
    try:
        y = float(x[0]) / (len(x) - 3)
    except ZeroDivisionError:
        print("no items are left")
        y = x[1]
    return y
