"""Loops: for and while, with the types of carried variables found by iteration.

Before:
    for i in range(n):
        x = np.sin(x)

After (IR):
    x' = for k, i in range(n) carrying (x = x0):
        t = numpy.sin(x)
        yield t
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import gast

from tangent_ad.analysis.inference import element, rename_new_symbols, value_of_int
from tangent_ad.analysis.iteration import leaves, position, surely_runs
from tangent_ad.analysis.places import HOLE
from tangent_ad.analysis.sampling import expr_type, type_of
from tangent_ad.analysis.sizes import between, computed
from tangent_ad.errors import Refused
from tangent_ad.frontend.carrying import Carrying, TestWrites
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.dict_views import check_keys, dicts
from tangent_ad.frontend.exits import STOP
from tangent_ad.frontend.generators import consume, lazy, of_instance
from tangent_ad.frontend.heap_state import Ref, State, is_mutable
from tangent_ad.frontend.loop_names import LoopNames, loop_names
from tangent_ad.frontend.lowering import STATEMENTS, Lowering
from tangent_ad.frontend.sequences import Item, known_items, sources, turns
from tangent_ad.frontend.statements import assign, branch
from tangent_ad.frontend.trees import Unrolled, hint_of
from tangent_ad.frontend.views import ITERATORS
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, For, Var, While
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import (
    Array,
    Bottom,
    Dict,
    List,
    Mixed,
    Number,
    Range,
    Seq,
    Type,
    Unknown,
)  # fmt: skip
from tangent_ad.ir.walk import free_variables
from tangent_ad.rules.declare import op_of

RESIZED = ("count: while i < len(values), which sees the list as it is; or loop over a copy, list(values), which "
           "stays as it was")  # fmt: skip
TURNS = 16  # of loops, one in another, that are written out to tell them apart
NESTED = "nest lists, or a dataclass with a list of its own kind, in place of tuples of different lengths"


def lower_for(low: Lowering, node: gast.For) -> None:
    source = node.iter.value if isinstance(node.iter, Unrolled) else node.iter
    stream, iterable = lazy(low, source), None
    if stream is None:
        iterable = low.expression(node.iter)
        stream = of_instance(low, source, iterable)
    if stream is not None or iterable is None:
        consume(low, node, stream or [])
        low.statements(node.orelse)
        return
    items = (known_items if writes_items(node, low.type(iterable)) else turns)(low, source, iterable)
    if items is None and low.decides(node):
        items = known_items(low, source, iterable)
        items = items if items is not None and len(items) * low.copies <= TURNS else None
    if items is not None:
        unroll(low, node, iterable, items)
    else:
        tree = iterator_tree(low, source, iterable)
        counted = is_counted(tree)
        tree = tree.args[0] if counted else tree  # type: ignore[union-attr]
        names = loop_names(node, low.frame.tree)
        over = Iteration(low, tree)

        def start() -> tuple[Var, ...]:
            index, elem = loop_head(node.target, over.values, counted)
            item = over.element(index, elem)
            assign(low, node.target, low.builder.apply(PACK_TUPLE, (index, item)) if counted else item)
            return index, elem

        def make(head: tuple[Var, ...], test: Block | None, **parts: Any) -> For:
            over.check(node)
            return For(*over.read(head[0], head[1], parts["body"]), **parts)

        try:
            loop(low, names, start, None, lambda: low.statements(node.body), make, surely_runs(tree))
        except Refused as refused:
            count = turns_of(tree)
            if count is not None and count * low.copies <= TURNS:
                refused.loops.append(low.origin(node))
            raise
    low.statements(node.orelse)


def turns_of(tree: Expr) -> int | None:
    """How many turns a loop has, where that is known."""
    if isinstance(tree, Apply) and tree.op.call is range:
        known = [a.value for a in tree.args if isinstance(a, Const)]
        return len(range(*known)) if len(known) == len(tree.args) else None
    if isinstance(tree, Apply):
        counts = [turns_of(a) for a in tree.args[: iterables(tree.op.call)]]
        return None if None in counts else min(counts, default=0)  # type: ignore[type-var]
    t = expr_type(tree)
    if isinstance(tree, Const) and isinstance(tree.value, (range, str)):
        return len(tree.value)
    return len(t.items) if isinstance(t, Seq) else None


def is_counted(tree: Expr) -> bool:
    """`enumerate(values)`: the loop's own count is the first item."""
    return isinstance(tree, Apply) and tree.op.call is enumerate and len(tree.args) == 1 and not tree.kwargs


def loop_head(target: Any, tree: Expr, counted: bool) -> tuple[Var, Var]:
    if counted and isinstance(target, (gast.Tuple, gast.List)) and len(target.elts) == 2:
        hints = tuple(elem_hint(e) for e in target.elts)
    else:
        hints = ("k", elem_hint(target))
    return Var(hints[0], Number("int", between(0, None))), Var(hints[1], turn(tree))


def elem_hint(target: Any) -> str:
    return hint_of(target.id) if isinstance(target, gast.Name) else "item"


def iterator_tree(low: Lowering, node: Any, atom: Expr) -> Expr:
    """The iterable with its `zip`, `enumerate`, `reversed` and `range` nested, as the user wrote it."""
    definition = low.builder.definition(atom)
    if definition is None or definition.op.call not in ITERATORS:
        if isinstance(atom, Const) and isinstance(atom.value, str):
            return Const(tuple(atom.value))
        t = low.type(atom)
        fine = isinstance(t, (Range, Array, List, Seq, Dict, Unknown, Bottom))
        if not fine or (isinstance(t, Array) and t.dims == ()):
            low.refuse(node, f"a loop over {describe(t)} is not followed",
                       NESTED if isinstance(t, Mixed) else
                       "loop over a range, an array, a list, a tuple, sorted(...) of a set")  # fmt: skip
        return atom
    if definition.op.call is not range and not isinstance(node, gast.Call):
        low.refuse(node, "an iterator kept in a variable runs out when it is used",
                   "write zip(...), enumerate(...) or reversed(...) in the for statement itself")  # fmt: skip
    operands = low.heap.operands.get(atom, definition.args)  # type: ignore[arg-type]
    plain = isinstance(node, gast.Call) and not any(isinstance(a, gast.Starred) for a in node.args)
    inner = list(node.args) if plain and len(node.args) == len(operands) else [node] * len(operands)
    nested = iterables(definition.op.call)
    args = tuple(iterator_tree(low, n, a) if i < nested else a
                 for i, (n, a) in enumerate(zip(inner, operands, strict=True)))  # fmt: skip
    return Apply(definition.op, args, definition.kwargs, definition.type)


def iterables(call: Any) -> int:
    """How many leading arguments of an iterator are iterables themselves."""
    if call is range:
        return 0
    return 1 if call in (enumerate, reversed) else 10**6


class Iteration:
    """What a loop runs over: `tree` of handles, `values` of what they are when it starts."""

    def __init__(self, low: Lowering, tree: Expr) -> None:
        self.low, self.tree = low, tree
        self.values = low.heap.resolve(tree)
        self.before = low.heap.state.copy()

    def element(self, index: Var, elem: Var) -> Atom:
        """A turn's element as a handle: an item of an array or a list is a view of it."""
        changed = any(self.low.heap.now(s) is not v for s, v in self.sequences())  # type: ignore[arg-type]
        if not changed and not is_mutable(elem.type):
            return elem
        return self.part(self.tree, self.values, elem, index, False)

    def sequences(self) -> list[tuple[Expr, Expr]]:
        trees = (leaves(self.tree), leaves(self.values))
        return [(s, v) for (s, _, _), (v, _, _) in zip(*trees, strict=True) if isinstance(s, Var)]

    def part(self, tree: Expr, values: Expr, elem: Var, index: Var, backwards: bool) -> Atom:
        if not isinstance(tree, Apply):
            return self.item(tree, values, elem, index, backwards)
        if tree.op.call is range:
            return elem
        assert isinstance(values, Apply)
        if tree.op.call is reversed:
            return self.part(tree.args[0], values.args[0], elem, index, not backwards)
        places = [1] if tree.op.call is enumerate else range(len(tree.args))
        items = [self.low.builder.raw(GETITEM, (elem, Const(i))) for i in range(max(places, default=-1) + 1)]
        for arg, value, i in zip(tree.args, values.args, places, strict=False):
            part = items[i]
            items[i] = self.part(arg, value, part, index, backwards) if isinstance(part, Var) else part
        return self.low.builder.apply(PACK_TUPLE, items)

    def item(self, sequence: Expr, value: Expr, elem: Var, index: Var, backwards: bool) -> Atom:
        heap, builder = self.low.heap, self.low.builder
        ref = heap.ref(sequence) if isinstance(sequence, (Var, Const)) else None
        if ref is None:
            return heap.born(elem)
        place = position(builder, sequence, index, backwards)
        if heap.now(sequence) is not value:  # type: ignore[arg-type]
            return builder.apply(GETITEM, (sequence, place))
        if is_mutable(elem.type):
            step = Apply(GETITEM, (HOLE, place), (), elem.type)
            heap.refs[elem] = Ref(ref.object, (*ref.steps, step), heap.current(ref.object))
        return elem

    def read(self, index: Var, elem: Var, body: Block) -> tuple[Var, Var, Expr]:
        """What the finished loop runs over: places alone, where its turns read the items from the newest value."""
        if isinstance(self.values, Var) and isinstance(self.tree, Var) and elem not in free_variables(body):
            length = self.low.builder.raw(op_of(len), (self.values,))
            return Var("k", index.type), index, Apply(op_of(range), (length,), (), Range())
        return index, elem, self.values

    def check(self, node: Any) -> None:
        """Refuse a list that grows or shrinks under its own loop."""
        heap = self.low.heap
        for sequence, _ in self.sequences():
            ref = heap.ref(sequence)
            if ref is not None:
                refuse_resized(self.low, node, ref, self.before)


def refuse_resized(low: Lowering, node: Any, ref: Ref, before: State) -> None:
    """Refuse a list that a line in the body of its own loop makes longer or shorter."""
    where, then = ((s.inside if ref.steps else s.resized).get(ref.object) for s in (low.heap.state, before))
    if where is not None and where is not then:
        reason = f"{where.seen_from(low.origin(node))} makes the list longer or shorter while this loop runs over it"
        low.refuse(node, reason, RESIZED, (where,))


def turn(tree: Expr) -> Type:
    """The type of one turn's element; sizes that differ between the items of a list are new each turn."""
    if isinstance(tree, Apply):
        if tree.op.call is range:
            return counted(tree)
        if tree.op.call is enumerate:
            return Seq(tuple, (Number("int", between(0, None)), turn(tree.args[0])))
        if tree.op.call is reversed:
            return turn(tree.args[0])
        return Seq(tuple, tuple(turn(a) for a in tree.args))
    if isinstance(tree, Const):
        return constants(tree.value)
    t = expr_type(tree)
    item = element(t)
    return rename_new_symbols(item, -1) if isinstance(t, List) else item


def counted(tree: Apply) -> Number:
    """The int that a range gives in a turn, between the bounds of the range where they are known."""
    steps = [a.value if isinstance(a, Const) else None for a in tree.args[2:]] or [1]
    start, stop = (Const(0), *tree.args)[-2:] if len(tree.args) < 3 else tree.args[:2]
    if type(steps[0]) is not int or steps[0] == 0:
        return Number("int", between(None, None))
    first, last = value_of_int(start), value_of_int(stop)
    if steps[0] > 0:
        return Number("int", between(first, computed(operator.sub, (last, 1))))
    return Number("int", between(computed(operator.add, (last, 1)), first))


def constants(items: Any) -> Type:
    """One of some values known at build time: ints have bounds."""
    t = element(type_of(items))

    def limited(t: Type, values: list[Any]) -> Type:
        if t == Number("int"):
            return Number("int", between(min(values), max(values)))
        if isinstance(t, Seq) and len({len(v) for v in values}) == 1:
            columns = zip(t.items, map(list, zip(*values, strict=True)), strict=True)
            return Seq(t.cls, tuple(limited(i, c) for i, c in columns))
        return t

    return limited(t, list(items)) if isinstance(items, (tuple, list)) and items else t


def writes_items(node: gast.For, t: Type) -> bool:
    """Whether a loop over arrays that are known one by one may write into them."""
    if not isinstance(t, Seq) or not any(map(is_mutable, t.items)):
        return False
    names = {n.id for n in gast.walk(node.target) if isinstance(n, gast.Name)}
    for n in (n for s in node.body for n in gast.walk(s)):
        if isinstance(n, gast.AugAssign) or (isinstance(n, gast.Subscript) and isinstance(n.ctx, gast.Store)):
            written: list[Any] = [n.target if isinstance(n, gast.AugAssign) else n]
        elif isinstance(n, gast.Call) and not isinstance(n.func, gast.Constant):  # not one of our own
            written = [*n.args, *(k.value for k in n.keywords), n.func]
        else:
            continue
        if any(isinstance(m, gast.Name) and m.id in names for w in written for m in gast.walk(w)):
            return True
    return False


def unroll(low: Lowering, node: gast.For, iterable: Atom, items: list[Item]) -> None:
    """Write a loop out turn by turn; what follows a turn that may end it is run where it has not."""
    around, before, copies = low.env.pop(STOP, None), low.heap.state.copy(), low.copies
    held = dicts(low, sources(low, iterable))
    for item in items:
        low.copies = copies * len(items)

        def turn(item: Item = item) -> None:
            assign(low, node.target, item())
            low.statements(node.body)

        branch(low, low.env.get(STOP, Const(False)), lambda: None, turn)
    low.copies = copies
    if low.env.pop(STOP, None) != Const(True):
        for base, keys in held:
            check_keys(low, node, base, keys)
    if around is not None:
        low.env[STOP] = around
    refs = [low.heap.ref(s) for s in sources(low, iterable)]
    for ref in refs:
        if ref is not None:
            refuse_resized(low, node, ref, before)


def lower_while(low: Lowering, node: gast.While) -> None:
    def test() -> Atom:
        return low.truth(low.expression(node.test))

    def make(head: tuple[Var, ...], test_block: Block | None, **parts: Any) -> While:
        assert test_block is not None
        return While(test_block, **parts)

    try:
        names = loop_names(node, low.frame.tree)
        loop(low, names, lambda: (), test, lambda: low.statements(node.body), make)
    except TestWrites:
        low.statements([tested_inside(node)])
    low.statements(node.orelse)


def tested_inside(node: gast.While) -> gast.While:
    """`while test: body` as `while True: if test: body, else: break`."""
    def flag(value: bool) -> Any:
        name = gast.copy_location(gast.Name(STOP, gast.Store(), None, None), node)
        return gast.copy_location(gast.Assign([name], gast.copy_location(gast.Constant(value, None), node), None), node)

    inside = gast.copy_location(gast.If(node.test, node.body, [flag(True)]), node)
    always = gast.copy_location(gast.Constant(True, None), node)
    return gast.copy_location(gast.While(always, [flag(False), inside], []), node)


def loop(
    low: Lowering,
    names: LoopNames,
    start: Callable[[], tuple[Var, ...]],
    test: Callable[[], Atom] | None,
    body: Callable[[], None],
    make: Callable[..., Any],
    once: bool = False,
) -> None:
    """Lower a loop whose text has these names. `once`: it has one turn at least."""
    Carrying(low, names).run(start, test, body, make, once)


STATEMENTS.update({gast.For: lower_for, gast.While: lower_while})
