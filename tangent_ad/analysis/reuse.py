"""Which functional writes may reuse memory.

A write reuses memory when the old array was made in this function and neither it nor anything that may
share its memory is read later, the next turn of a loop included. In

    y = np.zeros(3)
    row = y[1:]
    z = additem(y, 0, g)
    return z, row

the write is blocked: `row` reads what it would overwrite. `optimise.in_place` acts on what is found here.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass

import numpy as np

from tangent_ad.analysis.hints import ANONYMOUS, is_derivative
from tangent_ad.analysis.memory import Memory
from tangent_ad.analysis.turns import Turn
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import WRITES
from tangent_ad.ir.types import Array, Seq
from tangent_ad.ir.walk import bound, count_uses, definitions, expressions, free_variables, statements, variables

INTO_SECOND = {operator.sub: np.subtract, operator.truediv: np.divide}  # x - y that may take the place of y
AUGMENTED = {operator.add: "iadd", operator.sub: "isub", operator.mul: "imul", operator.truediv: "itruediv"}
INTO = {np.tanh, np.exp, np.log, np.sqrt, np.sin, np.cos, np.negative, np.square, np.abs, np.log1p, np.expm1}


@dataclass
class Blocked:
    """A write that may not reuse memory: the loops it is in, outermost first, and who reads that memory later."""

    stmt: Let
    loops: tuple[For | While, ...]
    readers: tuple[Var, ...]


class Reuse:
    """Which writes of a function may reuse memory, and which are blocked; by `find_more` also which operations may."""

    def __init__(self, func: Func, region: frozenset[Var]) -> None:
        self.memory = Memory(func)
        self.region = region
        self.defs = {s.target: s for s in statements(func.body) if isinstance(s, Let)}
        self.age = self.ages(func)
        self.readers_of = _only_readers(func)
        self.carried = {p: i for s in statements(func.body) if isinstance(s, (For, While))
                        for p, i in zip(s.params, s.inits, strict=True)}  # fmt: skip
        self.writes: dict[Let, str] = {}
        self.swapped: dict[Let, tuple[Expr, ...]] = {}  # operands, the one written into first
        self.into: set[Let] = set()  # f(x) that may put its result where x was
        self.blocked: list[Blocked] = []
        self.loops: tuple[For | While, ...] = ()  # those around the statement at hand, outermost first
        self.turns: dict[For | While, Turn] = {}
        self.body = func.body
        self.look_at = self.write
        self.walk(self.body, set(), ())

    def find_more(self) -> None:
        """Find the operations that may put their result where an operand was: worth it once no write is blocked."""
        self.look_at = self.operation
        self.walk(self.body, set(), ())

    def walk(self, block: Block, live_out: set[Var], loops: tuple[For | While, ...]) -> set[Var]:
        live = set(live_out)
        for result in block.results:
            live.update(variables(result))
        for stmt in reversed(block.stmts):
            self.stmt(stmt, live, loops)
            live -= set(bound(stmt))
            for expr in expressions(stmt):
                live.update(variables(expr))
            if isinstance(stmt, If):
                for arm in (stmt.then, stmt.orelse):
                    live.update(free_variables(arm))
            elif isinstance(stmt, (For, While)):
                live.update(_loop_reads(stmt))
        return live

    def stmt(self, stmt: Stmt, after: set[Var], loops: tuple[For | While, ...]) -> None:
        if isinstance(stmt, Let):
            self.let(stmt, after, loops)
        elif isinstance(stmt, If):
            rest = after - set(stmt.targets)
            self.walk(stmt.then, rest, loops)
            self.walk(stmt.orelse, rest, loops)
        elif isinstance(stmt, (For, While)):
            rest = (after - set(stmt.targets)) | _loop_reads(stmt)
            self.walk(stmt.body, rest, (*loops, stmt))

    def let(self, stmt: Let, after: set[Var], loops: tuple[For | While, ...]) -> None:
        if stmt.target is not None and isinstance(stmt.value, Apply):
            self.loops = loops
            self.look_at(stmt, stmt.value, after)

    def write(self, stmt: Let, value: Apply, after: set[Var]) -> None:
        if value.op in WRITES:
            readers = self.readers(stmt, value.args[0], after)
            if readers is None:
                self.writes[stmt] = value.op.syntax
            else:
                self.blocked.append(Blocked(stmt, self.loops, readers))

    def operation(self, stmt: Let, value: Apply, after: set[Var]) -> None:
        assert stmt.target is not None
        if value.op.call in AUGMENTED:
            self.augmented(stmt, value, after)
        elif value.op.call in INTO and len(value.args) == 1 and not value.kwargs:
            self.over(stmt, stmt.target, value.args[0], after)

    def over(self, stmt: Let, target: Var, base: Expr, after: set[Var]) -> None:
        """Put the result where `base` was, if it fits there."""
        if _same_array(target, base) and self.may_reuse(stmt, base, after):
            self.into.add(stmt)

    def augmented(self, stmt: Let, value: Apply, after: set[Var]) -> None:
        """x = x + y is x += y; for + and * either operand may be the one reused."""
        assert stmt.target is not None
        orders = (value.args, value.args[::-1]) if value.op.call in (operator.add, operator.mul) else (value.args,)
        for args in orders:
            base = args[0]
            fits = isinstance(base, Var) and _same_array(stmt.target, base) and self.one_name(stmt, base)
            if fits and self.may_reuse(stmt, base, after):
                self.writes[stmt] = AUGMENTED[value.op.call]
                self.swapped[stmt] = args
                return
        base = value.args[1]
        if stmt.origin.derived and value.op.call in INTO_SECOND and isinstance(base, Var) and self.one_name(stmt, base):
            self.over(stmt, stmt.target, base, after)

    def one_name(self, stmt: Let, base: Var) -> bool:
        """Whether the new value may go by the old one's name: a name that the user gave keeps its meaning.

        Adjoint code may write into the user's arrays that nothing reads any more.
        """
        assert stmt.target is not None
        if is_temporary_name(base.hint) or base.hint == stmt.target.hint:
            return True
        if stmt.origin.derived:
            return stmt.target.hint in ANONYMOUS
        becomes: Var | None = stmt.target  # v * 0.9 on its way to v * 0.9 + 1.0, which is v again
        while becomes is not None and becomes.hint in ANONYMOUS:
            becomes = self.readers_of.get(becomes)
        return becomes is not None and becomes.hint == base.hint

    def may_reuse(self, stmt: Let, base: Expr, after: set[Var]) -> bool:
        return self.readers(stmt, base, after) is None

    def readers(self, stmt: Let, base: Expr, after: set[Var]) -> tuple[Var, ...] | None:
        """None where the memory of `base` may be reused; otherwise the later readers, none if it is not ours."""
        assert stmt.target is not None
        if isinstance(stmt.target.type, Seq) and stmt.target.type.cls is tuple:
            return None  # a tuple is never written into: `add_item` makes another
        objects = self.memory.own(base)
        if not objects or any(isinstance(o, tuple) for o in objects):
            return ()
        if stmt.target not in self.region and objects & self.region:
            return ()  # a pullback writing what the forward sweep left: it could not run twice
        newest = self.newest(base)
        oldest = -1 if newest is None else self.age[newest]  # what is older cannot hold the object
        later = [v for v in self.memory.holders(objects) & after if v is not stmt.target and self.age[v] >= oldest]
        return tuple(v for v in later if not self.apart(base, v)) or None

    def apart(self, base: Expr, other: Var) -> bool:
        """Whether two variables share nothing in the turn, of any of the loops around, that is at hand."""
        for loop in self.loops:
            if loop not in self.turns:
                self.turns[loop] = Turn(loop, self.memory)
            if isinstance(base, Var) and self.turns[loop].apart(base, other):
                return True
        return False

    def ages(self, func: Func) -> dict[Var, int]:
        """When the youngest object that a variable can reach was bound: a view is as old as its base."""
        found: dict[Var, int] = {}
        for i, v in enumerate((*func.params, *definitions(func.body))):
            stmt = self.defs.get(v)
            read = list(variables(stmt.value)) if stmt is not None else []
            makes = stmt is None or self.memory.own(v) & {v}
            found[v] = i if makes or not read else max(found.get(r, i) for r in read)
        return found

    def newest(self, base: Expr) -> Var | None:
        """The statement whose latest execution made this very object; older variables cannot hold it.

        A list made anew in each turn of a loop is one object to the points-to analysis. What was bound
        before it was made, in this turn or earlier, holds at most its elders.
        """
        objects = self.memory.own(base)
        while isinstance(base, Var):
            if base in self.carried:
                base = self.carried[base]
                continue
            stmt = self.defs.get(base)
            if stmt is None or not isinstance(stmt.value, Apply):
                return None
            if stmt.value.op not in WRITES:
                return base if objects == frozenset([base]) else None
            base = stmt.value.args[0]
        return None


def _loop_reads(stmt: For | While) -> set[Var]:
    """What a loop's turns read from outside it."""
    own = set(stmt.params) | ({stmt.index, stmt.elem} if isinstance(stmt, For) else set())
    found = set(free_variables(stmt.body)) - own
    if isinstance(stmt, While):
        found |= set(free_variables(stmt.test)) - own
    else:
        found.update(variables(stmt.iterable))  # the turns to come
    return found


def _same_array(target: Var, base: Expr) -> bool:
    t, b = target.type, getattr(base, "type", None)
    if not isinstance(t, Array) or not isinstance(b, Array):
        return False
    return t.dtype == b.dtype and not b.whole and bool(t.dims) and t.dims == b.dims


def _only_readers(func: Func) -> dict[Var, Var]:
    """What the one statement that reads a variable makes of it."""
    counts = count_uses([func.body])
    lets = [s for s in statements(func.body) if isinstance(s, Let) and s.target is not None]
    return {v: s.target for s in lets for v in variables(s.value) if counts.get(v) == 1}  # type: ignore[misc]


def is_temporary_name(hint: str) -> bool:
    return hint in ANONYMOUS or hint.endswith("_item") or is_derivative(hint)
