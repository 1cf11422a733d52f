"""Types and operations in a user's words."""

from __future__ import annotations

from typing import Any

from tangent_ad.ir.ops import GETITEM, RAISE
from tangent_ad.ir.types import Array, Bottom, Dict, List, Mixed, Number, Opaque, Range, Seq, Type, Unknown
from tangent_ad.rules.declare import BINARY, COMPARE, UNARY

SYMBOLS: dict[Any, str] = {**BINARY, **COMPARE, **UNARY}


def describe(t: Type) -> str:
    """What a value of this type is called: "a list"."""
    if isinstance(t, Mixed):
        return "a tuple, list or dict whose length or kinds of items depend on the path"
    if isinstance(t, (Opaque, Dict, Seq)):
        name = "None" if t.cls is type(None) else str(t.cls.__name__)
        return name if isinstance(t, Opaque) else f"a {name}"
    names: dict[type, str] = {
        Array: "an array", List: "a list", Number: "a number", Range: "a range", Bottom: "a value",
        Unknown: "a value whose type is not known",
    }  # fmt: skip
    if isinstance(t, Array) and t.dims == ():
        return "a number"
    return next((words for kind, words in names.items() if isinstance(t, kind)), "this value")


def symbol(call: Any) -> str:
    """An operator as it is written: /."""
    return SYMBOLS.get(call, getattr(call, "__name__", "this"))


def operation(op: Any) -> str:
    """What an operation is called: "the division /", "indexing", "np.linalg.inv"."""
    if op is GETITEM:
        return "indexing"
    if op is RAISE:
        return "this raise"
    if op.call in SYMBOLS:
        return f"the operator {SYMBOLS[op.call]}"
    return str(op.name).removeprefix("builtins.").replace("numpy.", "np.", 1)
