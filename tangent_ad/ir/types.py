"""Types: what is known of a value at build time.

A type says the element kind, scalar or array, and a symbolic shape. A dimension is a number or a
`Dim`: a symbol plus an offset, so that `x[1:-1]` of an `n`-vector has the dimension `n - 2` and two
such slices are known to be of equal size. Equal dims are equal sizes; unequal ones say nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_counter = itertools.count()


@dataclass(frozen=True)
class Dim:
    """The size `symbol + offset`."""

    symbol: int
    offset: int = 0

    def __repr__(self) -> str:
        return f"n{self.symbol}{self.offset:+d}" if self.offset else f"n{self.symbol}"


Size = int | Dim


_not_one: set[int] = set()
_varying: set[int] = set()


def fresh_dim(not_one: bool = False, varies: bool = False) -> Dim:
    """A size of which nothing is known but, with `not_one`, that it is not 1: arguments of size 1 have a 1.

    `varies`: of the items of a list, each may have another size there.
    """
    dim = Dim(next(_counter))
    if not_one:
        _not_one.add(dim.symbol)
    if varies:
        _varying.add(dim.symbol)
    return dim


def another_dim(dim: Dim) -> Dim:
    """A new symbol, of which the same is known as of that of `dim`."""
    return fresh_dim(is_not_one(dim), dim.symbol in _varying)


def is_not_one(size: Size) -> bool:
    """Whether a size is that of an argument, which is known not to be 1, or another number."""
    return size != 1 if isinstance(size, int) else size.offset == 0 and size.symbol in _not_one


def newest_symbol() -> int:
    """A mark: symbols made after it compare greater."""
    return next(_counter)


class Type:
    """Base of all types."""


@dataclass(frozen=True)
class Unknown(Type):
    """Nothing is known; generated code goes through runtime helpers."""

    def __repr__(self) -> str:
        return "unknown"


@dataclass(frozen=True)
class Bottom(Type):
    """No value yet: the result of a recursive call whose type is still being found."""


@dataclass(frozen=True)
class Mixed(Type):
    """Containers of different shapes from different paths, of these types: any use is refused."""

    types: tuple[Type, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Number(Type):
    """A Python number. `size` is set for an int that is known to be the size of something.

    `whole`: not a float but an int or a bool, if that is what another path or item gives. `none`: None on some path.
    """

    kind: str  # "bool", "int", "float" or "complex"
    size: Size | None = None
    whole: bool = field(default=False, compare=False)
    none: bool = field(default=False, compare=False)

    def __repr__(self) -> str:
        return self.kind if self.size is None else f"{self.kind}={self.size!r}"


@dataclass(frozen=True)
class Array(Type):
    """A NumPy array, or a NumPy scalar when `dims` is (). `dims` None: rank unknown.

    `boxed`: an array although it has no dimensions, which can be written into; None if it is one on some path.
    `whole`: as for a number; of an array, that NumPy makes one of ints if its items are. `python`: a number of Python's
    on some path, which raises errors where NumPy's gives nan. `none`: None on some path. Types are equal without these.
    `either`: the rank is unknown because it is a number on some path; on the others it has these dims.
    """

    dtype: str
    dims: tuple[Size, ...] | None
    boxed: bool | None = False
    whole: bool = field(default=False, compare=False)
    python: bool = field(default=False, compare=False)
    none: bool = field(default=False, compare=False)
    either: tuple[Size, ...] | None = None

    def __repr__(self) -> str:
        known = self.dims if self.either is None else self.either
        dims = "..." if known is None else ", ".join(map(repr, known)) + "?" * (self.either is not None)
        return f"{self.dtype}[{dims}]" + ("" if self.boxed is False else " boxed" if self.boxed else " perhaps boxed")


@dataclass(frozen=True)
class Seq(Type):
    """A tuple or list of known length."""

    cls: type
    items: tuple[Type, ...]

    def __repr__(self) -> str:
        return f"{self.cls.__name__}[{', '.join(map(repr, self.items))}]"


@dataclass(frozen=True)
class List(Type):
    """A list of unknown length with items of one type."""

    item: Type

    def __repr__(self) -> str:
        return f"list[{self.item!r}, ...]"


class Attribute(str):
    """A key that is the name of an attribute: read by `x.name` even where nothing else is known of x."""


def _key(name: Hashable, owner: type) -> Hashable:
    return name if owner is dict else Attribute(name)


class Fields(tuple[Hashable, ...]):
    """Keys of a dict, or names of attributes of a class's instances."""

    cls: type

    def __new__(cls, names: Iterable[Hashable], owner: type = dict) -> Fields:
        made = super().__new__(cls, (_key(n, owner) for n in names))
        made.cls = owner
        return made

    def __repr__(self) -> str:
        return f"{self.cls.__qualname__}{tuple(self)!r}"


@dataclass(frozen=True)
class Dict(Type):
    """A dict with known keys, or an instance of a class with these attributes."""

    entries: tuple[tuple[Hashable, Type], ...]
    cls: type = dict

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", tuple((self.key(k), t) for k, t in self.entries))

    def key(self, name: Hashable) -> Hashable:
        return _key(name, self.cls)

    @property
    def fields(self) -> Fields:
        return Fields((k for k, _ in self.entries), self.cls)

    def get(self, key: Hashable) -> Type | None:
        return dict(self.entries).get(key)

    def __repr__(self) -> str:
        return f"{self.cls.__name__}[{', '.join(f'{k!r}: {v!r}' for k, v in self.entries)}]"


@dataclass(frozen=True)
class Range(Type):
    """A `range`, or another iterable of ints."""


@dataclass(frozen=True)
class Opaque(Type):
    """A value of a class that carries no derivative: str, None, slice, dtype, function, module."""

    cls: type

    def __repr__(self) -> str:
        return f"opaque {self.cls.__qualname__}"


@dataclass(frozen=True, repr=False)
class Fixed(Opaque):
    """A function in an argument: what is built for it is built for this one. `text` tells it from others elsewhere."""

    text: str = field(compare=False)
    identity: int
    value: Any = field(compare=False)

    def __repr__(self) -> str:
        return f"= {self.text}"


FLOATS = ("float16", "float32", "float64", "longdouble", "float128")
COMPLEXES = ("complex64", "complex128", "clongdouble", "complex256")


def perhaps_whole(t: Type) -> bool:
    """Whether a value of this type, or one that it holds, may be an int where the type says float."""
    if isinstance(t, (Number, Array)):
        return t.whole
    return isinstance(t, (Seq, List, Dict)) and any(map(perhaps_whole, parts(t)))


def is_differentiable(t: Type) -> bool:
    """Whether a value of this type may carry a derivative."""
    if isinstance(t, Number):
        return t.kind in ("float", "complex")
    if isinstance(t, Array):
        return t.dtype in FLOATS or t.dtype in COMPLEXES
    return isinstance(t, Unknown) or any(map(is_differentiable, t.types if isinstance(t, Mixed) else parts(t)))


def never_wraps(*types: Type) -> bool:
    """Whether signs and factors move through sums and products of these: not of NumPy's ints, which wrap around."""
    return all(isinstance(t, Number) or (isinstance(t, Array) and t.dtype[0] in "fc") for t in types)


def is_complex(t: Type) -> bool:
    return (isinstance(t, Array) and t.dtype in COMPLEXES) or (isinstance(t, Number) and t.kind == "complex")


def rank(t: Type) -> int | None:
    """The number of axes, None where unknown."""
    if isinstance(t, Number):
        return 0
    if isinstance(t, Array) and t.dims is not None:
        return len(t.dims)
    return None


def dims_of(t: Type) -> tuple[Size, ...] | None:
    if isinstance(t, Number):
        return ()
    return t.dims if isinstance(t, Array) else None


def is_scalar(t: Type) -> bool:
    return rank(t) == 0


def alternatives(t: Type) -> tuple[Type, ...]:
    """What something is, path by path, where it is a number on some and an array on others."""
    if not isinstance(t, Array) or t.either is None:
        return (t,)
    return replace(t, dims=t.either, either=None), replace(t, dims=(), either=None)


def is_number_like(t: Type) -> bool:
    return isinstance(t, (Number, Array))


def parts(t: Any) -> Iterator[Any]:
    """The types of what a container holds."""
    yield from t.items if isinstance(t, Seq) else ()
    yield from (t.item,) if isinstance(t, List) else ()
    yield from (kind for _, kind in t.entries) if isinstance(t, Dict) else ()


def within(t: Any) -> Iterator[Any]:
    """A type, and those of all that it holds, at any depth."""
    yield t
    for part in parts(t):
        yield from within(part)


def fixed_in(t: Any) -> Iterator[Any]:
    """The functions that an argument of this type holds."""
    return (u.value for u in within(t) if isinstance(u, Fixed))


def classes_in(t: Any) -> Iterator[type]:
    """The classes of the instances in a value."""
    return (u.cls for u in within(t) if isinstance(u, (Dict, Opaque)))


def map_dims(t: Type, f: Callable[[Size], Size]) -> Type:
    """The type with every dimension replaced by `f(dim)`."""
    if isinstance(t, Number) and t.size is not None:
        return replace(t, size=f(t.size))
    if isinstance(t, Array) and t.dims is not None:
        return replace(t, dims=tuple(f(d) for d in t.dims))
    if isinstance(t, Array) and t.either is not None:
        return replace(t, either=tuple(f(d) for d in t.either))
    if isinstance(t, Seq):
        return Seq(t.cls, tuple(map_dims(i, f) for i in t.items))
    if isinstance(t, List):
        return List(map_dims(t.item, f))
    if isinstance(t, Dict):
        return Dict(tuple((k, map_dims(v, f)) for k, v in t.entries), t.cls)
    return t


def any_item(t: List) -> Type:
    """The type of an item: sizes that vary from item to item are symbols of its own."""
    new: dict[Size, Size] = {}

    def rename(size: Size) -> Size:
        varies = isinstance(size, Dim) and size.symbol in _varying
        return new.setdefault(size, another_dim(size)) if varies else size  # type: ignore[arg-type]

    return map_dims(t.item, rename)


def vary_in_lists(t: Type, mark: int) -> None:
    """Sizes that lists hold vary from item to item, where their symbols were made after `mark`."""

    def note(size: Size) -> Size:
        if isinstance(size, Dim) and size.symbol > mark:
            _varying.add(size.symbol)
        return size

    for u in within(t):
        if isinstance(u, List):
            map_dims(u.item, note)


NONE = Opaque(type(None))
_KINDS = ("bool", "int", "float", "complex")


class Joiner:
    """Joins types to the least type that covers them all.

    Equal vectors of dimensions get the same new symbol (anti-unification), so the layers
    [(784, 128), (128,)] and [(128, 10), (10,)] join to [(a, b), (b,)].
    """

    def __init__(self) -> None:
        self._symbols: dict[tuple[Any, ...], Size] = {}

    def size(self, sizes: tuple[Size, ...]) -> Size:
        if all(s == sizes[0] for s in sizes):
            return sizes[0]
        if sizes not in self._symbols:
            self._symbols[sizes] = fresh_dim(not_one=all(map(is_not_one, sizes)), varies=True)
        return self._symbols[sizes]

    def join(self, types: tuple[Type, ...]) -> Type:
        types = tuple(t for t in types if not isinstance(t, Bottom)) or types[:1]
        first = types[0]
        there = tuple(t for t in types if t != NONE)
        if len(there) < len(types) and there and all(map(is_number_like, there)):
            made = self.join(there)
            return replace(made, none=True) if isinstance(made, (Number, Array)) else made
        if len(types) == 1 or (all(t == first for t in types) and not any(map(_is_marked, types))):
            return first
        if all(is_number_like(t) for t in types):
            made = self._join_numbers(types)
            if not isinstance(made, (Number, Array)):
                return made
            whole = is_differentiable(made) and any(perhaps_whole(t) or not is_differentiable(t) for t in types)
            none = any(map(may_be_none, types))
            return replace(made, whole=made.whole or whole, none=made.none or none) if whole or none else made
        if all(isinstance(t, Seq) for t in types):
            seqs = [t for t in types if isinstance(t, Seq)]
            if all(s.cls is seqs[0].cls and len(s.items) == len(seqs[0].items) for s in seqs):
                return Seq(seqs[0].cls, tuple(self.join(c) for c in zip(*(s.items for s in seqs), strict=True)))
        if all(isinstance(t, List) or (isinstance(t, Seq) and t.cls is list) for t in types):
            items = [i for t in types for i in ([t.item] if isinstance(t, List) else getattr(t, "items", ()))]
            return List(self.join(tuple(items))) if items else List(Bottom())
        if all(isinstance(t, Dict) for t in types):
            dicts = [t for t in types if isinstance(t, Dict)]
            keys = [k for k, _ in dicts[0].entries]
            if all([k for k, _ in d.entries] == keys and d.cls is dicts[0].cls for d in dicts):
                columns = zip(*([v for _, v in d.entries] for d in dicts), strict=True)
                return Dict(tuple(zip(keys, (self.join(c) for c in columns), strict=True)), dicts[0].cls)
        if not any(isinstance(t, (Seq, List, Dict, Mixed)) for t in types):
            return Unknown()
        parts = [p for t in types for p in (t.types if isinstance(t, Mixed) else (t,))]
        return Mixed(tuple(dict.fromkeys(parts)))

    def _join_numbers(self, types: tuple[Type, ...]) -> Type:
        if all(isinstance(t, Number) for t in types):
            kind = max((t.kind for t in types if isinstance(t, Number)), key=_KINDS.index)
            sizes = tuple(t.size for t in types if isinstance(t, Number))
            given = tuple(s for s in sizes if s is not None)
            return Number(kind, self.size(given) if len(given) == len(sizes) else None)
        dtypes = {t.dtype for t in types if isinstance(t, Array)}
        kinds = {t.kind for t in types if isinstance(t, Number)}
        if len(dtypes) != 1:
            return Unknown()
        dtype = dtypes.pop()
        holds = {"b": ("bool",), "i": ("bool", "int"), "u": ("bool", "int"), "f": _KINDS[:3], "c": _KINDS}
        if not kinds <= set(holds.get(dtype[0], ())):
            return Unknown()
        dims = [dims_of(t) for t in types]
        known = [d for d in dims if d is not None]
        if len(known) < len(dims) or any(len(d) != len(known[0]) for d in known):
            return Array(dtype, None, either=self._either(types))
        boxed = {t.boxed if isinstance(t, Array) else False for t in types}
        return Array(dtype, tuple(self.size(c) for c in zip(*known, strict=True)),
                     boxed.pop() if len(boxed) == 1 else None, python=any(map(may_be_python, types)))  # fmt: skip


    def _either(self, types: tuple[Type, ...]) -> tuple[Size, ...] | None:
        """The dims on the paths on which it is no number; None if they differ in rank."""
        found = [dims_of(t) if rank(t) is not None else getattr(t, "either", None) for t in types]
        shapes = [d for d in found if d]
        a_box = any(isinstance(t, Array) and t.dims == () and t.boxed is not False for t in types)
        if None in found or a_box or any(len(d) != len(shapes[0]) for d in shapes):
            return None
        return tuple(self.size(c) for c in zip(*shapes, strict=True))


def _is_marked(t: Type) -> bool:
    """Whether a type, or a part of it, tells more than what makes types equal."""
    if isinstance(t, Array):
        return t.whole or t.python or t.none
    return t.whole or t.none if isinstance(t, Number) else any(map(_is_marked, parts(t)))


def marks(t: Type) -> list[tuple[bool, ...]]:
    """What types that are equal do not have in common, for a type and all that it holds."""
    return [(p.whole, p.none, getattr(p, "python", False)) for p in within(t) if isinstance(p, (Number, Array))]


def may_be_none(t: Type) -> bool:
    """Whether this is None on some path, whatever else it is on others."""
    return t == NONE or (isinstance(t, (Number, Array)) and t.none)


def may_be_python(t: Type) -> bool:
    """Whether this is, on some path at least, a number of Python's."""
    return isinstance(t, Number) or (isinstance(t, Array) and t.python)


def join(*types: Type) -> Type:
    return Joiner().join(types)
