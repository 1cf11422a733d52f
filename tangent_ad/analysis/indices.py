"""What an index says: its items, whether it is everything, whether it is written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least, is_more
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import CHAIN, GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Number, Seq, Type, Unknown, dims_of, is_differentiable, rank

PAIRS = (np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from, np.diag_indices,
         np.diag_indices_from, np.nonzero)  # the places of a matrix, each once


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


Definition = Callable[[Expr], "Apply | None"]
"""The operation behind a variable, where it is known."""


def meets_once(index: Expr, definition: Definition = lambda e: None) -> bool:
    """Whether an index meets no place twice: it has ints, slices, None, ... and masks, or indices that differ."""
    if isinstance(index, Const):
        return all(i is None or i is Ellipsis or isinstance(i, (int, slice)) for i in items(index))
    if isinstance(index, Apply):
        if index.op is SLICE or (index.op in (PACK_TUPLE, CHAIN) and all(meets_once(i) for i in index.args)):
            return True
        return index.op is PACK_TUPLE and _differs(index.args, definition)
    t = index.type
    if isinstance(t, Number):
        return t.kind == "int"
    if isinstance(t, Array) and (t.dims == () or t.dtype == "bool"):
        return not is_differentiable(t)
    return _differs([index], definition)


def may_repeat(index: Expr, definition: Definition = lambda e: None) -> bool:
    """Whether an index may name one place twice: only arrays of integers do."""
    if meets_once(index, definition):
        return False
    if isinstance(index, Apply) and index.op is PACK_TUPLE:
        return any(map(may_repeat, index.args))
    if isinstance(index, Const):
        return any(isinstance(i, (list, np.ndarray)) for i in items(index))
    return True


def _differs(parts: Sequence[Expr], definition: Definition) -> bool:
    """Whether arrays of integers, one beside the other, name each place once.

    `a[np.arange(len(y)), y]` and `a[rows, columns]` of `rows, columns = np.tril_indices(n)` do.
    """
    arrays = [p for p in parts if rank(expr_type(p)) != 0 and not is_basic(p)]
    kinds = [expr_type(p) for p in arrays]
    vectors = [isinstance(t, Array) and rank(t) == 1 and t.dtype.startswith(("int", "uint")) for t in kinds]
    if not vectors or not all(vectors):
        return False
    if len(set(map(dims_of, kinds))) == 1 and any(_is_distinct(p, definition) for p in arrays):
        return True
    made = [definition(p) for p in arrays]
    if any(m is None or m.op is not GETITEM for m in made):
        return False
    pairs = {(m.args[0], m.args[1]) for m in made if m is not None}
    (whole, *more) = {p for p, _ in pairs}
    found = definition(whole)
    is_pair = found is not None and (found.op.call in PAIRS or (found.op.call is np.where and len(found.args) == 1))
    kind = expr_type(whole)
    return not more and is_pair and isinstance(kind, Seq) and len(pairs) == len(kind.items)


def _is_distinct(array: Expr, definition: Definition) -> bool:
    """Whether no two items of an array are equal, nor less than 0."""
    made = definition(array)
    if made is None:
        return False
    if made.op.call is np.arange:
        if getattr(expr_type(array), "dtype", "") not in ("int32", "int64"):
            return False  # small integers start again after the largest
        first = made.args[0] if len(made.args) > 1 else Const(0)
        steps = [*made.args[2:], *(v for k, v in made.kwargs if k != "dtype")]
        return all(isinstance(c, Const) and type(c.value) is int and c.value >= 0 for c in (first, *steps))
    if made.op is GETITEM:
        return is_basic(made.args[1]) and _is_distinct(made.args[0], definition)
    if made.op.call is np.argsort:  # of each row of a matrix the same places
        return rank(expr_type(made.args[0])) == 1
    return made.op.call is np.flatnonzero


def is_element(base: Type, index: Expr) -> bool:
    """Whether an index names one element of an array."""
    dims = base.dims if isinstance(base, Array) else None
    found = items(index)
    return bool(dims) and len(found) == len(dims or ()) and all(map(is_int, found))
