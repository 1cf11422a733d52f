"""What the generator knows of a value, so that nearly all programs run: its kind, sizes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """Base of all kinds."""


@dataclass(frozen=True)
class Num(Kind):
    """A float that may carry a derivative: of Python or of NumPy."""


@dataclass(frozen=True)
class Int(Kind):
    """A whole number without derivative, between `low` and `high` (both possible)."""

    low: int
    high: int


@dataclass(frozen=True)
class Arr(Kind):
    """An array of floats with one or two axes."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Lst(Kind):
    """A list of equal kinds. `exact` False: it may be longer than `length`."""

    item: Kind
    length: int
    exact: bool = True


@dataclass(frozen=True)
class Tup(Kind):
    """A tuple of any kinds."""

    items: tuple[Kind, ...]


@dataclass(frozen=True)
class Dct(Kind):
    """A dict with literal keys."""

    items: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Obj(Kind):
    """An instance of a small dataclass."""

    name: str
    fields: tuple[tuple[str, Kind], ...]


NUM = Num()


@dataclass
class Var:
    """A name in scope.

    Attributes:
        rebind: whether the function may assign to the name (not to a loop variable or a captured name).
        grow: whether a list may change its length (not while a loop runs over it).
    """

    name: str
    kind: Kind
    rebind: bool = True
    grow: bool = True


@dataclass(frozen=True)
class Function:
    """A helper or a local function that can be called: parameters and result; None: it returns nothing.

    `names`: of its parameters, where arguments may be given by them. `defaults`: how many may be left out.
    """

    name: str
    params: tuple[Kind, ...]
    result: Kind | None
    names: tuple[str, ...] = ()
    defaults: int = 0


@dataclass
class Scope:
    """Names and local functions visible at a place in a function."""

    variables: list[Var] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)

    def mark(self) -> tuple[int, int]:
        """A point to `forget` back to when a block ends."""
        return len(self.variables), len(self.functions)

    def forget(self, mark: tuple[int, int]) -> None:
        del self.variables[mark[0] :]
        del self.functions[mark[1] :]

    def of(self, *kinds: type[Kind]) -> list[Var]:
        return [v for v in self.variables if isinstance(v.kind, kinds)]


@dataclass(frozen=True)
class Place:
    """An expression that denotes a stored value: a name, or an item or attribute of one.

    Attributes:
        text: how to read it.
        kind: what it holds.
        bind: whether `text = value` is allowed.
        root: the variable that it is part of.
    """

    text: str
    kind: Kind
    bind: bool
    root: Var


def shapes_within(kind: Kind) -> Iterator[tuple[int, ...]]:
    """The shapes of all arrays that a value of this kind holds."""
    if isinstance(kind, Arr):
        yield kind.shape
    elif isinstance(kind, Lst):
        yield from shapes_within(kind.item)
    elif isinstance(kind, Tup):
        for item in kind.items:
            yield from shapes_within(item)
    elif isinstance(kind, Dct):
        for _, item in kind.items:
            yield from shapes_within(item)
    elif isinstance(kind, Obj):
        for _, item in kind.fields:
            yield from shapes_within(item)
