"""What each name of the user's stands for: an object, or a view of one, and what may share its memory.

The IR has no writes: `a[i] = v` makes a new value. What a name of the user's stands for is therefore not a
value but an object, and what its newest value is, is kept here. Every atom that the frontend hands around is a
handle: of an object, or of a view of one (`a[1:]`, `a.T`). A handle is turned into the newest value where an
operation reads it; `heap.py` makes the newer ones.

Before:                      After (IR):
    y = x                        x_2 = array.set(x, 0, 2.0)
    y[0] = 2.0                   t = operator.getitem(x_2, slice(0, 2))
    v = x[0:2]

Objects that may or may not share memory (a `reshape` that may copy, what two paths leave in one name) are
`related`. A write to one makes the others stale, and reading what is stale is refused.
"""

from __future__ import annotations

import itertools
import numbers
import operator
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Any

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.places import keeps_order, steps_equal
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.errors import NOWHERE, Origin, Refused
from tangent_ad.frontend.heap_state import Object, Ref, State, Value, is_deep, is_mutable, items_of, kinds_of
from tangent_ad.frontend.sharing import FOUND, HELD, ITEM, ONE_IN_A_LOOP, ONE_IN_ALL, SAME_ITEMS, TWICE, VIEW, Link, Why
from tangent_ad.ir.instances import children
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import ADDITEM, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, SETITEM
from tangent_ad.ir.types import (
    Array,
    Dict,
    Fields,
    List,
    Opaque,
    Seq,
    Type,
)
from tangent_ad.ir.walk import map_expr
from tangent_ad.rules.declare import op_of

Shows = set[tuple[Object, Object]]
Path = tuple[Hashable, ...]  # the keys that lead to an item of a container


class Handles:
    """The objects of one lowering run. Values are read and made through `builder`."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.refs: dict[Var, Ref] = {}
        self.outside: dict[int, Object] = {}  # what is known at build time and may be written into, by identity
        self.asked: dict[int, Any] = {}  # constants of which it is known whether they are
        self.operands: dict[Var, tuple[Expr, ...]] = {}  # handles that zip, enumerate and reversed were given
        self.originals: dict[Object, dict[Hashable, Atom]] = {}  # attributes written into, as they were before
        self.apart = False  # whether a recursive function is lowered on its own
        self.read_apart: dict[tuple[int, str], list[Origin]] = {}  # attributes of instances from outside, read there
        self.put: dict[tuple[Object, Object], Origin] = {}  # a list and an item: where the one was put into the other
        self.written: dict[Object, Origin] = {}  # where an object was written into first
        # what a loop has read before: which items it is of, or what is in them, too, may not change
        self.held: list[tuple[Object, Origin, bool]] = []
        self.nameless: dict[Var, Object] = {}  # items that were given handles, and the containers they are in
        self.given_values = not builder.tracks  # code that is run on values, not on handles
        self.state = State()
        # puts a view's new value back into its base: the adjoint of a permutation is its inverse
        self.invert: Callable[[Apply, Atom, Atom], Atom] | None = None

    # -- handles -----------------------------------------------------------------------------------------

    def ref(self, handle: Expr) -> Ref | None:
        if isinstance(handle, Var):
            return self.state.moved.get(handle) or self.refs.get(handle)
        if isinstance(handle, Apply):
            return None
        key = id(handle.value)
        if key not in self.asked:
            self.asked[key] = handle.value
            if is_memory(handle.value):
                self.outside.setdefault(key, Object(handle, NOWHERE, serial=-1))
        known = self.outside.get(key)
        return None if known is None else Ref(known)

    def born(self, var: Atom, contiguous: bool = False, opened: bool = True) -> Atom:
        """Register a new object, if this value can be written into; and with `opened` the objects in it.

        These are read where their container is bound, so that they are there wherever it is.
        """
        if isinstance(var, Var) and is_mutable(var.type) and var not in self.refs:
            self.refs[var] = Ref(Object(var, self.builder.origin, contiguous))
            if opened:
                self.open(var)
        return var

    def open(self, var: Var) -> None:
        """Give the items of a new container handles, which share memory as it is known to."""
        if any(map(is_mutable, kinds_of(var.type))):
            self.explode(self.refs[var].object, var, var.type)

    def become(self, obj: Object, atom: Atom) -> None:
        """An object has this value from here on, whatever led to it."""
        self.state.values[obj] = Value(atom)
        if any(map(is_mutable, kinds_of(expr_type(atom)))):
            self.explode(obj, atom, expr_type(atom))

    def value(self, obj: Object) -> Value:
        return self.state.values.get(obj) or Value(obj.var)

    def type(self, handle: Expr) -> Type:
        """The type of what a handle stands for now; nothing is read."""
        ref = self.ref(handle)
        if ref is None or ref.steps:
            return expr_type(handle)
        value = self.value(ref.object)
        t = expr_type(value.atom)
        if value.items is None or isinstance(t, Opaque):  # an instance from outside, some of whose attributes are known
            return t
        kinds = tuple(map(self.type, value.items))
        return Dict(tuple(zip(value.keys, kinds, strict=True)), t.cls) if isinstance(t, Dict) else Seq(_cls(t), kinds)

    def now(self, handle: Atom) -> Atom:
        """The newest value of what a handle stands for."""
        ref = self.ref(handle)
        if ref is None or not isinstance(handle, Var):
            assert not isinstance(handle, Var) or self.given_values or not is_mutable(handle.type), handle
            return handle
        self.check(ref.object)
        base = self.current(ref.object)
        if not ref.steps:
            return base
        if ref.base is base:
            return handle
        known = self.state.derived.get(handle)
        if known is None or known[0] is not base:
            known = self.state.derived[handle] = (base, self.follow(base, ref.steps))
        return known[1]

    def resolve(self, expr: Expr) -> Expr:
        """An expression with every handle in it replaced by its newest value."""
        return map_expr(expr, lambda e: self.now(e) if isinstance(e, Var) else e)

    def follow(self, base: Atom, steps: Iterable[Apply]) -> Atom:
        for step in steps:
            rest = (self.as_written(base, step.args[1]),) if step.op is GETITEM else step.args[1:]
            base = self.builder.raw(step.op, (base, *rest), step.kwargs)
        return base

    def current(self, obj: Object) -> Atom:
        value = self.value(obj)
        if value.items is None:
            return value.atom
        seen = tuple(self.now(i) for i in value.items)
        if value.seen is not None and len(seen) == len(value.seen) and all(map(_same, seen, value.seen)):
            return value.atom
        atom = self.pack(expr_type(value.atom), value.keys, seen)
        self.state.values[obj] = replace(value, atom=atom, seen=seen)
        return atom

    def pack(self, t: Type, keys: tuple[Hashable, ...], items: tuple[Atom, ...]) -> Atom:
        if isinstance(t, Dict):
            return self.builder.raw(PACK_DICT, (Const(Fields(keys, t.cls)), *items))
        return self.builder.raw(PACK_TUPLE if _cls(t) is tuple else PACK_LIST, items)

    def check(self, obj: Object) -> None:
        found = self.state.stale.get(obj)
        if found is not None:
            here, link = self.builder.origin, found.link
            copied = self.copied(obj) if link.why is FOUND else None
            if copied is not None:
                found = replace(found, link=(link := Link(copied, SAME_ITEMS, met=link.met)))
            near = [obj, *(o for o, _ in self.partners(obj))]
            parted = (found.link.parted, *self.lengthened(*near))
            if link.why is ITEM and (link.origin == here or any(o in self.state.repeats for o in near)):
                link = replace(link, why=ONE_IN_A_LOOP if link.origin == here else ONE_IN_ALL)
            copied_type = expr_type(self.value(obj).atom)
            deep = any(map(is_deep, items_of(copied_type))) if found.holds else is_deep(copied_type)
            raise Refused(here, found.reason(here), link.remedy(here, deep), found.lines(), parted)

    def parted(self, handle: Atom) -> tuple[Origin, ...]:
        """The lines that leave it open which memory a handle stands for."""
        ref = self.ref(handle)
        return () if ref is None else tuple(link.parted for _, link in self.partners(ref.object))

    def lengthened(self, *lists: Object) -> tuple[Origin, ...]:
        """The lines that make lists of unknown length what they are: written out, they are of known length."""
        return tuple(self.state.resized[o] for o in lists if o in self.state.resized)

    def length_lines(self, handle: Atom) -> tuple[Origin, ...]:
        """The lines that make a list of unknown length: it grows there, or a comprehension makes it."""
        ref = self.ref(handle)
        return () if ref is None else (*self.lengthened(ref.object), ref.object.origin)

    def copied(self, obj: Object) -> Origin | None:
        """Where a second list was made of a list that holds this object, if one was."""
        for holder, value in self.state.values.items():
            refs = map(self.ref, value.items or ())
            known = holder.origin is not NOWHERE and (holder, obj) not in self.put
            if known and any(r is not None and r.object is obj for r in refs):
                return holder.origin
        return None

    def link(self, why: Why) -> Link:
        """A doubt that comes from the line that is being lowered."""
        return Link(self.builder.origin, why)

    def is_written(self, param: Var) -> bool:
        """Whether a parameter holds, or may hold, something else than when the function was called."""
        return self.is_stale(param) or any(self.current(o) is not o.var for o in self.reach(param))

    def is_stale(self, handle: Atom) -> bool:
        return any(o in self.state.stale for o in self.reach(handle))

    # -- items found at run time -------------------------------------------------------------------------

    def place_of(self, items: Expr, index: Expr) -> Expr:
        """The index of an item of a list, counted from the start: it stays the same when the list grows."""
        if not isinstance(expr_type(items), List) or is_from_start(index):
            return index
        size = self.builder.raw(op_of(len), (items,))
        if isinstance(index, Const):
            return self.builder.raw(op_of(operator.sub), (size, Const(-index.value)))
        return self.builder.raw(op_of(operator.mod), (index, size))

    def as_written(self, items: Atom, index: Expr) -> Expr:
        """The index as the user wrote it, as long as the list is as long as it was then."""
        made = self.builder.definition(index)
        size = self.builder.definition(made.args[-1 if made.op.call is operator.mod else 0]) if made else None
        if made is None or size is None or size.op.call is not len:
            return index
        if self.same_length(items) is not self.same_length(size.args[0]):
            return index
        if made.op.call is operator.mod:
            return made.args[0]
        known = made.op.call is operator.sub and isinstance(made.args[1], Const)
        return Const(-made.args[1].value) if known else index  # type: ignore[union-attr]

    def same_length(self, items: Expr) -> Expr:
        """The list that this one was made from by writes at single places."""
        made = self.builder.definition(items)
        while made is not None and made.op in (SETITEM, ADDITEM):
            items = made.args[0]
            made = self.builder.definition(items)
        return items

    def is_changed(self, before: State, youngest: int) -> bool:
        """Whether an object that was there before holds something else now."""
        for obj, now in list(self.state.values.items()):
            then = before.values.get(obj) or Value(obj.var)
            if obj.serial > youngest or now is then:
                continue
            if self.current(obj) is not then.atom if then.items is None else now.items is not then.items:
                return True
        return False

    # -- what a new value is -----------------------------------------------------------------------------

    def in_c_order(self, made: Atom) -> Atom:
        ref = self.ref(made)
        if ref is not None and not ref.steps:
            ref.object.contiguous = True
        return made

    def is_contiguous(self, handle: Expr) -> bool:
        """Whether what a handle stands for surely is an array in C order."""
        ref = self.ref(handle)
        return ref is not None and ref.object.contiguous and all(map(keeps_order, ref.steps))

    # -- items of containers -----------------------------------------------------------------------------

    def item(self, base: Atom, key: Expr) -> Atom | None:
        """The handle of an item of a container, where the container's structure and the key are known."""
        ref = self.ref(base)
        if ref is None or ref.steps or not isinstance(key, Const) or not isinstance(base, Var):
            return None
        value = self.value(ref.object)
        t = expr_type(value.atom)
        if value.items is None:
            if not any(map(is_mutable, kinds_of(t))):
                return None
            value = self.explode(ref.object, value.atom, t)
        self.check(ref.object)
        place = self.place(value, t, key.value)
        return None if place is None else value.items[place]  # type: ignore[index]

    @staticmethod
    def place(value: Value, t: Type, key: Any) -> int | None:
        if isinstance(t, Dict):
            return value.keys.index(key) if key in value.keys else None
        n = len(value.items or ())
        return key % n if type(key) is int and -n <= key < n else None

    def explode(self, obj: Object, atom: Atom, t: Type) -> Value:
        """Give the items of a container handles of their own."""
        keys = tuple(k for k, _ in t.entries) if isinstance(t, Dict) else tuple(range(len(t.items)))  # type: ignore[attr-defined]
        items = tuple(
            self.born(self.builder.raw(GETITEM, (atom, Const(k))), obj.contiguous, opened=False) for k in keys
        )
        self.nameless.update({i: obj for i in items if isinstance(i, Var)})
        objects = [r.object for i in items if (r := self.ref(i)) is not None]
        for o in objects:
            for other, link in self.partners(obj):
                self.pair(o, other, link)
        if obj in self.state.repeats:
            link = self.state.repeats[obj]
            link = replace(link, why=Why(HELD, link.why.remedy))
            for pair in itertools.combinations(objects, 2):
                self.pair(*pair, link)
            self.state.repeats.update({o: link for o in objects if o not in self.state.repeats})
        for item in items:
            if isinstance(item, Var) and item in self.refs and self.refs[item].object in objects:
                self.open(item)
        made = self.state.values[obj] = Value(atom, items, keys, items)
        return made

    def contents(self, handle: Atom) -> Value | None:
        """A container's items, None where its structure is not known."""
        ref = self.ref(handle)
        if ref is None or ref.steps or not isinstance(handle, Var):
            return None
        self.check(ref.object)
        value = self.value(ref.object)
        t = expr_type(value.atom)
        if value.items is None and isinstance(t, (Seq, Dict)):
            return self.explode(ref.object, value.atom, t)
        return value if value.items is not None else None

    def holds(self, handle: Atom, obj: Object) -> bool:
        """Whether a handle is an object itself, not an item or a view of it, or holds it; or may, as an item found at
        run time."""
        ref = self.ref(handle)
        if ref is None or isinstance(self.type(handle), Array):
            return False
        if not ref.steps and ref.object is obj:
            return True
        return any(self.holds(i, obj) for i in self._inside(ref.object, max(1, len(ref.steps))))

    def _inside(self, obj: Object, depth: int) -> list[Atom]:
        """What an object holds so many levels below itself."""
        items = [*(self.value(obj).items or ())]
        if depth == 1:
            return items
        refs = [ref for ref in map(self.ref, items) if ref is not None and not ref.steps]
        return [item for ref in refs for item in self._inside(ref.object, depth - 1)]

    # -- sharing -----------------------------------------------------------------------------------------

    def reach(self, handle: Atom) -> set[Object]:
        """The objects that can be read through a handle."""
        ref = self.ref(handle)
        if ref is None:
            return set()
        found = {ref.object}
        for item in self.value(ref.object).items or ():
            found |= self.reach(item)
        return found

    def partners(self, obj: Object) -> list[tuple[Object, Link]]:
        return [(o, link) for pair, link in self.state.related.items() if obj in pair for o in pair if o is not obj]

    def pair(self, a: Object, b: Object, link: Link | None = None, shows: Shows | None = None) -> None:
        """Two objects may share memory. `shows`: which of them shows what the other holds, both unless it is said."""
        if a is not b:
            self.state.related.setdefault(frozenset((a, b)), link or self.link(VIEW))
            self.state.alters |= {(a, b), (b, a)} if shows is None else shows

    def relate(
        self, made: Atom, old: Atom, link: Link | None = None, held: bool = False, items_only: bool = False
    ) -> None:
        """`made` may share memory with whatever `old` is, holds, or may share memory with itself.

        `held`: it holds `old`; `items_only`: it is another list, of the same items.
        """
        ref, whole = self.ref(made), self.ref(old)
        if ref is None or whole is None:
            return
        alters, container = self.state.alters, held or items_only
        for obj in self.reach(old):
            own = link or self.link(SAME_ITEMS if items_only else VIEW)
            for other, known in (*self.partners(obj), (obj, own)):
                if container:  # it shows what others hold where it may hold these
                    copied = items_only and other is whole.object
                    shows = not copied and (other is obj or (other, obj) in alters)
                    self.pair(other, ref.object, known, {(other, ref.object)} if shows else set())
                else:
                    self.pair(other, ref.object, known)
            if obj in self.state.repeats and not isinstance(expr_type(made), Array):
                self.state.repeats.setdefault(ref.object, self.state.repeats[obj])

    def may_share(self, a: Atom, b: Atom) -> bool:
        mine, theirs = self.reach(a), self.reach(b)
        return bool(mine & theirs) or any(len(p & mine) and len(p & theirs) for p in self.state.related)

    def is_same(self, a: Atom, b: Atom) -> bool:
        """Whether two handles surely stand for one place."""
        mine, theirs = self.ref(a), self.ref(b)
        if a is b or mine is None or theirs is None:
            return a is b
        return mine.object is theirs.object and len(mine.steps) == len(theirs.steps) and all(
            map(steps_equal, mine.steps, theirs.steps))  # fmt: skip

    def is_shared(self, handle: Atom) -> bool:
        """Whether a write through this handle would be seen elsewhere than in the object that it is."""
        ref = self.ref(handle)
        return ref is not None and (bool(ref.steps) or bool(self.partners(ref.object)))

    def places(self, handle: Atom, path: Path = ()) -> dict[Path, Atom]:
        """What a container holds at any depth, and itself, as far as its structure is known."""
        ref = self.ref(handle)
        value = self.value(ref.object) if ref is not None and not ref.steps else None
        found = {path: handle}
        for key, item in zip(value.keys, value.items or (), strict=False) if value is not None else ():
            found |= self.places(item, (*path, key))
        return found

    def ties(self, handle: Atom) -> set[tuple[Path, Path]]:
        """Places in a container that may be, or hold, the same memory; a place and itself if it holds some twice."""
        held = [(p, item) for p, item in self.places(handle).items() if self.ref(item) is not None]
        apart = ((a, b) for a, b in itertools.combinations(held, 2) if b[0][: len(a[0])] != a[0])
        ties = {(p, q) for (p, a), (q, b) in apart if self.may_share(a, b)}
        unknown = [p for p, item in held if not any(q[: len(p)] == p and q != p for q, _ in held)]
        return ties | {(p, p) for p, item in held if p in unknown and self.holds_twice(item) is not None}

    def tie(self, handle: Atom, ties: Iterable[tuple[Path, Path]], link: Link) -> None:
        """Let places in a container share memory as they did where it comes from."""
        root = self.ref(handle)
        for places in ties:
            first, second = (self.within(handle, p) for p in places)
            for a, b in itertools.product(first, second):
                self.pair(a, b, link)
            if root is not None and (first & second):  # it is one value, whose items are not told apart
                self.state.repeats.setdefault(root.object, link)

    def within(self, handle: Atom, path: Path) -> set[Object]:
        """What can be reached at a place of a container, or at the last place on the way to it that is known."""
        for key in path:
            ref = self.ref(handle)
            value = self.value(ref.object) if ref is not None and not ref.steps else None
            if value is None or value.items is None or key not in value.keys:
                break
            handle = value.items[value.keys.index(key)]
        return self.reach(handle)

    def holds_twice(self, handle: Atom) -> Link | None:
        """Why two items of a container, at any depth, may be the same memory; None if they are not."""
        ref = self.ref(handle)
        if ref is not None and ref.object in self.state.repeats:
            return self.state.repeats[ref.object]
        items = () if ref is None or ref.steps else self.value(ref.object).items or ()
        for a, b in itertools.combinations(items, 2):
            if ref is not None and self.may_share(a, b):
                return self.twice_in(ref.object, b)
        return next(filter(None, map(self.holds_twice, items)), None)

    def twice_in(self, container: Object, item: Atom) -> Link:
        """The doubt about a container that holds an item twice: from the line that put it in, if there is one."""
        here = self.builder.origin
        put = next((self.put[container, o] for o in self.reach(item) if (container, o) in self.put), container.origin)
        return Link(here if put is NOWHERE else put, TWICE, met=here)


def is_from_start(index: Expr) -> bool:
    """Whether the index of an item is surely not negative."""
    if isinstance(index, Const):
        return not isinstance(index.value, numbers.Integral) or int(index.value) >= 0
    size = getattr(expr_type(index), "size", None)
    return size is not None and at_least(size, 0)


def is_memory(value: Any) -> bool:
    """Whether a value known at build time is, or holds, what a program may write into; instances hold attributes."""
    if hasattr(value, "__array__") or isinstance(value, (list, dict)):
        return True
    parts = children(value)
    return parts is not None and (not isinstance(value, tuple) or any(map(is_memory, parts.values())))


def _cls(t: Type) -> type:
    return t.cls if isinstance(t, Seq) else list


def _same(a: Atom, b: Atom) -> bool:
    return a is b or (isinstance(a, Const) and a == b)
