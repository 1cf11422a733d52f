"""Variables that some path leaves unassigned.

    if c:
        y = x * 2.0     y is undefined where c is false: its result there is UNDEFINED
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import APPEND, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, POP
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import statements, variables
from tangent_ad.runtime import helpers

CONTAINERS = (PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND)


def maybe_undefined(block: Block, also: Iterable[Var] = ()) -> set[Var]:
    """Variables that some path leaves unassigned, or None in a record, their zeros, and containers of these.

    also: what else may be so.
    """
    found: set[object] = {UNDEFINED, Const(None), *also}
    holders: set[object] = set()  # what is read from these may be one
    while True:
        before = len(found) + len(holders)
        for stmt in statements(block):
            if isinstance(stmt, If):
                for t, *ends in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    _joined(found, holders, (t,), ends)
            elif isinstance(stmt, (For, While)):
                turns = zip(stmt.targets, stmt.params, stmt.inits, stmt.body.results, strict=False)
                for t, p, i, r in turns:
                    _joined(found, holders, (t, p), (i, r))
                if isinstance(stmt, For) and holders.intersection(variables(stmt.iterable)):
                    found.add(stmt.elem)
                    holders.add(stmt.elem)
            elif isinstance(stmt, Let) and isinstance(stmt.value, Apply):
                _made(found, holders, stmt.target, stmt.value)
            elif isinstance(stmt, Let):
                _joined(found, holders, (stmt.target,), (stmt.value,))
        if len(found) + len(holders) == before:
            return {v for v in found | holders if isinstance(v, Var)}


def _joined(found: set[object], holders: set[object], targets: Iterable[object], values: Iterable[object]) -> None:
    values = set(values)
    for kind in (found, holders):
        if kind & values:
            kind.update(targets)


def _made(found: set[object], holders: set[object], target: object, value: Apply) -> None:
    is_item = value.op in (GETITEM, POP) and value.args[0] in holders
    if is_item or value.op.call is helpers.zeros_like:
        found.add(target)
    if is_item or (value.op in CONTAINERS and (found | holders).intersection(value.args)):
        holders.add(target)


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
