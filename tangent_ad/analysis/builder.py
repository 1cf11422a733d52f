"""Builds blocks: gives every operation its type, and folds what is known at build time."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import NOWHERE, Origin, Refused
from tangent_ad.ir.instances import is_structured, users_class
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, If, Let, Op, Stmt, Var
from tangent_ad.ir.ops import GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import (
    NONE,
    Array,
    Dict,
    Fixed,
    Mixed,
    Number,
    Opaque,
    Seq,
    Type,
    Unknown,
    is_differentiable,
    may_be_none,
    perhaps_whole,
    rank,
)  # fmt: skip
from tangent_ad.ir.walk import bound, uses, variables
from tangent_ad.ir.words import mixed
from tangent_ad.rules.declare import BINARY, COMPARE, RULES, UNARY, name_of, op_of

LITERALS = (bool, int, float, complex, str, type(None), type(Ellipsis))
SCALAR: dict[Any, Any] = {
    np.sin: math.sin, np.cos: math.cos, np.tan: math.tan, np.sinh: math.sinh, np.cosh: math.cosh, np.tanh: math.tanh,
    np.exp: math.exp, np.sqrt: math.sqrt,
}  # fmt: skip
MOST_ASKED = 100  # items of a container
FOLDABLE = {*BINARY, *COMPARE, *UNARY, len, bool, int, float, isinstance}


def is_literal(value: Any) -> bool:
    return all(map(is_literal, value)) if type(value) is tuple else isinstance(value, LITERALS)


def _is_real_number(t: Type) -> bool:
    return isinstance(t, Number) and t.kind != "complex"


def _looked_up(container: Any, key: Any) -> Any:
    try:
        return dict.get(container, key) if isinstance(container, dict) else container[key]
    except LookupError:  # the program fails here when it runs
        return None


def _is_followed(value: Any, depth: int = 3) -> bool:
    """Whether a value is a function or a plain instance, which are known by themselves; or a container of such."""
    if isinstance(value, (list, tuple, dict)) and depth:
        items = list(value.values() if isinstance(value, dict) else value)[:MOST_ASKED]
        return any(_is_followed(item, depth - 1) for item in items)
    return callable(value) or (users_class(value) is not None and not is_structured(value))


class Builder:
    """Appends statements to the innermost open block.

    `derivative`: what is built was not written by the user, and may be spelt as is fastest.

    `defs` remembers the operation behind each variable, so that `(a, b)[0]` is `a` at once.
    """

    tracks = False  # whether operands are handles of the frontend's heap, not values

    def __init__(self, derivative: bool = False) -> None:
        self.derivative = derivative
        self.stmts: list[Stmt] = []
        self.defs: dict[Var, Apply] = {}
        self.made: dict[Var, Stmt] = {}  # what a branch or a loop binds, and that statement
        self.origin: Origin = NOWHERE

    def add(self, stmt: Stmt) -> None:
        self.stmts.append(stmt)
        if not isinstance(stmt, Let):
            self.made.update(dict.fromkeys(bound(stmt), stmt))

    def call(self, function: Any, *args: Expr, hint: str = "t", **kwargs: Expr) -> Atom:
        """Apply a Python callable that is a primitive."""
        return self.apply(op_of(function), args, tuple(kwargs.items()), hint)

    def apply(
        self, op: Op, args: Iterable[Expr], kwargs: tuple[tuple[str, Expr], ...] = (), hint: str = "t"
    ) -> Atom:
        return self.raw(op, args, kwargs, hint)

    def raw(
        self, op: Op, args: Iterable[Expr], kwargs: tuple[tuple[str, Expr], ...] = (), hint: str = "t"
    ) -> Atom:
        """Apply an operation to values; `apply` may be given more than values by the frontend."""
        args = tuple(args)
        scalar = SCALAR.get(op.call) if self.derivative and not kwargs else None
        if scalar is not None and all(_is_real_number(expr_type(a)) for a in args):
            op = op_of(scalar)  # Python numbers stay Python numbers
        for arg in args:
            if isinstance(kind := expr_type(arg), Mixed):
                raise self._differs(arg, kind)
        folded = self._fold(op, args, kwargs)
        if folded is not None:
            return folded
        if op is GETITEM and isinstance(kind := expr_type(args[0]), Dict) and isinstance(args[1], Const):
            args = (args[0], Const(kind.key(args[1].value)))
        value = Apply(op, args, kwargs, infer(op, args, kwargs))
        if not self.derivative and op is not GETITEM and _meets_objects(value):
            raise Refused(self.origin, "an array of objects holds numbers without their derivative",
                          "make it one of numbers: np.array(..., dtype=float)")  # fmt: skip
        if not self.derivative and _is_array_of_whole(value.type):
            value = self._of_floats(value)
        return self.name(value, hint)

    def _of_floats(self, value: Apply) -> Apply:
        """An array of numbers that may all be ints, as the array of floats that its type says it is."""
        op, args, t = value.op, value.args, value.type
        if op.call in BY_INTS:
            raise Refused(self.origin, f"whether the numbers of {name_of(op)} are all integers, for which NumPy gives "
                          "something else, is not known",
                          "make them floats: float(v), dtype=float, 0.0 for 0")  # fmt: skip
        if any(_is_array_of_whole(expr_type(a)) for a in args):  # these are of floats
            return value
        if op.call in (np.array, np.asarray) and len(args) == 1 and not value.kwargs:
            return Apply(op, (*args, Const(float, "float")), (), t)
        floats: list[Expr] = [self.raw(op_of(float), (a,)) if _is_whole_number(expr_type(a)) else a for a in args]
        made = Apply(op, tuple(floats), value.kwargs, infer(op, tuple(floats), value.kwargs))
        if isinstance(made.type, Array) and not made.type.whole:
            return replace(made, type=replace(made.type, whole=True))
        return Apply(op_of(np.asarray), (self.name(made, "t"), Const(float, "float")), (), t)

    def _differs(self, arg: Expr, kind: Mixed) -> Refused:
        """The error for a use of what has another structure on another path."""
        made = self.made.get(arg) if isinstance(arg, Var) else None
        if made is None:
            return Refused(self.origin, *mixed(kind))
        line = made.origin.seen_from(self.origin)
        where = f"the path taken in {line}" if isinstance(made, If) else f"the turns of the loop in {line}"
        return Refused(self.origin, *mixed(kind, where), (made.origin,))

    def name(self, value: Apply, hint: str) -> Var:
        var = Var(hint, value.type)
        self.defs[var] = value
        self.add(Let(var, value, self.origin))
        return var

    def keep(self, start: int, results: Iterable[Expr]) -> None:
        """Drop those of the statements from `start` on that these results do not need."""
        needed = {v for r in results for v in variables(r)}
        kept: list[Stmt] = []
        for stmt in reversed(self.stmts[start:]):
            made = bound(stmt)
            if not made or not needed.isdisjoint(made):
                needed.update(uses(stmt))
                kept.append(stmt)
        self.stmts[start:] = reversed(kept)

    def effect(self, op: Op, args: Iterable[Expr], kwargs: tuple[tuple[str, Expr], ...] = ()) -> None:
        self.add(Let(None, Apply(op, tuple(args), kwargs, Opaque(type(None))), self.origin))

    def open(self) -> list[Stmt]:
        """Start a nested block; returns what `close` wants back."""
        outer, self.stmts = self.stmts, []
        return outer

    def close(self, outer: list[Stmt]) -> tuple[Stmt, ...]:
        inner, self.stmts = tuple(self.stmts), outer
        return inner

    def item(self, base: Expr, key: Any, hint: str = "t") -> Atom:
        return self.apply(GETITEM, (base, Const(key)), (), hint)

    def definition(self, expr: Expr) -> Apply | None:
        return self.defs.get(expr) if isinstance(expr, Var) else None

    def _fold(self, op: Op, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Atom | None:
        if op is GETITEM:
            return self._fold_item(args[0], args[1])
        if op is PACK_TUPLE and all(isinstance(a, Const) and is_literal(a.value) for a in args):
            return Const(tuple(a.value for a in args if isinstance(a, Const)))
        if op.call in (np.ndim, np.shape, len):
            return self._fold_shape(op.call, args[0])
        if op.call in FOLDABLE and not kwargs and all(isinstance(a, Const) for a in args):
            values = [a.value for a in args if isinstance(a, Const)]
            identity = op.call in (operator.is_, operator.is_not)
            if identity or all(isinstance(v, (*LITERALS, tuple, type, np.dtype)) for v in values):
                try:
                    return Const(op.call(*values))
                except (ArithmeticError, TypeError, ValueError):
                    return None  # the program fails here when it runs, as it did before
        if op.call in (operator.is_, operator.is_not):
            return self._fold_identity(op, args)
        return None

    def _fold_identity(self, op: Op, args: tuple[Expr, ...]) -> Atom | None:
        """`x is None` where the type of x tells."""
        for value, other in (args, args[::-1]):
            t = expr_type(value)
            if isinstance(other, Const) and other.value is None and not isinstance(t, Unknown):
                same = t == NONE
                if same or not (isinstance(t, Opaque) or may_be_none(t)):
                    return Const(same if op.call is operator.is_ else not same)
        return None

    def _fold_item(self, base: Expr, index: Expr) -> Atom | None:
        if not isinstance(index, Const):
            return None
        if isinstance(base, Const) and isinstance(base.value, (tuple, str)) and isinstance(index.value, int):
            is_there = -len(base.value) <= index.value < len(base.value)
            return Const(base.value[index.value]) if is_there else None  # it raises when it runs, if it does
        if isinstance(base, Const) and isinstance(base.value, (list, dict)):
            # its functions and instances are watched one by one
            value = _looked_up(base.value, index.value)
            name = getattr(value, "__name__", f"{base.name}[{index.value!r}]")
            return Const(value, name) if _is_followed(value) else None
        definition = self.definition(base)
        if definition is None:
            return self._sized_item(base, index)
        is_sequence = definition.op in (PACK_TUPLE, PACK_LIST) and type(index.value) is int
        if is_sequence and -len(definition.args) <= index.value < len(definition.args):
            found = definition.args[index.value]
            return found if isinstance(found, (Var, Const)) else None
        if definition.op is PACK_DICT and isinstance(definition.args[0], Const):
            keys = definition.args[0].value
            if index.value in keys:
                found = definition.args[1 + keys.index(index.value)]
                return found if isinstance(found, (Var, Const)) else None
        return self._sized_item(base, index)

    def _sized_item(self, base: Expr, index: Const) -> Atom | None:
        """shape[0] is a number where the type says so, and model.activation a function."""
        t = expr_type(base)
        item = t.get(index.value) if isinstance(t, Dict) else None
        if isinstance(t, Seq) and type(index.value) is int and -len(t.items) <= index.value < len(t.items):
            item = t.items[index.value]
        if isinstance(item, Number) and type(item.size) is int:
            return Const(item.size)
        if isinstance(item, Fixed) and not self.derivative:  # a cotangent of the instance holds None there
            return Const(item.value, getattr(item.value, "__name__", ""))
        return None

    def _fold_shape(self, function: Any, arg: Expr) -> Atom | None:
        t = expr_type(arg)
        if may_be_none(t):
            return None
        if function is np.ndim:
            n = rank(t)
            return None if n is None else Const(n)
        if function is len:
            if isinstance(t, (Seq, Dict)):
                return Const(len(t.items if isinstance(t, Seq) else t.entries))
            dims = getattr(t, "dims", None)
            return Const(dims[0]) if dims and isinstance(dims[0], int) else None
        dims = getattr(t, "dims", () if isinstance(t, Number) else None)
        return Const(dims) if dims is not None and all(isinstance(d, int) for d in dims) else None


# What NumPy computes in another way, and not to the same value, for integers.
BY_INTS = {operator.floordiv, operator.mod, np.floor_divide, np.mod, np.remainder, np.fmod, np.reciprocal}


def _meets_objects(value: Apply) -> bool:
    """Whether NumPy computes with an array of objects and with what carries a derivative."""
    kinds = [expr_type(a) for a in value.args]
    objects = any(isinstance(t, Array) and t.dtype == "object" for t in (*kinds, value.type))
    rule = RULES.get(value.op) if objects else None
    return rule is not None and rule.kind != "constant" and any(map(is_differentiable, kinds))


def _is_array_of_whole(t: Type) -> bool:
    """Whether this is an array that NumPy makes of integers if all its items are."""
    return isinstance(t, Array) and t.whole and (bool(t.dims) or t.boxed is True)


def _is_whole_number(t: Type) -> bool:
    return rank(t) == 0 and perhaps_whole(t)
