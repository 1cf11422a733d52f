"""Runs the pipeline for one plan and one set of argument types: from the function to the text of its derivative."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tangent_ad import pipeline
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.emit.text import Emitted, emit
from tangent_ad.frontend import lower
from tangent_ad.frontend.source import source_of
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import Dependency
from tangent_ad.ir.types import Array, Number, Opaque, Seq, Type, Unknown, is_complex, rank
from tangent_ad.plan import Plan, Step


class NotOneNumber(TypeError):
    """A gradient is of a function that returns one real number."""


@dataclass(frozen=True, eq=False)
class Derived:
    """The pipeline's result: a derivative in IR, and what it was made from."""

    unit: pipeline.Unit
    dependencies: tuple[Dependency, ...]
    notes: dict[str, Any]
    seeds: int  # that many last parameters belong to the pullback that it returns

    def emit(self, header: str, printer: str | None = None) -> Emitted:
        return emit(self.unit.func, self.unit.callees, header, self.seeds, printer)


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
        if step.kind in ("grad", "value_and_grad") and pipeline.goes_forwards(unit, inputs):
            unit = pipeline.by_tangents(unit, inputs)
        else:
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


def header(plan: Plan) -> str:
    f = plan.function
    return f"Derivative code generated by tangent_ad from {f.__module__}.{f.__qualname__}."


__all__ = ["Derived", "NotOneNumber", "derive", "header"]
