"""Reverse mode: the statements again, then their adjoints from last to first.

The reverse sweep is written as if it could read every value of the forward sweep, also those of loop
bodies long left. `records.py` then gives it that right: it finds what is really read, and keeps it.

Before:
    for i in range(n):
        x = np.sin(x) * x

After (the reverse sweep, before records):
    for <the turns of the loop above, backwards>:
        sin_x_bar = x_bar * x
        x_bar = x_bar * sin_x + sin_x_bar * np.cos(x)
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tangent_ad.analysis.activity import varied
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.indices import is_everything, may_repeat, meets_once
from tangent_ad.analysis.inference import element, infer
from tangent_ad.analysis.iteration import leaves, position
from tangent_ad.analysis.undefined import missing, of_item
from tangent_ad.differentiate.arithmetic import Arithmetic, Expand, bind_rule, is_wider
from tangent_ad.differentiate.cotangents import Bar, Cotangents
from tangent_ad.errors import Refused
from tangent_ad.ir.nodes import (
    UNDEFINED,
    Apply,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Func,
    If,
    Let,
    Op,
    Stmt,
    Var,
    While,
)  # fmt: skip
from tangent_ad.ir.ops import (
    ADD_AT,
    ADD_ITEM,
    ADDITEM,
    APPEND,
    CHAIN,
    COPY_NAME,
    GETITEM,
    PACK_DICT,
    PACK_LIST,
    PACK_TUPLE,
    POP,
    SETITEM,
    SLICE,
)  # fmt: skip
from tangent_ad.ir.types import Array, Dict, List, Number, Seq, Unknown, dims_of, may_be_none, rank
from tangent_ad.ir.walk import block_uses, bound, definitions, free_variables, statements, uses
from tangent_ad.rules.declare import RULES, not_differentiable, op_of
from tangent_ad.runtime import helpers

PRODUCTS = {operator.matmul, np.matmul, np.dot, np.inner, np.outer}
STRUCTURE = {GETITEM, PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND, POP, SETITEM, ADDITEM, ADD_AT, ADD_ITEM, COPY_NAME}


@dataclass
class Sweeps:
    """Both sweeps of a function, and which reverse statement undoes which forward one."""

    forward: tuple[Stmt, ...]
    reverse: tuple[Stmt, ...]
    pairs: dict[int, Stmt] = field(default_factory=dict)  # `undoes` -> the forward statement
    cotangents: tuple[Atom, ...] = ()
    calls: dict[Stmt, tuple[Stmt, ...]] = field(default_factory=dict)  # forward calls that keep a record


class Pullbacks:
    """Derivatives of recursive functions; `pipeline` provides them."""

    def pullback(self, op: Op, flags: tuple[bool, ...]) -> tuple[Op, Op]:
        """The two functions for a callee: args -> (result, record) and (record, result_bar) -> arg_bars."""
        raise NotImplementedError


class _Leaf(NamedTuple):
    """A sequence that a loop iterates over, the place of its items in the element, and whether from the last on."""

    sequence: Var
    path: tuple[int, ...]
    backwards: bool


class _Carried(NamedTuple):
    """A variable that a reverse loop carries."""

    param: Var
    init: Atom
    result: Atom
    target: Var


@dataclass
class _Loop:
    """A loop on its way to its reverse."""

    stmt: For | While
    carried: list[int]  # which of its variables carry a cotangent; more may be found
    target_bars: list[Bar | None]
    sums: list[Var]  # what the body reads from outside: it takes a sum over the turns
    leaves: list[_Leaf]
    collect: Var | None
    before: dict[Var, Bar]  # the cotangents when the reverse sweep comes to the loop


class Reverse:
    """Derives the reverse sweep of one function."""

    def __init__(self, builder: Builder, expand: Expand, callees: Mapping[Op, Func], pullbacks: Pullbacks) -> None:
        self.b = builder
        self.a = Arithmetic(builder, expand)
        self.expand, self.callees, self.pullbacks = expand, callees, pullbacks
        self.pairs: dict[int, Stmt] = {}
        self.calls: dict[Stmt, tuple[Stmt, ...]] = {}

    def sweeps(self, func: Func, inputs: tuple[Var, ...], seed: Atom) -> Sweeps:
        """Both sweeps; `cotangents` are those of the inputs when the result's cotangent is `seed`."""
        active = varied(func, set(inputs), self.callees)
        self.a.missing = missing(func.body)
        self.c = Cotangents(self.a, active)
        for stmt in statements(func.body):
            if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
                self.b.defs[stmt.target] = stmt.value
        outer = self.b.open()
        self.c.add(func.body.results[0], seed)
        self.block(func.body.stmts)
        cotangents = tuple(self.a.fit(self.c.atom(v, self.c.get(v)), v, exact=True) for v in inputs)
        return Sweeps(func.body.stmts, self.b.close(outer), self.pairs, cotangents, self.calls)

    # -- statements ----------------------------------------------------------------------------------

    def block(self, stmts: tuple[Stmt, ...], before: tuple[Stmt, ...] = (), elsewhere: Set[Var] = frozenset()) -> None:
        """The adjoints of a block. `before`: the statements before it; `elsewhere`: what other arms than it read."""
        for i, stmt in reversed(tuple(enumerate(stmts))):
            self.b.origin = stmt.origin.adjoint
            if isinstance(stmt, Let):
                self.let(stmt)
            elif isinstance(stmt, If):
                self.branch(stmt, (*before, *stmts[:i]), elsewhere)
            else:
                assert isinstance(stmt, (For, While))
                self.loop(stmt)

    def let(self, stmt: Let) -> None:
        if stmt.target is None:
            return
        bar = self.c.take(stmt.target)
        if bar is None:
            return
        value = stmt.value
        if not isinstance(value, Apply):
            self.c.add(value, bar)
            return
        if value.op in STRUCTURE:
            self.structure(stmt, stmt.target, value, bar)
            return
        if value.op in self.callees:
            self.call(stmt, stmt.target, value, self.c.atom(stmt.target, bar))
        else:
            self.rule(stmt, stmt.target, value, self.c.atom(stmt.target, bar))

    def call(self, stmt: Let, target: Var, value: Apply, bar: Atom) -> None:
        """A call of a recursive function: its forward half leaves a record, its backward half reads it."""
        moving = [isinstance(a, Var) and a in self.c.active for a in value.args]
        forward, backward = self.pullbacks.pullback(value.op, tuple(moving))
        pair = Var("pair", Seq(tuple, (target.type, Unknown())))
        record = Var("record", Unknown())
        self.calls[stmt] = (
            Let(pair, Apply(forward, value.args, (), pair.type), stmt.origin),
            Let(target, Apply(GETITEM, (pair, Const(0)), (), target.type), stmt.origin),
            Let(record, Apply(GETITEM, (pair, Const(1)), (), record.type), stmt.origin),
        )
        params = [p.type for p, m in zip(self.callees[value.op].params, moving, strict=True) if m]
        active = [a for a, m in zip(value.args, moving, strict=True) if m]
        kinds = tuple(t if is_wider(t, a.type) else a.type for a, t in zip(active, params, strict=True))  # type: ignore[union-attr]
        bars = self.b.name(Apply(backward, (record, bar), (), Seq(tuple, kinds)), "bars")
        for i, arg in enumerate(active):
            self.c.add(arg, self.b.item(bars, i, _hint(arg)))

    def rule(self, stmt: Let, target: Var, value: Apply, bar: Atom) -> None:
        rule = RULES[value.op]
        by_name = bind_rule(rule, value)
        wrt = rule.moving(len(value.args))
        moving = [n for n in by_name if isinstance(by_name[n], Var) and by_name[n] in self.c.active]
        for name in moving:
            if name not in wrt and name not in rule.inert:
                raise Refused(stmt.origin, *not_differentiable(rule, name))
        if rule.kind == "elementwise":
            for name, partial in self.a.parts(stmt, rule, moving, (target, *by_name.values())).items():
                self.c.add(by_name[name], self.a.times(bar, partial), exact=False)
            return
        lead = (bar, target) if rule.kind == "general" else (bar,)
        parts = self.a.parts(stmt, rule, moving, (*lead, *by_name.values()))
        exact = not rule.broadcasts and (rule.kind != "multilinear" or self.agree(value))
        for name, part in parts.items():
            self.c.add(by_name[name], part, exact)

    def agree(self, value: Apply) -> bool:
        """Whether a product's operands must agree in size, so that none is broadcast: vectors and matrices."""
        return value.op.call in PRODUCTS and all(rank(self.a.type(a)) in (1, 2) for a in value.args)

    def structure(self, stmt: Let, target: Var, value: Apply, bar: Bar) -> None:
        args = value.args
        if value.op in (PACK_TUPLE, PACK_LIST, PACK_DICT):
            bar = self.c.parts(target, bar)
            keys = args[0].value if value.op is PACK_DICT else range(len(args))  # type: ignore[union-attr]
            for key, item in zip(keys, args[1:] if value.op is PACK_DICT else args, strict=True):
                self.c.add(item, bar.get(key))
            return
        if value.op is GETITEM:
            self.getitem(args[0], args[1], target, bar)
            return
        g = self.c.atom(target, bar)
        if value.op is COPY_NAME:
            self.c.add(args[0], g)
        elif value.op is APPEND:
            self.c.add(args[1], self.b.apply(GETITEM, (g, Const(-1)), (), "bar"))
            self.c.add(args[0], self.b.apply(POP, (g,), (), f"{target.hint}_bar"))
        elif value.op is POP:
            last = self.item_before(stmt, args[0], Const(-1))
            self.c.add(args[0], self.b.apply(APPEND, (g, self.a.zeros(last)), (), f"{target.hint}_bar"))
        elif value.op is SETITEM and isinstance(self.a.type(g), Array) and is_everything(args[1]):
            self.c.add(args[2], g, exact=False)
            self.c.add(args[0], self.a.zeros(g, f"{target.hint}_bar"))
        else:  # a write: what was written takes the cotangent of its place
            if isinstance(args[2], Var) and args[2] in self.c.active:
                self.c.add(args[2], self.written(value.op, g, args[1]), exact=False)
            if value.op is SETITEM:
                container = isinstance(self.a.type(g), (List, Seq, Dict))
                zero = self.zero_item(stmt, value, g) if container else Const(0.0)
                g = self.b.apply(SETITEM, (g, args[1], zero), (), f"{target.hint}_bar")
            self.c.add(args[0], g)

    def item_before(self, stmt: Let, base: Expr, index: Expr) -> Var:
        """An item as it is before a statement changes it: read there, so that the container itself need not be kept."""
        read = Apply(GETITEM, (base, index), (), infer(GETITEM, (base, index), ()))
        old = Var("old", read.type)
        self.calls[stmt] = (Let(old, read, stmt.origin), stmt)
        self.b.defs[old] = read
        return old

    def zero_item(self, stmt: Let, write: Apply, g: Atom) -> Atom:
        """Zeros for an item that is written over, which may have had another shape than the new one."""
        base, index, new = write.args
        old = element(self.a.type(base))
        if isinstance(old, Number):
            return Const(0.0)
        dims = dims_of(old)
        is_one = dims is not None and all(isinstance(n, int) for n in dims)
        kept = (is_one and self.a.type(new) == old) or self.is_like(new, (base, index))
        return self.a.zeros(self.b.apply(GETITEM, (g, index)) if kept else self.item_before(stmt, base, index))

    def is_like(self, value: Expr, place: tuple[Expr, Expr]) -> bool:
        """Whether a value is as long, in all its parts, as the item `place` that it is made from by writes."""
        made = self.b.definition(value)
        if made is None or made.op not in (GETITEM, SETITEM, ADDITEM, ADD_AT, PACK_DICT):
            return False
        if made.op is GETITEM:
            return made.args == place
        if made.op is not PACK_DICT:
            return isinstance(made.type, Array) and self.is_like(made.args[0], place)
        return all(isinstance(self.a.type(p), Number) or self.is_part(p, k, place)
                   for k, p in zip(made.args[0].value, made.args[1:], strict=True))  # type: ignore[union-attr]

    def is_part(self, value: Expr, key: object, place: tuple[Expr, Expr]) -> bool:
        """Whether a value is as long as the part `key` of an item, which it is made from by writes."""
        made = self.b.definition(value)
        if made is not None and made.op in (SETITEM, ADDITEM, ADD_AT) and isinstance(made.type, Array):
            return self.is_part(made.args[0], key, place)
        return made is not None and made.op is GETITEM and made.args[1] == Const(key) and self.is_like(
            made.args[0], place)

    def written(self, op: Op, g: Atom, index: Expr) -> Atom:
        """The cotangent of what was written at a place of an array."""
        *steps, last = index.args if isinstance(index, Apply) and index.op is CHAIN else (index,)
        for step in steps:
            g = self.b.apply(GETITEM, (g, step))
        if op is SETITEM and isinstance(self.a.type(g), (Array, Unknown)) and may_repeat(last, self.b.definition):
            return self.b.call(helpers.last_written, g, last)
        return self.b.apply(GETITEM, (g, last))

    def getitem(self, base: Expr, index: Expr, target: Var, bar: Bar) -> None:
        """The adjoint of a read adds at its place, in one array or list for all reads of `base`."""
        if not isinstance(base, Var) or base not in self.c.active:
            return
        t = base.type
        if isinstance(t, (Seq, Dict)) and isinstance(index, Const):
            if isinstance(bar, dict):
                self.c.add(base, {self.key(t, index.value): bar})
            else:
                self.c.add_part(base, index.value, bar)
            return
        if rank(t) == 0:  # all of it, with new axes
            self.c.add(base, self.b.call(np.reshape, self.c.atom(target, bar), Const(())))
            return
        old = self.c.take(base)
        g = self.c.atom(target, bar)
        self.c.bars[base] = self.scatter(base, old, index, g)

    @staticmethod
    def key(t: Seq | Dict, key: object) -> object:
        return key + len(t.items) if isinstance(t, Seq) and isinstance(key, int) and key < 0 else key

    def scatter(self, base: Var, old: Bar | None, index: Expr, g: Atom, first: bool = False) -> Bar:
        """Add `g` at a place of the cotangent of `base`; `first`: nothing was added there before."""
        hint = f"{base.hint}_bar"
        t = base.type
        whole = self.c.atom(base, old)
        if isinstance(whole, Const):
            whole = self.b.name(Apply(COPY_NAME, (whole,), (), t), hint)
        is_slice = isinstance(index, Apply) and index.op is SLICE
        if not isinstance(t, (Array, List, Seq)) or (isinstance(t, Seq) and t.cls is tuple) or (
            is_slice and not isinstance(t, Array)
        ):
            op = ADD_ITEM
        elif isinstance(t, (List, Seq)) and (
            not isinstance(element(t), (Number, Array)) or may_be_none(element(t)) or self.a.depths(base)
        ):  # items are containers, or may be None: their sum is not `+`
            if not first:
                item = self.b.apply(GETITEM, (whole, index))
                g = self.a.add(item, g, missing=of_item(self.a.depths(base), item))
            return self.b.apply(SETITEM, (whole, index, g), (), hint)
        else:
            op = ADDITEM if meets_once(index, self.b.definition) else ADD_AT
        if (old is None or first) and op is ADDITEM and isinstance(t, (Array, List)):
            op = SETITEM
        return self.b.apply(op, (whole, index, g), (), hint)

    # -- control flow --------------------------------------------------------------------------------

    def branch(self, stmt: If, earlier: tuple[Stmt, ...], elsewhere: Set[Var]) -> None:
        """A branch with the adjoints of both arms; `earlier`: the statements before it, `elsewhere` as for `block`."""
        bars = [self.c.take(t) for t in stmt.targets]
        before = self.c.copy()
        arms, ends = [], []
        for arm, other in ((stmt.then, stmt.orelse), (stmt.orelse, stmt.then)):
            self.c.bars = {v: b for v, b in before.items()}
            outer = self.b.open()
            for target, result, bar in zip(stmt.targets, arm.results, bars, strict=True):
                if bar is not None and result is not UNDEFINED:
                    by_parts = isinstance(bar, dict) and isinstance(self.a.type(result), (Seq, Dict))
                    self.c.add(result, bar if by_parts else self.c.atom(target, bar))
            self.block(arm.stmts, earlier, elsewhere | set(block_uses(other)))
            self.b.stmts, inner = outer, self.b.stmts
            arms.append(inner)
            ends.append(self.c.bars)
        self.asked_by_one_arm(earlier, elsewhere | before.keys(), arms, ends)
        self.c.bars = before
        inside = set().union(*(set(definitions(arm)) for arm in (stmt.then, stmt.orelse)))
        touched = [v for v in dict.fromkeys([*ends[0], *ends[1]]) if v not in inside]
        changed = []
        for v in touched:
            if v in ends[0] and v in ends[1] and _same(ends[0][v], ends[1][v]):
                self.c.bars[v] = ends[0][v]
            else:
                changed.append(v)
        blocks = []
        for inner, end in zip(arms, ends, strict=True):
            outer, self.b.stmts = self.b.stmts, inner
            results = tuple(self.c.atom(v, end.get(v)) for v in changed)
            self.b.stmts, inner = outer, self.b.stmts
            blocks.append(Block(tuple(inner), results))
        targets = tuple(Var(f"{v.hint}_bar", v.type) for v in changed)
        if not changed:
            return
        origin = stmt.origin.adjoint
        self.b.add(If(stmt.test, blocks[0], blocks[1], targets, origin, undoes=self.undoing(stmt)))
        for v, target in zip(changed, targets, strict=True):
            self.c.bars.pop(v, None)
            self.c.add(v, target)

    def asked_by_one_arm(
        self, earlier: tuple[Stmt, ...], late: Set[Var], arms: list[list[Stmt]], ends: list[dict[Var, Bar]]
    ) -> None:
        """The adjoints of statements before a branch whose results only one arm reads belong into that arm.

        What is computed and not used on the path taken has no derivative there, and need not be finite.
        `late`: what has a cotangent from elsewhere, or will have.
        """
        for stmt in reversed(earlier):
            if ends[0].keys() == ends[1].keys():
                return
            targets = bound(stmt)
            asking = [k for k, end in enumerate(ends) if any(t in end for t in targets)]
            stays = any(t in late for t in targets)
            if isinstance(stmt, Let) and len(asking) == 1 and not stays:
                self.c.bars, outer, self.b.stmts = ends[asking[0]], self.b.stmts, arms[asking[0]]
                self.b.origin = stmt.origin.adjoint
                self.let(stmt)
                self.b.stmts = outer
            elif asking or stays:
                late |= set(uses(stmt))

    def loop(self, stmt: For | While) -> None:
        """The loop backwards: carried cotangents in, and sums for what the body reads from outside."""
        target_bars = [self.c.take(t) for t in stmt.targets]
        if all(b is None for b in target_bars):
            return
        carried = [i for i in range(len(stmt.params)) if target_bars[i] is not None]
        own = {*stmt.params, stmt.index, stmt.elem} if isinstance(stmt, For) else set(stmt.params)
        outside = [v for v in free_variables(stmt.body) if v in self.c.active and v not in own]
        found = self.active_leaves(stmt)
        outside = list(dict.fromkeys([*outside, *(leaf.sequence for leaf in found)]))
        before = self.c.copy()
        collect = self.collects(stmt, found, before)
        sums = [v for v in outside if v is not collect]
        job = _Loop(stmt, carried, target_bars, sums, found, collect, before)
        while not self.turn(job):
            pass

    def active_leaves(self, stmt: For | While) -> list[_Leaf]:
        """The sequences whose items carry a cotangent out of the loop's element."""
        if not isinstance(stmt, For) or stmt.elem not in self.c.active:
            return []
        return [_Leaf(sequence, path, backwards) for sequence, path, backwards in leaves(stmt.iterable)
                if isinstance(sequence, Var) and sequence in self.c.active]  # fmt: skip

    def collects(self, stmt: For | While, found: list[_Leaf], before: dict[Var, Bar]) -> Var | None:
        """A list that only this loop reads, whole: its cotangent is built by appending, not on zeros."""
        if len(found) != 1 or not isinstance(stmt, For) or stmt.stops:
            return None
        sequence = found[0].sequence
        alone = isinstance(sequence.type, (List, Seq)) and sequence not in before
        if alone and not (isinstance(stmt.iterable, Apply) and stmt.iterable.op.call is zip):
            reads = [v for v in free_variables(stmt.body) if v is sequence]
            return None if reads else sequence
        return None

    def turn(self, job: _Loop) -> bool:
        """Derive the body once; False when more variables turn out to carry a cotangent: try again."""
        b, c, stmt = self.b, self.c, job.stmt
        c.bars = {v: bar for v, bar in job.before.items() if v not in job.sums}
        mark = len(b.stmts)
        bars_in = [Var(f"{stmt.params[i].hint}_bar", stmt.targets[i].type) for i in job.carried]
        inits = [c.atom(stmt.targets[i], job.target_bars[i]) for i in job.carried]
        sum_params = [Var(f"{v.hint}_bar", v.type) for v in job.sums]
        outer = b.open()
        for v, p in zip(job.sums, sum_params, strict=True):
            c.add(v, p)
        for i, p in zip(job.carried, bars_in, strict=True):
            c.add(stmt.body.results[i], p)
        self.block(stmt.body.stmts)
        items = None if job.collect is None else Var("items_bar", List(element(job.collect.type)))
        collected = self.into_sequences(job, sum_params, items)
        more = [i for i, p in enumerate(stmt.params) if i not in job.carried and c.get(p) is not None]
        if more:
            b.close(outer)
            del b.stmts[mark:]
            job.carried = sorted([*job.carried, *more])
            return False
        results = [c.atom(stmt.params[i], c.take(stmt.params[i])) for i in job.carried]
        sum_results = [c.atom(v, c.take(v)) for v in job.sums]
        body = b.close(outer)
        carried = [
            _Carried(p, init, r, Var(f"{stmt.params[i].hint}_bar", stmt.params[i].type))
            for i, p, init, r in zip(job.carried, bars_in, inits, results, strict=True)
        ]
        sums = self.changed_sums(job, sum_params, sum_results)
        self.close_loop(job, body, carried, sums, self.gathered(job, items, collected))
        return True

    def into_sequences(self, job: _Loop, sum_params: list[Var], items: Var | None) -> Atom | None:
        """Add the element's cotangent to the sequences it came from, or to the list `items`, which is returned."""
        b, c, stmt = self.b, self.c, job.stmt
        if not job.leaves:
            return None
        assert isinstance(stmt, For)
        collected = None
        elem_bar = c.take(stmt.elem)
        places = Counter(leaf.sequence for leaf in job.leaves)  # zip(r, reversed(r)) adds at two places a turn
        for sequence, path, backwards in job.leaves:
            part = self.component(stmt.elem, elem_bar, path)
            if sequence is job.collect:
                assert items is not None
                item = self.place(stmt.elem, path)
                collected = b.apply(APPEND, (items, c.atom(item, part)), (), f"{sequence.hint}_bar")
            elif part is not None:
                index = position(b, sequence, stmt.index, backwards)
                item = self.place(stmt.elem, path)
                old = c.take(sequence)
                untouched = sequence not in job.before and old is sum_params[job.sums.index(sequence)]
                first = untouched and places[sequence] == 1
                c.bars[sequence] = self.scatter(sequence, old, index, c.atom(item, part), first)
        return collected

    def changed_sums(self, job: _Loop, params: list[Var], results: list[Atom]) -> dict[Var, _Carried]:
        """The sums that the loop carries: those that its body adds to."""
        c = self.c
        rows = list(zip(job.sums, params, results, strict=True))
        kept = [(v, p, r) for v, p, r in rows if not (r is p or _repack(r, p, self.b))]
        changed = {v for v, _, _ in kept}
        c.bars = {v: bar for v, bar in job.before.items() if v not in changed}
        starts = [c.atom(v, job.before.get(v)) for v, _, _ in kept]
        return {
            v: _Carried(p, start, r, Var(f"{v.hint}_bar", v.type))
            for (v, p, r), start in zip(kept, starts, strict=True)
        }

    def gathered(self, job: _Loop, items: Var | None, collected: Atom | None) -> list[_Carried]:
        """The list of cotangents that the loop builds, where it builds one."""
        if job.collect is None:
            return []
        assert items is not None and collected is not None
        start = self.b.apply(PACK_LIST, (), (), "items_bar")
        return [_Carried(items, start, collected, Var(f"{job.collect.hint}_bar", items.type))]

    def close_loop(
        self,
        job: _Loop,
        body: tuple[Stmt, ...],
        carried: list[_Carried],
        sums: dict[Var, _Carried],
        gathered: list[_Carried],
    ) -> None:
        """Write the reverse loop, and hand what it carries out to the cotangents of what it started from."""
        c, stmt = self.c, job.stmt
        rows = (*carried, *sums.values(), *gathered)
        self.b.add(For(
            index=Var("k", Number("int")), elem=Var("turn"), iterable=Const(None),
            params=tuple(r.param for r in rows), inits=tuple(r.init for r in rows),
            body=Block(body, tuple(r.result for r in rows)), targets=tuple(r.target for r in rows),
            origin=stmt.origin.adjoint, undoes=self.undoing(stmt),
        ))  # fmt: skip
        for v, row in sums.items():
            c.bars.pop(v, None)
            c.add(v, row.target)
        if job.collect is not None:
            c.add(job.collect, self.whole(job.collect, gathered[0].target, job.leaves[0].backwards))
        for i, row in zip(job.carried, carried, strict=True):
            c.add(stmt.inits[i], row.target)

    def whole(self, sequence: Var, collected: Atom, backwards: bool) -> Atom:
        """The cotangent of a sequence from the list of those of its items, as the reverse loop met them."""
        hint = f"{sequence.hint}_bar"
        if not backwards:  # the reverse sweep met the items from the last to the first
            step = Apply(SLICE, (Const(None), Const(None), Const(-1)))
            collected = self.b.apply(GETITEM, (collected, step), (), hint)
        if isinstance(sequence.type, Seq):
            collected = self.b.name(Apply(op_of(sequence.type.cls), (collected,), (), sequence.type), hint)
        return collected

    def undoing(self, stmt: Stmt) -> int:
        number = len(self.pairs) + 1
        self.pairs[number] = stmt
        return number

    def component(self, elem: Var, bar: Bar | None, path: tuple[int, ...]) -> Bar | None:
        value: Atom = elem
        for key in path:
            if bar is None:
                return None
            bar = self.c.parts(value, bar).get(key)
            value = self.a.item(value, key)
        return bar

    def place(self, elem: Atom, path: tuple[int, ...]) -> Atom:
        for key in path:
            elem = self.a.item(elem, key)
        return elem


def _hint(value: Expr) -> str:
    return f"{value.hint}_bar" if isinstance(value, Var) else "bar"


def _same(a: Bar, b: Bar) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return a is b


def _repack(result: Atom, param: Var, builder: Builder) -> bool:
    """Whether a sum of parts came back as it went in: (p[0], p[1])."""
    definition = builder.definition(result)
    if definition is None or definition.op not in (PACK_TUPLE, PACK_LIST):
        return False
    for i, item in enumerate(definition.args):
        inner = builder.definition(item)
        same = inner is not None and inner.op is GETITEM and inner.args[0] is param and inner.args[1] == Const(i)
        constant = isinstance(item, Const) and item.value is None
        if not same and not constant:
            return False
    return True
