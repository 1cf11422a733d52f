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
the same but for rounding: see `carried.py` (dependence), `space.py` (bounds), `lift.py` (operations); where that may
take more time or memory, the loop is kept beside it: see `choices.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.backend.choices import Choices, Turns, decided, is_by_number
from tangent_ad.backend.linear import Names
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.turns import at_once
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.walk import bound_inside, free_variables, statements, substitute, variables

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
        self.around: list[Space | None] = []  # of the loops around, innermost first
        self.turns: list[Turns] = []  # of the loops in the outermost one that are taken at once
        self.choices = Choices(products is not None)
        self.unsure: set[Var] = set()  # what some path leaves unassigned
        self.asked: set[Var] = set()  # whose class is asked

    def function(self, func: Func) -> Block:
        for param in func.params:
            self.names.see(param)
        self.unsure = maybe_undefined(func.body)
        lets = (s.value for s in statements(func.body) if isinstance(s, Let))
        self.asked = {v for e in lets if isinstance(e, Apply) and e.op.call is isinstance for v in variables(e)}
        return self.block(func.body)

    def block(self, block: Block, inside: tuple[Var, ...] = ()) -> Block:
        """A block of its own scope: what it names has no name outside it."""
        outer = self.names.scope()
        for var in inside:
            self.names.see(var)
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        self.names.of, self.names.most = outer
        return substitute(Block(tuple(stmts), block.results), self.values)

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let):
            self.let(stmt)
            return [stmt]
        if isinstance(stmt, If):
            test = self.defs.get(stmt.test) if isinstance(stmt.test, Var) else None
            with decided(test, holds=True):
                then = self.block(stmt.then)
            with decided(test, holds=False):
                orelse = self.block(stmt.orelse)
            return [replace(stmt, then=then, orelse=orelse)]
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
        (stmt,) = substitute(Block((stmt,)), self.values).stmts  # type: ignore[assignment]
        (names, most), within = self.names.scope(), len(self.turns)
        self.around.insert(0, None)
        with suppress(Stays):
            space = Space(stmt, self.names, Builder(), ())
            self.around[0] = space
            space.bound_turn()
        body = self.block(stmt.body, bound_inside(stmt))
        self.around.pop(0)
        (made,) = substitute(Block((replace(stmt, body=body),)), self.values).stmts
        assert isinstance(made, For)
        try:
            stmts = self.at_once(made)
            if any(isinstance(s, For) for s in statements(stmt.body)):
                del self.turns[within:]  # long enough
        except Stays as why:
            log.debug("%s stays a loop: %s", stmt.origin, why)
            self.names.of = names
            stmts = [made]
            if not self.around and self.turns[within:] and is_by_number(stmt.body):
                stmts = self.choices.by_turns(stmt, made, self.turns[within:], self.names, self.builder(stmt))
        if not self.around:
            self.turns.clear()
        self.names.most = most  # what is known of the loop's bounds is so where it has turns
        for new in stmts:
            if isinstance(new, Let):
                self.let(new)
        return stmts

    def at_once(self, made: For) -> list[Stmt]:
        if not self.unsure.isdisjoint(free_variables(made.body)):
            raise Stays("a value that may be missing, if there are no turns")
        if not self.asked.isdisjoint(made.targets):
            raise Stays("a sum that is an int if there are no turns, and is asked for it")
        builder = self.builder(made)
        body = self.choices.chosen(made.body, at_once=True)
        body = body if self.products is None else self.products(body)
        found = at_once(replace(made, body=body), self.names, builder)
        self.turns.append(Turns.usual(found.space, filter(None, self.around)))
        if found.is_choice:
            return self.choices.by_size(made, builder, found)
        self.values.update(found.values)
        return builder.stmts

    def builder(self, at: For) -> Builder:
        made = Builder()
        made.origin = at.origin
        made.defs.update(self.defs)
        return made
