"""Index expressions, and slices that are values: `inner = slice(1, -1)`, `np.s_[1:, 0]`, what `__getitem__` is given.

Before:
    inner = slice(1, -1)
    y = x[inner, 0]

After:
    y = x[1:-1, 0]
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.protocols import as_index
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr
from tangent_ad.ir.ops import PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, List, Number, Opaque, Seq, Type

INDEX_MAKERS = (np.s_, np.index_exp)
BOUNDS = ("start", "stop", "step")


def index_expression(low: Lowering, node: Any) -> Expr:
    """An index: slices and tuples of them are nested, wherever they were made."""
    if isinstance(node, gast.Slice):
        return _slice(*(Const(None) if p is None else low.expression(p) for p in (node.lower, node.upper, node.step)))
    if isinstance(node, gast.Tuple):
        return _tuple(low, [index_expression(low, e) for e in node.elts])
    return _nested(low, node, as_index(low, node, low.expression(node)))


def as_place(low: Lowering, t: Type, index: Expr) -> Expr:
    """The index of a list or a tuple: a bool found at run time is 0 or 1 there, and no mask."""
    kind = low.type(index)
    is_bool = kind == Number("bool") or (isinstance(kind, Array) and kind.dtype == "bool")
    found = isinstance(t, (List, Seq)) and is_bool and not isinstance(index, Const)
    return low.builder.call(int, index) if found else index


def index_value(low: Lowering, index: Expr) -> Atom:
    """An index as a value that a method can be given."""
    if not isinstance(index, Apply):
        return index
    parts = [index_value(low, a) for a in index.args]
    return low.builder.name(Apply(index.op, tuple(parts), (), index.type), "index")


def made_by(low: Lowering, node: Any, base: Const, index: Expr) -> Atom:
    """`np.s_[index]`, and `np.index_exp[index]`, which is a tuple always."""
    if base.value is np.index_exp and not isinstance(low.type(index), Seq):
        index = _tuple(low, [index])
    return index_value(low, index)


def bound_of_slice(low: Lowering, node: Any, index: Atom, name: str) -> Atom:
    """`index.start` and the like."""
    if name not in BOUNDS:
        low.refuse(node, f"{name!r} of a slice is not followed",
                   "use the slice itself, x[s], or read its start, stop and step")  # fmt: skip
    found = _nested(low, node, index)
    assert isinstance(found, Apply)
    return index_value(low, found.args[BOUNDS.index(name)])


@builtin(slice)
def lower_slice(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if kwargs or not 1 <= len(args) <= 3:
        low.refuse(node, "slice() takes one to three values", "write slice(start, stop)")
    start = [Const(None)] if len(args) == 1 else []
    end = [Const(None)] if len(args) < 3 else []
    return index_value(low, _slice(*start, *args, *end))


def _slice(*bounds: Atom) -> Apply:
    return Apply(SLICE, bounds, (), Opaque(slice))


def _tuple(low: Lowering, items: list[Expr]) -> Expr:
    if all(isinstance(i, Const) for i in items):
        return Const(tuple(i.value for i in items if isinstance(i, Const)))
    return Apply(PACK_TUPLE, tuple(items), (), Seq(tuple, tuple(low.type(i) for i in items)))


def _nested(low: Lowering, node: Any, index: Expr) -> Expr:
    """A slice, or a tuple with slices, as where it is used: what it is taken of is a view then."""
    if isinstance(index, Const):
        if isinstance(index.value, slice):
            return _slice(*(Const(getattr(index.value, name)) for name in BOUNDS))
        if isinstance(index.value, tuple) and any(isinstance(i, slice) for i in index.value):
            return _tuple(low, [_nested(low, node, Const(i)) for i in index.value])
        return index
    t = low.type(index)
    if _is_slice(t):
        made = low.builder.definition(index)
        if made is None or made.op is not SLICE:
            low.refuse(node, "which slice this is, is found only when the program runs",
                       "keep its bounds in place of it: start, stop = (0, 2) if test else (1, 3), or for start, stop "
                       "in [(0, 2), (1, 3)]; then write x[start:stop]")  # fmt: skip
        return made
    if isinstance(t, Seq) and t.cls is tuple and any(map(_is_slice, t.items)):
        return _tuple(low, [_nested(low, node, low.builder.item(index, i)) for i in range(len(t.items))])
    return index


def _is_slice(t: Type) -> bool:
    return isinstance(t, Opaque) and t.cls is slice
