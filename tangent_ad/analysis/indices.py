"""What an index says: its items, whether it is everything, whether it is written out."""

from __future__ import annotations

import numpy as np

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least, is_more
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import CHAIN, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Number, Seq, Type, Unknown


def items(index: Expr) -> tuple[object, ...]:
    """One item for each axis that the index speaks of."""
    if isinstance(index, Apply) and index.op is PACK_TUPLE:
        return index.args
    if isinstance(index, Const):
        return index.value if isinstance(index.value, tuple) else (index.value,)
    return (index,)


def known(item: object) -> object:
    """An item of an index, as a value where it is known."""
    if isinstance(item, Apply) and item.op is SLICE and all(isinstance(a, Const) for a in item.args):
        return slice(*(a.value for a in item.args if isinstance(a, Const)))
    return item.value if isinstance(item, Const) else item


def is_everything(index: Expr) -> bool:
    """Whether an index is `...` or `:`, so that a write there leaves nothing of the array as it was."""
    return all(i is Ellipsis or (isinstance(i, slice) and i == slice(None)) for i in map(known, items(index)))


def are_apart(index: Expr, other: Expr) -> bool:
    """Whether two indices name no place in common: on some axis they are ints that are known to differ."""
    first, second = items(index), items(other)
    if not all(map(_is_one_axis, (*first, *second))):
        return False
    return any(_differ(a, b) for a, b in zip(first, second, strict=False))


def _is_one_axis(item: object) -> bool:
    """Whether an item is an int or a slice."""
    if isinstance(item, Var):
        return isinstance(item.type, Number) and item.type.kind == "int"
    found = known(item)
    return type(found) is int or isinstance(found, slice) or (isinstance(item, Apply) and item.op is SLICE)


def _differ(a: object, b: object) -> bool:
    """Whether two ints are known to be places of different items: neither counts from the end."""
    x, y = (value_of_int(i if isinstance(i, (Var, Const)) else Const(i)) for i in (a, b))
    if x is None or y is None or not (at_least(x, 0) and at_least(y, 0)):
        return False
    return is_more(x, y) or is_more(y, x)


def is_int(item: object) -> bool:
    """Whether an item of an index is one int."""
    if not isinstance(item, (Var, Const, Apply)):
        return type(item) is int
    t = expr_type(item)
    if isinstance(t, Array):
        return t.dims == () and t.dtype.startswith(("int", "uint"))
    return isinstance(t, Number) and t.kind == "int"


def is_basic(index: Expr, unknown: bool = False) -> bool:
    """Whether an index is made of ints, slices, None and ... only; `unknown`: or of what may be an int."""
    if isinstance(index, Const):
        items = index.value if isinstance(index.value, tuple) else (index.value,)
        return all(i is None or i is Ellipsis or (isinstance(i, (int, np.integer, slice)) and i is not True
                                                  and i is not False) for i in items)  # fmt: skip
    if isinstance(index, Apply):
        return index.op is SLICE or (index.op in (PACK_TUPLE, CHAIN) and all(is_basic(i, unknown) for i in index.args))
    t = index.type
    if isinstance(t, Unknown):
        return unknown
    if isinstance(t, Seq) and t.cls is tuple:
        return all(isinstance(i, Number) and i.kind == "int" for i in t.items)
    return (isinstance(t, Number) and t.kind == "int") or (
        isinstance(t, Array) and t.dims == () and t.dtype.startswith(("int", "uint")))  # fmt: skip


def is_element(base: Type, index: Expr) -> bool:
    """Whether an index names one element of an array."""
    dims = base.dims if isinstance(base, Array) else None
    found = items(index)
    return bool(dims) and len(found) == len(dims or ()) and all(map(is_int, found))
