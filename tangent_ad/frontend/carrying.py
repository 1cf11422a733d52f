"""What a loop carries from turn to turn: names, items of containers, and objects that it writes into.

Before:
    for i in range(n):
        x[i] = y
        y = y * 2.0

After (IR):
    x', y' = for k, i in range(n) carrying (x = x0, y = y0):
        x_2 = array.set(x, i, y)
        t = operator.mul(y, 2.0)
        yield x_2, t

Which these are, their types, and what may share memory with what at the start of a turn are found by
lowering the body again until nothing new turns up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tangent_ad.analysis.inference import element, rename_new_symbols
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.cells import declared, is_cell
from tangent_ad.frontend.exits import STOP
from tangent_ad.frontend.handles import Path
from tangent_ad.frontend.heap_state import Object, Ref, State, Value, is_mutable, newest_object
from tangent_ad.frontend.loop_names import LoopNames
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.merging import same_ref
from tangent_ad.frontend.sharing import MOVED, TURNS, Link, Stale
from tangent_ad.frontend.trees import hint_of
from tangent_ad.ir.nodes import UNDEFINED, Atom, Block, Const, Stmt, Var
from tangent_ad.ir.types import (
    Bottom,
    Joiner,
    List,
    Seq,
    Type,
    Unknown,
    map_dims,
    marks,
    newest_symbol,
    vary_in_lists,
)  # fmt: skip
from tangent_ad.ir.walk import substitute

ATTEMPTS = 24


@dataclass(frozen=True)
class Slot:
    """A place that holds a handle: a name (`obj` is None), or an item of a container."""

    obj: Object | None
    key: Hashable

    def get(self, low: Lowering) -> Atom:
        if self.obj is None:
            return low.env.get(str(self.key), UNDEFINED)
        value = low.heap.value(self.obj)
        return dict(zip(value.keys, value.items or (), strict=False)).get(self.key, UNDEFINED)

    def set(self, low: Lowering, atom: Atom) -> None:
        if self.obj is None:
            low.env[str(self.key)] = atom
            return
        value = low.heap.value(self.obj)
        items = tuple(atom if k == self.key else i for k, i in zip(value.keys, value.items or (), strict=True))
        low.heap.state.values[self.obj] = Value(value.atom, items, value.keys)

    @property
    def hint(self) -> str:
        text = hint_of(str(self.key))
        return text if text.isidentifier() else "item"


@dataclass
class Turn:
    """One turn of a loop, lowered. `ends`: the atom that ends the loop, if any does."""

    head: tuple[Var, ...]
    test: Block | None
    stmts: tuple[Stmt, ...]
    results: list[Atom]
    ends: tuple[Atom, ...]


@dataclass
class Known:
    """What is known to be so at the start of a turn; it only grows."""

    links: set[tuple[Slot, object]] = field(default_factory=set)  # a slot may share with a slot or an object
    ties: set[tuple[Slot, tuple[Path, Path]]] = field(default_factory=set)  # and two of its own items with each other
    stale: dict[object, Stale] = field(default_factory=dict)  # slots and objects
    repeats: dict[object, Link] = field(default_factory=dict)
    related: dict[frozenset[Object], Link] = field(default_factory=dict)
    alters: set[tuple[Object, Object]] = field(default_factory=set)
    moved: dict[Var, Ref] = field(default_factory=dict)
    resized: dict[Object, Origin] = field(default_factory=dict)
    inside: dict[Object, Origin] = field(default_factory=dict)
    strided: set[Slot] = field(default_factory=set)  # may hold an array that is not contiguous

    def size(self) -> int:
        return sum(len(table) for table in vars(self).values())


class TestWrites(Exception):
    """The test of a while loop changes an object: it belongs into the body."""


class Carrying:
    """One loop on its way into the IR."""

    def __init__(self, low: Lowering, names: LoopNames) -> None:
        self.low, self.heap, self.builder = low, low.heap, low.builder
        self.origin = low.builder.origin
        self.env, self.state = dict(low.env), low.heap.state
        self.youngest = newest_object()
        self.slots: list[Slot] = []
        self.objects: list[Object] = []
        self.inits: dict[object, Atom] = {}
        self.types: dict[object, Type] = {}
        self.known = Known()
        self.views = {h for h, r in self.heap.refs.items() if r.steps}
        self.watched = []  # names that so far keep the object that they came with
        self.anew = {Slot(None, n) for n in names.anew}  # of no use to the next turn
        for name in sorted(names.assigned - names.private - {STOP}):
            init = self.env.get(name, UNDEFINED)
            if is_cell(init) or name in declared(low.frame.tree):
                continue  # carried as an item of the heap, if the loop rebinds it
            keeps = name in names.augmented and self.heap.ref(init) is not None and is_mutable(self.heap.type(init))
            if keeps:
                self.watched.append(name)
            else:
                self.carry(Slot(None, name))
        for name in sorted(names.written - names.assigned | names.augmented):
            ref = self.heap.ref(self.env.get(name, UNDEFINED))
            guess = ref is not None and isinstance(ref.object.var, Var) and self.heap.value(ref.object).items is None
            if guess and ref is not None and ref.object not in self.objects and ref.object not in self.state.stale:
                self.carry(ref.object)

    @property
    def carried(self) -> list[Any]:
        return [*self.slots, *self.objects]

    def hint(self, c: Any) -> str:
        return c.hint if isinstance(c, Slot) else getattr(c.var, "hint", "t")

    # -- before the loop ---------------------------------------------------------------------------------

    def carry(self, c: Slot | Object) -> None:
        """Carry one thing more: what it is when the loop starts."""
        heap = self.heap
        heap.state = self.state
        if isinstance(c, Object):
            self.objects.append(c)
            self.slots = [s for s in self.slots if s.obj is not c]
            init = heap.close(c)
            for slot in self.slots:  # what they share with its items they share with it now
                if slot not in self.anew:
                    self.link(slot, self.handle_of(slot))
        else:
            handle = c.get(self.low) if c.obj is not None else self.env.get(str(c.key), UNDEFINED)
            self.slots.append(c)
            init = self.value(c, handle)
            if c not in self.anew:
                self.link(c, handle)
        self.inits[c] = init
        self.types[c] = Bottom() if init is UNDEFINED else expr_type(init)

    def value(self, c: Slot, handle: Atom) -> Atom:
        """What a slot holds, UNDEFINED if it may not be read."""
        return self.heap.now(handle) if self.may_be_read(c, handle) else UNDEFINED

    def may_be_read(self, c: Slot, handle: Atom, last: bool = False) -> bool:
        """Whether a slot holds what is known; why it does not is kept."""
        if handle is UNDEFINED or c in self.known.stale:
            return False
        for obj in self.heap.reach(handle):
            if obj in self.heap.state.stale:
                if last or c not in self.anew:
                    self.known.stale.setdefault(c, self.heap.state.stale[obj])
                return False
            if obj in self.heap.state.repeats:
                self.known.repeats.setdefault(c, self.heap.state.repeats[obj])
        return True

    def link(self, c: Slot, handle: Atom) -> None:
        """A slot may share memory with the objects that it is, or may be, and with other slots."""
        if handle is UNDEFINED:
            return
        heap = self.heap
        mine = heap.reach(handle)
        self.known.ties |= {(c, tie) for tie in heap.ties(handle)}
        if is_mutable(heap.type(handle)) and not heap.is_contiguous(handle):
            self.known.strided.add(c)
        for obj in mine | {o for m in mine for o, _ in heap.partners(m)}:
            if obj.serial <= self.youngest:
                self.known.links.add((c, obj))
        for other in self.slots:
            theirs = UNDEFINED if other == c else self.handle_of(other)
            if theirs is not UNDEFINED and (c, other) not in self.known.links and heap.may_share(handle, theirs):
                self.known.links |= {(c, other), (other, c)}

    def handle_of(self, slot: Slot) -> Atom:
        if slot.obj is None and self.heap.state is self.state:
            return self.env.get(str(slot.key), UNDEFINED)
        return slot.get(self.low)

    # -- turns -------------------------------------------------------------------------------------------

    def run(
        self,
        start: Callable[[], tuple[Var, ...]],
        test: Callable[[], Atom] | None,
        body: Callable[[], None],
        make: Callable[..., Any],
        once: bool = False,
    ) -> None:
        """Lower the loop. `once`: it surely runs, so that nothing is as it was before it."""
        first = newest_symbol()
        for attempt in range(ATTEMPTS):
            mark = newest_symbol()
            size = (self.known.size(), len(self.carried), self.youngest)
            params = [Var(self.hint(c), self.types[c]) for c in self.carried]
            self.builder.origin = self.origin
            undecided, copies = self.low.undecided, self.low.copies
            try:
                made, begun = self.turn(params, start, test, body)
            except Refused:  # perhaps only because a list is taken to be as long as it is before the loop
                self.low.undecided, self.low.copies = undecided, copies
                if not self.lengthened():
                    raise
                continue
            self.learn(begun)
            if (self.known.size(), len(self.carried), self.youngest) != size:
                continue
            found = self.join(made.results, mark)
            for t in found:  # what each turn appends has sizes of its own
                vary_in_lists(t, first)
            old = [self.types[c] for c in self.carried]
            if self.settled(old, found, first):
                self.types.update(zip(self.carried, found, strict=True))
                break
            late = attempt >= ATTEMPTS - 3
            found = [f if f == t else Unknown() for f, t in zip(found, old, strict=True)] if late else found
            self.types.update(zip(self.carried, found, strict=True))
        else:
            raise AssertionError("types of carried variables do not settle")
        self.finish(params, made, make, once)

    def settled(self, old: list[Type], found: list[Type], mark: int) -> bool:
        """Whether another turn would find the same types."""
        counts = [c not in self.anew for c in self.carried]
        both = [[t for t, counted in zip(types, counts, strict=True) if counted] for types in (old, found)]
        return canonical(both[0], mark) == canonical(both[1], mark) and [*map(marks, both[0])] == [*map(marks, both[1])]

    def enter(self, values: Sequence[Atom], after: bool = False) -> None:
        """Names and objects as they were before the loop, with these values for what it carries."""
        heap, state = self.heap, self.state.copy()
        heap.state = state
        self.low.env.clear()
        self.low.env.update(self.env)
        for table in ("related", "repeats", "stale", "moved"):
            known = getattr(self.known, table)
            getattr(state, table).update({k: v for k, v in known.items() if not isinstance(k, Slot)})
        state.alters |= self.known.alters
        state.resized.update(self.known.resized)
        state.inside.update(self.known.inside)
        bound: dict[Slot, set[Object]] = {}
        doubt = Link(self.origin, self.low.decided(TURNS))
        for c, var in zip(self.carried, values, strict=True):
            if isinstance(c, Object):
                heap.become(c, var)
                continue
            assert isinstance(var, Var)
            if c in self.anew and not after:
                c.set(self.low, UNDEFINED)
                continue
            c.set(self.low, var)
            if var in heap.refs:
                heap.become(heap.refs[var].object, var)
            heap.born(var, contiguous=c not in self.known.strided)
            if c in self.known.stale and var not in heap.refs:  # not to be read, whatever it is
                heap.refs[var] = Ref(Object(var, self.origin))
            bound[c] = heap.reach(var)
            heap.tie(var, (tie for slot, tie in self.known.ties if slot == c), doubt)
        for slot, other in self.known.links:
            theirs = bound.get(other, set()) if isinstance(other, Slot) else {other}
            for mine in bound.get(slot, ()):
                for their in theirs:
                    heap.pair(mine, their, doubt)  # type: ignore[arg-type]
        for slot, objects in bound.items():
            for obj in objects:
                if slot in self.known.stale:
                    state.stale[obj] = self.known.stale[slot]
                if slot in self.known.repeats:
                    state.repeats[obj] = self.known.repeats[slot]

    def turn(
        self,
        params: list[Var],
        start: Callable[[], tuple[Var, ...]],
        test: Callable[[], Atom] | None,
        body: Callable[[], None],
    ) -> tuple[Turn, State]:
        """Lower the test and the body once; also what the heap was when the body began."""
        low, builder, heap = self.low, self.builder, self.heap
        test_block = None
        if test is not None:
            outer = builder.open()
            self.enter(params)
            before, youngest = heap.state.copy(), newest_object()  # what is carried is there, too
            verdict = heap.now(test())
            writes = heap.is_changed(before, youngest)
            test_block = Block(builder.close(outer), (verdict,))
            if writes:
                self.restore()
                raise TestWrites
        outer = builder.open()
        self.enter(params)
        begun = heap.state.copy()
        try:
            head = start()
            body()
            stop = low.env.pop(STOP, None)
            results = [
                heap.close(c) if isinstance(c, Object) else self.value(c, c.get(low)) for c in self.carried
            ]
        finally:
            stmts = builder.close(outer)
        never = stop is None or (isinstance(stop, Const) and not stop.value)
        return Turn(head, test_block, stmts, results, () if stop is None or never else (stop,)), begun

    def learn(self, begun: State) -> None:
        """What one turn shows: things to carry, and sharing to expect when the next turn starts."""
        heap, end = self.heap, self.heap.state
        for slot in self.slots:
            if slot not in self.anew:
                self.link(slot, slot.get(self.low))
        for table in ("related", "stale", "repeats", "resized", "inside"):
            before = getattr(self.state, table)
            for key, found in getattr(end, table).items():
                if key not in before and self.old(*(key if table == "related" else (key,))):
                    getattr(self.known, table)[key] = found
        self.known.alters |= {p for p in end.alters - self.state.alters if self.old(*p)}
        for handle in self.views & (end.moved.keys() - begun.moved.keys()):
            lost = Object(handle, self.origin)
            self.known.moved.setdefault(handle, Ref(lost))
            self.known.stale[lost] = Stale(Link(self.origin, MOVED), self.origin)
        more: list[Slot | Object] = []
        for name in list(self.watched):
            if not self.same(self.low.env.get(name, UNDEFINED), self.env[name]):
                self.watched.remove(name)
                more.append(Slot(None, name))
        for obj in [o for o in end.values if self.old(o)]:
            more += self.changed(obj, begun.values.get(obj) or Value(obj.var), heap.value(obj))
        for c in dict.fromkeys(more):
            if c not in self.inits:
                self.restore()
                self.carry(c)

    def lengthened(self) -> bool:
        """Carry the lists that the turn has grown or shrunk as lists of any length; whether there are any."""
        resized = [o for o in self.heap.state.resized if self.old(o) and o not in self.inits]
        self.restore()
        lists = [o for o in resized if isinstance(t := expr_type(self.heap.current(o)), Seq) and t.cls is list]
        for obj in lists:
            self.carry(obj)
            self.types[obj] = List(element(self.types[obj]))
        return bool(lists)

    def restore(self) -> None:
        self.heap.state = self.state
        self.low.env.clear()
        self.low.env.update(self.env)

    def old(self, *objects: Object) -> bool:
        return all(o.serial <= self.youngest for o in objects)

    def same(self, a: Atom, b: Atom) -> bool:
        refs = self.heap.ref(a), self.heap.ref(b)
        return a is b or (isinstance(a, Const) and a == b) or (
            refs[0] is not None and refs[1] is not None and same_ref(refs[0], refs[1]))

    def changed(self, obj: Object, before: Value, after: Value) -> list[Slot | Object]:
        """What of an object, or of its items, the turn has changed."""
        if before is after or obj in self.objects:
            return []
        if obj in self.heap.originals and before.keys != after.keys:
            self.restore()
            self.state.values[obj] = self.heap.complete(obj, self.state.values.get(obj), after.keys)
            self.youngest = newest_object()
            return []
        if before.items is None and after.items is None:
            return [] if before.atom is after.atom else [obj]
        if before.items is not None and after.items is not None and before.keys == after.keys:
            rows = zip(before.keys, before.items, after.items, strict=True)
            return [Slot(obj, k) for k, a, b in rows if not self.same(a, b)]
        if before.items is None and after.seen is not None and obj.serial <= self.youngest:
            rows_ = zip(after.items or (), after.seen, strict=False)
            if before.atom is after.atom and all(self.heap.now(i) is s for i, s in rows_):
                return []  # it was only looked into
            original = self.state.values.get(obj)
            if (original is None or original.items is None) and obj not in self.inits:
                self.open(obj)
                return []
        return [obj]

    def open(self, obj: Object) -> None:
        """Give the items of a container handles before the loop, so that each is carried by itself."""
        self.restore()
        value = self.heap.value(obj)
        self.heap.explode(obj, value.atom, expr_type(value.atom))
        self.youngest = newest_object()

    def join(self, results: list[Atom], mark: int) -> list[Type]:
        """Join what enters the loop with what comes round; equal histories share a symbol."""
        joiner = Joiner()
        found: list[Type] = []
        for c, result in zip(self.carried, results, strict=True):
            init = self.inits[c]
            known = [expr_type(a) for a in (init, result) if a is not UNDEFINED]
            if not known:
                found.append(Bottom())
            elif init is UNDEFINED:  # first assigned in the loop: sizes of one turn say nothing of the next
                found.append(rename_new_symbols(known[0], mark))
            else:
                found.append(joiner.join(tuple(known)))
        return found

    # -- after the loop ----------------------------------------------------------------------------------

    def finish(self, params: list[Var], made: Turn, make: Callable[..., Any], once: bool) -> None:
        if once:
            self.known.links.clear()
            self.known.ties.clear()
        for slot in self.slots if once else self.anew & set(self.slots):
            before = () if once else (self.env.get(str(slot.key), UNDEFINED),)
            for handle in (*before, slot.get(self.low)):
                self.may_be_read(slot, handle, last=True)
                self.link(slot, handle)
        rows = list(zip(self.carried, params, strict=True))
        params = [Var(p.hint, self.types[c]) if c in self.anew else p for c, p in rows]
        ends = [expr_type(r) if once and expr_type(r) == p.type else p.type
                for r, p in zip(made.results, params, strict=True)]  # fmt: skip
        targets = [Var(p.hint, t) for p, t in zip(params, ends, strict=True)]  # not None, which it was before
        kept = [i for i, c in enumerate(self.carried) if isinstance(c, Slot) or made.results[i] is not params[i]]
        block, test = Block(made.stmts, (*(made.results[i] for i in kept), *made.ends)), made.test
        untouched = {params[i]: self.inits[c] for i, c in enumerate(self.carried) if i not in kept}
        if untouched:
            block = substitute(block, untouched)
            test = substitute(test, untouched) if test is not None else None
        inits = [self.inits[c] for c in self.carried]
        self.builder.origin = self.origin
        self.builder.add(make(
            made.head, test, params=tuple(params[i] for i in kept), inits=tuple(inits[i] for i in kept), body=block,
            targets=tuple(targets[i] for i in kept), stops=bool(made.ends), origin=self.origin,
        ))  # fmt: skip
        self.enter([targets[i] if i in kept else inits[i] for i in range(len(targets))], after=True)
        for i, c in enumerate(self.carried):
            if i not in kept:
                self.heap.state.values[c] = self.state.values.get(c) or Value(c.var)


def canonical(types: list[Type], mark: int) -> list[Type]:
    """Types with the symbols made after `mark` numbered by first appearance, to compare two attempts."""
    numbers: dict[Any, Any] = {}

    def number(size: Any) -> Any:
        if isinstance(size, int) or size.symbol <= mark:
            return size
        symbol = numbers.setdefault(size.symbol, len(numbers))
        return ("size", symbol, size.offset)

    return [map_dims(t, number) for t in types]
