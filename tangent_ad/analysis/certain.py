"""Which variables are surely what their types say: a record may hold None for a path that was not taken."""

from __future__ import annotations

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Const, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import COPY_NAME, GETITEM
from tangent_ad.ir.types import Array, rank
from tangent_ad.ir.walk import statements
from tangent_ad.runtime import helpers

HANDS_ON = (helpers.zeros_like, helpers.add, helpers.copy)  # None for what is None


def certain(func: Func) -> set[Var]:
    """Parameters, results of operations other than reading an item of a tuple or a list, and what is one of these."""
    found = set(func.params)
    values: list[tuple[Var, Expr]] = []  # what a variable is, or may be
    for stmt in statements(func.body):
        if isinstance(stmt, Let) and stmt.target is not None:
            values.append((stmt.target, stmt.value))
        elif isinstance(stmt, If):
            for arm in (stmt.then, stmt.orelse):
                values += zip(stmt.targets, arm.results, strict=True)
        elif isinstance(stmt, (For, While)):
            values += zip(stmt.params, stmt.inits, strict=True)
            values += zip(stmt.params, stmt.body.results, strict=False)
            values += zip(stmt.targets, stmt.params, strict=True)
            if isinstance(stmt, For) and isinstance(expr_type(stmt.iterable), Array):
                found.add(stmt.elem)
    found |= {target for target, _ in values}
    while True:
        lost = {t for t, value in values if t in found and not (_is_certain(value, found) and _fits(value, t))}
        if not lost:
            return found
        found -= lost


def _fits(value: Expr, target: Var) -> bool:
    """Whether it is no number in the place of an array: the tangent of what a path leaves unassigned."""
    return not (isinstance(value, Const) and rank(target.type))


def _is_certain(value: Expr, found: set[Var]) -> bool:
    if isinstance(value, Var):
        return value in found
    if isinstance(value, Const):
        return value is not UNDEFINED and value.value is not None
    if value.op is COPY_NAME or value.op.call in HANDS_ON:
        return all(_is_certain(a, found) for a in value.args)
    return value.op is not GETITEM or isinstance(expr_type(value.args[0]), Array)
