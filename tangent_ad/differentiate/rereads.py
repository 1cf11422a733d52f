"""Reads again: what a loop read from an array that it also writes into is, where it can be proved, still there
when the loop has ended, or was there before it began. Then the reverse sweep reads it there, and nothing is kept.

Before (the reverse sweep reads `x_item` of each turn; `records` would keep a copy of it for each):
    for i in range(n):
        x_item = x[:i]
        x[i] = b[i] - L[i, :i] @ x_item
    for <backwards>:
        L_bar[i, :i] -= b_bar * x_item

After (no later turn writes into x[:i]):
    for <backwards>:
        x_item = x[:i]
        L_bar[i, :i] -= b_bar * x_item

In a loop within a loop the array at the end may in turn be what it is at the end of the outer loop. If not, the outer
loop keeps all of the array in each turn: that is done only where the inner loop reads as much of it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tangent_ad.analysis.indices import items, known, meets_once
from tangent_ad.analysis.inference import infer, value_of_int
from tangent_ad.analysis.regions import Region, apart, moved, region
from tangent_ad.analysis.sizes import Form, assuming, facts_of
from tangent_ad.analysis.times import Times
from tangent_ad.analysis.trips import LEFT_OUT, Trips
from tangent_ad.differentiate.recompute import overwritten_in_loops
from tangent_ad.differentiate.reverse import Sweeps
from tangent_ad.ir.nodes import Apply, Block, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import ADD_AT, ADDITEM, CHAIN, GETITEM, SETITEM
from tangent_ad.ir.types import Size, dims_of
from tangent_ad.ir.walk import block_uses, definitions, statements, substitute

Loop = For | While
OTHERWISE = {operator.lt: operator.ge, operator.ge: operator.lt, operator.gt: operator.le, operator.le: operator.gt,
             operator.eq: operator.ne, operator.ne: operator.eq}  # fmt: skip
ITEM_WRITES = (SETITEM, ADDITEM, ADD_AT)


def read_again(sweeps: Sweeps) -> Sweeps:
    """The sweeps, with what the reverse sweep finds in arrays that are there read from those."""
    fleeting = overwritten_in_loops(Block(sweeps.forward))
    if not fleeting:
        return sweeps
    finder = _Finder(Block(sweeps.forward), fleeting)

    def visit(forward: Block, reverse: Block, loops: tuple[Loop, ...], facts: tuple[Form, ...]) -> Block:
        stmts = []
        for r in reverse.stmts:
            f = sweeps.pairs.get(getattr(r, "undoes", 0))
            if isinstance(f, If) and isinstance(r, If):
                then = visit(f.then, r.then, loops, (*facts, *finder.facts(f, True)))
                orelse = visit(f.orelse, r.orelse, loops, (*facts, *finder.facts(f, False)))
                r = replace(r, then=then, orelse=orelse)
            elif isinstance(f, (For, While)) and isinstance(r, For):
                r = replace(r, body=visit(f.body, r.body, (*loops, f), facts))
            stmts.append(r)
        reverse = Block(tuple(stmts), reverse.results)
        return finder.reads(forward, reverse, loops, facts) if loops else reverse

    return replace(sweeps, reverse=visit(Block(sweeps.forward), Block(sweeps.reverse), (), ()).stmts)


@dataclass
class _Versions:
    """An array that a loop carries and writes into: the values it takes within a turn, in order, and the writes.

    Attributes:
      since: the place in the turn from which on a version is there.
      writes: the places at which items are written, and which items.
    """

    since: dict[Var, int] = field(default_factory=dict)
    writes: list[tuple[int, Region]] = field(default_factory=list)
    steps: int = 0

    def step(self) -> int:
        self.steps += 1
        return self.steps


class _Finder:
    def __init__(self, forward: Block, fleeting: frozenset[Var]) -> None:
        self.fleeting = fleeting
        self.trips = Trips(forward)
        self.defs = {s.target: s.value for s in statements(forward) if isinstance(s, Let)}
        self.overwritten = set(_overwritten(forward))
        self.times: dict[For, Times] = {}
        self.carried: dict[tuple[For, int], _Versions | None] = {}

    def reads(self, forward: Block, reverse: Block, loops: tuple[Loop, ...], facts: tuple[Form, ...]) -> Block:
        """A block of the reverse sweep, which begins by reading again what the forward one read."""
        wanted = set(block_uses(reverse))
        again: list[Stmt] = []
        renamed: dict[Var, Expr] = {}
        for stmt in forward.stmts:
            place = _place(stmt)
            if place is None or place.value not in wanted or place.base not in self.fleeting:
                continue
            there = self.there(place.base, place.at, loops, facts)
            if there is not None and place.value not in renamed and self.costs_less(place, there):
                t = place.value.type
                renamed[place.value] = new = Var(place.value.hint, t)
                read = Apply(GETITEM, (there, place.at), (), t)
                again.append(Let(new, read, stmt.origin.adjoint))
        reverse = substitute(reverse, renamed)
        return Block((*again, *reverse.stmts), reverse.results)

    def costs_less(self, place: _Place, there: Var) -> bool:
        """Whether to read costs less than to keep: numbers, from an array that is as the program leaves it.

        Where loops go by number, the array is a list (`optimise/lists.py`), which may be read on once it is finished.
        """
        return bool(dims_of(place.value.type)) or there not in self.overwritten

    def there(self, base: Var, index: Expr, loops: tuple[Loop, ...], facts: tuple[Form, ...]) -> Var | None:
        """Another value of the array, known outside of the loops, with the same items at the index."""
        dims = dims_of(base.type)
        if not dims:
            return None
        with assuming(facts):  # where the read is; what is written is written on other paths too
            places = region(index, dims)
        found, left = None, list[Loop]()
        for loop in reversed(loops):
            if base not in set(definitions(loop.body)) | set(loop.params):
                found = base  # the loop only reads it: it is there all the time
                left.append(loop)
                continue
            outer = self.outside(loop, base, places)
            if outer is None:
                return found if self.reads_all(index, dims, left) else None
            found = base = outer
            left.append(loop)
        return found

    def outside(self, loop: Loop, base: Var, places: Region) -> Var | None:
        """What has the same items when the loop has ended, or before it began."""
        if isinstance(loop, While):
            return None
        for j, (init, target) in enumerate(zip(loop.inits, loop.targets, strict=True)):
            versions = self.versions(loop, j)
            if versions is None or base not in versions.since:
                continue
            since, times = versions.since[base], self.time(loop)
            same = [moved(w, times.same) for _, w in versions.writes]
            later, earlier = ([moved(w, t) for _, w in versions.writes] for t in (times.later, times.earlier))
            after = [w for (at, _), w in zip(versions.writes, same, strict=True) if at > since]
            before = [w for (at, _), w in zip(versions.writes, same, strict=True) if at <= since]
            if all(apart(places, w) for w in (*after, *later)):
                return target
            if isinstance(init, Var) and all(apart(places, w) for w in (*before, *earlier)):
                return init
        return None

    def reads_all(self, index: Expr, dims: tuple[Size, ...], loops: list[Loop]) -> bool:
        """Whether the loops read as many items as the array has."""
        found = items(index)
        some = [size for i, size in enumerate(dims) if i < len(found) and not _is_nearly_all(known(found[i]))]
        return bool(loops) and None not in found and self.trips.share(some, loops) > 0

    def time(self, loop: For) -> Times:
        if loop not in self.times:
            self.times[loop] = Times(loop)
        return self.times[loop]

    def versions(self, loop: For, j: int) -> _Versions | None:
        """The versions of the j-th variable that a loop carries; None unless they all are one array written into."""
        if (loop, j) not in self.carried:
            found = _Versions({loop.params[j]: 0})
            self.follow(loop.body, found, dims_of(loop.params[j].type) or (), ())
            self.carried[loop, j] = found if loop.body.results[j] in found.since else None
        return self.carried[loop, j]

    def follow(self, block: Block, found: _Versions, dims: tuple[Size, ...], facts: tuple[Form, ...]) -> None:
        """Add the versions and the writes of a block."""
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                value = stmt.value if isinstance(stmt.value, Apply) and stmt.value.op in ITEM_WRITES else None
                if value is not None and stmt.target is not None and value.args[0] in found.since:
                    index = value.args[1]
                    with assuming(facts):
                        places = () if isinstance(index, Apply) and index.op is CHAIN else region(index, dims)
                    found.since[stmt.target] = found.step()
                    found.writes.append((found.steps, places))
            elif isinstance(stmt, If):
                self.follow(stmt.then, found, dims, (*facts, *self.facts(stmt, True)))
                self.follow(stmt.orelse, found, dims, (*facts, *self.facts(stmt, False)))
                for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    if a in found.since and b in found.since:
                        found.since[target] = found.step()
            elif isinstance(stmt, (For, While)):
                inner = [i for i, init in enumerate(stmt.inits) if init in found.since]
                for i in inner:
                    found.since[stmt.params[i]] = found.step()
                self.follow(stmt.body, found, dims, facts)
                for i in inner:
                    if stmt.body.results[i] in found.since:
                        found.since[stmt.targets[i]] = found.step()

    def facts(self, branch: If, arm: bool) -> list[Form]:
        """What the test of a branch says of ints, in one of its arms."""
        test = self.defs.get(branch.test) if isinstance(branch.test, Var) else branch.test
        if not isinstance(test, Apply) or test.op.call not in OTHERWISE or len(test.args) != 2:
            return []
        a, b = map(value_of_int, test.args)
        call = test.op.call if arm else OTHERWISE[test.op.call]
        return [] if a is None or b is None else facts_of(call, a, b)


def _overwritten(block: Block) -> Iterator[Expr]:
    """The arrays that something is written into: their lists are not what they were."""
    for stmt in statements(block):
        if isinstance(stmt, (For, While)):
            yield from stmt.inits
        elif isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op in ITEM_WRITES:
            yield stmt.value.args[0]


class _Place(NamedTuple):
    """A part of an array that has the same items as a value."""

    value: Var
    base: Var
    at: Expr


def _place(stmt: Stmt) -> _Place | None:
    """Where a slice or an item was read from, or written to."""
    if not isinstance(stmt, Let) or stmt.target is None or not isinstance(stmt.value, Apply):
        return None
    op, args = stmt.value.op, stmt.value.args
    if op not in (GETITEM, SETITEM) or not isinstance(args[0], Var) or not meets_once(args[1]):
        return None
    value, base = (stmt.target, args[0]) if op is GETITEM else (args[2], stmt.target)
    if not isinstance(value, Var) or dims_of(value.type) is None:
        return None
    as_written = op is GETITEM or infer(GETITEM, args[:2], ()) == value.type  # neither cast nor broadcast
    return _Place(value, base, args[1]) if as_written else None


def _is_nearly_all(item: object) -> bool:
    """Whether a slice leaves out a few items of its axis at most."""
    if not isinstance(item, slice) or item.step not in (None, 1):
        return False
    return 0 <= (item.start or 0) <= LEFT_OUT and -LEFT_OUT <= (item.stop or 0) <= 0
