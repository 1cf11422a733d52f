"""A part of an array that a loop comes back to is named once, before the loop.

    >>> def f(u, s, n):
    ...     for i in range(n):
    ...         u[1:-1] += 0.5 * u[2:]
    ...         s = s * u[0]
    ...     return s
    >>> show(f, "in_place", "dead_code", u="float64[9]", s="float", n="int")
    func f(u: float64[9], s: float, n: int):
        ...
            t: float64[7] = operator.getitem(u.1, builtins.slice(2, None, None))
            t.1: float64[7] = operator.mul(0.5, t)
            additem u.1 (builtins.slice(1, -1, None), t.1)
            ...
    >>> show(f, "in_place", "dead_code", "hoist_views", u="float64[9]", s="float", n="int")
    func f(u: float64[9], s: float, n: int):
        ...
        u_from2: float64[7] = operator.getitem(u.1, builtins.slice(2, None, None))
        u_inner: float64[7] = operator.getitem(u.1, builtins.slice(1, -1, None))
        ...
            t: float64[7] = operator.mul(0.5, u_from2)
            iadd u_inner (t)
            ...

It runs after `in_place`: an array that is bound outside of the loop is the same memory in all turns, so its views show
whatever is written into it. Only a part that is surely there: the loop may have no turn.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.hints import name_of_part
from tangent_ad.analysis.indices import is_basic, is_everything, items, known
from tangent_ad.analysis.inference import infer, value_of_int
from tangent_ad.analysis.sizes import at_least, is_more
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import GETITEM, SLICE
from tangent_ad.ir.types import Array, Size, dims_of
from tangent_ad.ir.walk import blocks, bound_inside, definitions, map_stmt, statements, substitute, variables
from tangent_ad.optimise.common import key_of

WRITES = {"setitem": "setitem", "additem": "iadd"}
"""Of a write into a part, the write into the whole of its view."""
Part = tuple[Var, Hashable]  # an array, and which part of it


def hoist_views(func: Func) -> Func:
    return replace(func, body=_Hoister(certain(func), maybe_undefined(func.body)).block(func.body))


class _Hoister:
    """`sure`: variables that are surely what their types say; an array may be None, or 0.0, before a loop.

    `unset`: those that some path leaves unassigned.
    """

    def __init__(self, sure: set[Var], unset: set[Var]) -> None:
        self.sure, self.unset = sure, unset

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, (For, While)):
                views, stmt = self.loop(stmt)
                stmts += views
            stmts.append(map_stmt(stmt, lambda e: e, self.block) if blocks(stmt) else stmt)
        return Block(tuple(stmts), block.results)

    def loop(self, loop: For | While) -> tuple[list[Stmt], Stmt]:
        """The views to name before a loop, and the loop that reads and writes through them."""
        varying = {*bound_inside(loop), *(v for b in blocks(loop) for v in definitions(b)), *self.unset}
        views: dict[Part, Let] = {}
        for base, index in _parts(loop.body):
            part = _part(base, index)
            if part is None or part in views or base not in self.sure:
                continue
            if varying.intersection((base, *variables(index))):
                continue
            value = Apply(GETITEM, (base, index), (), infer(GETITEM, (base, index), ()))
            if dims_of(value.type) and _is_there(base, index):
                views[part] = Let(Var(name_of_part(base, index), value.type), value, loop.origin)
        return list(views.values()), _through(loop, views) if views else loop


def _parts(block: Block) -> Iterator[tuple[Var, Expr]]:
    """The parts of arrays that are read and written in a block."""
    for stmt in statements(block):
        if isinstance(stmt, Store) and stmt.kind in WRITES:
            yield stmt.base, stmt.args[0]
        elif isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op is GETITEM:
            base, index = stmt.value.args
            if isinstance(base, Var):
                yield base, index


def _part(base: Var, index: Expr) -> Part | None:
    """Of what is a view, something to know it by."""
    is_part = isinstance(base.type, Array) and is_basic(index) and not is_everything(index)
    key = key_of(index) if is_part else None
    return None if key is None else (base, key)


def _is_there(base: Var, index: Expr) -> bool:
    """Whether taking a part of an array cannot fail."""
    dims, axis = dims_of(base.type) or (), 0
    for item in items(index):
        value = known(item)
        if value is None:
            continue
        if axis == len(dims):
            return False
        if not (isinstance(value, slice) or _is_slice(value) or _is_place(value, dims[axis])):
            return False
        axis += 1
    return True


def _is_slice(item: object) -> bool:
    return isinstance(item, Apply) and item.op is SLICE and item.args[2] in (Const(None), Const(1), Const(-1))


def _is_place(item: object, size: Size) -> bool:
    number = value_of_int(item if isinstance(item, (Var, Const)) else Const(item))
    if number is None:
        return False
    if isinstance(number, int) and number < 0:
        return at_least(size, -number)
    return at_least(number, 0) and is_more(size, number)


def _through(loop: Stmt, views: dict[Part, Let]) -> Stmt:
    renamed: dict[Var, Expr] = {}

    def view_of(base: Expr, index: Expr) -> Var | None:
        part = _part(base, index) if isinstance(base, Var) else None
        return views[part].target if part in views else None

    def visit(stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op is GETITEM:
            view = view_of(*stmt.value.args)
            if view is not None and stmt.target is not None:
                renamed[stmt.target] = view
                return []
        if isinstance(stmt, Store) and stmt.kind in WRITES:
            view = view_of(stmt.base, stmt.args[0])
            if view is not None:
                place = (Const(Ellipsis),) if stmt.kind == "setitem" else ()
                return [replace(stmt, kind=WRITES[stmt.kind], base=view, args=(*place, *stmt.args[1:]))]
        return [map_stmt(stmt, lambda e: e, inner) if blocks(stmt) else stmt]

    def inner(block: Block) -> Block:
        return Block(tuple(made for stmt in block.stmts for made in visit(stmt)), block.results)

    (made,) = visit(loop)
    return substitute(Block((made,)), renamed).stmts[0]
