"""The IR as text, for people and for golden tests."""

from __future__ import annotations

import re

from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.types import Unknown

_VALUE_NUMBER = re.compile(r"(?<=int)=n\d+([+-]\d+)?")  # what an int is known to be equal to


class _Printer:
    def __init__(self) -> None:
        self.names: dict[Var, str] = {}
        self.taken: dict[str, int] = {}
        self.lines: list[str] = []

    def name(self, var: Var) -> str:
        if var not in self.names:
            n = self.taken.get(var.hint, 0)
            self.taken[var.hint] = n + 1
            self.names[var] = f"{var.hint}.{n}" if n else var.hint
        return self.names[var]

    def expr(self, expr: Expr) -> str:
        if isinstance(expr, Var):
            return self.name(expr)
        if isinstance(expr, Apply):
            inner = [self.expr(a) for a in expr.args] + [f"{k}={self.expr(v)}" for k, v in expr.kwargs]
            return f"{expr.op.name}({', '.join(inner)})"
        return repr(expr)

    def typed(self, var: Var) -> str:
        if isinstance(var.type, Unknown):
            return self.name(var)
        return f"{self.name(var)}: {_VALUE_NUMBER.sub('', str(var.type))}"

    def many(self, exprs: tuple[Expr, ...]) -> str:
        return ", ".join(map(self.expr, exprs))

    def block(self, block: Block, depth: int) -> None:
        for stmt in block.stmts:
            self.stmt(stmt, depth)
        self.put(depth, f"yield {self.many(block.results)}")

    def put(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def stmt(self, stmt: Stmt, depth: int) -> None:
        if isinstance(stmt, Let):
            target = f"{self.typed(stmt.target)} = " if stmt.target is not None else ""
            self.put(depth, target + self.expr(stmt.value))
        elif isinstance(stmt, Store):
            self.put(depth, f"{stmt.kind} {self.name(stmt.base)} ({self.many(stmt.args)})")
        elif isinstance(stmt, If):
            self.put(depth, f"{self.many(stmt.targets)} = if {self.expr(stmt.test)}:")
            self.block(stmt.then, depth + 1)
            self.put(depth, "else:")
            self.block(stmt.orelse, depth + 1)
        elif isinstance(stmt, (For, While)):
            carried = ", ".join(
                f"{self.typed(p)} = {self.expr(i)}" for p, i in zip(stmt.params, stmt.inits, strict=True)
            )
            if isinstance(stmt, For):
                head = f"for {self.name(stmt.index)}, {self.typed(stmt.elem)} in {self.expr(stmt.iterable)}"
            else:
                head = "while"
            self.put(depth, f"{self.many(stmt.targets)} = {head} carrying ({carried}):")
            if isinstance(stmt, While):
                self.block(stmt.test, depth + 2)
            self.block(stmt.body, depth + 1)


def to_text(func: Func) -> str:
    """One function as text."""
    printer = _Printer()
    params = ", ".join(printer.typed(p) for p in func.params)
    printer.put(0, f"func {func.name}({params}):")
    printer.block(func.body, 1)
    return "\n".join(printer.lines)
