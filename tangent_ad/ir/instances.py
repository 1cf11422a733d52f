"""Instances of the user's classes as containers: what is inside them, and how they are built again."""

from __future__ import annotations

import dataclasses
import functools
import types
from typing import Any

import numpy as np

PLAIN = (np.ndarray, np.generic, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type(None),
         types.ModuleType, types.FunctionType, type, slice, range)  # fmt: skip


def is_named_tuple(cls: type) -> bool:
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def module_of(cls: type) -> str:
    """Where a class is from; "" where that is not told: the classes of Cython's functions keep something else there."""
    return cls.__module__ if isinstance(cls.__module__, str) else ""


def is_foreign(cls: type) -> bool:
    """Whether a class is not written in Python by a user: its source could not be followed."""
    root = module_of(cls).partition(".")[0]
    return root in ("numpy", "scipy", "builtins", "functools", "operator", "tangent_ad") or not any(
        "__dict__" in vars(c) or "__slots__" in vars(c) or is_named_tuple(c) for c in cls.__mro__[:-1])


def users_class(value: Any) -> type | None:
    """The user's class that a value is an instance of; None for what is none."""
    cls = type(value)
    if isinstance(value, PLAIN) and not is_named_tuple(cls):
        return None
    return None if is_foreign(cls) else cls


def is_structured(value: Any) -> bool:
    """Whether a value is a container with named parts: a dict, a dataclass or a named tuple."""
    cls = type(value)
    if module_of(cls).partition(".")[0] == "tangent_ad":  # a function, or a method, while it is lowered
        return False
    return cls is dict or is_named_tuple(cls) or (dataclasses.is_dataclass(cls) and not isinstance(value, type))


def children(value: Any) -> dict[Any, Any] | None:
    """The parts of a container by index, key or name; None for what is not a container."""
    cls = type(value)
    if cls in (tuple, list):
        return dict(enumerate(value))
    if cls is dict:
        return dict(value)
    if is_named_tuple(cls):
        return dict(zip(cls._fields, value, strict=True))
    if is_structured(value):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if hasattr(value, f.name)}
    return None


def holds_itself(value: Any) -> bool:
    """Whether a container is among what it holds, at any depth: it has no type that ends."""
    done: set[int] = set()
    around: set[int] = set()
    left: list[tuple[Any, bool]] = [(value, False)]
    while left:
        value, leaves = left.pop()
        if leaves:
            around.discard(id(value))
            done.add(id(value))
            continue
        parts = children(value)
        if parts is None or id(value) in done:
            continue
        if id(value) in around:
            return True
        around.add(id(value))
        left.append((value, True))
        left += ((part, False) for part in parts.values() if not isinstance(part, PLAIN) or children(part) is not None)
    return False


def hidden(value: Any) -> tuple[str, ...]:
    """Attributes of an instance of a dataclass that are none of its fields, and that the class has, too."""
    if not dataclasses.is_dataclass(value):
        return ()
    fields = {f.name for f in dataclasses.fields(value)}
    own = (n for n in getattr(value, "__dict__", ()) if n not in fields and hasattr(type(value), n))
    return tuple(n for n in own if not isinstance(getattr(type(value), n), functools.cached_property))


def rebuilt(cls: type, parts: dict[Any, Any]) -> Any:
    """A container of this class with these parts; no code of the user's runs."""
    if cls is dict:
        return dict(parts)
    if cls in (tuple, list):
        return cls(parts.values())
    if is_named_tuple(cls):
        return tuple.__new__(cls, parts.values())
    made: Any = object.__new__(cls)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made


def is_simple(cls: type, names: tuple[Any, ...]) -> bool:
    """Whether `cls(name=part, ...)` does no more than `rebuilt`."""
    if is_named_tuple(cls):
        return cls.__new__.__qualname__ in ("__new__", f"{cls.__name__}.__new__")
    if not dataclasses.is_dataclass(cls) or hasattr(cls, "__post_init__"):
        return False
    generated = getattr(cls.__init__, "__code__", None)
    if generated is None or generated.co_filename != "<string>":
        return False
    taken = generated.co_varnames[1 : generated.co_argcount + generated.co_kwonlyargcount]  # an InitVar, too
    return set(taken) == set(names) and names == tuple(f.name for f in dataclasses.fields(cls))
