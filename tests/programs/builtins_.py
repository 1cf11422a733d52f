"""Python's built-in functions, `operator`, `functools` and `math` on values that carry derivatives."""

# ruff: noqa: B905, RUF007, RUF015, UP031, UP032 (users write plain zip, indices and formats)

import dataclasses
import enum
import functools
import itertools
import math
import operator
from functools import partial

import numpy as np

from . import Program

rng = np.random.default_rng(23)
xs = np.array([0.3, 0.9, 1.2, 1.4])
shuffled = np.array([0.9, 0.3, 1.4, 1.2])


def sorted_values(x):
    up, down = sorted(x), sorted([x[0], x[1], x[2] * 0.5], reverse=True)
    return up[0] * up[1] ** 2 * up[3] + down[0] * down[2]


def sorted_by_key(x):
    pairs = [(x[0], 1.0), (x[1], x[2]), (x[3] * x[0], 0.5)]
    ordered = sorted(pairs, key=lambda pair: pair[0] * pair[1])
    total = 0.0
    for i, (a, b) in enumerate(ordered):
        total += a * b ** (i + 1)
    return total


def sorted_passive(x):
    total = 0.0
    for name in sorted({"b": 1.0, "a": 2.0}):
        total = total * 2.0 + {"a": x[0], "b": x[1]}[name]
    for i in sorted(range(3), key=lambda i: -i):
        total = total * x[i]
    for i in sorted({3, 0}):
        total = total + x[i] * i
    return total


def median(x):
    ordered = sorted(x)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else 0.5 * (ordered[n // 2 - 1] + ordered[n // 2])


def extrema_of_lists(x):
    squares = [v * v for v in x]
    return max(x) * min(squares) + max(squares[1:]) + max(x[0], x[1], x[2]) * min(x[0], 2.0)


def extrema_by_key(x):
    nearest = min(x, key=lambda v: abs(v - 1.0))
    best = max([(x[0], x[1]), (x[2], x[3])], key=lambda pair: pair[0] * pair[1])
    return nearest**2 * best[0] + max(x[0], x[1], key=operator.neg)


def extrema_with_default(x, n):
    chosen = [v for v in x if v > n]
    return max(chosen, default=x[0]) * min([], default=x[1])


def sums(x):
    rows = [x, x * x]
    return sum(x) * sum([x[0], x[1]], 1.0) + np.sum(sum(rows)) + sum(rows[1], start=x[0])


def numbers(x):
    quotient, rest = divmod(x[0], 0.7)
    return quotient * x[1] + rest * abs(-x[2]) + pow(x[3], 2) + round(x[0], 1) * x[1] + float(x[2])


def iterators(x):
    total = 0.0
    for i, v in enumerate(x, start=2):
        total += v * i
    for i in range(3, 0, -1):
        total += x[i] * i
    for v in reversed([x[0], x[1]]):
        total = total * v
    for a, b in zip(x, x[1:], strict=False):
        total += a * b
    return total


def conversions(x):
    values, pair, pairs = list(x), tuple([x[0], x[1]]), list(zip(x, x[::-1]))
    return values[1] * pair[0] + pairs[0][1] * list(enumerate(x))[1][1] + list(range(4))[3] * list(reversed(x))[0]


def reductions(x):
    product = functools.reduce(lambda a, b: a * b, x)
    total = functools.reduce(operator.add, x, 1.0)
    return product * total + functools.reduce(max, [x[0], x[1], x[2]])


def operators_by_name(x):
    first = operator.itemgetter(1)
    both = operator.itemgetter(0, 2)(x)
    total = operator.mul(x[0], x[1]) + operator.neg(x[2]) + operator.pow(x[0], 2) + operator.getitem(x, 1)
    return operator.truediv(total, first(x)) * operator.sub(both[1], both[0])


def partials(x):
    scaled = functools.partial(operator.mul, x[0])
    power = functools.partial(math.pow, 2.0)
    squashed = functools.partial(squash, scale=x[1])
    return scaled(x[1]) + power(x[2]) + squashed(x[3]) + squashed(x[3], scale=2.0) + halved(x[0])


def squash(t, scale=1.0):
    return math.tanh(scale * t)


halved = functools.partial(squash, scale=0.5)


def partial_of_module(x):
    return np.sum(halved(x[0]) * functools.partial(np.sum, axis=0)(np.outer(x, x)))


def math_of_lists(x):
    apart = math.dist([x[0], x[1]], [x[2], x[3]]) + math.dist(x, x[::-1])
    return math.prod([x[0], x[1], x[2]]) * apart + math.prod(x, start=2.0)


def membership(x, n):
    if n in (1, 2, 3) and n not in [2] and n in {1, 5}:
        return x[0] * x[1]
    if n in {"a": 1} or (n, 1) < (2, 0):
        return x[1] * x[2]
    return x[2] * x[3]


def text(x):
    label = "%s %d" % ("a", 3) + "{:.2f} {}".format(x[0], 3) + f"{x[1]:.{2}f}" + ", ".join(["a", "%.3f" % x[2]])
    assert isinstance(label, str)
    return x[0] * x[1]


def one_value_shown_twice(x):
    table = {f"w{i}": x[i] for i in range(2)} | {f"b{i}": x[i] ** 2 for i in range(2)}
    y = 1.0
    for i in range(2):
        y = y * table[f"w{i}"] + table[f"b{i}"]
        assert f"{y:.3f} {i} {i}" != f"{i} {y:.3f}"
    return y


def unpacked(x):
    a, *rest = x
    *most, last = [x[0], x[1], x[2]]
    (p, *q), r = (x[0], x[1]), x[2]
    return a * rest[0] + most[0] * last + p * q[0] * r


def displays(x):
    rows = [[x[0], x[1]], [x[2], x[3]]]
    joined = [*rows[0], x[1], *x]
    pair = (*rows[1], 2.0)
    columns = [a * b for a, b in zip(*rows)]
    return sum(joined[2:]) * pair[0] * pair[2] + columns[0] * columns[1]


def dicts(x):
    d = {"a": x[0], "b": x[1]}
    e = {**d, "b": x[2], "c": x[3]}
    merged = d | {"a": x[3] * x[2]}
    made = dict(d, a=x[3])["a"] * dict([("q", x[1])])["q"] * dict(zip(("u", "v"), (x[0], x[2])))["v"]
    return e["a"] * e["b"] * e["c"] + made + merged["a"] * merged["b"]


def zip_of_columns(rows):
    xs_, ys = zip(*rows)
    return sum(x * y for x, y in zip(xs_, ys)) * xs_[0]


@dataclasses.dataclass
class Candidate:
    place: int
    value: float


def largest_of_pairs(x):
    """Tuples are compared item by item; with a key the chosen one keeps its parts, whole numbers among them."""
    place, value = max(enumerate(x), key=lambda pair: pair[1])
    low = min(zip(range(len(x)), x, 2.0 * x), key=lambda t: t[2])[1]
    entry = max([{"i": i, "v": v} for i, v in enumerate(x)], key=lambda d: d["v"])["v"]
    best = min([Candidate(i, v * v) for i, v in enumerate(x)], key=lambda c: c.value)
    total = value * low + entry * best.value * (place + best.place + 1)
    total += max((x[0], 1.0), (x[1], 2.0))[0] * min([(x[0], x[1]), (x[1], x[0]), (9.5, x[0])])[1]
    return total + max([(v, 1.0) for v in x])[0] ** 2 + min((v * 2.0, 1) for v in x)[0] ** 2


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Gain(float, enum.Enum):
    SMALL = 0.5


def members_of_enums(x):
    y = x**Level.HIGH
    y *= Level.HIGH
    y[Level.LOW] += x[0] * Gain.SMALL
    return np.sum(y) / -Level.HIGH + max(Level.LOW, 2) * x[0] + x[Level.HIGH] * float(Level.LOW)


def dict_of_keys(x):
    d, e = dict.fromkeys(("a", "b"), 0.0), dict.fromkeys("ab", x * 2.0)
    d["a"] += x[0] ** 2
    d["b"] = x[1] * x[2]
    e["a"][0] = x[3] ** 2  # both keys have the one array
    return d["a"] * d["b"] + np.sum(e["b"] ** 2)


def zip_with_pairs(x):
    total = 0.0
    for v, (i, j) in zip(x, itertools.combinations(range(4), 2)):
        total = total + v * x[i] * x[j]
    for (i, j), v in zip(itertools.product(range(2), range(3)), x):
        total = total + v * x[i] * x[j] ** 2
    return total


def power_by_keywords(x):
    return pow(x[0], exp=3) + pow(base=x[1], exp=2) * partial(pow, exp=2)(x[0])



def rows_written_in_pairs(x):
    """What is in the items may change: they are the same items."""
    rows = np.outer(x, x)
    bodies = [{"p": x * v, "v": 0.1 * x} for v in x]
    s = 0.0
    for a, b in itertools.combinations(rows, 2):
        rows[0] = a * 0.2
        b += 0.1 * a
        s = s + np.sum(a * b)
    for a, b in itertools.combinations(bodies, 2):
        a["v"] = a["v"] - 0.1 * (a["p"] - b["p"])
        b["v"] += 0.2 * (a["p"] - b["p"])
    return s + sum([np.sum(body["v"] ** 3) for body in bodies])


def read_while_it_changes(x):
    """pairwise reads each number once, zip both when their turn comes."""
    y, s = x * 1.0, 0.0
    for a, b in zip(y, y[1:].copy()):
        y[2] = a * b
        s = s + a * b * b
    for a, b in itertools.pairwise(y):
        y[0] = a * 0.2
        y[2] += 0.1 * b
        s = s + a * b * b
    return s


PROGRAMS = [
    Program(sorted_values, (shuffled,)),
    Program(sorted_by_key, (shuffled,)),
    Program(sorted_passive, (shuffled,)),
    Program(median, (shuffled,), name="median_even"),
    Program(median, (shuffled[:3],), name="median_odd"),
    Program(extrema_of_lists, (shuffled,)),
    Program(extrema_by_key, (shuffled,)),
    Program(extrema_with_default, (shuffled, 1.0), name="extrema_with_default_some"),
    Program(extrema_with_default, (shuffled, 2.0), name="extrema_with_default_none"),
    Program(sums, (xs,)),
    Program(one_value_shown_twice, (xs,)),
    Program(numbers, (xs,)),
    Program(iterators, (xs,)),
    Program(conversions, (xs,)),
    Program(reductions, (xs,)),
    Program(operators_by_name, (xs,)),
    Program(partials, (xs,)),
    Program(partial_of_module, (xs,)),
    Program(math_of_lists, (xs,)),
    Program(membership, (xs, 1), name="membership_first"),
    Program(membership, (xs, 2), name="membership_last"),
    Program(membership, (xs, 0), name="membership_second"),
    Program(text, (xs,)),
    Program(unpacked, (xs,)),
    Program(displays, (xs,)),
    Program(dicts, (xs,)),
    Program(zip_of_columns, ([(0.3, 0.7), (1.2, 0.4), (0.5, 0.9)],)),
    Program(largest_of_pairs, (xs,)),
    Program(members_of_enums, (xs,)),
    Program(dict_of_keys, (xs,)),
    Program(zip_with_pairs, (xs,)),
    Program(power_by_keywords, (xs,)),
    Program(rows_written_in_pairs, (xs,)),
    Program(read_while_it_changes, (xs,)),
]
