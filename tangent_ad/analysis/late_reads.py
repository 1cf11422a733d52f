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
from dataclasses import replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Dict, Number, Seq
from tangent_ad.ir.walk import expressions, map_stmt, statements, substitute, variables
from tangent_ad.rules.declare import op_of

Reads = dict[Var, Let]


def read_where_used(func: Func) -> Func:
    unsure = maybe_undefined(func.body)
    late: Reads = {}
    for stmt in statements(func.body):
        if isinstance(stmt, Let) and stmt.target is not None and _is_part(stmt.value, unsure):
            late[stmt.target] = stmt
            unsure.add(stmt.target)  # and what is read of it
    return replace(func, body=_block(func.body, late, late)) if late else func


def _is_part(value: Expr, unsure: set[Var]) -> bool:
    if not isinstance(value, Apply) or value.op is not GETITEM or value.args[0] not in unsure:
        return False
    return isinstance(expr_type(value.args[0]), (Seq, Dict)) and isinstance(value.args[1], Const)


def _block(block: Block, late: Reads, unread: Reads) -> Block:
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
                stmts.extend([replace(stmt, target=made[var])] if is_used else _if_there(stmt, made[var]))

    for stmt in block.stmts:
        if isinstance(stmt, Let) and stmt.target in late:
            continue
        handed = stmt.inits if isinstance(stmt, (For, While)) else ()
        for expr in expressions(stmt):
            read(expr, expr not in handed)
        stmts.append(map_stmt(stmt, lambda e: e, lambda b: _block(b, late, unread)))
    for result in block.results:
        read(result, False)
    return substitute(Block(tuple(stmts), block.results), made)


def _if_there(stmt: Let, target: Var) -> tuple[Stmt, ...]:
    """A read that gives what is undefined where the container is."""
    assert isinstance(stmt.value, Apply)
    test, item = Var("test", Number("bool")), Var(target.hint, target.type)
    is_there = Apply(op_of(operator.is_not), (stmt.value.args[0], Const(None)), (), Number("bool"))
    then, orelse = Block((replace(stmt, target=item),), (item,)), Block((), (UNDEFINED,))
    return Let(test, is_there, stmt.origin), If(test, then, orelse, (target,), stmt.origin)
