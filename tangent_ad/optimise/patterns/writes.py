"""Patterns of `simplify`: what is written into arrays, and read or added up of what was just written."""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.indices import are_apart, is_basic, is_everything, items, known
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.places import joined
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import ADD_AT, ADDITEM, GETITEM, PACK_LIST, SETITEM
from tangent_ad.ir.types import Array, dims_of, perhaps_whole, rank
from tangent_ad.optimise.common import key_of
from tangent_ad.optimise.patterns import Knowledge, make, pattern, unchanged
from tangent_ad.rules.declare import RULES
from tangent_ad.runtime import helpers


@pattern(operator.getitem)
def item_just_written(s: Knowledge, a: Apply) -> Expr | None:
    """After x[i] = v, x[i] is v; writes to other places in between change nothing."""
    base, place = a.args[0], key_of(a.args[1])
    added: Expr | None = None
    while place is not None and (inner := s.definition(base)) is not None and inner.op in (SETITEM, ADDITEM):
        if not isinstance(expr_type(base), Array):
            return None
        index, value = inner.args[1:]
        if key_of(index) == place:
            if inner.op is SETITEM and (added is None or value == Const(0.0)):
                found = value if added is None else added
                return found if expr_type(found) == a.type else None
            if inner.op is SETITEM or added is not None:
                return None
            added = value
        elif not are_apart(index, a.args[1]):
            return None
        base = inner.args[0]
    return None


@pattern(ADDITEM.call)
def added_where_zeros_were_written(s: Knowledge, a: Apply) -> Expr | None:
    """A_bar[i] += row_bar, of zeros with row_bar[k] = g, is A_bar[i, k] += g."""
    base, index, value = a.args
    t = expr_type(base)
    if not s.derived or not isinstance(t, Array) or not dims_of(expr_type(value)) or not is_basic(index):
        return None
    if dims_of(infer(GETITEM, (base, index), ())) != dims_of(expr_type(value)):
        return None
    writes = _writes_into_zeros(s, value)
    if not writes:
        return None
    made: Expr = base
    for place, added in reversed(writes):
        made = replace(a, args=(made, joined([index, place], t), added))
    return made


FEW = 16  # items of an array that is written out


@pattern(SETITEM.call, ADDITEM.call)
def all_items_written(s: Knowledge, a: Apply) -> Expr | None:
    """Zeros of two items with x[1] = u and x[0] += v are np.array([v, u])."""
    n = (dims_of(a.type) or (None,))[0]
    if not s.derived or s.users or rank(a.type) != 1 or not isinstance(n, int) or not 1 < n <= FEW:
        return None
    found: dict[int, Expr] = {}
    write: Apply | None = a
    while write is not None and write.op in (SETITEM, ADDITEM):
        base, index, value = write.args
        place = known(index)
        if type(place) is not int or not -n <= place < n or place % n in found or rank(expr_type(value)) != 0:
            return None
        found[place % n] = value
        write = s.definition(base) if s.is_read_once(base) else None
    if write is None or write.op.call not in (np.zeros, np.zeros_like) or len(found) < n:
        return None
    if all(perhaps_whole(expr_type(value)) for value in found.values()):
        return None  # ints would make an array of ints
    made = make(np.array, make(PACK_LIST, *(found[i] for i in range(n))))
    return made if made.type == a.type else None


@pattern(ADDITEM.call, operator.add)
def added_to_what_is_whole(s: Knowledge, a: Apply) -> Expr | None:
    """Zeros with x[0] = u and x += g are g with g[0] += u: one array less, and no pass over it."""
    if not s.derived or (a.op is ADDITEM and not is_everything(a.args[1])):
        return None
    pairs = ((a.args[0], a.args[-1]), (a.args[-1], a.args[0])) if a.op is not ADDITEM else ((a.args[0], a.args[2]),)
    for parts, whole in pairs:
        made = s.definition(whole)
        if expr_type(whole) != a.type or made is None or not made.op.fresh or s.is_own(whole):
            continue
        writes = _writes_into_zeros(s, parts) if s.is_read_once(whole) else []
        if writes and all(is_basic(place) for place, _ in writes):
            for place, added in reversed(writes):
                whole = Apply(ADDITEM, (whole, place, added), (), a.type)
            return whole
    return None


def _writes_into_zeros(s: Knowledge, value: Expr) -> list[tuple[Expr, Expr]]:
    """Where what was written into an array of zeros is, and what was: only there it is not 0. The last comes first."""
    found: list[tuple[Expr, Expr]] = []
    while s.is_read_once(value) and (inner := s.definition(value)) is not None and not s.is_own(value):
        if inner.op.call in (np.zeros, np.zeros_like):
            return found
        first = s.definition(inner.args[0]) if inner.op in (SETITEM, ADDITEM) else None
        is_first = first is not None and first.op.call in (np.zeros, np.zeros_like)
        if inner.op is not ADDITEM and not is_first:
            return []
        value, index, added = inner.args
        found.append((index, added))
    return []


@pattern(SETITEM.call, ADDITEM.call)
def written_backwards(s: Knowledge, a: Apply) -> Expr | None:
    """Zeros with x[::-1] = g are g[::-1]."""
    base, index, value = a.args
    zeros = s.definition(base)
    if not s.derived or zeros is None or zeros.op.call not in (np.zeros, np.zeros_like) or expr_type(value) != a.type:
        return None
    axes = [known(i) for i in items(index)]
    if not dims_of(a.type) or any(i not in (slice(None), slice(None, None, -1)) for i in axes):
        return None
    if a.op is ADDITEM and s.users:  # 0.0 + -0.0 is 0.0
        return None
    return make(GETITEM, value, index) if slice(None, None, -1) in axes else unchanged(s, value)


@pattern(ADD_AT.call)
def put_back_where_it_was_taken(s: Knowledge, a: Apply) -> Expr | None:
    """The adjoint of A[places] += v takes the cotangents of the places, and puts them back: those of what was there."""
    base, index, value = a.args
    cleared, taken = s.definition(base), s.definition(value)
    if cleared is None or taken is None or cleared.op is not SETITEM or taken.op.call is not helpers.last_written:
        return None
    whole = cleared.args[0]
    same = taken.args[0] == whole and key_of(index) == key_of(cleared.args[1]) == key_of(taken.args[1]) is not None
    return whole if same and cleared.args[2] in (Const(0.0), Const(0)) else None


@pattern(SETITEM.call)
def everything_written(s: Knowledge, a: Apply) -> Expr | None:
    """x[:] = y + z is a new x, where the sum is as x was: nobody else holds it."""
    base, index, value = a.args
    inner = s.definition(value)
    is_new = inner is not None and inner.op.fresh and inner.op in RULES and dims_of(a.type)
    same = isinstance(base, Var) and base.type == expr_type(value)
    return value if is_new and same and is_everything(index) else None
