"""The arguments of a call, evaluated from left to right."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any

import gast

from tangent_ad.frontend.describe import written
from tangent_ad.frontend.lowering import Closure, Lowering
from tangent_ad.frontend.objects import Method
from tangent_ad.frontend.sequences import known_items
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.types import Array, Dict, List, rank


def arguments(
    low: Lowering, node: gast.Call, value: Callable[[Any], Atom], spread: Callable[[Any], Atom], callee: Any = None
) -> tuple[list[Atom], dict[str, Atom]]:
    """By position and by keyword. `value` evaluates one that is given by position, `spread` what stands after *."""
    args: list[Atom] = []
    for arg in node.args:
        if isinstance(arg, gast.Starred):
            args += starred(low, arg, spread(arg.value), left_over(node, parameters(callee)))
        else:
            args.append(value(arg))
    kwargs: dict[str, Atom] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            kwargs.update(double_starred(low, node, keyword))
            continue
        kwargs[keyword.arg] = low.expression(keyword.value)
    return args, kwargs


def parameters(callee: Any) -> list[str] | None:
    """The parameters that a function always takes by position; None where it may take fewer, or more."""
    if isinstance(callee, Method) and isinstance(callee.function, Const):
        taken = parameters(callee.function.value)
        return taken and taken[1:]
    if isinstance(callee, Closure):
        declared = callee.tree.args
        if callee.defaults or declared.vararg is not None:
            return None
        return [p.id for p in (*declared.posonlyargs, *declared.args)]
    if isinstance(callee, types.FunctionType) and not callee.__defaults__:
        code = callee.__code__
        return None if code.co_flags & inspect.CO_VARARGS else list(code.co_varnames[: code.co_argcount])
    return None


def left_over(node: gast.Call, taken: list[str] | None) -> int | None:
    """How many arguments the one `*values` of a call must give, by what the function takes."""
    if taken is None or sum(isinstance(a, gast.Starred) for a in node.args) > 1:
        return None
    if any(k.arg is None for k in node.keywords):
        return None
    return max(len(taken) - (len(node.args) - 1) - sum(k.arg in taken for k in node.keywords), 0)


def starred(low: Lowering, node: gast.Starred, value: Atom, wanted: int | None = None) -> list[Atom]:
    """The items of `*values`, whose number must be known: by what they are, or by what the function takes."""
    items, t = known_items(low, node.value, value), low.type(value)
    if items is None and wanted is not None and (isinstance(t, List) or (isinstance(t, Array) and rank(t))):
        return [low.builder.item(value, i) for i in range(wanted)]
    if items is None:
        text = written(node.value)
        low.refuse(node, f"how many arguments *{text} gives is not known when the derivative is built",
                   f"unpack it first, a, b = {text}, and pass a, b; for as many as there are give the function the "
                   f"list itself, def f(values), where a default is c = values[2] if len(values) > 2 else 1.0, and "
                   f"write max({text}) for max(*{text})",
                   parted=low.heap.length_lines(value))  # fmt: skip
    return [item() for item in items]


def double_starred(low: Lowering, node: Any, keyword: Any) -> dict[str, Atom]:
    """The items of `**options`, whose keys must be known."""
    value = low.expression(keyword.value)
    t = low.type(value)
    if not isinstance(t, Dict) or t.cls is not dict:
        low.refuse(node, f"which keywords **{written(keyword.value)} gives is not known when the derivative is built",
                   "pass a dict with literal keys, or write the keywords out")  # fmt: skip
    return {str(k): low.builder.item(value, k) for k, _ in t.entries}
