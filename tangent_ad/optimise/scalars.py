"""Scalars that are read from arrays, or computed by NumPy's functions, become floats where enough is computed of them.

    >>> def f(x):
    ...     return x[0] * np.exp(-x[2]) * np.cos(x[1])
    >>> show(f, "dead_code", "scalars", x="float64[3]")
    func f(x: float64[3]):
        t: float = method.item(x, 0)
        t.1: float = method.item(x, 2)
        t.2: float = operator.neg(t.1)
        t.3: float = tangent_ad.runtime.helpers.exp(t.2)
        t.4: float = operator.mul(t, t.3)
        t.5: float = method.item(x, 1)
        t.6: float = tangent_ad.runtime.helpers.cos(t.5)
        t.7: float = operator.mul(t.4, t.6)
        t.8: float64[] = numpy.float64(t.7)
        yield t.8

Scalars that are computed of each other become floats together or not at all: what their arithmetic gains is weighed
against what it costs to make floats of them, and NumPy's scalars again of those that leave the function.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tangent_ad.analysis.floats import HERE, SAME, SPELT, FloatPlaces, leaf
from tangent_ad.analysis.indices import is_element
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Array, Number, Type
from tangent_ad.ir.walk import blocks, variables
from tangent_ad.optimise.floats import keep_floats, takes_floats
from tangent_ad.rules.declare import BINARY, RULES, UNARY

# Nanoseconds that a float costs less than a scalar of NumPy's, and what conversions cost.
ARITHMETIC, FUNCTION = 25, 100
ITEM, MATRIX_ITEM, TO_FLOAT, TO_NUMPY = 10, -20, 25, 95
TURNS = 10  # what a loop is taken to repeat
ENOUGH = 120  # less is not worth other spellings


def keep_scalars(func: Func) -> Func:
    seeds = {s.target: cost for s, _ in _lets(func.body, 0) if s.target is not None and (cost := _cost(s)) is not None}
    while seeds:
        places = FloatPlaces(func, frozenset(seeds))
        worth = _Worth(func, places, seeds)
        kept = {v: cost for v, cost in seeds.items() if worth.of(v) > ENOUGH}
        if len(kept) == len(seeds):
            return keep_floats(func, frozenset(seeds))
        seeds = kept
    return func


def _lets(block: Block, depth: int) -> Iterator[tuple[Let, int]]:
    for stmt in block.stmts:
        if isinstance(stmt, Let):
            yield stmt, depth
        for inner in blocks(stmt):
            yield from _lets(inner, depth + isinstance(stmt, (For, While)))


def _cost(stmt: Let) -> int | None:
    """What it costs to have the result as a float; None where it is none or cannot be one."""
    value, t = stmt.value, stmt.target.type if stmt.target is not None else None
    if not isinstance(value, Apply) or not _is_float64(t):
        return None
    if value.op is GETITEM:
        base = expr_type(value.args[0])
        if not is_element(base, value.args[1]):
            return None
        return ITEM if len(base.dims or ()) == 1 else MATRIX_ITEM  # type: ignore[attr-defined]
    if value.op.call in SPELT and value.op.call not in BINARY and not value.kwargs:
        return 0 if all(_is_real(expr_type(a)) for a in value.args) else None
    arrays = any(isinstance(expr_type(a), Array) and not _is_float64(expr_type(a)) for a in value.args)
    return TO_FLOAT if arrays and value.op in RULES and value.op.call is not np.float64 else None


def _is_real(t: Type) -> bool:
    return isinstance(t, Number) or _is_float64(t)


def _is_float64(t: Type | None) -> bool:
    return isinstance(t, Array) and t.dtype == "float64" and t.dims == ()


class _Worth:
    """What is gained by the floats of a function, for each group of those that are computed of each other."""

    def __init__(self, func: Func, places: FloatPlaces, seeds: dict[Var, int]) -> None:
        self.places = places
        self.parent: dict[Var, Var] = {}
        self.gain: dict[Var, float] = {}
        for stmt, _ in _lets(func.body, 0):
            self.join(stmt.target, *variables(stmt.value))
        self.flows(func.body)
        for stmt, depth in _lets(func.body, 0):
            self.let(stmt, TURNS**depth, seeds)
        for r in func.body.results:
            self.add(r, -TO_NUMPY)

    def of(self, v: Var) -> float:
        return self.gain.get(self.root(v), 0.0)

    def root(self, v: Var) -> Var:
        while self.parent.get(v, v) is not v:
            v = self.parent[v]
        return v

    def is_float(self, e: Expr | None) -> bool:
        return isinstance(e, Var) and leaf(e.type) and self.places.get(e) == HERE

    def join(self, *found: Expr | None) -> None:
        floats = [v for v in found if self.is_float(v)]
        for v in floats[1:]:
            self.parent[self.root(v)] = self.root(floats[0])  # type: ignore[arg-type]

    def flows(self, block: Block) -> None:
        for stmt in block.stmts:
            rows: list[tuple[Expr, ...]] = []
            if isinstance(stmt, If):
                rows += zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True)
            elif isinstance(stmt, (For, While)):
                rows += zip(stmt.params, stmt.inits, stmt.body.results, stmt.targets, strict=False)
            for row in rows:
                self.join(*row)
            for inner in blocks(stmt):
                self.flows(inner)

    def add(self, e: Expr | None, gain: float) -> None:
        if self.is_float(e):
            root = self.root(e)  # type: ignore[arg-type]
            self.gain[root] = self.gain.get(root, 0.0) + gain

    def let(self, stmt: Let, times: int, seeds: dict[Var, int]) -> None:
        value = stmt.value
        if not isinstance(value, Apply):
            return
        if stmt.target in seeds:
            self.add(stmt.target, -seeds[stmt.target] * times)
        if self.is_float(stmt.target):
            call = value.op.call
            if call in BINARY or call in UNARY:
                self.add(stmt.target, ARITHMETIC * times)
            elif call in SPELT or call in SAME:
                self.add(stmt.target, FUNCTION * times)
        elif not takes_floats(self.places, stmt, value):
            for v in {v for v in variables(value) if self.is_float(v)}:
                self.add(v, -TO_NUMPY * times)
