"""Comprehensions, generator expressions and functions, map, filter and itertools."""

# ruff: noqa: B905 (users write plain zip, loops and lists)

import itertools
import math
import operator
from itertools import product

import numpy as np

from . import Program

rng = np.random.default_rng(22)
xs = np.array([0.3, 0.9, 1.2, 1.4])


# ---------------------------------------------------------------- comprehensions


def dict_comprehension(parameters):
    squares = {name: value * value for name, value in parameters.items()}
    halves = {name: 0.5 * v for name, v in squares.items() if name != "bias"}
    return sum(halves.values()) + squares["bias"]


def dict_comprehension_over_known_range(x):
    table = {i: x[i] ** i for i in range(3)}
    return table[1] * table[2] + table[0]


def dict_comprehension_over_zip(x):
    table = {key: value * 2.0 for key, value in zip(("a", "b"), (x[0], x[1]))}
    return table["a"] * table["b"]


def gradient_step(parameters, gradients):
    return {k: parameters[k] - 0.1 * gradients[k] for k in parameters}


def nested_comprehension_with_conditions(x):
    terms = [a * b for i, a in enumerate(x) if i % 2 == 0 for b in x[:i] if b > 0.5]
    return sum(terms)


def walrus_in_comprehension(x):
    squares = [y := v * v for v in x]
    return squares[0] * y


def walrus_in_condition_of_comprehension(x):
    last = 0.0
    kept = [last for v in x if (last := math.sin(v)) > 0.5]
    return sum(kept) * last


def comprehension_does_not_leak(x):
    v = x[0]
    values = [v * v for v in x]
    return values[1] * v


def comprehension_shadows_its_source(x):
    x = [x * x for x in x]
    return x[0] * x[1]


def lambdas_of_a_comprehension(x):
    """They all see the last value of the comprehension's variable, and not ours of the same name."""
    k = 5.0
    functions = [lambda t: t * k for k in (2.0, 3.0)]  # noqa: B023
    return functions[0](x) * functions[1](x) * k


def comprehension_over_functions(x):
    return sum([f(x) for f in (math.sin, math.cos, math.exp)])


def star_of_comprehension(pair):
    return max(*[v * v for v in pair]) + min(*(v * 2.0 for v in pair))


# ---------------------------------------------------------------- generator expressions


def sum_of_generator(x):
    return sum(v * v for v in x if v > 0.5)


def sum_with_start(x):
    return sum((v * v for v in x), x[0])


def any_and_all(x):
    if any(v > 1.0 for v in x) and all(v * w > 0.0 for v in x for w in x):
        return x[0] * x[1]
    return x[1]


def any_stops_in_time(x, n):
    """Beyond the first hit the index would be out of range."""
    if any(x[i] > 1.0 for i in range(n)):
        return x[0] * x[1]
    return x[1]


def for_over_generator_is_lazy(x):
    """The generator reads `a` when its next value is asked for."""
    a, total = 1.0, 0.0
    for v in (a * w for w in x):
        total += v
        a = a + v
    return total


def break_out_of_generator(x):
    total = 0.0
    for v in (a * b for a in x for b in x):
        if v > 1.2:
            break
        total += v
    else:
        total = -total
    return total


def return_out_of_generator(x):
    for v in (a * b for a in x for b in x):
        if v > 0.5:
            return v * x[0]
    return x[1]


def generators_to_containers(x):
    values, pairs = list(v * v for v in x), tuple(v * 2.0 for v in (x[0], 1.5))
    table = dict((name, x[0] * k) for k, name in enumerate(("a", "b")))
    return values[0] * pairs[1] + table["b"] * pairs[0]


# ---------------------------------------------------------------- generator functions


def halves(x, n):
    for _ in range(n):
        x = x / 2.0
        yield x


def uses_generator(x, n):
    total = 0.0
    for h in halves(x, n):
        if h < 0.1:
            break
        total = total + h * h
    return total


def nested_generators(x, n):
    total = 0.0
    for h in halves(x, n):
        if h < 0.4:
            continue
        for k in halves(h, 2):
            if k < 0.05:
                return total * x
            total = total + h * k
    else:
        total = total * 2.0
    return total


def twice_each(x):
    for v in x:
        with np.errstate(all="ignore"):
            if v > 1.3:
                return
            yield v
            yield v * v


def breaks_of_nested_consumers(x):
    """Each break leaves its own loop, over the same generator."""
    total = 0.0
    for i, v in enumerate(twice_each(x)):
        for w in twice_each(x):
            if w > v:
                break
            total += w * v
        else:
            total = total * 2.0
        if i == 3:
            continue
        if i == 5:
            break
        total += i * v
    return total


def breaks_around_any(x, options):
    total = 0.0
    for v in x:
        if any(w > 2.0 * v for w in x[:2]):
            continue
        if all(v > w for w in options.values()):
            break
        for w in options.values():
            if w > v:
                break
            total += w
        total += v * v
    return total


def newton_steps(f, slope, x):
    """Ends when it has converged; yields in two places."""
    yield x
    while True:
        step = f(x) / slope(x)
        if abs(step) < 1e-10:
            return
        x = x - step
        yield x


def newton(c):
    for x in newton_steps(lambda t: t * t - c, lambda t: 2.0 * t, 1.0):  # noqa: B007
        pass
    return x


def flattened(rows):
    for row in rows:
        yield from row


def delegating_generator(x):
    total = 0.0
    for i, v in enumerate(flattened([x, x[::-1]])):
        total += v ** (i + 1)
    return total


def local_generator(x, n):
    scale = x * 0.5

    def steps():
        for i in range(n):
            yield scale * i

    total = 0.0
    for s in steps():
        total += s * s
        scale = scale + 0.1
    return total


def large(values, limit):
    for value in values:
        if value > limit:
            yield value


def pipeline(x):
    return sum(v * v for v in large((w * 1.5 for w in x), 0.6))


# ---------------------------------------------------------------- map, filter, itertools


def map_and_filter(x):
    big = list(filter(lambda t: t > 0.5, x))
    return sum(map(math.sin, big)) + sum(map(lambda a, b: a * b, x, x[::-1]))


def map_in_for(x):
    total = 0.0
    for s in map(operator.neg, x):
        total = total * 0.5 + s * s
    return total


def star_of_map(pair):
    a, b = map(math.sin, pair)
    return math.hypot(*map(math.exp, pair)) * a * b


def squares_of(x):
    for v in x:
        yield v * v


def shifted_squares(x):
    for v in squares_of(x):
        yield v + 1.0


def delegated(x):
    yield from shifted_squares(x)


def generators_of_the_module(x):
    return sum(shifted_squares(x)) * max(delegated(x)) * list(delegated(x))[1]


def places_of_an_array(x):
    a = np.zeros((2, 3))
    for i, j in np.ndindex(a.shape):
        a[i, j] = x[i] * x[j] ** 2
    total = sum(x[k] for (k,) in np.ndindex(2))
    for (i, j), v in np.ndenumerate(a):
        total += v * (i + 2 * j)
    return total


def product_of_four(x):
    return sum(a * b * c * d for a, b, c, d in itertools.product(x[:2], x[:2], x, x[1:3]))


def product_of_ranges(x):
    total = 0.0
    for i, j in product(range(4), range(3)):
        if j == 2:
            continue
        if i == 3:
            break
        total += x[i] ** j * x[i + j]
    return total


def product_repeated(x):
    return sum(a * b * c for a, b, c in itertools.product(x[:2], repeat=3))


def accumulated(x):
    return sum(itertools.accumulate(x, operator.mul)) + sum(itertools.accumulate(x, initial=1.0))


def pairwise_differences(x):
    return sum((b - a) ** 2 for a, b in itertools.pairwise(x))


def chained(x, y):
    total = 0.0
    for v in itertools.chain(x, y, (1.0, x[0])):
        total = total * 0.7 + v
    return total


def combined(x):
    return sum(a * b for a, b in itertools.combinations(x, 2)) + sum(
        a * b * c for a, b, c in itertools.combinations(x, 3)
    )


def sliced_and_repeated(x):
    total = sum(itertools.islice(x, 2)) * sum(v * v for v in itertools.islice(x, 1, None, 2))
    for v in itertools.repeat(x[0], 3):
        total = total * v
    return total


def take_and_drop(x):
    return sum(itertools.takewhile(lambda t: t < 1.0, x)) * sum(itertools.dropwhile(lambda t: t < 1.0, x))


def starmapped(x):
    return sum(itertools.starmap(math.pow, [(x[0], 2.0), (x[1], x[2])]))


def names_rebound_between_turns(x):
    """The generator reads a name as it is at each of its turns, which the function that uses it up rebinds."""
    k, table = 2.0, x * 1.0

    def scaled():
        for i in range(3):
            yield k * table[i]

    def used_up():
        nonlocal k, table
        total = 0.0
        for v in scaled():
            total += v * k
            k, table = k * x[3], table + v
        return total

    return used_up() * k + np.sum(table)


PROGRAMS = [
    Program(names_rebound_between_turns, (xs,)),
    Program(dict_comprehension, ({"w": 0.7, "v": 0.4, "bias": 1.2},)),
    Program(dict_comprehension_over_known_range, (xs,)),
    Program(dict_comprehension_over_zip, (xs,)),
    Program(gradient_step, ({"a": 0.5, "b": xs}, {"a": 1.5, "b": xs**2}), (0, 1)),
    Program(nested_comprehension_with_conditions, (xs,)),
    Program(walrus_in_comprehension, (xs,)),
    Program(walrus_in_condition_of_comprehension, (xs,)),
    Program(comprehension_does_not_leak, (xs,)),
    Program(comprehension_shadows_its_source, (xs,)),
    Program(lambdas_of_a_comprehension, (0.7,)),
    Program(comprehension_over_functions, (0.7,)),
    Program(star_of_comprehension, ((0.7, 1.3),)),
    Program(sum_of_generator, (xs,)),
    Program(sum_with_start, (xs,)),
    Program(any_and_all, (xs,), name="any_and_all_true"),
    Program(any_and_all, (-xs,), name="any_and_all_false"),
    Program(any_stops_in_time, (xs, 10)),
    Program(for_over_generator_is_lazy, (xs,)),
    Program(break_out_of_generator, (xs,), name="break_out_of_generator_early"),
    Program(break_out_of_generator, (xs[:2],), name="break_out_of_generator_never"),
    Program(return_out_of_generator, (xs,)),
    Program(generators_to_containers, (xs,)),
    Program(uses_generator, (1.0, 6)),
    Program(nested_generators, (1.0, 6), name="nested_generators_to_the_end"),
    Program(nested_generators, (0.9, 0), name="nested_generators_nothing"),
    Program(nested_generators, (0.85, 3), name="nested_generators_left"),
    Program(breaks_of_nested_consumers, (xs,)),
    Program(breaks_around_any, (xs, {"a": 0.5, "b": 1.3})),
    Program(newton, (2.0,)),
    Program(delegating_generator, (xs,)),
    Program(local_generator, (0.7, 4)),
    Program(pipeline, (xs,)),
    Program(map_and_filter, (xs,)),
    Program(map_in_for, (xs,)),
    Program(star_of_map, ((0.7, 0.4),)),
    Program(product_of_ranges, (rng.normal(size=5) ** 2,)),
    Program(product_repeated, (xs,)),
    Program(product_of_four, (xs,)),
    Program(places_of_an_array, (xs[:3],)),
    Program(generators_of_the_module, (xs,)),
    Program(accumulated, (xs,)),
    Program(pairwise_differences, (xs,)),
    Program(chained, (xs, xs**2), (0, 1)),
    Program(combined, (xs,)),
    Program(sliced_and_repeated, (xs,)),
    Program(take_and_drop, (xs,)),
    Program(starmapped, (xs,)),
]
