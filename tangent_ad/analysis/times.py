"""What the ints of a loop's body are in the same turn, in a later one, and in an earlier one.

    for i in range(n):
        j = i + 1       in a later turn i and j are greater, and j is still i + 1
"""

from __future__ import annotations

from collections.abc import Iterator

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sizes import at_another_time, symbols
from tangent_ad.ir.nodes import Apply, Const, Expr, For, Let, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Dim, Number, Size, dims_of
from tangent_ad.ir.walk import block_uses, definitions, variables
from tangent_ad.rules.declare import op_of


class Times:
    """Of the symbols in ints, their values at another time. `same`: only what inner loops change is another."""

    def __init__(self, loop: For) -> None:
        counters = dict(_counters(loop))
        inside = [loop.index, loop.elem, *definitions(loop.body)]
        outside = {v for v in block_uses(loop.body) if v not in set(inside)} | set(variables(loop.iterable))
        fixed = {s for v in outside for size in _sizes(v) for s in symbols(size)}
        varying = {s for v in inside if isinstance(v.type, Number) for s in symbols(v.type.size)} - fixed
        rising, falling = ({s for s, up in counters.items() if up is way} for way in (True, False))
        self.same = at_another_time(varying - set(counters))
        self.later = at_another_time(varying | set(counters), later=rising, earlier=falling)
        self.earlier = at_another_time(varying | set(counters), later=falling, earlier=rising)


def _sizes(v: Var) -> tuple[Size | None, ...]:
    return (v.type.size,) if isinstance(v.type, Number) else dims_of(v.type) or ()


def _counters(loop: For) -> Iterator[tuple[int, bool]]:
    """The ints that grow from turn to turn, or shrink."""
    yield from _counter(loop.index, Apply(op_of(range), ()))
    yield from _counter(loop.elem, loop.iterable)
    if isinstance(loop.iterable, Apply) and loop.iterable.op.call is zip:
        for stmt in loop.body.stmts:
            if not isinstance(stmt, Let) or not isinstance(stmt.value, Apply) or stmt.target is None:
                continue
            is_part = stmt.value.op is GETITEM and stmt.value.args[0] is loop.elem
            key = stmt.value.args[1] if is_part else None
            if isinstance(key, Const) and type(key.value) is int:
                yield from _counter(stmt.target, loop.iterable.args[key.value])


def _counter(v: Var, tree: Expr) -> Iterator[tuple[int, bool]]:
    """The symbol of an int that runs through a range, and whether it rises."""
    rises = True
    if isinstance(tree, Apply) and tree.op.call is reversed:
        rises, tree = False, tree.args[0]
    size = value_of_int(v)
    if isinstance(size, Dim) and len(symbols(size)) == 1 and isinstance(tree, Apply) and tree.op.call is range:
        step = tree.args[2] if len(tree.args) == 3 else Const(1)
        if isinstance(step, Const) and type(step.value) is int and step.value:
            yield next(iter(symbols(size))), rises is (step.value > 0)
