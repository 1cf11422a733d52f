"""Common subexpressions: what has been computed is not computed again.

    >>> def f(x, y):
    ...     a = np.exp(x) * y
    ...     b = np.exp(x) + 1
    ...     return a - b
    >>> show(f, x="float", y="float")
    func f(x: float, y: float):
        t: float64[] = numpy.exp(x)
        a: float64[] = operator.mul(t, y)
        t.1: float64[] = numpy.exp(x)
        b: float64[] = operator.add(t.1, 1)
        t.2: float64[] = operator.sub(a, b)
        yield t.2
    >>> show(f, "common", x="float", y="float")
    func f(x: float, y: float):
        t: float64[] = numpy.exp(x)
        a: float64[] = operator.mul(t, y)
        b: float64[] = operator.add(t, 1)
        t.1: float64[] = operator.sub(a, b)
        yield t.1

Values never change in this IR, so equal operations on equal operands are equal wherever the first one
is in scope. New memory that will be written into (zeros, lists, copies) is never shared.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import chain

import numpy as np

from tangent_ad.analysis.one_arm import asked_by_one_arm
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, If, Let, Stmt, Var
from tangent_ad.ir.ops import COPY_NAME, FORMAT, PACK_DICT, PACK_LIST, WRITES
from tangent_ad.ir.types import Number, Type
from tangent_ad.ir.walk import map_expr, map_stmt
from tangent_ad.runtime import helpers

OWN_MEMORY = {
    np.zeros, np.zeros_like, np.empty, np.empty_like, np.ones, np.ones_like, np.full, np.full_like, np.eye, np.identity,
    np.ndarray, np.array, np.copy, list, helpers.zeros_like, helpers.copy,
}  # fmt: skip


def common_subexpressions(func: Func, final: bool = False) -> Func:
    return replace(func, body=_Sharer(final).block(func.body, {}))


class _Sharer:
    def __init__(self, final: bool) -> None:
        self.final = final
        self.same: dict[Var, Expr] = {}
        self.guarded: set[Var] = set()  # as one value they would be read by two arms

    def look_up(self, expr: Expr) -> Expr:
        return self.same.get(expr, expr) if isinstance(expr, Var) else expr

    def block(self, block: Block, outer: dict[Hashable, Var]) -> Block:
        seen = dict(outer)
        if not self.final:
            self.guarded |= {s.target for arms in asked_by_one_arm(block).values() for s in chain(*arms) if s.target}
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, self.look_up, lambda b: self.block(b, seen))
            if isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
                key = key_of(stmt.value)
                if key is not None and key in seen and self.are_one(seen[key], stmt.target):
                    self.same[stmt.target] = seen[key]
                    continue
                if key is not None:
                    seen.setdefault(key, stmt.target)
            if isinstance(stmt, If):
                stmt = self.once(stmt)
            stmts.append(stmt)
        return Block(tuple(stmts), tuple(map_expr(r, self.look_up) for r in block.results))

    def are_one(self, a: Var, b: Var) -> bool:
        return _same_type(a.type, b.type) and self.guarded.isdisjoint((a, b))

    def once(self, stmt: If) -> If:
        """Targets of a branch that are the same on both sides are one."""
        first: dict[tuple[Expr, Expr], Var] = {}
        keep = []
        for i, (t, a, b) in enumerate(zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True)):
            if (a, b) in first:
                self.same[t] = first[a, b]
            else:
                first[a, b] = t
                keep.append(i)
        if len(keep) == len(stmt.targets):
            return stmt
        arms = [Block(x.stmts, tuple(x.results[i] for i in keep)) for x in (stmt.then, stmt.orelse)]
        return replace(stmt, then=arms[0], orelse=arms[1], targets=tuple(stmt.targets[i] for i in keep))


def _same_type(a: Type, b: Type) -> bool:
    """Equal, but for what one of two ints is known to count."""
    if isinstance(a, Number) and isinstance(b, Number):
        return a.kind == b.kind
    return a == b


def key_of(value: Expr) -> Hashable | None:
    """The same for two expressions that have the same value; None where there may be only one of it."""
    if isinstance(value, Const):
        return value
    if isinstance(value, Var):
        return value
    op = value.op
    if not op.pure or op in WRITES or op in (PACK_LIST, PACK_DICT) or op.call in OWN_MEMORY:
        return None
    if op is COPY_NAME and isinstance(value.args[0], Const):  # a name that is written
        return None
    if op is FORMAT:  # stands in an f-string only
        return None
    parts = [key_of(a) for a in value.args] + [(k, key_of(v)) for k, v in value.kwargs]
    if any(p is None or (isinstance(p, tuple) and p[-1] is None) for p in parts):
        return None
    return (op, *parts)
