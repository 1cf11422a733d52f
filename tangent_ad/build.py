"""Finds the derivative of a plan for one set of argument types in the cache, or makes it."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tangent_ad.emit import modules
from tangent_ad.emit.fingerprint import LETTERS, CannotFingerprint, Paths, compiler_digest, digest, find
from tangent_ad.emit.guards import Guards
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import Dependency
from tangent_ad.ir.types import Type, classes_in, fixed_in
from tangent_ad.plan import Plan
from tangent_ad.rules.declare import foreign_templates

_lock = threading.RLock()
KIND_OF = {letter: kind for kind, letter in LETTERS.items()}


@dataclass(eq=False)
class Compiled:
    """A derivative ready to run: `call` takes the dynamic arguments in order."""

    call: Callable[..., Any]
    path: Path
    text: str
    notes: Mapping[str, Any]
    guards: Guards
    keep: list[Any] = field(default_factory=list)

    def is_current(self) -> bool:
        return self.guards.hold()


def build(plan: Plan, arguments: dict[str, Type | Const], key: str) -> Compiled:
    """Find or make the derivative of `plan` for arguments of these types; `key` is them as text."""
    static = {n: t.value for n, t in arguments.items() if isinstance(t, Const)}
    static.update({f"{n}={i}": f for n, t in arguments.items() for i, f in enumerate(fixed_in(t))})
    classes = {f"{n}:{i}": c for n, t in arguments.items() for i, c in enumerate(classes_in(t))}
    with _lock:
        cache_key = _cache_key(plan, key)
        stored = modules.look_up(cache_key, plan.name, lambda m: _is_current(plan.function, m, {**static, **classes}))
        if stored is None:
            return _build(plan, arguments, static, classes, cache_key)
        manifest = stored.manifest
        bindings = {n: find(plan.function, steps, static) for n, steps in manifest.bindings.items()}
        return _compiled(plan, stored, bindings, _dependencies(plan.function, manifest, static))


def _build(
    plan: Plan, arguments: dict[str, Type | Const], static: dict[str, Any], classes: dict[str, type], cache_key: str
) -> Compiled:
    from tangent_ad.derive import derive, header  # the compiler is loaded when there is something to compile

    derived = derive(plan, arguments)
    emitted = derived.emit(header(plan))
    lasting = True
    try:
        manifest = _manifest(plan.function, emitted.bindings, derived.dependencies, derived.notes, static, classes)
    except CannotFingerprint:  # usable in this process, which alone knows what the objects hold
        manifest = modules.Manifest((), (), {}, derived.notes)
        lasting = False
    stored = modules.write(cache_key, plan.name, emitted.text, manifest, lasting)
    return _compiled(plan, stored, emitted.bindings, derived.dependencies)


def _compiled(
    plan: Plan, stored: modules.Stored, bindings: Mapping[str, Any], dependencies: tuple[Dependency, ...]
) -> Compiled:
    module = modules.load(stored, bindings)
    return Compiled(getattr(module, plan.name), stored.path, modules.source_of(stored), stored.manifest.notes,
                    Guards(dependencies), list(dependencies))  # fmt: skip


def _cache_key(plan: Plan, key: str) -> str:
    f = plan.function
    made_by = (compiler_digest(), digest(foreign_templates()))
    what = (repr(plan.steps), repr(plan.outputs), repr(plan.options), sorted(plan.in_order), key)
    return digest((made_by, f.__module__, f.__qualname__, digest(f.__code__), *what))[:24]


def _manifest(
    function: types.FunctionType,
    bindings: Mapping[str, Any],
    dependencies: tuple[Dependency, ...],
    notes: Mapping[str, Any],
    static: dict[str, Any],
    classes: dict[str, type],
) -> modules.Manifest:
    paths = Paths(function, static)
    made_from = tuple((paths.path(d), digest(d.value)) for d in dependencies)
    made_from += paths.of_classes(classes)
    named = {name: paths.of(value) for name, value in bindings.items()}
    return modules.Manifest(made_from, tuple(paths.same), named, notes)


def _is_current(function: types.FunctionType, manifest: modules.Manifest, static: dict[str, Any]) -> bool:
    try:
        return all(digest(find(function, steps, static)) == d for steps, d in manifest.made_from) and all(
            find(function, one, static) is find(function, other, static) for one, other in manifest.same
        )
    except (LookupError, CannotFingerprint):
        return False


def _dependencies(
    function: types.FunctionType, manifest: modules.Manifest, static: dict[str, Any]
) -> tuple[Dependency, ...]:
    """What a stored module was made from, as the frontend would have found it."""
    found = []
    for steps, _ in manifest.made_from:
        *way, letter, name = steps
        if letter == "a":  # the class of an argument, which chose the derivative
            continue
        value = find(function, steps, static)
        if letter == "m":
            module, _, name = name.rpartition(":")
            found.append(Dependency(_reader(module), "global", name, value))
        else:
            found.append(Dependency(find(function, tuple(way), static), KIND_OF[letter], name, value))
    return tuple(found)


def _reader(module: str) -> types.FunctionType:
    """A function whose globals are a module's."""
    return types.FunctionType((lambda: None).__code__, vars(sys.modules[module]))


__all__ = ["Compiled", "build"]
