"""`np.put_along_axis`, `np.putmask` and `np.place`: writes into an array, said as indexing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.lowering import Lowering, as_array
from tangent_ad.frontend.mutators import flat_view, mask_of
from tangent_ad.frontend.writes import set_item
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.types import rank

NONE = Const(None)


@builtin(np.put_along_axis)
def put_along_axis(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    names = ("arr", "indices", "values", "axis")
    base, indices, values, axis = given(low, node, np.put_along_axis, names, args, kwargs)
    if axis == NONE:
        base, axis = flat_view(low, base), Const(0)
    n = rank(low.type(base))
    if n is None or rank(low.type(indices)) != n or not isinstance(axis, Const) or not isinstance(axis.value, int):
        low.refuse(node, "np.put_along_axis is followed for an array and indices of one known rank, and a literal axis",
                   "index the array, for a matrix and axis=1: a[np.arange(len(a))[:, None], i] = v")  # fmt: skip
    along = axis.value % n
    shape = low.builder.call(np.shape, base)
    counts = [low.builder.call(np.arange, low.builder.item(shape, k)) for k in range(n)]
    places = [low.builder.call(np.reshape, count, Const((-1,) + (1,) * (n - 1 - k))) for k, count in enumerate(counts)]
    places[along] = indices
    set_item(low, node, base, places[0] if n == 1 else low.builder.apply(PACK_TUPLE, places), values)
    return NONE


@builtin(np.putmask)
def putmask(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    base, mask, values = given(low, node, np.putmask, ("a", "mask", "values"), args, kwargs)
    return where_masked(low, node, base, mask, values, _put_where)


@builtin(np.place)
def place(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    base, mask, values = given(low, node, np.place, ("arr", "mask", "vals"), args, kwargs)
    return where_masked(low, node, base, mask, values, _put_one_by_one)


def where_masked(
    low: Lowering, node: Any, base: Atom, mask: Atom, values: Atom, put: Callable[..., Any]
) -> Atom:
    """`base[mask] = values`; fewer values are repeated."""
    values = as_array(low, values)
    chosen = low.builder.call(np.reshape, mask_of(low, mask), low.builder.call(np.shape, base))
    if low.heap.may_share(base, values):
        low.refuse(node, "an array is written from its own items, which may have been written by then",
                   "take a copy of them first: .copy()")  # fmt: skip
    if rank(low.type(values)) == 0:
        set_item(low, node, base, chosen, values)
        return NONE
    return low.run_python(put, base, values, chosen)


def _put_where(a: Any, values: Any, mask: Any) -> None:
    if np.size(values) > 0:
        a[mask] = np.resize(values, np.shape(mask))[mask]


def _put_one_by_one(a: Any, values: Any, mask: Any) -> None:
    a[mask] = np.resize(values, np.count_nonzero(mask))


def given(
    low: Lowering, node: Any, function: Any, names: tuple[str, ...], args: list[Atom], kwargs: dict[str, Atom]
) -> list[Atom]:
    """The arguments of a call in order."""
    found = dict(zip(names, args, strict=False)) | kwargs
    if len(args) > len(names) or len(found) < len(args) + len(kwargs) or set(found) != set(names):
        low.refuse(node, f"np.{function.__name__} takes {', '.join(names)}", "give these")
    return [found[n] for n in names]


__all__ = ["place", "put_along_axis", "putmask"]
