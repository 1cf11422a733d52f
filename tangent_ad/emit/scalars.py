"""Which values of no dimensions are surely NumPy scalars: `a *= b` on an array of none would write into it.

NumPy gives scalars for arithmetic, sums and elements, and arrays of no dimensions for np.array(1.0),
np.where, np.broadcast_to(x, ()). Only a scalar may be scaled in place: whoever else has it keeps the old value.
"""

from __future__ import annotations

import numpy as np

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Const, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Array, Number, rank
from tangent_ad.ir.walk import statements

REDUCTIONS = {np.sum, np.prod, np.mean, np.max, np.min, np.dot, np.vdot, np.inner, np.linalg.norm, np.trace}


def surely_scalars(func: Func) -> set[Var]:
    """The variables of no dimensions that are never arrays."""
    sources: dict[Var, list[Expr]] = {}
    for stmt in statements(func.body):
        if isinstance(stmt, Let) and stmt.target is not None:
            sources.setdefault(stmt.target, []).append(stmt.value)
        elif isinstance(stmt, If):
            for target, *values in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                sources.setdefault(target, []).extend(values)
        elif isinstance(stmt, (For, While)):
            turns = zip(stmt.targets, stmt.params, stmt.inits, stmt.body.results, strict=False)
            for target, param, init, result in turns:
                sources.setdefault(target, []).append(param)
                sources.setdefault(param, []).extend((init, result))
            if isinstance(stmt, For) and rank(expr_type(stmt.iterable)) == 1:
                sources[stmt.elem] = []
    found = {v for v in sources if rank(v.type) == 0}
    while True:
        kept = {v for v in found if all(_is_scalar(e, found) for e in sources[v])}
        if kept == found:
            return found
        found = kept


def _is_scalar(expr: Expr, found: set[Var]) -> bool:
    if isinstance(expr_type(expr), Number) or expr is UNDEFINED:
        return True
    if isinstance(expr, Var):
        return expr in found
    if isinstance(expr, Const):
        return isinstance(expr.value, (int, float, complex, np.generic))
    if expr.op is GETITEM:
        return isinstance(expr_type(expr.args[0]), Array) and _counts(expr.args[1])
    operators = expr.op.syntax in ("binary", "unary")
    return operators or expr.op.call in REDUCTIONS or (isinstance(expr.op.call, np.ufunc) and not expr.kwargs)


def _counts(index: Expr) -> bool:
    """Whether an index is made of ints only."""
    if isinstance(index, Apply):
        return index.op is PACK_TUPLE and all(map(_counts, index.args))
    if isinstance(index, Const) and isinstance(index.value, tuple):
        return all(type(i) is int for i in index.value)
    t = expr_type(index)
    return isinstance(t, Number) or (isinstance(t, Array) and rank(t) == 0 and t.dtype.startswith(("int", "uint")))
