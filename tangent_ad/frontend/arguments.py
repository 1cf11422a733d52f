"""The arguments of a call, evaluated from left to right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from tangent_ad.frontend.describe import written
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.sequences import known_items
from tangent_ad.ir.nodes import Atom
from tangent_ad.ir.types import Dict


def arguments(
    low: Lowering, node: gast.Call, value: Callable[[Any], Atom], spread: Callable[[Any], Atom]
) -> tuple[list[Atom], dict[str, Atom]]:
    """By position and by keyword. `value` evaluates one that is given by position, `spread` what stands after *."""
    args: list[Atom] = []
    for arg in node.args:
        if isinstance(arg, gast.Starred):
            args += starred(low, arg, spread(arg.value))
        else:
            args.append(value(arg))
    kwargs: dict[str, Atom] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            kwargs.update(double_starred(low, node, keyword))
            continue
        kwargs[keyword.arg] = low.expression(keyword.value)
    return args, kwargs


def starred(low: Lowering, node: gast.Starred, value: Atom) -> list[Atom]:
    """The items of `*values`, whose number must be known."""
    items = known_items(low, node.value, value)
    if items is None:
        text = written(node.value)
        low.refuse(node, f"how many arguments *{text} gives is not known when the derivative is built",
                   f"unpack it first, a, b = {text}, and pass a, b",
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
