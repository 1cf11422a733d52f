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

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from tangent_ad.analysis.builder import Builder
from tangent_ad.backend.choices import Choices
from tangent_ad.backend.linear import Names
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.turns import at_once
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.walk import bound_inside, substitute

log = logging.getLogger(__name__)


def vectorise(func: Func, products: Callable[[Block], Block] | None) -> Func:
    """Replace each loop that NumPy can run at once.

    `products`: makes products of matrices of the sums of products in a loop that is tried; None in a derivative,
    where that is done, and where each loop that needs more memory at once has been chosen from before.
    """
    return replace(func, body=_Pass(products).function(func))


class _Pass:
    def __init__(self, products: Callable[[Block], Block] | None) -> None:
        self.products = products
        self.names = Names()
        self.defs: dict[Var, Apply] = {}
        self.values: dict[Var, Expr] = {}  # what replaced the targets of loops
        self.choices = Choices(products is not None)

    def function(self, func: Func) -> Block:
        for param in func.params:
            self.names.see(param)
        return self.block(func.body)

    def block(self, block: Block, inside: tuple[Var, ...] = ()) -> Block:
        """A block of its own scope: what it names has no name outside it."""
        outer = dict(self.names.of)
        for var in inside:
            self.names.see(var)
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        self.names.of = outer
        return substitute(Block(tuple(stmts), block.results), self.values)

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let):
            self.let(stmt)
            return [stmt]
        if isinstance(stmt, If):
            return [replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse))]
        if isinstance(stmt, While):
            return [replace(stmt, test=self.block(stmt.test), body=self.block(stmt.body, stmt.params))]
        if isinstance(stmt, For):
            return self.loop(stmt)
        return [stmt]

    def let(self, stmt: Let) -> None:
        if stmt.target is not None:
            self.names.see(stmt.target)
            if isinstance(stmt.value, Apply):
                self.defs[stmt.target] = stmt.value

    def loop(self, stmt: For) -> list[Stmt]:
        with suppress(Stays):
            Space(stmt, self.names, Builder(), ()).bound_turn()
        body = self.block(stmt.body, bound_inside(stmt))
        (made,) = substitute(Block((replace(stmt, body=body),)), self.values).stmts
        assert isinstance(made, For)
        builder = Builder()
        builder.origin = stmt.origin
        builder.defs.update(self.defs)
        names = dict(self.names.of)
        try:
            body = self.choices.chosen(made.body, at_once=True)
            body = body if self.products is None else self.products(body)
            values, wide = at_once(replace(made, body=body), self.names, builder)
            stmts = self.choices.made(made, builder, values, wide) if wide else builder.stmts
        except Stays as why:
            log.debug("%s stays a loop: %s", stmt.origin, why)
            self.names.of = names
            return [made]
        if not wide:
            self.values.update(values)
        for new in stmts:
            if isinstance(new, Let):
                self.let(new)
        return stmts
