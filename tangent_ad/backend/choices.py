"""Both forms of a loop, where only the run tells how much memory arrays for all of its turns would take.

Before:
    for i in range(n):
        y[i] = np.sum(np.abs(x[i : i + m] - w))

After:
    if x.size * m <= LARGEST:
        t = windows(x, 0, n, 1, m, 0)        # a view of n * m numbers
        y[:n] = np.sum(np.abs(t - w), axis=1)
    else:
        for i in range(n):
            y[i] = np.sum(np.abs(x[i : i + m] - w))
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tangent_ad.analysis.builder import Builder
from tangent_ad.backend.space import Stays
from tangent_ad.backend.twins import TOTAL
from tangent_ad.backend.windows import Seen
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, If, Let, Stmt, Var
from tangent_ad.ir.walk import substitute, uses, variables

LARGEST = 1 << 21  # numbers: 16 MB of doubles


class Choices:
    """The choices made so far in a function.

    allowed: not in a derivative, whose loops have been chosen from once.
    """

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed
        self.tests: set[Var] = set()

    def made(self, loop: For, builder: Builder, values: Mapping[Var, Expr], wide: Iterable[Seen]) -> list[Stmt]:
        """The loop's statements at once where they make arrays that are small enough, and the loop."""
        if not self.allowed:
            raise Stays("windows that may take much memory")
        targets = loop.targets
        needed = _needed(builder.stmts, wide)
        stmts, builder.stmts = [s for s in builder.stmts if s not in needed], needed
        total: Expr = Const(0)
        for seen in wide:
            count = seen.count(builder)
            total = count if total == Const(0) else builder.call(operator.add, total, count)
        test = builder.call(operator.le, total, Const(LARGEST))
        inner = tuple(Var(t.hint, t.type) for t in loop.targets)
        loop = replace(loop, body=self.chosen(loop.body, at_once=False), targets=inner)
        then = Block(tuple(stmts), tuple(values[t] for t in targets))
        choice = If(test, then, Block((loop,), inner), targets, loop.origin)
        assert isinstance(test, Var)
        self.tests.add(test)
        return [*builder.stmts, choice]

    def chosen(self, block: Block, at_once: bool) -> Block:
        """A block with one form of each loop in it."""
        stmts: list[Stmt] = []
        values: dict[Var, Expr] = {}
        for stmt in block.stmts:
            if isinstance(stmt, If) and stmt.test in self.tests:
                arm = stmt.then if at_once else stmt.orelse
                stmts += arm.stmts
                values.update(zip(stmt.targets, arm.results, strict=True))
            else:
                stmts.append(stmt)
        if not values:
            return block
        made = substitute(Block(tuple(stmts), block.results), values)
        return Block(tuple(_used(made)), made.results)


def _needed(stmts: list[Stmt], wide: Iterable[Seen]) -> list[Stmt]:
    """The statements that sizes are computed by."""
    needed = {v for seen in wide for e in (seen.base, seen.index, *seen.factors) for v in variables(e)}
    found: list[Stmt] = []
    for stmt in reversed(stmts):
        if isinstance(stmt, Let) and stmt.target in needed:
            value = stmt.value
            if not isinstance(value, Apply) or value.op.call not in TOTAL:
                raise Stays("windows of what the loop computes")
            needed.update(variables(value))
            found.append(stmt)
    return found[::-1]


def _used(block: Block) -> list[Stmt]:
    """The statements of a block without those that nothing reads any more."""
    needed = {v for r in block.results for v in variables(r)}
    kept: list[Stmt] = []
    for stmt in reversed(block.stmts):
        if not isinstance(stmt, Let) or stmt.target is None or stmt.target in needed:
            needed.update(uses(stmt))
            kept.append(stmt)
    return kept[::-1]
