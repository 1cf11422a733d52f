"""What a program says and measures: logging, warnings, clocks, text. It happens once, in the forward sweep."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tangent_ad.frontend.builtin_calls import Handler, builtin
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Op
from tangent_ad.ir.ops import method_op
from tangent_ad.ir.types import Number, Opaque, Type
from tangent_ad.rules.declare import constant, op_of

LEVELS = ("debug", "info", "warning", "error", "critical", "exception", "log")
CLOCKS = ("time", "perf_counter", "monotonic", "process_time", "thread_time")
TEXT = Opaque(str)
TEXT_METHODS = ("format", "join", "upper", "lower", "strip", "ljust", "rjust", "center", "zfill", "replace")

constant(warnings.warn, *(getattr(logging, name) for name in LEVELS), pure=False)


def clock(function: Any, t: Type) -> Handler:
    """Two readings of a clock are two values: it has no pure operation, and a result."""

    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        return low.builder.name(Apply(op_of(function, pure=False), tuple(args), (), t), "t")

    return handler


for _name in CLOCKS:
    builtin(getattr(time, _name))(clock(getattr(time, _name), Number("float")))
    builtin(getattr(time, f"{_name}_ns"))(clock(getattr(time, f"{_name}_ns"), Number("int")))


@builtin(logging.getLogger)
def lower_logger(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """The logger of a name: the same object at every call."""
    if kwargs or not all(isinstance(a, Const) for a in args):
        low.refuse(node, "a logger of a name that is found at run time is not followed",
                   "get it at module level: log = logging.getLogger(__name__)")  # fmt: skip
    return Const(logging.getLogger(*(a.value for a in args if isinstance(a, Const))), "logger")


@dataclass(frozen=True, eq=False)
class Said:
    """A method of a logger."""

    logger: Const
    name: str


def call_said(low: Lowering, node: Any, said: Said, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t: Type = Opaque(type(None))
    if said.name not in LEVELS:
        if said.name != "isEnabledFor":
            low.refuse(node, f"the method {said.name!r} of a logger is not known here", "call it before the function")
        t = Number("bool")
    op = method_op(said.name, pure=False)
    values = tuple(low.heap.resolve(a) for a in (said.logger, *args))
    made = Apply(op, values, tuple((k, low.heap.resolve(v)) for k, v in kwargs.items()), t)
    if isinstance(t, Number):
        return low.builder.name(made, "t")
    low.builder.effect(op, made.args, made.kwargs)
    return Const(None)


# -- text ------------------------------------------------------------------------------------------------


def text(low: Lowering, op: Op, args: Sequence[Expr], kwargs: dict[str, Atom]) -> Atom:
    values = tuple(low.heap.resolve(a) for a in args)
    return low.builder.name(Apply(op, values, tuple((k, low.heap.resolve(v)) for k, v in kwargs.items()), TEXT), "text")


def text_method(low: Lowering, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return text(low, method_op(name), [base, *args], kwargs)
