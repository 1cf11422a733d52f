"""Which variables may share memory: the objects each one may point to.

An object is the variable that made it, `("outside", name)` for what the caller owns, or a constant.
Numbers point to nothing. The answer errs towards sharing.
"""

from __future__ import annotations

from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import PACK_DICT, PACK_LIST, PACK_TUPLE, WRITES
from tangent_ad.ir.types import Array, Bottom, Number, Opaque, Range, Type, rank
from tangent_ad.ir.walk import variables
from tangent_ad.rules.declare import RULES

Objects = frozenset[object]
NOTHING: Objects = frozenset()


def may_hold_memory(t: Type) -> bool:
    return not isinstance(t, (Number, Opaque, Range, Bottom)) and not (isinstance(t, Array) and rank(t) == 0)


class Memory:
    """Points-to sets of one function."""

    def __init__(self, func: Func) -> None:
        self.points: dict[Var, Objects] = {}
        for param in func.params:
            if may_hold_memory(param.type):
                self.points[param] = frozenset([("outside", param)])
        while True:
            self.changed = False
            self.block(func.body)
            if not self.changed:
                break

    def of(self, expr: Expr) -> Objects:
        if isinstance(expr, Var):
            return self.points.get(expr, NOTHING)
        if isinstance(expr, Const):
            holds = hasattr(expr.value, "__array__") or isinstance(expr.value, (list, dict))
            return frozenset([("outside", id(expr.value))]) if holds else NOTHING
        return NOTHING.union(*(self.of(o) for o in expr.operands)) if expr.operands else NOTHING

    def put(self, var: Var, objects: Objects) -> None:
        if not may_hold_memory(var.type):
            return
        old = self.points.get(var, NOTHING)
        if not objects <= old:
            self.points[var] = old | objects
            self.changed = True

    def block(self, block: Block) -> None:
        for stmt in block.stmts:
            self.stmt(stmt)

    def stmt(self, stmt: Stmt) -> None:
        if isinstance(stmt, Let):
            if stmt.target is not None:
                self.put(stmt.target, self.value(stmt.target, stmt.value))
        elif isinstance(stmt, If):
            self.block(stmt.then)
            self.block(stmt.orelse)
            for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                self.put(target, self.of(a) | self.of(b))
        elif isinstance(stmt, (For, While)):
            if isinstance(stmt, For):
                self.put(stmt.elem, NOTHING.union(*(self.of(v) for v in variables(stmt.iterable))))
            for param, init, result in zip(stmt.params, stmt.inits, stmt.body.results, strict=False):
                self.put(param, self.of(init) | self.of(result))
            self.block(stmt.body)
            for param, result, target in zip(stmt.params, stmt.body.results, stmt.targets, strict=False):
                self.put(param, self.of(result))
                self.put(target, self.of(param))

    def value(self, target: Var, value: Expr) -> Objects:
        if not isinstance(value, Apply):
            return self.of(value)
        own = frozenset([target])
        if value.op in (PACK_TUPLE, PACK_LIST, PACK_DICT):
            return own | self.of(value)
        if value.op in WRITES:
            holds_items = value.op.syntax == "append" or not isinstance(value.args[0].type, Array)  # type: ignore[union-attr]
            return self.of(value.args[0]) | (self.of(value.args[-1]) if holds_items else NOTHING)
        if value.op not in RULES and value.op.syntax == "call":
            return own | self.of(value)  # a function of the user's: it may return what it was given
        return own if value.op.fresh else self.of(value)
