"""Moves the zeroing of a place behind what reads the place.

    >>> def f(x, w, i):
    ...     x[i] = w * x[i]
    ...     return x
    >>> adjoint(f, x="float64[5, 3]", w="float64[3]", i="int")
    func f(x: float64[5, 3], w: float64[3], i: int, x_bar: float64[5, 3]):
        t: float64[3] = operator.getitem(x, i)
        t.1: float64[3] = operator.getitem(x_bar, i)
        x_bar.1: float64[5, 3] = array.set(x_bar, i, 0.0)
        t.2: float64[3] = operator.mul(t.1, t)
        t.3: float64[3] = operator.mul(t.1, w)
        x_bar.2: float64[5, 3] = array.add_at(x_bar.1, i, t.3)
        ...
    >>> adjoint(f, "sink", x="float64[5, 3]", w="float64[3]", i="int")
    func f(x: float64[5, 3], w: float64[3], i: int, x_bar: float64[5, 3]):
        t: float64[3] = operator.getitem(x, i)
        t.1: float64[3] = operator.getitem(x_bar, i)
        t.2: float64[3] = operator.mul(t.1, t)
        t.3: float64[3] = operator.mul(t.1, w)
        x_bar.1: float64[5, 3] = array.set(x_bar, i, 0.0)
        x_bar.2: float64[5, 3] = array.add_at(x_bar.1, i, t.3)
        ...

`t.1` is a view: once it is not needed any more the write needs no copy. Only derived statements move, to right
before the first statement of their block that reads them; what none reads goes.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.analysis.memory import may_hold_memory
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM, SETITEM
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import map_stmt, uses, variables


def sink_writes(func: Func) -> Func:
    return replace(func, body=_block(func.body))


def _block(block: Block) -> Block:
    stmts: list[Stmt] = []
    waiting: dict[Var, Stmt] = {}
    viewed: set[Expr] = set()
    for stmt in block.stmts:
        stmt = map_stmt(stmt, lambda e: e, _block)
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op is GETITEM and _is_view(stmt):
            viewed.add(stmt.value.args[0])
        if _sinks(stmt, viewed):
            assert isinstance(stmt, Let) and stmt.target is not None
            _place(stmts, waiting, set(uses(stmt)))
            waiting[stmt.target] = stmt
            continue
        _place(stmts, waiting, set(uses(stmt)))
        stmts.append(stmt)
    _place(stmts, waiting, {v for r in block.results for v in variables(r)})
    return Block(tuple(stmts), block.results)


def _is_view(stmt: Let) -> bool:
    return stmt.target is not None and isinstance(stmt.target.type, Array) and may_hold_memory(stmt.target.type)


def _sinks(stmt: Stmt, viewed: set[Expr]) -> bool:
    """Whether a statement is the zeroing of a place in an array of which views are about."""
    if not isinstance(stmt, Let) or not stmt.origin.derived or not isinstance(stmt.value, Apply):
        return False
    value = stmt.value
    return value.op is SETITEM and isinstance(value.args[2], Const) and value.args[0] in viewed


def _place(stmts: list[Stmt], waiting: dict[Var, Stmt], read: set[Var]) -> None:
    """Put the waiting statements that are read now, and those before them on which they build."""
    for v in [v for v in waiting if v in read]:
        stmt = waiting.pop(v, None)
        if stmt is not None:
            _place(stmts, waiting, set(uses(stmt)))
            stmts.append(stmt)
