"""Where scalars of NumPy's have become Python floats: in variables, and in what tuples and lists hold.

    rows = a.tolist()
    t = rows[i][j] * 2.0      # a float, which by its type was a float64 of NumPy's
    record.append((i, t))     # so is item 1 of each item of the list: ("*", 1)

A place says: there may be a float. It need not be one.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

from tangent_ad.analysis.iteration import leaves
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import (
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
from tangent_ad.ir.types import Array, Dict, List, Number, Seq, Type, is_complex
from tangent_ad.ir.walk import blocks, bound, variables
from tangent_ad.rules.declare import COMPARE
from tangent_ad.runtime import helpers

Path = tuple[Any, ...]  # where a scalar is inside a value: positions, keys, ANY for the items of a list
Places = frozenset[Path]
ANY = "*"
NONE: Places = frozenset()
HERE: Places = frozenset([()])
KINDS = {"float64": Number("float"), "complex128": Number("complex"), "bool": Number("bool")}
FLOAT = KINDS["float64"]

SAME = {operator.add, operator.sub, operator.mul, operator.neg, operator.pos, abs, max, min, math.tanh}
SPELT: dict[Any, Any] = {  # what gives a float where NumPy gives a scalar
    operator.pow: helpers.power, np.exp: helpers.exp, np.log: helpers.log,
    np.sqrt: helpers.sqrt, np.sin: helpers.sin, np.cos: helpers.cos, np.tanh: math.tanh, np.abs: abs,
    np.negative: operator.neg, np.square: helpers.power,
}  # fmt: skip
SAME |= {f for f in SPELT.values() if f.__module__ == helpers.__name__}
ORDERS = (operator.lt, operator.le, operator.gt, operator.ge, max, min)
HOLDS = {PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND, POP, GETITEM, SETITEM, ADDITEM, ADD_ITEM, COPY_NAME}


def is_container(t: Type | None) -> bool:
    """Whether scalars of NumPy's may be inside a value."""
    if isinstance(t, Seq):
        return any(is_container(i) or leaf(i) for i in t.items)
    if isinstance(t, List):
        return is_container(t.item) or leaf(t.item)
    return isinstance(t, Dict) and any(is_container(i) or leaf(i) for _, i in t.entries)


def leaf(t: Type | None) -> bool:
    return isinstance(t, Array) and t.dims == () and t.dtype in KINDS


def _takes_floats(value: Apply) -> bool:
    """Whether an operation makes the same of a list, be it of floats or of scalars of NumPy's."""
    made = value.type.dtype if value.op.call is np.array and isinstance(value.type, Array) else ""
    return value.op.call in (list, len) or made in ("float64", "complex128")


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
                if isinstance(value, Apply) and value.op not in HOLDS and not _takes_floats(value):
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


class FloatPlaces:
    """Where the values of a function may hold floats that used to be scalars of NumPy's.

    `seeds`: variables that will be made floats where they are bound.
    """

    def __init__(self, func: Func, seeds: frozenset[Var] = frozenset()) -> None:
        self.seeds = seeds
        self.of: dict[Var, Places] = {}
        self.escapes = _Escapes(func)
        # What is a scalar of NumPy's by its type, but a float where a loop runs no turn or a caller gives one.
        self.loose: set[Var] = {p for p in func.params if leaf(p.type)}
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
        if leaf(target.type) and target not in self.loose and self.is_loose(source):
            self.loose.add(target)
            self.changed = True
        return generalised(self.get(source), target.type)

    def is_loose(self, expr: Expr) -> bool:
        return expr in self.loose or isinstance(expr_type(expr), Number)

    def element(self, iterable: Expr) -> Places:
        found: set[Path] = set()
        for source, path, _ in leaves(iterable):
            found.update((*path, *p[1:]) for p in self.get(source) if p)
        return frozenset(found)

    def value(self, target: Var, value: Expr) -> Places:
        if target in self.seeds:
            return HERE
        if not isinstance(value, Apply):
            return self.flow(target, value)
        if value.op in HOLDS or value.op.call is list:
            return generalised(self.held(target, value), target.type)
        if leaf(target.type) and value.op.call in SAME and all(map(self.is_loose, value.args)):
            self.flow(target, value.args[0])
        if leaf(target.type) and gives_float(self, value, target.type):
            return HERE
        return NONE

    def held(self, target: Var, value: Apply) -> Places:
        op, args = value.op, value.args
        if op is GETITEM:
            if leaf(target.type) and isinstance(value.type, Number):
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
        spread = range(len(t.items))
        places = frozenset((i, *p[1:]) for p in places for i in (spread if p[0] == ANY else p[:1]))
    if isinstance(t, (Seq, Dict)):
        parts = dict(enumerate(t.items)) if isinstance(t, Seq) else dict(t.entries)
        return frozenset((p[0], *q) for p in places if p and p[0] in parts
                         for q in generalised(frozenset([p[1:]]), parts[p[0]]))  # fmt: skip
    return places if leaf(t) else NONE


def gives_float(places: FloatPlaces, value: Apply, t: Type) -> bool:
    """Whether an operation on floats gives a float, or a bool, where it gave a scalar of NumPy's of type `t`."""
    call, args = value.op.call, value.args
    if value.kwargs or not any(() in places.get(a) for a in args):
        return False
    if not all(() in places.get(a) or places.is_loose(a) for a in args):
        return call in (max, min, operator.truediv) and all(is_scalar_float(a) for a in args)
    if call in ORDERS and any(is_complex(expr_type(a)) for a in args):
        return False  # Python has no order of complex numbers, NumPy does
    if t == Array("bool", ()):
        return call in COMPARE and call not in (operator.is_, operator.is_not)
    if call in SAME or call is operator.truediv:
        return True
    return call in SPELT and not any(is_complex(expr_type(a)) for a in args)


def is_scalar_float(a: Expr) -> bool:
    t = expr_type(a)
    return leaf(t) or isinstance(t, Number)
