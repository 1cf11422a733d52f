"""Functions and methods that a program makes are the frontend's own objects: no emitted module may hold one.

    def model(x):
        def scale(v):
            return v * 2.0
        return x, scale          # refused: what `scale` stands for is gone when the module runs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.lowering import Bound, Closure
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Apply, Const, Expr, For, Func, If, Var, While
from tangent_ad.ir.walk import expressions, statements


def check_own(func: Func) -> Func:
    """Raises Refused where a value that is needed when the module runs is, or holds, such a function."""
    for stmt in statements(func.body):
        if isinstance(stmt, If):
            for arm in (stmt.then, stmt.orelse):
                _check_names(stmt.origin, stmt.targets, arm.results, "path")
        elif isinstance(stmt, (For, While)):
            _check_names(stmt.origin, stmt.params, stmt.inits, "turn of this loop")
            _check_names(stmt.origin, stmt.params, stmt.body.results, "turn of this loop")
        _check(stmt.origin, expressions(stmt))
    _check(_end(func), func.body.results)
    return func


def _check_names(origin: Origin, names: tuple[Var, ...], values: tuple[Expr, ...], each: str) -> None:
    """Refuse a name that stands for a function on one path, or turn, and for a value on another."""
    for name, held in zip(names, values, strict=False):  # a loop may say last whether it stops
        for value in _own(held):
            raise Refused(
                origin, f"{name.hint} is {_named(value)} on one {each}, and something else on another: which of them "
                "it is, is not followed", f"call it where it is put into {name.hint}, so that {name.hint} is what "
                "it gives", _made(value))  # fmt: skip


def _check(origin: Origin, values: Iterable[Expr]) -> None:
    for value in (v for held in values for v in _own(held)):
        if isinstance(value, Bound):
            raise Refused(origin, f"{_named(value)} is returned, or put beside values, without being called",
                          f"write {_called(value)}, or leave it out")  # fmt: skip
        raise Refused(origin, f"{_named(value)}, which is defined inside of the function that is differentiated, is "
                      "returned, or put beside values: a derivative cannot give it back",
                      f"return {_called(value)}, or leave it out", _made(value))  # fmt: skip


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


def _name(value: Any) -> str | None:
    return value.name if isinstance(value, Bound) else getattr(getattr(value, "tree", None), "name", None)


def _named(value: Any) -> str:
    """`the function scaled`, `the method sum`, `a lambda`."""
    if isinstance(value, Bound):
        return f"the method {value.name}"
    name = _name(value)
    return f"the function {name}" if name else "a lambda" if isinstance(value, Closure) else "a function"


def _called(value: Any) -> str:
    """A call of it."""
    name = _name(value)
    return f"{name}(...)" if name else "a call of it"


def _made(value: Any) -> tuple[Origin, ...]:
    """Where it is defined."""
    return (value.frame.source.origin(value.tree),) if isinstance(value, Closure) else ()
