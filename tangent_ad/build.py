"""Builds one derivative for one set of argument types: from the cache, or through the pipeline."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tangent_ad import pipeline
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend import Backend
from tangent_ad.emit import Emitted, emit, modules
from tangent_ad.emit.fingerprint import LETTERS, CannotFingerprint, Paths, compiler_digest, digest, find
from tangent_ad.emit.guards import Guards
from tangent_ad.errors import Origin
from tangent_ad.frontend import lower
from tangent_ad.frontend.source import source_of
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import Dependency
from tangent_ad.ir.types import Array, Number, Opaque, Seq, Type, Unknown, is_complex, rank
from tangent_ad.optimise import Optimise, Passes
from tangent_ad.rules.declare import foreign_templates

_lock = threading.RLock()
KIND_OF = {letter: kind for kind, letter in LETTERS.items()}


@dataclass(frozen=True)
class Step:
    """One differentiation: `kind` is grad, value_and_grad, vjp, jvp or hvp; `wrt` names parameters."""

    kind: str
    wrt: tuple[str, ...]
    single: bool = False
    aux: bool = False


@dataclass(frozen=True)
class Options:
    """How a derivative is made, apart from what it is the derivative of. Its text is a part of the cache's key."""

    passes: Passes = field(default_factory=Passes)
    backend: Backend = field(default_factory=Backend)

    @classmethod
    def of(cls, optimise: Optimise = "all", backend: str = "plain", threads: int = 1) -> Options:
        """Raises ValueError for passes or a backend that do not exist."""
        return cls(Passes.of(optimise), Backend(backend, threads))


@dataclass(frozen=True, eq=False)
class Plan:
    """A function and what is done to it, innermost first.

    `in_order`: the parameters that are arrays in C order. `outputs`: the parameters whose final contents are its
    result, for a kernel that returns nothing; a tuple of one name is a tuple of one array, a name alone that array.
    """

    function: types.FunctionType
    steps: tuple[Step, ...]
    outputs: str | tuple[str, ...] | None = None
    in_order: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)

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
    guards: Guards
    keep: list[Any] = field(default_factory=list)

    def is_current(self) -> bool:
        return self.guards.hold()


@dataclass(frozen=True, eq=False)
class Derived:
    """The pipeline's result: a derivative in IR, and what it was made from."""

    unit: pipeline.Unit
    dependencies: tuple[Dependency, ...]
    notes: dict[str, Any]
    seeds: int  # that many last parameters belong to the pullback that it returns

    def emit(self, header: str, printer: str | None = None) -> Emitted:
        return emit(self.unit.func, self.unit.callees, header, self.seeds, printer)


def build(plan: Plan, arguments: dict[str, Type | Const], key: str) -> Compiled:
    """Find or make the derivative of `plan` for arguments of these types; `key` is them as text."""
    static = {n: t.value for n, t in arguments.items() if isinstance(t, Const)}
    with _lock:
        cache_key = _cache_key(plan, key)
        stored = modules.look_up(cache_key, plan.name, lambda m: _is_current(plan.function, m, static))
        if stored is None:
            return _build(plan, arguments, static, cache_key)
        manifest = stored.manifest
        bindings = {n: find(plan.function, steps, static) for n, steps in manifest.bindings.items()}
        return _compiled(plan, stored, bindings, _dependencies(plan.function, manifest, static))


def _build(
    plan: Plan, arguments: dict[str, Type | Const], static: dict[str, Any], cache_key: str
) -> Compiled:
    derived = derive(plan, arguments)
    emitted = derived.emit(_header(plan))
    lasting = True
    try:
        manifest = _manifest(plan.function, emitted, derived, static)
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


def derive(plan: Plan, arguments: dict[str, Type | Const]) -> Derived:
    """Run the pipeline up to the text.

    Raises:
      Refused: something in the program cannot be differentiated with certainty.
      NotOneNumber: a gradient is asked of a function that does not return one real number.
    """
    program = lower(plan.function, arguments, plan.outputs, plan.in_order)
    unit = pipeline.prepare(program, plan.options.passes, plan.options.backend)
    notes: dict[str, Any] = {"disconnected": [], "writes": list(program.writes)}
    names = [n for n, t in arguments.items() if not isinstance(t, Const)]
    seeds = 0
    for step in plan.steps:
        inputs = tuple(names.index(w) for w in step.wrt)
        if step.kind == "jvp":
            unit, seeds = pipeline.forward(unit, inputs), 0
            continue
        if step.kind != "vjp":
            check_scalar(plan, unit.func.body.results[0], step)
        unit = pipeline.reverse(unit, inputs, step.kind == "vjp", step.aux)
        notes["disconnected"] += [step.wrt[i] for i in unit.disconnected]
        seeds = 1 if step.kind == "vjp" else 0
        unit = _shape(unit, step)
        if step.kind == "hvp":
            unit = pipeline.select(pipeline.forward(unit, inputs), 1)
    last = plan.steps[-1]
    value_at = {"grad": 1 if last.aux else None, "hvp": None}.get(last.kind, 0)
    unit = pipeline.finish(unit, plan.name, _title(plan), seeds, value_at)
    return Derived(unit, program.dependencies, notes, seeds)


def _shape(unit: pipeline.Unit, step: Step) -> pipeline.Unit:
    """From (value, cotangents) to what the kind returns."""
    if step.kind in ("grad", "hvp") and not step.aux:
        return pipeline.select(unit, *((1, 0) if step.single else (1,)))
    if step.kind == "grad":
        return pipeline.rearrange(unit, ((1, 0) if step.single else (1,), (0, 1)))
    if step.kind == "value_and_grad" and step.single:
        return pipeline.rearrange(unit, ((0,), (1, 0)))
    return unit


class NotOneNumber(TypeError):
    """A gradient is of a function that returns one real number."""


def check_scalar(plan: Plan, result: Any, step: Step) -> None:
    """Raises NotOneNumber where the types tell."""
    t: Type = expr_type(result)
    name = plan.function.__name__
    if step.aux:
        if not (isinstance(t, Seq) and len(t.items) == 2):
            raise NotOneNumber(f"with has_aux=True {name} must return a pair (value, aux)")
        t = t.items[0]
    if isinstance(t, Unknown):
        return
    wanted = f"grad needs a scalar function, one that returns one real number, but {name} returns"
    if not isinstance(t, (Number, Array)):
        what = "None" if isinstance(t, Opaque) and t.cls is type(None) else _describe(t)
        raise NotOneNumber(f"{wanted} {what}; use vjp, or has_aux=True for (value, aux)")
    if rank(t) not in (0, None):
        what = f"an array ({_describe(t)})"
        raise NotOneNumber(f"{wanted} {what}; reduce it (np.sum, np.mean), or use vjp or jvp")
    if is_complex(t):
        raise NotOneNumber(f"{wanted} a complex number; take np.real or np.abs of it")


def _describe(t: Type) -> str:
    if isinstance(t, Seq):
        return f"a {t.cls.__name__} of {len(t.items)}"
    if isinstance(t, Array):
        return f"{t.dtype}, {'unknown rank' if t.dims is None else f'{len(t.dims)} axes'}"
    return type(t).__name__.lower()


def _title(plan: Plan) -> str:
    source = source_of(plan.function)
    place = f"{Path(source.file).name}:{source.tree.lineno}"
    subject = plan.function.__name__
    for step in plan.steps:
        of = {"grad": "Gradient of", "value_and_grad": "Value and gradient of", "jvp": "Value and tangent of",
              "vjp": "Value and pullback of", "hvp": "Hessian times vector of"}[step.kind]  # fmt: skip
        subject = f"{of} {subject} with respect to {', '.join(step.wrt)}"
        if step is not plan.steps[-1]:
            subject = subject[0].lower() + subject[1:]
    return f"{subject} ({place})."


def _header(plan: Plan) -> str:
    f = plan.function
    return f"Derivative code generated by tangent_ad from {f.__module__}.{f.__qualname__}."


def _cache_key(plan: Plan, key: str) -> str:
    f = plan.function
    code: Origin | Any = f.__code__
    made_by = (compiler_digest(), digest(foreign_templates()))
    what = (repr(plan.steps), repr(plan.outputs), repr(plan.options), sorted(plan.in_order), key)
    return digest((made_by, f.__module__, f.__qualname__, digest(code), *what))[:24]


def _manifest(
    function: types.FunctionType, emitted: Emitted, derived: Derived, static: dict[str, Any]
) -> modules.Manifest:
    paths = Paths(function, static)
    made_from = tuple((paths.path(d), digest(d.value)) for d in derived.dependencies)
    bindings = {name: paths.of(value) for name, value in emitted.bindings.items()}
    return modules.Manifest(made_from, tuple(paths.same), bindings, derived.notes)


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
        value = find(function, steps, static)
        *way, letter, name = steps
        if letter == "m":
            module, _, name = name.rpartition(":")
            found.append(Dependency(_reader(module), "global", name, value))
        else:
            found.append(Dependency(find(function, tuple(way), static), KIND_OF[letter], name, value))
    return tuple(found)


def _reader(module: str) -> types.FunctionType:
    """A function whose globals are a module's."""
    return types.FunctionType((lambda: None).__code__, vars(sys.modules[module]))


__all__ = ["Compiled", "Derived", "NotOneNumber", "Options", "Plan", "Step", "build", "derive"]
