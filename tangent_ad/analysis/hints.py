"""Names for temporaries, after what they are: sin_x for np.sin(x)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from tangent_ad.analysis.indices import items, known
from tangent_ad.ir.nodes import Apply, Block, Expr, Let, Var
from tangent_ad.ir.ops import GETITEM, TOLIST
from tangent_ad.ir.walk import statements

ANONYMOUS = ("t", "choice", "item", "entry", "turn", "pair", "bar")


def is_derivative(hint: str) -> bool:
    """Whether a name is that of a cotangent, `x_bar`, or of a tangent: `x_dot`, or `x_dot_a` where a alone moves."""
    return hint.endswith(("_bar", "_dot")) or "_dot_" in hint


def suggest(value: Apply, found: Mapping[Var, str] = MappingProxyType({})) -> str | None:
    """A name for the result of an operation, None where nothing better than `t` comes to mind.

    `found`: names for anonymous variables; a copy is called what the original is.
    """
    arg = value.args[0] if value.args else None
    is_row = isinstance(arg, Apply) and arg.op is GETITEM
    if isinstance(arg, Apply) and is_row and value.op in (GETITEM, TOLIST):
        arg = arg.args[0]
    if value.op.call is np.copy:
        return found.get(arg) if isinstance(arg, Var) else suggest(arg, found) if isinstance(arg, Apply) else None
    named = isinstance(arg, Var) and arg.hint not in ANONYMOUS and arg.hint.isidentifier()
    if value.op.syntax == "compare":
        return "test"
    if not isinstance(arg, Var) or not named:
        return None
    if value.op.syntax == "call":
        return f"{value.op.name.rsplit('.', 1)[-1]}_{arg.hint}"
    if value.op is TOLIST:
        return f"{arg.hint}_{'row' if is_row else 'list'}"
    if value.op is GETITEM or value.op.symbol == "item":
        return f"{arg.hint.removesuffix('_list').removesuffix('_rows')}_item"
    return None


def suggestions(block: Block) -> dict[Var, str]:
    """Suggested names for the anonymous variables of a block."""
    found: dict[Var, str] = {}
    for stmt in statements(block):
        if isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
            name = suggest(stmt.value, found) if stmt.target.hint in ANONYMOUS else None
            if name is not None:
                found[stmt.target] = name
    return found


def name_of_part(base: Var, index: Expr) -> str:
    """A name for a part of an array: u_inner for u[1:-1, 1:-1], A_k for A[k], u_first_from2 for u[0, 2:]."""
    words = [_name_of_place(item) for item in items(index) if known(item) is not None]
    while len(words) > 1 and words[-1] == "all":
        words.pop()
    return "_".join((base.hint, *(words[:1] if set(words) == {"inner"} else words)))


def _name_of_place(item: object) -> str:
    value = known(item)
    if isinstance(value, Var):
        return value.hint if value.hint not in ANONYMOUS else "item"
    if isinstance(value, int):
        return {0: "first", -1: "last"}.get(value, f"at{value}" if value > 0 else f"at_end{-value}")
    if not isinstance(value, slice) or value.step not in (None, 1):
        return "part"
    if value.start is None and value.stop is None:
        return "all"
    if value.stop is None:
        return f"from{value.start}" if value.start >= 0 else f"last{-value.start}"
    if value.start in (None, 0):
        return f"to{value.stop}" if value.stop >= 0 else f"but{-value.stop}"
    around = value.start == -value.stop
    return "part" if not around else "inner" if value.start == 1 else f"inner{value.start}"
