"""Slices that move with a loop: the windows of an array, and what is added to them.

    for i in range(n):
        t = x[i : i + 3]        windows(x, 0, n, 1, 3, 0): a view, of n rows of 3 numbers
        y[i : i + 3] += t       y += add_windows(t, y, 0, 1, 0): a short loop over the 3 places
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.indices import ALL, axis_of, index_of, is_all, is_none, is_number, items_of
from tangent_ad.backend.linear import Linear, linear, of_size
from tangent_ad.backend.space import Space, Stays
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import ADDITEM, GETITEM
from tangent_ad.ir.types import dims_of
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

if TYPE_CHECKING:
    from tangent_ad.backend.lift import Lift


@dataclass(frozen=True)
class Seen:
    """How many numbers a view shows: those of `base[index]`, each so many times."""

    base: Expr
    index: Expr = ALL
    factors: tuple[Expr, ...] = ()

    def times(self, size: Expr) -> Seen:
        return Seen(self.base, self.index, (*self.factors, size))

    def count(self, b: Builder) -> Atom:
        part = self.base if is_all(self.index) else b.raw(GETITEM, (self.base, self.index))
        made = b.call(np.size, part)
        for factor in self.factors:
            made = b.call(operator.mul, made, factor)
        return made


@dataclass(frozen=True)
class Windows:
    """`base[items]` with an item that moves.

    Attributes:
      items: the index with the whole axis where the moving slice was, and without new axes.
      axis: that axis, of the part of the array that the windows are windows of.
      new: the index that gives all windows those axes.
      start: the first window's place; `step`: between two windows; `turns`: how many there are.
      size: how many places a window has.
    """

    items: tuple[Expr, ...]
    axis: int
    new: Expr
    start: Atom
    step: int
    turns: Atom
    size: Linear

    @property
    def overlap(self) -> bool:
        """Whether places of the array may be in several windows."""
        return not Linear(self.step).minus(self.size).at_least(0)

    @property
    def is_whole(self) -> bool:
        return all(map(is_all, self.items))

    def part(self, lift: Lift, base: Expr) -> Expr:
        """The part of the array that the windows are windows of."""
        return base if self.is_whole else lift.b.raw(GETITEM, (base, index_of(self.items)))

    def read(self, lift: Lift, base: Expr, target: Var) -> Apply:
        """All windows, the axis of turns in front."""
        size = lift.space.atom(self.size)
        args = (self.part(lift, base), self.start, self.turns, Const(self.step), size, Const(self.axis))
        made = lift.computed(op_of(helpers.windows), args, target)
        new = [is_none(i) for i in items_of(self.new)[1:]]
        if not any(new):
            return made
        inner = dims_of(target.type) or ()
        old = tuple(n for i, n in enumerate(inner) if i >= len(new) or not new[i])
        return lift.computed(GETITEM, (lift.named(made, target, old), self.new), target)

    def add(self, lift: Lift, base: Expr, rows: Expr, hint: str) -> Expr:
        """The array with rows added to its windows."""
        part = self.part(lift, base)
        made = lift.b.call(helpers.add_windows, rows, part, self.start, Const(self.step), Const(self.axis))
        if self.is_whole:
            return lift.b.call(operator.add, base, made, hint=hint)
        return lift.b.raw(ADDITEM, (base, index_of(self.items), made), (), hint)


def windows_of(lift: Lift, base: Expr, items: tuple[Expr, ...], place: int) -> Windows:
    """The windows that `items[place]`, a slice, walks through.

    Raises:
      Stays: it is not a slice of one size, or may be cut off at an end of the axis.
    """
    space, dims, item = lift.space, dims_of(expr_type(base)), items[place]
    axis = axis_of(items, place)
    if dims is None or axis >= len(dims):
        raise Stays("an array of unknown rank")
    assert isinstance(item, Apply)
    start, stop = (linear(a) for a in item.args[:2])
    if start is None or stop is None or item.args[2] not in (Const(None), Const(1)):
        raise Stays("a slice of which nothing is known")
    a, rest = space.by_turn(start)
    size = stop.minus(start)
    if a < 1 or space.moves(size) or not size.at_least(0):
        raise Stays("a slice whose size differs between turns")
    first = space.low.times(a).plus(rest)
    last = space.high.minus(1).times(a).plus(rest).plus(size)
    if not first.at_least(0) or not of_size(dims[axis]).minus(last).at_least(0):
        raise Stays("a slice that an end of the array may cut off")
    new = index_of((ALL, *(i if is_none(i) else ALL for i in items if not is_number(i) or is_none(i))))
    position = sum(not is_number(i) for i in items[:place] if not is_none(i))
    others = [ALL if i is item else lift.fixed(i) for i in items if not is_none(i)]
    while is_all(others[-1]) and len(others) > 1:
        others.pop()
    return Windows(tuple(others), position, new, space.atom(first), a * space.step, turns_of(space), size)


def turns_of(space: Space) -> Atom:
    """The number of turns, or less than 1 where there are none."""
    span = space.high.minus(space.low).plus(space.step - 1)
    turns = space.atom(span)
    return turns if space.step == 1 else space.builder.call(operator.floordiv, turns, Const(space.step))
