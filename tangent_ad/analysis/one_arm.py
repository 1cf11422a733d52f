"""Values that only one arm of a branch reads: where the other is taken, nothing may be computed of their derivatives.

    q = t / i
    if i > 0:
        s += q        q is read by this arm alone: where i is 0 its derivative is infinite, and not asked for
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np

from tangent_ad.analysis.inference import is_not_zero
from tangent_ad.ir.nodes import Apply, Block, If, Let, Var
from tangent_ad.ir.types import is_differentiable
from tangent_ad.ir.walk import free_variables, uses, variables
from tangent_ad.rules.declare import RULES

# Operations whose derivatives are finite where their operands are, beside those that are linear.
FINITE = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos, np.add, np.subtract, np.multiply, np.negative,
    np.sin, np.cos, np.exp, np.tanh, np.square, np.where, abs, np.abs,
}  # fmt: skip
DIVISIONS = (operator.truediv, np.divide)
KINDS = ("linear", "multilinear", "constant")


def asked_by_one_arm(block: Block) -> dict[If, tuple[list[Let], list[Let]]]:
    """For the branches of a block the statements before them that one arm alone needs, in order.

    They are those that may have an infinite derivative, and what is computed of these.
    """
    made = [s for s in block.stmts if isinstance(s, Let) and s.target is not None]
    if not any(isinstance(s, If) for s in block.stmts) or not any(map(may_be_infinite, made)):
        return {}
    asking: dict[Var, set[tuple[If, int] | None]] = {s.target: set() for s in made if s.target is not None}

    def ask(found: Iterable[Var], who: Iterable[tuple[If, int] | None]) -> None:
        for v in found:
            asking.get(v, set()).update(who)

    ask([v for r in block.results for v in variables(r)], [None])
    for stmt in reversed(block.stmts):
        if isinstance(stmt, If):  # its test asks for no derivative
            ask(free_variables(stmt.then), [(stmt, 0)])
            ask(free_variables(stmt.orelse), [(stmt, 1)])
        elif isinstance(stmt, Let) and stmt.target is not None:
            ask(uses(stmt), asking[stmt.target])
        else:
            ask(uses(stmt), [None])
    found: dict[If, tuple[list[Let], list[Let]]] = {}
    for stmt in made:
        who = asking[stmt.target]  # type: ignore[index]
        if len(who) == 1 and None not in who:
            ((branch, k),) = who  # type: ignore[misc]
            known = found.get(branch, ([], []))
            if may_be_infinite(stmt) or any(s.target in uses(stmt) for s in known[k]):
                found.setdefault(branch, known)[k].append(stmt)
    return found


def may_be_infinite(stmt: Let) -> bool:
    """Whether the derivative of a value may be infinite."""
    value, target = stmt.value, stmt.target
    if not isinstance(value, Apply) or target is None or not is_differentiable(target.type):
        return False
    if value.op.call in FINITE or (value.op.call in DIVISIONS and is_not_zero(value.args[1])):
        return False
    rule = RULES.get(value.op)
    return rule is not None and rule.kind not in KINDS
