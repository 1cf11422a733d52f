"""Whether what a derivative was built from is still what it was: checked before each call, so it is cheap."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from types import MethodType, ModuleType
from typing import Any

import numpy as np

from tangent_ad.emit.fingerprint import LETTERS, LITERALS, find
from tangent_ad.ir.program import Dependency
from tangent_ad.rules.declare import declared

MISSING = object()
IMMUTABLE = (*LITERALS, type)


class Guards:
    """The state of a program's surroundings when it was built.

    Names that hold what cannot change from within are compared by identity, in one loop; containers and
    arrays by what a derivative may have read of them.
    """

    def __init__(self, dependencies: Iterable[Dependency]) -> None:
        self.declared = declared[0]
        self.names: list[tuple[dict[str, Any], str, Any]] = []
        self.hidden: list[tuple[dict[str, Any], str]] = []
        self.codes: list[tuple[Any, Any]] = []
        self.others: list[tuple[Callable[[], Any], Any]] = []
        for d in dependencies:
            if d.kind == "source":
                self.codes.append((d.owner, d.value))
            elif d.kind == "global" and _is_fixed(d.value):
                self.names.append((d.owner.__globals__, d.name, d.value))
            else:
                if d.kind == "builtin":
                    self.hidden.append((d.owner.__globals__, d.name))
                    self.names.append((vars(builtins), d.name, d.value))
                else:
                    self.others.append((_getter(d), frozen(d.value)))

    def hold(self) -> bool:
        """Whether nothing has changed."""
        if declared[0] != self.declared:
            return False
        for owner, code in self.codes:
            if owner.__code__ is not code:
                return False
        for space, name, value in self.names:
            if space.get(name, MISSING) is not value and frozen(space.get(name, MISSING)) != frozen(value):
                return False
        for space, name in self.hidden:
            if name in space:
                return False
        # Each call comes here: no generator is made for what is mostly nothing.
        return not self.others or all(_unchanged(get, before) for get, before in self.others)


def _is_fixed(value: Any) -> bool:
    return isinstance(value, (*IMMUTABLE, ModuleType)) or callable(value)


def _getter(d: Dependency) -> Callable[[], Any]:
    if d.kind == "closure":
        cell = d.owner.__closure__[d.owner.__code__.co_freevars.index(d.name)]
        return lambda: cell.cell_contents
    steps = (LETTERS[d.kind], d.name)
    return lambda: find(d.owner, steps, {})


def _unchanged(get: Callable[[], Any], before: Any) -> bool:
    try:
        return bool(frozen(get()) == before)
    except (LookupError, ValueError):  # ValueError: an empty cell
        return False


class _Identity:
    """Equal to itself alone; holds the object, so that its id is not given to another."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.value is self.value

    __hash__ = None  # type: ignore[assignment]


def frozen(value: Any) -> Any:
    """What a derivative may have read of a value when it was built, comparable with ==."""
    if isinstance(value, LITERALS):
        return type(value), repr(value)
    if isinstance(value, (tuple, list)):
        return (_Identity(value) if type(value) is list else type(value), [frozen(v) for v in value])
    if isinstance(value, dict):
        return _Identity(value), [(frozen(k), frozen(v)) for k, v in value.items()]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(map(repr, value))
    if isinstance(value, np.ndarray):
        data = b"" if value.dtype.kind in "fc" else value.tobytes()
        return _Identity(value), value.dtype.str, value.shape, data
    if isinstance(value, MethodType):  # of a class: made anew each time that it is read
        return _Identity(value.__func__), _Identity(value.__self__)
    return _Identity(value)
