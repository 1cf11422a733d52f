"""The items of what has a length known at build time: for `*`, for loops that are written out turn by turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import gast

from tangent_ad.analysis.inference import element
from tangent_ad.frontend import dict_views
from tangent_ad.frontend.heap_state import is_mutable
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.nodes import Apply, Atom, Const
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.types import Array, Bottom, Dict, Mixed, Opaque, Seq, Type, Unknown

ITERATORS = (zip, enumerate, reversed)
Item = Callable[[], Atom]  # an item is read when its turn comes


def turns(low: Lowering, node: Any, iterable: Atom) -> list[Item] | None:
    """The items of an iterable whose loop must be written out, None where a loop will do."""
    return known_items(low, node, iterable) if written_out(low, iterable) else None


def written_out(low: Lowering, iterable: Atom) -> bool:
    if isinstance(iterable, Const) and isinstance(iterable.value, str):
        return True
    return iterable in low.unrolled_ or any(s in low.unrolled_ or unlike(low.type(s)) for s in sources(low, iterable))


def sources(low: Lowering, iterable: Atom) -> list[Atom]:
    """What `zip`, `enumerate` and `reversed` run over in the end."""
    definition = low.builder.definition(iterable)
    if definition is None or definition.op.call not in ITERATORS:
        return [iterable]
    return [s for a in operands(low, iterable, definition) for s in sources(low, a)]


def operands(low: Lowering, iterable: Atom, definition: Apply) -> list[Atom]:
    """Handles of what an iterator was made of."""
    return [a for a in low.heap.operands.get(iterable, definition.args) if not isinstance(a, Apply)]  # type: ignore[arg-type]


def unlike(t: Type) -> bool:
    """Dicts, functions, strings, and tuples of unlike items have no one element that a loop could be made for."""
    if isinstance(t, Dict):
        return True
    if not isinstance(t, Seq):
        return False
    if any(isinstance(i, Opaque) and i.cls is not type(None) for i in t.items):
        return True
    if t.items and len({is_mutable(i) for i in t.items}) > 1:
        return True
    one = element(t)
    return isinstance(one, Mixed) or ((t.cls is tuple or not t.items) and isinstance(one, (Unknown, Bottom)))


def known_items(low: Lowering, node: Any, iterable: Atom) -> list[Item] | None:
    """What iteration over a value gives, item by item; None where the number of items is not known."""
    definition = low.builder.definition(iterable)
    if definition is not None and definition.op.call in ITERATORS:
        if not isinstance(node, gast.Call):
            low.refuse(node, "an iterator kept in a variable runs out when it is used",
                       "write zip(...), enumerate(...) or reversed(...) where it is used")  # fmt: skip
        return _iterator_items(low, node, operands(low, iterable, definition), definition)
    if definition is not None and definition.op.call is range:
        bounds = [a.value for a in definition.args if isinstance(a, Const)]
        return [partial(Const, i) for i in range(*bounds)] if len(bounds) == len(definition.args) else None
    if isinstance(iterable, Const) and isinstance(iterable.value, (str, range)):
        return [partial(Const, v) for v in iterable.value]
    iterable = low.plain_tuple(iterable)
    held = dict_views.turns(low, node, iterable)
    if held is not None:
        return held
    t = low.type(iterable)
    if isinstance(t, Dict):
        low.refuse(node, f"iteration over an instance of {t.cls.__name__} is not differentiated",
                   "iterate over a list or a tuple that it holds")  # fmt: skip
    if isinstance(t, Seq):
        return [partial(low.builder.item, iterable, i) for i in range(len(t.items))]
    if isinstance(t, Array) and t.dims and isinstance(t.dims[0], int):
        return [partial(low.builder.item, iterable, i) for i in range(t.dims[0])]
    return None


def _iterator_items(low: Lowering, node: Any, args: list[Atom], definition: Apply) -> list[Item] | None:
    call, options = definition.op.call, dict(definition.kwargs)
    columns = [known_items(low, node, a) for a in (args if call is zip else args[:1])]
    known = [c for c in columns if c is not None]
    if len(known) < len(columns):
        return None
    if call is reversed:
        return known[0][::-1]
    if call is zip:
        if options.get("strict", Const(False)) != Const(False) and len({len(c) for c in known}) > 1:
            low.refuse(node, "zip(strict=True) fails: the lengths differ", "give as many items of each")
        return [partial(_tuple, low, row) for row in zip(*known, strict=False)]
    start = args[1] if len(args) > 1 else options.get("start", Const(0))
    if not isinstance(start, Const):
        return None
    return [partial(_tuple, low, (partial(Const, i), item)) for i, item in enumerate(known[0], start.value)]


def _tuple(low: Lowering, row: Iterable[Item]) -> Atom:
    return low.builder.apply(PACK_TUPLE, [item() for item in row])
