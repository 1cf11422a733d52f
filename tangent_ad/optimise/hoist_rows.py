"""A row of lists that a loop comes back to is looked up once, before the loop.

    >>> def f(a):
    ...     for i in range(a.shape[0]):
    ...         for j in range(1, a.shape[1]):
    ...             a[i, j] += a[i, j - 1]
    ...     return np.sum(a)
    >>> show(f, "dead_code", "lists", "in_place", "hoist_rows", a="float64[9, 5]")
    func f(a: float64[9, 5]):
        ...
            a_row: list[float, ...] = operator.getitem(a_rows.1, i)
             = for k.1, j: int in builtins.range(1, 5) carrying ():
                t: int = operator.sub(j, 1)
                t.1: float = operator.getitem(a_row, t)
                additem a_row (j, t.1)
                ...

Rows are written into, never replaced, so the row stays the one that was looked up. Only one that is surely there: the
loop may have no turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least, is_more
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import CHAIN, GETITEM, TOLIST
from tangent_ad.ir.types import Array, List, Size
from tangent_ad.ir.walk import (
    blocks,
    bound_inside,
    definitions,
    expressions,
    map_expr,
    map_stmt,
    statements,
    substitute,
)

Place = tuple[Var, Expr]  # a list of rows, and which of them


def hoist_rows(func: Func) -> Func:
    sizes: dict[Var, Size] = {}
    for stmt in statements(func.body):
        if isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
            t = expr_type(stmt.value.args[0]) if stmt.value.op is TOLIST else None
            if isinstance(t, Array) and t.dims and len(t.dims) > 1:
                sizes[stmt.target] = t.dims[0]
        elif isinstance(stmt, (For, While)):
            for param, init, target in zip(stmt.params, stmt.inits, stmt.targets, strict=True):
                if isinstance(init, Var) and init in sizes:
                    sizes[param] = sizes[target] = sizes[init]
    return replace(func, body=_Hoister(sizes).block(func.body)) if sizes else func


class _Hoister:
    """`sizes`: lists of rows, and how many rows they have."""

    def __init__(self, sizes: dict[Var, Size]) -> None:
        self.sizes = sizes

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, (For, While)):
                rows = {p: _row(*p) for p in dict.fromkeys(places(stmt)) if self.stays(p, stmt)}
                stmts += [Let(row, Apply(GETITEM, p, (), row.type), stmt.origin) for p, row in rows.items()]
                stmt = _with_rows(stmt, rows) if rows else stmt
            stmts.append(map_stmt(stmt, lambda e: e, self.block) if blocks(stmt) else stmt)
        return Block(tuple(stmts), block.results)

    def stays(self, place: Place, loop: For | While) -> bool:
        """Whether a row is there, and the same, in all turns of a loop."""
        base, index = place
        inside = {*bound_inside(loop), *(v for b in blocks(loop) for v in definitions(b))}
        number = value_of_int(index)
        if base not in self.sizes or base in inside or index in inside or number is None:
            return False
        return at_least(number, 0) and is_more(self.sizes[base], number)


def _row(base: Var, index: Expr) -> Var:
    assert isinstance(base.type, List)
    return Var(f"{base.hint.removesuffix('_rows')}_row", base.type.item)


def chain_of(stmt: Stmt) -> Apply | None:
    """The place of a write that goes through several indices."""
    place = stmt.args[0] if isinstance(stmt, Store) and stmt.args else None
    return place if isinstance(place, Apply) and place.op is CHAIN else None


def places(stmt: Stmt) -> Iterator[Place]:
    """The rows of which elements are read or written in a statement."""
    chain = chain_of(stmt)
    if chain is not None:
        first = chain.args[0]
        if isinstance(first, (Var, Const)):
            yield stmt.base, first  # type: ignore[attr-defined]
    for expr in expressions(stmt):
        yield from _read(expr)
    for block in blocks(stmt):
        for inner in block.stmts:
            yield from places(inner)
        for expr in block.results:
            yield from _read(expr)


def _read(expr: Expr) -> Iterator[Place]:
    if isinstance(expr, Apply):
        place = _row_read(expr)
        if place is not None:
            yield place
        for operand in expr.operands:
            yield from _read(operand)


def _row_read(expr: Expr) -> Place | None:
    if not isinstance(expr, Apply) or expr.op is not GETITEM:
        return None
    base, index = expr.args
    return (base, index) if isinstance(base, Var) and isinstance(index, (Var, Const)) else None


def _with_rows(loop: Stmt, rows: dict[Place, Var]) -> Stmt:
    def swap(expr: Expr) -> Expr:
        place = _row_read(expr)
        return rows.get(place, expr) if place is not None else expr

    renamed: dict[Var, Expr] = {}

    def inner(block: Block) -> Block:
        stmts = []
        for stmt in map(visit, block.stmts):
            if isinstance(stmt, Let) and stmt.target is not None and stmt.value in rows.values():
                renamed[stmt.target] = stmt.value
            else:
                stmts.append(stmt)
        return Block(tuple(stmts), tuple(map_expr(r, swap) for r in block.results))

    def visit(stmt: Stmt) -> Stmt:
        stmt = map_stmt(stmt, swap, inner)
        chain = chain_of(stmt)
        if chain is None:
            return stmt
        assert isinstance(stmt, Store)
        first, *rest = chain.args
        row = rows.get((stmt.base, first))
        if row is None:
            return stmt
        place = rest[0] if len(rest) == 1 else Apply(CHAIN, tuple(rest))
        return replace(stmt, base=row, args=(place, *stmt.args[1:]))

    return substitute(Block((visit(loop),)), renamed).stmts[0]
