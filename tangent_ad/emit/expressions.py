"""Expressions of the IR as syntax trees."""

from __future__ import annotations

import ast
import operator

import numpy as np

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.indices import is_int, items, known
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.emit.spelling import BINARY, COMPARE, UNARY, Speller
from tangent_ad.ir.instances import is_simple
from tangent_ad.ir.nodes import Apply, Const, Expr, Func, Let, Op, Var
from tangent_ad.ir.ops import CHAIN, COPY_NAME, GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Array, Attribute, Number, rank
from tangent_ad.ir.walk import statements
from tangent_ad.runtime import helpers

# The same thing, in half of the time on small arrays.
ATTRIBUTES = {np.shape: "shape", np.size: "size", np.ndim: "ndim", np.real: "real", np.imag: "imag"}
METHODS: dict[object, str] = {
    f: f.__name__ for f in (np.copy, np.sum, np.mean, np.prod, np.cumsum, np.cumprod, np.trace, np.diagonal, np.squeeze,
                            np.take, np.argsort, np.argmax, np.argmin)}  # fmt: skip
METHODS |= {np.max: "max", np.min: "min", np.all: "all", np.any: "any"}
PLACED = {np.clip: "clip", np.swapaxes: "swapaxes", np.transpose: "transpose"}  # methods without these keywords
PRODUCTS = {operator.matmul, np.matmul, np.dot}  # the same routines of BLAS


class Expressions:
    """The expressions of one function, whose variables have `names`."""

    def __init__(self, func: Func, speller: Speller, names: dict[Var, str]) -> None:
        self.speller, self.names, self.certain = speller, names, certain(func)
        self.blocks = set(func.params)
        for stmt in statements(func.body):
            if isinstance(stmt, Let) and stmt.target is not None and self.is_block(stmt.value):
                self.blocks.add(stmt.target)

    def expr(self, expr: Expr) -> ast.expr:
        if isinstance(expr, Var):
            return ast.Name(self.names[expr], ast.Load())
        if isinstance(expr, Const):
            return self.speller.constant(expr)
        return self.apply(expr)

    def apply(self, value: Apply) -> ast.expr:
        op, args = value.op, value.args
        syntax = op.syntax
        if op.call in PRODUCTS and len(args) == 2 and not value.kwargs and all(map(self.is_factor, args)):
            return ast.Call(ast.Attribute(self.expr(args[0]), "dot", ast.Load()), [self.expr(args[1])], [])
        if syntax == "binary":
            return ast.BinOp(self.expr(args[0]), BINARY[op.symbol](), self.expr(args[1]))
        if syntax == "compare":
            return ast.Compare(self.expr(args[0]), [COMPARE[op.symbol]()], [self.expr(args[1])])
        if syntax == "unary":
            operand = self.expr(args[0])
            return negated(operand) if op.symbol == "not" else ast.UnaryOp(UNARY[op.symbol](), operand)
        handler = getattr(self, f"apply_{syntax}", None)
        if handler is not None:
            return handler(op, args)  # type: ignore[no-any-return]
        if syntax == "method":
            function = ast.Attribute(self.expr(args[0]), op.symbol, ast.Load())
            keywords = [ast.keyword(k, self.expr(v)) for k, v in value.kwargs]
            return ast.Call(function, [self.expr(a) for a in args[1:]], keywords)
        if op.call is np.transpose and len(args) == 1 and not value.kwargs and rank(expr_type(args[0])):
            return self.apply_transpose(value)
        if op.call in ATTRIBUTES and len(args) == 1 and not value.kwargs and _is_array(args[0]):
            return ast.Attribute(self.expr(args[0]), ATTRIBUTES[op.call], ast.Load())
        name = METHODS.get(op.call) or (PLACED.get(op.call) if not value.kwargs else None)
        if name is not None and args and _is_array(args[0]):
            keywords = [ast.keyword(k, self.expr(v)) for k, v in value.kwargs]
            method = ast.Attribute(self.expr(args[0]), name, ast.Load())
            return ast.Call(method, [self.expr(a) for a in args[1:]], keywords)
        if op.call is np.linalg.norm and len(args) == 1 and not value.kwargs and _is_float_vector(args[0]):
            self.speller.imports.add("np")
            square = ast.Call(ast.Attribute(self.expr(args[0]), "dot", ast.Load()), [self.expr(args[0])], [])
            return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "sqrt", ast.Load()), [square], [])
        axis = _rolled_axis(value) if op.call is np.roll else None
        if axis is not None:
            given = [self.expr(args[0]), self.expr(args[1]), self.speller.value(axis, "")]
            return ast.Call(self.speller.helper(helpers.roll), given, [])
        if op.call is np.reshape and len(args) == 2 and not value.kwargs and _is_array(args[0]):
            sizes = args[1].args if isinstance(args[1], Apply) and args[1].op is PACK_TUPLE else args[1:]
            if isinstance(args[1], Const) and isinstance(args[1].value, tuple):
                sizes = tuple(map(Const, args[1].value))
            sizes = sizes or args[1:]  # x.reshape(()) has no other spelling
            return ast.Call(ast.Attribute(self.expr(args[0]), "reshape", ast.Load()), [self.expr(n) for n in sizes], [])
        if op.call is np.zeros_like and args[0] in self.certain and not value.kwargs and _is_array(args[0], "float64"):
            self.speller.imports.add("np")
            shape = ast.Attribute(self.expr(args[0]), "shape", ast.Load())
            return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "zeros", ast.Load()), [shape], [])
        keywords = [ast.keyword(k, self.expr(v)) for k, v in value.kwargs]
        return ast.Call(self.speller.callee(op), [self.expr(a) for a in args], keywords)

    def is_factor(self, expr: Expr) -> bool:
        """Whether it is a vector, or a matrix that `dot` need not copy."""
        return _is_array(expr) and (rank(expr_type(expr)) == 1 or (rank(expr_type(expr)) == 2 and self.is_block(expr)))

    def is_block(self, expr: Expr) -> bool:
        """Whether the numbers of an array lie one behind the other: it is no part `a[:, i:]`."""
        if not isinstance(expr, Apply) or expr.op is COPY_NAME or expr.op.call in (np.transpose, np.swapaxes):
            return self.is_block(expr.args[0]) if isinstance(expr, Apply) else expr in self.blocks
        if expr.op is not GETITEM or not isinstance(expr_type(expr.args[0]), Array):
            return expr.op.call not in (np.real, np.imag, np.broadcast_to)
        index = items(expr.args[1])
        first = known(index[0])
        rows = isinstance(first, slice) and first.step is None and len(index) == 1
        return self.is_block(expr.args[0]) and (rows or all(map(is_int, index)))

    def apply_getitem(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        if isinstance(args[1], Const) and isinstance(args[1].value, Attribute):
            return ast.Attribute(self.expr(args[0]), args[1].value, ast.Load())
        item, steps = self.expr(args[0]), (args[1],)
        if isinstance(args[1], Apply) and args[1].op is CHAIN:
            steps = args[1].args  # type: ignore[assignment]
        for step in steps:
            item = ast.Subscript(item, self.index(step), ast.Load())
        return item

    def apply_transpose(self, value: Apply) -> ast.expr:
        return ast.Attribute(self.expr(value.args[0]), "T", ast.Load())

    def apply_tuple(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Tuple([self.expr(a) for a in args], ast.Load())

    def apply_list(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.List([self.expr(a) for a in args], ast.Load())

    def apply_dict(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        assert isinstance(args[0], Const)
        fields = args[0].value
        if fields.cls is not dict:
            cls = self.speller.object(fields.cls, fields.cls.__name__)
            parts = [ast.keyword(k, self.expr(a)) for k, a in zip(fields, args[1:], strict=True)]
            if is_simple(fields.cls, tuple(fields)):
                return ast.Call(cls, [], parts)
            return ast.Call(self.speller.helper(helpers.instance), [cls], parts)
        keys: list[ast.expr | None] = [self.speller.value(k, "") for k in args[0].value]
        return ast.Dict(keys, [self.expr(a) for a in args[1:]])

    def apply_slice(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Call(ast.Name("slice", ast.Load()), [self.expr(a) for a in args], [])

    def apply_identity(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return self.expr(args[0])

    def apply_ifexp(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.IfExp(*(self.expr(a) for a in args))

    def apply_function(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Name(op.symbol, ast.Load())

    def apply_and(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.BoolOp(ast.And(), [self.expr(a) for a in args])

    def apply_or(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.BoolOp(ast.Or(), [self.expr(a) for a in args])

    def apply_in(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Compare(self.expr(args[0]), [ast.In()], [self.expr(args[1])])

    def apply_fstring(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.JoinedStr([self.part(arg) for arg in args])

    def apply_format(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        """A part of an f-string that got a name: an f-string of its own."""
        return ast.JoinedStr([self.formatted(args)])

    def part(self, part: Expr) -> ast.expr:
        """What stands between the quotes of an f-string: text, a value, or the name of a part."""
        if isinstance(part, Apply):
            return self.formatted(part.args)
        return self.expr(part) if isinstance(part, Const) else ast.FormattedValue(self.expr(part), -1, None)

    def formatted(self, args: tuple[Expr, ...]) -> ast.expr:
        value, conversion, spec = args
        assert isinstance(conversion, Const)
        style: ast.expr | None = ast.JoinedStr([ast.FormattedValue(self.expr(spec), -1, None)])
        if isinstance(spec, Const):
            style = ast.JoinedStr([ast.Constant(spec.value)]) if spec.value else None
        return ast.FormattedValue(self.expr(value), conversion.value, style)

    def index(self, index: Expr) -> ast.expr:
        if isinstance(index, Apply) and index.op.syntax == "slice":
            return ast.Slice(*(None if isinstance(a, Const) and a.value is None else self.expr(a) for a in index.args))
        if isinstance(index, Apply) and index.op is PACK_TUPLE:
            return ast.Tuple([self.index(a) for a in index.args], ast.Load())
        return self.expr(index)


def _is_array(expr: Expr, dtype: str = "") -> bool:
    t = expr_type(expr)
    return isinstance(t, Array) and bool(t.dims) and t.dtype.startswith(dtype)


def _rolled_axis(value: Apply) -> int | None:
    """The axis of a np.roll by one shift along one axis."""
    x, shift, axis = (*value.args, dict(value.kwargs).get("axis", Const(None)))[:3]
    t = expr_type(shift)
    whole = (isinstance(t, Number) and t.kind == "int") or (isinstance(t, Array) and not t.dims and t.dtype == "int64")
    if not whole or not _is_array(x) or not isinstance(axis, Const):
        return None
    if axis.value is None:
        return 0 if rank(expr_type(x)) == 1 else None
    return axis.value if type(axis.value) is int else None


def _is_float_vector(expr: Expr) -> bool:
    return isinstance(expr, Var) and _is_array(expr, "float") and rank(expr.type) == 1


def negated(test: ast.expr) -> ast.expr:
    inverse = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn}
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in inverse:
        return ast.Compare(test.left, [inverse[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)
