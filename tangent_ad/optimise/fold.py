"""Puts temporaries that are read once back into the expression that reads them.

    >>> def f(W, x, b):
    ...     return np.tanh(W @ x + b)
    >>> show(f, W="float64[3, 3]", x="float64[3]", b="float64[3]")
    func f(W: float64[3, 3], x: float64[3], b: float64[3]):
        t: float64[3] = operator.matmul(W, x)
        t.1: float64[3] = operator.add(t, b)
        t.2: float64[3] = numpy.tanh(t.1)
        yield t.2
    >>> show(f, "fold", W="float64[3, 3]", x="float64[3]", b="float64[3]")
    func f(W: float64[3, 3], x: float64[3], b: float64[3]):
        yield numpy.tanh(operator.add(operator.matmul(W, x), b))

A temporary moves only past statements that it does not depend on and that do not write what it reads;
never into a loop or branch; and names that the user gave stay.
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.hints import is_derivative
from tangent_ad.analysis.memory import Memory, may_hold_memory
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Store, Var, While
from tangent_ad.ir.ops import COPY_NAME, GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Array, Number, Seq, dims_of, is_differentiable
from tangent_ad.ir.walk import count_uses, map_expr, map_stmt, statements, variables
from tangent_ad.rules.declare import RULES

IF_EXPRESSION = Op("if", lambda t, a, b: a if t else b, "ifexp")
AND = Op("and", lambda a, b: a and b, "and")
OR = Op("or", lambda a, b: a or b, "or")
DEPTH = 5


def fold_temporaries(func: Func, region: frozenset[Var] = frozenset()) -> Func:
    """`region`: variables of a forward sweep, whose temporaries do not move into the pullback."""
    written = {s.base for s in statements(func.body) if isinstance(s, Store)}
    early = unpack_early(func.body, [p for p in func.params if p.hint == "record"], written)
    func = replace(func, body=early)
    return replace(func, body=_negate_numbers(_Folder(func, region).block(func.body)))


def unpack_early(block: Block, bound_here: list[Var], written: set[Var]) -> Block:
    """Take tuples apart right where they are bound, as `for a, b in ...` and `a, b = f(x)` do.

    Not those that are written later: an item read after the write is not the item before it.
    """
    taken: dict[Var, list[Stmt]] = {}
    rest: list[Stmt] = []
    # Tuples, and whether they are bound in derived code; None: in either.
    sources: dict[Expr, bool | None] = {v: None for v in bound_here if v not in written}
    for stmt in block.stmts:
        if isinstance(stmt, For):
            stmt = replace(stmt, body=unpack_early(stmt.body, [stmt.elem], written))
        else:
            stmt = map_stmt(stmt, lambda e: e, lambda b: unpack_early(b, [], written))
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
            base = stmt.value.args[0] if stmt.value.args else None
            derived = stmt.origin.derived
            is_read = stmt.value.op is GETITEM and isinstance(stmt.value.args[1], Const)
            if is_read and isinstance(base, Var) and base in sources and sources[base] in (None, derived):
                taken.setdefault(base, []).append(stmt)
                if stmt.target not in written:
                    sources[stmt.target] = sources[base]
                continue
            if stmt.value.op.syntax == "call" and isinstance(stmt.target.type, Seq) and stmt.target not in written:
                sources[stmt.target] = derived
        rest.append(stmt)

    def parts(var: Var) -> list[Stmt]:
        """All items of a tuple before the items of its items: the target of a loop binds them at once."""
        found = list(taken.get(var, ()))
        for stmt in found:
            found += taken.get(stmt.target, ())  # type: ignore[attr-defined]
        return found

    stmts = [s for var in bound_here for s in parts(var)]
    for stmt in rest:
        stmts.append(stmt)
        if isinstance(stmt, Let) and stmt.target is not None:
            stmts += parts(stmt.target)
    return Block(tuple(stmts), block.results)


class _Folder:
    def __init__(self, func: Func, region: frozenset[Var]) -> None:
        self.region = region
        self.counts = count_uses([func.body])
        self.memory = Memory(func)
        self.keep = {v for s in statements(func.body) for v in _bases(s)}

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        pending: dict[Var, Let] = {}  # temporaries not yet placed, in order
        for stmt in block.stmts:
            if self.region and stmt.origin.derived and any(v in self.region for v in pending):
                stmts += pending.values()
                pending.clear()
            stmt = self.inside(stmt)
            if isinstance(stmt, If):
                stmt = _as_expression(stmt)
            if isinstance(stmt, (If, For, While)):
                head = self.pull_head(stmt, pending)
                stmts += pending.values()
                pending.clear()
                stmts.append(head)
                continue
            stmt = self.pull(stmt, pending)
            if self.is_temporary(stmt):
                assert isinstance(stmt, Let) and stmt.target is not None
                pending[stmt.target] = stmt
                continue
            self.flush(stmts, pending, stmt)
            stmts.append(stmt)
        results = tuple(self.substitute(r, pending) for r in block.results)
        return Block((*stmts, *pending.values()), results)

    def inside(self, stmt: Stmt) -> Stmt:
        return map_stmt(stmt, lambda e: e, self.block) if isinstance(stmt, (If, For, While)) else stmt

    def is_temporary(self, stmt: Stmt) -> bool:
        if not isinstance(stmt, Let) or stmt.target is None or not isinstance(stmt.value, Apply):
            return False
        if any(k == "out" for k, _ in stmt.value.kwargs):
            return False
        if stmt.target in self.keep or self.counts.get(stmt.target, 0) != 1 or not stmt.value.op.pure:
            return False
        if stmt.value.op is GETITEM and isinstance(getattr(stmt.value.args[0], "type", None), Seq):
            return False  # part of `a, b = pair`, or of a loop's target
        if stmt.value.op is PACK_TUPLE:
            return True
        return _foldable_name(stmt.target.hint) and _depth(stmt.value) < DEPTH

    def pull(self, stmt: Stmt, pending: dict[Var, Let]) -> Stmt:
        return map_stmt(stmt, lambda e: e, lambda b: b) if not pending else self.replaced(stmt, pending)

    def replaced(self, stmt: Stmt, pending: dict[Var, Let]) -> Stmt:
        def swap(expr: Expr) -> Expr:
            return self.substitute(expr, pending)

        if isinstance(stmt, Let):
            return replace(stmt, value=swap(stmt.value))
        assert isinstance(stmt, Store)
        return replace(stmt, args=tuple(swap(a) for a in stmt.args))

    def pull_head(self, stmt: If | For | While, pending: dict[Var, Let]) -> Stmt:
        if isinstance(stmt, If):
            return replace(stmt, test=self.substitute(stmt.test, pending))
        inits = tuple(self.substitute(i, pending) for i in stmt.inits)
        if isinstance(stmt, For):
            return replace(stmt, inits=inits, iterable=self.substitute(stmt.iterable, pending))
        return replace(stmt, inits=inits)

    def substitute(self, expr: Expr, pending: dict[Var, Let]) -> Expr:
        def swap(e: Expr) -> Expr:
            if isinstance(e, Var) and e in pending:
                return pending.pop(e).value
            if isinstance(e, Apply) and isinstance(e.args[0] if e.args else None, Apply):
                made = e.args[0]
                if e.op is COPY_NAME or (e.op.call is np.copy and not e.kwargs and is_new(made)):  # type: ignore[arg-type]
                    return made
            return e

        return map_expr(expr, swap)

    def flush(self, stmts: list[Stmt], pending: dict[Var, Let], stmt: Stmt) -> None:
        """Place temporaries that may not move past `stmt`: it has an effect, or writes what they read."""
        into = isinstance(stmt, Let) and isinstance(stmt.value, Apply) and any(k == "out" for k, _ in stmt.value.kwargs)
        is_effect = isinstance(stmt, Let) and stmt.target is None
        if not (isinstance(stmt, Store) or into or is_effect):
            return
        base = stmt.base if isinstance(stmt, Store) else None
        moved = [v for v, let in pending.items() if is_effect or self.reads(let.value, base)]
        last = max((list(pending).index(v) for v in moved), default=-1)
        for v in list(pending)[: last + 1]:
            stmts.append(pending.pop(v))

    def reads(self, value: Expr, written: Var | None) -> bool:
        """Whether a value may depend on what is in an array that is written, or in any if it is not said which."""
        # A view of one item is memory, whatever its type says.
        read = [v for v in variables(value) if may_hold_memory(v.type) or self.memory.all(v)]
        objects = self.memory.own(written) if written is not None and isinstance(written.type, Array) else None
        if not objects:
            return bool(read)
        return any(not self.memory.all(v) or self.memory.all(v) & objects for v in read)


def _negate_numbers(block: Block) -> Block:
    """-(x * s) of a cotangent is x * -s, of an array x and a number s; not where the whole is subtracted."""

    def swap(expr: Expr) -> Expr:
        if not isinstance(expr, Apply) or expr.op.call is not operator.neg:
            return expr
        inner = expr.args[0]
        if not isinstance(inner, Apply) or inner.op.call is not operator.mul or not dims_of(inner.type):
            return expr
        for i, factor in enumerate(inner.args):
            t = expr_type(factor)
            if isinstance(t, Number) and is_differentiable(t):
                negated = Const(-factor.value) if isinstance(factor, Const) else Apply(expr.op, (factor,), (), t)
                return replace(inner, args=(*inner.args[:i], negated, *inner.args[i + 1 :]))
        return expr

    def visit(stmt: Stmt) -> Stmt:
        if not isinstance(stmt, (Let, Store)):
            return map_stmt(stmt, lambda e: e, _negate_numbers)
        if not stmt.origin.derived:
            return stmt
        last = stmt.args[-1] if isinstance(stmt, Store) and stmt.kind in ("iadd", "additem") else None
        if isinstance(stmt, Store) and isinstance(last, Apply) and last.op.call is operator.neg:
            return replace(stmt, args=(*stmt.args[:-1], replace(last, args=(map_expr(last.args[0], swap),))))
        return map_stmt(stmt, lambda e: map_expr(e, swap), _negate_numbers)

    return Block(tuple(map(visit, block.stmts)), block.results)


def _bases(stmt: Stmt) -> list[Var]:
    """Variables that something is written into need a name; so do those that a loop or branch carries."""
    return [stmt.base] if isinstance(stmt, Store) else []


def is_new(value: Apply) -> bool:
    """Whether an operation surely gives an array that nobody else has, so that a copy of it is one too many."""
    return value.op in RULES and value.op.fresh and isinstance(value.type, Array) and value.type.dims != ()


def _foldable_name(hint: str) -> bool:
    return hint in ("t", "bar", "entry", "choice", "pair", "test") or is_derivative(hint)


def _depth(expr: Expr) -> int:
    """How deep a value is nested; a minus costs nothing where it is what `a -= b` and `a - b` have."""
    if not isinstance(expr, Apply):
        return 0
    return (expr.op.call is not operator.neg) + max((_depth(o) for o in expr.operands), default=0)


def _as_expression(stmt: If) -> Stmt:
    """`a if t else b`, `a and b`: what the user wrote as an expression goes back to one."""
    if not stmt.inline or len(stmt.targets) != 1 or stmt.then.stmts or stmt.orelse.stmts:
        return stmt
    a, b = stmt.then.results[0], stmt.orelse.results[0]
    target = stmt.targets[0]
    if b is stmt.test or (isinstance(b, Var) and b is stmt.test):
        value = Apply(AND, (stmt.test, a), (), target.type)
    elif a is stmt.test:
        value = Apply(OR, (stmt.test, b), (), target.type)
    else:
        value = Apply(IF_EXPRESSION, (stmt.test, a, b), (), target.type)
    return Let(target, value, stmt.origin)

