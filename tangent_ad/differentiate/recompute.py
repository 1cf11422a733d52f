"""Store or recompute: what the reverse sweep computes again, instead of reading it from a record.

    for _ in range(n):
        t = u * v
        u = u + t * (1.0 - t)

The reverse sweep reads `t`, `u` and `v`. `u` and `v` are there anyway, and to multiply them again is as fast as to
keep the product: memory that is kept is new memory, from the system.
Of two operands that are smaller than their result (`x[:, None] - x[None, :]`), it is they that are kept. An element
of an array that changes from turn to turn is kept: to have it again the whole array would have to be.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence, Set

import numpy as np

from tangent_ad.analysis.indices import meets_once
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, WRITES
from tangent_ad.ir.types import Array, Number, Seq, Size, dims_of, is_scalar
from tangent_ad.ir.walk import bound, definitions, statements, variables
from tangent_ad.rules.declare import COMPARE, RULES

CHEAP = {*COMPARE, operator.not_, np.shape, len, np.ndim, np.size}
QUICK_STEPS = 2
PLACES = {operator.add, operator.sub, operator.mul, operator.neg}  # of ints
STEPS = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, np.add, np.subtract, np.multiply,
    np.divide, np.negative, np.square, *COMPARE,
}  # of arrays: one pass through memory


def recompute(
    needed: list[Var], fs: list[Stmt], inside: set[Var], free: set[Var], fleeting: frozenset[Var], stays: Set[Var]
) -> tuple[list[Stmt], list[Var]]:
    """Split what the reverse turn reads into statements that compute it again, and what must be kept.

    Args:
        inside: what the turn defines.
        free: what the reverse turn has without a record.
        fleeting: arrays that are changed later.
        stays: what it costs less to keep.
    """
    order = [s for s in fs if isinstance(s, Let) and s.target is not None and s.target not in stays]
    again: list[Stmt] = []
    free = set(free)
    for stmt in order:  # places computed from the loop's own index
        value = stmt.value
        if isinstance(value, Apply) and _is_cheap(value) and value.op is not GETITEM:
            free |= set(bound(stmt)) if all(o in free or o not in inside for o in variables(value)) else set()
    for stmt in reversed(order):
        if stmt.target not in needed or not isinstance(stmt.value, Apply) or not _is_cheap(stmt.value):
            continue
        operands = [o for o in variables(stmt.value) if o in inside]
        if stmt.value.op is GETITEM and stmt.value.args[0] in fleeting and stmt.value.args[0] not in needed:
            continue
        spreads = _spreads(stmt.value) and not any(o in fleeting and o not in needed for o in operands)
        if spreads or all(o in needed or o in free for o in operands):
            needed = [n for n in dict.fromkeys([*needed, *operands]) if n is not stmt.target]
            again.insert(0, stmt)
    return _from_one_number([v for v in needed if v not in free], needed, order, inside, again)


def kept_by_the_next_turn(loop: For | While, needed: Sequence[Var]) -> set[Var]:
    """Results of a turn that the next one finds in a variable that is kept: one entry is the other."""
    ends = zip(loop.params, loop.body.results, strict=False)
    return {result for param, result in ends if param in needed and isinstance(result, Var)}


def of_other_arrays(arm: Sequence[Stmt], here: Set[Var], read: Set[Var]) -> set[Var]:
    """The steps of an arm that read what is neither made in it nor `read` anyway, and would have to be kept."""
    return {s.target for s in arm if isinstance(s, Let) and s.target is not None and isinstance(s.value, Apply)
            and _is_step(s.value) and any(v not in here and v not in read for v in variables(s.value))}  # fmt: skip


def _from_one_number(
    kept: list[Var], needed: list[Var], order: list[Let], inside: set[Var], again: list[Stmt]
) -> tuple[list[Stmt], list[Var]]:
    """Where all that is kept follows from one number by a step or two, that one: a pair costs twice as much to keep."""
    steps: list[Stmt] = []
    for stmt in reversed(order):
        operands = set(variables(stmt.value)) & inside
        if stmt.target in kept and _is_quick(stmt.value) and operands and operands <= {*kept} - {stmt.target}:
            kept = [v for v in kept if v is not stmt.target]
            steps.insert(0, stmt)
    if len(kept) != 1 or len(steps) > QUICK_STEPS:
        return again, needed
    gone = {t for s in steps for t in bound(s)}
    return [*steps, *again], [v for v in needed if v not in gone]


def _is_quick(value: Expr) -> bool:
    """Whether a number is computed from others in about the time that it takes to keep it."""
    if not isinstance(value, Apply) or value.kwargs or not isinstance(value.type, Number):
        return False
    quick = value.op.call in (operator.add, operator.sub, operator.mul, operator.neg, math.sin, math.cos, math.exp)
    return quick and all(isinstance(expr_type(a), Number) for a in value.args)


def overwritten_in_loops(forward: Block) -> frozenset[Var]:
    """The arrays as they are in one turn of a loop that are changed later, also through a view of all of them."""
    views = {s.target: s.value.args[0] for s in statements(forward)
             if isinstance(s, Let) and isinstance(s.value, Apply) and _is_whole_view(s.value)}  # fmt: skip
    changed = {s.value.args[0] for s in statements(forward)
               if isinstance(s, Let) and isinstance(s.value, Apply) and s.value.op in WRITES}  # fmt: skip
    before = -1
    while before != len(changed):
        before = len(changed)
        changed |= {base for view, base in views.items() if view in changed}
        for s in statements(forward):
            if isinstance(s, (For, While)):
                for param, init, result in zip(s.params, s.inits, s.body.results, strict=False):
                    changed |= {init, result} if param in changed else set()
            elif isinstance(s, If):
                for target, a, b in zip(s.targets, s.then.results, s.orelse.results, strict=True):
                    changed |= {a, b} if target in changed else set()
    changed |= {view for view, base in views.items() if view is not None and base in changed}
    inside = {v for s in statements(forward) if isinstance(s, (For, While))
              for v in (*s.params, *definitions(s.body))}  # fmt: skip
    return frozenset(v for v in inside if v in changed)


def _is_whole_view(value: Apply) -> bool:
    """np.reshape, np.transpose and their like."""
    return not value.op.fresh and value.op in RULES and bool(value.args)


def _is_cheap(value: Apply) -> bool:
    if value.op is GETITEM:
        base = value.args[0]
        return isinstance(base, Var) and isinstance(base.type, (Array, Seq)) and meets_once(value.args[1])
    if isinstance(value.type, Number) and value.type.kind == "int" and value.op.call in PLACES:
        return True
    return _is_step(value) or (value.op.call in CHEAP and is_scalar(value.type))


def _is_step(value: Apply) -> bool:
    """Whether arrays are combined item by item, about as fast as they are copied."""
    known = not value.kwargs and all(isinstance(expr_type(a), (Array, Number)) for a in value.args)
    if not known or not isinstance(value.type, Array) or is_scalar(value.type):
        return False
    return value.op.call in STEPS or (value.op.call is operator.pow and value.args[1] == Const(2))


def _spreads(value: Apply) -> bool:
    """Whether each operand of such a step is smaller than the result: it has fewer axes, or is one long on some."""
    dims = dims_of(value.type)
    return _is_step(value) and dims is not None and all(_is_smaller(dims_of(expr_type(a)), dims) for a in value.args)


def _is_smaller(operand: tuple[Size, ...] | None, dims: tuple[Size, ...]) -> bool:
    if operand is None or len(operand) < len(dims):
        return operand is not None
    return any(a == 1 != b for a, b in zip(operand, dims, strict=True))
