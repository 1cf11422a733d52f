"""Python function -> IR."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gast

from tangent_ad.errors import Refused
from tangent_ad.frontend import (  # noqa: F401  they register handlers
    attempts,
    calls,
    comprehensions,
    contexts,
    expressions,
    functional,
    loops,
    naming,
    numpy_calls,
    patterns,
    placements,
    selections,
    statements,
    ufunc_methods,
    unpacking,
)
from tangent_ad.frontend.binding import bind
from tangent_ad.frontend.lowering import Frame, Lowering, Place
from tangent_ad.frontend.met_again import check_met_again
from tangent_ad.frontend.objects import check_rebuilt
from tangent_ad.frontend.parting import MOST
from tangent_ad.frontend.source import Source, source_of
from tangent_ad.ir.nodes import Atom, Block, Const, Func, Var
from tangent_ad.ir.ops import COPY_NAME, PACK_TUPLE
from tangent_ad.ir.program import Program
from tangent_ad.ir.types import Dict, Number, Type, Unknown, fresh_dim, within


def lower(
    function: types.FunctionType,
    arguments: dict[str, Type | Const],
    outputs: str | tuple[str, ...] | None = None,
    in_order: frozenset[str] = frozenset(),
) -> Program:
    """The IR of a function for arguments of the given types; a `Const` is fixed at build time.

    `in_order`: parameters that are arrays in C order, whose ravel is a view of them. `outputs`: return what these
    parameters hold at the end, instead of the function's result.

    Raises:
      Refused: something in the function, or in one it calls, cannot be differentiated with certainty.
    """
    apart: frozenset[Place] = frozenset()
    first: Refused | None = None
    while True:
        try:
            return _lower(function, arguments, outputs, in_order, apart)
        except Refused as refused:
            first = first or refused
            places: list[Place] = [(at.file, at.line) for at in refused.parted]
            places += [(at.file, at.line, at.col) for at in refused.loops]
            new = [p for p in places if p not in apart]
            if not new or len(apart) == MOST:
                raise first from None
            apart |= {new[0]}


def _lower(
    function: types.FunctionType,
    arguments: dict[str, Type | Const],
    outputs: str | tuple[str, ...] | None,
    in_order: frozenset[str],
    apart: frozenset[Place],
) -> Program:
    source = source_of(function)
    low = Lowering(apart=apart)
    low.is_typed = not any(isinstance(t, Unknown) for t in arguments.values())
    low.captured(function, "source", "", function.__code__)
    params = {n: Var(n, numbered(t)) for n, t in arguments.items() if not isinstance(t, Const)}
    low.params = frozenset(params.values())
    env: dict[str, Atom] = {n: t if isinstance(t, Const) else params[n] for n, t in arguments.items()}
    outer = low.builder.open()
    low.outermost = low.builder.stmts
    low.builder.origin = source.origin(source.tree)
    for param in params.values():
        for cls in (t.cls for t in within(param.type) if isinstance(t, Dict) and t.cls is not dict):
            check_rebuilt(low, None, cls)
        low.heap.born(param, contiguous=param.hint in in_order)
    known = inspect.getargs(function.__code__)
    if not env.keys() <= {*known.args, known.varargs, known.varkw}:
        env = through_wrapper(low, source, list(env.values()))
    result = low.run_function(source, source.tree, env)
    if outputs is not None:
        names = (outputs,) if isinstance(outputs, str) else outputs
        for n in names:
            if n not in params:
                raise Refused(source.origin(source.tree), f"{n!r} is an output, but nothing is given for it that could "
                              "be written into",
                              f"give vjp or jvp an array for {n!r}, at its place among the arguments")  # fmt: skip
        finals = [params[n] for n in names]
        result = finals[0] if isinstance(outputs, str) else low.builder.apply(PACK_TUPLE, finals)
    low.builder.origin = source.origin(last_return(source.tree) if outputs is None else source.tree)
    result = low.heap.now(result)
    for cls, name in beyond_fields(low.type(result)):
        low.refuse(None, f"the result holds {name!r} of an instance of {cls.__name__}, which is no field: a "
                         f"cotangent, made as {cls.__name__}(...), would have one that it computes",
                   f"make it a property; or declare it, {name}: float = field(init=False, default=0.0), and set it in "
                   f"each cotangent, which computes its own: c = {cls.__name__}(...); c.{name} = 0.0")  # fmt: skip
    writes = tuple(n for n, p in params.items() if low.heap.is_written(p))
    low.builder.raw(COPY_NAME, (result,))  # a result that may not be used is refused as any other use
    stmts = low.builder.close(outer)[:-1]
    name = function.__name__ if function.__name__.isidentifier() else "function"
    check_met_again(low, params.values(), Block(stmts, (result,)))
    func = Func(name, tuple(params.values()), Block(stmts, (result,)), source.origin(source.tree))
    func = replace(func, contexts=tuple(low.contexts))
    return Program(func, low.callees, tuple(low.dependencies), writes)


def beyond_fields(t: Type) -> Iterator[tuple[type, Any]]:
    """Attributes of dataclasses that are none of their fields, as `__post_init__` makes them."""
    for u in within(t):
        if isinstance(u, Dict) and dataclasses.is_dataclass(u.cls):
            fields = {f.name for f in dataclasses.fields(u.cls)}
            yield from ((u.cls, name) for name, _ in u.entries if name not in fields)


def last_return(tree: Any) -> Any:
    """The return statement at which what a function gives is read; the function where it has none."""
    functions = [n for n in gast.walk(tree) if n is not tree and isinstance(n, gast.FunctionDef)]
    nested = {inner for n in functions for inner in gast.walk(n)}
    returns = [n for n in gast.walk(tree) if isinstance(n, gast.Return) and n not in nested]
    return max(returns, key=lambda n: n.lineno, default=tree)


def numbered(t: Type) -> Type:
    """The type of an argument; an int stands for a size of its own."""
    return Number("int", fresh_dim()) if t == Number("int") else t


def through_wrapper(low: Lowering, source: Source, args: list[Atom]) -> dict[str, Atom]:
    """The parameters of a wrapper, `(*args, **kwargs)`, where the signature is that of the function it wraps."""
    with low.entered(Frame(source, {})):
        return bind(low, source.tree, source.function.__name__, source.tree.args, args, {}, (), {})


__all__ = ["Lowering", "lower"]
