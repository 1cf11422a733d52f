"""Operations and expressions in a user's words; types are in `ir/words.py`."""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.ir.ops import GETITEM, RAISE, WRITES
from tangent_ad.ir.words import describe
from tangent_ad.rules.declare import BINARY, COMPARE, UNARY

SYMBOLS: dict[Any, str] = {**BINARY, **COMPARE, **UNARY}


def written(tree: Any) -> str:
    """A name, an attribute, or an item at a literal place, as the program has it.

    Another item is "values[i]", and anything else "values".
    """
    if isinstance(tree, gast.Subscript):
        literal = isinstance(tree.slice, gast.Constant) and isinstance(tree.slice.value, (int, str))
        return f"{written(tree.value)}[{tree.slice.value!r}]" if literal else "values[i]"
    if isinstance(tree, gast.Attribute):
        return f"{written(tree.value)}.{tree.attr}"
    return str(tree.id) if isinstance(tree, gast.Name) and tree.id.isidentifier() else "values"


def symbol(call: Any) -> str:
    """An operator as it is written: /."""
    return SYMBOLS.get(call, getattr(call, "__name__", "this"))


def operation(op: Any) -> str:
    """What an operation is called: "the division /", "indexing", "np.linalg.inv"."""
    if op is GETITEM:
        return "indexing"
    if op is RAISE:
        return "this raise"
    if op in WRITES:
        return "a write"
    if op.call in SYMBOLS:
        return f"the operator {SYMBOLS[op.call]}"
    return str(op.name).removeprefix("builtins.").replace("numpy.", "np.", 1)


__all__ = ["describe", "operation", "symbol", "written"]
