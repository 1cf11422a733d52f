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

from dataclasses import replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Dict, Seq
from tangent_ad.ir.walk import expressions, map_stmt, statements, substitute, variables

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

    def read(var: Var) -> None:
        if var in unread:
            stmt = unread.pop(var)
            for base in variables(stmt.value):
                read(base)
            made[var] = Var(var.hint, var.type)
            stmts.append(replace(stmt, target=made[var]))

    for stmt in block.stmts:
        if isinstance(stmt, Let) and stmt.target in late:
            continue
        for expr in expressions(stmt):
            for var in variables(expr):
                read(var)
        stmts.append(map_stmt(stmt, lambda e: e, lambda b: _block(b, late, unread)))
    for result in block.results:
        for var in variables(result):
            read(var)
    return substitute(Block(tuple(stmts), block.results), made)
