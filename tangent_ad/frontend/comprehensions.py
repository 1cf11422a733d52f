"""Comprehensions are loops that add to a list or dict that nobody else sees.

Before:
    [f(v) for v in values if p(v)]

After:
    <items> = []
    for <v> in values:
        if p(<v>):
            <items> = with_item(<items>, f(<v>))

The loop's variables get new names, as often as it is run: they are nobody else's, and a function made in the
comprehension sees those of its own run. They are no names that a loop carries from turn to turn.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import gast

from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.lowering import EXPRESSIONS, Lowering
from tangent_ad.frontend.source import Source
from tangent_ad.frontend.trees import Unrolled, bind, call, known, placed, read
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import APPEND, PACK_DICT, PACK_LIST
from tangent_ad.ir.types import Dict, Fields


def lower_list_comp(low: Lowering, node: Any) -> Atom:
    """`node`: a list comprehension, or a generator expression that is used up at once."""
    if isinstance(node.elt, gast.Lambda):
        node = written_out(node)  # functions are known when the derivative is built
    items = low.fresh("items")
    low.env[items] = low.builder.apply(PACK_LIST, ())
    run(low, node, *placed([bind(items, call(with_item, read(items), node.elt))], node.elt))
    return low.env.pop(items)


def lower_dict_comp(low: Lowering, node: gast.DictComp) -> Atom:
    """Its keys must be known, so its loops are written out."""
    entries = low.fresh("entries")
    low.env[entries] = low.builder.apply(PACK_DICT, (Const(Fields(())),))
    grow = bind(entries, call(with_entry, read(entries), node.key, node.value))
    run(low, written_out(node), *placed([grow], node.value))
    return low.env.pop(entries)


def written_out(node: Any) -> Any:
    """A comprehension without loops where they can be avoided."""
    generators = [_with(g, iter=gast.copy_location(Unrolled(g.iter), g.iter)) for g in node.generators]
    return _with(node, generators=generators)


def run(low: Lowering, node: Any, innermost: gast.stmt) -> None:
    stmts, made = nest(low, node, [innermost])
    low.statements(stmts)
    if not any(isinstance(n, gast.Lambda) for n in gast.walk(node)):
        for name in made:
            low.env.pop(name, None)


def nest(low: Lowering, node: Any, innermost: list[Any]) -> tuple[list[gast.stmt], list[str]]:
    """The loops and conditions of a comprehension around some statements, and the names of its variables."""
    targets = {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    names = {name: low.fresh(name) for name in sorted(targets)}
    body = renamed(innermost, names)
    for i, generator in reversed(list(enumerate(node.generators))):
        if generator.is_async:
            low.fence(gast.copy_location(gast.AsyncFor(), node))
        for condition in reversed(generator.ifs):
            body = placed([gast.If(renamed(condition, names), body, [])], condition)
        target = renamed(generator.target, names)
        for name in gast.walk(target):
            if isinstance(name, gast.Name):
                name.ctx = gast.Param()  # not a name that a loop around us carries
        source = renamed(generator.iter, names) if i else generator.iter  # the first is evaluated outside
        body = placed([gast.For(target, source, body, [], None)], generator.iter)
    return placed(body, node), list(names.values())


def renamed(tree: Any, names: Mapping[str, str | Atom], source: Source | None = None) -> Any:
    """A copy of a tree, or of a list of them, with other names, or values, for some variables.

    `source`: where the tree is from, if not from the function that it is to be part of.
    """
    if isinstance(tree, list):
        return [renamed(t, names, source) for t in tree]
    if not isinstance(tree, gast.AST):
        return tree
    made = _with(tree, **{f: renamed(getattr(tree, f), names, source) for f in tree._fields if hasattr(tree, f)})
    if source is not None and not hasattr(made, "source"):
        made.source = source
    new = names.get(getattr(made, "id" if isinstance(made, gast.Name) else "name", None))  # type: ignore[arg-type]
    if isinstance(new, str) and isinstance(made, gast.Name):
        made.id = new
    elif isinstance(new, str) and isinstance(made, gast.FunctionDef):
        made.name = new
    elif new is not None and isinstance(made, gast.Name):
        return known(new, made)
    return made


def _with(tree: Any, **fields: Any) -> Any:
    made = copy.copy(tree)
    vars(made).update(fields)
    return made


def with_item(items: list[Any], item: Any) -> list[Any]:
    """A list with one item more."""
    return [*items, item]


@builtin(with_item)
def lower_with_item(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = low.heap.contents(args[0])
    if known is not None:  # outside of any loop: its length is known
        return low.builder.apply(PACK_LIST, (*(known.items or ()), args[1]), (), "items")
    return low.builder.apply(APPEND, args, (), "items")


def with_entry(entries: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    """A dict with one entry more, or another value for a key."""
    return {**entries, key: value}


@builtin(with_entry)
def lower_with_entry(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    entries, key, value = args
    t = low.type(entries)
    if not isinstance(key, Const) or not isinstance(t, Dict):
        low.refuse(node, "the keys of a dict must be known when the derivative is built",
                   "use literal keys, a range of known length, range(3), or a list")
    items = {k: low.builder.item(entries, k) for k, _ in t.entries}
    items[key.value] = value
    return low.builder.apply(PACK_DICT, (Const(Fields(items)), *items.values()))


def lower_unrolled(low: Lowering, node: Any) -> Atom:
    return low.unrolled(low.expression(node.value))


EXPRESSIONS.update({Unrolled: lower_unrolled, gast.ListComp: lower_list_comp, gast.DictComp: lower_dict_comp})
