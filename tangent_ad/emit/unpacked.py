"""Where tuples are only taken apart, so that their parts may have names at once."""

from __future__ import annotations

from typing import Any

from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Seq
from tangent_ad.ir.walk import blocks, expressions, statements, variables


class Unpacked:
    """Where an element or a call's result is only taken apart: `for i, (x, y) in ...`, `a, b = f(x)`.

    `split`: where the pullback begins: it has names of its own.
    """

    def __init__(self, func: Func, split: int) -> None:
        self.read: set[Var] = set()
        self.elements: dict[Var, Any] = {}
        self.unpacked: dict[Let, Any] = {}
        self.hidden: set[Let] = set()
        uses: dict[Var, list[Any]] = {}
        order = list(statements(func.body))
        for stmt in order:
            for expr in _expressions(stmt):
                for v in variables(expr):
                    uses.setdefault(v, []).append(stmt)
        for r in func.body.results:
            for v in variables(r):
                uses.setdefault(v, []).append(None)
        self.read.update(uses)
        for stmt in order:
            if isinstance(stmt, For):
                pattern = self.leading(stmt.elem, uses, stmt.body, 0)
                if pattern is not None:
                    self.elements[stmt.elem] = pattern
        for param in func.params:
            pattern = self.leading(param, uses, func.body, 0) if param.hint == "record" else None
            if pattern is not None:
                self.elements[param] = pattern
        sweeps = [Block(func.body.stmts[:split]), Block(func.body.stmts[split:])]
        for block in [*sweeps, *(b for s in order for b in blocks(s))]:
            for i, stmt in enumerate(block.stmts):
                if not isinstance(stmt, Let) or stmt.target is None or stmt in self.hidden:
                    continue
                if isinstance(stmt.value, Apply) and stmt.value.op.syntax == "call":
                    pattern = self.leading(stmt.target, uses, block, i + 1)
                    if pattern is not None:
                        self.unpacked[stmt] = pattern

    def leading(self, var: Var, uses: dict[Var, list[Any]], block: Block, start: int) -> Any:
        """The pattern of `var` if it is taken apart right there: later on the names of the parts may not be free."""
        before = set(self.hidden)
        pattern = self.pattern(var, uses, block)
        made = self.hidden - before
        if pattern is not None and made <= set(block.stmts[start : start + len(made)]):
            return pattern
        self.hidden = before
        return None

    def pattern(self, var: Var, uses: dict[Var, list[Any]], block: Block) -> Any:
        """A tuple of targets if `var` is only indexed by the leading statements of a block."""
        if not isinstance(var.type, Seq):
            return None
        lets = uses.get(var, [])
        parts: list[Any] = [None] * len(var.type.items)
        here = set(block.stmts)
        found = []
        for stmt in lets:
            fine = isinstance(stmt, Let) and stmt in here and isinstance(stmt.value, Apply) and stmt.value.op is GETITEM
            if not fine or stmt.value.args[0] is not var or not isinstance(stmt.value.args[1], Const):
                return None
            key = stmt.value.args[1].value
            if not isinstance(key, int) or not -len(parts) <= key < len(parts) or parts[key] is not None:
                return None
            parts[key] = stmt.target
            found.append(stmt)
        self.hidden.update(found)
        for i, part in enumerate(parts):
            if part is not None:
                inner = self.pattern(part, uses, block)
                parts[i] = inner if inner is not None else part
        return tuple(parts)


def _expressions(stmt: Stmt) -> list[Expr]:
    found = list(expressions(stmt))
    for block in blocks(stmt):
        found += block.results
    return found
