"""Builds one derivative for one set of argument types: from the cache, or through the pipeline."""

from __future__ import annotations

import os
import threading
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tangent_ad import pipeline
from tangent_ad.emit import Emitted, emit, modules
from tangent_ad.emit.fingerprint import CannotFingerprint, Paths, Steps, compiler_digest, digest, find
from tangent_ad.errors import Origin
from tangent_ad.frontend import Dependency, lower
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.types import Array, Number, Opaque, Seq, Type, Unknown, is_complex, is_differentiable, rank

_lock = threading.RLock()


@dataclass(frozen=True)
class Step:
    """One differentiation: `kind` is "grad", "value_and_grad", "vjp", "jvp"; `wrt` names parameters."""

    kind: str
    wrt: tuple[str, ...]
    single: bool = False
    aux: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """A function and what is done to it, innermost first."""

    function: types.FunctionType
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        stem = self.function.__name__ if self.function.__name__.isidentifier() else "function"
        return "_".join([stem, *(s.kind for s in self.steps)])


@dataclass(eq=False)
class Compiled:
    """A derivative ready to run: `call` takes the dynamic arguments in order."""

    call: Callable[..., Any]
    path: Path
    text: str
    notes: Mapping[str, Any]
    guards: tuple[Callable[[], bool], ...]
    keep: list[Any] = field(default_factory=list)

    def is_current(self) -> bool:
        return all(guard() for guard in self.guards)


def build(plan: Plan, arguments: dict[str, Type | Const], key: str) -> Compiled:
    """Find or make the derivative of `plan` for arguments of these types; `key` is them as text."""
    static = {n: t.value for n, t in arguments.items() if isinstance(t, Const)}
    with _lock:
        cache_key = _cache_key(plan, key)
        found = modules.look_up(cache_key, plan.name, lambda m: _is_current(plan.function, m, static))
        if found is not None:
            path, manifest = found
            bindings = {n: find(plan.function, steps, static) for n, steps in manifest.bindings.items()}
            module = modules.load(path, bindings)
            guards = tuple(_guard_path(plan.function, steps, d, static) for steps, d in manifest.made_from)
            return Compiled(getattr(module, plan.name), path, modules.source_of(path), manifest.notes, guards)
        return _build(plan, arguments, static, cache_key)


def _build(plan: Plan, arguments: dict[str, Type | Const], static: dict[str, Any], cache_key: str) -> Compiled:
    emitted, dependencies, notes = derive(plan, arguments)
    try:
        manifest = _manifest(plan.function, emitted, dependencies, static, notes)
    except CannotFingerprint:  # usable in this process, under a key that no other process looks up
        manifest = modules.Manifest((), {}, notes)
        cache_key = digest((cache_key, os.getpid(), id(plan.function), emitted.text))[:24]
    path = modules.write(cache_key, plan.name, emitted.text, manifest)
    module = modules.load(path, emitted.bindings)
    guards = tuple(_guard(d) for d in dependencies)
    return Compiled(getattr(module, emitted.name), path, modules.source_of(path), notes, guards, list(dependencies))


def derive(
    plan: Plan, arguments: dict[str, Type | Const], header: str | None = None
) -> tuple[Emitted, tuple[Dependency, ...], dict[str, Any]]:
    """Run the pipeline: the emitted module, what it was made from, and notes for the caller."""
    program = lower(plan.function, arguments)
    unit = pipeline.prepare(program)
    notes: dict[str, Any] = {"disconnected": []}
    names = [n for n, t in arguments.items() if not isinstance(t, Const)]
    seeds = 0
    for step in plan.steps:
        inputs = tuple(names.index(w) for w in step.wrt)
        if step.kind == "jvp":
            unit = pipeline.forward(unit, inputs)
            continue
        if step.kind != "vjp":
            check_scalar(plan, unit.func.body.results[0], step)
        unit = pipeline.reverse(unit, inputs, step.kind == "vjp", step.aux)
        notes["disconnected"] += [step.wrt[i] for i in unit.disconnected]
        seeds = 1 if step.kind == "vjp" else 0
        unit = _shape(unit, step)
    title = _title(plan)
    unit = pipeline.finish(unit, plan.name, title, seeds)
    return emit(unit.func, unit.callees, header or _header(plan), seeds), program.dependencies, notes


def _shape(unit: pipeline.Unit, step: Step) -> pipeline.Unit:
    """From (value, cotangents) to what the kind returns."""
    if step.kind == "grad" and not step.aux:
        return pipeline.select(unit, *((1, 0) if step.single else (1,)))
    if step.kind == "grad":
        return pipeline.rearrange(unit, ((1, 0) if step.single else (1,), (0, 1)))
    if step.kind == "value_and_grad" and step.single:
        return pipeline.rearrange(unit, ((0,), (1, 0)))
    return unit


def check_scalar(plan: Plan, result: Any, step: Step) -> None:
    """A gradient is of one real number."""
    from tangent_ad.analysis.sampling import expr_type

    t: Type = expr_type(result)
    name = plan.function.__name__
    if step.aux:
        if not (isinstance(t, Seq) and len(t.items) == 2):
            raise TypeError(f"with has_aux=True {name} must return a pair (value, aux)")
        t = t.items[0]
    if isinstance(t, Unknown):
        return
    if not isinstance(t, (Number, Array)):
        what = "None" if isinstance(t, Opaque) and t.cls is type(None) else _describe(t)
        raise TypeError(f"grad needs a function that returns one number, but {name} returns {what}; "
                        "use vjp, or has_aux=True for (value, aux)")  # fmt: skip
    if rank(t) != 0:
        raise TypeError(f"grad needs a function that returns one number, but {name} returns an array ({_describe(t)}); "
                        "reduce it (np.sum, np.mean), or use vjp or jvp")  # fmt: skip
    if is_complex(t):
        raise TypeError(f"grad needs a real result, but {name} returns a complex number; take np.real or np.abs of it")


def _describe(t: Type) -> str:
    if isinstance(t, Seq):
        return f"a {t.cls.__name__} of {len(t.items)}"
    if isinstance(t, Array):
        return f"{t.dtype}, {'unknown rank' if t.dims is None else f'{len(t.dims)} axes'}"
    return type(t).__name__.lower()


def _title(plan: Plan) -> str:
    from tangent_ad.frontend.source import source_of

    source = source_of(plan.function)
    place = f"{os.path.basename(source.file)}:{source.tree.lineno}"
    subject = plan.function.__name__
    for step in plan.steps:
        of = {"grad": "Gradient of", "value_and_grad": "Value and gradient of", "jvp": "Value and tangent of",
              "vjp": "Value and pullback of"}[step.kind]  # fmt: skip
        subject = f"{of} {subject} with respect to {', '.join(step.wrt)}"
        if step is not plan.steps[-1]:
            subject = subject[0].lower() + subject[1:]
    return f"{subject} ({place})."


def _header(plan: Plan) -> str:
    return f"Derivative code generated by tangent_ad from {plan.function.__module__}.{plan.function.__qualname__}."


def _cache_key(plan: Plan, key: str) -> str:
    f = plan.function
    code: Origin | Any = f.__code__
    return digest((compiler_digest(), f.__module__, f.__qualname__, digest(code), repr(plan.steps), key))[:24]


def _manifest(
    function: types.FunctionType,
    emitted: Emitted,
    dependencies: tuple[Dependency, ...],
    static: dict[str, Any],
    notes: dict[str, Any],
) -> modules.Manifest:
    paths = Paths(function, static)
    made_from = []
    by_value: dict[int, Steps] = {id(v): ("a", n) for n, v in static.items()}
    for d in dependencies:
        steps = paths.path(d)
        made_from.append((steps, digest(d.value)))
        by_value.setdefault(id(d.value), steps)
    bindings = {}
    for name, value in emitted.bindings.items():
        if id(value) not in by_value:
            raise CannotFingerprint(name)
        bindings[name] = by_value[id(value)]
    return modules.Manifest(tuple(made_from), bindings, notes)


def _is_current(function: types.FunctionType, manifest: modules.Manifest, static: dict[str, Any]) -> bool:
    try:
        return all(digest(find(function, steps, static)) == d for steps, d in manifest.made_from)
    except (LookupError, AttributeError, TypeError, CannotFingerprint):
        return False


def _guard(d: Dependency) -> Callable[[], bool]:
    """Whether a dependency is still the object that was read at build time."""
    f, name, value = d.function, d.name, d.value
    if isinstance(value, (list, dict)):
        before = digest(value)
        steps: Steps = ({"global": "g", "closure": "c", "default": "d"}[d.kind], name)
        return lambda: digest(find(f, steps, {})) == before
    if d.kind == "global":
        space = f.__globals__
        return lambda: space.get(name) is value
    if d.kind == "closure":
        cell = (f.__closure__ or ())[f.__code__.co_freevars.index(name)]
        return lambda: cell.cell_contents is value
    if d.kind == "source":
        return lambda: f.__code__ is value
    return lambda: find(f, ("d", name), {}) is value


def _guard_path(
    function: types.FunctionType, steps: Steps, wanted: str, static: dict[str, Any]
) -> Callable[[], bool]:
    value = find(function, steps, static)
    if isinstance(value, (list, dict)):
        return lambda: digest(find(function, steps, static)) == wanted

    def guard() -> bool:
        try:
            return find(function, steps, static) is value
        except LookupError:
            return False

    return guard


__all__ = ["Compiled", "Plan", "Step", "build", "derive", "is_differentiable"]
