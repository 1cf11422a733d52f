"""Digests of what a derivative was made from: code, captured values, options, versions.

A dependency is found again in another process by its path from the function that was differentiated:
`("g", "helper")` is a global of it, `("g", "helper", "c", "scale")` a captured value of that helper.
"""

from __future__ import annotations

import ast
import builtins
import functools
import hashlib
import importlib.util
import linecache
import logging
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tangent_ad.ir.program import Dependency
from tangent_ad.rules.declare import OPS, RULES, read_by_rule

Steps = tuple[str, ...]
LITERALS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), slice, range, np.generic)
MOST_ITEMS = 10_000  # of a captured container that are given paths


class CannotFingerprint(Exception):
    """A value has no digest that is the same in every process."""


def digest(value: Any) -> str:
    """A digest of a value that a derivative read when it was built, the same in every process.

    Arrays of floats count by dtype and shape alone: their numbers stay in the user's array, which the
    derivative reads when it runs. Those of integers and bools count whole: they may be shapes, axes or masks.

    Raises:
      CannotFingerprint: an object whose contents are not known.
    """
    return hashlib.sha256(_canonical(value)).hexdigest()[:24]


def _canonical(value: Any) -> bytes:
    if isinstance(value, LITERALS):
        return f"{type(value).__name__}:{value!r}".encode()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        data = b"" if value.dtype.kind in "fc" else np.ascontiguousarray(value).tobytes()
        return f"{type(value).__name__}{value.dtype.str}{value.shape}".encode() + data
    if isinstance(value, np.dtype):
        return f"dtype:{value.str}".encode()
    if isinstance(value, (tuple, list)):
        return f"{type(value).__name__}:".encode() + b"".join(digest(v).encode() for v in value)
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}:".encode() + b"".join(sorted(digest(v).encode() for v in value))
    if isinstance(value, dict):
        return b"dict:" + b"".join(f"{digest(k)}{digest(v)}".encode() for k, v in value.items())
    if isinstance(value, types.CodeType):
        return code_digest(value).encode()
    if isinstance(value, types.FunctionType):
        read = read_by_rule(RULES.get(OPS[value])) if value in OPS else ()  # rules of two closures are two
        return b"function:" + code_digest(value.__code__).encode() + (_canonical(read) if read else b"")
    if isinstance(value, logging.Logger):  # found again by its name
        return f"logger:{value.name}".encode()
    if isinstance(value, types.ModuleType):
        return f"module:{value.__name__}:{getattr(value, '__version__', '')}".encode()
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if name is not None and isinstance(
        value, (type, types.BuiltinFunctionType, np.ufunc, types.MethodDescriptorType)
    ):
        return f"{getattr(value, '__module__', '')}.{name}".encode()
    if name is not None and (getattr(value, "__module__", "") or "").partition(".")[0] == "numpy":
        return f"{value.__module__}.{name}".encode()
    raise CannotFingerprint(type(value).__name__)


def code_digest(code: types.CodeType) -> str:
    """Digest of compiled code and of the text it was compiled from, as far as it can be read.

    `marshal` would not do: its bytes depend on how the code came into memory.
    """
    whole = (_code_facts(code), code_text(code))
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:24]


def _code_facts(code: types.CodeType) -> tuple[Any, ...]:
    constants = tuple(
        _code_facts(c) if isinstance(c, types.CodeType) else _constant(c) for c in code.co_consts
    )
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_filename, code.co_firstlineno, code.co_name, counts, code.co_code, constants, names)


def _constant(value: Any) -> Any:
    return (
        ("frozenset", sorted(map(repr, value)))
        if isinstance(value, frozenset)
        else (type(value).__name__, repr(value))
    )


def code_text(code: types.CodeType) -> str:
    """The lines of a function as its file has them now, "" where they cannot be read."""
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    return "".join(lines[code.co_firstlineno - 1 : _last_line(code)])


def _last_line(code: types.CodeType) -> int:
    own = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last_line(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return max([code.co_firstlineno, *own, *inner])


@functools.cache
def compiler_digest() -> str:
    """Digest of tangent_ad itself (its rules included), of what parses and prints for it, of Python and NumPy."""
    found = hashlib.sha256()
    for package in ("tangent_ad", "gast", "astor"):
        spec = importlib.util.find_spec(package)
        for root in spec.submodule_search_locations or () if spec is not None else ():
            for path in sorted(_sources(root)):
                with open(path, "rb") as stream:
                    found.update(path[len(root) :].encode() + b"\0" + stream.read() + b"\0")
    return digest((found.hexdigest(), sys.version, np.__version__))


def _sources(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            yield entry.path
        elif entry.is_dir():
            yield from _sources(entry.path)


def find(function: types.FunctionType, steps: Steps, arguments: dict[str, Any]) -> Any:
    """The value at a path; raises LookupError where it is no longer there."""
    value: Any = function
    try:
        for kind, name in zip(steps[::2], steps[1::2], strict=True):
            value = arguments[name] if kind == "a" else _STEPS[kind](value, name)
    except (AttributeError, TypeError, ValueError, SyntaxError) as error:
        raise LookupError(str(steps)) from error
    return value


def _closure(owner: Any, name: str) -> Any:
    return owner.__closure__[owner.__code__.co_freevars.index(name)].cell_contents


def _builtin(owner: Any, name: str) -> Any:
    if name in owner.__globals__:
        raise LookupError(name)
    return getattr(builtins, name)


def _default(owner: Any, name: str) -> Any:
    return owner.__defaults__[int(name)] if name.isdigit() else owner.__kwdefaults__[name]


def _module(owner: Any, name: str) -> Any:
    module, _, attribute = name.rpartition(":")
    return vars(sys.modules[module])[attribute]


def look_up(owner: Any, name: str) -> Any:
    """What a class, or an instance, has under a name: itself first, then its classes; ... for nothing."""
    classes = owner.__mro__ if isinstance(owner, type) else type(owner).__mro__
    own = () if isinstance(owner, type) else (getattr(owner, "__dict__", {}),)
    for space in (*own, *map(vars, classes)):
        if name in space:
            return space[name]
    return ...


def look_up_after(owner: Any, text: str) -> Any:
    """What `super()` finds in a method of a class, for an instance or a class: "name after module.Class"."""
    name, _, after = text.partition(" after ")
    classes = owner.__mro__ if isinstance(owner, type) else type(owner).__mro__
    full = [f"{cls.__module__}.{cls.__qualname__}" for cls in classes]
    for cls in classes[full.index(after) + 1 :]:  # a ValueError where it is no longer there
        if name in vars(cls):
            return vars(cls)[name]
    return ...


_STEPS: dict[str, Callable[[Any, str], Any]] = {
    "g": lambda owner, name: owner.__globals__[name],
    "b": _builtin,
    "c": _closure,
    "d": _default,
    "t": getattr,
    "l": look_up,
    "u": look_up_after,
    "s": lambda owner, name: owner.__code__,
    "m": _module,
    "i": lambda owner, name: owner[ast.literal_eval(name)],
}
LETTERS = {"global": "g", "builtin": "b", "closure": "c", "default": "d", "attribute": "t", "lookup": "l",
           "super": "u", "source": "s"}  # fmt: skip


class Paths:
    """Paths of the dependencies of one function.

    `same`: pairs of paths that led to one object. Another process may take one for the other only where
    that still holds.
    """

    def __init__(self, function: types.FunctionType, arguments: dict[str, Any]) -> None:
        self.known: dict[int, Steps] = {id(function): ()}
        self.same: list[tuple[Steps, Steps]] = []
        self.room = MOST_ITEMS
        self.classes: dict[str, type] = {}
        for name, value in arguments.items():
            self.register(value, ("a", name))

    def path(self, dependency: Dependency) -> Steps:
        """Raises CannotFingerprint where the owner of the value cannot be found again."""
        owner, letter = dependency.owner, LETTERS[dependency.kind]
        if id(owner) in self.known:
            steps = (*self.known[id(owner)], letter, dependency.name)
        elif letter == "g":
            module = owner.__globals__.get("__name__")
            if module not in sys.modules or vars(sys.modules[module]) is not owner.__globals__:
                raise CannotFingerprint(owner.__qualname__)
            steps = ("m", f"{module}:{dependency.name}")
        else:
            raise CannotFingerprint(getattr(owner, "__qualname__", type(owner).__qualname__))
        if letter not in "slu":
            self.register(dependency.value, steps)
        return steps

    def register(self, value: Any, steps: Steps) -> None:
        """Remember where an object is, and the objects in it."""
        if isinstance(value, LITERALS) or self.room <= 0:
            return
        self.room -= 1
        if isinstance(value, type):
            self.tell_apart(value)
        before = self.known.setdefault(id(value), steps)
        if before != steps:
            self.same.append((before, steps))
            return
        for key, item in items(value):
            self.register(item, (*steps, "i", repr(key)))

    def of_classes(self, classes: dict[str, type]) -> tuple[tuple[Steps, str], ...]:
        """The classes of arguments and their digests; which of them the dependencies led to is noted."""
        for name, cls in classes.items():
            self.tell_apart(cls)
            if id(cls) in self.known:
                self.same.append((self.known[id(cls)], ("a", name)))
        return tuple((("a", name), digest(cls)) for name, cls in classes.items())

    def tell_apart(self, cls: type) -> None:
        """Raises CannotFingerprint for a second class of one name: a third could be taken for either."""
        if self.classes.setdefault(digest(cls), cls) is not cls:
            raise CannotFingerprint(cls.__qualname__)

    def of(self, value: Any) -> Steps:
        """Raises CannotFingerprint for an object that no dependency led to."""
        if id(value) not in self.known:
            raise CannotFingerprint(type(value).__name__)
        return self.known[id(value)]


def items(value: Any) -> Iterator[tuple[Any, Any]]:
    """Keys and items of a container that can be looked up again by the text of the key."""
    if isinstance(value, (tuple, list)):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from ((k, v) for k, v in value.items() if type(k) in (str, int, bool))
