"""What is returned as a derivative shares memory with nothing: the caller may write into it.

    >>> def f(x):
    ...     x_bar = np.cos(x)
    ...     return x_bar, x_bar
    >>> show(f, lambda func: own_results(func, None), "dead_code", x="float64[3]")
    func f(x: float64[3]):
        x_bar: float64[3] = numpy.cos(x)
        x_bar.1: float64[3] = numpy.copy(x_bar)
        t: tuple[float64[3], float64[3]] = tuple.pack(x_bar, x_bar.1)
        yield t

It always runs: without it a derivative would not be right.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tangent_ad.analysis.memory import Memory
from tangent_ad.errors import NOWHERE
from tangent_ad.ir.nodes import Apply, Block, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import statements
from tangent_ad.rules.declare import op_of


def own_results(func: Func, value_at: int | None) -> Func:
    """`value_at`: the item of the result that is the function's own value, which may share what it shared."""
    memory = Memory(func, in_place=False)  # `in_place` copies what it must not write into
    defs = {s.target: s.value for s in statements(func.body) if isinstance(s, Let)}
    extra: list[Stmt] = []
    seen: set[object] = set()

    def leaf(expr: Expr, top: bool) -> Expr:
        definition = defs.get(expr) if isinstance(expr, Var) else None
        if isinstance(definition, Apply) and definition.op in (PACK_TUPLE, PACK_LIST):
            items = tuple(a if top and i == value_at else leaf(a, False) for i, a in enumerate(definition.args))
            if all(a is b for a, b in zip(items, definition.args, strict=True)):
                return expr
            assert isinstance(expr, Var)
            var = Var(expr.hint, expr.type)
            extra.append(Let(var, replace(definition, args=items), last))
            return var
        if not isinstance(expr, Var) or not isinstance(expr.type, Array) or expr.type.dims == ():
            return expr
        objects = memory.own(expr)
        shared = any(isinstance(o, tuple) for o in objects) or bool(objects & seen) or not objects
        seen.update(objects)
        if not shared:
            return expr
        var = Var(expr.hint, expr.type)
        extra.append(Let(var, Apply(op_of(np.copy), (expr,), (), expr.type), last))
        return var

    last = replace(NOWHERE, derived=True)
    result = leaf(func.body.results[0], True)
    return replace(func, body=Block((*func.body.stmts, *extra), (result,)))
