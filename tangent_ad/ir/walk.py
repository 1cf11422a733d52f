"""Traversals that every pass shares: operands, sub-blocks, uses, substitution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tangent_ad.ir.nodes import Apply, Block, Expr, For, If, Let, Stmt, Store, Var, While


def expressions(stmt: Stmt) -> tuple[Expr, ...]:
    """The expressions a statement evaluates itself, its sub-blocks not included."""
    if isinstance(stmt, Let):
        return (stmt.value,)
    if isinstance(stmt, Store):
        return (stmt.base, *stmt.args)
    if isinstance(stmt, If):
        return (stmt.test,)
    if isinstance(stmt, For):
        return (stmt.iterable, *stmt.inits)
    assert isinstance(stmt, While)
    return stmt.inits


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    if isinstance(stmt, If):
        return (stmt.then, stmt.orelse)
    if isinstance(stmt, For):
        return (stmt.body,)
    if isinstance(stmt, While):
        return (stmt.test, stmt.body)
    return ()


def bound(stmt: Stmt) -> tuple[Var, ...]:
    """Variables a statement binds for what follows it."""
    if isinstance(stmt, Let):
        return () if stmt.target is None else (stmt.target,)
    return stmt.targets if isinstance(stmt, (If, For, While)) else ()


def bound_inside(stmt: Stmt) -> tuple[Var, ...]:
    """Variables a loop binds for its own blocks."""
    if isinstance(stmt, For):
        return (stmt.index, stmt.elem, *stmt.params)
    return stmt.params if isinstance(stmt, While) else ()


def variables(expr: Expr) -> Iterator[Var]:
    if isinstance(expr, Var):
        yield expr
    elif isinstance(expr, Apply):
        for operand in expr.operands:
            yield from variables(operand)


def uses(stmt: Stmt) -> Iterator[Var]:
    """Every variable read by a statement or anything inside it, with repetition."""
    for expr in expressions(stmt):
        yield from variables(expr)
    for block in blocks(stmt):
        yield from block_uses(block)


def block_uses(block: Block) -> Iterator[Var]:
    for stmt in block.stmts:
        yield from uses(stmt)
    for expr in block.results:
        yield from variables(expr)


def definitions(block: Block) -> Iterator[Var]:
    """Every variable bound in a block, at any depth."""
    for stmt in block.stmts:
        yield from bound_inside(stmt)
        yield from bound(stmt)
        for inner in blocks(stmt):
            yield from definitions(inner)


def statements(block: Block) -> Iterator[Stmt]:
    """Every statement of a block, at any depth, in order."""
    for stmt in block.stmts:
        yield stmt
        for inner in blocks(stmt):
            yield from statements(inner)


def map_expr(expr: Expr, f: Callable[[Expr], Expr]) -> Expr:
    """Rebuild an expression bottom-up."""
    if isinstance(expr, Apply):
        args = tuple(map_expr(a, f) for a in expr.args)
        kwargs = tuple((k, map_expr(v, f)) for k, v in expr.kwargs)
        same = all(a is b for a, b in zip(args, expr.args, strict=True)) and all(
            a[1] is b[1] for a, b in zip(kwargs, expr.kwargs, strict=True)
        )
        expr = expr if same else replace(expr, args=args, kwargs=kwargs)
    return f(expr)


def map_stmt(stmt: Stmt, f: Callable[[Expr], Expr], block: Callable[[Block], Block]) -> Stmt:
    """A statement with each of its expressions and sub-blocks replaced; bound variables are kept."""

    def go(expr: Expr) -> Expr:
        return map_expr(expr, f)

    if isinstance(stmt, Let):
        return replace(stmt, value=go(stmt.value))
    if isinstance(stmt, Store):
        base = go(stmt.base)
        assert isinstance(base, Var)
        return replace(stmt, base=base, args=tuple(map(go, stmt.args)))
    if isinstance(stmt, If):
        return replace(stmt, test=go(stmt.test), then=block(stmt.then), orelse=block(stmt.orelse))
    if isinstance(stmt, For):
        inits = tuple(map(go, stmt.inits))
        return replace(stmt, iterable=go(stmt.iterable), inits=inits, body=block(stmt.body))
    assert isinstance(stmt, While)
    inits = tuple(map(go, stmt.inits))
    return replace(stmt, inits=inits, test=block(stmt.test), body=block(stmt.body))


def map_block(block: Block, f: Callable[[Expr], Expr]) -> Block:
    """Replace every expression in a block, at any depth."""

    def inner(b: Block) -> Block:
        return map_block(b, f)

    return Block(
        tuple(map_stmt(s, f, inner) for s in block.stmts), tuple(map_expr(r, f) for r in block.results)
    )


def substitute(block: Block, mapping: Mapping[Var, Expr]) -> Block:
    if not mapping:
        return block

    def look_up(expr: Expr) -> Expr:
        while isinstance(expr, Var) and expr in mapping:
            expr = mapping[expr]
        return expr

    return map_block(block, look_up)


def free_variables(block: Block) -> list[Var]:
    """Variables read in a block and bound outside it, in order of first use."""
    inside = set(definitions(block))
    return list(dict.fromkeys(v for v in block_uses(block) if v not in inside))


def count_uses(blocks_: Iterable[Block]) -> dict[Var, int]:
    counts: dict[Var, int] = {}
    for block in blocks_:
        for var in block_uses(block):
            counts[var] = counts.get(var, 0) + 1
    return counts
