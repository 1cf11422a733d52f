"""Recursive functions become functions of their own in the emitted module, one per argument types."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import gast

from tangent_ad.analysis.inference import rename_new_symbols
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.cells import is_cell
from tangent_ad.frontend.heap import Heap
from tangent_ad.frontend.heap_state import Object, State, Value, is_mutable, kinds_of
from tangent_ad.frontend.lengths import any_length, left, told
from tangent_ad.frontend.lowering import Cached, Closure, Frame, Lowering, local_names
from tangent_ad.frontend.merging import same_ref
from tangent_ad.frontend.sharing import PUT, RETURNED, RETURNS_TWICE
from tangent_ad.frontend.source import Source
from tangent_ad.frontend.trees import hint_of
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Func, Let, Op, Stmt, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Bottom, List, Number, Seq, Type, Unknown, vary_in_lists
from tangent_ad.ir.walk import free_variables, statements

ATTEMPTS = 6
PACKAGE = __name__.partition(".")[0]
FEW = 4  # versions of one recursive function, for lists of different lengths


class Recursion(Exception):
    """A function being inlined was called again; caught where its inlining began."""

    def __init__(self, tree: Any) -> None:
        super().__init__(tree)
        self.tree = tree


class Wider(Exception):
    """A function leaves its arguments of other types than it was given: a list is longer, say."""

    def __init__(self, kinds: tuple[Type, ...]) -> None:
        super().__init__(kinds)
        self.kinds = kinds


@dataclass(frozen=True)
class Body:
    """What is followed at a call: a function's tree, and for a nested one the frame it captures from."""

    source: Source
    tree: Any
    parent: Frame | None

    @property
    def name(self) -> str:
        return hint_of(getattr(self.tree, "name", "function"))


@dataclass(frozen=True)
class Kept:
    """Which arguments, by position, hold other objects after a call than before it.

    `linked`: pairs that may share memory then; `repeats`: lists that may hold one object twice then.
    """

    other: tuple[int, ...] = ()
    linked: tuple[tuple[int, int], ...] = ()
    repeats: tuple[int, ...] = ()


@dataclass
class Outlined:
    """A recursive function. `writes`: the arguments that it changes, by position, returned beside its result.

    `fresh`: its result shares no memory with the arguments. `twice`: its result may hold one object twice.
    `kept`: what the call does to what the arguments hold. `lines`: where it writes, by argument. `outside`: what was
    made outside of it, and its result may be.
    """

    op: Op
    type: Type
    writes: tuple[int, ...] = ()
    fresh: bool = True
    twice: bool = False
    kept: Kept = Kept()
    outside: tuple[Const, ...] = ()
    params: tuple[Type, ...] = ()
    lines: dict[int, Origin] = field(default_factory=dict)


def outline(low: Lowering, node: Any, body: Body, env: dict[str, Atom]) -> Atom:
    """Call a recursive function: its own `Func`, made at the first call with these types."""
    static: dict[str, Const] = {n: a for n, a in env.items() if isinstance(a, Const) and not is_number(a)}
    dynamic = {n: a for n, a in env.items() if n not in static}
    around = Around()
    around.function(low, node, body.tree, body.parent)
    for name, atom in static.items():  # functions that are arguments
        if isinstance(atom.value, (Cached, Closure)) or _holds_values(atom.value):
            around.value(low, node, name, atom)
    captured = around.values
    kinds = tuple(general(low.type(a)) for a in (*dynamic.values(), *captured.values()))
    versions = sum(1 for known in low.outlined if known[0] is body.tree)
    if versions >= FEW:  # each call has a list of another length: any length, then
        kinds = tuple(map(any_length, kinds))
    if versions >= 3 * FEW:
        low.refuse(node, f"{body.name} calls itself with arguments of another structure each time (objects in objects, "
                         "longer tuples)", "keep the numbers in lists, and pass an index")  # fmt: skip
    keys: list[tuple[Any, ...]] = []
    while True:
        texts = {n: a.value.tree for n, a in static.items() if isinstance(a.value, Closure)}
        known_here = (*(static | texts).items(), *around.pattern)
        keys.append((body.tree, known_here, tuple(dynamic), tuple(captured), *map(told, kinds)))
        if keys[-1] in low.outlined:
            break
        known = dict(low.outlined)
        entry = low.outlined[keys[-1]] = Outlined(function_op(low, body.name), Bottom(), params=kinds)
        try:
            make(low, entry, body, static, tuple(dynamic), around, kinds)
            break
        except Wider as wider:
            forget(low, known)
            kinds = wider.kinds
        except Refused:  # perhaps only because a list is taken to be as long as it is here
            forget(low, known)
            longer = tuple(map(any_length, kinds))
            if longer == kinds:
                raise
            kinds = longer
    low.outlined.update(dict.fromkeys(keys, low.outlined[keys[-1]]))
    return call_outlined(low, node, low.outlined[keys[-1]], (*dynamic.values(), *captured.values()))


def forget(low: Lowering, known: dict[Any, Outlined]) -> None:
    """Take back all functions but those known before: they were made for what has turned out not to hold."""
    for entry in low.outlined.values():
        if not any(entry is kept for kept in known.values()):
            low.callees.pop(entry.op, None)
    low.outlined.clear()
    low.outlined.update(known)


def call_outlined(low: Lowering, node: Any, entry: Outlined, handles: tuple[Atom, ...]) -> Atom:
    heap, builder = low.heap, low.builder
    for i in entry.writes:
        for j, other in enumerate(handles):
            if heap.holds_twice(handles[i]) if i == j else heap.may_share(handles[i], other):
                here, line = low.origin(node), entry.lines.get(i)
                where = "it" if line is None else f"it in {line.seen_from(here)}"
                low.refuse(node, f"a recursive call is given the same memory twice, and writes into {where}",
                           "where both are meant to be the one array, give the function one parameter for it; where "
                           "only one is meant to change, which gives other numbers than now, pass a copy: .copy()",
                           () if line is None else (line,))  # fmt: skip
    result_type = rename_new_symbols(entry.type, -1, known=False)
    values = tuple(map(heap.now, handles))
    if not entry.writes:
        result: Atom = builder.name(Apply(entry.op, values, (), result_type), "t")
    else:
        kinds = (result_type, *(left(low.type(handles[i]), entry.params[i]) for i in entry.writes))
        both = builder.name(Apply(entry.op, values, (), Seq(tuple, kinds)), "both")
        result = builder.raw(GETITEM, (both, Const(0)))
        for i in entry.kept.other:  # what has been read from it may be its item no more
            ref = heap.ref(handles[i])
            if ref is not None:
                heap.detach(ref.object)
                heap.close(ref.object)
        for n, i in enumerate(entry.writes):
            heap.overwrite(handles[i], builder.raw(GETITEM, (both, Const(n + 1)), (), getattr(handles[i], "hint", "t")))
        for i, j in entry.kept.linked:
            heap.relate(handles[i], handles[j], heap.link(PUT))
        for i in entry.kept.repeats:
            repeats(heap, handles[i])
    heap.born(result, opened=False)
    if not entry.fresh:
        for handle in handles:
            heap.relate(result, handle, heap.link(RETURNED))
    for made in entry.outside:
        heap.relate(result, made, heap.link(RETURNED))
    if entry.twice:
        repeats(heap, result)
    if isinstance(result, Var) and result in heap.refs:
        heap.open(result)
    return result


def repeats(heap: Heap, handle: Atom) -> None:
    """A container may hold one object twice."""
    ref = heap.ref(handle)
    if ref is not None:
        heap.close(ref.object)
        heap.state.repeats.setdefault(ref.object, heap.link(RETURNS_TWICE))


def function_op(low: Lowering, name: str) -> Op:
    taken = {entry.op.symbol for entry in low.outlined.values()}
    chosen, n = name, 1
    while chosen in taken:
        n += 1
        chosen = f"{name}_{n}"
    return Op(chosen, outline, "call", symbol=chosen)


@dataclass
class Around:
    """What a nested function reads of those around it, itself or by others that it calls.

    `values`: what is found at run time, by a name for it; `frames`: where it is looked up. `pattern`: what each name
    looked up stands for, in order: the number of a value or of a function and its text, or what is known. Functions
    of one text that differ in which of their names are equal differ in it.
    """

    values: dict[str, Var] = field(default_factory=dict)
    pattern: list[tuple[str, Any]] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    read: set[Any] = field(default_factory=set)

    def function(self, low: Lowering, node: Any, tree: Any, parent: Frame | None) -> None:
        """A function's names that are not its own. Where its text is shared, the frames around tell it from others."""
        if (tree, parent) in self.read:
            return
        self.read.add((tree, parent))
        parameters = {a.id for a in gast.walk(tree.args) if isinstance(a, gast.Name) and isinstance(a.ctx, gast.Param)}
        names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)} - local_names(tree) - parameters
        frames = list(_outwards(parent))
        self.frames += [frame for frame in frames if frame not in self.frames]
        for name in sorted(names):
            holder = next((frame for frame in frames if name in frame.env), None)
            if holder is not None:
                self.value(low, node, name, holder.env[name])

    def value(self, low: Lowering, node: Any, name: str, value: Atom | None) -> None:
        if is_cell(value):
            low.refuse(node, "a recursive function sees a name that inner functions rebind (nonlocal)",
                       "pass the value in as an argument, and return its new value beside the result: "
                       "return result, y")  # fmt: skip
        if isinstance(value, Const) and isinstance(value.value, Cached):
            value = value.value.function
        if isinstance(value, Var):
            if value not in self.values.values():
                self.values[_untaken(name, self.values)] = value
            self.pattern.append((name, list(self.values.values()).index(value)))
        elif isinstance(value, Const) and isinstance(made := value.value, Closure):
            new = made not in self.closures
            if new:
                self.closures.append(made)
            self.pattern.append((name, (self.closures.index(made), made.tree)))
            if new:
                self.function(low, node, made.tree, made.frame)
                for default in (*made.defaults, *made.kw_defaults):
                    self.value(low, node, "default", default)
        elif isinstance(value, Const) and _holds_values(value.value):
            low.refuse(node, f"a recursive function calls {name!r}, which was made outside of it, of values found at "
                             "run time",
                       f"pass what {name!r} was made of, the object of a method, as an argument, and make {name!r} "
                       "inside")  # fmt: skip
        elif value is not None:
            self.pattern.append((name, value))

    def replaced(self, new: dict[Var, Var]) -> None:
        """Let the frames hold other values."""
        for frame in self.frames:
            frame.env.update({name: _replaced(value, new) for name, value in frame.env.items()})


def _outwards(frame: Frame | None) -> Iterator[Frame]:
    while frame is not None:
        yield frame
        frame = frame.parent


def _holds_values(made: Any) -> bool:
    """Whether a method, a partial function or a choice of functions was made of values found at run time."""
    if isinstance(made, Const):
        return _holds_values(made.value)
    if isinstance(made, (tuple, dict)):
        return any(map(_holds_values, made.values() if isinstance(made, dict) else made))
    own = module_of(type(made)).startswith(PACKAGE) and dataclasses.is_dataclass(made)
    return isinstance(made, Var) or (own and any(map(_holds_values, vars(made).values())))


def _untaken(name: str, taken: Iterable[str]) -> str:
    chosen, n = name, 1
    while chosen in taken:
        n += 1
        chosen = f"{name}_{n}"
    return chosen


def _replaced(value: Any, new: dict[Var, Var]) -> Any:
    if isinstance(value, Var):
        return new.get(value, value)
    if isinstance(value, Const) and isinstance(value.value, Cached):
        inner = _replaced(value.value.function, new)
        return value if inner is value.value.function else Const(Cached(inner), value.name)
    if isinstance(value, Const) and isinstance(made := value.value, Closure):
        defaults, named = (tuple(_replaced(d, new) for d in given) for given in (made.defaults, made.kw_defaults))
        if defaults != made.defaults or named != made.kw_defaults:
            return Const(replace(made, defaults=defaults, kw_defaults=named), value.name)
    return value


def is_number(atom: Const) -> bool:
    return type(atom.value) in (int, float, complex)


def general(t: Type) -> Type:
    """The type without sizes: a recursive call may be given any."""
    made = rename_new_symbols(replace(t, size=None) if isinstance(t, Number) else t, -1, known=False)
    vary_in_lists(made, -1)
    return made


def make(
    low: Lowering,
    entry: Outlined,
    body: Body,
    static: dict[str, Const],
    names: tuple[str, ...],
    around: Around,
    kinds: tuple[Type, ...],
) -> None:
    """Lower the body until the type of its result, which its own calls use, holds."""
    builder, outer_frames, outer_active = low.builder, low.frames, low.active
    saved = [(frame, dict(frame.env)) for frame in around.frames]
    known = dict(low.outlined)
    for attempt in range(ATTEMPTS):
        forget(low, known)
        params = tuple(Var(hint_of(n), t) for n, t in zip((*names, *around.values), kinds, strict=True))
        inside = dict(zip(around.values.values(), params[len(names) :], strict=True))
        around.replaced(inside)
        env = {n: _replaced(a, inside) for n, a in static.items()} | dict(zip(names, params, strict=False))
        low.frames, low.active = [Frame(body.source, {})], []
        outer, state, heap = builder.open(), low.heap.state, low.heap
        was_apart, heap.apart, heap.state = heap.apart, True, State()
        for param in params:
            heap.born(param)
            if isinstance(param.type, Unknown):
                low.doubtful.add(param)
        starts = [{obj: heap.value(obj) for obj in heap.reach(param)} for param in params]
        try:
            handle = low.run_function(body.source, body.tree, env, body.parent)
            found = general(low.type(handle))
            fresh = not any(heap.may_share(handle, p) for p in params)
            twice = heap.holds_twice(handle) is not None
            near = {o for r in heap.reach(handle) for o in (r, *(p for p, _ in heap.partners(r)))}
            outside = tuple(o.var for o in sorted(near, key=id) if isinstance(o.var, Const))
            result = heap.now(handle)
            kept = Kept(
                tuple(i for i, values in enumerate(starts) if any(holds_other(heap, o, v) for o, v in values.items())),
                tuple((i, j) for i, j in combinations(range(len(params)), 2) if heap.may_share(params[i], params[j])),
                tuple(i for i, p in enumerate(params) if heap.holds_twice(p)),
            )
            news = {i: new for i, p in enumerate(params) if (new := after(heap, p)) is not p}
            refs = {i: heap.ref(params[i]) for i in news}
            entry.lines |= {i: heap.written[r.object] for i, r in refs.items() if r and r.object in heap.written}
            wider = tuple(general(left(t, low.type(p))) for t, p in zip(kinds, params, strict=True))
            if tuple(map(told, wider)) != tuple(map(told, kinds)):
                raise Wider(wider)
            if news:
                result = builder.raw(PACK_TUPLE, (result, *news.values()))
        finally:
            stmts = builder.close(outer)
            heap.apart, heap.state = was_apart, state
            low.frames, low.active = outer_frames, outer_active
            for frame, before in saved:
                frame.env.clear()
                frame.env.update(before)
        acts = entry.op.pure and has_effects(stmts)
        if acts:  # a call of it whose result nobody reads is made all the same
            entry.op = replace(entry.op, pure=False)
        covered = isinstance(entry.type, Unknown) or told(found) == told(entry.type)
        settled = covered and (tuple(news), fresh, twice, kept, len(outside)) == (
            entry.writes, entry.fresh, entry.twice, entry.kept, len(entry.outside))
        entry.type = found if attempt < ATTEMPTS - 2 else Unknown()
        entry.writes, entry.fresh, entry.twice, entry.kept = tuple(news), fresh, twice, kept
        entry.outside = outside
        if settled and not acts:
            break
    else:
        low.refuse(body.tree, f"what {body.name} returns, and does to its arguments, differs from call to call",
                   "return values of one kind, and give it lists of one kind")  # fmt: skip
    block = Block(stmts, (result,))
    assert set(free_variables(block)) <= set(params)
    low.callees[entry.op] = Func(entry.op.symbol, params, block, body.source.origin(body.tree))


def has_effects(stmts: Iterable[Stmt]) -> bool:
    """Whether a function does something beside computing its result: prints, checks, raises."""
    lets = (s for s in statements(Block(tuple(stmts))) if isinstance(s, Let) and isinstance(s.value, Apply))
    return any(s.target is None or not s.value.op.pure for s in lets)  # type: ignore[union-attr]


def after(heap: Heap, param: Var) -> Atom:
    """What a parameter holds when its function returns."""
    ref = heap.ref(param)
    if ref is None:
        return param
    for obj in heap.reach(param):  # what may have been written through another name is not known
        heap.check(obj)
    return heap.current(ref.object)


def holds_other(heap: Heap, obj: Object, before: Value) -> bool:
    """Whether a container may no longer hold what it held before, in the same places."""
    now = heap.value(obj)
    if not any(is_mutable(t) for v in (before, now) for t in held_kinds(expr_type(v.atom))):
        return False
    if before.items is None or now.items is None:
        return heap.current(obj) is not before.atom
    items = dict(zip(now.keys, map(heap.ref, now.items), strict=True))
    old = ((key, heap.ref(item)) for key, item in zip(before.keys, before.items, strict=True))
    return any(ref is not None and not ((new := items.get(key)) and same_ref(ref, new)) for key, ref in old)


def held_kinds(t: Type) -> tuple[Type, ...]:
    return (t.item,) if isinstance(t, List) else kinds_of(t)
