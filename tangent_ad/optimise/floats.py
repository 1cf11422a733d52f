"""What follows from scalars that have become Python floats: a part of `lists`.

    >>> def f(x, y):
    ...     for i in range(len(x)):
    ...         y = y + x[i] ** 2 / np.exp(x[i])
    ...     return y
    >>> show(f, "dead_code", "common", "lists", x="float64[5]", y="float")
    func f(x: float64[5], y: float):
        x_list: list[float, ...] = numpy.ndarray.tolist(x)
        y.2 = for k, i: int in builtins.range(5) carrying (y.1: float = y):
            t: float = operator.getitem(x_list, i)
            t.1: float = operator.mul(t, t)
            t.2: float = tangent_ad.runtime.helpers.exp(t)
            t.3: float = if(t.2, operator.truediv(t.1, t.2), numpy.divide(t.1, t.2))
            y.3: float = operator.add(y.1, t.3)
            yield y.3
        y.4: float64[] = numpy.float64(y.2)
        yield y.4

What is computed of floats alone is a float, and so are the items of records that hold it. Where NumPy has inf or nan
and Python an exception, `np.divide`, and `exp` and its like of the runtime, have what NumPy has. What is returned,
printed or given to other functions is made NumPy's scalar again. Only warnings of an overflow in +, - and * are lost.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.floats import ANY, HOLDS, KINDS, ORDERS, SAME, SPELT, FloatPlaces, Places, leaf
from tangent_ad.analysis.indices import is_element, items
from tangent_ad.analysis.inference import is_not_zero
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Var, While
from tangent_ad.ir.ops import ADD_AT, ADDITEM, GETITEM, SETITEM, method_op
from tangent_ad.ir.types import Array, Dict, List, Number, Seq, Type, is_complex, perhaps_whole
from tangent_ad.ir.walk import bound, map_stmt
from tangent_ad.optimise.fold import IF_EXPRESSION
from tangent_ad.rules.declare import COMPARE, RULES, op_of

ITEM = method_op("item")
FEW = (2, 3)  # powers that are products
WIDE = ("float64", "complex128", "int64", "bool")


def keep_floats(func: Func, seeds: frozenset[Var] = frozenset()) -> Func:
    """A function some of whose operations give floats where they gave scalars of NumPy's: what follows from that.

    `seeds`: variables that are to be made floats.
    """
    found = FloatPlaces(func, seeds)
    return func if not found.of else _Rewrite(func, found).func()


def innermost(t: Type) -> Type | None:
    """What a list, or a list of lists, holds."""
    if not isinstance(t, List):
        return None
    while isinstance(t, List):
        t = t.item
    return t


def retyped(t: Type, places: Places) -> Type:
    if not places:
        return t
    if () in places:
        return replace(KINDS[t.dtype], whole=t.whole) if isinstance(t, Array) else t

    def inside(key: Any) -> Places:
        return frozenset(p[1:] for p in places if p[0] == key)

    if isinstance(t, List):
        return List(retyped(t.item, inside(ANY)))
    if isinstance(t, Seq):
        return Seq(t.cls, tuple(retyped(item, inside(i)) for i, item in enumerate(t.items)))
    if isinstance(t, Dict):
        return Dict(tuple((k, retyped(item, inside(k))) for k, item in t.entries), t.cls)
    return t


class _Rewrite:
    def __init__(self, func: Func, places: FloatPlaces) -> None:
        self.old, self.places = func, places
        self.new = {v: Var(v.hint, retyped(v.type, p)) for v, p in places.of.items()}
        self.sure = certain(func) | set(func.params)
        self.here = {v for s in func.body.stmts for v in bound(s)}
        self.kept: dict[Var, Var] = {}

    def func(self) -> Func:
        result = self.old.body.results[0]
        body = self.block(self.old.body)
        if isinstance(result, Var) and leaf(result.type) and () in self.places.get(result):
            body = Block(body.stmts, (self.as_numpy(result),))
        stmts: list[Stmt] = []
        for stmt in body.stmts:  # behind the definition: what a pullback's outer function returns is made there
            stmts.append(stmt)
            stmts += [Let(self.kept[v], self.scalar(v), stmt.origin) for v in self.kept if self.var(v) in bound(stmt)]
        return replace(self.old, body=Block(tuple(stmts), body.results))

    def as_numpy(self, v: Var) -> Var:
        """A variable of the function's own block as a scalar of NumPy's."""
        return self.kept.setdefault(v, Var(v.hint, v.type))

    def var(self, v: Var) -> Var:
        return self.new.get(v, v)

    def expr(self, e: Expr) -> Expr:
        return self.new.get(e, e) if isinstance(e, Var) else e

    def scalar(self, e: Var) -> Apply:
        """The value as NumPy's scalar."""
        call = np.dtype(e.type.dtype).type  # type: ignore[attr-defined]
        made = Apply(op_of(call), (self.var(e),), (), e.type)
        if perhaps_whole(e.type):  # the 0 of a sum without items stays one
            is_int = Apply(op_of(isinstance), (self.var(e), Const(int)), (), Number("bool"))
            made = Apply(IF_EXPRESSION, (is_int, self.var(e), made), (), e.type)
        if e in self.sure:
            return made
        is_none = Apply(op_of(operator.is_), (self.var(e), Const(None)), (), Number("bool"))
        return Apply(IF_EXPRESSION, (is_none, Const(None), made), (), e.type)

    def block(self, block: Block) -> Block:
        stmts = [s for stmt in block.stmts for s in self.stmt(stmt)]
        return Block(tuple(stmts), tuple(self.mapped(r) for r in block.results))

    def mapped(self, e: Expr) -> Expr:
        if isinstance(e, Apply):
            if e.op.call is float and () in self.places.get(e.args[0]) and not perhaps_whole(expr_type(e.args[0])):
                return self.mapped(e.args[0])
            args = tuple(self.mapped(a) for a in e.args)
            return replace(e, args=args, kwargs=tuple((k, self.mapped(v)) for k, v in e.kwargs))
        return self.expr(e)

    def stmt(self, stmt: Stmt) -> Iterator[Stmt]:
        if isinstance(stmt, Let):
            yield from self.let(stmt)
            return
        made = map_stmt(stmt, self.expr, self.block)
        if isinstance(made, (If, For, While)):
            made = replace(made, targets=tuple(map(self.var, made.targets)))
        if isinstance(made, (For, While)):
            made = replace(made, params=tuple(map(self.var, made.params)))
        if isinstance(made, For):
            made = replace(made, index=self.var(made.index), elem=self.var(made.elem))
        yield made

    def let(self, stmt: Let) -> Iterator[Stmt]:
        target = None if stmt.target is None else self.var(stmt.target)
        value = stmt.value
        if isinstance(value, Apply):
            converted: list[Let] = []
            if stmt.target is not None and leaf(stmt.target.type) and () in self.places.get(stmt.target):
                value = self.as_float(stmt, value, KINDS[stmt.target.type.dtype], converted)  # type: ignore[attr-defined]
            else:
                value = self.as_before(stmt, value, converted)
            yield from converted
            if target is not None and target.type != value.type and target is not stmt.target:
                value = replace(value, type=target.type)
        else:
            value = self.expr(value)
        yield replace(stmt, target=target, value=value)

    def as_float(self, stmt: Let, value: Apply, t: Type, converted: list[Let]) -> Apply:
        args = tuple(map(self.mapped, value.args))
        call = value.op.call
        if value.op is GETITEM and is_element(expr_type(value.args[0]), value.args[1]):
            index = (i if isinstance(i, (Var, Const, Apply)) else Const(i) for i in items(value.args[1]))
            return Apply(ITEM, (args[0], *map(self.mapped, index)), (), t)
        if stmt.target in self.places.seeds and call not in SPELT:
            return Apply(op_of(float), (self.as_before(stmt, value, converted),), (), t)
        power = args[1].value if call is operator.pow and isinstance(args[1], Const) else 2 if call is np.square else 0
        if power in FEW:
            square = Apply(op_of(operator.mul), (args[0], args[0]), (), t)
            return square if power == 2 else replace(square, args=(square, args[0]))
        made = replace(value, op=op_of(SPELT[call]) if call in SPELT else value.op, args=args, type=t)
        if call is not operator.truediv or is_not_zero(args[1]):
            return made
        return Apply(IF_EXPRESSION, (args[1], made, replace(made, op=op_of(np.divide))), (), t)

    def as_before(self, stmt: Let, value: Apply, converted: list[Let]) -> Apply:
        """An operation that gives what it gave: its operands are NumPy's scalars where floats are not as good."""
        good = takes_floats(self.places, stmt, value)

        def operand(e: Expr) -> Expr:
            if isinstance(e, Var) and leaf(e.type) and () in self.places.get(e):
                if good and (e.type.dtype != "bool" or value.op in HOLDS or value.op.call is operator.not_):  # type: ignore[attr-defined]
                    return self.var(e)
                if e in self.here:
                    return self.as_numpy(e)
                var = Var(e.hint, e.type)
                converted.append(Let(var, self.scalar(e), stmt.origin))
                return var
            return self.mapped(e)

        args = tuple(map(operand, value.args))
        t = innermost(expr_type(value.args[0])) if value.op in (SETITEM, ADDITEM) else None
        if isinstance(t, Number) and is_scalar_of(t, expr_type(args[2])):
            args = (*args[:2], Apply(op_of(complex if t.kind == "complex" else float), (args[2],), (), t))
        return replace(value, args=args, kwargs=tuple((k, operand(v)) for k, v in value.kwargs))


def is_scalar_of(t: Number, scalar: Type) -> bool:
    """Whether a scalar of NumPy's is what Python has as this number."""
    return isinstance(scalar, Array) and scalar.dims == () and KINDS.get(scalar.dtype) == t


def takes_floats(places: FloatPlaces, stmt: Let, value: Apply) -> bool:
    """Whether an operation does the same with floats as with scalars of NumPy's."""
    op, call = value.op, value.op.call
    if stmt.target is None:
        return False
    if op in HOLDS or op is ADD_AT:
        return stmt.target not in places.escapes
    if call in (float, isinstance, operator.not_) or _is_math(op):
        return True
    if call in (operator.pow, operator.mod) and leaf(value.type):
        return False  # of floats alone they may raise where NumPy has inf or nan
    if call in ORDERS and any(is_complex(expr_type(a)) for a in value.args):
        return False
    rule = RULES.get(op)
    by_element = call in SAME or call in COMPARE or (rule is not None and rule.kind == "elementwise")
    return by_element and not value.kwargs and all(_is_wide(expr_type(a)) for a in value.args)


def _is_math(op: Op) -> bool:
    return op.call in vars(math).values()


def _is_wide(t: Type) -> bool:
    """Whether a float beside such a value is taken as a float64, as NumPy's scalar is."""
    return isinstance(t, Number) or (isinstance(t, Array) and t.dims is not None and t.dtype in WIDE)
