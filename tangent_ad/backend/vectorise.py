"""Loops whose turns do not depend on each other become array expressions.

Before:
    out = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            out[i, j] = np.sin(a[i, j]) * b[i, j]

After:
    out = np.sin(a) * b

It runs on what the user wrote, before it is differentiated, so that the adjoint is one of arrays as well; and
on the derivative. The innermost loop is tried first. A loop stays where it is not proved that the result is
the same but for rounding: see `carried.py` (dependence), `space.py` (bounds), `lift.py` (operations).
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.analysis.builder import Builder
from tangent_ad.backend.linear import Facts, Linear
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.turns import at_once
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.types import Seq
from tangent_ad.ir.walk import bound, substitute


def vectorise(func: Func) -> Func:
    """Replace each loop that NumPy can run at once."""
    return replace(func, body=_Pass().function(func))


class _Pass:
    def __init__(self) -> None:
        self.facts = Facts()
        self.values: dict[Var, Expr] = {}  # what replaced the targets of loops

    def function(self, func: Func) -> Block:
        for param in func.params:
            self.facts.see(param)
        return self.block(func.body)

    def block(self, block: Block) -> Block:
        """A block of its own scope: sizes that it names are not known outside it."""
        outer = dict(self.facts.sizes)
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        self.facts.sizes = outer
        made = Block(tuple(stmts), block.results)
        return substitute(made, self.values)

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let):
            if stmt.target is not None:
                self.facts.learn(stmt.target, stmt.value)
            return [stmt]
        if isinstance(stmt, If):
            return [replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse))]
        if isinstance(stmt, While):
            return [replace(stmt, test=self.block(stmt.test), body=self.block(stmt.body))]
        if isinstance(stmt, For):
            return self.loop(stmt)
        return [stmt]

    def loop(self, stmt: For) -> list[Stmt]:
        self.enter(stmt)
        stmt = substitute(Block((replace(stmt, body=self.block(stmt.body)),)), self.values).stmts[0]  # type: ignore[assignment]
        builder = Builder()
        builder.origin = stmt.origin
        builder.defs.update(self.facts.defs)
        before = dict(self.facts.sizes)
        try:
            values = at_once(stmt, self.facts, builder)
        except Stays as why:
            import os
            if os.environ.get("WHY"): print("STAYS", stmt.origin, why)
            self.facts.sizes = before
            return [stmt]
        self.values.update(values)
        for made in builder.stmts:
            for v in bound(made):
                if isinstance(made, Let):
                    self.facts.learn(v, made.value)
        return builder.stmts

    def enter(self, stmt: For) -> None:
        """What is known of a loop's counters holds for the loops inside it as well."""
        try:
            Space(stmt, self.facts, Builder()).enter()
        except Stays:
            self.facts.lower[stmt.index] = Linear()
