"""Writes into the user's memory: through any handle, into the object that it stands for.

A view's new value is put back into its base, up to the object itself; what else may share the memory is stale
from then on. A container whose structure is known holds handles, and changes which; of one whose structure is
not, the whole is one value.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable

import numpy as np

from tangent_ad.analysis.places import WHOLE, joined
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import NOWHERE, Origin, Refused
from tangent_ad.frontend.handles import Handles
from tangent_ad.frontend.heap_state import Object, Ref, Value, is_deep, items_of
from tangent_ad.frontend.sharing import FOUND, ITEM, MOVED, TWICE, Link, Stale
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Const, Expr, Op, Var
from tangent_ad.ir.ops import COPY_NAME, GETITEM, SETITEM
from tangent_ad.ir.types import Array, Bottom, Dict, List, Seq, Type, rank
from tangent_ad.rules.declare import op_of

AT_A_KEY = ("a dict is written at a key that is not known when the derivative is built",
            "use a list, indexed by numbers; or make the dict with all of its keys first, d = {'a': 0.0, 'b': 0.0}, "
            "and write literal keys, each in a branch: if key == 'a': d['a'] = v; a dict comprehension over literal "
            "keys, or range(3), makes all of a dict at once")  # fmt: skip


class Heap(Handles):
    """The objects of one lowering run, and what a program does to them."""

    # -- containers --------------------------------------------------------------------------------------

    def set_contents(self, handle: Atom, items: tuple[Atom, ...], keys: tuple[Hashable, ...] | None = None) -> None:
        ref = self.ref(handle)
        assert ref is not None and not ref.steps
        self.check(ref.object)
        self.detach(ref.object)
        value = self.value(ref.object)
        old = set(map(id, value.items or ()))
        for item in items:
            if id(item) not in old:
                self.check_held(ref.object, item)
                self.put.update({(ref.object, o): self.builder.origin for o in self.reach(item)})
        keys = tuple(range(len(items))) if keys is None else keys
        self.state.values[ref.object] = Value(value.atom, items, keys)
        self.touched(ref.object, within=False)

    def detach(self, obj: Object, depth: int = 0) -> None:
        """Before a container changes which items it holds: handles of its items are its items no more.

        `depth`: how many steps lead to it, as an item of another. Handles that come to it through what holds it, by
        places found at run time, are handles of its items, too.
        """
        for holder, steps in [(obj, depth), *self.holders(obj, depth)]:
            self.part(holder, steps)

    def holders(self, obj: Object, depth: int) -> list[tuple[Object, int]]:
        """The containers of known structure that hold an object, at any depth, and how many steps lead to it."""
        found: list[tuple[Object, int]] = []
        for holder, value in list(self.state.values.items()):
            refs = [self.ref(item) for item in value.items or ()]
            if any(r is not None and r.object is obj and not r.steps for r in refs):
                found += [(holder, depth + 1), *self.holders(holder, depth + 1)]
        return found

    def part(self, obj: Object, depth: int) -> None:
        """Handles that more than so many steps lead to, from an object, stand for what is there now from here on."""
        base = self.current(obj)
        for handle, ref in list(self.refs.items()):
            inside = ref.object is obj and len(ref.steps) > depth and not self.inside_array(ref, depth + 1)
            if not inside or handle in self.state.moved:
                continue
            known = self.state.derived.get(handle)
            valid = handle if ref.base is base else known[1] if known is not None and known[0] is base else None
            made = Object(valid or handle, self.builder.origin)
            self.state.moved[handle] = Ref(made)
            for other in {o for item in self.value(obj).items or () for o in self.reach(item)}:
                self.pair(made, other, self.link(MOVED))  # it may be any of the items
            for other, where in self.partners(obj):
                self.pair(made, other, where)
            self.pair(made, obj, self.link(MOVED), {(made, obj)})
            if valid is None:
                self.state.stale[made] = Stale(self.link(MOVED), self.builder.origin)

    def close(self, obj: Object) -> Atom:
        """Forget a container's structure: from now on it is one value."""
        atom = self.current(obj)
        value = self.value(obj)
        if value.items is not None:
            seen: set[Object] = set()
            for item in value.items:
                reached = self.reach(item)
                again = seen & reached or any(p & seen and p & reached for p in self.state.related)
                twice = self.twice_in(obj, item) if again else self.holds_twice(item)
                if twice is not None:
                    self.state.repeats.setdefault(obj, twice)
                seen |= reached
            for other in seen:
                put = self.put.get((obj, other))
                origin = self.builder.origin if obj.origin is NOWHERE else obj.origin
                link = Link(put or origin, FOUND if put is None else ITEM, met=self.builder.origin)
                self.pair(other, obj, link, {(other, obj)})
                for third, known in self.partners(other):  # what an item may share its memory with
                    self.pair(third, obj, known, {(third, obj)} if (third, other) in self.state.alters else set())
            self.state.values[obj] = Value(atom)
        return atom

    def hold(self, container: Atom, item: Atom) -> None:
        """A container of unknown structure now holds an item."""
        ref = self.ref(container)
        if ref is None:
            return
        obj = ref.object
        self.check_held(obj, item)
        inside = {o for o, _ in self.partners(obj)}
        for other in self.reach(item):
            if other in inside or obj is other:
                self.state.repeats.setdefault(obj, self.link(TWICE))
        twice = self.holds_twice(item)
        if twice is not None:
            self.state.repeats.setdefault(obj, twice)
        self.relate(container, item, self.link(ITEM), held=True)

    def check_held(self, obj: Object, item: Atom) -> None:
        """Refuse what would hold itself: it has no end."""
        if self.holds(item, obj):
            reason = "a list, dict or instance is put into what it holds, so that it holds itself"
            remedy = "keep the numbers in lists, and refer to what is above by its index"
            ref = self.ref(item)
            if ref is not None and ref.steps:
                reason = "an item, found at run time, is put into what it may itself be, or hold: it could hold itself"
                remedy = "put a copy of it in, list(item), or keep its index, and look it up where it is used: rows[k]"
            elif self.is_same(item, obj.var):
                remedy = "drop this line, and use the list, dict or instance by its own name"
            raise Refused(self.builder.origin, reason, remedy)

    # -- instances made outside the function -------------------------------------------------------------

    def attributes(self, base: Const) -> dict[Hashable, Atom]:
        """What the function has written into an instance that is not its own."""
        known = self.outside.get(id(base.value))
        value = self.state.values.get(known) if known is not None else None
        return {} if value is None else dict(zip(value.keys, value.items or (), strict=True))

    def set_attribute(self, base: Const, name: str, value: Atom, original: Atom) -> None:
        obj = self.outside.setdefault(id(base.value), Object(base, NOWHERE, serial=-1))
        self.originals.setdefault(obj, {}).setdefault(name, original)
        self.written.setdefault(obj, self.builder.origin)
        items = {**self.attributes(base), name: value}
        self.state.values[obj] = Value(base, tuple(items.values()), tuple(items))

    def complete(self, obj: Object, value: Value | None, keys: Iterable[Hashable]) -> Value:
        """The attributes of an instance from outside, with those that only another path has written."""
        held = {} if value is None else dict(zip(value.keys, value.items or (), strict=True))
        full = {k: held.get(k, self.originals[obj].get(k, UNDEFINED)) for k in sorted({*held, *keys}, key=str)}
        return Value(obj.var, tuple(full.values()), tuple(full))

    # -- arrays, and what is found at run time -----------------------------------------------------------

    def resize(self, ref: Ref) -> None:
        """A list grows or shrinks here."""
        (self.state.inside if ref.steps else self.state.resized)[ref.object] = self.builder.origin

    def touched(self, obj: Object, within: bool = True, inner: bool = False) -> None:
        """A write makes what may share the memory stale; with `within` False, not the items that a list holds.

        `inner`: it is a list in the list that has changed; other lists that are held may be this one.
        """
        for held, where, any_change in self.held:
            shared = any_change and any(held is other for other, _ in self.partners(obj))
            if shared or (held is obj and (any_change or not (within or inner))):
                here = self.builder.origin
                reason = f"this changes what {where.seen_from(here)} runs over, and has read before it began"
                remedy = f"let {where.seen_from(here)} run over a copy: list(items) of a list, x.copy() of an array"
                raise Refused(here, reason, remedy, (where,))
        for other, link in self.partners(obj):
            shows = (inner or (obj, other) in self.state.alters) and not isinstance(expr_type(other.var), Array)
            if within or shows:
                if isinstance(other.var, Const) and other not in self.originals:  # on another path, in another turn
                    raise outlasting(self.builder.origin, other.var, link)
                holds = (other, obj) not in self.state.alters and not isinstance(self.type(other.var), Array)
                self.state.stale.setdefault(other, Stale(link, self.builder.origin, holds))

    def set(self, obj: Object, atom: Atom, within: bool = True, inner: bool = False) -> None:
        """An object's new value; `within` False: a container that holds other items, themselves unchanged."""
        if isinstance(obj.var, Const):
            raise outlasting(self.builder.origin, obj.var)
        self.check(obj)
        self.written.setdefault(obj, self.builder.origin)
        self.state.values[obj] = Value(self.boxed(atom, expr_type(self.value(obj).atom)))
        self.touched(obj, within, inner)

    def boxed(self, atom: Atom, old: Type) -> Atom:
        """A number as what an array without dimensions holds, which stays an array."""
        t = expr_type(atom)
        if not (isinstance(old, Array) and old.boxed) or t == old:
            return atom
        if isinstance(t, Array) and t.dtype == old.dtype:
            return self.builder.name(Apply(COPY_NAME, (atom,), (), old), "t")
        return self.builder.raw(op_of(np.array), (atom,), (("dtype", Const(np.dtype(old.dtype))),))

    def store(self, handle: Atom, op: Op, index: Expr, value: Atom) -> None:
        """`handle[index] = value`, or `+=` for ADDITEM."""
        ref = self.ref(handle)
        if ref is None and isinstance(expr_type(handle), Bottom):
            return  # the result of a recursive call whose type is still being found
        if ref is None:
            raise Refused(self.builder.origin, "a number cannot be written into", "write into an array")
        self.check_item(ref)
        steps, tail = list(ref.steps), [self.resolve(index)]
        while steps and steps[-1].op is GETITEM and self.inside_array(ref, len(steps)):
            tail.insert(0, steps.pop().args[1])
        tail = [i for i in tail if i not in WHOLE] or [WHOLE[0]]
        self.check(ref.object)
        inner = self.follow(self.close(ref.object), steps)
        if rank(expr_type(inner)) == 0:  # the whole of it
            made = self.now(value)
            made = made if op is SETITEM else self.builder.raw(op_of(operator.add), (inner, made))
            self.put_back(ref.object, tuple(steps), self.boxed(made, expr_type(inner)))
            return
        made = self.builder.raw(op, (inner, joined(tail, expr_type(inner)), self.now(value)), (),
                             _hint(inner))  # fmt: skip
        self.put_back(ref.object, tuple(steps), made)

    def inside_array(self, ref: Ref, n: int) -> bool:
        """Whether step number `n` indexes an array, not a list."""
        before = ref.steps[n - 2].type if n > 1 else expr_type(self.value(ref.object).atom)
        return isinstance(before, Array)

    def overwrite(self, handle: Atom, value: Atom) -> None:
        """All that can be reached through a handle takes a new value: a callee has written into it."""
        ref = self.ref(handle)
        if ref is None:
            return
        self.check_item(ref)
        known = self.value(ref.object)
        if isinstance(expr_type(value), List):
            self.resize(ref)
            self.close(ref.object)
            known = self.value(ref.object)
        if ref.steps or known.items is None:
            self.put_back(ref.object, ref.steps, value)
            return
        items = []
        for key, item in zip(known.keys, known.items, strict=True):
            new = self.builder.raw(GETITEM, (value, Const(key)))
            if self.ref(item) is None:
                items.append(self.born(new))
            else:
                self.overwrite(item, new)
                items.append(item)
        self.state.values[ref.object] = Value(known.atom, tuple(items), known.keys)
        self.touched(ref.object, within=False)

    def replace(self, handle: Atom, value: Atom) -> None:
        """The handle's memory takes a whole new value of the same type."""
        ref = self.ref(handle)
        assert ref is not None
        self.check(ref.object)
        self.check_item(ref)
        self.put_back(ref.object, ref.steps, self.now(value))

    def put_back(self, obj: Object, steps: tuple[Apply, ...], made: Atom, within: bool = True) -> None:
        """Write the new value of a view into its base, up to the object itself."""
        for n in reversed(range(len(steps))):
            step = steps[n]
            base = self.follow(self.current(obj), steps[:n])
            t = expr_type(base)
            if step.op is GETITEM and isinstance(t, Seq) and t.cls is tuple:
                raise Refused(self.builder.origin, "an item of a tuple, found at run time, is written into",
                              "use a list, if the function makes it; or write in a branch for each item: if i == 0: "
                              "t[0][...] = v")  # fmt: skip
            if step.op is GETITEM and isinstance(t, Dict):
                if not isinstance(step.args[1], Const):
                    raise Refused(self.builder.origin, *AT_A_KEY)
                made = self.with_part(base, step.args[1].value, made)
            elif step.op is GETITEM:
                made = self.builder.raw(SETITEM, (base, self.as_written(base, step.args[1]), made), (), _hint(base))
            else:
                assert self.invert is not None
                made = self.invert(step, made, base)
        self.set(obj, made, within, bool(steps))

    def with_part(self, base: Atom, key: Hashable, part: Atom) -> Atom:
        """A dict or an instance, with another value under one of its keys."""
        t = expr_type(base)
        assert isinstance(t, Dict)
        keys = [k for k, _ in t.entries]
        parts = [part if k == key else self.builder.raw(GETITEM, (base, Const(k))) for k in keys]
        return self.pack(t, tuple(keys), tuple(parts))

    def replace_part(self, handle: Atom, key: Hashable, part: Atom) -> bool:
        """`handle[key] = part` for a dict or an instance that is an item found at run time; False for others."""
        ref, t = self.ref(handle), self.type(handle)
        if ref is None or not ref.steps or not isinstance(t, Dict) or t.get(key) is None:
            return False
        self.check(ref.object)
        self.check_item(ref)
        self.detach(ref.object, len(ref.steps))
        made = self.with_part(self.now(handle), key, self.now(part))
        self.put_back(ref.object, ref.steps, made, within=False)
        self.hold(handle, part)
        return True

    def check_item(self, ref: Ref) -> None:
        """Before a write into an item that is found at run time: its container is one value from here on."""
        if not ref.steps or self.inside_array(ref, 1):
            return
        self.close(ref.object)
        link = self.state.repeats.get(ref.object)
        if link is not None:
            here = self.builder.origin
            parted = (ref.origin, link.parted, *self.lengthened(ref.object))
            deep = any(map(is_deep, items_of(expr_type(self.value(ref.object).atom))))
            raise Refused(here, link.reason(here), link.remedy(here, deep), (link.origin,), parted)


def outlasting(here: Origin, made: Const, link: Link | None = None) -> Refused:
    """The error for a write into what was there before the call. `link`: why it may be that which is written."""
    name = made.name or "this"
    reason = f"{name} was made outside of the function: a write into it would last beyond the call"
    if link is not None:
        reason = f"this may be {name}, which {reason.removeprefix(f'{name} ')}"
    copied = "dict(...)" if isinstance(made.value, dict) else ".copy()"
    deep = ", and of what it holds, where that is written into" if isinstance(made.value, (dict, list)) else ""
    remedy = f"pass it as an argument, or write into a copy of your own: {copied}{deep}"
    if isinstance(made.value, (dict, list)):
        remedy += ": b = d['b'].copy() of an array, p = dataclasses.replace(...) of an instance of a dataclass"
    return Refused(here, reason, remedy, () if link is None else (link.origin,))


def _hint(atom: Atom) -> str:
    return atom.hint if isinstance(atom, Var) else "t"
