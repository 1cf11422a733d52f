"""Two paths become one: what names and objects are after an `if`.

Before:
    if c:
        a[0] = 2.0
    else:
        y = a

After (IR): the object `a` has a new value, and `y` a name, where the paths differ:
    a_3, y = if c: yield a_2, undefined
             else: yield a, a
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from tangent_ad.analysis.places import steps_equal
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.frontend.handles import Path
from tangent_ad.frontend.heap import Heap
from tangent_ad.frontend.heap_state import Object, Ref, State, Value, is_mutable
from tangent_ad.frontend.lowering import Bound, Choice, Closure, Lowering
from tangent_ad.frontend.sharing import MOVED, PATH, Link, Stale
from tangent_ad.frontend.trees import hint_of
from tangent_ad.frontend.unknown_calls import check_plain
from tangent_ad.ir.nodes import UNDEFINED, Atom, Block, Const, If, Stmt, Var
from tangent_ad.ir.types import Bottom, Joiner


@dataclass
class Arm:
    """One path: its statements, and what names and objects are at its end."""

    stmts: list[Stmt]
    env: dict[str, Atom]
    state: State


@dataclass
class Merge:
    low: Lowering
    test: Atom
    arms: tuple[Arm, Arm]
    youngest: int  # objects with a greater serial were made on one of the paths
    joiner: Joiner = field(default_factory=Joiner)
    merged: dict[tuple[Atom, Atom], Var] = field(default_factory=dict)
    results: tuple[list[Atom], list[Atom]] = field(default_factory=lambda: ([], []))
    made: list[tuple[Var, tuple[Atom, Atom]]] = field(default_factory=list)
    ties: dict[Var, set[tuple[Path, Path]]] = field(default_factory=dict)

    @property
    def heap(self) -> Heap:
        return self.low.heap

    def run(self, env: dict[str, Atom], before: State) -> None:
        """Write the `if`, and leave names and objects as they are after it."""
        low, heap = self.low, self.heap
        origin = low.builder.origin
        names = dict.fromkeys([*self.arms[0].env, *self.arms[1].env])
        envs = [arm.env for arm in self.arms]
        ends = {n: self.atom(envs[0].get(n, UNDEFINED), envs[1].get(n, UNDEFINED), n) for n in names}
        values = self.objects(before)
        heap.state = after = before.copy()
        after.derived.clear()
        for arm in self.arms:
            after.related.update(arm.state.related)
            after.stale.update(arm.state.stale)
            after.repeats.update(arm.state.repeats)
            after.alters |= arm.state.alters
            after.resized.update(arm.state.resized)
            after.inside.update(arm.state.inside)
            for handle in arm.state.moved.keys() - before.moved.keys():
                lost = Object(handle, origin)
                after.moved[handle] = Ref(lost)
                known = arm.state.stale.get(arm.state.moved[handle].object)
                after.stale[lost] = known or Stale(Link(origin, MOVED), origin)
        after.values.update(values)
        env.update(ends)
        blocks = [Block(tuple(arm.stmts), tuple(r)) for arm, r in zip(self.arms, self.results, strict=True)]
        low.builder.origin = origin
        low.builder.add(If(self.test, blocks[0], blocks[1], tuple(self.merged.values()), origin))
        for obj, value in values.items():
            if value.items is None:
                heap.become(obj, value.atom)
        for var, (a, b) in self.made:
            heap.born(var, contiguous=all(map(self.contiguous, (a, b))))
            heap.refs.setdefault(var, Ref(Object(var, origin)))
            heap.tie(var, self.ties[var], Link(origin, low.decided(PATH)))
            self.relate(var, (a, b))
        for (first, some), (second, others) in itertools.combinations(self.made, 2):
            if any(self.meet(arm, a, b) for arm, a, b in zip(self.arms, some, others, strict=True)):
                for pair in itertools.product(heap.reach(first), heap.reach(second)):
                    heap.pair(*pair, Link(origin, low.decided(PATH)))

    def meet(self, arm: Arm, a: Atom, b: Atom) -> bool:
        """Whether two atoms may share memory on one path."""
        known = a is not UNDEFINED and b is not UNDEFINED
        return known and bool(self.within(arm, lambda: self.heap.may_share(a, b)))

    def relate(self, var: Var, atoms: tuple[Atom, Atom]) -> None:
        """A name that is one of two objects may share memory with both."""
        heap = self.heap
        for obj in heap.reach(var):
            self.relate_object(obj, atoms)

    def relate_object(self, obj: Object, atoms: tuple[Atom, Atom]) -> None:
        heap, after = self.heap, self.heap.state
        for arm, atom in zip(self.arms, atoms, strict=True):
            heap.state = arm.state
            if atom is not UNDEFINED and heap.is_stale(atom):
                after.stale.setdefault(obj, next(s for o, s in arm.state.stale.items() if o in heap.reach(atom)))
            if atom is not UNDEFINED:
                twice = heap.holds_twice(atom)
                if twice is not None:
                    after.repeats.setdefault(obj, twice)
                near = {o for r in heap.reach(atom) for o, _ in heap.partners(r)} | heap.reach(atom)
                heap.state = after
                for other in near:
                    heap.pair(obj, other, heap.link(self.low.decided(PATH)))
        heap.state = after

    def contiguous(self, atom: Atom) -> bool:
        return self.heap.is_contiguous(atom)

    def objects(self, before: State) -> dict[Object, Value]:
        """The values of objects that were there before the paths parted, where the paths left them different."""
        values: dict[Object, Value] = {}
        states = [arm.state for arm in self.arms]
        for obj in dict.fromkeys([*states[0].values, *states[1].values]):
            if obj.serial > self.youngest:
                continue
            a, b = (s.values.get(obj) or Value(obj.var) for s in states)
            if obj in self.heap.originals:
                keys = dict.fromkeys((*a.keys, *b.keys))
                a, b = (self.heap.complete(obj, v, keys) for v in (a, b))
            if a is b:
                values[obj] = a
            elif a.items is not None and b.items is not None and a.keys == b.keys:
                items = tuple(self.atom(x, y, name=str(k)) for k, x, y in zip(a.keys, a.items, b.items, strict=True))
                old = before.values.get(obj)
                values[obj] = Value(old.atom if old is not None else obj.var, items, a.keys)
            else:
                atoms = tuple(self.within(arm, lambda o=obj: self.heap.close(o)) for arm in self.arms)
                hint = obj.var.hint if isinstance(obj.var, Var) else "t"
                values[obj] = Value(atoms[0] if atoms[0] is atoms[1] else self.phi(atoms, hint))
        return values

    def atom(self, a: Atom, b: Atom, name: str) -> Atom:
        """One handle for what is `a` on the first path and `b` on the second."""
        if isinstance(a, Const) and (a is b or a == b):
            return a
        if is_function(a) and is_function(b):
            return Const(Choice(self.test, a, b), name)
        refs = [self.within(arm, lambda x=x: self.heap.ref(x)) for arm, x in zip(self.arms, (a, b), strict=True)]
        if a is b and refs[0] is refs[1]:  # else it has parted from its list on one path
            return a
        if refs[0] is not None and refs[1] is not None and same_ref(refs[0], refs[1]):
            return self.handle(refs[0], a)
        atoms = (self.value(0, a), self.value(1, b))
        var = self.phi(atoms, name)
        pairs = zip(atoms, (a, b), strict=True)
        lost = any(v is UNDEFINED and x is not UNDEFINED for v, x in pairs)  # it may not be read on one of the paths
        if is_mutable(var.type) or lost:
            self.made.append((var, (a, b)))
            known = (pair for pair in zip(self.arms, (a, b), strict=True) if pair[1] is not UNDEFINED)
            self.ties[var] = set().union(*(self.within(arm, lambda x=x: self.heap.ties(x)) for arm, x in known))
        return var

    def handle(self, ref: Ref, like: Atom) -> Atom:
        """A handle, good on both paths, of what they both mean: its value is read off its object."""
        if not ref.steps and ref.object.serial <= self.youngest:
            return ref.object.var
        var = Var(like.hint if isinstance(like, Var) else "t", expr_type(like))
        self.heap.refs[var] = Ref(ref.object, ref.steps, origin=ref.origin)
        return var

    def value(self, i: int, atom: Atom) -> Atom:
        arm = self.arms[i]
        if atom is UNDEFINED or self.within(arm, lambda: self.heap.is_stale(atom)):
            return UNDEFINED
        return self.within(arm, lambda: self.heap.now(atom))  # type: ignore[no-any-return]

    def within(self, arm: Arm, do: Any) -> Any:
        """Run something at the end of a path."""
        builder, heap = self.low.builder, self.heap
        saved, heap.state = (builder.stmts, heap.state), arm.state
        builder.stmts = arm.stmts
        try:
            return do()
        finally:
            builder.stmts, heap.state = saved

    def phi(self, atoms: tuple[Atom, Atom], name: str) -> Var:
        if atoms not in self.merged:
            for atom in atoms:
                check_plain(self.low.builder.origin, atom)
            kinds = tuple(expr_type(a) for a in atoms if a is not UNDEFINED)
            hint = hint_of(name)
            t = self.joiner.join(kinds) if kinds else Bottom()
            self.merged[atoms] = Var(hint if hint.isidentifier() else "item", t)
            for results, atom in zip(self.results, atoms, strict=True):
                results.append(atom)
        return self.merged[atoms]


def same_ref(a: Ref, b: Ref) -> bool:
    return a.object is b.object and len(a.steps) == len(b.steps) and all(map(steps_equal, a.steps, b.steps))


def is_function(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom is not UNDEFINED and (
        isinstance(atom.value, (Closure, Bound, Choice)) or (callable(atom.value) and not isinstance(atom.value, type)))
