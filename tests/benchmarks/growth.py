"""How the gradients of loops that do little work a turn grow with the number of turns.

    python -m tests.benchmarks.growth

Each program reads and writes one element (or one row of fixed length) a turn. Its gradient should do no more: twice
the turns take twice the time. A whole array copied in each turn would show as a factor of four.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from tangent_ad import value_and_grad

SIZES = (12_500, 25_000, 50_000, 100_000)
REPEATS = 3


def recurrence(x):
    for i in range(1, len(x)):
        x[i] = x[i] + 0.5 * np.sin(x[i - 1])
    return np.sum(x**2)


def prefix_sum(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return np.sum(x**2) / len(x)


def filled(x):
    y = np.empty_like(x)
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = x[i] * y[i - 1] + x[i]
    return np.sum(y)


def appended(x):
    items = [x[0]]
    for i in range(1, len(x)):
        items.append(0.5 * items[-1] * x[i] + x[i])
    total = 0.0
    for item in items:
        total += item**2
    return total


def buckets(x):
    counts = np.zeros(len(x))
    for i in range(len(x)):
        counts[(7 * i) % len(x)] += x[i] ** 2
    return np.sum(counts**2)


def row_recurrence(x):
    rows = np.ones((len(x), 4))
    for i in range(1, len(rows)):
        rows[i] = rows[i] * np.tanh(rows[i - 1] * x[i]) + x[i]
    return np.sum(rows**2)


def column_recurrence(x):
    table = x.reshape(4, -1)
    out = np.zeros_like(table)
    for j in range(1, table.shape[1]):
        out[:, j] = table[:, j] * out[:, j - 1] + table[:, j]
    return np.sum(out**2)


PROGRAMS = (recurrence, prefix_sum, filled, appended, buckets, row_recurrence, column_recurrence)


def seconds(gradient, x):
    """The best of a few calls."""
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        gradient(x)
        found.append(perf_counter() - start)
    return min(found)


def check_gradient(program, gradient):
    """Raises AssertionError unless the gradient agrees with a central difference along one direction."""
    x = np.linspace(0.2, 0.9, 24)
    v = np.cos(np.arange(24.0))
    h = 1e-6
    slope = (program(x + h * v) - program(x - h * v)) / (2 * h)
    np.testing.assert_allclose(gradient(x)[1] @ v, slope, rtol=1e-6)


def main(sizes=SIZES):
    """Print the table; return {program: the ratios of the times of neighbouring sizes}."""
    print(f"{'program':20}{'n':>10}{'gradient':>14}{'ratio':>8}")
    ratios = {}
    for program in PROGRAMS:
        gradient = value_and_grad(program)
        check_gradient(program, gradient)
        before = None
        for n in sizes:
            now = seconds(gradient, np.linspace(0.2, 0.9, n))
            ratio = "" if before is None else f"{now / before:8.2f}"
            ratios.setdefault(program.__name__, []).extend([] if before is None else [now / before])
            print(f"{program.__name__:20}{n:10}{1e3 * now:11.1f} ms{ratio:>8}", flush=True)
            before = now
    return ratios


if __name__ == "__main__":
    main()
