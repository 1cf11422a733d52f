"""Functions and methods that a program makes are the frontend's own objects: no emitted module may hold one.

    def model(x):
        def scale(v):
            return v * 2.0
        return x, scale          # refused: what `scale` stands for is gone when the module runs
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.lowering import Bound, Closure
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Apply, Const, Expr, Func
from tangent_ad.ir.walk import blocks, expressions, statements


def check_own(func: Func) -> Func:
    """Raises Refused where a value that is needed when the module runs is, or holds, such a function."""
    places = [(s.origin, e) for s in statements(func.body)
              for e in (*expressions(s), *(r for b in blocks(s) for r in b.results))]  # fmt: skip
    for origin, expr in (*places, *((_end(func), r) for r in func.body.results)):
        for value in _own(expr):
            raise Refused(origin, f"{_named(value)} that is made in the program is returned, or kept beside numbers: "
                          "it is not followed there",
                          "call it here, and keep or return what it gives; where one of two is wanted, write the call "
                          "of each in an if")  # fmt: skip
    return func


def _end(func: Func) -> Origin:
    return func.body.stmts[-1].origin if func.body.stmts else func.origin


def _own(expr: Expr) -> Iterator[Any]:
    if isinstance(expr, Apply):
        for arg in expr.operands:
            yield from _own(arg)
    elif isinstance(expr, Const):
        yield from _within(expr.value)


def _within(value: Any) -> Iterator[Any]:
    if type(value) in (tuple, list):
        for item in value:
            yield from _within(item)
    elif module_of(type(value)).startswith("tangent_ad.frontend."):
        yield value


def _named(value: Any) -> str:
    if isinstance(value, Bound):
        return f"the method {value.name}"
    name = getattr(value.tree, "name", None) if isinstance(value, Closure) else None
    return f"the function {name}" if name is not None else "a function"
