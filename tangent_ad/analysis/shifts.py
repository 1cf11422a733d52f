"""Shifts that cancel: the largest value, which programs subtract before they take exponentials.

    m = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - m)
    p = e / np.sum(e, axis=1, keepdims=True)

Were `m` larger by d, `x - m` would be smaller by d, `e` and its sum smaller by the factor exp(d), and `p` the same. So
`p` does not depend on `m`, and is differentiated as if `m` were a constant: an expert does the same.

Each value that depends on `m` is followed to where this is over. It *shifts* if it becomes v + a * d, it *scales* if it
becomes v * exp(a * d). Where anything else is done with such a value, `m` has its derivative.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tangent_ad.analysis.indices import is_everything, items, known
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Let, Var
from tangent_ad.ir.ops import ADDITEM, COPY_NAME, GETITEM, SETITEM
from tangent_ad.ir.types import Size, dims_of, rank
from tangent_ad.ir.walk import blocks, statements, uses, variables

EXTREMA = (np.max, np.min, np.amax, np.amin)
PRODUCTS = (operator.matmul, np.matmul, np.dot)
EVERYTHING = slice(None)


@dataclass(frozen=True)
class Weight:
    """What becomes of a value when the shift grows by d: v + amount * d, or, if it `scales`, v * exp(amount * d).

    `axes`: for each axis of d the axis of the value that it lies along, counted from the end (-1 is the last); or
    SUMMED or AVERAGED, where it is the sum or the mean of all of d that is added. `sizes`: those of the axes of d.
    """

    amount: float = 0
    scales: bool = False
    axes: tuple[int, ...] = ()
    sizes: tuple[Size, ...] = ()


NOTHING = Weight()
SUMMED, AVERAGED = (0,), (1,)
Weights = Mapping[Var, Weight]


class Lost(Exception):
    """What becomes of a value is not followed."""


def cancelled(block: Block) -> set[Var]:
    """The largest and smallest values on which nothing depends that is done with them."""
    inside = [block, *(b for s in statements(block) for b in blocks(s))]
    return {s.target for b in inside for i, s in enumerate(b.stmts)
            if isinstance(s, Let) and s.target is not None and _cancels(s.target, s.value, b, i + 1)}  # fmt: skip


def _cancels(shift: Var, value: Expr, block: Block, start: int) -> bool:
    if not isinstance(value, Apply) or value.op.call not in EXTREMA:
        return False
    made = {s.target: s.value for s in block.stmts if isinstance(s, Let)}
    try:
        dims = dims_of(expr_type(value.args[0])) or ()
        whole = Weight(1, axes=tuple(range(-len(dims), 0)), sizes=dims)
        weights = {shift: _reduced(value, whole, drop=True)}
        for stmt in block.stmts[start:]:
            if any(v in weights for v in uses(stmt)):
                if not isinstance(stmt, Let) or stmt.target is None:
                    return False
                weight = _weight(stmt.value, weights, made)
                if weight.amount:
                    weights[stmt.target] = weight
    except Lost:
        return False
    return not any(v in weights for result in block.results for v in variables(result))


def _weight(value: Expr, weights: Weights, made: Mapping[Var | None, Expr]) -> Weight:
    """What becomes of an expression."""
    if isinstance(value, Var):
        return weights.get(value, NOTHING)
    if not isinstance(value, Apply):
        return NOTHING
    if value.op in (SETITEM, ADDITEM) and is_everything(value.args[1]):
        old, new = _weights((value.args[0], value.args[2]), weights)
        return new if value.op is SETITEM else _sum(old, new, 1)
    binary = BINARY.get(value.op.call)
    if binary is not None and len(value.args) == 2 and not value.kwargs:
        first, second = _weights(value.args, weights)
        factor = _factor(value)
        if factor is not None and (first.amount or second.amount) and not (first.scales or second.scales):
            return replace(first if first.amount else second, amount=factor * (first.amount + second.amount))
        return binary(first, second)
    if value.op.call in PRODUCTS and len(value.args) == 2 and not value.kwargs:
        first, second = _weights(value.args, weights)
        return _matrix_product(first, second, rank(expr_type(value.args[1])))
    call = COPY_NAME if value.op is COPY_NAME else value.op.call
    if call in UNARY and len(value.operands) == 1:
        return UNARY[call](*_weights(value.args, weights))
    if call not in ALONG_AXES or any(v in weights for e in value.operands[1:] for v in variables(e)):
        raise Lost
    (weight,) = _weights(value.args[:1], weights)
    if not weight.axes and call not in (np.sum, np.mean, *EXTREMA):
        return weight  # one d for all items
    if value.op is GETITEM and _picks_of_rows(value.args, weight, made):
        return replace(weight, axes=(-1,))
    return ALONG_AXES[call](value, weight)


def _weights(operands: Iterable[Expr], weights: Weights) -> list[Weight]:
    for operand in operands:
        if not isinstance(operand, Var) and any(v in weights for v in variables(operand)):
            raise Lost
        if rank(expr_type(operand)) is None:
            raise Lost
    return [weights.get(o, NOTHING) if isinstance(o, Var) else NOTHING for o in operands]


# -- arithmetic -----------------------------------------------------------------------------------------


def _together(a: Weight, b: Weight, sign: int, scales: bool) -> Weight:
    """Both amounts, which lie along the same axes."""
    for w in (a, b):
        if w.amount and w.scales != scales:
            raise Lost
    if a.amount and b.amount and a.axes != b.axes:
        raise Lost
    return Weight(a.amount + sign * b.amount, scales, a.axes or b.axes, a.sizes or b.sizes)


def _sum(a: Weight, b: Weight, sign: int) -> Weight:
    if a.scales and a == b:
        return a
    return _together(a, b, sign, scales=False)


def _product(a: Weight, b: Weight, sign: int) -> Weight:
    return _together(a, b, sign, scales=True)


def _factor(value: Apply) -> float | None:
    """The number by which a product multiplies what is not one."""
    if value.op.call not in (operator.mul, operator.truediv, np.multiply, np.divide):
        return None
    x, y = (e.value if isinstance(e, Const) and type(e.value) in (int, float) else None for e in value.args)
    if value.op.call in (operator.mul, np.multiply):
        return x if y is None else y
    return 1 / y if y else None


BINARY: dict[object, Callable[[Weight, Weight], Weight]] = {
    operator.add: lambda a, b: _sum(a, b, 1),
    operator.sub: lambda a, b: _sum(a, b, -1),
    operator.mul: lambda a, b: _product(a, b, 1),
    operator.truediv: lambda a, b: _product(a, b, -1),
}
BINARY |= {np.add: BINARY[operator.add], np.subtract: BINARY[operator.sub], np.multiply: BINARY[operator.mul],
           np.divide: BINARY[operator.truediv]}  # fmt: skip


def _matrix_product(a: Weight, b: Weight, n: int | None) -> Weight:
    if not a.axes and not b.axes:
        return _product(a, b, 1)
    if b.amount or not a.scales or a.axes != (-2,) or n not in (1, 2):
        raise Lost
    return a if n == 2 else replace(a, axes=(-1,))  # times a vector


def _negative(w: Weight) -> Weight:
    return w if w.scales else replace(w, amount=-w.amount)


def _exp(w: Weight) -> Weight:
    if w.scales:
        raise Lost
    return replace(w, scales=True)


def _log(w: Weight) -> Weight:
    if not w.scales:
        raise Lost
    return replace(w, scales=False)


UNARY: dict[object, Callable[[Weight], Weight]] = {
    **dict.fromkeys((COPY_NAME, np.copy, np.asarray, np.array, operator.pos), lambda w: w),
    **dict.fromkeys((operator.neg, np.negative), _negative),
    np.exp: _exp, np.log: _log,
}  # fmt: skip


# -- reductions and axes --------------------------------------------------------------------------------


def _reduced(value: Apply, w: Weight, drop: bool = False) -> Weight:
    """Along axes on which d is the same; `drop`: d is the same along those that are reduced."""
    options = dict(value.kwargs)
    given = (*value.args[1:2], *(options.pop(k) for k in ("axis",) if k in options))
    keepdims = options.pop("keepdims", Const(False))
    n = rank(expr_type(value.args[0]))
    if n is None or options or len(given) > 1 or len(value.args) > 2 or not isinstance(keepdims, Const):
        raise Lost
    axis = given[0] if given else Const(None)
    if not isinstance(axis, Const):
        raise Lost
    which = range(n) if axis.value is None else axis.value if isinstance(axis.value, tuple) else (axis.value,)
    gone = {a if a < 0 else a - n for a in which}
    if drop:
        kept = [(a, size) for a, size in zip(w.axes, w.sizes, strict=True) if a not in gone]
        w = replace(w, axes=tuple(a for a, _ in kept), sizes=tuple(size for _, size in kept))
    if gone & set(w.axes):
        raise Lost
    if keepdims.value:
        return w
    return replace(w, axes=tuple(a + sum(g > a for g in gone) for a in w.axes))


def _summed(value: Apply, w: Weight) -> Weight:
    if w.scales:
        return _reduced(value, w)
    return _taken_together(value, w, SUMMED)  # else as often as there are items


def _averaged(value: Apply, w: Weight) -> Weight:
    try:
        return _reduced(value, w)
    except Lost:
        return _taken_together(value, w, AVERAGED)


def _taken_together(value: Apply, w: Weight, how: tuple[int, ...]) -> Weight:
    """The sum or the mean of items each of which has a part of d of its own."""
    dims = dims_of(expr_type(value.args[0])) or ()
    if any(a >= 0 for a in w.axes):
        raise Lost
    alone = all(a in w.axes or dims[a] == 1 for a in range(-len(dims), 0))
    as_long = all(dims[a] == size for a, size in zip(w.axes, w.sizes, strict=True))  # not broadcast
    if w.scales or not alone or not as_long or len(value.operands) != 1:
        raise Lost
    return replace(w, axes=how)


def _placed(value: Apply, w: Weight, index: Iterable[object]) -> Weight:
    """`v[index]`, of new axes and whole ones."""
    n = rank(expr_type(value.args[0])) or 0
    if any(a >= 0 for a in w.axes):
        raise Lost
    listed = [known(i) for i in index]
    if any(i is not None and i is not Ellipsis and not (isinstance(i, slice) and i == EVERYTHING) for i in listed):
        raise Lost
    whole = [EVERYTHING] * (n - sum(i == EVERYTHING for i in listed if isinstance(i, slice)))
    place = listed.index(Ellipsis) if Ellipsis in listed else len(listed)
    listed[place : place + 1] = whole
    kept = [k - len(listed) for k, i in enumerate(listed) if i is not None]  # by old axis
    return replace(w, axes=tuple(kept[a + n] for a in w.axes))


def _item(value: Apply, w: Weight) -> Weight:
    return _placed(value, w, items(value.args[1]))


def _picks_of_rows(args: tuple[Expr, ...], w: Weight, made: Mapping[Var | None, Expr]) -> bool:
    """Whether `v[np.arange(n), labels]` takes one item of each row of a matrix, and d varies with the rows."""
    dims, index = dims_of(expr_type(args[0])), [i for i in items(args[1]) if isinstance(i, Var)]
    if dims is None or len(dims) != 2 or w.axes != (-2,) or len(index) != 2:
        return False
    rows = made.get(index[0])
    is_all = isinstance(rows, Apply) and rows.op.call is np.arange and len(rows.args) == 1
    return is_all and all(dims_of(i.type) == dims[:1] for i in index)


def _expanded(value: Apply, w: Weight) -> Weight:
    axis = (*value.args[1:], *(v for _, v in value.kwargs))
    n = rank(value.type) or 0
    if len(axis) != 1 or not isinstance(axis[0], Const) or not isinstance(axis[0].value, int):
        raise Lost
    return _placed(value, w, [None if i == axis[0].value % n else EVERYTHING for i in range(n)])


def _squeezed(value: Apply, w: Weight) -> Weight:
    axis = (*value.args[1:], *(v for _, v in value.kwargs))
    if len(axis) != 1 or axis[0] == Const(None):
        raise Lost
    return _reduced(replace(value, args=value.args[:1], kwargs=(("axis", axis[0]),)), w)


def _reshaped(value: Apply, w: Weight) -> Weight:
    if rank(expr_type(value.args[0])) != 1 or value.args[1:] != (Const((-1, 1)),):
        raise Lost
    return _placed(value, w, (EVERYTHING, None))


ALONG_AXES: dict[object, Callable[[Apply, Weight], Weight]] = {
    **dict.fromkeys(EXTREMA, _reduced),
    **dict.fromkeys((np.reshape, np.ravel, np.transpose), _reshaped),
    np.sum: _summed, np.mean: _averaged, GETITEM.call: _item, np.expand_dims: _expanded, np.squeeze: _squeezed,
}  # fmt: skip
