"""Forward mode: each statement is followed by its tangent.

Before:
    y = np.sin(x) * x

After:
    sin_x = np.sin(x)
    sin_x_dot = np.cos(x) * x_dot
    y = sin_x * x
    y_dot = x * sin_x_dot + sin_x * x_dot
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis.activity import varied
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.inference import element, without_number_sizes
from tangent_ad.analysis.iteration import leaves, position
from tangent_ad.analysis.undefined import define_recorded, missing
from tangent_ad.differentiate.arithmetic import Arithmetic, Expand, bind_rule, is_wider, with_numbers
from tangent_ad.errors import Refused
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Var, While
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
from tangent_ad.ir.types import (
    Array,
    Dict,
    List,
    Mixed,
    Number,
    Seq,
    Type,
    Unknown,
    is_differentiable,
    is_scalar,
    parts,
)
from tangent_ad.ir.walk import block_uses, statements, uses, variables
from tangent_ad.rules.declare import RULES, not_differentiable, op_of
from tangent_ad.runtime import helpers

LINEAR_STRUCTURE = {
    GETITEM, PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND, POP, SETITEM, ADDITEM, ADD_AT, ADD_ITEM, COPY_NAME,
}  # fmt: skip


class Forward:
    """Derives tangents of a function's statements into `builder`."""

    def __init__(
        self, builder: Builder, expand: Expand, callees: Mapping[Op, Func], tangents: Callees, suffix: str = "dot"
    ) -> None:
        """`suffix`: of the names of tangents."""
        self.b, self.suffix = builder, suffix
        self.a = Arithmetic(builder, expand)
        self.expand, self.callees, self.calls = expand, callees, tangents
        self.dots: dict[Var, Atom] = {}
        self.active: set[Var] = set()

    def function(self, func: Func, inputs: tuple[Var, ...], name: str) -> Func:
        """`name(params, input tangents) -> (value, tangent)`."""
        self.active |= varied(func, set(inputs), self.callees)
        seeds = tuple(map(self.tangent_of, inputs))
        self.dots.update(zip(inputs, seeds, strict=True))
        self.a.missing = missing(func.body)
        outer = self.b.open()
        self.block(func.body)
        result = func.body.results[0]
        tangent = self.dot(result)
        if tangent is None:
            tangent = self.a.zeros(result)  # type: ignore[arg-type]
        pair = self.b.apply(PACK_TUPLE, (result, tangent))
        stmts = self.b.close(outer)
        read = {s.value.args[0] for s in statements(Block(stmts)) if isinstance(s, Let) and isinstance(s.value, Apply)
                and s.value.op.call is helpers.zeros_like}  # fmt: skip
        recorded = {v for v in self.a.missing if v in read and isinstance(v, Var)}
        body = Block(tuple(define_recorded(stmts, recorded)), (pair,))
        return Func(name, (*func.params, *seeds), body, func.origin, func.defaults, contexts=func.contexts)

    def tangent_of(self, v: Var) -> Var:
        """A variable for the tangent of another: what is known of an int there is not so here."""
        return Var(f"{v.hint}_{self.suffix}", without_number_sizes(v.type))

    def dot(self, expr: Expr) -> Atom | None:
        """The tangent of an atom, None where it is zero."""
        return self.dots.get(expr) if isinstance(expr, Var) else None

    def dot_or_zero(self, expr: Expr) -> Atom:
        if expr is UNDEFINED:
            return UNDEFINED
        found = self.dot(expr)
        return self.a.zeros(expr) if found is None else found  # type: ignore[arg-type]

    def dot_as(self, expr: Expr, t: Type) -> Atom:
        """The tangent of what becomes a value of type `t`: of floats, though it may be one of ints, or hold some."""
        return UNDEFINED if expr is UNDEFINED else self.widened(expr, self.dot_of_item(expr), t)

    def widened(self, expr: Expr, dot: Atom, t: Type) -> Atom:
        s, is_none = self.a.type(expr), isinstance(dot, Const) and dot.value is None
        if not is_wider(t, s):
            return self.no_change(expr) if is_none and isinstance(t, (Number, Array, Unknown)) else dot
        if isinstance(s, Seq) and isinstance(t, (Seq, List)):
            kinds = t.items if isinstance(t, Seq) else [t.item] * len(s.items)
            dots = [dot if is_none else self.b.item(dot, i) for i in range(len(s.items))]
            parts = [self.widened(self.b.item(expr, i), *rest) for i, rest in enumerate(zip(dots, kinds, strict=True))]
            if parts == dots and not is_none:
                return dot
            return self.b.apply(PACK_TUPLE if s.cls is tuple else PACK_LIST, parts)
        if isinstance(s, Dict) and isinstance(t, Dict):
            dots = [dot if is_none else self.b.item(dot, k) for k in s.fields]
            rows = zip(s.fields, dots, (kind for _, kind in t.entries), strict=True)
            parts = [self.widened(self.b.item(expr, key), d, kind) for key, d, kind in rows]
            if parts == dots and not is_none:
                return dot
            return self.b.apply(PACK_DICT, (Const(s.fields), *parts))
        if isinstance(t, List):
            zeros = self.b.name(Apply(op_of(helpers.zeros_like), (expr,), (), t), "t")
            return zeros if is_none else self.b.name(Apply(op_of(helpers.add), (zeros, dot), (), t), "t")
        return dot if isinstance(s, (Seq, List, Dict)) else self.no_change(expr)

    def no_change(self, expr: Expr) -> Atom:
        """The tangent of ints among floats: one number, or as many as they are."""
        t = self.a.type(expr)
        return self.b.call(np.zeros_like, expr) if isinstance(t, Array) and t.dims != () else Const(0.0)

    def dot_or_number(self, expr: Expr) -> Atom:
        """The tangent for an operation that wants a number: 0.0 also for an int."""
        found = self.dot_or_zero(expr)
        return Const(0.0) if isinstance(found, Const) and found.value is None else found

    def dot_of_item(self, expr: Expr) -> Atom:
        """The tangent of what gets another name: where it may be an int or a float, it is multiplied as a float."""
        if expr is UNDEFINED or self.dot(expr) is not None or self.a.type(expr) != Unknown():
            return self.dot_or_zero(expr)
        return self.b.name(Apply(op_of(helpers.zeros_like), (expr, Const(True)), (), Unknown()), "t")

    def block(self, block: Block, before: Sequence[Let] = ()) -> None:
        """The statements, each with its tangent; `before`: those before the block whose tangents it alone asks for."""
        later = self.asked_by_one_arm((*before, *block.stmts), block.results)
        for stmt in (*before, *block.stmts):
            self.b.origin = stmt.origin.tangent
            if isinstance(stmt, Let):
                if stmt not in before:
                    self.value(stmt)
                if stmt not in later:
                    self.let(stmt)
            elif isinstance(stmt, If):
                self.branch(stmt, later)
            else:
                assert isinstance(stmt, (For, While))
                self.loop(stmt)

    def asked_by_one_arm(self, stmts: Sequence[Stmt], results: Sequence[Expr]) -> dict[Let, Block]:
        """The statements before a branch whose tangents only one of its arms asks for: they are computed there.

        What is computed and not used on the path taken has no derivative there, and need not be finite.
        """
        places: dict[Var, Block | None] = {}  # None: more than one, or the block itself

        def ask(read: Iterable[Var], place: Block | None) -> None:
            places.update({v: place if places.get(v, place) is place else None for v in read})

        ask((v for r in results for v in variables(r)), None)
        found: dict[Let, Block] = {}
        for stmt in reversed(stmts):
            if isinstance(stmt, If):
                for arm in (stmt.then, stmt.orelse):
                    ask(block_uses(arm), arm)
            elif not isinstance(stmt, Let) or not isinstance(stmt.value, Apply):
                ask(uses(stmt), None)
            elif stmt.target in self.active:
                op, place = stmt.value.op, places.get(stmt.target)
                if place is not None and op not in LINEAR_STRUCTURE and op not in self.callees:
                    found[stmt] = place
                ask(uses(stmt), found.get(stmt))
        return dict(reversed(found.items()))

    def value(self, stmt: Let) -> None:
        """The statement itself; of a call of a recursive function the tangent comes with it."""
        if not (isinstance(stmt.value, Apply) and stmt.value.op in self.callees and stmt.target in self.active):
            self.b.add(stmt)

    def let(self, stmt: Let) -> None:
        value, target = stmt.value, stmt.target
        if target is None or target not in self.active or not isinstance(value, Apply):
            if target is not None and isinstance(value, Var) and value in self.dots:
                self.dots[target] = self.dots[value]
        elif value.op in self.callees:
            self.call(stmt, target, value)
        else:
            tangent = self.tangent(stmt, target, value)
            if tangent is not None:
                self.dots[target] = self.rename(tangent, f"{target.hint}_{self.suffix}")

    def rename(self, atom: Atom, hint: str) -> Atom:
        last = self.b.stmts[-1] if self.b.stmts else None
        if isinstance(last, Let) and last.target is atom and isinstance(atom, Var) and atom.hint == "t":
            new = Var(hint, atom.type)
            self.b.stmts[-1] = Let(new, last.value, last.origin)
            if atom in self.b.defs:
                self.b.defs[new] = self.b.defs[atom]
            return new
        return atom

    def tangent(self, stmt: Let, target: Var, value: Apply) -> Atom | None:
        if value.op in LINEAR_STRUCTURE:
            return self.structure(value, target.type)
        rule = RULES[value.op]
        bound = bind_rule(rule, value)
        wrt = rule.moving(len(value.args))
        dots = {n: self.dot(bound[n]) for n in wrt if n in bound}
        for name in bound:
            if name not in wrt and name not in rule.inert and self.dot(bound[name]) is not None:
                raise Refused(stmt.origin, *not_differentiable(rule, name))
        if all(d is None for d in dots.values()):
            return None
        if rule.kind == "elementwise":
            return self.elementwise(stmt, target, dots, bound)
        if rule.kind == "linear":
            args = tuple(self.whole(a, self.dot(a)) if i < len(rule.params) and rule.params[i] in wrt else a
                         for i, a in enumerate(value.args))  # fmt: skip
            named = tuple((k, self.whole(v, self.dot(v)) if k in wrt else v) for k, v in value.kwargs)
            return self.a.spread(self.b.apply(value.op, args, named), target)
        if rule.kind == "multilinear":
            return self.product(target, value, rule)
        dots_ = [self.whole(bound[n], d) for n, d in dots.items()]
        assert rule.forward is not None
        return self.a.spread(self.expand(rule.forward, *dots_, target, *bound.values()), target)

    def whole(self, expr: Expr, dot: Atom | None) -> Atom:
        """A tangent to apply an operation to: zeros in full also for integers, which have none."""
        t = self.a.type(expr)
        if isinstance(t, Seq):
            whole = []
            for i in range(len(t.items)):
                item = self.b.item(expr, i)
                moves = dot not in (None, Const(None)) and is_differentiable(self.a.type(item))
                whole.append(self.whole(item, self.b.item(dot, i) if moves else None))  # type: ignore[arg-type]
            return self.b.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, whole)
        if dot is not None and dot != Const(None):
            return self.b.call(helpers.whole, dot, expr) if holds_others(t) else dot
        if isinstance(t, (Number, Array)) and not is_differentiable(t):
            return Const(0) if is_scalar(t) else self.b.call(np.zeros_like, expr)
        return self.a.zeros(expr)  # type: ignore[arg-type]

    def structure(self, value: Apply, t: Type) -> Atom:
        args = value.args
        if value.op is PACK_LIST:
            item = element(t)  # one may be read for another, if they are alike
            return self.b.apply(value.op, [self.dot_as(a, self.a.type(a) if item == Mixed() else item) for a in args])
        if value.op is PACK_TUPLE:
            return self.b.apply(value.op, [self.dot_of_item(a) for a in args])
        if value.op is PACK_DICT:
            return self.b.apply(value.op, [args[0], *(self.dot_of_item(a) for a in args[1:])])
        if value.op in (SETITEM, ADDITEM, ADD_AT, ADD_ITEM):
            written = self.dot_or_number(args[2])
            if isinstance(t, (List, Seq)) and isinstance(element(t), (List, Seq)):
                written = self.dot_as(args[2], element(t))
            base = self.dot_as(args[0], t)
            if isinstance(base, Const):
                base = self.b.name(Apply(COPY_NAME, (base,), (), t), "t")
            return self.b.apply(value.op, [base, args[1], written])
        if value.op is APPEND:
            return self.b.apply(value.op, [self.dot_as(args[0], t), self.dot_as(args[1], element(t))])
        base = self.dot_or_zero(args[0])
        if value.op is GETITEM and not isinstance(args[1], Const) and isinstance(kind := self.a.type(args[0]), Seq):
            base = self.widened(args[0], base, List(element(kind)))  # whichever item it is has a tangent
        return self.b.apply(value.op, [base, *args[1:]])

    def elementwise(
        self, stmt: Let, target: Var, dots: dict[str, Atom | None], bound: Mapping[str, Expr]
    ) -> Atom | None:
        moving = {n: d for n, d in dots.items() if d is not None}
        total: Atom | None = None
        for name, partial in self.a.parts(stmt, RULES[stmt.value.op], moving, (target, *bound.values())).items():  # type: ignore[union-attr]
            term = self.a.times(moving[name], partial)
            total = term if total is None else self.b.call(operator.add, total, term)
        assert total is not None
        return self.a.spread(total, target)

    def product(self, target: Var, value: Apply, rule: Any) -> Atom:
        total: Atom | None = None
        for i, arg in enumerate(value.args):
            dot = self.dot(arg)
            if dot is None:
                continue
            args = (*value.args[:i], dot, *value.args[i + 1 :])
            term = self.b.apply(value.op, args, value.kwargs)
            total = term if total is None else self.b.call(operator.add, total, term)
        assert total is not None
        return total

    def call(self, stmt: Let, target: Var, value: Apply) -> None:
        """A call of a recursive function calls its tangent function instead."""
        flags = tuple(self.dot(a) is not None for a in value.args)
        op = self.calls.forward(value.op, flags)
        params = self.callees[value.op].params
        dots = [self.dot_as(a, p.type) for a, p in zip(value.args, params, strict=True) if self.dot(a) is not None]
        pair = self.b.name(Apply(op, (*value.args, *dots), (), Seq(tuple, (target.type, target.type))), "pair")
        self.b.add(Let(target, Apply(GETITEM, (pair, Const(0)), (), target.type), stmt.origin))
        self.dots[target] = self.rename(self.b.item(pair, 1), f"{target.hint}_{self.suffix}")

    def branch(self, stmt: If, asked: Mapping[Let, Block]) -> None:
        arms, ends = [], []
        for arm in (stmt.then, stmt.orelse):
            outer = self.b.open()
            self.block(arm, [before for before, block in asked.items() if block is arm])
            ends.append([self.dot(r) for r in arm.results])
            arms.append((arm, outer))
            self.b.stmts, inner = outer, self.b.stmts
            arms[-1] = (arm, inner)
        moving = [i for i in range(len(stmt.targets)) if any(e[i] is not None for e in ends)]
        blocks = []
        for arm, inner in arms:
            outer, self.b.stmts = self.b.stmts, inner
            tangents = tuple(self.dot_as(arm.results[i], stmt.targets[i].type) for i in moving)
            self.b.stmts, inner = outer, self.b.stmts
            blocks.append(Block(tuple(inner), (*arm.results, *tangents)))
        targets = tuple(self.tangent_of(stmt.targets[i]) for i in moving)
        self.dots.update({stmt.targets[i]: t for i, t in zip(moving, targets, strict=True)})
        self.b.add(If(stmt.test, blocks[0], blocks[1], (*stmt.targets, *targets), stmt.origin))

    def loop(self, stmt: For | While) -> None:
        moving = [i for i, p in enumerate(stmt.params) if p in self.active]
        inits = tuple(self.dot_as(stmt.inits[i], stmt.params[i].type) for i in moving)
        params = tuple(self.tangent_of(stmt.params[i]) for i in moving)
        self.dots.update({stmt.params[i]: p for i, p in zip(moving, params, strict=True)})
        outer = self.b.open()
        if isinstance(stmt, For) and stmt.elem in self.active:
            self.element(stmt)
        self.block(stmt.body)
        results = stmt.body.results[: len(stmt.params)]
        tangents = tuple(self.dot_as(results[i], stmt.params[i].type) for i in moving)
        stop = stmt.body.results[len(stmt.params) :]
        body = Block(self.b.close(outer), (*results, *tangents, *stop))
        targets = tuple(self.tangent_of(stmt.targets[i]) for i in moving)
        self.dots.update({stmt.targets[i]: t for i, t in zip(moving, targets, strict=True)})
        self.b.add(replace(stmt, params=(*stmt.params, *params), inits=(*stmt.inits, *inits), body=body,
                           targets=(*stmt.targets, *targets)))  # fmt: skip

    def element(self, stmt: For) -> None:
        """The tangent of a loop's element: read from the sequences' tangents at the same place."""
        found: dict[tuple[int, ...], Atom] = {}
        for sequence, path, backwards in leaves(stmt.iterable):
            dot, t = self.dot(sequence), self.a.type(sequence)
            if isinstance(t, Seq) and dot is not None:  # ints among floats: each item has a tangent
                dot = self.widened(sequence, dot, List(element(t)))
            if dot is not None:
                found[path] = self.b.apply(GETITEM, (dot, position(self.b, sequence, stmt.index, backwards)))
        self.dots[stmt.elem] = self.assemble(stmt.elem, (), found)

    def assemble(self, value: Atom, path: tuple[int, ...], found: dict[tuple[int, ...], Atom]) -> Atom:
        if path in found:
            return found[path]
        t = self.a.type(value)
        if isinstance(t, Seq) and any(p[: len(path)] == path for p in found):
            items = [self.assemble(self.b.item(value, i), (*path, i), found) for i in range(len(t.items))]
            items = with_numbers(items, t.items)
            return self.b.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, items)
        return self.a.zeros(value) if is_differentiable(t) else Const(None)


def holds_others(t: Type) -> bool:
    """Whether a list may hold, beside what is differentiated, numbers or arrays that are not."""
    if isinstance(t, (Number, Array)):
        return not is_differentiable(t)
    return isinstance(t, (Seq, List)) and any(map(holds_others, parts(t)))


class Callees:
    """Derivatives of recursive functions; `pipeline` fills it."""

    def forward(self, op: Op, flags: tuple[bool, ...]) -> Op:
        raise NotImplementedError
