"""Which variables may share memory: the objects each may be, and the objects it may hold.

An object is the variable that made it, or `("outside", ...)` for what the caller or the module owns.
A write into a list changes the list, not its items, so the two are kept apart. Numbers are no objects.
The answer errs towards sharing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.instances import children
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Store, Var, While
from tangent_ad.ir.ops import APPEND, COPY_NAME, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, POP, TOLIST, WRITES
from tangent_ad.ir.types import Array, Bottom, Dict, List, Number, Opaque, Range, Seq, Type, is_complex, rank
from tangent_ad.ir.walk import atoms
from tangent_ad.rules.declare import RULES
from tangent_ad.runtime import helpers

Objects = frozenset[object]
NOTHING: Objects = frozenset()
READ_ONLY = (np.broadcast_to, helpers.spread, helpers.windows, np.diagonal, np.diag)
Named = tuple[tuple[str, Expr], ...]
COPIES: dict[Any, Callable[[Sequence[Expr], Named], bool]] = {
    np.einsum: lambda values, kwargs: len(values) > 2,
    np.diff: lambda values, kwargs: isinstance(n := option(values, kwargs, 1, "n", 1), Const) and n.value != 0,
    np.diag: lambda values, kwargs: rank(expr_type(values[0])) == 1,
}


def makes_copy(op: Op, values: Sequence[Expr], kwargs: Named) -> bool:
    """Whether an operation that may give a view gives new memory for these arguments."""
    copies = COPIES.get(op.call)
    return copies is not None and copies(values, kwargs)


def option(values: Sequence[Expr], kwargs: Named, i: int, name: str, default: Any) -> Expr:
    """An argument that may be given by its place or by its name."""
    return values[i] if len(values) > i else dict(kwargs).get(name, Const(default))


def may_hold_memory(t: Type) -> bool:
    if isinstance(t, Seq) and t.cls is tuple:
        return any(map(may_hold_memory, t.items))
    if isinstance(t, Array):
        return rank(t) != 0 or t.boxed is not False
    return not isinstance(t, (Number, Opaque, Range, Bottom))


class Memory:
    """Points-to sets of one function: `own(x)` is what x may be, `held(x)` what is inside it.

    `in_place`: whether an array that is written into stays the same memory; otherwise each write gives a new one.
    """

    def __init__(self, func: Func, in_place: bool = True) -> None:
        self.in_place = in_place
        self._own: dict[Var, Objects] = {}
        self._held: dict[Var, Objects] = {}
        for param in func.params:
            self.put(param, frozenset([("outside", param)]), frozenset([("outside", param, "items")]))
        self.settle(func.body)

    def settle(self, block: Block) -> None:
        """Follow the statements until nothing new is found."""
        while True:
            self.changed = False
            self.block(block)
            if not self.changed:
                break

    def holders(self, objects: Objects) -> set[Var]:
        """The variables through which any of these objects can be read."""
        if self._holders is None:
            self._holders = {}
            for table in (self._own, self._held):
                for var, reached in table.items():
                    for o in reached:
                        self._holders.setdefault(o, set()).add(var)
        return set().union(*(self._holders.get(o, ()) for o in objects))

    def own(self, expr: Expr) -> Objects:
        if isinstance(expr, Var):
            return self._own.get(expr, NOTHING)
        if isinstance(expr, Const):
            is_object = hasattr(expr.value, "__array__") or children(expr.value) is not None
            return frozenset([("outside", id(expr.value))]) if is_object else NOTHING
        return NOTHING.union(*(self.own(o) for o in expr.operands)) if expr.operands else NOTHING

    def held(self, expr: Expr) -> Objects:
        if isinstance(expr, Var):
            return self._held.get(expr, NOTHING)
        if isinstance(expr, Const):  # whatever is in it is outside, too
            return self.own(expr) if children(expr.value) is not None else NOTHING
        if isinstance(expr, Apply) and expr.operands:
            return NOTHING.union(*(self.held(o) for o in expr.operands))
        return NOTHING

    def all(self, expr: Expr) -> Objects:
        """Everything that can be read through a value."""
        return self.own(expr) | self.held(expr)

    def put(self, var: Var, own: Objects, held: Objects, is_view: bool = False) -> None:
        """`is_view`: it is memory whatever its type says: derived code takes a view of one item for a number."""
        if not may_hold_memory(var.type) and not is_view:
            return
        if isinstance(var.type, Array):
            held = NOTHING
        for table, objects in ((self._own, own), (self._held, held)):
            old = table.get(var, NOTHING)
            if not objects <= old:
                table[var] = old | objects
                self.changed = True

    in_place = True
    changed = False
    _holders: dict[object, set[Var]] | None = None

    def block(self, block: Block) -> None:
        for stmt in block.stmts:
            self.stmt(stmt)

    def stmt(self, stmt: Stmt) -> None:
        if isinstance(stmt, Let):
            if stmt.target is not None:
                own, held = self.value(stmt.target, stmt.value)
                self.put(stmt.target, own, held, self.is_view_of_one(stmt.target, stmt.value))
        elif isinstance(stmt, If):
            self.block(stmt.then)
            self.block(stmt.orelse)
            for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                own = self.own(a) | self.own(b)
                self.put(target, own, self.held(a) | self.held(b), bool(own))
        elif isinstance(stmt, Store):
            if not isinstance(stmt.base.type, Array):
                self.put(stmt.base, NOTHING, self.all(stmt.args[-1]) if stmt.args else NOTHING)
        elif isinstance(stmt, (For, While)):
            self.loop(stmt)

    def loop(self, stmt: For | While) -> None:
        if isinstance(stmt, For):
            items = NOTHING.union(*(self.item(v) for v in atoms(stmt.iterable)))
            self.put(stmt.elem, items | frozenset([stmt.elem]) if isinstance(stmt.elem.type, Seq) else items, items)
        for param, init, result in zip(stmt.params, stmt.inits, stmt.body.results, strict=False):
            own = self.own(init) | self.own(result)
            self.put(param, own, self.held(init) | self.held(result), bool(own))
        self.block(stmt.body)
        for param, result, target in zip(stmt.params, stmt.body.results, stmt.targets, strict=False):
            self.put(param, self.own(result), self.held(result), bool(self.own(result)))
            self.put(target, self.own(param), self.held(param), bool(self.own(param)))

    def item(self, base: Expr) -> Objects:
        """What an item of a container, or a view of an array, may be."""
        t = getattr(base, "type", None)
        if isinstance(t, Array):
            return self.own(base)
        return self.held(base) if isinstance(t, (Seq, List, Dict)) else self.all(base)

    def is_view_of_one(self, target: Var, value: Expr) -> bool:
        """Whether a result without dimensions is an array, `a[i, ...]` or `a[:1].reshape(())`, and no number."""
        if rank(target.type) != 0 or not isinstance(target.type, Array) or not isinstance(value, Apply):
            return False
        if value.op is GETITEM:
            index = value.args[1]
            found = index.args if isinstance(index, Apply) else (index,)
            return any(i == Const(Ellipsis) for i in found) or (
                isinstance(index, Const) and isinstance(index.value, tuple) and Ellipsis in index.value)
        if value.op is COPY_NAME:
            return bool(self.own(value.args[0]))
        return value.op in RULES and not value.op.fresh and any(self.own(a) for a in _shareable(value))

    def value(self, target: Var, value: Expr) -> tuple[Objects, Objects]:
        if not isinstance(value, Apply):
            return self.own(value), self.held(value)
        new = frozenset([target])
        op = value.op
        if op in (PACK_TUPLE, PACK_LIST, PACK_DICT) or op.call is list:
            inside = [self.held(a) if op.call is list else self.all(a) for a in value.args]
            return new, NOTHING.union(*inside)
        if op is TOLIST:
            return new, NOTHING
        if op is POP:
            return self.own(value.args[0]), self.held(value.args[0])
        if op in WRITES:
            base, stored = value.args[0], value.args[-1]
            holds = op is APPEND or not isinstance(getattr(base, "type", None), Array)
            if not self.in_place and not holds:
                return new, NOTHING
            return self.own(base), self.held(base) | (self.all(stored) if holds else NOTHING)
        if op is GETITEM:
            if isinstance(getattr(value.args[0], "type", None), Array) and _picks(value.args[1]):
                return new, NOTHING
            items = self.item(value.args[0])
            return items, self.held(value.args[0])
        operands = _shareable(value)
        reached = NOTHING.union(*(self.all(a) for a in operands)) if operands else NOTHING
        if op not in RULES:
            return new | reached, reached  # a function of the user's: it may return what it was given
        if op.fresh or makes_copy(op, value.args, value.kwargs):
            return new, NOTHING
        read_only = op.call is np.imag and not is_complex(expr_type(value.args[0]))  # of real numbers: zeros
        if not reached or read_only or op.call in READ_ONLY:
            reached |= {("outside", target)}  # a view of a number, or a read-only one: not to be written
        # A view, or a new container of views.
        is_container = isinstance(target.type, (Seq, List, Dict))
        return (reached | new if is_container else reached), reached


def _shareable(value: Apply) -> list[Expr]:
    """The operands whose memory a result may be: not those of which only the shape, or the truth, is read."""
    rule = RULES.get(value.op)
    if rule is None or not rule.inert:
        return list(value.operands)
    names = (*rule.names(len(value.args)), *(k for k, _ in value.kwargs))
    return [e for n, e in zip(names, value.operands, strict=False) if n not in rule.inert]


def _picks(index: Expr) -> bool:
    """Whether an index holds an array, so that the items it picks are put into a new one."""
    if isinstance(index, Apply) and index.op is PACK_TUPLE:
        return any(map(_picks, index.args))
    if isinstance(index, Const):
        items = index.value if isinstance(index.value, tuple) else (index.value,)
        return any(isinstance(i, list) or (isinstance(i, np.ndarray) and i.ndim > 0) for i in items)
    return isinstance(index, Var) and isinstance(index.type, Array) and bool(index.type.dims)
