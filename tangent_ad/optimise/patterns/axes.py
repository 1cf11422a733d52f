"""Patterns of `simplify`: axes, shapes, what is read of what was just packed."""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.indices import items, known
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import ADDITEM, GETITEM, PACK_LIST, PACK_TUPLE, SETITEM, SLICE
from tangent_ad.ir.types import Array, Number, Unknown, dims_of, is_complex, rank
from tangent_ad.optimise.patterns import Knowledge, make, negated, pattern, same_type
from tangent_ad.rules.declare import RULES
from tangent_ad.runtime import helpers

_PERMUTING = (np.transpose, np.swapaxes, np.moveaxis)


@pattern(np.zeros_like)
def zeros_like_zeros(s: Knowledge, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is np.zeros_like and isinstance(inner.args[0], Var):
        return make(np.zeros_like, inner.args[0])
    return None


@pattern(np.expand_dims)
def expand_by_index(s: Knowledge, a: Apply) -> Expr | None:
    """g[:, None] is ten times faster than np.expand_dims(g, 1)."""
    g, axis = a.args
    n = rank(expr_type(g))
    if n is None or not isinstance(axis, Const):
        return None
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    total = n + len(axes)
    places = {x % total for x in axes}
    if n == 0 or not places:
        return g if not places else None
    last_none = max(places)
    items: list[Expr] = [Const(None) if i in places else _FULL for i in range(total)]
    if last_none == total - 1 and len(places) == 1 and total > 2:
        return make(GETITEM, g, Const((Ellipsis, None)))
    items = items[: last_none + 1]
    index = items[0] if len(items) == 1 else Apply(PACK_TUPLE, tuple(items), (), Unknown())
    return make(GETITEM, g, index)


_FULL = Apply(SLICE, (Const(None), Const(None), Const(None)))
_BACKWARDS = Apply(SLICE, (Const(None), Const(None), Const(-1)))


@pattern(np.reshape, np.ravel)
def reshape_to_own_shape(s: Knowledge, a: Apply) -> Expr | None:
    t = dims_of(a.type)
    return a.args[0] if t is not None and t == dims_of(expr_type(a.args[0])) else None


@pattern(helpers.unbroadcast)
def unbroadcast_to_own_shape(s: Knowledge, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    again = inner is not None and inner.op is a.op and inner.args[1] == a.args[1]
    return a.args[0] if again or same_type(expr_type(a.args[0]), expr_type(a.args[1])) else None


@pattern(np.broadcast_to)
def broadcast_to_own_shape(s: Knowledge, a: Apply) -> Expr | None:
    t = dims_of(a.type)
    if t == () and not s.derived:
        return None  # an array without dimensions, of a number
    return a.args[0] if t is not None and t == dims_of(expr_type(a.args[0])) else None


@pattern(np.transpose)
def transposed_outer(s: Knowledge, a: Apply) -> Expr | None:
    """np.outer(u, v).T is np.outer(v, u), which may be added up with others."""
    inner = s.definition(a.args[0])
    if inner is None or inner.op.call is not np.outer or len(a.args) > 1 or a.kwargs or not s.derived:
        return None
    alone = len(inner.args) == 2 and not inner.kwargs and s.is_read_once(a.args[0])
    return make(np.outer, *inner.args[::-1]) if alone else None


@pattern(*_PERMUTING)
def permuted_to_own_order(s: Knowledge, a: Apply) -> Expr | None:
    """np.moveaxis(x, -1, -1) is x."""
    found = _permutation(s, a)
    return a.args[0] if found is not None and found == tuple(range(len(found))) else None


@pattern(*_PERMUTING)
def transposed_twice(s: Knowledge, a: Apply) -> Expr | None:
    """Axes are permuted once, or not at all."""
    inner = s.definition(a.args[0])
    if inner is None or inner.op.call not in _PERMUTING:
        return None
    first, second = _permutation(s, inner), _permutation(s, a)
    if first is None or second is None:
        return None
    both = tuple(first[i] for i in second)
    if both == tuple(range(len(both))):
        return inner.args[0]
    return make(np.transpose, inner.args[0], Const(both))


@pattern(np.transpose, np.swapaxes)
def transposed_product(s: Knowledge, a: Apply) -> Expr | None:
    """(A.T @ B).T is B.T @ A, for stacks of matrices, too; not of a product that is there anyway."""
    inner = s.definition(a.args[0])
    if not s.derived or inner is None or inner.op.call not in (operator.matmul, np.matmul) or inner.kwargs:
        return None
    if s.is_own(a.args[0]) or not s.is_read_once(a.args[0]):
        return None
    x, y = inner.args
    if not _swaps_last(s, a) or rank(expr_type(x)) != rank(expr_type(y)):
        return None
    turned = (_turned(s, y), _turned(s, x))
    return make(inner.op, *turned) if any(isinstance(t, Var) for t in turned) else None  # no transpose more than before


def _swaps_last(s: Knowledge, a: Apply) -> bool:
    found = _permutation(s, a)
    n = 0 if found is None else len(found)
    return n >= 2 and found == (*range(n - 2), n - 1, n - 2)


def _turned(s: Knowledge, x: Expr) -> Expr:
    """Each matrix of a stack transposed."""
    inner = s.definition(x)
    if inner is not None and inner.op.call in (np.transpose, np.swapaxes) and _swaps_last(s, inner):
        return inner.args[0]
    return make(np.transpose, x) if rank(expr_type(x)) == 2 else make(np.swapaxes, x, Const(-1), Const(-2))


def _permutation(s: Knowledge, a: Apply) -> tuple[int, ...] | None:
    """By axis of what np.transpose, np.swapaxes or np.moveaxis gives, the axis that it was."""
    n = rank(expr_type(a.args[0]))
    given = [*a.args[1:], *(v for _, v in a.kwargs)]
    if n is None:
        return None
    if a.op.call is np.moveaxis:
        ends = [(g.value,) if type(g.value) is int else g.value for g in given if isinstance(g, Const)]
        if len(ends) != 2 or not all(isinstance(e, tuple) and all(-n <= i < n for i in e) for e in ends):
            return None
        source, destination = ([i % n for i in e] for e in ends)
        rest = iter(i for i in range(n) if i not in source)
        return tuple(source[destination.index(i)] if i in destination else next(rest) for i in range(n))
    if a.op.call is np.swapaxes:
        found = list(range(n))
        if len(given) != 2 or not all(isinstance(g, Const) and type(g.value) is int for g in given):
            return None
        i, j = (g.value for g in given if isinstance(g, Const))
        if not -n <= min(i, j) <= max(i, j) < n:
            return None  # where another rank is meant, and never taken
        found[i], found[j] = found[j], found[i]
        return tuple(found)
    if not given or given == [Const(None)]:
        return tuple(range(n))[::-1]
    axes = given[0]
    if len(given) > 1 or not isinstance(axes, Const) or not isinstance(axes.value, tuple):
        return None
    return tuple(i % n for i in axes.value)


def _new_axes(index: Expr, base: Expr) -> list[bool] | None:
    """Of an index that only adds axes to an array, whether each axis of what it gives is a new one."""
    n = rank(expr_type(base))
    found = [known(i) for i in items(index)]
    if n is None or not any(i is None for i in found) or not all(i in (None, ..., slice(None)) for i in found):
        return None
    at = found.index(...) if ... in found else len(found)
    before, behind = ([i is None for i in part] for part in (found[:at], found[at + 1 :]))
    return [*before, *[False] * (n - before.count(False) - behind.count(False)), *behind]


def _squeezed(value: Expr, new: list[bool]) -> Expr | None:
    """A value without the axes that are new, each of which it has, of size 1."""
    t = expr_type(value)
    if not isinstance(t, Array) or t.dims is None or len(t.dims) != len(new):
        return None
    rows = list(zip(t.dims, new, strict=True))
    if any(n != 1 for n, is_new in rows if is_new):
        return None
    index = make(PACK_TUPLE, *(Const(0) if is_new else _FULL for is_new in new))
    return Apply(GETITEM, (value, index), (), Array(t.dtype, tuple(n for n, is_new in rows if not is_new)))


@pattern(ADDITEM.call)
def added_part_of_negation(s: Knowledge, a: Apply) -> Expr | None:
    """x[:k] += (-g)[::-1] is x[:k] += -g[::-1], which is subtracted."""
    base, index, value = a.args
    part = s.definition(value)
    found = negated(s, value) if part is not None and part.op is GETITEM else None
    return None if found is None else replace(a, args=(base, index, make(operator.neg, found)))


@pattern(ADDITEM.call)
def added_behind_new_axes(s: Knowledge, a: Apply) -> Expr | None:
    """x[None, :] += g is x += g[0]."""
    base, index, value = a.args
    new = _new_axes(index, base) if isinstance(expr_type(base), Array) else None
    part = _squeezed(value, new) if new else None
    return make(operator.add, base, part) if part is not None and expr_type(part) == expr_type(base) else None


@pattern(SETITEM.call)
def number_written_everywhere(s: Knowledge, a: Apply) -> Expr | None:
    """a[i] = np.broadcast_to(number, shape) is a[i] = number."""
    base, index, value = a.args
    spread = s.definition(value)
    if not s.derived or spread is None or spread.op.call is not np.broadcast_to or rank(expr_type(spread.args[0])):
        return None
    return replace(a, args=(base, index, spread.args[0])) if isinstance(expr_type(base), Array) else None


@pattern(SETITEM.call)
def written_behind_new_axes(s: Knowledge, a: Apply) -> Expr | None:
    """x[None, :] = g leaves nothing of x: it is g[0], where that has the shape and the dtype of x."""
    base, index, value = a.args
    new = _new_axes(index, base) if isinstance(expr_type(base), Array) else None
    part = _squeezed(value, new) if new else None
    return part if part is not None and expr_type(part) == expr_type(base) else None


def _dropped(index: Expr, n: int) -> list[int] | None:
    """The axes that an index of 0 and `:` takes away."""
    found = [known(i) for i in items(index)]
    if len(found) > n or not all((type(i) is int and i == 0) or i == slice(None) for i in found):
        return None
    return [k for k, i in enumerate(found) if i != slice(None)]


@pattern(operator.getitem)
def kept_axis_dropped(s: Knowledge, a: Apply) -> Expr | None:
    """sum(x, axis=0, keepdims=True)[0] is sum(x, axis=0); reshape(x, (1, n))[0] is reshape(x, (n,))."""
    inner = s.definition(a.args[0])
    dims = dims_of(expr_type(a.args[0]))
    if inner is None or not dims or inner.op.call not in (np.sum, np.reshape, operator.neg):
        return None
    gone = _dropped(a.args[1], len(dims))
    if not gone or any(dims[k] != 1 for k in gone):
        return None
    if inner.op.call is operator.neg:
        return make(operator.neg, replace(a, args=(inner.args[0], a.args[1])))
    if inner.op.call is np.reshape:
        shape = s.definition(inner.args[1]) if len(inner.args) == 2 and not inner.kwargs else None
        if shape is None or shape.op is not PACK_TUPLE or not all(shape.args[k] == Const(1) for k in gone):
            return None
        rest = tuple(n for k, n in enumerate(shape.args) if k not in gone)
        return replace(make(np.reshape, inner.args[0], make(PACK_TUPLE, *rest)), type=a.type)
    options = dict(inner.kwargs)
    axis = options.get("axis", Const(None))
    if options.keys() != {"axis", "keepdims"} or not isinstance(axis, Const) or options["keepdims"] != Const(True):
        return None
    summed = {x % len(dims) for x in (axis.value if isinstance(axis.value, tuple) else (axis.value,)) if x is not None}
    return replace(make(np.sum, inner.args[0], axis=axis), type=a.type) if summed == set(gone) else None


@pattern(operator.getitem)
def item_of_pack(s: Knowledge, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    key = a.args[1]
    if not isinstance(key, Const):
        return None
    is_constant = isinstance(a.args[0], Const) and isinstance(a.args[0].value, tuple)
    values = a.args[0].value if is_constant else ()  # type: ignore[union-attr]
    items = inner.args if inner is not None and inner.op in (PACK_TUPLE, PACK_LIST) else tuple(map(Const, values))
    return items[key.value] if type(key.value) is int and -len(items) <= key.value < len(items) else None


@pattern(np.flip)
def flipped_by_index(s: Knowledge, a: Apply) -> Expr | None:
    """np.flip(x) is x[::-1]: the same view, ten times faster, and nothing to record."""
    x, axis = a.args[0], a.args[1] if len(a.args) > 1 else dict(a.kwargs).get("axis", Const(None))
    n = rank(expr_type(x))
    if not n or not isinstance(axis, Const) or not isinstance(expr_type(x), Array):
        return None
    axes = range(n) if axis.value is None else axis.value if isinstance(axis.value, tuple) else (axis.value,)
    if any(type(i) is not int or not -n <= i < n for i in axes) or len({i % n for i in axes}) < len(axes):
        return None
    places = {i % n for i in axes}
    made = [_BACKWARDS if i in places else _FULL for i in range(max(places, default=-1) + 1)]
    return make(GETITEM, x, made[0] if len(made) == 1 else make(PACK_TUPLE, *made)) if made else None


@pattern(np.shape)
def shape_of_a_product(s: Knowledge, a: Apply) -> Expr | None:
    """(A @ x).shape is A.shape[:1], where nobody else asks for the product."""
    inner = s.definition(a.args[0])
    if inner is None or inner.op.call not in (operator.matmul, np.matmul, np.dot) or inner.kwargs:
        return None
    if not s.is_read_once(a.args[0]):
        return None
    shapes = [make(np.shape, x) for x in inner.args]
    ranks = [rank(expr_type(x)) for x in inner.args]
    if ranks == [2, 1]:
        return make(GETITEM, shapes[0], Apply(SLICE, (Const(None), Const(1), Const(None))))
    if ranks == [1, 2]:
        return make(GETITEM, shapes[1], Apply(SLICE, (Const(1), Const(None), Const(None))))
    if ranks == [2, 2]:
        return make(PACK_TUPLE, *(make(GETITEM, shape, Const(i)) for i, shape in enumerate(shapes)))
    return None


@pattern(np.size, np.shape, len)
def size_of_operand(s: Knowledge, a: Apply) -> Expr | None:
    """The size of x * x is that of x, which is there anyway."""
    found = _as_large(s, a.args[0], alone=s.is_read_once(a.args[0]))
    return None if found is None else make(a.op, found)


def _as_large(s: Knowledge, value: Expr, alone: bool) -> Var | None:
    """What a value of its shape is computed from; `alone`: also what nothing else reads."""
    inner, t = s.definition(value), expr_type(value)
    if inner is None or inner.op not in RULES or RULES[inner.op].kind != "elementwise" or not dims_of(t):
        return None
    operands = [x for x in inner.args if isinstance(x, Var) and dims_of(x.type) == dims_of(t)]
    there = (x if alone or not s.is_read_once(x) else _as_large(s, x, alone) for x in operands)
    return next((x for x in there if x is not None), None)


@pattern(len)
def length_of_range(s: Knowledge, a: Apply) -> Expr | None:
    """len(range(n)) is n, where that is a size."""
    inner = s.definition(a.args[0])
    if inner is None or inner.op.call is not range or len(inner.args) != 1:
        return None
    size = value_of_int(inner.args[0])
    return inner.args[0] if size is not None and at_least(size, 0) else None


@pattern(np.real)
def real_of_real(s: Knowledge, a: Apply) -> Expr | None:
    t = expr_type(a.args[0])
    return a.args[0] if isinstance(t, (Array, Number)) and not is_complex(t) else None
