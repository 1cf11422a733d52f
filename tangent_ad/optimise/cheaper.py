"""Equal spellings that NumPy runs faster; the last pass that looks at operations.

    >>> def f(x):
    ...     return np.mean(x)
    >>> show(f, "cheaper", x="float64[5, 3]")
    func f(x: float64[5, 3]):
        t: float64[] = operator.truediv(numpy.sum(x), numpy.size(x))
        yield t

The same sum and the same division, without np.mean's Python code.

    >>> def f(x):
    ...     return np.stack([x[0], 2.0 * x[1]])
    >>> show(f, "cheaper", x="float64[2]")
    func f(x: float64[2]):
        ...
        t.4: float64[2] = numpy.array(t.3)
        yield t.4

    >>> def f(counts, groups):
    ...     np.add.at(counts, groups, 1)
    ...     return counts
    >>> show(f, "cheaper", counts="float64[5]", groups="int64[9]")
    func f(counts: float64[5], groups: int64[9]):
        counts.1: float64[5] = numpy.add.at(counts, groups, 1.0)
        yield counts.1
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Const, Expr, Func
from tangent_ad.ir.ops import ADD_AT, GETITEM
from tangent_ad.ir.types import Array, Number, Seq, rank
from tangent_ad.ir.walk import map_block
from tangent_ad.rules.declare import op_of


def cheaper_spellings(func: Func) -> Func:
    return replace(func, body=map_block(func.body, _cheaper))


def _cheaper(expr: Expr) -> Expr:
    if not isinstance(expr, Apply):
        return expr
    if expr.op is ADD_AT:
        return _added_as_float(expr)
    if expr.op.call is np.stack:
        return _of_numbers(expr)
    return _mean(expr) if expr.op.call is np.mean else expr


def _added_as_float(value: Apply) -> Expr:
    """`np.add.at(x, places, 1)` of floats adds 1.0: NumPy casts other kinds item by item."""
    base, places, added = value.args
    t = expr_type(base)
    if not (isinstance(t, Array) and t.dtype == "float64" and isinstance(added, Const) and type(added.value) is int):
        return value
    return replace(value, args=(base, places, Const(float(added.value))))


def _of_numbers(value: Apply) -> Expr:
    """np.stack of numbers is the array of them, which costs an eighth."""
    t = expr_type(value.args[0])
    numbers = isinstance(t, Seq) and bool(t.items) and all(rank(item) == 0 for item in t.items)
    plain = len(value.operands) == 1 and isinstance(value.type, Array) and value.type.dtype == "float64"
    return Apply(op_of(np.array), value.args, (), value.type) if numbers and plain else value


def _mean(value: Apply) -> Expr:
    """The sum over the count, in the dtype that np.mean neither widens nor narrows."""
    x, options = value.args[0], dict(value.kwargs)
    t, axis = expr_type(x), options.get("axis", Const(None))
    if not isinstance(t, Array) or t.dtype != "float64" or not t.dims or not isinstance(axis, Const):
        return value
    count: Expr
    if axis.value is None:
        count = Apply(op_of(np.size), (x,), (), Number("int"))
    elif isinstance(axis.value, int):
        count = Apply(GETITEM, (Apply(op_of(np.shape), (x,)), axis), (), Number("int"))
    else:
        return value
    total = replace(value, op=op_of(np.sum))
    return Apply(op_of(operator.truediv), (total, count), (), value.type)
