"""Traversals that every pass shares: operands, sub-blocks, uses, substitution."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from tangent_ad.ir.nodes import Apply, Atom, Block, Expr, For, If, Let, Stmt, Store, Var, While


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


def variables(expr: Expr) -> list[Var]:
    """The variables that an expression reads, with repetition."""
    if isinstance(expr, Var):
        return [expr]
    found: list[Var] = []
    if isinstance(expr, Apply):
        _collect_variables(expr, found)
    return found


def atoms(expr: Expr) -> Iterator[Atom]:
    """The variables and constants that an expression reads, with repetition."""
    if isinstance(expr, Apply):
        for operand in expr.operands:
            yield from atoms(operand)
    else:
        yield expr


def _collect_variables(expr: Apply, found: list[Var]) -> None:
    for operand in expr.operands if expr.kwargs else expr.args:
        kind = type(operand)  # the innermost loop of the compiler
        if kind is Var:
            found.append(operand)  # type: ignore[arg-type]
        elif kind is Apply:
            _collect_variables(operand, found)  # type: ignore[arg-type]


def uses(stmt: Stmt) -> list[Var]:
    """Every variable read by a statement or anything inside it, with repetition."""
    if isinstance(stmt, Let):
        return variables(stmt.value)
    found = [v for expr in expressions(stmt) for v in variables(expr)]
    for block in blocks(stmt):
        found += block_uses(block)
    return found


def once_a_block(find: Callable[[Block], list[Var]]) -> Callable[[Block], Sequence[Var]]:
    """Blocks do not change, and what is found in one is kept as long as it is."""
    table: WeakKeyDictionary[Block, list[Var]] = WeakKeyDictionary()

    @functools.wraps(find)
    def found(block: Block) -> Sequence[Var]:
        known = table.get(block)
        if known is None:
            known = table[block] = find(block)
        return known

    return found


@once_a_block
def block_uses(block: Block) -> list[Var]:
    """Every variable read in a block, at any depth, with repetition."""
    found = [v for stmt in block.stmts for v in uses(stmt)]
    for expr in block.results:
        found += variables(expr)
    return found


def definitions(block: Block) -> list[Var]:
    """Every variable bound in a block, at any depth."""
    return [v for stmt in statements(block) for v in (*bound_inside(stmt), *bound(stmt))]


def statements(block: Block) -> list[Stmt]:
    """Every statement of a block, at any depth, in order."""
    found: list[Stmt] = []
    _collect_statements(block, found)
    return found


def _collect_statements(block: Block, found: list[Stmt]) -> None:
    for stmt in block.stmts:
        found.append(stmt)
        if not isinstance(stmt, Let):
            for inner in blocks(stmt):
                _collect_statements(inner, found)


def map_expr(expr: Expr, f: Callable[[Expr], Expr]) -> Expr:
    """Rebuild an expression bottom-up; what stays the same is the same object."""
    if isinstance(expr, Apply):
        args = tuple([map_expr(a, f) for a in expr.args])
        kwargs = tuple([(k, map_expr(v, f)) for k, v in expr.kwargs])
        if _changed(args, expr.args) or any(new[1] is not old[1] for new, old in zip(kwargs, expr.kwargs, strict=True)):
            expr = Apply(expr.op, args, kwargs, expr.type)
    return f(expr)


def _changed(new: Sequence[object], old: Sequence[object]) -> bool:
    return any(map(operator.is_not, new, old))


def map_stmt(stmt: Stmt, f: Callable[[Expr], Expr], block: Callable[[Block], Block]) -> Stmt:
    """A statement with each of its expressions and sub-blocks replaced; bound variables are kept."""
    new: dict[str, object]
    if isinstance(stmt, Let):
        value = map_expr(stmt.value, f)
        return stmt if value is stmt.value else Let(stmt.target, value, stmt.origin)
    if isinstance(stmt, Store):
        base = map_expr(stmt.base, f)
        assert isinstance(base, Var)
        new = {"base": base, "args": tuple(map_expr(a, f) for a in stmt.args)}
    elif isinstance(stmt, If):
        new = {"test": map_expr(stmt.test, f), "then": block(stmt.then), "orelse": block(stmt.orelse)}
    elif isinstance(stmt, For):
        inits = tuple(map_expr(i, f) for i in stmt.inits)
        new = {"iterable": map_expr(stmt.iterable, f), "inits": inits, "body": block(stmt.body)}
    else:
        assert isinstance(stmt, While)
        new = {"inits": tuple(map_expr(i, f) for i in stmt.inits), "test": block(stmt.test), "body": block(stmt.body)}
    return replace(stmt, **new)  # type: ignore[arg-type]


def map_block(block: Block, f: Callable[[Expr], Expr]) -> Block:
    """Replace every expression in a block, at any depth; a block in which nothing changes stays the same."""

    def inner(b: Block) -> Block:
        return map_block(b, f)

    stmts = tuple([map_stmt(s, f, inner) for s in block.stmts])
    results = tuple([map_expr(r, f) for r in block.results])
    return Block(stmts, results) if _changed(stmts, block.stmts) or _changed(results, block.results) else block


def substitute(block: Block, mapping: Mapping[Var, Expr]) -> Block:
    if not mapping:
        return block

    def look_up(expr: Expr) -> Expr:
        while isinstance(expr, Var) and expr in mapping:
            expr = mapping[expr]
        return expr

    return map_block(block, look_up)


@once_a_block
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
