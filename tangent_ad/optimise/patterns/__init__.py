"""What `simplify` knows how to rewrite: patterns, by the operation that they look at.

A pattern is given what is known of variables and an operation, and returns what the operation may be replaced by, or
None. It makes sure that the kind and the shape of the value stay as they were.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Protocol

import numpy as np

from tangent_ad.analysis.indices import is_basic
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Const, Expr, Op
from tangent_ad.ir.ops import GETITEM, WRITES
from tangent_ad.ir.types import Array, Number, Type, Unknown, dims_of, never_wraps, perhaps_whole, rank
from tangent_ad.rules.declare import op_of


class Knowledge(Protocol):
    """What a pattern may ask: whether the statement at hand is the `users`, and whether it may be rounded otherwise.

    `derived`: it may, as what the user has not written may, and in the NumPy backend all of it.
    """

    derived: bool
    users: bool

    def definition(self, expr: Expr) -> Apply | None:
        """The operation behind a variable."""
        ...

    def is_own(self, expr: Expr) -> bool:
        """Whether the user computes it, so that it is there anyway."""
        ...

    def is_read_once(self, expr: Expr) -> bool:
        """Whether nothing else reads it, so that it goes where it is replaced."""
        ...


Pattern = Callable[[Knowledge, Apply], "Expr | None"]
PATTERNS: dict[object, list[Pattern]] = {}


def pattern(*calls: object) -> Callable[[Pattern], Pattern]:
    def declare(function: Pattern) -> Pattern:
        for call in calls:
            PATTERNS.setdefault(call, []).append(function)
        return function

    return declare


def make(call: object, *args: Expr, **kwargs: Expr) -> Apply:
    op = call if isinstance(call, Op) else op_of(call)
    named = tuple(kwargs.items())
    return Apply(op, args, named, infer(op, args, named))


def unchanged(s: Knowledge, y: Expr) -> Expr:
    """`y` in place of a new array with the same items: a copy of it, where it may be memory that is written."""
    made = s.definition(y)
    is_new = made is not None and made.op.fresh and made.op not in WRITES
    return y if s.derived or is_new or rank(expr_type(y)) == 0 else make(np.copy, y)


def negated(s: Knowledge, expr: Expr) -> Expr | None:
    """What something is the negation of: g where it is -g, and g[::-1] where a cotangent is (-g)[::-1]."""
    inner = s.definition(expr)
    if inner is None or not never_wraps(expr_type(expr)):
        return None
    if inner.op.call is operator.neg:
        return inner.args[0] if never_wraps(expr_type(inner.args[0])) else None
    if inner.op is not GETITEM or not s.derived or not dims_of(inner.type) or not is_basic(inner.args[1]):
        return None
    whole = negated(s, inner.args[0]) if s.is_read_once(expr) and s.is_read_once(inner.args[0]) else None
    return None if whole is None else make(GETITEM, whole, inner.args[1])


def number(expr: Expr) -> float | int | None:
    """The value of a real literal."""
    if isinstance(expr, Const) and type(expr.value) in (int, float):
        return expr.value  # type: ignore[no-any-return]
    return None


def same_type(t: Type, other: Type) -> bool:
    """Whether dropping an operation leaves the value's kind and shape as they were."""
    if isinstance(t, Unknown) or isinstance(other, Unknown) or _may_be_int(other) > _may_be_int(t):
        return False
    if isinstance(t, Array) and isinstance(other, Array):
        return t.dtype == other.dtype and t.dims == other.dims and t.dims is not None and t.boxed == other.boxed
    if {t, other} == {Array("float64", ()), Number("float")}:
        return True
    return isinstance(t, Number) and isinstance(other, Number) and t.kind == other.kind


def _may_be_int(t: Type) -> bool:
    """Whether a number may be an int when it runs; arrays are made of floats."""
    return rank(t) == 0 and perhaps_whole(t)
