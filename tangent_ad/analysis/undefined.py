"""Variables that some path leaves unassigned.

    if c:
        y = x * 2.0     y is undefined where c is false: its result there is UNDEFINED
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tangent_ad.analysis.iteration import surely_runs
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import APPEND, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, POP
from tangent_ad.ir.types import Array, Dict, List, Seq
from tangent_ad.ir.walk import statements, variables
from tangent_ad.runtime import helpers

CONTAINERS = (PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND)
DEEPEST = 5
Missing = dict[object, frozenset[int]]
"""For each variable how deep in it something may be missing: 0 where it may be None itself, 1 where an item may be."""


def maybe_undefined(block: Block, also: Iterable[Var] = ()) -> set[Var]:
    """Variables that some path leaves unassigned, or None in a record; their zeros; and what may be one of `also`."""
    return {v for v, depths in missing(block, also).items() if 0 in depths and isinstance(v, Var)}


def missing(block: Block, also: Iterable[Var] = ()) -> Missing:
    """What may be missing, in all that a block computes."""
    found: Missing = dict.fromkeys((UNDEFINED, Const(None), *also), frozenset((0,)))

    def join(target: object, depths: Iterable[int]) -> bool:
        old = found.get(target, frozenset())
        new = old.union(d for d in depths if d <= DEEPEST)
        if new != old:
            found[target] = new
        return new != old

    while True:
        grown = False
        for stmt in statements(block):
            for target, depths in _handed(stmt, found):
                grown |= join(target, depths)
        if not grown:
            return found


def _handed(stmt: Stmt, found: Missing) -> Iterator[tuple[object, frozenset[int]]]:
    """What a statement binds, and how deep what it is bound to may be missing."""
    none: frozenset[int] = frozenset()
    if isinstance(stmt, If):
        for target, *ends in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
            yield target, none.union(*(found.get(e, none) for e in ends))
    elif isinstance(stmt, (For, While)):
        for t, p, i, r in zip(stmt.targets, stmt.params, stmt.inits, stmt.body.results, strict=False):
            depths = found.get(i, none) | found.get(r, none)
            runs = isinstance(stmt, For) and surely_runs(stmt.iterable)
            yield from ((t, found.get(r, none) if runs else depths), (p, depths))
        if isinstance(stmt, For):
            yield stmt.elem, _of_element(stmt.iterable, stmt.elem, found)
    elif isinstance(stmt, Let) and not isinstance(stmt.value, Apply):
        yield stmt.target, found.get(stmt.value, none)
    elif isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
        value = stmt.value
        if value.op.call is helpers.zeros_like:
            yield stmt.target, frozenset((0,))
        elif value.op in (GETITEM, POP):
            yield stmt.target, of_item(found.get(value.args[0], none), stmt.target)
        elif value.op in CONTAINERS:
            held = value.args[1:] if value.op in (APPEND, PACK_DICT) else value.args
            grown = found.get(value.args[0], none) if value.op is APPEND else none
            yield stmt.target, grown.union(d + 1 for a in held for d in found.get(a, none))


def of_item(depths: frozenset[int], item: Expr) -> frozenset[int]:
    """How deep an item may be missing of what is missing so deep; arrays and numbers are not taken apart."""
    apart = isinstance(expr_type(item), (Seq, Dict, List))
    return frozenset(d - 1 for d in depths if d == 1 or (d and apart))


def _of_element(iterable: Expr, elem: Expr, found: Missing) -> frozenset[int]:
    if isinstance(iterable, Apply) and iterable.op.call is zip:
        return frozenset(d for a in iterable.args for v in variables(a) for d in found.get(v, ()) if d)
    return of_item(frozenset(d for v in variables(iterable) for d in found.get(v, ())), elem)


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
