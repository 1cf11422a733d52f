"""Indices of arrays, item by item."""

from __future__ import annotations

from collections.abc import Iterable

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.space import Stays
from tangent_ad.ir.nodes import Apply, Const, Expr
from tangent_ad.ir.ops import PACK_TUPLE, SLICE
from tangent_ad.ir.types import rank

ALL = Apply(SLICE, (Const(None), Const(None), Const(None)))


def items_of(index: Expr) -> tuple[Expr, ...]:
    """The items of an index, one for each axis that it names."""
    if isinstance(index, Apply) and index.op is PACK_TUPLE:
        return index.args
    if isinstance(index, Const) and isinstance(index.value, tuple):
        return tuple(Const(v) for v in index.value)
    return (index,)


def index_of(items: Iterable[Expr]) -> Expr:
    made = tuple(items)
    return made[0] if len(made) == 1 else Apply(PACK_TUPLE, made)


def is_all(item: Expr) -> bool:
    return (
        isinstance(item, Apply)
        and item.op is SLICE
        and all(isinstance(a, Const) and a.value is None for a in item.args)
    )


def is_number(item: Expr) -> bool:
    """Whether an item of an index picks one place of its axis."""
    return rank(expr_type(item)) == 0


def is_none(item: Expr) -> bool:
    return isinstance(item, Const) and item.value is None


def axis_of(items: tuple[Expr, ...], place: int) -> int:
    if any(isinstance(i, Const) and i.value is Ellipsis for i in items):
        raise Stays("an ellipsis in an index")
    return sum(not is_none(i) for i in items[:place])
