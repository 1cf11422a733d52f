"""Index expressions."""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.protocols import as_index
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr
from tangent_ad.ir.ops import PACK_TUPLE, SLICE
from tangent_ad.ir.types import Opaque, Seq


def index_expression(low: Lowering, node: Any) -> Expr:
    """An index: slices and tuples of them stay nested, since nothing else may use them."""
    if isinstance(node, gast.Slice):
        parts = [Const(None) if p is None else low.expression(p) for p in (node.lower, node.upper, node.step)]
        return Apply(SLICE, tuple(parts), (), Opaque(slice))
    if isinstance(node, gast.Tuple):
        items = tuple(index_expression(low, e) for e in node.elts)
        if all(isinstance(i, Const) for i in items):
            return Const(tuple(i.value for i in items if isinstance(i, Const)))
        return Apply(PACK_TUPLE, items, (), Seq(tuple, tuple(low.type(i) for i in items)))
    return as_index(low, node, low.expression(node))


def index_value(low: Lowering, index: Expr) -> Atom:
    """An index as a value that a method can be given."""
    return low.builder.name(index, "index") if isinstance(index, Apply) else index
