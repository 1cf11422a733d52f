"""Rewrites statements that others can say, before exits are desugared: tree to tree, names unresolved.

Before:
    while (step := f(x)) > limit:
        x = x - step

After:
    while True:
        if (step := f(x)) > limit:
            x = x - step
        else:
            break

Rewritten trees are new ones: a function's own tree stays as it was parsed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import gast

from tangent_ad.frontend.trees import bind, constant, internal, placed, read

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
REWRITES: dict[type, Callable[[Any], list[Any]]] = {}
SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)


def simpler(stmts: list[Any]) -> list[Any]:
    """The statements in the core language, nested functions left as they are."""
    return [made for stmt in stmts for made in _simpler(stmt)]


def _simpler(stmt: Any) -> list[Any]:
    if isinstance(stmt, SCOPES):
        return [stmt]
    changed = {f: simpler(getattr(stmt, f)) for f in BLOCKS if getattr(stmt, f, None)}
    if changed:
        stmt = copy.copy(stmt)
        vars(stmt).update(changed)
    rewrite = REWRITES.get(type(stmt))
    return rewrite(stmt) if rewrite is not None else [stmt]


def _while(stmt: gast.While) -> list[gast.stmt]:
    """A test that binds names is made inside the loop, where names are carried from turn to turn."""
    if not any(isinstance(n, gast.NamedExpr) for n in gast.walk(stmt.test)):
        return [stmt]
    if not stmt.orelse:
        turn = gast.If(stmt.test, stmt.body, [gast.Break()])
        return placed([gast.While(constant(True), [turn], [])], stmt)
    done = internal("done", stmt)  # a break would pass over the else of the loop
    turn = gast.If(stmt.test, stmt.body, [bind(done, constant(True))])
    loop = gast.While(gast.UnaryOp(gast.Not(), read(done)), [turn], stmt.orelse)
    return placed([bind(done, constant(False)), loop], stmt)


REWRITES[gast.While] = _while
