"""What is read of containers that some path leaves unassigned is read where it is used.

The frontend reads the items of a container where it is bound, so that they are there wherever it is.

Before:
    t = if c: yield pair         t is undefined where c is false
    a = t[0]
    s = if c: yield np.sum(a)

After:
    t = if c: yield pair
    s = if c:
        a = t[0]
        yield np.sum(a)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Dict, Number, Seq
from tangent_ad.ir.walk import expressions, map_stmt, statements, substitute, variables
from tangent_ad.rules.declare import op_of

PACKS = (PACK_TUPLE, PACK_LIST, PACK_DICT)


def read_where_used(func: Func) -> Func:
    late, packs = _found(func)
    return replace(func, body=_Reads(late, packs).block(func.body, late)) if late else func


def _found(func: Func) -> tuple[dict[Var, Let], dict[Var, Var]]:
    """The reads of what may be unassigned; and containers made anew of such items, with one that tells of them."""
    unassigned = maybe_undefined(func.body)
    late: dict[Var, Let] = {}
    packs: dict[Var, Var] = {}
    while True:
        items = maybe_undefined(func.body, (*late, *packs)) - unassigned
        unsure, before = unassigned | items, (len(late), len(packs))
        for stmt in statements(func.body):
            if not isinstance(stmt, Let) or stmt.target is None or not isinstance(stmt.value, Apply):
                continue
            if _is_part(stmt.value, unsure):
                late[stmt.target] = stmt
                unsure.add(stmt.target)  # and what is read of it
            missing = [a for a in stmt.value.args if isinstance(a, Var) and a in items]
            if stmt.value.op in PACKS and missing:
                packs[stmt.target] = missing[0]
        if (len(late), len(packs)) == before:
            return late, packs


def _is_part(value: Apply, unsure: set[Var]) -> bool:
    if value.op is not GETITEM or value.args[0] not in unsure:
        return False
    return isinstance(expr_type(value.args[0]), (Seq, Dict)) and isinstance(value.args[1], Const)


@dataclass(frozen=True)
class _Reads:
    late: dict[Var, Let]
    packs: dict[Var, Var]

    def block(self, block: Block, unread: dict[Var, Let]) -> Block:
        """`unread`: those of the late reads that have not been made before this block."""
        unread = dict(unread)
        stmts: list[Stmt] = []
        made: dict[Var, Var] = {}

        def read(expr: Expr, is_used: bool) -> None:
            """`is_used`: the container is there; where an item is only handed on, it may be missing with it."""
            for var in variables(expr):
                if var in unread:
                    stmt = unread.pop(var)
                    read(stmt.value, is_used)
                    made[var] = Var(var.hint, var.type)
                    base = stmt.value.args[0]  # type: ignore[union-attr]
                    stmts.extend([replace(stmt, target=made[var])] if is_used else _if_there(base, stmt, made[var]))

        for stmt in block.stmts:
            target = stmt.target if isinstance(stmt, Let) else None
            if target in self.late:
                continue
            handed = stmt.inits if isinstance(stmt, (For, While)) else ()
            for expr in expressions(stmt):
                read(expr, expr not in handed and target not in self.packs)
            if isinstance(stmt, Let) and target is not None and target in self.packs:
                stmts += _if_there(self.packs[target], stmt, target)
            else:
                stmts.append(map_stmt(stmt, lambda e: e, lambda b: self.block(b, unread)))
        for result in block.results:
            read(result, False)
        return substitute(Block(tuple(stmts), block.results), made)


def _if_there(tested: Expr, stmt: Let, target: Var) -> tuple[Stmt, ...]:
    """A statement that gives what is undefined where `tested` is."""
    test, item = Var("test", Number("bool")), Var(target.hint, target.type)
    is_there = Apply(op_of(operator.is_not), (tested, Const(None)), (), Number("bool"))
    then, orelse = Block((replace(stmt, target=item),), (item,)), Block((), (UNDEFINED,))
    return Let(test, is_there, stmt.origin), If(test, then, orelse, (target,), stmt.origin)
