"""What is returned as a derivative shares memory with nothing: the caller may write into it.

    >>> def f(x):
    ...     x_bar = np.cos(x)
    ...     return x_bar, x_bar
    >>> show(f, lambda func: own_results(func, None), "dead_code", x="float64[3]")
    func f(x: float64[3]):
        x_bar: float64[3] = numpy.cos(x)
        x_bar.1: float64[3] = numpy.copy(x_bar)
        t: tuple[float64[3], float64[3]] = tuple.pack(x_bar, x_bar.1)
        yield t

It always runs: without it a derivative would not be right.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tangent_ad.analysis.memory import READ_ONLY, Memory, Objects, may_hold_memory
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import NOWHERE
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import PACK_DICT, PACK_LIST, PACK_TUPLE, WRITES
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import statements
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

PACKS = (PACK_TUPLE, PACK_LIST, PACK_DICT)
LAST = NOWHERE.adjoint


def own_results(func: Func, value_at: int | None, region: frozenset[Var] = frozenset()) -> Func:
    """`value_at`: the item of the result that is the function's own value, which may share what it shared.

    `region`: of a pullback, the variables of its forward sweep. What is made there is there in the next call, too.
    """
    owner = _Owner(func, value_at, region)
    result = owner.owned(func.body.results[0], True)
    return replace(func, body=Block((*func.body.stmts, *owner.extra), (result,)))


def writable_results(func: Func) -> Func:
    """A function that is called by another one, which writes into what it is given: no view that NumPy protects."""
    owner = _Owner(func, None, frozenset())

    def writable(expr: Expr) -> Expr:
        packed = owner.defs.get(expr) if isinstance(expr, Var) else None
        if isinstance(packed, Apply) and packed.op in PACKS:
            items = tuple(map(writable, packed.args))
            same = all(a is b for a, b in zip(items, packed.args, strict=True))
            return expr if same else owner.bound(expr, replace(packed, args=items))
        made = (owner.defs.get(o[1]) for o in owner.memory.all(expr) if isinstance(o, tuple) and isinstance(o[1], Var))
        is_protected = any(isinstance(m, Apply) and m.op.call in READ_ONLY for m in made)
        if not is_protected:
            return expr
        return owner.bound(expr, Apply(op_of(helpers.copied), (expr,), (), expr_type(expr)))  # it may be 0.0, or None

    results = tuple(map(writable, func.body.results))
    return replace(func, body=Block((*func.body.stmts, *owner.extra), results))


class _Owner:
    def __init__(self, func: Func, value_at: int | None, region: frozenset[Var]) -> None:
        self.memory = Memory(func, in_place=False)  # `in_place` copies what it must not write into
        self.defs = {s.target: s.value for s in statements(func.body) if isinstance(s, Let)}
        self.once = {s.target for s in func.body.stmts if isinstance(s, Let)}  # bound in no loop
        self.value_at = value_at
        self.taken: set[object] = set(region)
        self.extra: list[Stmt] = []

    def owned(self, expr: Expr, top: bool = False) -> Expr:
        packed = self.defs.get(expr) if isinstance(expr, Var) else None
        if isinstance(packed, Apply) and packed.op in PACKS:
            if top and self.value_at is not None:
                self.taken |= self.memory.all(packed.args[self.value_at])
            items = tuple(a if top and i == self.value_at else self.owned(a) for i, a in enumerate(packed.args))
            if all(a is b for a, b in zip(items, packed.args, strict=True)):
                return expr
            return self.bound(expr, replace(packed, args=items))
        t = expr_type(expr)
        if isinstance(expr, Const) and not isinstance(expr.value, np.ndarray):
            return expr
        if not may_hold_memory(t):
            return expr
        objects = self.memory.all(expr)
        if objects and not any(isinstance(o, tuple) for o in objects) and not objects & self.taken and (
            isinstance(t, Array) or not self.holds_twice(objects)
        ):  # fmt: skip
            self.taken |= objects
            return expr
        call = np.copy if isinstance(t, Array) else helpers.copied
        return self.bound(expr, Apply(op_of(call), (expr,), (), t))

    def holds_twice(self, objects: Objects) -> bool:
        """Whether one of these arrays may be at two places of a container, which statements have filled."""
        kept = [self.memory.all(v.args[-1]) for v in self.defs.values() if isinstance(v, Apply) and v.op in WRITES]
        arrays = [o for o in objects if isinstance(o, Var) and isinstance(o.type, Array)]
        return any(o in self.once or sum(o in k for k in kept) > 1 for o in arrays)

    def bound(self, like: Expr, value: Apply) -> Var:
        var = Var(like.hint if isinstance(like, Var) else "t", value.type)
        self.extra.append(Let(var, value, LAST))
        return var
