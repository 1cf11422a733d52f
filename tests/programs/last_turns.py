"""What a loop computes in each turn, and of which only the last is read behind it."""

import numpy as np

from . import Program

x4 = np.array([0.7, -0.4, 1.2, 0.3])


def loss_of_each_step(x, n):
    loss = 1.0
    for _ in range(n):
        x = x - 0.1 * np.sin(x)
        loss = np.sum(x**2) * x[0]
    return loss * np.sum(x)


def not_there_without_turns(x, n):
    for _ in range(2, n):
        x = np.tanh(x) * 1.1
        norm = np.sqrt(np.sum(x * x))
        scaled = x / norm
    return np.sum(scaled * x4) + norm


def of_each_other(x, n):
    total, product = np.sum(x), x * 2.0
    for _ in range(n):
        x = x * np.cos(x)
        product = x * x[::-1]
        total = np.sum(product) + x[1]
    return total * np.sum(np.sin(product))


def with_the_counter(x, n):
    last = x[0]
    for i in range(n):
        x = x * 1.1 - 0.05
        last = np.sum(x) * (i + 1.0)
    return last + np.sum(x)


def of_what_was_before(x, n):
    change = 0.0
    for _ in range(n):
        new = 0.5 * (x + 1.0 / (1.5 + x**2))
        change = np.sum((new - x) ** 2)
        x = new
    return change + np.sum(x**2)


def with_a_break(x, n):
    size = 0.0
    for k in range(n):
        x = 0.8 * x
        size = np.sum(x * x)
        if k > 2:
            break
    return size


def in_a_loop(x, n):
    best = 0.0
    for _ in range(n):
        for _ in range(n - 1):
            x = np.sin(x) + 0.1
            inner = np.sum(x**3)
        best = inner * np.sum(x)
    return best


def written_into(x, n):
    """The array that the last turn leaves is changed later in the turn, or by the next."""
    state = x.copy()
    seen = state * 1.0
    for _ in range(n):
        state += 0.1 * state**2
        seen = state * x
        state[0] = np.sum(seen)
    return np.sum(seen * state)


def counted_once(x, n):
    calls = []

    def norm(v):
        calls.append(len(calls))
        return np.sum(v * v)

    size = 0.0
    for _ in range(n):
        x = 0.9 * x
        size = norm(x)
    return size * len(calls)


def of_another_loop(x, n):
    rows = []
    for _ in range(n):
        x = x * 0.9
        parts = np.zeros(4)
        for i in range(4):
            parts[i] = x[i] ** 2
        rows.append(np.sum(parts))
    return np.sum(parts) + sum(rows)


PROGRAMS = [
    *(
        Program(fun, (x4, n))
        for fun in (loss_of_each_step, of_each_other, with_the_counter, of_what_was_before, with_a_break, written_into,
                    counted_once)
        for n in (3,)
    ),
    Program(not_there_without_turns, (x4, 4)),
    Program(in_a_loop, (x4, 3)),
    Program(of_another_loop, (x4, 3)),
]
