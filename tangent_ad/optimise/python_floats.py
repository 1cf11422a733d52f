"""Numbers that came out of lists, where it matters that they are Python's and not NumPy's.

    >>> def f(x, n):
    ...     for i in range(len(x)):
    ...         x[i] = n / x[i]
    ...     return x
    >>> show(f, "dead_code", x="float64[n]", n="int")
    func f(x: float64[...], n: int):
        t: int = builtins.len(x)
        x.2 = for k, i: int in builtins.range(t) carrying (x.1: float64[...] = x):
            t.1: float64[] = operator.getitem(x.1, i)
            t.2: float64[] = operator.truediv(n, t.1)
            x.3: float64[...] = array.set(x.1, i, t.2)
            yield x.3
        yield x.2
    >>> show(f, "dead_code", "lists", x="float64[n]", n="int")
    func f(x: float64[...], n: int):
        t: int = builtins.len(x)
        x.1: list[float, ...] = numpy.ndarray.tolist(x)
        x.3 = for k, i: int in builtins.range(t) carrying (x.2: list[float, ...] = x.1):
            t.1: float64[] = operator.getitem(x.2, i)
            t.2: float64[] = if(t.1, operator.truediv(n, t.1), numpy.divide(n, t.1))
            x.4: list[float, ...] = array.set(x.2, i, t.2)
            yield x.4
        x.5: float64[...] = numpy.array(x.3)
        yield x.5

A division by zero raises in Python; NumPy warns and goes on. So it is NumPy's if the divisor is zero. For a power
that is too large, and for a method of a number, one operand is made NumPy's, as it was when it came out of an array.
What is stored in a list is made Python's.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, COPY_NAME, GETITEM, PACK_LIST, PACK_TUPLE, SETITEM
from tangent_ad.ir.types import Array, List
from tangent_ad.ir.walk import map_stmt, statements
from tangent_ad.optimise.fold import IF_EXPRESSION
from tangent_ad.rules.declare import op_of

DIVISIONS = {operator.truediv: np.divide, operator.floordiv: np.floor_divide, operator.mod: np.mod}
RAISING = {*DIVISIONS, operator.pow}
ARITHMETIC = {"binary", "unary"}
PYTHON = {"float64": float, "complex128": complex}


def as_numpy(func: Func) -> Func:
    return _Numbers(func).func(func)


class _Numbers:
    def __init__(self, func: Func) -> None:
        self.lets = {s.target: s.value for s in statements(func.body) if isinstance(s, Let) and s.target is not None}
        self.params = set(func.params)
        self.sure: dict[Var, bool] = {}

    def is_numpy(self, expr: Expr) -> bool:
        """Whether a value is certainly no Python number."""
        if not isinstance(expr, Var):
            return isinstance(expr, Const) and isinstance(expr.value, np.generic)
        if not isinstance(expr.type, Array):
            return False
        if expr.type.dims != () or expr in self.params:
            return True
        if expr not in self.sure:
            self.sure[expr] = False
            value = self.lets.get(expr)
            self.sure[expr] = isinstance(value, Apply) and self.makes_numpy(value)
        return self.sure[expr]

    def makes_numpy(self, value: Apply) -> bool:
        op = value.op
        if op is GETITEM:
            base = value.args[0]
            return isinstance(base, Var) and isinstance(base.type, Array)
        if op.syntax in ARITHMETIC or op is COPY_NAME:
            return any(map(self.is_numpy, value.args))
        return (getattr(op.call, "__module__", None) or "").split(".")[0] == "numpy" or isinstance(op.call, np.ufunc)

    def was_numpy(self, expr: Expr) -> bool:
        """Whether a value came from an array, and may be Python's now."""
        return isinstance(expr, Var) and isinstance(expr.type, Array) and not self.is_numpy(expr)

    def func(self, func: Func) -> Func:
        body = self.block(func.body)
        made: list[Stmt] = []
        results = tuple(self.result(r, made) for r in body.results)
        return replace(func, body=Block((*body.stmts, *made), results))

    def result(self, expr: Expr, made: list[Stmt]) -> Expr:
        """What is returned is of the type that it was."""
        value = self.lets.get(expr) if isinstance(expr, Var) else None
        if isinstance(value, Apply) and value.op in (PACK_TUPLE, PACK_LIST):
            args = tuple(self.result(a, made) for a in value.args)
            if all(a is b for a, b in zip(args, value.args, strict=True)):
                return expr
            assert isinstance(expr, Var)
            made.append(Let(Var(expr.hint, expr.type), replace(value, args=args), self.origin))
            return made[-1].target  # type: ignore[attr-defined, no-any-return]
        return self.numpy(expr, made) if self.was_numpy(expr) else expr

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            self.origin = stmt.origin
            if isinstance(stmt, Let) and isinstance(stmt.value, Apply):
                stmt = replace(stmt, value=self.value(stmt.value, stmts))
            else:
                stmt = map_stmt(stmt, lambda e: e, self.block)
            stmts.append(stmt)
        return Block(tuple(stmts), block.results)

    def value(self, value: Apply, made: list[Stmt]) -> Apply:
        args, op = value.args, value.op
        if op in (SETITEM, ADDITEM) and isinstance(getattr(args[0], "type", None), List) and self.is_numpy(args[2]):
            return replace(value, args=(*args[:2], self.python(args[2], made)))
        if op.syntax == "method" or op.symbol.isidentifier():
            return replace(value, args=tuple(self.all_numpy(args, made)))
        if op.call not in RAISING or any(map(self.is_numpy, args)) or not any(map(self.was_numpy, args)):
            return value
        if op.call is operator.pow and args[1] == Const(2):
            return replace(value, op=op_of(operator.mul), args=(args[0], args[0]))
        if op.call is operator.pow:
            return replace(value, args=(self.numpy(args[0], made), args[1]))
        if isinstance(args[1], Const) and args[1].value != 0:
            return value
        by_numpy = replace(value, op=op_of(DIVISIONS[op.call]))
        return Apply(IF_EXPRESSION, (args[1], value, by_numpy), (), value.type)

    def all_numpy(self, args: Iterable[Expr], made: list[Stmt]) -> Iterable[Expr]:
        return (self.numpy(a, made) if self.was_numpy(a) else a for a in args)

    def numpy(self, expr: Expr, made: list[Stmt]) -> Expr:
        dtype = expr.type.dtype if isinstance(expr, Var) and isinstance(expr.type, Array) else "float64"
        return self.cast(np.dtype(dtype).type, expr, made)

    def python(self, expr: Expr, made: list[Stmt]) -> Expr:
        assert isinstance(expr, Var) and isinstance(expr.type, Array)
        return self.cast(PYTHON[expr.type.dtype], expr, made)

    def cast(self, kind: type, expr: Expr, made: list[Stmt]) -> Expr:
        var = Var("t", Array(np.dtype(kind).name, ()))
        made.append(Let(var, Apply(op_of(kind), (expr,), (), var.type), self.origin))
        return var
