"""Variables that some path leaves unassigned.

    if c:
        y = x * 2.0     y is undefined where c is false: its result there is UNDEFINED
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, POP
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import statements


def maybe_undefined(block: Block, also: Iterable[Var] = ()) -> set[Var]:
    """Variables that some path leaves unassigned, or that may be one of `also`."""
    found: set[object] = {UNDEFINED, *also}
    while True:
        before = len(found)
        for stmt in statements(block):
            if isinstance(stmt, If):
                arms = zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True)
                found |= {t for t, a, b in arms if a in found or b in found}
            elif isinstance(stmt, (For, While)):
                turns = zip(stmt.targets, stmt.params, stmt.inits, stmt.body.results, strict=False)
                for t, p, i, r in turns:
                    found |= {t, p} if i in found or r in found else set()
            elif isinstance(stmt, Let) and stmt.value in found:
                found.add(stmt.target)
        if len(found) == before:
            return {v for v in found if isinstance(v, Var)}


def maybe_none(block: Block) -> set[Var]:
    """Variables that may be None, whatever their type says: a path leaves them so, or the record of such a path."""
    kept: list[Var] = []
    for stmt in statements(block):
        if isinstance(stmt, For):
            kept.append(stmt.elem)
        elif isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
            value = stmt.value
            if value.op is POP or (value.op is GETITEM and not isinstance(expr_type(value.args[0]), Array)):
                kept.append(stmt.target)
    return maybe_undefined(block, kept)


def define_recorded(stmts: Iterable[Stmt], recorded: set[Var]) -> list[Stmt]:
    """A recorded variable that some path leaves undefined is None there: it can be kept, and is not read."""
    wanted = set(recorded)

    def atom(result: Expr, target: Var) -> Expr:
        if target in wanted and result is UNDEFINED:
            return Const(None)
        if target in wanted and isinstance(result, Var):
            wanted.add(result)
        return result

    def visit(block: Block) -> Block:
        out = []
        for s in reversed(block.stmts):
            if isinstance(s, If):
                arms = [replace(b, results=tuple(atom(x, t) for x, t in zip(b.results, s.targets, strict=True)))
                        for b in (s.then, s.orelse)]  # fmt: skip
                s = replace(s, then=visit(arms[0]), orelse=visit(arms[1]))
            elif isinstance(s, (For, While)):
                for t, p in zip(s.targets, s.params, strict=True):
                    if t in wanted:
                        wanted.add(p)
                inits = tuple(atom(i, p) for i, p in zip(s.inits, s.params, strict=True))
                s = replace(s, inits=inits, body=visit(s.body))
            out.append(s)
        return replace(block, stmts=tuple(reversed(out)))

    return list(visit(Block(tuple(stmts))).stmts)
