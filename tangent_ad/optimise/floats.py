"""Scalars that are Python floats stay Python floats, where NumPy's scalars would behave the same.

    >>> def f(x, y):
    ...     for i in range(x.shape[0]):
    ...         y = y + x[i] / (2.0 + x[i] ** 2)
    ...     return y
    >>> show(f, "dead_code", "simplify", "common", "lists", "floats", x="float64[n]", y="float")

What is read from a list is a float (`lists.py`), and so is what is computed of floats alone. Where NumPy has inf or nan
and Python an exception, `divide`, `exp` and their like of the runtime have what NumPy has. What is returned, printed
or given to other functions is made a NumPy scalar again.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis.iteration import leaves
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import NOWHERE
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Var, While
from tangent_ad.ir.ops import (
    ADD_AT,
    ADD_ITEM,
    ADDITEM,
    APPEND,
    COPY_NAME,
    GETITEM,
    PACK_DICT,
    PACK_LIST,
    PACK_TUPLE,
    POP,
    SETITEM,
)  # fmt: skip
from tangent_ad.ir.types import Array, Dict, List, Number, Seq, Type
from tangent_ad.ir.walk import blocks, bound, map_stmt, variables
from tangent_ad.rules.declare import COMPARE, RULES, op_of
from tangent_ad.runtime import helpers

Path = tuple[Any, ...]  # where a scalar is inside a value: positions, keys, ANY for the items of a list
Places = frozenset[Path]
ANY = "*"
NONE: Places = frozenset()
HERE: Places = frozenset([()])
FLOAT, BOOL = Number("float"), Number("bool")

SAME = {operator.add, operator.sub, operator.mul, operator.neg, operator.pos, abs, max, min}
SPELT: dict[Any, Any] = {  # what gives a float where NumPy gives a scalar
    operator.truediv: helpers.divide, operator.pow: helpers.power, np.exp: helpers.exp, np.log: helpers.log,
    np.sqrt: helpers.sqrt, np.sin: helpers.sin, np.cos: helpers.cos, np.tanh: math.tanh, np.abs: abs,
    np.negative: operator.neg, np.square: helpers.power,
}  # fmt: skip
FEW = (2, 3)  # powers that are products
HOLDS = {PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND, POP, GETITEM, SETITEM, ADDITEM, ADD_ITEM, COPY_NAME}
WIDE = ("float64", "complex128", "int64", "bool")


def floats(func: Func) -> Func:
    found = _Places(func)
    return func if not found.of else _Rewrite(func, found).func()


def is_container(t: Type | None) -> bool:
    """Whether scalars of NumPy's may be inside a value."""
    if isinstance(t, Seq):
        return any(is_container(i) or leaf(i) for i in t.items)
    if isinstance(t, List):
        return is_container(t.item) or leaf(t.item)
    return isinstance(t, Dict) and any(is_container(i) or leaf(i) for _, i in t.entries)


def leaf(t: Type | None) -> bool:
    return isinstance(t, Array) and t.dims == () and t.dtype in ("float64", "bool")


def is_list_of_floats(t: Type | None) -> bool:
    while isinstance(t, List):
        t = t.item
    return t == FLOAT


class _Escapes:
    """Containers that leave the function: what is in them stays as it was."""

    def __init__(self, func: Func) -> None:
        self.parent: dict[Var, Var] = {}
        self.out: set[Var] = set()
        for p in func.params:
            self.leave([p])
        self.block(func.body)
        self.leave(variables(func.body.results[0]))
        self.roots = {self.root(v) for v in self.out}

    def __contains__(self, v: object) -> bool:
        return isinstance(v, Var) and self.root(v) in self.roots

    def root(self, v: Var) -> Var:
        while self.parent.get(v, v) is not v:
            v = self.parent[v]
        return v

    def leave(self, found: Iterable[Var]) -> None:
        self.out.update(v for v in found if is_container(v.type))

    def join(self, *found: Expr | None) -> None:
        held = [v for v in found if isinstance(v, Var) and is_container(v.type)]
        for v in held[1:]:
            self.parent[self.root(v)] = self.root(held[0])

    def block(self, block: Block) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                value = stmt.value
                if isinstance(value, Apply) and value.op not in HOLDS and value.op.call not in (list, len):
                    self.leave([*variables(value), *bound(stmt)])
                else:
                    self.join(stmt.target, *variables(value))
            elif isinstance(stmt, If):
                for arm in (stmt.then, stmt.orelse):
                    for target, result in zip(stmt.targets, arm.results, strict=True):
                        self.join(target, result)
            elif isinstance(stmt, (For, While)):
                rows = zip(stmt.params, stmt.inits, stmt.body.results, stmt.targets, strict=False)
                for row in rows:
                    self.join(*row)
                if isinstance(stmt, For):
                    self.join(stmt.elem, *variables(stmt.iterable))
            for inner in blocks(stmt):
                self.block(inner)


class _Places:
    """Where the values of a function may hold floats that used to be scalars of NumPy's."""

    def __init__(self, func: Func) -> None:
        self.of: dict[Var, Places] = {}
        self.escapes = _Escapes(func)
        while True:
            self.changed = False
            self.block(func.body)
            if not self.changed:
                break

    def get(self, expr: Expr) -> Places:
        return self.of.get(expr, NONE) if isinstance(expr, Var) else NONE

    def put(self, var: Var | None, places: Places) -> None:
        old = self.of.get(var, NONE) if var is not None else places
        if var is not None and not places <= old:
            self.of[var] = old | places
            self.changed = True

    def block(self, block: Block) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                if stmt.target is not None:
                    self.put(stmt.target, self.value(stmt.target, stmt.value))
            elif isinstance(stmt, If):
                for arm in (stmt.then, stmt.orelse):
                    self.block(arm)
                    for target, result in zip(stmt.targets, arm.results, strict=True):
                        self.put(target, self.flow(target, result))
            elif isinstance(stmt, (For, While)):
                if isinstance(stmt, For):
                    self.put(stmt.elem, self.element(stmt.iterable))
                for param, init in zip(stmt.params, stmt.inits, strict=True):
                    self.put(param, self.flow(param, init))
                for inner in blocks(stmt):
                    self.block(inner)
                for param, result, target in zip(stmt.params, stmt.body.results, stmt.targets, strict=False):
                    self.put(param, self.flow(param, result))
                    self.put(target, self.get(param))

    def flow(self, target: Var, source: Expr) -> Places:
        return generalised(self.get(source), target.type)

    def element(self, iterable: Expr) -> Places:
        found: set[Path] = set()
        for source, path, _ in leaves(iterable):
            found.update((*path, *p[1:]) for p in self.get(source) if p)
        return frozenset(found)

    def value(self, target: Var, value: Expr) -> Places:
        if not isinstance(value, Apply):
            return self.flow(target, value)
        if value.op in HOLDS or value.op.call is list:
            return generalised(self.held(target, value), target.type)
        if leaf(target.type) and (value.type == FLOAT or gives_float(self, value)):
            return HERE
        return NONE

    def held(self, target: Var, value: Apply) -> Places:
        op, args = value.op, value.args
        if op is GETITEM:
            if value.type == FLOAT and leaf(target.type):
                return HERE
            if isinstance(expr_type(args[0]), Array):
                return NONE
            key = args[1].value if isinstance(args[1], Const) else ANY
            if isinstance(key, slice) or (isinstance(args[1], Apply)):
                return self.get(args[0])
            return frozenset(p[1:] for p in self.get(args[0]) if p and (key == ANY or p[0] in (key, ANY)))
        if op in (PACK_TUPLE, PACK_LIST):
            return self.packed(target, enumerate(args))
        if op is PACK_DICT:
            assert isinstance(args[0], Const)
            return self.packed(target, zip(args[0].value, args[1:], strict=True))
        base = self.get(args[0])
        if op in (POP, COPY_NAME) or op.call is list or isinstance(expr_type(args[0]), Array):
            return base
        return base | self.packed(target, [(ANY, args[-1])])

    def packed(self, target: Var, parts: Iterable[tuple[Any, Expr]]) -> Places:
        """Scalars are made NumPy's before they go into what leaves the function."""
        found = [(k, p) for k, a in parts for p in self.get(a) if p or target not in self.escapes]
        return frozenset((k, *p) for k, p in found)


def generalised(places: Places, t: Type) -> Places:
    """Places in a list of unknown length are those of any item."""
    if isinstance(t, List):
        return frozenset((ANY, *q) for p in places if p for q in generalised(frozenset([p[1:]]), t.item))
    if isinstance(t, Seq) and any(p and p[0] == ANY for p in places):
        places = frozenset(q for p in places for q in ([(i, *p[1:]) for i in range(len(t.items))] if p[0] == ANY else [p]))
    if isinstance(t, (Seq, Dict)):
        parts = dict(enumerate(t.items)) if isinstance(t, Seq) else dict(t.entries)
        return frozenset((p[0], *q) for p in places if p and p[0] in parts
                         for q in generalised(frozenset([p[1:]]), parts[p[0]]))  # fmt: skip
    return places if leaf(t) else NONE


def gives_float(places: _Places, value: Apply) -> bool:
    """Whether an operation on floats gives a float, or a bool, in place of a scalar of NumPy's."""
    call, args = value.op.call, value.args
    if value.kwargs or not any(() in places.get(a) for a in args):
        return False
    if not all(() in places.get(a) or isinstance(expr_type(a), Number) for a in args):
        return call in (max, min) and all(is_scalar_float(a) for a in args)
    return call in SAME or call in SPELT or (call in COMPARE and call not in (operator.is_, operator.is_not))


def is_scalar_float(a: Expr) -> bool:
    t = expr_type(a)
    return leaf(t) or isinstance(t, Number)


def retyped(t: Type, places: Places) -> Type:
    if not places:
        return t
    if () in places:
        return BOOL if isinstance(t, Array) and t.dtype == "bool" else FLOAT

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
    def __init__(self, func: Func, places: _Places) -> None:
        self.old, self.places = func, places
        self.new = {v: Var(v.hint, retyped(v.type, p)) for v, p in places.of.items()}

    def func(self) -> Func:
        body = self.block(self.old.body)
        result = body.results[0]
        if isinstance(self.old.body.results[0], Var) and () in self.places.get(self.old.body.results[0]):
            last = replace(NOWHERE, derived=True)
            stmt = self.scalar(self.old.body.results[0])
            var = Var("t", stmt.type)
            body = Block((*body.stmts, Let(var, stmt, last)), (var,))
        else:
            body = Block(body.stmts, (result,))
        return replace(self.old, body=body)

    def var(self, v: Var) -> Var:
        return self.new.get(v, v)

    def expr(self, e: Expr) -> Expr:
        return self.new.get(e, e) if isinstance(e, Var) else e

    def scalar(self, e: Var) -> Apply:
        """The value as NumPy's scalar."""
        call = np.float64 if e.type.dtype == "float64" else np.bool_  # type: ignore[attr-defined]
        return Apply(op_of(call), (self.var(e),), (), e.type)

    def block(self, block: Block) -> Block:
        stmts = [s for stmt in block.stmts for s in self.stmt(stmt)]
        return Block(tuple(stmts), tuple(self.mapped(r) for r in block.results))

    def mapped(self, e: Expr) -> Expr:
        if isinstance(e, Apply):
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
            if stmt.target is not None and leaf(stmt.target.type) and () in self.places.get(stmt.target):
                value = self.as_float(value)
            else:
                converted: list[Let] = []
                value = self.as_before(stmt, value, converted)
                yield from converted
            if target is not None and target.type != value.type and target is not stmt.target:
                value = replace(value, type=target.type)
        else:
            value = self.expr(value)
        yield replace(stmt, target=target, value=value)

    def as_float(self, value: Apply) -> Apply:
        args = tuple(map(self.mapped, value.args))
        call = value.op.call
        if call is operator.pow and isinstance(args[1], Const) and args[1].value in FEW:
            square = Apply(op_of(operator.mul), (args[0], args[0]), (), FLOAT)
            return square if args[1].value == 2 else replace(square, args=(square, args[0]))
        if call is np.square:
            return Apply(op_of(operator.mul), (args[0], args[0]), (), FLOAT)
        if call is operator.truediv and isinstance(args[1], Const) and args[1].value:
            return replace(value, args=args, type=FLOAT)
        op = op_of(SPELT[call]) if call in SPELT else value.op
        return replace(value, op=op, args=args)

    def as_before(self, stmt: Let, value: Apply, converted: list[Let]) -> Apply:
        """An operation that gives what it gave: its operands are NumPy's scalars where floats are not as good."""
        good = self.takes_floats(stmt, value)

        def operand(e: Expr) -> Expr:
            if isinstance(e, Var) and () in self.places.get(e):
                if good and (e.type.dtype == "float64" or value.op in HOLDS or value.op.call is operator.not_):  # type: ignore[attr-defined]
                    return self.var(e)
                var = Var(e.hint, e.type)
                converted.append(Let(var, self.scalar(e), stmt.origin))
                return var
            return self.mapped(e)

        args = tuple(map(operand, value.args))
        if value.op in (SETITEM, ADDITEM) and is_list_of_floats(expr_type(value.args[0])) and expr_type(args[2]) != FLOAT:
            args = (*args[:2], Apply(op_of(float), (args[2],), (), FLOAT))
        return replace(value, args=args, kwargs=tuple((k, operand(v)) for k, v in value.kwargs))

    def takes_floats(self, stmt: Let, value: Apply) -> bool:
        op, call = value.op, value.op.call
        if stmt.target is None:
            return False
        if op in HOLDS or op is ADD_AT:
            return stmt.target not in self.places.escapes
        if call in (float, operator.not_) or _is_math(op):
            return True
        rule = RULES.get(op)
        by_element = call in SAME or call in SPELT or call in COMPARE or (rule is not None and rule.kind == "elementwise")
        return by_element and not value.kwargs and all(_is_wide(expr_type(a)) for a in value.args)


def _is_math(op: Op) -> bool:
    return op.call in vars(math).values()


def _is_wide(t: Type) -> bool:
    """Whether a float beside such a value is taken as a float64, as NumPy's scalar is."""
    return isinstance(t, Number) or (isinstance(t, Array) and t.dims is not None and t.dtype in WIDE)


