"""What a loop carries from turn to turn, and whether its turns may be taken at once nevertheless.

s += x[i]                   a sum: the turns' terms are added afterwards
y[i] = x[i] * y[i]          each turn reads and writes a place of its own
y[i] = y[i + 1]             reads what the loop has not written yet: the array as it was before
y[k[i]] += x[i]             only additions, which commute
y[i] += y[i + 1 :] @ x[i]   also where that is all that comes later
c[i, i:] = c[i:, i] = x[i]  a row and a column in each turn, which meet only on the diagonal
y[i] = y[i - 1] * x[i]      reads what another turn wrote: the loop stays
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

from tangent_ad.backend.indices import axis_of, is_none, items_of
from tangent_ad.backend.linear import Linear, linear
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.triangles import edge_of
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, If, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, CHAIN, GETITEM, SETITEM, SLICE
from tangent_ad.ir.types import Array, rank
from tangent_ad.ir.walk import count_uses, statements, variables


@dataclass
class Sum:
    """A variable to which the turns only add.

    Attributes:
      steps: the values it takes within a turn, the first being the loop's parameter.
      seen: the last of them, if the body reads it: then the sums up to each turn are needed.
    """

    param: Var
    steps: set[Var] = field(default_factory=set)
    seen: Var | None = None


@dataclass(frozen=True)
class Scan:
    """Each turn adds to what the turn before has written.

    Attributes:
      read: the statement that reads the place of the turn before; nothing else reads its value.
      place: that place.
      result: the sum that is written; None for `y[i] += y[i - 1]`, whose write is the sum.
      term: what is added.
    """

    read: Let
    place: Linear
    result: Var | None
    term: Expr | None


@dataclass
class Written:
    """An array that the turns write into.

    Attributes:
      versions: the values it takes within a turn.
      adds: whether the turns only add to it, wherever.
      before: reads of it that meet no place written in the same or an earlier turn.
    """

    param: Var
    versions: set[Var]
    adds: bool = False
    before: set[Let] = field(default_factory=set)
    scan: Scan | None = None


class Carried:
    """The parameters of a loop, sorted by how the turns depend on each other through them."""

    def __init__(self, loop: For, space: Space) -> None:
        self.loop, self.space = loop, space
        self.uses = count_uses([loop.body])
        self.sums: dict[Var, Sum] = {}
        self.arrays: dict[Var, Written] = {}
        self.differing = _differing(loop)
        self.apart = _apart(loop.body)
        forms = [f for f in map(linear, self.differing) if f is not None and not space.moves(f)]
        self.unknown = {symbol for form in forms for symbol, _ in form.terms}
        for param, result in zip(loop.params, loop.body.results, strict=True):
            self.sort(param, result)

    def sort(self, param: Var, result: Expr) -> None:
        if result is param:
            raise Stays("a variable that does not change")  # `simplify` removes it, then the loop is tried again
        if isinstance(param.type, Array) and rank(param.type) and self.is_written(param):
            written = self.written(param, result)
            for v in written.versions:
                self.arrays[v] = written
        else:
            found = self.sum(param, result)
            for v in found.steps:
                self.sums[v] = found

    # -- sums ----------------------------------------------------------------------------------------

    def sum(self, param: Var, result: Expr) -> Sum:
        found = Sum(param, {param})
        self.steps(self.loop.body, found)
        if result not in found.steps:
            raise Stays(f"{param.hint} of one turn depends on that of another")
        links = self.links(self.loop.body, found.steps)
        for step in found.steps:
            extra = self.uses.get(step, 0) - links.get(step, 0)
            if step is result and extra > 1 and len(found.steps) == 2:
                found.seen = step
            elif extra != (step is result) or links.get(step, 0) != (step is not result):
                raise Stays(f"{param.hint} is read while it is summed")
        return found

    def steps(self, block: Block, found: Sum) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, Let) and stmt.target is not None and added(stmt.value, found.steps):
                found.steps.add(stmt.target)
            elif isinstance(stmt, If):
                self.steps(stmt.then, found)
                self.steps(stmt.orelse, found)
                for target, *ends in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    if all(e in found.steps for e in ends):
                        found.steps.add(target)

    def links(self, block: Block, steps: set[Var]) -> dict[Var, int]:
        """How often each value of a sum is read to get the next one; the arms of a branch count once."""
        counts: dict[Var, int] = {}
        for stmt in block.stmts:
            if isinstance(stmt, Let) and stmt.target in steps:
                for v in variables(stmt.value):
                    if v in steps:
                        counts[v] = counts.get(v, 0) + 1
            elif isinstance(stmt, If) and any(t in steps for t in stmt.targets):
                self.branch_links(stmt, steps, counts)
        return counts

    def branch_links(self, stmt: If, steps: set[Var], counts: dict[Var, int]) -> None:
        entries = []
        for arm in (stmt.then, stmt.orelse):
            inner = self.links(arm, steps)
            for target, end in zip(stmt.targets, arm.results, strict=True):
                if target in steps:
                    assert isinstance(end, Var)
                    inner[end] = inner.get(end, 0) + 1
            entries.append(inner)
        for v in {v for inner in entries for v in inner}:
            both = [inner.get(v, 0) for inner in entries]
            if max(both) > 1:
                raise Stays("a sum that is read twice")
            if all(both):  # the value before the branch: one reader follows another
                self.uses[v] -= 1
            counts[v] = counts.get(v, 0) + 1

    # -- arrays --------------------------------------------------------------------------------------

    def is_written(self, param: Var) -> bool:
        return any(_writes(s, param) for s in statements(self.loop.body))

    def written(self, param: Var, result: Expr) -> Written:
        found = Written(param, {param})
        accesses: list[Let] = []
        reads = self.accesses(self.loop.body, found, accesses) + (result in found.versions)
        if result not in found.versions or sum(self.uses.get(v, 0) for v in found.versions) != reads:
            raise Stays(f"{param.hint} is used as a whole")
        kinds = {_apply(s).op for s in accesses}
        if kinds <= {ADDITEM}:
            found.adds = True
            return found
        self.separate(found, accesses)
        return found

    def accesses(self, block: Block, found: Written, accesses: list[Let]) -> int:
        """Collect reads and writes of items; returns how often the versions are used so."""
        count = 0
        for stmt in block.stmts:
            if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.args:
                base = stmt.value.args[0]
                if base in found.versions and stmt.value.op in (SETITEM, ADDITEM, GETITEM):
                    accesses.append(stmt)
                    count += 1
                    if stmt.value.op is not GETITEM:
                        assert stmt.target is not None
                        found.versions.add(stmt.target)
            elif isinstance(stmt, If):
                count += self.accesses(stmt.then, found, accesses) + self.accesses(stmt.orelse, found, accesses)
                for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    if a in found.versions and b in found.versions:
                        found.versions.add(target)
                        count += 2
        return count

    def separate(self, found: Written, accesses: list[Let]) -> None:
        """Raises Stays unless no turn reads or writes what another writes, but for reads of what comes later."""
        writes = [s for s in accesses if _apply(s).op is not GETITEM]
        places = {self.place(s) for s in writes}
        if len(places) != 1:
            if not self.is_symmetric(accesses):
                raise Stays(f"{found.param.hint} is written in several places")
            return
        axis, form = places.pop()
        for stmt in accesses:
            if _apply(stmt).op is not GETITEM or self.same_place(stmt, axis, form):
                continue
            if all(self.earlier(stmt, w, axis, form) for w in writes):
                found.before.add(stmt)
                continue
            scan = self.scan(stmt, writes, form) if found.scan is None else None
            if scan is None:
                raise Stays(f"{found.param.hint} is read where another turn has written")
            found.scan = scan

    def is_symmetric(self, accesses: list[Let]) -> bool:
        """Whether each turn has part of a row and part of a column, from the diagonal on or up to it."""
        found = set()
        for stmt in accesses:
            items = items_of(_apply(stmt).args[1])
            if len(items) != 2 or rank(_apply(stmt).args[0].type) != 2:  # type: ignore[union-attr]
                return False
            edges = [edge_of(self.space, item) for item in items]
            axis = 0 if edges[0] is None else 1
            edge, form = edges[1 - axis], linear(items[axis])
            if edge is None or form is None or edges[axis] is not None:
                return False
            a, rest = self.space.by_turn(form)
            beyond = edge.first.difference(self.space.low.plus(rest))
            if a != 1 or beyond is None or (beyond < 0 if edge.behind else beyond > 1):
                return False
            found.add((edge.behind, form))
        return len(found) == 1

    def scan(self, read: Let, writes: list[Let], form: Linear) -> Scan | None:
        """The read of what the turn before wrote, if all that is done with it is to add to it and write the sum."""
        top = self.loop.body.stmts
        here = self.forms(read).get(0)
        write = writes[0]
        value = read.target
        items = items_of(_apply(read).args[1])
        if here is None or value is None or len(writes) != 1 or len(items) != 1 or not {read, write} <= set(top):
            return None
        (a, rest), (b, before) = self.space.by_turn(form), self.space.by_turn(here)
        last_turn = 1 if self.space.descends else -1
        if (a, b, self.space.step) != (1, 1, 1) or before.difference(rest) != last_turn or self.uses.get(value) != 1:
            return None
        first = self.space.high.minus(1) if self.space.descends else self.space.low
        place = first.plus(before)
        stored = _apply(write).args[2]
        if _apply(write).op is ADDITEM:
            return Scan(read, place, None, None) if stored is value else None
        for stmt in top:
            if isinstance(stmt, Let) and stmt.target is stored and added(stmt.value, {value}):
                x, y = _apply(stmt).args
                if _apply(stmt).op.call is operator.add:
                    return Scan(read, place, stmt.target, y if x is value else x)
        return None

    def place(self, stmt: Let) -> tuple[int, Linear]:
        """The axis along which the turns write, and where."""
        forms = self.forms(stmt)
        moving = [(axis, form) for axis, form in forms.items() if form is not None and self.space.moves(form)]
        if len(moving) != 1:
            raise Stays("it does not write one place a turn")
        return moving[0]

    def forms(self, stmt: Let) -> dict[int, Linear | None]:
        """The index of each axis that is picked by a number; None for one that differs in unknown ways."""
        index = _apply(stmt).args[1]
        found: dict[int, Linear | None] = {}
        axis = 0
        for item in items_of(index):
            if (isinstance(item, Const) and item.value is Ellipsis) or (isinstance(item, Apply) and item.op is CHAIN):
                raise Stays("an index with an ellipsis")
            form = linear(item)
            if form is not None and any(k in self.unknown for k, _ in form.terms):
                raise Stays("an index that differs between turns")
            if form is None and any(v in self.differing for v in variables(item)) and not self.is_part(item):
                raise Stays("an index that differs between turns")
            if form is not None:
                found[axis] = form
            axis += not (isinstance(item, Const) and item.value is None)
        return found

    def is_part(self, item: Expr) -> bool:
        """Whether it is a slice whose ends are sums of counters: part of an axis, all of which is taken to be met."""
        if not isinstance(item, Apply) or item.op is not SLICE:
            return False
        forms = [linear(a) for a in item.args if isinstance(a, Var)]
        return all(f is not None and all(k not in self.unknown for k, _ in f.terms) for f in forms)

    def is_ahead(self, read: Let, axis: int, form: Linear) -> bool:
        """Whether a read is of a slice of which all places are written, if at all, in later turns."""
        items = items_of(_apply(read).args[1])
        places = [n for n in range(len(items)) if not is_none(items[n]) and axis_of(items, n) == axis]
        edge = edge_of(self.space, items[places[0]]) if places else None
        if edge is None or edge.behind is self.space.descends:
            return False
        a, rest = self.space.by_turn(form)
        beyond = edge.first.difference(self.space.low.plus(rest))
        return a == 1 and beyond is not None and (beyond > 0 if edge.behind else beyond <= 0)

    def same_place(self, stmt: Let, axis: int, form: Linear) -> bool:
        return self.forms(stmt).get(axis) == form

    def earlier(self, read: Let, write: Let, axis: int, form: Linear) -> bool:
        """Whether a read never meets what this or an earlier turn has written."""
        reads, writes = self.forms(read), self.forms(write)
        for other, there in writes.items():
            here = reads.get(other)
            if other == axis or here is None or there is None or self.space.moves(here) or self.space.moves(there):
                continue
            apart = here.difference(there)
            if apart and here.at_least(0) and there.at_least(0):
                return True
        here = reads.get(axis)
        if here is None:
            return self.is_ahead(read, axis, form)
        a, rest = self.space.by_turn(form)
        b, other_rest = self.space.by_turn(here)
        if b == 0:
            return self.outside(here, form) or self.avoided(here, form, write)
        ahead = other_rest.difference(rest)
        if a != b or ahead is None:
            return False
        if ahead % (a * self.space.step):
            return True
        turns = ahead // (a * self.space.step)
        return turns < 0 if self.space.descends else turns > 0

    def outside(self, here: Linear, form: Linear) -> bool:
        """Whether a place is outside all that the turns write."""
        walk = self.space.walk(form)
        return here.at_least(0) and (walk.start.minus(here).at_least(1) or here.minus(walk.stop).at_least(0))


    def avoided(self, here: Linear, form: Linear, write: Let) -> bool:
        """Whether a write is in the branch of a test that it is not to this place: `if i != k: x[i] -= x[k]`."""
        apart = (form.minus(here), here.minus(form))
        tested = any(difference in apart for difference in self.apart.get(write, ()))
        return tested and here.at_least(0) and self.space.walk(form).start.at_least(0)


def added(value: Expr, steps: set[Var]) -> bool:
    """Whether a value is one of `steps` plus or minus something else."""
    if not isinstance(value, Apply) or value.op.call not in (operator.add, operator.sub):
        return False
    x, y = value.args
    return (x in steps) != (y in steps) and (x in steps or value.op.call is operator.add)


def _writes(stmt: Stmt, param: Var) -> bool:
    """Whether a statement is a write into an array, or a branch that may be one."""
    if isinstance(stmt, If):
        return param in (*stmt.then.results, *stmt.orelse.results)
    write = isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op in (SETITEM, ADDITEM)
    return write and stmt.value.args[0] is param  # type: ignore[attr-defined]


def _apart(body: Block) -> dict[Let, list[Linear]]:
    """By statement in a branch, what is not 0 there: i - k, where the branch is that of i != k."""
    tests = {s.target: s.value for s in statements(body) if isinstance(s, Let) and isinstance(s.value, Apply)}
    found: dict[Let, list[Linear]] = {}

    def visit(block: Block, known: list[Linear]) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                found[stmt] = known
            elif isinstance(stmt, If):
                for arm, unequal in ((stmt.then, operator.ne), (stmt.orelse, operator.eq)):
                    test = tests.get(stmt.test) if isinstance(stmt.test, Var) else None
                    sides = [linear(a) for a in test.args] if test is not None and test.op.call is unequal else []
                    more = [sides[0].minus(sides[1])] if sides and sides[0] is not None and sides[1] is not None else []
                    visit(arm, known + more)

    visit(body, [])
    return found


def _apply(stmt: Let) -> Apply:
    assert isinstance(stmt.value, Apply)
    return stmt.value


def _differing(loop: For) -> set[Var]:
    """Variables of the body that may differ between turns, besides the counters."""
    found: set[Var] = set(loop.params)

    def block(b: Block) -> None:
        for stmt in b.stmts:
            read = _reads(stmt)
            if isinstance(stmt, Let):
                if stmt.target is not None and read & (found | {loop.elem, loop.index}):
                    found.add(stmt.target)
            elif isinstance(stmt, If):
                block(stmt.then)
                block(stmt.orelse)
                found.update(stmt.targets)

    block(loop.body)
    return found


def _reads(stmt: Stmt) -> set[Var]:
    return set(variables(stmt.value)) if isinstance(stmt, Let) else set()
