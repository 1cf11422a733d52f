"""Unpacking: `a, *rest = values`, `[*a, *b]`, `{**d, "k": v}`, `d | e`.

Before:
    first, *rest = values
    both = [*rest, first]

After, where the length is not known (else the items are packed at once):
    first = values[0]
    rest = list(values[1:])
    <items> = []
    for <v> in rest:
        <items> = with_item(<items>, <v>)
    both = with_item(<items>, first)
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis.builder import is_literal
from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.comprehensions import with_item
from tangent_ad.frontend.consumers import spread
from tangent_ad.frontend.lowering import EXPRESSIONS, STATEMENTS, Lowering
from tangent_ad.frontend.sequences import known_items
from tangent_ad.frontend.statements import assign, lower_assign, named
from tangent_ad.frontend.trees import bind, call, known, placed, read
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Dict, Fields

SEQUENCES = (gast.Tuple, gast.List)


def lower_unpacking(low: Lowering, node: gast.Assign) -> None:
    """`a, b = values`; what runs out when it is read, such as `zip`, is read once."""
    if not any(isinstance(t, SEQUENCES) for t in node.targets):
        lower_assign(low, node)
        return
    value = spread(low, node.value)
    if len(node.targets) == 1:
        value = named(low, node.targets[0], value)
    for target in node.targets:
        assign(low, target, value)


def lower_display(low: Lowering, node: Any) -> Atom:
    """A tuple or a list."""
    items: list[Atom] = []
    for i, element in enumerate(node.elts):
        if not isinstance(element, gast.Starred):
            items.append(low.expression(element))
            continue
        value = spread(low, element.value)
        parts = known_items(low, element.value, value)
        if parts is None:
            return _joined(low, node, items, value, node.elts[i + 1 :])
        items += [part() for part in parts]
    return low.builder.apply(PACK_TUPLE if isinstance(node, gast.Tuple) else PACK_LIST, items)


def _joined(low: Lowering, node: Any, items: list[Atom], value: Atom, rest: list[Any]) -> Atom:
    """`[items..., *value, rest...]`, the length of the value found when it runs."""
    if isinstance(node, gast.Tuple):
        low.refuse(node, "the length of a tuple must be known when the derivative is built", "use a list")
    result, turn = low.fresh("items"), low.fresh("item")
    low.env[result] = low.builder.apply(PACK_LIST, items, (), "items")

    def grow(source: gast.expr) -> gast.stmt:
        add = bind(result, call(with_item, read(result), read(turn)))
        return gast.For(gast.Name(turn, gast.Param(), None, None), source, [add], [], None)

    stmts: list[gast.stmt] = [grow(known(value, node))]
    for e in rest:
        added = bind(result, call(with_item, read(result), e))
        stmts.append(grow(e.value) if isinstance(e, gast.Starred) else added)
    low.statements(placed(stmts, node))
    return low.env.pop(result)


def lower_dict(low: Lowering, node: gast.Dict) -> Atom:
    """Of a repeated key the last value counts."""
    entries: dict[Any, Atom] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            entries.update(entries_of(low, node, low.expression(value)))
            continue
        atom = low.expression(key)
        if not isinstance(atom, Const):
            low.refuse(node, "the keys of a dict must be known when the derivative is built",
                       "use literal keys, or a list")
        entries[atom.value] = low.expression(value)
    return packed(low, entries)


def lower_set(low: Lowering, node: gast.Set) -> Atom:
    """A set of literals, to look things up in."""
    items = [low.expression(e) for e in node.elts]
    if not all(isinstance(i, Const) and is_literal(i.value) for i in items):
        low.fence(node)
    return Const(frozenset(i.value for i in items if isinstance(i, Const)))


def entries_of(low: Lowering, node: Any, value: Atom) -> dict[Any, Atom]:
    t = low.type(value)
    if not isinstance(t, Dict) or t.cls is not dict:
        low.refuse(node, "the keys of a dict must be known when the derivative is built",
                   "use a dict with literal keys")
    return {k: low.builder.item(value, k) for k, _ in t.entries}


def packed(low: Lowering, entries: dict[Any, Atom]) -> Atom:
    return low.builder.apply(PACK_DICT, (Const(Fields(entries)), *entries.values()))


@builtin(dict)
def lower_dict_call(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`dict(other, key=value)`, `dict(pairs)`."""
    entries: dict[Any, Atom] = {}
    if args and getattr(low.type(args[0]), "cls", None) is dict:
        entries.update(entries_of(low, node, args[0]))
    elif args:
        pairs = known_items(low, node, args[0])
        for pair in [p() for p in pairs or ()]:
            key = low.builder.item(pair, 0)
            if not isinstance(key, Const):
                pairs = None
                break
            entries[key.value] = low.builder.item(pair, 1)
        if pairs is None:
            low.refuse(node, "the keys of a dict, and how many there are, must be known when the derivative is built",
                       "write the dict out key by key, {'a': x[0], 'b': x[1]}, or use a list")  # fmt: skip
    return packed(low, {**entries, **kwargs})


@builtin(dict.fromkeys)
def lower_fromkeys(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """All keys have the one value."""
    items = known_items(low, node, args[0])
    keys = [i() for i in items or ()]
    if items is None or not all(isinstance(k, Const) for k in keys):
        low.refuse(node, "the keys of a dict, and how many there are, must be known when the derivative is built",
                   "write the dict out key by key, {'a': x[0], 'b': x[1]}, or use a list")  # fmt: skip
    value = args[1] if len(args) > 1 else Const(None)
    return packed(low, {k.value: value for k in keys if isinstance(k, Const)})


STATEMENTS[gast.Assign] = lower_unpacking
EXPRESSIONS.update({gast.Tuple: lower_display, gast.List: lower_display, gast.Dict: lower_dict, gast.Set: lower_set})
