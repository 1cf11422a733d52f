"""The turns of a loop as one axis: how often it runs, and which slice an index walks through.

for i in range(1, n - 1):          n - 2 turns
    ... x[i + 1] ...               x[2:]
    ... x[n - 1 - i] ...           x[1:-1][::-1]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tangent_ad.analysis import sizes
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.linear import MANY, Linear, Names, linear, of_size
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, For, Var
from tangent_ad.ir.ops import GETITEM, SLICE
from tangent_ad.ir.types import Array, Dim, Number, Size, dims_of, fresh_dim
from tangent_ad.ir.walk import block_uses
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

_END: Atom = Const(None)
EXACT = 1 << 53  # up to here doubles hold all integers, and integers of arrays are Python's


class Stays(Exception):
    """The loop stays as it is: it was not proved that its turns may be taken at once."""


@dataclass(frozen=True)
class Walk:
    """The values an index takes, as a slice: `[start:stop:step]`, turned round if `flipped`."""

    start: Linear
    stop: Linear
    step: int
    flipped: bool


class Space:
    """The turns of one loop, from low to high; where their order matters, see `descends`.

    Attributes:
      counter: the symbol that counts through a `range`, None where the loop iterates over arrays.
      turn: the symbol of the turn's number. Both None if the body does not read them.
      elements: arrays iterated over, by the item's place in the element.
      low, high: the counter's least value, and its greatest plus 1. Without turns high <= low.
      step: between two values, positive.
      descends: whether the loop takes its turns from high to low.
      size: the number of turns as a dimension.
    """

    def __init__(self, loop: For, names: Names, builder: Builder, arrays: Iterable[Size]) -> None:
        """`arrays`: the sizes of the arrays that the loop reads and writes."""
        self.names, self.builder = names, builder
        self.counter: int | None = None
        self.turn = self.symbol(loop, loop.index)
        self.elements: dict[tuple[int, ...], Var] = {}
        self.low, self.step, self.descends = Linear(), 1, False
        iterable = loop.iterable
        if isinstance(iterable, Apply) and iterable.op.call is reversed:
            self.descends, iterable = True, iterable.args[0]
        if isinstance(iterable, Apply) and iterable.op.call is range:
            self.counter = self.symbol(loop, loop.elem)
            self.over_range(iterable.args)
        else:
            self.over_arrays(iterable)
        self.size: Size = self.count(arrays)
        self.reach()

    def reach(self) -> None:
        """How far from zero the counters may be: as far as the nearer end, and a step further for each turn."""
        span = self.high.minus(self.low)
        turns = MANY if span.terms else max(span.const, 0)
        ends = [end for end in (self.names.largest(self.low), self.names.largest(self.high)) if end is not None]
        if self.turn is not None:
            self.names.most[self.turn] = turns
        if not ends:
            return
        most = min(ends) + (turns if not span.terms else self.step * turns)
        if self.counter is not None:
            self.names.most[self.counter] = most
        for end in (self.low, self.high):
            self.names.counts(end, most)

    def symbol(self, loop: For, counter: Var) -> int | None:
        """The symbol of a counter, None if the body does not read it. The frontend gives each one of its own."""
        size = counter.type.size if isinstance(counter.type, Number) else None
        if isinstance(size, Dim) and not size.offset and len(of_size(size).terms) == 1:
            return size.symbol
        if counter in block_uses(loop.body):
            raise Stays("a counter of which nothing is known")
        return None

    def over_range(self, args: tuple[Expr, ...]) -> None:
        bounds = [v for v in map(linear, args) if v is not None]
        if len(bounds) < len(args):
            raise Stays("a bound of which nothing is known")
        low, high = (Linear(), bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
        step = Linear(1) if len(bounds) < 3 else bounds[2]
        if step.terms or step.const == 0 or step.const < -1:
            raise Stays("a step that is not known, or below -1")
        if step.const == -1:
            low, high, self.descends = high.plus(1), low.plus(1), not self.descends
        self.low, self.high, self.step = low, high, abs(step.const)

    def over_arrays(self, iterable: Expr) -> None:
        parts: dict[tuple[int, ...], Expr] = {(): iterable}
        if isinstance(iterable, Apply) and iterable.op.call is zip:
            parts = {(i,): a for i, a in enumerate(iterable.args)}
        lengths = set()
        for place, part in parts.items():
            dims = dims_of(expr_type(part))
            if not isinstance(part, Var) or not isinstance(part.type, Array) or not dims:
                raise Stays("it iterates over something else than arrays and ranges")
            lengths.add(dims[0])
            self.elements[place] = part
        if len(lengths) != 1:
            raise Stays("arrays that may differ in length")
        self.high = of_size(lengths.pop())

    def count(self, arrays: Iterable[Size]) -> Size:
        span = self.high.minus(self.low)
        if not span.terms:
            return len(range(0, span.const, self.step))
        ends = any((self.high.difference(of_size(size)) or 0) <= 0 for size in arrays
                   if self.high.difference(of_size(size)) is not None)  # fmt: skip
        # x[1:-1] is taken to have so many items, as everywhere: see `analysis.sizes`.
        sure = span.at_least(0) or (ends and self.low.at_least(0) and not self.low.terms)
        return span.size if self.step == 1 and sure else fresh_dim()

    def bound_turn(self) -> None:
        """The turn's number is below the number of turns."""
        if self.step == 1 and self.turn is not None:
            sizes.bound(Dim(self.turn), [{sizes.CONSTANT: 0}], [self.high.minus(self.low).minus(1).form])

    # -- indices -------------------------------------------------------------------------------------

    def moves(self, value: Linear) -> bool:
        return value.coefficient(self.turn) != 0 or value.coefficient(self.counter) != 0

    def by_turn(self, value: Linear) -> tuple[int, Linear]:
        """`value` as a * counter + rest."""
        a = value.coefficient(self.turn)
        if a:
            if self.descends or self.step != 1:
                raise Stays("it reads the number of the turn")
            assert self.turn is not None
            value = value.without(self.turn).plus(self.low, -a)  # the turn's number is counter - low
        if self.counter is not None:
            a += value.coefficient(self.counter)
            value = value.without(self.counter)
        return a, value

    def walk(self, value: Linear) -> Walk:
        a, rest = self.by_turn(value)
        if a == 0 or (a != 1 and self.step != 1):
            raise Stays("an index that does not move as the loop does")
        first, last = self.low.times(a).plus(rest), self.high.minus(1).times(a).plus(rest)
        if a < 0:
            first, last = last, first
        return Walk(first, last.plus(1), abs(a) * self.step, a < 0)

    def slice(self, walk: Walk, size: Size, base: Expr, axis: int, sure: bool) -> Expr | None:
        """The slice of an axis that a walk goes through, None for all of it.

        It is proved, or with `sure` False checked when the code runs, that the loop would not leave the axis.
        """
        if not walk.start.at_least(0):
            raise Stays("an index that may be negative counts from the end")
        behind = walk.stop.difference(of_size(size))
        start, stop = self.atom(walk.start), _END
        if behind is not None and behind <= 0:
            if walk.start == Linear() and behind == 0 and walk.step == 1:
                return None
            stop = Const(behind) if behind else _END
        else:
            inside = of_size(size).minus(walk.stop).at_least(0)
            if not inside and (behind is not None or sure or walk.step != 1):
                raise Stays("an index that may leave the array")
            stop = self.atom(walk.stop)
            if not inside:
                self.check(start, stop, base, axis)
            if not walk.stop.at_least(0):
                stop = self.builder.call(max, stop, Const(0))
        if isinstance(start, Const) and start.value == 0:
            start = Const(None)
        return Apply(SLICE, (start, stop, Const(None if walk.step == 1 else walk.step)))

    def one(self, place: Linear, size: Size) -> Expr:
        """The slice of one place, which is there if the loop has turns."""
        with sizes.assuming([self.high.minus(self.low).minus(1).form]):
            if not place.at_least(0):
                raise Stays("an index that may be negative counts from the end")
        from_end = place.difference(of_size(size))
        if from_end is not None and from_end < 0:
            return Apply(SLICE, (Const(from_end), Const(from_end + 1) if from_end < -1 else _END, Const(None)))
        return Apply(SLICE, (self.atom(place), self.atom(place.plus(1)), Const(None)))

    def atom(self, value: Linear) -> Atom:
        made = self.names.build(value, self.builder)
        if made is None:
            raise Stays("a bound that cannot be computed here")
        return made

    def check(self, start: Atom, stop: Atom, base: Expr, axis: int) -> None:
        size = self.builder.item(self.builder.call(np.shape, base), axis)
        self.builder.effect(op_of(helpers.check_bounds), (start, stop, size))

    def numbers(self, value: Linear) -> Var:
        """The values of an integer in all turns."""
        most = self.names.largest(value)
        if most is None or most > EXACT:
            raise Stays("integers that may be too large for arrays")
        walk = self.walk(value)
        start, stop = self.atom(walk.start), self.atom(walk.stop)
        args: tuple[Atom, ...] = (start, stop) if walk.step == 1 else (start, stop, Const(walk.step))
        if walk.step == 1 and isinstance(start, Const) and start.value == 0:
            args = (stop,)
        made = Apply(op_of(np.arange), args, (), Array(np.arange(2).dtype.name, (self.size,)))
        var = self.builder.name(made, "turns")
        if not walk.flipped:
            return var
        back = Apply(SLICE, (Const(None), Const(None), Const(-1)))
        return self.builder.name(Apply(GETITEM, (var, back), (), var.type), "turns")
