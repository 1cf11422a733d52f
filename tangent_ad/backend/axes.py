"""Operations along axes in all turns at once: the axis of turns stays in front of those that they work on.

    np.max(t, axis=0)           np.max(t, axis=1)
    np.swapaxes(t, 0, 1)        np.swapaxes(t, 1, 2)
    np.dot(row, w)              rows @ w
    t @ w                       (t.reshape(n * m, k) @ w).reshape(n, m, -1): one product of matrices
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import computed
from tangent_ad.backend.indices import items_of
from tangent_ad.backend.linear import linear
from tangent_ad.backend.space import Stays
from tangent_ad.backend.twins import dtype_of_values
from tangent_ad.backend.windows import Seen
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.types import Array, Size, dims_of, rank
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

if TYPE_CHECKING:
    from tangent_ad.backend.lift import Lift

REDUCTIONS = (np.sum, np.mean, np.max, np.min, np.prod, np.any, np.all)


def lift_along_axes(lift: Lift, target: Var, value: Apply) -> bool:
    """Lift an operation of this kind; False where it is none."""
    made = KINDS[value.op.call](lift, target, value) if value.op.call in KINDS else None
    if made is not None:
        lift.rows[target] = lift.named(made, target, dims_of(target.type) or ())
    return made is not None


def _constant(expr: Expr) -> object:
    if not isinstance(expr, Const):
        raise Stays("an axis that is not known")
    return expr.value


def _axes(axis: object, inner: int) -> tuple[int, ...]:
    """Axes of a turn's value as those of the array of all turns."""
    found = axis if isinstance(axis, tuple) else (axis,)
    if not all(type(a) is int and -inner <= a < inner for a in found):
        raise Stays("an axis that is not known")
    return tuple(a % inner + 1 for a in found)


def _inner(value: Apply) -> int:
    found = rank(expr_type(value.args[0]))
    if not found:
        raise Stays("a value of unknown rank")
    return found


def _reduction(lift: Lift, target: Var, value: Apply) -> Apply:
    options = {**dict(zip(("a", "axis"), value.args, strict=False)), **dict(value.kwargs)}
    inner, axis, keeps = _inner(value), options.pop("axis", Const(None)), options.pop("keepdims", None)
    if set(options) != {"a"} or len(value.args) > 2:
        raise Stays(f"{value.op.name} with options")
    axes = _axes(tuple(range(inner)) if _constant(axis) is None else _constant(axis), inner)
    more = {} if keeps is None else {"keepdims": Const(_constant(keeps))}
    axis = Const(axes[0] if len(axes) == 1 else axes)
    return lift.computed(value.op, (lift.value(value.args[0]),), target, axis=axis, **more)


def _transpose(lift: Lift, target: Var, value: Apply) -> Apply:
    inner = _inner(value)
    order = _constant(value.args[1]) if len(value.args) > 1 else tuple(reversed(range(inner)))
    if value.kwargs or not isinstance(order, tuple):
        raise Stays("an order of axes that is not known")
    return lift.computed(value.op, (lift.value(value.args[0]), Const((0, *_axes(order, inner)))), target)


def _two_axes(lift: Lift, target: Var, value: Apply) -> Apply:
    if value.kwargs or len(value.args) != 3:
        raise Stays("an order of axes that is not known")
    both = (Const(_axes(_constant(a), _inner(value))[0]) for a in value.args[1:])
    return lift.computed(value.op, (lift.value(value.args[0]), *both), target)


def _windows(lift: Lift, target: Var, value: Apply) -> Apply:
    """Windows within windows: their own axis of turns goes behind that of the loop."""
    base, *places, axis = value.args
    if any(map(lift.varies, places)):
        raise Stays("windows that differ between turns")
    rows, fixed = lift.value(base), [lift.fixed(p) for p in places]
    made = lift.computed(value.op, (rows, *fixed, Const(_axes(_constant(axis), _inner(value))[0])), target)
    turns, *inner = dims_of(target.type) or ()
    t = Array(dtype_of_values(target), (turns, lift.turns, *inner))
    shown = lift.b.name(replace(made, type=t), target.hint)
    step, size = map(linear, fixed[2:])
    assert isinstance(rows, Var)
    seen = lift.wide.pop(rows, None)
    if step is None or size is None or not step.minus(size).at_least(0):
        seen = (seen or Seen(rows)).times(fixed[3])
    if seen is not None:
        lift.wide[shown] = seen
    return lift.computed(op_of(np.swapaxes), (shown, Const(0), Const(1)), target)


# -- shapes ------------------------------------------------------------------------------------------


def shape_of_turn(lift: Lift, value: Apply) -> Atom:
    """`np.shape(t)`, which no turn changes."""
    return _tuple(lift, *_sizes(lift, lift.value(value.args[0]), _inner(value) + 1)[1:])


def _sizes(lift: Lift, array: Expr, axes: int) -> list[Expr]:
    """The sizes of an array."""
    made = lift.b.definition(array)
    shape = lift.b.definition(made.args[1]) if made is not None and made.op.call is np.reshape else None
    if shape is not None and Const(-1) not in shape.args:
        return list(shape.args)
    known = lift.b.call(np.shape, array)
    return [lift.b.item(known, i) for i in range(axes)]


def _unshaped(lift: Lift, rows: Expr) -> Expr:
    """What will be given another shape, before it was given one."""
    made = lift.b.definition(rows)
    return made.args[0] if made is not None and made.op.call is np.reshape else rows


def _reshape(lift: Lift, target: Var, value: Apply) -> Apply:
    if value.kwargs:
        raise Stays("a shape with options")
    rows, dims = lift.value(value.args[0]), dims_of(expr_type(value.args[0])) or ()
    items = _items(lift, value)
    sizes = _sizes(lift, rows, len(dims) + 1)
    made: list[Expr] = list(items)
    missing = [i for i, item in enumerate(items) if item == Const(-1)]
    if missing:  # with no turns, NumPy could not tell
        made[missing[0]] = _product(lift, _rest(dims, items, missing[0], sizes[1:]))
    return lift.computed(value.op, (_unshaped(lift, rows), _tuple(lift, sizes[0], *made)), target)


def _rest(dims: tuple[Size, ...], items: tuple[Expr, ...], place: int, sizes: list[Expr]) -> list[Expr]:
    """The sizes that -1 stands for: those that the items before it and behind it leave."""
    first, last = _taken(dims, items[:place]), _taken(dims[::-1], items[:place:-1])
    if first is None or last is None or first + last > len(dims):
        raise Stays("a shape of which too little is known")
    return sizes[first : len(dims) - last]


def _items(lift: Lift, value: Apply) -> tuple[Expr, ...]:
    if lift.varies(value.args[1]):
        raise Stays("a shape that differs between turns")
    shape = lift.fixed(value.args[1])
    return items_of(lift.b.definition(shape) or shape)


def surely_fits(lift: Lift, value: Apply) -> bool:
    """Whether an array has as many items as the shape it is given."""
    dims, items = dims_of(expr_type(value.args[0])), _items(lift, value)
    missing = [i for i, item in enumerate(items) if item == Const(-1)]
    if value.kwargs or dims is None or len(missing) > 1:
        return False
    place = missing[0] if missing else len(items)
    first, last = _taken(dims, items[:place]), _taken(dims[::-1], items[:place:-1])
    return first is not None and last is not None and (first + last < len(dims) if missing else first == len(dims))


def _taken(dims: tuple[Size, ...], items: tuple[Expr, ...]) -> int | None:
    """How many axes these items are the product of."""
    wanted: Size | None = 1
    for item in items:
        wanted = computed(operator.mul, (wanted, value_of_int(item)))
    product: Size | None = 1
    for k in range(len(dims) + 1):
        if product == wanted:
            return k
        product = computed(operator.mul, (product, dims[k])) if k < len(dims) else None
    return None


def _product(lift: Lift, sizes: list[Expr]) -> Expr:
    made: Expr = Const(1)
    for size in sizes:
        made = size if made == Const(1) else lift.b.call(operator.mul, made, size)
    return made


# -- products ----------------------------------------------------------------------------------------


def _matmul(lift: Lift, target: Var, value: Apply) -> Apply:
    x, y = value.args
    ranks = (rank(expr_type(x)), rank(expr_type(y)))
    if value.kwargs or None in ranks or not {1, 2}.issuperset(ranks):
        raise Stays("a product of more than matrices")
    a, b = lift.value(x), lift.value(y)
    matmul = op_of(operator.matmul)
    if not lift.varies(y):
        return lift.computed(matmul, (a, b), target) if ranks[0] == 1 else _flat(lift, target, a, b)
    if not lift.varies(x):
        if ranks == (2, 2):
            return lift.computed(matmul, (a, b), target)
        if ranks == (1, 2):
            raise Stays("a vector times matrices that differ between turns")
        return lift.computed(matmul, (b, a if ranks[0] == 1 else lift.b.call(np.transpose, a)), target)
    if ranks == (1, 1):
        row = Var(target.hint, Array(dtype_of_values(target), (1,)))
        products = lift.computed(op_of(operator.mul), (a, b), row)
        return lift.computed(op_of(np.sum), (lift.b.name(products, "t"),), target, axis=Const(1))
    if ranks == (2, 2):
        return lift.computed(matmul, (a, b), target)
    raise Stays("a matrix times a vector that both differ between turns")


def _flat(lift: Lift, target: Var, rows: Expr, matrix: Expr) -> Apply:
    """Matrices times one matrix, or vector, as one product."""
    turns, height, width = _sizes(lift, rows, 3)
    shape = _tuple(lift, lift.b.call(operator.mul, turns, height), width)
    product = lift.b.call(operator.matmul, lift.b.call(np.reshape, _unshaped(lift, rows), shape), matrix)
    columns = _sizes(lift, matrix, rank(expr_type(matrix)) or 0)[1:]
    return lift.computed(op_of(np.reshape), (product, _tuple(lift, turns, height, *columns)), target)


def _tuple(lift: Lift, *items: Expr) -> Atom:
    return lift.b.apply(PACK_TUPLE, items)


KINDS: dict[object, Callable[[Lift, Var, Apply], Apply | None]] = {
    **dict.fromkeys(REDUCTIONS, _reduction),
    np.transpose: _transpose,
    np.swapaxes: _two_axes,
    np.moveaxis: _two_axes,
    np.reshape: _reshape,
    operator.matmul: _matmul,
    np.matmul: _matmul,
    np.dot: _matmul,
    helpers.windows: _windows,
}
