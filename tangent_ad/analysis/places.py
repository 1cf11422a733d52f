"""Index expressions as places of an array: which are views, and how one follows another."""

from __future__ import annotations

import itertools

import numpy as np

from tangent_ad.analysis.indices import is_basic
from tangent_ad.ir.nodes import Apply, Const, Expr
from tangent_ad.ir.ops import CHAIN, GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Opaque, Seq, Type, dims_of, is_not_one

HOLE = Const(object(), "the base")
"""What a step is applied to."""
WHOLE = (Const(Ellipsis), Const(()))  # indices of all of an array


def steps_equal(a: Expr, b: Expr) -> bool:
    if isinstance(a, Apply) and isinstance(b, Apply):
        same = a.op is b.op and len(a.args) == len(b.args) and [k for k, _ in a.kwargs] == [k for k, _ in b.kwargs]
        return same and all(map(steps_equal, a.operands, b.operands))
    return a is b or (isinstance(a, Const) and a == b)


def joined(indices: list[Expr], base: Type) -> Expr:
    """a[i][j] as one index: `i, j` where NumPy takes it so, else a chain of them."""
    steps = [step for i in indices for step in (i.args if isinstance(i, Apply) and i.op is CHAIN else (i,))]
    merged = steps[:1]
    for index in steps[1:]:
        together = _merge(merged[-1], index) if isinstance(base, Array) and base.dims is not None else None
        if together is not None:
            merged[-1] = together
        else:
            merged.append(index)
    return merged[0] if len(merged) == 1 else Apply(CHAIN, tuple(merged), (), Opaque(tuple))


def _merge(first: Expr, second: Expr) -> Expr | None:
    """`a[first][second]` as `a[first, second]`: every axis that `first` names is gone, or taken whole."""
    outer, inner = _listed(first), _listed(second)
    if outer is None or inner is None or not is_basic(first) or not is_basic(second):
        return None
    out: list[Expr] = []
    rest = list(inner)
    for item in outer:
        if _is_int(item):
            out.append(item)
        elif _is_full(item):
            if rest and isinstance(rest[0], Const) and (rest[0].value is None or rest[0].value is Ellipsis):
                return None
            out.append(rest.pop(0) if rest else item)
        else:
            return None
    out += rest
    if all(isinstance(i, Const) for i in out):
        return Const(tuple(i.value for i in out if isinstance(i, Const)))
    return Apply(PACK_TUPLE, tuple(out), (), Opaque(tuple))


def _listed(index: Expr) -> list[Expr] | None:
    if isinstance(index, Apply):
        return list(index.args) if index.op is PACK_TUPLE else [index] if index.op is SLICE else None
    if isinstance(index, Const):
        return [Const(i) for i in index.value] if isinstance(index.value, tuple) else [index]
    return [index] if not isinstance(index.type, Seq) else None


def _is_int(item: Expr) -> bool:
    return not isinstance(item, Apply) and is_basic(item) and not (
        isinstance(item, Const) and (item.value is None or item.value is Ellipsis or isinstance(item.value, slice)))


def _is_full(item: Expr) -> bool:
    return isinstance(item, Apply) and item.op is SLICE and all(a == Const(None) for a in item.args)



def keeps_order(step: Apply) -> bool:
    """Whether a view of an array in C order is in C order: leading ints, then at most one slice without a step.

    New axes make no difference.
    """
    if step.op is not GETITEM:
        return step.op.call in (np.reshape, np.ravel, np.expand_dims, np.squeeze, np.atleast_1d)
    items = _listed(step.args[1])
    if items is None:
        return False
    rest = list(itertools.dropwhile(_is_int, (i for i in items if i != Const(None))))
    first = rest[0] if rest else None
    plain = isinstance(first, Apply) and first.op is SLICE and first.args[2] in (Const(None), Const(1))
    return not rest or (plain and all(map(_is_full, rest[1:])))


def breaks_order(step: Apply) -> bool:
    """Whether a view of an array in C order surely is not: `a.T` of a matrix, `a[::-1]` of a vector."""
    dims = dims_of(step.type)
    if dims is None or not all(map(is_not_one, dims)):  # one item lies in any order
        return False
    if step.op.call is np.transpose:
        return len(dims) == 2 and len(step.args) == 1 and not step.kwargs
    index = step.args[1] if step.op is GETITEM else None
    backwards = isinstance(index, Apply) and index.op is SLICE and index.args == (Const(None), Const(None), Const(-1))
    return backwards and len(dims) == 1
