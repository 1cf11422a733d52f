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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.analysis.inference import element, rename_new_symbols
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.frontend.exits import STOP
from tangent_ad.frontend.lowering import STATEMENTS, Lowering, assigned_names
from tangent_ad.frontend.sequences import turns
from tangent_ad.frontend.statements import assign, branch
from tangent_ad.frontend.trees import hint_of
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Block, Const, Expr, For, Stmt, Var, While
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.types import (
    Array,
    Bottom,
    Dict,
    Joiner,
    List,
    Number,
    Opaque,
    Range,
    Seq,
    Type,
    Unknown,
    map_dims,
    newest_symbol,
)  # fmt: skip

ITERATORS = (range, zip, enumerate, reversed)
ATTEMPTS = 12


def lower_for(low: Lowering, node: gast.For) -> None:
    iterable = low.expression(node.iter)
    items = turns(low, node.iter, iterable)
    if items is not None:
        unroll(low, node.target, items, lambda: low.statements(node.body))
    else:
        tree = iterator_tree(low, node.iter, iterable)
        counted = is_counted(tree)
        tree = tree.args[0] if counted else tree  # type: ignore[union-attr]
        names = assigned_names([*node.body, gast.Assign([node.target], gast.Constant(None, None), None)])

        def start() -> tuple[Var, ...]:
            index, elem = loop_head(node.target, tree, counted)
            pair = low.builder.apply(PACK_TUPLE, (index, elem)) if counted else elem
            assign(low, node.target, pair)
            return index, elem

        def make(head: tuple[Var, ...], test: Block | None, **parts: Any) -> For:
            return For(head[0], head[1], tree, **parts)

        loop(low, names, start, None, lambda: low.statements(node.body), make)
    low.statements(node.orelse)


def is_counted(tree: Expr) -> bool:
    """`enumerate(values)`: the loop's own count is the first item."""
    return isinstance(tree, Apply) and tree.op.call is enumerate and len(tree.args) == 1 and not tree.kwargs


def loop_head(target: Any, tree: Expr, counted: bool) -> tuple[Var, Var]:
    if counted and isinstance(target, (gast.Tuple, gast.List)) and len(target.elts) == 2:
        hints = tuple(elem_hint(e) for e in target.elts)
    else:
        hints = ("k", elem_hint(target))
    return Var(hints[0], Number("int")), Var(hints[1], turn(tree))


def elem_hint(target: Any) -> str:
    return hint_of(target.id) if isinstance(target, gast.Name) else "item"


def iterator_tree(low: Lowering, node: Any, atom: Expr) -> Expr:
    """The iterable with its `zip`, `enumerate`, `reversed` and `range` nested, as the user wrote it."""
    definition = low.builder.definition(atom)
    if definition is None or definition.op.call not in ITERATORS:
        t = expr_type(atom)
        fine = isinstance(t, (Range, Array, List, Seq, Dict, Unknown, Bottom))
        if not fine or (isinstance(t, Array) and t.dims == ()):
            what = t.cls.__name__ if isinstance(t, Opaque) else f"a value of type {t}"
            low.refuse(node, f"iteration over {what} is not differentiated",
                       "iterate over a range, an array, a list or a tuple")  # fmt: skip
        return atom
    if definition.op.call is not range and not isinstance(node, gast.Call):
        low.refuse(node, "an iterator kept in a variable runs out when it is used",
                   "write zip(...), enumerate(...) or reversed(...) in the for statement itself")  # fmt: skip
    inner = list(node.args) if isinstance(node, gast.Call) else [node] * len(definition.args)
    nested = iterables(definition.op.call)
    args = tuple(iterator_tree(low, n, a) if i < nested else a
                 for i, (n, a) in enumerate(zip(inner, definition.args, strict=False)))  # fmt: skip
    return Apply(definition.op, args, definition.kwargs, definition.type)


def iterables(call: Any) -> int:
    """How many leading arguments of an iterator are iterables themselves."""
    if call is range:
        return 0
    return 1 if call in (enumerate, reversed) else 10**6


def turn(tree: Expr) -> Type:
    """The type of one turn's element; sizes that differ between the items of a list are new each turn."""
    if isinstance(tree, Apply):
        if tree.op.call is range:
            return Number("int")
        if tree.op.call is enumerate:
            return Seq(tuple, (Number("int"), turn(tree.args[0])))
        if tree.op.call is reversed:
            return turn(tree.args[0])
        return Seq(tuple, tuple(turn(a) for a in tree.args))
    t = expr_type(tree)
    item = element(t)
    return rename_new_symbols(item, -1) if isinstance(t, List) else item


def unroll(low: Lowering, target: Any, items: list[Atom], body: Callable[[], None]) -> None:
    """Write a loop out turn by turn; what follows a turn that may end it is run where it has not."""
    around = low.env.pop(STOP, None)
    for item in items:

        def turn(item: Atom = item) -> None:
            assign(low, target, item)
            body()

        branch(low, low.env.get(STOP, Const(False)), lambda: None, turn)
    low.env.pop(STOP, None)
    if around is not None:
        low.env[STOP] = around


def lower_while(low: Lowering, node: gast.While) -> None:
    def test() -> Atom:
        return low.expression(node.test)

    def make(head: tuple[Var, ...], test_block: Block | None, **parts: Any) -> While:
        assert test_block is not None
        return While(test_block, **parts)

    loop(low, assigned_names(node.body), lambda: (), test, lambda: low.statements(node.body), make)
    low.statements(node.orelse)


def loop(
    low: Lowering,
    names: set[str],
    start: Callable[[], tuple[Var, ...]],
    test: Callable[[], Atom] | None,
    body: Callable[[], None],
    make: Callable[..., Any],
) -> None:
    """Lower a loop body until the types of the carried variables hold."""
    builder, origin, before = low.builder, low.builder.origin, dict(low.env)
    carried = [n for n in sorted(names) if n != STOP]
    inits = [before.get(n, UNDEFINED) for n in carried]
    types: list[Type] = [Bottom() if i is UNDEFINED else low.type(i) for i in inits]
    start_mark = newest_symbol()
    for attempt in range(ATTEMPTS):
        mark = newest_symbol()
        params = tuple(Var(hint_of(n), t) for n, t in zip(carried, types, strict=True))
        rebind(low, before, carried, params)
        made = lower_turn(low, carried, start, test, body)
        found = loop_types(low, inits, made.results, mark)
        if canonical(found, start_mark) == canonical(types, start_mark):
            break
        late = attempt >= ATTEMPTS - 3
        types = [f if f == t else Unknown() for f, t in zip(found, types, strict=True)] if late else found
    else:
        raise AssertionError("types of carried variables do not settle")
    targets = tuple(Var(p.hint, p.type) for p in params)
    rebind(low, before, carried, targets)
    builder.origin = origin
    block = Block(made.stmts, (*made.results, *made.ends))
    builder.add(make(made.head, made.test, params=params, inits=tuple(inits), body=block,
                     targets=targets, stops=bool(made.ends), origin=origin))  # fmt: skip


@dataclass
class Turn:
    """One turn of a loop, lowered. `ends`: the atom that ends the loop, if any does."""

    head: tuple[Var, ...]
    test: Block | None
    stmts: tuple[Stmt, ...]
    results: list[Atom]
    ends: tuple[Atom, ...]


def lower_turn(
    low: Lowering,
    carried: list[str],
    start: Callable[[], tuple[Var, ...]],
    test: Callable[[], Atom] | None,
    body: Callable[[], None],
) -> Turn:
    """Lower the test and the body of a loop once."""
    builder = low.builder
    test_block = None
    if test is not None:
        outer = builder.open()
        verdict = test()
        test_block = Block(builder.close(outer), (verdict,))
    outer = builder.open()
    head = start()
    body()
    results = [low.env.get(n, UNDEFINED) for n in carried]
    stop = low.env.pop(STOP, None)
    never = stop is None or (isinstance(stop, Const) and not stop.value)
    return Turn(head, test_block, builder.close(outer), results, () if stop is None or never else (stop,))


def rebind(low: Lowering, before: dict[str, Atom], carried: list[str], values: tuple[Var, ...]) -> None:
    """The names as they were before the loop, the carried ones bound to these values."""
    low.env.clear()
    low.env.update(before)
    low.env.update(zip(carried, values, strict=True))


def loop_types(low: Lowering, inits: list[Atom], results: list[Atom], mark: int) -> list[Type]:
    """Join what enters the loop with what comes round; equal histories share a symbol."""
    joiner = Joiner()
    found: list[Type] = []
    for init, result in zip(inits, results, strict=True):
        known = [low.type(a) for a in (init, result) if a is not UNDEFINED]
        if not known:
            found.append(Bottom())
        elif init is UNDEFINED:  # first assigned in the loop: sizes of one turn say nothing of the next
            found.append(rename_new_symbols(known[0], mark))
        else:
            found.append(joiner.join(tuple(known)))
    return found


def canonical(types: list[Type], mark: int) -> list[Type]:
    """Types with the symbols made after `mark` numbered by first appearance, to compare two attempts."""
    numbers: dict[Any, Any] = {}

    def number(size: Any) -> Any:
        if isinstance(size, int) or size.symbol <= mark:
            return size
        symbol = numbers.setdefault(size.symbol, len(numbers))
        return ("size", symbol, size.offset)

    return [map_dims(t, number) for t in types]


STATEMENTS.update({gast.For: lower_for, gast.While: lower_while})
