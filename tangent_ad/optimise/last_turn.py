"""What a loop computes in each turn, and of which only the last turn counts, is computed behind the loop.

    >>> def f(A, x, n):
    ...     loss = 0.0
    ...     for i in range(n):
    ...         x = A @ x
    ...         loss = np.sum(x * x)
    ...     return loss
    >>> show(f, "dead_code", A="float64[5, 5]", x="float64[5]", n="int")
    func f(A: float64[5, 5], x: float64[5], n: int):
        loss.1, x.2 = for k, i: int in builtins.range(n) carrying (loss: float64[] = 0.0, x.1: float64[5] = x):
            x.3: float64[5] = operator.matmul(A, x.1)
            t: float64[5] = operator.mul(x.3, x.3)
            loss.2: float64[] = numpy.sum(t)
            yield loss.2, x.3
        yield loss.1
    >>> show(f, "dead_code", "last_turn", A="float64[5, 5]", x="float64[5]", n="int")
    func f(A: float64[5, 5], x: float64[5], n: int):
        x.2 = for k, i: int in builtins.range(n) carrying (x.1: float64[5] = x):
            x.3: float64[5] = operator.matmul(A, x.1)
            yield x.3
        t: bool = operator.lt(0, n)
        loss = if t:
            t.1: float64[5] = operator.mul(x.2, x.2)
            loss.1: float64[] = numpy.sum(t.1)
            yield loss.1
        else:
            yield 0.0
        yield loss

Where it is computed from what the loop leaves, and from what was there before it: a loss of each step that the user
looked at once, an energy, a residual. The reverse sweep, too, has it once then, and nothing of it is recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.types import Array, Number, Seq
from tangent_ad.ir.walk import bound_inside, count_uses, definitions, map_expr, variables
from tangent_ad.rules.declare import op_of


def compute_last_turn_only(func: Func) -> Func:
    return replace(func, body=_visit(func.body))


def _visit(block: Block) -> Block:
    stmts: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, If):
            stmt = replace(stmt, then=_visit(stmt.then), orelse=_visit(stmt.orelse))
        elif isinstance(stmt, (For, While)):
            stmt = replace(stmt, body=_visit(stmt.body))
        stmts += _split(stmt) if isinstance(stmt, For) and not stmt.stops else [stmt]
    return Block(tuple(stmts), block.results)


def _split(loop: For) -> list[Stmt]:
    """A loop, and behind it what only its last turn computes."""
    behind: list[Stmt] = []
    i = 0
    while i < len(loop.params):
        moved = _moved(loop, i)
        if moved is None:
            i += 1
        else:
            loop, last = moved
            behind[:0] = last  # it may be computed from what others leave
    return [loop, *behind]


def _moved(loop: For, i: int) -> tuple[For, list[Stmt]] | None:
    """The loop without what it carries in the i-th place, and the statements that make that behind it."""
    param, result = loop.params[i], loop.body.results[i]
    counts, runs = count_uses([loop.body]), _runs(loop)
    if counts.get(param) or not isinstance(result, Var) or runs is None:
        return None
    if isinstance(result.type, Seq) and not isinstance(loop.targets[i].type, Seq):
        return None  # by its type a list of any length, as it is where the loop begins
    alone: list[Let] = []  # what is computed for this only, from last to first
    wanted = {result: 1}  # how often these read a variable
    for stmt in reversed(loop.body.stmts):
        v = stmt.target if isinstance(stmt, Let) else None
        if not isinstance(stmt, Let) or v is None or not wanted.get(v) or wanted[v] != counts[v]:
            continue
        if isinstance(stmt.value, Apply) and not stmt.value.op.pure:
            continue
        alone.append(stmt)
        for read in variables(stmt.value):
            wanted[read] = wanted.get(read, 0) + 1
    own = {s.target for s in alone if s.target is not None}
    left: dict[Expr, Expr] = dict(zip(loop.body.results, loop.targets, strict=True))
    del left[result]
    inside = {*bound_inside(loop), *definitions(loop.body)}
    reads = {v for s in alone for v in variables(s.value) if v not in own}
    works = any(isinstance(v.type, Array) and v.type.dims != () for v in reads)
    if result not in own or not works or any(v in inside and v not in left for v in reads):
        return None
    return _without(loop, i, alone), _behind(loop, i, runs, alone[::-1], {v: left[v] for v in reads if v in left})


def _behind(loop: For, i: int, runs: Expr, last: list[Let], left: Mapping[Expr, Expr]) -> list[Stmt]:
    """What the last turn computes, from what the loop has `left`; without turns it is what it was."""
    new: dict[Expr, Var] = {s.target: Var(s.target.hint, s.target.type) for s in last if s.target is not None}
    swap: dict[Expr, Expr] = {**new, **left}
    target, result = loop.targets[i], loop.body.results[i]
    made = [replace(s, target=new[s.target], value=_swapped(s.value, swap)) for s in last if s.target is not None]
    if isinstance(runs, Const):
        return [replace(s, target=target) if s.target is new[result] else s for s in made]
    then, orelse = Block(tuple(made), (new[result],)), Block((), (loop.inits[i],))
    test = Var("t", Number("bool"))
    return [Let(test, runs, loop.origin), If(test, then, orelse, (target,), loop.origin)]


def _swapped(value: Expr, swap: dict[Expr, Expr]) -> Expr:
    return map_expr(value, lambda e: swap.get(e, e))


def _runs(loop: For) -> Expr | None:
    """Whether a loop over a range has turns; None where that is not known, or there surely are none."""
    turns = loop.iterable
    if not isinstance(turns, Apply) or turns.op.call is not range or len(turns.args) > 2:
        return None
    first, last = turns.args if len(turns.args) == 2 else (Const(0), turns.args[0])
    if isinstance(first, Const) and isinstance(last, Const):
        return Const(True) if first.value < last.value else None
    return Apply(op_of(operator.lt), (first, last), (), Number("bool"))


def _without(loop: For, i: int, gone: list[Let]) -> For:
    """The loop without these statements, and without the i-th of what it carries."""

    def rest(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return items[:i] + items[i + 1 :]

    body = Block(tuple(s for s in loop.body.stmts if s not in gone), rest(loop.body.results))
    return replace(loop, params=rest(loop.params), inits=rest(loop.inits), targets=rest(loop.targets), body=body)
