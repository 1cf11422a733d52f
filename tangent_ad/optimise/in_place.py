"""Decides which functional writes may reuse memory; the others get a copy first.

Before:
    x_bar_2 = additem(x_bar_1, i, g)        # x_bar_1 is ours, and nobody reads it again

After:
    x_bar_1[i] += g

A write reuses memory when the old array was made in this function and neither it nor anything that may
share its memory is read later, the next turn of a loop included. What a loop writes but does not own is
copied once, before the loop.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace

import numpy as np

from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.analysis.memory import Memory
from tangent_ad.errors import NOWHERE, Refused
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE, WRITES
from tangent_ad.ir.types import Array, List, Seq, Unknown
from tangent_ad.ir.walk import (
    blocks,
    bound,
    definitions,
    expressions,
    free_variables,
    map_stmt,
    statements,
    substitute,
    variables,
)
from tangent_ad.optimise.simplify import drop_copies
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

COPIES = 200
INTO_SECOND = {operator.sub: np.subtract, operator.truediv: np.divide}  # x - y that may take the place of y
AUGMENTED = {operator.add: "iadd", operator.sub: "isub", operator.mul: "imul", operator.truediv: "itruediv"}
INTO = {np.tanh, np.exp, np.log, np.sqrt, np.sin, np.cos, np.negative, np.square, np.abs, np.log1p, np.expm1}


def in_place(func: Func, region: frozenset[Var] = frozenset()) -> Func:
    """Turn functional writes into `Store` statements.

    `region`: for a pullback, the variables of the forward sweep; their memory is not written.
    """
    for _ in range(COPIES):
        decision = _Decide(func, region)
        if not decision.blocked:
            break
        func, made = _copy_first(func, decision.blocked[0])
        if decision.blocked[0].stmt.target in region:
            region |= {made}
    else:
        place = decision.blocked[0].stmt.origin
        raise Refused(place, "what the derivative writes here shares memory that cannot be told apart",
                      "compute the value in a helper function, or build it without the list")  # fmt: skip
    body, renamed = _apply(func.body, decision)
    return drop_copies(replace(func, body=substitute(body, renamed)))


@dataclass
class _Blocked:
    """A write that may not reuse memory, and the loops it is in, outermost first."""

    stmt: Let
    loops: tuple[For | While, ...]


class _Decide:
    def __init__(self, func: Func, region: frozenset[Var]) -> None:
        self.memory = Memory(func)
        self.region = region
        self.defs = {s.target: s for s in statements(func.body) if isinstance(s, Let)}
        self.age = self.ages(func)
        self.carried = {p: i for s in statements(func.body) if isinstance(s, (For, While))
                        for p, i in zip(s.params, s.inits, strict=True)}  # fmt: skip
        self.writes: dict[Let, str] = {}
        self.swapped: dict[Let, tuple[Expr, ...]] = {}  # operands, the one written into first
        self.into: set[Let] = set()  # f(x) that may put its result where x was
        self.blocked: list[_Blocked] = []
        self.walk(func.body, set(), ())

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
        value = stmt.value
        if stmt.target is None or not isinstance(value, Apply):
            return
        if value.op in WRITES:
            if self.may_reuse(stmt, value.args[0], after):
                self.writes[stmt] = value.op.syntax
            else:
                self.blocked.append(_Blocked(stmt, loops))
        elif value.op.call in AUGMENTED:
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
            fits = isinstance(base, Var) and _same_array(stmt.target, base) and _one_name(stmt, base)
            if fits and self.may_reuse(stmt, base, after):
                self.writes[stmt] = AUGMENTED[value.op.call]
                self.swapped[stmt] = args
                return
        base = value.args[1]
        if stmt.origin.derived and value.op.call in INTO_SECOND and isinstance(base, Var) and _one_name(stmt, base):
            self.over(stmt, stmt.target, base, after)

    def may_reuse(self, stmt: Let, base: Expr, after: set[Var]) -> bool:
        assert stmt.target is not None
        if isinstance(stmt.target.type, Seq) and stmt.target.type.cls is tuple:
            return True  # a tuple is never written into: `add_item` makes another
        objects = self.memory.own(base)
        if not objects or any(isinstance(o, tuple) for o in objects):
            return False
        if stmt.target not in self.region and objects & self.region:
            return False  # a pullback writing what the forward sweep left: it could not run twice
        newest = self.newest(base)
        oldest = -1 if newest is None else self.age[newest]  # what is older cannot hold the object
        later = (v for v in after if v is not stmt.target and (newest is None or self.age[v] >= oldest))
        return not any(self.memory.all(v) & objects for v in later)

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
    return t.dtype == b.dtype and bool(t.dims) and t.dims == b.dims


def _one_name(stmt: Let, base: Var) -> bool:
    """Whether the new value may go by the old one's name: a name that the user gave keeps its meaning.

    Adjoint code may write into the user's arrays that nothing reads any more.
    """
    assert stmt.target is not None
    if _is_temporary_name(base.hint) or base.hint == stmt.target.hint:
        return True
    return bool(stmt.origin.derived) and stmt.target.hint in ANONYMOUS


def _is_temporary_name(hint: str) -> bool:
    return hint in ANONYMOUS or hint.endswith(("_bar", "_dot", "_item"))


def _copy_first(func: Func, blocked: _Blocked) -> tuple[Func, Var]:
    """Give a blocked write memory of its own: before the outermost loop that carries it, or at the write.

    Returns the function, and the copy.
    """
    value = blocked.stmt.value
    assert isinstance(value, Apply)
    base = value.args[0]
    defs = {s.target: s for s in statements(func.body) if isinstance(s, Let)}
    origins = _origins(func)
    where: tuple[For | While, int] | None = None
    for loop in reversed(blocked.loops):
        base = _root(base, origins)
        if base not in loop.params:
            break
        where = (loop, loop.params.index(base))
        base = loop.inits[where[1]]
    if where is not None and not _is_copy(where[0].inits[where[1]], defs):
        loop, i = where
        copied, let = _copy(loop.inits[i], loop)
        inits = (*loop.inits[:i], copied, *loop.inits[i + 1 :])
        return replace(func, body=_replace(func.body, loop, [let, replace(loop, inits=inits)])), copied
    copied, let = _copy(value.args[0], blocked.stmt)
    made = replace(blocked.stmt, value=replace(value, args=(copied, *value.args[1:])))
    return replace(func, body=_replace(func.body, blocked.stmt, [let, made])), copied


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


def _copy(expr: Expr, at: Stmt) -> tuple[Var, Let]:
    t = getattr(expr, "type", None)
    is_list = isinstance(t, List) or (isinstance(t, Seq) and t.cls is list)
    var = Var(getattr(expr, "hint", "t"), t) if t is not None else Var("t")
    op = op_of(list if is_list else helpers.copy if isinstance(t, Unknown) else np.copy)
    return var, Let(var, Apply(op, (expr,), (), var.type), at.origin)


def _replace(block: Block, old: Stmt, new: list[Stmt]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if stmt is old:
            stmts += new
        elif isinstance(stmt, If):
            stmts.append(replace(stmt, then=_replace(stmt.then, old, new), orelse=_replace(stmt.orelse, old, new)))
        elif isinstance(stmt, (For, While)):
            stmts.append(replace(stmt, body=_replace(stmt.body, old, new)))
        else:
            stmts.append(stmt)
    return Block(tuple(stmts), block.results)


def _apply(block: Block, decision: _Decide) -> tuple[Block, dict[Var, Expr]]:
    renamed: dict[Var, Expr] = {}
    hints: dict[Var, str] = {}  # anonymous memory takes the name of what is written into it

    def let(stmt: Let) -> Stmt:
        value, target = stmt.value, stmt.target
        assert isinstance(value, Apply) and target is not None
        if stmt in decision.into:
            op = op_of(INTO_SECOND[value.op.call]) if len(value.args) == 2 else value.op
            return replace(stmt, value=replace(value, op=op, kwargs=(("out", value.args[-1]),)))
        base, *rest = decision.swapped.get(stmt, value.args)
        assert isinstance(base, Var)
        renamed[target] = base
        if base.hint in ANONYMOUS and not _is_temporary_name(target.hint):
            root: Expr = base
            while isinstance(root, Var) and root in renamed:
                root = renamed[root]
            hints[root] = target.hint  # type: ignore[index]
        return Store(decision.writes[stmt], base, tuple(rest), stmt.origin)

    def visit(b: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in b.stmts:
            if isinstance(stmt, Let) and (stmt in decision.writes or stmt in decision.into):
                stmts.append(let(stmt))
            elif isinstance(stmt, If):
                stmts.append(replace(stmt, then=visit(stmt.then), orelse=visit(stmt.orelse)))
            elif isinstance(stmt, (For, While)):
                stmts.append(replace(stmt, body=visit(stmt.body)))
            else:
                stmts.append(stmt)
        return Block(tuple(stmts), b.results)

    return _rehint(visit(block), hints, renamed), renamed


def _rehint(block: Block, hints: dict[Var, str], renamed: dict[Var, Expr]) -> Block:
    """Bind variables anew under better hints."""
    new: dict[Var, Var] = {}

    def visit(b: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in b.stmts:
            if isinstance(stmt, Let) and stmt.target in hints:
                new[stmt.target] = Var(hints[stmt.target], stmt.target.type)
                stmt = replace(stmt, target=new[stmt.target])
            stmts.append(map_stmt(stmt, lambda e: e, visit) if blocks(stmt) else stmt)
        return Block(tuple(stmts), b.results)

    block = visit(block)
    renamed.update(new)
    return block


def own_results(func: Func, value_at: int | None) -> Func:
    """Derivatives that are returned share memory with nothing: the caller may write into them.

    `value_at`: the item of the result that is the function's own value, which may share what it shared.
    """
    memory = Memory(func)
    defs = {s.target: s.value for s in statements(func.body) if isinstance(s, Let)}
    extra: list[Stmt] = []
    seen: set[object] = set()

    def leaf(expr: Expr, top: bool) -> Expr:
        definition = defs.get(expr) if isinstance(expr, Var) else None
        if isinstance(definition, Apply) and definition.op in (PACK_TUPLE, PACK_LIST):
            items = tuple(a if top and i == value_at else leaf(a, False) for i, a in enumerate(definition.args))
            if all(a is b for a, b in zip(items, definition.args, strict=True)):
                return expr
            assert isinstance(expr, Var)
            var = Var(expr.hint, expr.type)
            extra.append(Let(var, replace(definition, args=items), last))
            return var
        if not isinstance(expr, Var) or not isinstance(expr.type, Array) or expr.type.dims == ():
            return expr
        objects = memory.own(expr)
        shared = any(isinstance(o, tuple) for o in objects) or bool(objects & seen) or not objects
        seen.update(objects)
        if not shared:
            return expr
        var = Var(expr.hint, expr.type)
        extra.append(Let(var, Apply(op_of(np.copy), (expr,), (), expr.type), last))
        return var

    last = replace(NOWHERE, derived=True)
    result = leaf(func.body.results[0], True)
    return replace(func, body=Block((*func.body.stmts, *extra), (result,)))
