"""Items of rows, parts of parts, flips and moving windows: what their cotangents are added to, and where."""

import numpy as np

from . import Program

rng = np.random.default_rng(11)
a34, a33, x5, x7 = rng.normal(size=(3, 4)), rng.normal(size=(3, 3)), rng.normal(size=5) + 2.0, rng.normal(size=7)


def items_of_a_row(a):
    """Two items of a row that has a name, one of them twice."""
    total = 0.0
    for i in range(len(a)):
        row = a[i]
        total += row[1] * row[2] + np.sin(row[1]) * row[-1]
    return total


def parts_of_a_part(a):
    inner = a[1:, :-1]
    column = inner[:, 1]
    return np.sum(inner[0] ** 2) + column[0] * column[1] + inner[-1, -1] ** 3 + np.sum(column[::-1] * inner[:, 0])


def masked_items_of_a_row(a):
    total = 0.0
    for i in range(len(a)):
        row = a[i]
        total += np.sum(row[row > 0.0] ** 2) + np.sum(row[[0, 0, 2]] * np.array([1.0, 2.0, 3.0]))
    return total


def items_under_new_axes(x):
    """The part is broadcast: what is added to it has another shape."""
    column = x[:, None]
    grid = column * x
    line = column[1:4]
    return np.sum(line[0]) * line[1, 0] + np.sum(grid[1:3, ::-1] * grid[0])


def row_and_its_items_after_a_write(a):
    a = a.copy()
    row = a[1]
    before = row[0] * row[2]
    row[0] = before * a[0, 0]
    row[1:] *= row[:-1]
    return before + np.sum(a * a)


def flips(a):
    turned = np.flip(a) * a[::-1, ::-1]
    return np.sum(turned * np.flip(a, 0)) + np.sum(np.flip(np.flip(a, axis=(0, 1)), -1)[0] * np.flip(a[1]) ** 2)


def flipped_in_place(x):
    """The recursion of Levinson and Durbin: a part, and itself backwards."""
    y = x.copy()
    alpha = 1.0
    for k in range(1, len(x)):
        alpha = alpha * 0.5 - np.flip(x[:k]) @ y[:k] * 0.1
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return np.sum(y**2)


def parts_before_the_whole(x):
    """Parts are read behind the whole, so that their cotangents come before that of the whole."""
    path = x * 1.0
    for k in range(3):
        path = np.minimum(path[:, :], path[:, k][:, None] + path[k, :] + 0.1 * k)
    return np.sum(path**2)


def outer_sums_of_both_kinds(a, w):
    """A matrix and its transpose are multiplied by vectors in each turn."""
    for _ in range(3):
        slope = a.T @ np.tanh(a @ w)
        w = w - 0.1 * slope
    return w @ w


def logistic(x):
    """1 / (1 + e): all of its slope is in what it gives, far out, too."""
    y = 1.0 / (1.0 + np.exp(-x))
    z = 1.0 / np.array([x[0], 30.0 * x[1], x[2]])
    return np.sum(y**2) + np.sum(y * 1.0 / (1.0 + x**2)) + np.sum(z)


def quotients_by_sums(a):
    p = np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)
    a = a - a.max(axis=1)[:, None]
    a /= np.sum(np.cos(a), axis=1)[:, None]
    return np.sum(p**2) + np.sum(a**2)


def moving_window(x, taps):
    """Windows of as many items as the weights have, which are made by their number."""
    w = np.zeros(taps)
    error = 0.0
    for t in range(taps, len(x)):
        recent = x[t - taps : t][::-1]
        error = x[t] - w @ recent
        w += 0.3 * error * recent / (0.5 + recent @ recent)
    return error**2 + np.sum(w**2)


def window_of_nothing(x, taps):
    """A window before the first item is cut off; no zeros are made by its length."""
    total = 0.0
    for t in range(1, len(x)):
        part = x[max(t - taps, 0) : t]
        total += np.sum(part) * x[t]
    return total


def number_of_items_asked_first(x, taps):
    """The zeros are made on one path alone, and so tell nothing on the other."""
    total = 0.0
    if taps > 0:
        w = np.zeros(taps)
        for t in range(taps, len(x)):
            w += x[t - taps : t]
        total = np.sum(w**2)
    else:
        for t in range(2, len(x)):
            total += np.sum(x[t + taps : t]) * x[t]
    return total


def relaxed(u, k):
    """Parts that each turn comes back to; a border is written in some turns; the array gets a new one's place."""
    for turn in range(4):
        u[1:-1, 1:-1] += k * (u[2:, 1:-1] + u[:-2, 1:-1] - 2.0 * u[1:-1, 1:-1])
        if turn % 2:
            u[0, :] = u[1, :] ** 2
        u[:, -1] = u[:, 0] * k
        for i in range(1, len(u)):
            u[i] += 0.1 * u[0] * u[i - 1, ::-1]
        if turn == 2:
            u = u * 0.5
    return np.sum(u**2)


def parts_kept_from_all_turns(u):
    """A list of one part, as it is in each turn, and copies of it as it was."""
    views, copies = [], []
    for _ in range(3):
        u[1:] = np.sin(u[:-1])
        views.append(u[1:-1])
        copies.append(u[1:-1].copy())
    return sum(np.sum(v * c) for v, c in zip(views, copies, strict=True))


def on_the_way_back_to_its_name(x):
    v = x * 2.0
    first = v
    for _ in range(3):
        v = v * 0.9 + np.sin(x)
    w = first
    for _ in range(2):
        w = w * 0.5 - 1.0
    return np.sum(v * w * first)


def pendulum(state, n):
    """A state of two numbers that each turn takes apart, and makes anew; one slope of the first is a whole number."""
    for _ in range(n):
        angle, speed = state
        state = np.array([angle + 0.1 * speed, speed - 0.1 * np.sin(angle)])
    first, second = state
    return first + first * second


def one_item_alone(state):
    first, second, third = state * 1.0
    rest = np.array([third, 1, 0])
    return first * 2 + second + rest[0] * state[0]


def sorted_parts_together(x):
    """Lists of unknown lengths, one of which may be empty."""
    both = sorted(sorted(x[:2]) + sorted(x[2:]))
    squares = sum([v**2 for v in sorted(x[:2]) + sorted(x[2:])])
    return both[0] * 2.0 + both[-1] * squares


def part_of_a_part_of_a_part(y):
    v = y[:]
    v[-1:0:-1] += v[-2:][:] - v[-2] * v[1:][::-1][:2][-1]
    return y * 1.0


PROGRAMS = [
    Program(part_of_a_part_of_a_part, (x5[:3],)),
    Program(sorted_parts_together, (x5,)),
    Program(pendulum, (np.array([0.7, -0.2]), 4)),
    Program(one_item_alone, (np.array([0.7, -0.2, 1.1]),)),
    *(Program(f, (a34,)) for f in (items_of_a_row, parts_of_a_part, masked_items_of_a_row, quotients_by_sums)),
    *(Program(f, (a34,)) for f in (row_and_its_items_after_a_write,)),
    *(Program(f, (a33,)) for f in (flips, parts_before_the_whole)),
    *(Program(f, (x5,)) for f in (items_under_new_axes, flipped_in_place, on_the_way_back_to_its_name)),
    Program(outer_sums_of_both_kinds, (a34, x5[:4]), (0, 1)),
    Program(logistic, (np.array([0.7, -1.3, 2.4]),)),
    Program(moving_window, (x7, 3)),
    Program(moving_window, (x7, 0), name="moving_window_of_none"),
    Program(window_of_nothing, (x7, 3)),
    Program(number_of_items_asked_first, (x7, 3), name="number_of_items_above_0"),
    Program(number_of_items_asked_first, (x7, -2), name="number_of_items_below_0"),
    Program(relaxed, (a34 * 0.3, 0.2), (0, 1)),
    Program(parts_kept_from_all_turns, (x5,)),
]
