"""The operators of Python as functions, by the class of their node."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import gast

OPERATORS: dict[type, tuple[Callable[..., Any], str]] = {
    gast.Add: (operator.add, "+"), gast.Sub: (operator.sub, "-"), gast.Mult: (operator.mul, "*"),
    gast.Div: (operator.truediv, "/"), gast.Pow: (operator.pow, "**"), gast.MatMult: (operator.matmul, "@"),
    gast.FloorDiv: (operator.floordiv, "//"), gast.Mod: (operator.mod, "%"), gast.BitAnd: (operator.and_, "&"),
    gast.BitOr: (operator.or_, "|"), gast.BitXor: (operator.xor, "^"), gast.LShift: (operator.lshift, "<<"),
    gast.RShift: (operator.rshift, ">>"),
}  # fmt: skip
UNARY = {gast.USub: operator.neg, gast.UAdd: operator.pos, gast.Not: operator.not_, gast.Invert: operator.invert}
COMPARE = {
    gast.Eq: operator.eq, gast.NotEq: operator.ne, gast.Lt: operator.lt, gast.LtE: operator.le,
    gast.Gt: operator.gt, gast.GtE: operator.ge, gast.Is: operator.is_, gast.IsNot: operator.is_not,
}  # fmt: skip

_NAMES = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "truediv", operator.pow: "pow",
    operator.matmul: "matmul", operator.floordiv: "floordiv", operator.mod: "mod", operator.and_: "and",
    operator.or_: "or", operator.xor: "xor", operator.lshift: "lshift", operator.rshift: "rshift",
}  # fmt: skip


def dunder(call: Callable[..., Any]) -> str:
    """The name of an operator's method without its underscores: "add"."""
    return _NAMES[call]
