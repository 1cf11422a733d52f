"""Which variables are surely what their types say: a record may hold None for a path that was not taken."""

from __future__ import annotations

from collections.abc import Callable

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Const, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import ADDITEM, COPY_NAME, GETITEM, SETITEM, TOLIST
from tangent_ad.ir.types import Array, List, rank
from tangent_ad.ir.walk import statements
from tangent_ad.runtime import helpers

HANDS_ON = (helpers.zeros_like, helpers.add, helpers.copy)  # None for what is None


def certain(func: Func) -> set[Var]:
    """Parameters, results of operations, and what is one of these; not items of tuples, and of lists with gaps."""
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
    full = _remaining({target for target, _ in values}, values, lambda value, t, full: _is_full(value, full))

    def stays(value: Expr, target: Var, found: set[Var]) -> bool:
        return _is_certain(value, found, full) and _fits(value, target)

    return _remaining(found | {target for target, _ in values}, values, stays)


def _remaining(
    found: set[Var], values: list[tuple[Var, Expr]], stays: Callable[[Expr, Var, set[Var]], bool]
) -> set[Var]:
    """Without the variables that may be what does not stay, and those that may be these."""
    while lost := {t for t, value in values if t in found and not stays(value, t, found)}:
        found -= lost
    return found


def _is_full(value: Expr, full: set[Var]) -> bool:
    """Whether it is the list of an array, or of a row, in which nothing is missing."""
    if not isinstance(value, Apply):
        return value in full
    is_row = value.op is GETITEM and isinstance(value.type, List)
    return value.op is TOLIST or ((is_row or value.op in (SETITEM, ADDITEM)) and value.args[0] in full)


def _fits(value: Expr, target: Var) -> bool:
    """Whether it is no number in the place of an array: the tangent of what a path leaves unassigned."""
    return not (isinstance(value, Const) and rank(target.type))


def _is_certain(value: Expr, found: set[Var], full: set[Var]) -> bool:
    if isinstance(value, Var):
        return value in found
    if isinstance(value, Const):
        return value is not UNDEFINED and value.value is not None
    if value.op is COPY_NAME or value.op.call in HANDS_ON:
        return all(_is_certain(a, found, full) for a in value.args)
    return value.op is not GETITEM or isinstance(expr_type(value.args[0]), Array) or value.args[0] in full
