"""The turns of a loop as one axis: how often it runs, and which slice an index walks through.

    for i in range(1, n - 1):          n - 2 turns
        ... x[i + 1] ...               x[2:]
        ... x[n - 1 - i] ...           x[1:-1][::-1]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.linear import Facts, Linear, is_int, of_size
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, For, Var
from tangent_ad.ir.ops import GETITEM, SLICE
from tangent_ad.ir.types import Array, Size, dims_of, fresh_dim
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers


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
    """The turns of one loop; their order is from low to high, where it does not matter.

    Attributes:
      counter: the variable that counts through a `range`, None where the loop iterates over arrays.
      low, high: its least value, and its greatest plus 1. Without turns high <= low.
      step: between two values, positive.
      descends: whether the loop takes its turns from high to low.
      size: the number of turns as a dimension.
    """

    def __init__(self, loop: For, facts: Facts, builder: Builder) -> None:
        self.facts, self.builder = facts, builder
        self.counter: Var | None = None
        self.elements: dict[tuple[int, ...], Expr] = {}  # arrays iterated over, by the item's place in the element
        self.low, self.step, self.descends = Linear(), 1, False
        iterable = loop.iterable
        if isinstance(iterable, Apply) and iterable.op.call is reversed:
            self.descends, iterable = True, iterable.args[0]
        if isinstance(iterable, Apply) and iterable.op.call is range:
            self.counter = loop.elem
            self.over_range(iterable.args)
        else:
            self.over_arrays(iterable)
        self.size: Size = self.count()
        self.index = loop.index

    def over_range(self, args: tuple[Expr, ...]) -> None:
        values = [self.facts.linear(a) for a in args]
        if any(v is None for v in values):
            raise Stays("a bound that is not an int")
        bounds = [v for v in values if v is not None]
        low, high = (Linear(), bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
        step = Linear(1) if len(bounds) < 3 else bounds[2]
        if step.terms or step.const == 0 or step.const < -1:
            raise Stays("a step that is not known, or below -1")
        if step.const == -1:
            low, high, self.descends = high.plus(1), low.plus(1), not self.descends
        self.step = abs(step.const)
        # A range may end before it starts: then `high` says so, unless it is known not to be negative.
        if not self.facts.at_least(high, 0) and not self.relative(high):
            high = self.clamped(high, low)
        self.low, self.high = low, high

    def relative(self, high: Linear) -> bool:
        """Whether `high` is a size minus a number, so that slices may say so."""
        return isinstance(high.size, int) is False and high.size is not None

    def clamped(self, high: Linear, low: Linear) -> Linear:
        atoms = [self.facts.build(v, self.builder) for v in (low, high)]
        if None in atoms:
            raise Stays("a bound that cannot be computed here")
        var = self.builder.call(max, *(a for a in atoms if a is not None), hint="stop")
        assert isinstance(var, Var)
        self.facts.lower[var] = low
        return Linear(0, ((var, 1),))

    def over_arrays(self, iterable: Expr) -> None:
        parts = {(): iterable}
        if isinstance(iterable, Apply) and iterable.op.call is zip:
            parts = {(i,): a for i, a in enumerate(iterable.args)}
        sizes = set()
        for place, part in parts.items():
            dims = dims_of(expr_type(part))
            if not isinstance(part, Var) or not isinstance(part.type, Array) or not dims:
                raise Stays("it iterates over something else than arrays and ranges")
            sizes.add(dims[0])
            self.elements[place] = part
        if len(sizes) != 1:
            raise Stays("arrays that may differ in length")
        size = sizes.pop()
        if not isinstance(size, int) and size.symbol not in self.facts.sizes:
            first = next(iter(self.elements.values()))
            self.facts.see(self.builder.call(len, first))  # type: ignore[arg-type]
        self.high = of_size(size)

    def count(self) -> Size:
        span = self.high.plus(self.low, -1)
        if self.step == 1 and span.size is not None:
            return span.size
        if not span.terms:
            return len(range(0, span.const, self.step))
        return fresh_dim()

    def enter(self) -> None:
        """What holds of the counters inside the loop."""
        last = self.high.plus(-1)
        if self.counter is not None:
            self.facts.lower[self.counter], self.facts.upper[self.counter] = self.low, last
        self.facts.lower[self.index] = Linear()
        if self.step == 1:
            self.facts.upper[self.index] = last.plus(self.low, -1)

    # -- indices -------------------------------------------------------------------------------------

    def moves(self, value: Linear) -> bool:
        return value.coefficient(self.index) != 0 or (
            self.counter is not None and value.coefficient(self.counter) != 0)

    def by_turn(self, value: Linear) -> tuple[int, Linear]:
        """`value` as a * counter + rest."""
        a = value.coefficient(self.index)
        if a:
            if self.counter is not None and (self.descends or self.step != 1):
                raise Stays("it reads the number of the turn")
            if self.counter is None and self.descends:
                raise Stays("it reads the number of the turn")
            value = value.without(self.index).plus(self.low, -a)  # the turn's number is counter - low
        b = a
        if self.counter is not None:
            b += value.coefficient(self.counter)
            value = value.without(self.counter)
        return b, value

    def walk(self, value: Linear) -> Walk:
        a, rest = self.by_turn(value)
        if a == 0 or (abs(a) != 1 and self.step != 1):
            raise Stays("an index that does not move as the loop does")
        first, end = self.low.times(a).plus(rest), self.high.plus(-1).times(a).plus(rest)
        if a < 0:
            if self.step != 1:
                raise Stays("an index that goes back in steps")
            first, end = end, first
        return Walk(first, end.plus(1), abs(a) * self.step, a < 0)

    def slice(self, walk: Walk, size: Size | None, base: Expr, axis: int, sure: bool) -> Expr | None:
        """The slice of an axis that a walk goes through, None for all of it.

        It is proved, or with `sure` False checked when the code runs, that the loop would not leave the axis.
        """
        facts, builder = self.facts, self.builder
        if not facts.at_least(walk.start, 0):
            raise Stays("an index that may be negative counts from the end")
        behind = None if size is None else walk.stop.difference(of_size(size))
        if behind is not None and behind <= 0:
            if walk.start == Linear() and behind == 0 and walk.step == 1:
                return None
            start = facts.build(walk.start, builder)
            stop: Atom | None = Const(behind or None)
        else:
            inside = size is not None and facts.at_least(of_size(size).plus(walk.stop, -1), 0)
            if behind is not None or (not inside and sure):
                raise Stays("an index that may leave the array")
            if not facts.at_least(walk.stop, 0):
                raise Stays("a bound that may be negative")
            start, stop = facts.build(walk.start, builder), facts.build(walk.stop, builder)
            if not inside and walk.step != 1:
                raise Stays("an index that may leave the array")
            if not inside and stop is not None and start is not None:
                self.check(start, stop, base, axis)
        if start is None or stop is None:
            raise Stays("a bound that cannot be computed here")
        if isinstance(start, Const) and start.value == 0:
            start = Const(None)
        return Apply(SLICE, (start, stop, Const(None if walk.step == 1 else walk.step)))

    def check(self, start: Atom, stop: Atom, base: Expr, axis: int) -> None:
        shape = self.builder.call(np.shape, base)
        size = self.builder.item(shape, axis)
        self.builder.effect(op_of(helpers.check_bounds), (start, stop, size))

    def numbers(self, value: Linear) -> Var:
        """The values of an integer in all turns."""
        walk = self.walk(value)
        bounds = [self.facts.build(v, self.builder) for v in (walk.start, walk.stop)]
        if None in bounds:
            raise Stays("a bound that cannot be computed here")
        start, stop = (b for b in bounds if b is not None)
        args: tuple[Atom, ...] = (start, stop) if walk.step == 1 else (start, stop, Const(walk.step))
        if walk.step == 1 and isinstance(start, Const) and start.value == 0:
            args = (stop,)
        made = Apply(op_of(np.arange), args, (), Array(np.arange(2).dtype.name, (self.size,)))
        var = self.builder.name(made, "turns")
        return self.flipped(var) if walk.flipped else var

    def flipped(self, var: Var) -> Var:
        back = Apply(SLICE, (Const(None), Const(None), Const(-1)))
        return self.builder.name(Apply(GETITEM, (var, back), (), var.type), var.hint)


__all__ = ["Space", "Stays", "Walk", "is_int"]
