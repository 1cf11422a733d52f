"""Copies for the writes that may not reuse memory, as few and as small as will do: a part of `in_place`.

    >>> def f(x):
    ...     y = np.outer(x, x)
    ...     z = np.sin(y[1])
    ...     y[1] = 0.5
    ...     return y * z
    >>> adjoint(f, "in_place", x="float64[3]")
    func f(x: float64[3], t_bar: float64[3, 3]):
        y: float64[3, 3] = numpy.outer(x, x)
        t: float64[3] = operator.getitem(y, 1)
        t.1: float64[3] = numpy.copy(t)
        z: float64[3] = numpy.sin(t)
        setitem y (1, 0.5)
        ...
        t.4: float64[3] = numpy.cos(t.1, out=t.1)
        ...

The reverse sweep reads the row as it was: the row is copied, not the whole of `y`. Where what is read later is the
array itself, it is copied: once before the loop that carries it if that is enough, at the write otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tangent_ad.analysis.indices import is_everything, items, known
from tangent_ad.analysis.memory import Memory, may_hold_memory
from tangent_ad.analysis.reuse import Blocked
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, SETITEM, WRITES
from tangent_ad.ir.types import Array, List, Seq
from tangent_ad.ir.walk import bound, map_stmt, statements, variables
from tangent_ad.rules.declare import RULES, op_of
from tangent_ad.runtime import helpers


class Repair(NamedTuple):
    """A function in which a write may be free, and the variables that it has more, by the one they stand in for."""

    func: Func
    made: dict[Var, Var]


def copy_views(func: Func, blocked: Iterable[Blocked], memory: Memory) -> Repair | None:
    """Copy the views that alone block writes, where they are made; None where there are no such writes."""
    sources = _Sources(func, memory)
    found: dict[Let, list[Let]] = {}
    for write in blocked:
        views = sources.of(write)
        if views is not None and sum(map(_nearly_whole, views)) < 2:
            for view in views:
                found.setdefault(view, []).append(write.stmt)
    return _with_copied(func, found) if found else None


def _with_copied(func: Func, views: dict[Let, list[Let]]) -> Repair:
    """What reads a view later reads a copy of it; what computes with it at once still reads the view itself."""
    made = {v.target: Var(v.target.hint, v.target.type) for v in views if v.target is not None}

    def rewired(block: Block) -> Block:
        early = _early(block, views)
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            swapped = {v: c for v, c in made.items() if v not in early.get(stmt, ())}
            stmts.append(_swap(stmt, swapped, rewired))
            if isinstance(stmt, Let) and stmt in views and stmt.target is not None:
                var = made[stmt.target]
                stmts.append(Let(var, Apply(op_of(np.copy), (stmt.target,), (), var.type), stmt.origin))
        return Block(tuple(stmts), tuple(made.get(r, r) if isinstance(r, Var) else r for r in block.results))

    return Repair(replace(func, body=rewired(func.body)), made)


def _swap(stmt: Stmt, swapped: dict[Var, Var], block: Callable[[Block], Block]) -> Stmt:
    return map_stmt(stmt, lambda e: swapped.get(e, e) if isinstance(e, Var) else e, block)


def _early(block: Block, views: dict[Let, list[Let]]) -> dict[Stmt, set[Var]]:
    """The statements of a block that make something new of a view before the writes that it blocks."""
    found: dict[Stmt, set[Var]] = {}
    here = [(i, s) for i, s in enumerate(block.stmts) if isinstance(s, Let) and s in views]
    for i, view in here:
        for stmt in block.stmts[i + 1 :]:
            if any(s in views[view] for s in statements(Block((stmt,)))):
                break
            op = stmt.value.op if isinstance(stmt, Let) and isinstance(stmt.value, Apply) else None
            if op is not None and op.fresh and op in RULES:
                found.setdefault(stmt, set()).update(bound(view))
    return found


class _Sources:
    """Through which views the memory of arrays reaches the variables of a function."""

    def __init__(self, func: Func, memory: Memory) -> None:
        self.memory = memory
        self.views: dict[Var, Let] = {}
        self.flows: dict[Var, list[Expr]] = {}
        for stmt in statements(func.body):
            if isinstance(stmt, Let) and stmt.target is not None:
                self.flows[stmt.target] = [*variables(stmt.value)]
                if _is_view(stmt):
                    self.views[stmt.target] = stmt
            elif isinstance(stmt, If):
                for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    self.flows[target] = [a, b]
            elif isinstance(stmt, (For, While)):
                rows = zip(stmt.params, stmt.inits, stmt.body.results, stmt.targets, strict=False)
                for param, init, result, target in rows:
                    self.flows[param] = self.flows[target] = [init, result]
                if isinstance(stmt, For):
                    self.flows[stmt.elem] = [*variables(stmt.iterable)]

    def of(self, write: Blocked) -> list[Let] | None:
        """The views through which a write's memory reaches all who read it later; None if there are other ways."""
        assert isinstance(write.stmt.value, Apply)
        objects = self.memory.own(write.stmt.value.args[0])
        found: dict[Let, None] = {}
        todo: list[Var] = list(write.readers)
        seen: set[Var] = set(todo)
        while todo:
            var = todo.pop()
            if var in self.views:
                found[self.views[var]] = None
                continue
            if var in objects or var not in self.flows:
                return None  # made here, or given
            more = [v for e in self.flows[var] for v in variables(e)
                    if v not in seen and self.memory.all(v) & objects]  # fmt: skip
            todo += more
            seen.update(more)
        return list(found) or None


def _is_view(stmt: Let) -> bool:
    """Whether a statement takes a part of an array that stays the array's own memory."""
    value, t = stmt.value, stmt.target.type if stmt.target is not None else None
    if not isinstance(value, Apply) or value.op is not GETITEM or not isinstance(t, Array) or t.dims is None:
        return False
    base = value.args[0]
    return may_hold_memory(t) and isinstance(base, Var) and isinstance(base.type, Array)


def _nearly_whole(view: Let) -> bool:
    """Whether a view leaves out only a few items at the ends: x[1:-1], x[:, 2:]."""
    assert isinstance(view.value, Apply)
    return all(map(_is_wide, items(view.value.args[1])))


def _is_wide(item: object) -> bool:
    item = known(item)
    if not isinstance(item, slice):
        return item is None or item is Ellipsis
    starts = item.start is None or (isinstance(item.start, int) and item.start >= 0)
    stops = item.stop is None or (isinstance(item.stop, int) and item.stop < 0)
    return starts and stops and item.step in (None, 1, -1)


def copy_bases(func: Func, blocked: Blocked) -> Iterator[Repair]:
    """Give a write an array of its own: before a loop that carries it, the outermost first, then at the write."""
    value = blocked.stmt.value
    assert isinstance(value, Apply)
    base: Expr = value.args[0]  # a constant, where the cotangent is an array of the user's module
    defs = {s.target: s for s in statements(func.body) if isinstance(s, Let)}
    origins = _origins(func)
    carriers: list[tuple[For | While, int]] = []
    for loop in reversed(blocked.loops):
        base = _root(base, origins)
        if base not in loop.params:
            break
        carriers.append((loop, loop.params.index(base)))
        base = loop.inits[carriers[-1][1]]
    unsure = maybe_undefined(func.body) if carriers else set()
    for loop, i in reversed(carriers):
        if _is_copy(loop.inits[i], defs):
            continue
        copied, let = copy_of(loop.inits[i], loop, loop.inits[i] not in unsure)
        inits = (*loop.inits[:i], copied, *loop.inits[i + 1 :])
        made = {} if blocked.stmt.target is None else {blocked.stmt.target: copied}
        yield Repair(replace(func, body=replaced(func.body, {loop: [let, replace(loop, inits=inits)]})), made)
    yield copy_base(func, blocked)


def copy_base(func: Func, blocked: Blocked) -> Repair:
    """Give a write an array of its own, right before it."""
    value = blocked.stmt.value
    assert isinstance(value, Apply)
    copied, let = copy_of(value.args[0], blocked.stmt)
    if value.op is SETITEM and isinstance(copied.type, Array) and is_everything(value.args[1]):
        assert isinstance(let.value, Apply)
        let = replace(let, value=replace(let.value, op=op_of(np.empty_like)))
    written = replace(blocked.stmt, value=replace(value, args=(copied, *value.args[1:])))
    made = {} if blocked.stmt.target is None else {blocked.stmt.target: copied}
    return Repair(replace(func, body=replaced(func.body, {blocked.stmt: [let, written]})), made)


def _root(base: Expr, origins: dict[Var, Expr]) -> Expr:
    """Follow writes, and the loops and branches that they are in, back to what they started from."""
    while isinstance(base, Var) and base in origins:
        base = origins[base]
    return base


def _origins(func: Func) -> dict[Var, Expr]:
    """Where the memory of what was written into, or passed through a loop or a branch, comes from."""
    found: dict[Var, Expr] = {}
    for stmt in statements(func.body):
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op in WRITES and stmt.target:
            found[stmt.target] = stmt.value.args[0]
        elif isinstance(stmt, (For, While)):
            found.update(zip(stmt.targets, stmt.inits, strict=True))
    for stmt in statements(func.body):
        if isinstance(stmt, If):
            for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                if _root(a, found) is _root(b, found):
                    found[target] = _root(a, found)
    return found


def _is_copy(expr: Expr, defs: dict[Var | None, Let]) -> bool:
    stmt = defs.get(expr) if isinstance(expr, Var) else None
    return stmt is not None and isinstance(stmt.value, Apply) and stmt.value.op.call in (np.copy, list, helpers.copy)


def copy_of(expr: Expr, at: Stmt, is_there: bool = True) -> tuple[Var, Let]:
    """A copy to write into, and the statement that makes it; a tuple, of which `add_item` makes another, is itself.

    `is_there`: whether every path to it assigns the value.
    """
    t = expr_type(expr)
    is_list = isinstance(t, List) or (isinstance(t, Seq) and t.cls is list)
    var = Var(getattr(expr, "hint", "t"), t)
    op = op_of(helpers.copy if not is_there else list if is_list else np.copy if isinstance(t, Array) else helpers.copy)
    return var, Let(var, Apply(op, (expr,), (), var.type), at.origin)


def replaced(block: Block, new: dict[Stmt, list[Stmt]]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if stmt in new:
            stmts += new[stmt]
        elif isinstance(stmt, If):
            stmts.append(replace(stmt, then=replaced(stmt.then, new), orelse=replaced(stmt.orelse, new)))
        elif isinstance(stmt, (For, While)):
            stmts.append(replace(stmt, body=replaced(stmt.body, new)))
        else:
            stmts.append(stmt)
    return Block(tuple(stmts), block.results)
