"""Types of arguments that a call changes: lists made longer or shorter, items of another kind."""

from __future__ import annotations

from tangent_ad.ir.types import Bottom, Dict, List, Seq, Type, join, map_dims, marks


def any_length(t: Type) -> Type:
    """Lists of known length as lists of any length."""
    if isinstance(t, Dict):
        return Dict(tuple((k, any_length(item)) for k, item in t.entries), t.cls)
    if not isinstance(t, Seq):
        return t
    items = tuple(map(any_length, t.items))
    return _of(*items) if t.cls is list else Seq(t.cls, items)


def left(before: Type, after: Type) -> Type:
    """The type of an argument, before and after a call: a list that is longer or shorter has any length.

    Items may be of another kind: None or an int before, a float after.
    """
    if _is_list(before) and _is_list(after):
        known = isinstance(before, Seq) and isinstance(after, Seq) and len(before.items) == len(after.items)
        if not known:
            return _of(*_items(before), *_items(after))
    if isinstance(before, Seq) and isinstance(after, Seq) and len(before.items) == len(after.items):
        return Seq(before.cls, tuple(map(left, before.items, after.items)))
    if isinstance(before, Dict) and isinstance(after, Dict):
        found = dict(after.entries)
        return Dict(tuple((k, left(t, found.get(k, t))) for k, t in before.entries), before.cls)
    return before if told(before) == told(after) else join(before, after)


def told(t: Type) -> tuple[Type, tuple[tuple[bool, ...], ...]]:
    """What a type tells, with all sizes that are symbols taken for equal."""
    return map_dims(t, lambda size: size if isinstance(size, int) else 0), tuple(marks(t))


def _of(*items: Type) -> List:
    return List(join(*items) if items else Bottom())


def _is_list(t: Type) -> bool:
    return isinstance(t, List) or (isinstance(t, Seq) and t.cls is list)


def _items(t: Type) -> tuple[Type, ...]:
    return (t.item,) if isinstance(t, List) else t.items if isinstance(t, Seq) else ()
