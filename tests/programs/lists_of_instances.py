"""Lists of instances: items found at run time, sorted, reversed, copied, chosen."""

import dataclasses
import enum
import logging
from typing import NamedTuple

import numpy as np

from . import Program


class Kind(enum.Enum):
    LEAF = 1


class Cell:
    def __init__(self, v):
        self.v = v


class Slotted:
    __slots__ = ("v", "w")

    def __init__(self, v, w):
        self.v, self.w = v, w


class Body:
    """Holds others, and what has no derivative."""

    log = logging.getLogger(__name__)

    def __init__(self, v, k):
        self.v, self.k, self.name, self.kind, self.shape = v, k, "body", Kind.LEAF, np.sin
        self.log = Body.log
        self.cell = Cell(v * np.ones(2))
        self.pair = (v, v * v)
        self.parts = [v, 2.0 * v]


@dataclasses.dataclass
class Point:
    v: float
    w: float = 2.0


class Named(NamedTuple):
    v: float
    w: np.ndarray


def smallest_first(x):
    return sorted([Cell(x[0]), Cell(x[1])], key=lambda c: c.v)[0].v ** 2


def sorted_by_a_key(x, n):
    cells = sorted([Cell(x[i]) for i in range(n)], key=lambda c: -c.v)
    return cells[0].v * cells[1].v ** 2


def sorted_points(x):
    points = sorted([Point(x[0]), Point(x[1], x[2])], key=lambda p: -p.v)
    return points[0].v * points[1].w


def read_twice(x, n):
    cells = [Cell(x[i]) for i in range(n)]
    return cells[n - 1].v * cells[0].v * cells[1].v


def read_at_run_time(x, n):
    cells = [Cell(x[0]), Cell(x[1])]
    return cells[n - 2].v * cells[0].v


def chosen_from(x, n):
    cells = [Cell(x[0]), Cell(x[1])]
    again = [cells[i] for i in range(2)]
    return again[n - 2].v * cells[0].v


def back_to_front(x, n):
    cells = [Cell(x[i]) for i in range(n)]
    other, third = cells[::-1], [cells[n - 1 - i] for i in range(n)]
    return other[0].v * cells[0].v * third[1].v


def copied(x, n):
    cells = [Cell(x[i]) for i in range(n)]
    other = list(cells)
    return other[0].v * cells.copy()[n - 1].v


def slotted(x, n):
    cells = [Slotted(x[i], x) for i in range(n)][::-1]
    return cells[0].v * cells[n - 1].v + np.sum(cells[1].w * x)


def bodies(x, n):
    others = [Body(x[i], i) for i in range(n)]
    turned = others[::-1]
    near = turned[0].v * others[0].v * turned[1].k + np.sum(turned[0].cell.v) * others[0].cell.v[1]
    return near + turned[1].parts[1] * others[1].pair[1]


def named(x, n):
    values = [Named(x[i], x) for i in range(n)]
    turned = values[::-1]
    return turned[0].v * values[0].v + np.sum(turned[1].w * x) * values[1].v


def lists_of_instances_in_a_list(x, n):
    rows = [[Cell(x[i]), Cell(x[0])] for i in range(n)]
    turned = rows[::-1]
    return turned[0][0].v * rows[0][1].v


def one_of_two_items(x, n):
    bodies = [Body(x[i], i) for i in range(n)]
    chosen = bodies[n - 1] if x[0] > 0.5 else bodies[0]
    return chosen.v * np.sum(chosen.cell.v) * bodies[n - 2].pair[1]


def item_read_on_a_path_in_a_loop(x, n):
    bodies, total = [Body(x[i], i) for i in range(n)], 0.0
    for i in range(n):
        body = bodies[n - 1 - i]
        if body.v > 0.8:
            made = Body(body.v * x[0], i)
            total += np.sum(made.cell.v * body.cell.v)
        else:
            total += body.parts[1] * body.pair[1]
    return total**2


class Listed:
    """Holds a list that nothing is put into."""

    def __init__(self, v):
        self.v, self.parts = v, []


def written_and_appended(x, n):
    items = [Listed(x[0])]
    for i in range(1, n):
        items[-1].v += x[i] * x[0]
        items.append(Listed(x[i]))
    return items[0].v * items[1].v


def list_of_points_given(x, points, n):
    points = points[::-1]
    return points[0].v * points[n].w * x[0] * points[0].w


x3 = np.array([0.7, 1.2, 0.4])
PROGRAMS = [
    *(Program(fun, (x3,)) for fun in (smallest_first, sorted_points)),
    *(
        Program(fun, (x3, 3))
        for fun in (
            sorted_by_a_key,
            read_twice,
            read_at_run_time,
            chosen_from,
            back_to_front,
            copied,
            slotted,
            bodies,
            named,
            lists_of_instances_in_a_list,
            one_of_two_items,
            item_read_on_a_path_in_a_loop,
            written_and_appended,
        )
    ),
    Program(list_of_points_given, (x3, [Point(1.5, 0.3), Point(0.6, 1.1)], 1)),
]
