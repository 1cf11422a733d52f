"""What is the same in every turn of a loop is computed before it, where it costs little and cannot fail.

    >>> def f(x, r, n):
    ...     for i in range(n):
    ...         x = x * (1.0 - 2.0 * r) + x.shape[0]
    ...     return x
    >>> show(f, "dead_code", x="float64[5]", r="float", n="int")
    func f(x: float64[5], r: float, n: int):
        x.2 = for k, i: int in builtins.range(n) carrying (x.1: float64[5] = x):
            t: float = operator.mul(2.0, r)
            t.1: float = operator.sub(1.0, t)
            t.2: float64[5] = operator.mul(x.1, t.1)
            x.3: float64[5] = operator.add(t.2, 5)
            yield x.3
        yield x.2
    >>> show(f, "dead_code", "invariant", x="float64[5]", r="float", n="int")
    func f(x: float64[5], r: float, n: int):
        t: float = operator.mul(2.0, r)
        t.1: float = operator.sub(1.0, t)
        x.2 = for k, i: int in builtins.range(n) carrying (x.1: float64[5] = x):
            t.2: float64[5] = operator.mul(x.1, t.1)
            x.3: float64[5] = operator.add(t.2, 5)
            yield x.3
        yield x.2

A loop may run no turn: what is moved is arithmetic of numbers, and of arrays whose shapes are known to agree, what is
read of shapes, and in derived code the shape that an array is given.
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.inference import is_not_zero
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import maybe_undefined
from tangent_ad.ir.nodes import Apply, Block, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Number, Seq, dims_of, rank
from tangent_ad.ir.walk import bound, bound_inside, definitions, variables

ARITHMETIC = {operator.add, operator.sub, operator.mul, operator.neg, operator.not_}
SHAPES = {np.shape, np.size, len}


def hoist_invariants(func: Func) -> Func:
    return replace(func, body=_visit(func.body, maybe_undefined(func.body)))


def _visit(block: Block, unsure: set[Var]) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, If):
            stmt = replace(stmt, then=_visit(stmt.then, unsure), orelse=_visit(stmt.orelse, unsure))
        elif isinstance(stmt, (For, While)):
            moved, stmt = _moved(replace(stmt, body=_visit(stmt.body, unsure)), unsure)
            stmts += moved
        stmts.append(stmt)
    return Block(tuple(stmts), block.results)


def _moved(loop: For | While, unsure: set[Var]) -> tuple[list[Stmt], For | While]:
    """The statements to put before a loop, and the loop without them. `unsure`: what may have no value there."""
    varying = {*bound_inside(loop), *definitions(loop.body), *unsure}
    moved: list[Stmt] = []
    rest: list[Stmt] = []
    for stmt in loop.body.stmts:
        if isinstance(stmt, Let) and stmt.target is not None and _is_cheap(stmt, moved) and _is_free(stmt, varying):
            varying.discard(stmt.target)
            moved.append(stmt)
        else:
            rest.append(stmt)
    return moved, replace(loop, body=Block(tuple(rest), loop.body.results))


def _agree(value: Apply) -> bool:
    """Whether arithmetic gives an array of the shape of its operands: it cannot fail."""
    shape = dims_of(value.type)
    return bool(shape) and all(rank(t) == 0 or dims_of(t) == shape for t in map(expr_type, value.args))


def _is_free(stmt: Let, varying: set[Var]) -> bool:
    return not any(v in varying for v in variables(stmt.value))


def _is_cheap(stmt: Let, moved: list[Stmt]) -> bool:
    value, t = stmt.value, stmt.target.type if stmt.target is not None else None
    if not isinstance(value, Apply):
        return False
    numbers = all(isinstance(v.type, Number) for v in variables(value))
    if value.op.call in ARITHMETIC or (value.op.call is operator.truediv and is_not_zero(value.args[1])):
        return numbers if isinstance(t, Number) else _agree(value)
    if value.op is GETITEM:  # shape[0]
        base = value.args[0]
        return isinstance(base, Var) and isinstance(base.type, Seq) and isinstance(t, Number)
    if value.op is PACK_TUPLE:
        return numbers
    if value.op.call is np.transpose:  # alone it costs nothing
        return any(bound(s)[0] is value.args[0] for s in moved)
    return value.op.call in SHAPES or (stmt.origin.derived and value.op.call is np.reshape)
