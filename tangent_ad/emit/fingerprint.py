"""Digests of what a derivative was made from: code, captured values, options, versions.

A dependency is found again in another process by its path from the function that was differentiated:
`["g", "helper"]` is a global of it, `["g", "helper", "c", "scale"]` a captured value of that helper.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

from tangent_ad.frontend.lowering import Dependency

Steps = tuple[str, ...]


class CannotFingerprint(Exception):
    """A value has no digest that is the same in every process."""


def digest(value: Any) -> str:
    """A digest of a value that a derivative read when it was built."""
    return hashlib.sha256(_canonical(value)).hexdigest()[:24]


def _canonical(value: Any) -> bytes:
    if isinstance(value, (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), slice, range)):
        return f"{type(value).__name__}:{value!r}".encode()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes()
    if isinstance(value, np.generic):
        return f"{value.dtype.str}:{value!r}".encode()
    if isinstance(value, (tuple, list)):
        return type(value).__name__.encode() + b"".join(digest(v).encode() for v in value)
    if isinstance(value, dict):
        return b"dict" + b"".join(f"{digest(k)}{digest(v)}".encode() for k, v in value.items())
    if isinstance(value, types.CodeType):
        return marshal.dumps(value)
    if isinstance(value, types.FunctionType):
        return marshal.dumps(value.__code__)
    if isinstance(value, types.ModuleType):
        return f"module:{value.__name__}:{getattr(value, '__version__', '')}".encode()
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if name is not None and (isinstance(value, (type, types.BuiltinFunctionType, np.ufunc)) or callable(value)):
        return f"{getattr(value, '__module__', '')}.{name}".encode()
    raise CannotFingerprint(type(value).__name__)


@functools.cache
def compiler_digest() -> str:
    """Digest of tangent_ad itself (its rules included) and of the versions it runs on."""
    root = Path(__file__).resolve().parent.parent
    files = sorted(p for p in root.rglob("*.py"))
    stamp = [(str(p.relative_to(root)), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return digest((sys.version, np.__version__, tuple(tuple(s) for s in stamp)))


def find(function: types.FunctionType, steps: Steps, arguments: dict[str, Any]) -> Any:
    """The value at a path; raises LookupError where it is no longer there."""
    value: Any = function
    todo = list(steps)
    while todo:
        step = todo.pop(0)
        name = todo.pop(0)
        if step == "g":
            value = value.__globals__[name]
        elif step == "c":
            names = value.__code__.co_freevars
            if name not in names:
                raise LookupError(name)
            try:
                value = value.__closure__[names.index(name)].cell_contents
            except ValueError:
                raise LookupError(name) from None
        elif step == "m":
            module, _, attribute = name.rpartition(":")
            value = vars(sys.modules[module])[attribute]
        elif step == "d":
            value = value.__defaults__[int(name)] if name.isdigit() else value.__kwdefaults__[name]
        elif step == "a":
            value = arguments[name]
        elif step == "s":
            value = value.__code__
    return value


class Paths:
    """Paths of the dependencies of one function."""

    def __init__(self, function: types.FunctionType, arguments: dict[str, Any]) -> None:
        self.known: dict[int, Steps] = {id(function): ()}
        for name, value in arguments.items():
            self.known.setdefault(id(value), ("a", name))

    def path(self, dependency: Dependency) -> Steps:
        """Raises CannotFingerprint where the owner of the value cannot be found again."""
        owner = dependency.function
        letter = {"global": "g", "closure": "c", "default": "d", "source": "s"}[dependency.kind]
        if letter == "g":
            module = owner.__globals__.get("__name__")
            if id(owner) not in self.known:
                if module in sys.modules and vars(sys.modules[module]) is owner.__globals__:
                    steps: Steps = ("m", f"{module}:{dependency.name}")
                    self.known.setdefault(id(dependency.value), steps)
                    return steps
                raise CannotFingerprint(owner.__qualname__)
        if id(owner) not in self.known:
            raise CannotFingerprint(owner.__qualname__)
        steps = (*self.known[id(owner)], letter, dependency.name)
        if letter != "s":
            self.known.setdefault(id(dependency.value), steps)
        return steps
