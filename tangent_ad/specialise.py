"""From the arguments of a call to the types a derivative is built for.

Of sizes it counts which are equal, which are 0 or 1, and which are at least 2, 3 or FEW: `x[:, 2:3]` is one column of
three. Beyond that a new batch size compiles nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.analysis.sizes import CONSTANT, at_least, bound
from tangent_ad.emit.fingerprint import CannotFingerprint, digest
from tangent_ad.ir.instances import children, hidden, is_structured
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.types import Array, Dict, Dim, Fixed, List, Number, Opaque, Seq, Type, fresh_dim, join, map_dims

_THIS_PROCESS = uuid.uuid4().hex
LONGEST_SEQ = 8
FEW = 4
NUMBERS = (int, float, complex)
SCALARS = {*NUMBERS, *(np.dtype(code).type for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"])}


def is_static(value: Any) -> bool:
    """Whether an argument is fixed at build time: options and functions, not data.

    A dataclass or a named tuple of numbers with `__call__` is data; one that holds a function is one.
    """
    if isinstance(value, (bool, str, type(None), type, np.dtype, slice)):
        return True
    if not callable(value):
        return False
    return not is_structured(value) or not holds(value, is_float) or holds(value, callable)


def holds(value: Any, what: Callable[[Any], bool]) -> bool:
    """Whether one of the leaves of a container is such a thing."""
    parts = children(value)
    return what(value) if parts is None else any(holds(v, what) for v in parts.values())


def is_float(value: Any) -> bool:
    return isinstance(value, (float, complex, np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "fc"


def quick_key(value: Any) -> object:
    """A key that is equal only for arguments of one specialisation; cheap, and finer than needed."""
    cls = type(value)
    if cls is np.ndarray:
        return value.dtype, value.shape, value.flags.c_contiguous
    if cls in SCALARS:
        return cls
    if cls is bool or cls is str:
        return cls, value
    if cls is tuple or cls is list:
        return cls, tuple(map(quick_key, value))
    parts = children(value)
    if parts is not None:
        return cls, tuple((k, quick_key(v)) for k, v in parts.items()), hidden(value)
    if is_static(value):
        return cls, id(value)
    return cls


class Typer:
    """Types of the arguments of one call; equal sizes get one symbol."""

    def __init__(self) -> None:
        self.dims: dict[int, Dim] = {}

    def argument(self, name: str, value: Any) -> Type | Const:
        return Const(value, name) if is_static(value) else self.type(value, name)

    def type(self, value: Any, name: str) -> Type:
        """Raises TypeError for arrays that are not plain NumPy arrays of numbers."""
        if isinstance(value, bool):
            return Number("bool")
        if type(value) in NUMBERS:
            return Number(type(value).__name__)
        if isinstance(value, (np.ndarray, np.generic)):
            if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
                kind = type(value).__name__
                how = f"np.asarray({name})"
                if kind == "MaskedArray":
                    how = f"{name}.data, and np.ma.getmaskarray({name}) as an argument of its own"
                raise TypeError(f"argument {name!r} is a {kind}: pass a plain array, {how}")
            if value.dtype.kind not in "biufc":
                raise TypeError(f"argument {name!r} is an array of dtype {value.dtype}: pass numbers")
            is_boxed = isinstance(value, np.ndarray) and value.ndim == 0
            return Array(value.dtype.name, tuple(self.size(n) for n in value.shape), is_boxed)
        if type(value) is list and len(value) > LONGEST_SEQ:
            return List(join(*(self.type(v, name) for v in value)))
        if type(value) in (tuple, list):
            return Seq(type(value), tuple(self.type(v, name) for v in value))
        parts = children(value)
        for attribute in hidden(value):
            raise TypeError(f"argument {name!r} is a {type(value).__name__} whose attribute {attribute!r}, which is no "
                            f"field, hides that of its class: make it a field, or a property")  # fmt: skip
        if parts is not None:
            return Dict(tuple((k, self.type(v, name)) for k, v in parts.items()), type(value))
        if callable(value):
            return Fixed(type(value), static_text(value), id(value), value)
        return Opaque(type(value))

    def size(self, n: int) -> int | Dim:
        if n == 1:
            return 1
        if n not in self.dims:
            self.dims[n] = fresh_dim(not_one=n > 1)
            if n > 1:
                bound(self.dims[n], [{CONSTANT: min(n, FEW)}], [])
        return self.dims[n]


def pattern_key(types: dict[str, Type | Const]) -> str:
    """The types as text, their symbols numbered by first appearance."""
    numbers: dict[int, int] = {}

    def number(size: Any) -> Any:
        return size if isinstance(size, int) else Dim(numbers.setdefault(size.symbol, len(numbers)), size.offset)

    parts = []
    for name, t in types.items():
        parts.append(f"{name}: {'= ' + static_text(t.value) if isinstance(t, Const) else map_dims(t, number)}")
    least = [next((n for n in range(FEW, 0, -1) if at_least(Dim(symbol), n)), 0) for symbol in numbers]
    return "; ".join([*parts, f"sizes at least {least}"])


def static_text(value: Any) -> str:
    try:
        return digest(value)
    except CannotFingerprint:  # known by its identity, to this process alone
        return f"{_THIS_PROCESS}:{id(value)}"


__all__ = ["Typer", "is_static", "pattern_key", "quick_key"]
