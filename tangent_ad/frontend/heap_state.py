"""What the heap knows at one place of a program: objects, their values, and what may share memory."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field

from tangent_ad.errors import NOWHERE, Origin
from tangent_ad.frontend.sharing import Link, Stale
from tangent_ad.ir.nodes import Apply, Atom, Var
from tangent_ad.ir.types import (
    Array,
    Bottom,
    Dict,
    List,
    Number,
    Opaque,
    Range,
    Seq,
    Type,
    rank,
)

_serial = itertools.count()


class Object:
    """One piece of the user's memory. `var` is its first value; `serial` grows with its birth."""

    def __init__(self, var: Atom, origin: Origin, contiguous: bool = False, serial: int | None = None) -> None:
        self.var, self.origin, self.contiguous = var, origin, contiguous
        self.serial = next(_serial) if serial is None else serial

    def __repr__(self) -> str:
        return f"<{self.var!r}>"


def newest_object() -> int:
    """A mark: objects made after it have a greater serial."""
    return next(_serial)


@dataclass(frozen=True, eq=False)
class Ref:
    """What a handle stands for: an object, or the view of it that the steps lead to.

    `base` is the value of the object that the handle's own variable was computed from, `origin` the line that did.
    """

    object: Object
    steps: tuple[Apply, ...] = ()
    base: Atom | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, eq=False)
class Value:
    """The newest value of an object. For a container whose structure is known: handles of its items."""

    atom: Atom
    items: tuple[Atom, ...] | None = None
    keys: tuple[Hashable, ...] = ()
    seen: tuple[Atom, ...] | None = None  # the values of the items that `atom` was packed from


Pair = frozenset[Object]


@dataclass
class State:
    """What the heap knows at one place of the program."""

    values: dict[Object, Value] = field(default_factory=dict)
    derived: dict[Var, tuple[Atom, Atom]] = field(default_factory=dict)
    related: dict[Pair, Link] = field(default_factory=dict)
    stale: dict[Object, Stale] = field(default_factory=dict)
    repeats: dict[Object, Link] = field(default_factory=dict)  # containers that may hold one object twice
    alters: set[tuple[Object, Object]] = field(default_factory=set)  # what the first holds shows in the second
    resized: dict[Object, Origin] = field(default_factory=dict)  # lists that have grown or shrunk, and where
    inside: dict[Object, Origin] = field(default_factory=dict)  # containers with such lists at places found at run time
    moved: dict[Var, Ref] = field(default_factory=dict)  # handles of items that their list may no longer hold

    def copy(self) -> State:
        return State(*(type(table)(table) for table in vars(self).values()))


def is_mutable(t: Type) -> bool:
    """Whether a value of this type is, or holds, memory that a program may write into."""
    if isinstance(t, Seq):
        return t.cls is not tuple or any(map(is_mutable, t.items))
    if isinstance(t, Array):
        return rank(t) != 0 or t.boxed is not False
    return not isinstance(t, (Number, Opaque, Range, Bottom))


def items_of(t: Type) -> tuple[Type, ...]:
    """Types of the items of a list, of a tuple, or of what a dict or an instance holds."""
    return (t.item,) if isinstance(t, List) else kinds_of(t)


def is_deep(t: Type) -> bool:
    """Whether `.copy()` of a list makes another one of the same lists or arrays."""
    return isinstance(t, (List, Seq)) and any(isinstance(i, (List, Seq, Array)) and is_mutable(i) for i in items_of(t))


def kinds_of(t: Type) -> tuple[Type, ...]:
    """Types of the items of a container whose structure is known."""
    return t.items if isinstance(t, Seq) else tuple(k for _, k in t.entries) if isinstance(t, Dict) else ()

