"""`d.keys()`, `d.values()` and `d.items()` show what the dict holds when they are read, not when they were made.

Before:                          After:
    v = d.values()                   d["b"] = x
    d["b"] = x                       total = d["a"] + d["b"]
    total = sum(v)

A view is a list of what the dict holds, made anew wherever a name of it is read after a write, and read item by item by
a loop over it. One that is kept elsewhere is stale from the write on, as what may share memory is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.sharing import OF_A_DICT
from tangent_ad.ir.nodes import Atom, Const, Var
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Dict

NAMES = ("keys", "values", "items")


@dataclass(frozen=True, eq=False)
class View:
    """What `base.name()` gave."""

    base: Atom
    name: str


def keys_of(low: Lowering, base: Atom) -> list[Any]:
    t = low.type(base)
    return [k for k, _ in t.entries] if isinstance(t, Dict) else []


def view(low: Lowering, base: Atom, name: str) -> Atom:
    """`base.keys()`, `base.values()` or `base.items()`, as it is now."""
    items = [_item(low, base, name, key) for key in keys_of(low, base)]
    made = low.unrolled(low.builder.apply(PACK_LIST, items))
    low.views[made] = View(base, name)
    mine, held = low.heap.ref(made), low.heap.ref(base)
    if mine is not None and held is not None:
        low.heap.pair(mine.object, held.object, low.heap.link(OF_A_DICT))
    return made


def _item(low: Lowering, base: Atom, name: str, key: Any) -> Atom:
    if name == "keys":
        return Const(key)
    value = low.builder.item(base, key, str(key))
    return value if name == "values" else low.builder.apply(PACK_TUPLE, (Const(key), value))


def of_now(low: Lowering, value: Atom) -> Atom:
    """A view whose dict was written since as it is now; anything else as it is."""
    known = low.views.get(value) if isinstance(value, Var) else None
    return view(low, known.base, known.name) if known is not None and low.heap.is_stale(value) else value


def turns(low: Lowering, node: Any, iterable: Atom) -> list[Callable[[], Atom]] | None:
    """What a loop over a dict, or over a view of one, finds there turn by turn; None for anything else."""
    known = low.views.get(iterable) if isinstance(iterable, Var) else None
    known = View(iterable, "keys") if known is None and _is_dict(low, iterable) else known
    if known is None:
        return None
    base, name, keys = known.base, known.name, keys_of(low, known.base)

    def turn(key: Any) -> Atom:
        check_keys(low, node, base, keys)
        return _item(low, base, name, key)

    return [lambda key=key: turn(key) for key in keys]  # type: ignore[misc]


def dicts(low: Lowering, sources: list[Atom]) -> list[tuple[Atom, list[Any]]]:
    """The dicts that a loop runs over, and their keys."""
    bases = [low.views[s].base if s in low.views else s for s in sources if s in low.views or _is_dict(low, s)]
    return [(base, keys_of(low, base)) for base in bases]


def _is_dict(low: Lowering, value: Atom) -> bool:
    t = low.type(value)
    return isinstance(t, Dict) and t.cls is dict


def check_keys(low: Lowering, node: Any, base: Atom, keys: list[Any]) -> None:
    """Refuse a dict that gains or loses keys under its own loop."""
    if keys_of(low, base) != keys:
        low.refuse(node, "the dict gains or loses keys while this loop runs over it, which Python does not allow",
                   "loop over a copy of its keys: for k in list(d)")  # fmt: skip


def is_equal(low: Lowering, node: Any, call: Any, left: Atom, right: Atom) -> Atom | None:
    """`==` and `!=` of views: those of keys are compared as sets; None where there is no view."""
    if call not in (operator.eq, operator.ne) or not (left in low.views or right in low.views):
        return None
    sets = []
    for value in (left, right):
        known = low.views.get(value)
        if known is not None and known.name == "keys":
            sets.append(frozenset(keys_of(low, known.base)))
        elif isinstance(value, Const) and isinstance(value.value, (set, frozenset)):
            sets.append(frozenset(value.value))
    if len(sets) < 2:
        low.refuse(node, "values() or items() of a dict are compared; in Python values() are equal to nothing",
                   "compare what they hold, dicts, d == e, or lists, list(d.values()) == list(e.values())")  # fmt: skip
    return Const(call(*sets))


Lowering.of_now = of_now
