"""Both forms of a loop, where only the run tells which one is better.

Before:
    for i in range(n):
        y[i] = np.sum(np.abs(x[i : i + m] - w))

After, as all turns at once take m times the memory:
    if x.size * m <= LARGEST:
        t = windows(x, 0, n, 1, m, 0)        # a view of n * m numbers
        y[:n] = np.sum(np.abs(t - w), axis=1)
    else:
        for i in range(n):
            y[i] = np.sum(np.abs(x[i : i + m] - w))

So also where a loop of few turns within another one is faster number by number.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from tangent_ad.analysis import sizes
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.linear import Linear, Names
from tangent_ad.backend.segments import Segments
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.triangles import Triangles
from tangent_ad.backend.twins import TOTAL
from tangent_ad.backend.windows import Seen
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, For, If, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, GETITEM, SETITEM, SLICE
from tangent_ad.ir.types import Array, rank
from tangent_ad.ir.walk import bound, definitions, map_stmt, statements, substitute, uses, variables

LARGEST = 1 << 21  # numbers that a loop at once may make: 16 MB of doubles
LONGEST_ROW = 128  # numbers in the rows that np.cumsum adds up faster than a loop does
FEWEST_TURNS = 16  # of a loop within another one, which number by number takes lists
OPPOSITE = {operator.ge: operator.lt, operator.gt: operator.le, operator.le: operator.gt, operator.lt: operator.ge}


@dataclass(frozen=True)
class AtOnce:
    """What has become of a loop.

    Attributes:
      values: of its targets, after all turns.
      space: its turns.
      wide: what it shows of arrays more often than once.
      rows: arrays whose rows it adds up.
      segments: its vectors whose lengths differ.
      triangles: those that are rows of a triangle.
    """

    values: Mapping[Var, Expr]
    space: Space
    wide: tuple[Seen, ...]
    rows: tuple[Expr, ...]
    segments: Segments
    triangles: Triangles

    @property
    def is_choice(self) -> bool:
        return bool(self.wide or self.rows or self.is_told)

    @property
    def is_told(self) -> bool:
        """Whether the test tells what is right as well, not only what is better."""
        return bool(self.segments.bases or self.triangles.bases)

    def test(self, b: Builder) -> Atom:
        """Whether it is better than the loop."""
        if sum(map(bool, (self.wide, self.rows, self.segments.bases, self.triangles.bases))) > 1:
            raise Stays("sums of rows, of windows, of slices")
        if self.triangles.bases:
            return self.triangles.fit(self.space, b, LARGEST)
        if self.segments.bases:
            return self.segments.fit(b, LARGEST)
        if self.wide:
            return b.call(operator.le, _sum(b, (s.count(b) for s in self.wide)), Const(LARGEST))
        lengths = _sum(b, (b.item(b.call(np.shape, r), 0) for r in self.rows))
        most = b.call(operator.mul, Const(LONGEST_ROW), lengths)
        return b.call(operator.le, _sum(b, (b.call(np.size, r) for r in self.rows)), most)


class Choices:
    """The choices made so far in a function.

    allowed: those by memory are not in a derivative, whose loops have been chosen from once.
    """

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed
        self.tests: set[Var] = set()

    def by_size(self, loop: For, builder: Builder, found: AtOnce) -> list[Stmt]:
        """The loop's statements at once, and where they may take more time or memory the loop beside them."""
        made, builder.stmts = builder.stmts, []
        test = found.test(builder)
        if not self.allowed:
            raise Stays("arrays that may take much memory")
        needed = _needed(made, uses(Let(None, test)) + [v for s in builder.stmts for v in uses(s)])
        then = Block(tuple(s for s in made if s not in needed), tuple(found.values[t] for t in loop.targets))
        if not found.is_told:
            self.tests.add(test)  # type: ignore[arg-type]
        return [*needed, *builder.stmts, self.choice(test, then, self.loop(loop, at_once=False), loop)]

    def by_turns(self, loop: For, made: For, turns: list[Turns], names: Names, builder: Builder) -> list[Stmt]:
        """Of two forms of a loop the one made of arrays, where the loops in it have so many turns, in the mean."""
        plain = anew(self.loop(loop, at_once=False))
        total = reduce(Turns.plus, turns)
        fewest = FEWEST_TURNS * total.times * len(turns)
        if Linear(fewest - 1).minus(total.count).at_least(0):
            return [replace(plain.stmts[0], targets=loop.targets)]  # type: ignore[type-var]
        count = None if total.count.at_least(fewest) else names.build(total.count, builder)
        if count is None:
            return [made]
        test = builder.call(operator.ge, count, Const(fewest))
        self.tests.add(test)  # type: ignore[arg-type]
        return [*builder.stmts, self.choice(test, self.loop(made, True), plain, loop)]

    def loop(self, loop: For, at_once: bool) -> Block:
        """One form of a loop, as a block of its own."""
        targets = tuple(Var(t.hint, t.type) for t in loop.targets)
        return Block((replace(loop, targets=targets, body=self.chosen(loop.body, at_once)),), targets)

    def choice(self, test: Atom, then: Block, orelse: Block, loop: For) -> If:
        return If(test, then, orelse, loop.targets, loop.origin)

    def chosen(self, block: Block, at_once: bool) -> Block:
        """A block with one form of each loop in it."""
        stmts: list[Stmt] = []
        values: dict[Var, Expr] = {}
        for stmt in block.stmts:
            if isinstance(stmt, If) and stmt.test in self.tests:
                arm = stmt.then if at_once else stmt.orelse
                stmts += arm.stmts
                values.update(zip(stmt.targets, arm.results, strict=True))
            else:
                stmts.append(stmt)
        if not values:
            return block
        made = substitute(Block(tuple(stmts), block.results), values)
        return Block(tuple(_used(made)), made.results)


def anew(block: Block) -> Block:
    """The same statements, which bind variables of their own."""
    own = {v: Var(v.hint, v.type) for v in definitions(block)}

    def visit(inner: Block) -> Block:
        return Block(tuple(rebound(map_stmt(s, lambda e: e, visit)) for s in inner.stmts), inner.results)

    def rebound(stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let):
            return replace(stmt, target=own[stmt.target]) if stmt.target is not None else stmt
        parts: dict[str, object] = {}
        for name in ("index", "elem"):
            if isinstance(stmt, For):
                parts[name] = own[getattr(stmt, name)]
        for name in ("params", "targets"):
            if hasattr(stmt, name):
                parts[name] = tuple(own[v] for v in getattr(stmt, name))
        return replace(stmt, **parts)  # type: ignore[type-var]

    return substitute(visit(block), own)


def _sum(b: Builder, counts: Iterable[Atom]) -> Atom:
    first, *others = counts
    for count in others:
        first = b.call(operator.add, first, count)
    return first


def _needed(stmts: list[Stmt], of: Iterable[Var]) -> list[Stmt]:
    """The statements that sizes are computed by."""
    needed = set(of)
    found: list[Stmt] = []
    for stmt in reversed(stmts):
        if isinstance(stmt, Let) and stmt.target in needed:
            value = stmt.value
            if not isinstance(value, Apply) or not (value.op.call in TOTAL or _is_slice(value)):
                raise Stays("windows of what the loop computes")
            needed.update(variables(value))
            found.append(stmt)
    return found[::-1]


def _is_slice(value: Apply) -> bool:
    """Whether it is a part of an array, which may be empty, but is always there."""
    index = value.args[1] if value.op is GETITEM and isinstance(expr_type(value.args[0]), Array) else None
    return isinstance(index, Apply) and index.op is SLICE


def _used(block: Block) -> list[Stmt]:
    """The statements of a block without those that nothing reads any more."""
    needed = {v for r in block.results for v in variables(r)}
    kept: list[Stmt] = []
    for stmt in reversed(block.stmts):
        made = bound(stmt) if isinstance(stmt, Let) else ()
        if not made or made[0] in needed:
            needed.update(uses(stmt))
            kept.append(stmt)
    return kept[::-1]


# -- how many turns ----------------------------------------------------------------------------------


def is_by_number(block: Block) -> bool:
    """Whether the arrays in a loop are read and written number by number: then lists take their place."""
    return all(_takes_numbers(s.value, s.target) for s in statements(block) if isinstance(s, Let))


def _takes_numbers(value: Expr, target: Var | None) -> bool:
    arrays = [e for e in getattr(value, "operands", ()) if isinstance(t := expr_type(e), Array) and rank(t) != 0]
    if not arrays or not isinstance(value, Apply) or value.op.call in (np.shape, np.size, len):
        return True
    if value.op in (SETITEM, ADDITEM):
        return len(arrays) == 1 and rank(expr_type(value.args[2])) == 0
    return value.op is GETITEM and target is not None and rank(target.type) == 0


@dataclass(frozen=True)
class Turns:
    """How many turns a loop has, `times` as many being a sum of whole numbers."""

    count: Linear
    times: int = 1

    @classmethod
    def usual(cls, space: Space, around: Iterable[Space]) -> Turns:
        """Those of a loop when the counters of the loops around it, innermost first, are half way."""
        count, times = space.high.minus(space.low), space.step
        for outer in around:
            low, high = outer.low, outer.high
            for counter, twice in ((outer.counter, low.plus(high)), (outer.turn, high.minus(low))):
                k = count.coefficient(counter)
                if counter is not None and k:
                    count, times = count.without(counter).times(2).plus(twice.minus(1), k), 2 * times
        return cls(count, times)

    def plus(self, other: Turns) -> Turns:
        return Turns(self.count.times(other.times).plus(other.count, self.times), self.times * other.times)


@contextmanager
def decided(test: Apply | None, holds: bool) -> Iterator[None]:
    """Within an arm of a branch, what its test tells of ints."""
    facts: list[sizes.Form] = []
    if test is not None and test.op.call in OPPOSITE:
        a, b = map(value_of_int, test.args)
        if a is not None and b is not None:
            call = test.op.call if holds else OPPOSITE[test.op.call]
            facts = sizes.facts_of(call, a, b)
    with sizes.assuming(facts):
        yield
