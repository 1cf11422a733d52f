"""Activity: which variables depend on the inputs to differentiate."""

from __future__ import annotations

from collections.abc import Mapping

from tangent_ad.analysis.shifts import cancelled
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Op, Stmt, Var, While
from tangent_ad.ir.types import is_differentiable
from tangent_ad.ir.walk import variables
from tangent_ad.rules.declare import RULES


def varied(func: Func, inputs: set[Var], callees: Mapping[Op, Func]) -> set[Var]:
    """Variables of `func` that depend differentiably on `inputs`, but for shifts that cancel."""
    analysis = _Varied(set(inputs), callees, cancelled(func.body))
    analysis.block(func.body)
    return analysis.found


class _Varied:
    def __init__(self, found: set[Var], callees: Mapping[Op, Func], constant: set[Var]) -> None:
        self.found, self.callees, self.constant = found, callees, constant

    def depends(self, expr: Expr) -> bool:
        if isinstance(expr, Apply):
            rule = RULES.get(expr.op)
            if rule is not None and rule.kind == "constant" and expr.op.call not in (zip, enumerate, reversed):
                return False
        return any(v in self.found for v in variables(expr))

    def mark(self, var: Var, active: bool) -> None:
        if active and is_differentiable(var.type) and var not in self.constant:
            self.found.add(var)

    def block(self, block: Block) -> None:
        for stmt in block.stmts:
            self.stmt(stmt)

    def stmt(self, stmt: Stmt) -> None:
        if isinstance(stmt, Let):
            if stmt.target is not None:
                self.mark(stmt.target, self.depends(stmt.value))
        elif isinstance(stmt, If):
            self.block(stmt.then)
            self.block(stmt.orelse)
            for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                self.mark(target, self.depends(a) or self.depends(b))
        elif isinstance(stmt, (For, While)):
            self.loop(stmt)

    def loop(self, stmt: For | While) -> None:
        if isinstance(stmt, For):
            self.mark(stmt.elem, self.depends(stmt.iterable))
        for param, init in zip(stmt.params, stmt.inits, strict=True):
            self.mark(param, self.depends(init))
        while True:
            before = len(self.found)
            self.block(stmt.body)
            for param, result in zip(stmt.params, stmt.body.results, strict=False):
                self.mark(param, self.depends(result))
            if len(self.found) == before:
                break
        for target, param in zip(stmt.targets, stmt.params, strict=True):
            self.mark(target, param in self.found)
