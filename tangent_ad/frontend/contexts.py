"""`with` over what only silences warnings: the derivative runs under the same, from its first line to its last.

Before:
    with np.errstate(divide="ignore"):
        y = a / b

After:
    entered(np.errstate(divide="ignore"))
    y = a / b

The emitted function is wrapped in one `with` of all contexts that were entered: what it computes in its reverse
sweep may warn as much as the lines that the user put under the context.
"""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.sugar import REWRITES
from tangent_ad.frontend.trees import bind, call, placed
from tangent_ad.ir.nodes import Apply, Atom, Const
from tangent_ad.ir.types import Opaque
from tangent_ad.rules.declare import op_of


@dataclass(frozen=True, eq=False)
class Context:
    """A context manager that was made: what `with` calls in the emitted code, and what `as` binds."""

    call: Apply | None
    value: Atom


def _flattened(stmt: gast.With) -> list[gast.stmt]:
    entering: list[gast.stmt] = []
    for entry in stmt.items:
        enters = call(entered, entry.context_expr)
        made = gast.Expr(enters) if entry.optional_vars is None else bind(entry.optional_vars, enters)
        entering += placed([made], entry.context_expr)
    return [*entering, *stmt.body]


def entered(context: Any) -> Any:
    """Enter a context that the whole derivative is put under."""
    return context.__enter__()


@builtin(entered)
def lower_entered(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    made = args[0].value if isinstance(args[0], Const) else None
    if not isinstance(made, Context):
        low.refuse(node, "this context manager is not followed, only np.errstate, np.printoptions, "
                         "warnings.catch_warnings and contextlib.nullcontext are",
                   "enter it around the call of the derivative, and pass what it gives as an argument; for "
                   "contextlib.suppress(...) write try: ... except ...: pass")  # fmt: skip
    if made.call is not None:
        enter(low, made.call)
    return made.value


def enter(low: Lowering, context: Apply) -> None:
    if repr(context) not in map(repr, low.contexts):
        low.contexts.append(context)


@builtin(np.errstate)
def lower_errstate(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """"ignore" silences; "raise" and the like would act on the derivative's own operations."""
    if args or any(not isinstance(v, Const) or v.value not in ("ignore", "warn") for v in kwargs.values()):
        low.refuse(node, "np.errstate that does more than silence warnings is not differentiated",
                   "use np.errstate(...='ignore'), and test what it raises for with an if in place of the try: "
                   "if np.any(x == 0.0)")  # fmt: skip
    silent = tuple((k, v) for k, v in kwargs.items() if v == Const("ignore"))
    made = Apply(op_of(np.errstate), (), silent, Opaque(np.errstate)) if silent else None
    return Const(Context(made, Const(None)))


@builtin(np.printoptions)
def lower_printoptions(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """How arrays are printed; there is one way in all of the derivative."""
    made = Apply(op_of(np.printoptions), (), tuple(kwargs.items()), Opaque(contextlib.AbstractContextManager))
    others = [c for c in low.contexts if c.op is made.op and repr(c) != repr(made)]
    if others or not all(isinstance(v, Const) for v in kwargs.values()):
        low.refuse(node, "np.printoptions is followed with one set of options, all of them literals",
                   "set them around the call of the derivative")
    with np.printoptions(**{k: v.value for k, v in kwargs.items() if isinstance(v, Const)}):
        return Const(Context(made, Const(np.get_printoptions())))


@builtin(warnings.catch_warnings)
def lower_catch_warnings(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if args or any(k != "action" or v != Const("ignore") for k, v in kwargs.items()):
        low.refuse(node, "warnings.catch_warnings that records or raises warnings is not differentiated",
                   "leave out record= and what follows as; test np.isfinite(y) in place of the warnings")
    made = Apply(op_of(warnings.catch_warnings), (), tuple(kwargs.items()), Opaque(warnings.catch_warnings))
    return Const(Context(made, Const(None)))


def silence(low: Lowering, node: Any, function: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """A warnings filter; it is undone at the end of the derivative."""
    if not any(c.op.call is warnings.catch_warnings for c in low.contexts):
        low.refuse(node, "a warnings filter that stays in place is not differentiated",
                   "put it under: with warnings.catch_warnings()")
    if not args or args[0] != Const("ignore") or not all(isinstance(a, Const) for a in (*args, *kwargs.values())):
        low.refuse(node, "a warnings filter that does more than ignore is not differentiated",
                   "use the action 'ignore'")
    enter(low, Apply(op_of(function), tuple(args), tuple(kwargs.items())))
    return Const(None)


@builtin(warnings.simplefilter)
def lower_simplefilter(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return silence(low, node, warnings.simplefilter, args, kwargs)


@builtin(warnings.filterwarnings)
def lower_filterwarnings(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return silence(low, node, warnings.filterwarnings, args, kwargs)


@builtin(contextlib.suppress)
def lower_suppress(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = [a.value.__name__ for a in args if isinstance(a, Const) and isinstance(a.value, type)]
    caught = known[0] if len(known) == 1 else f"({', '.join(known)})" if known else "..."
    low.refuse(node, "the context manager contextlib.suppress() is not followed",
               f"write try: ... except {caught}: pass")  # fmt: skip


@builtin(contextlib.nullcontext)
def lower_nullcontext(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(Context(None, args[0] if args else kwargs.get("enter_result", Const(None))))


REWRITES[gast.With] = _flattened
