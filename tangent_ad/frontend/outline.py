"""Recursive functions become functions of their own in the emitted module, one per argument types."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

from tangent_ad.analysis.inference import rename_new_symbols
from tangent_ad.frontend.lowering import Frame, Lowering
from tangent_ad.frontend.source import source_of
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Func, Op, Var
from tangent_ad.ir.types import Bottom, Number, Type, Unknown, map_dims

ATTEMPTS = 6


class Recursion(Exception):
    """A function being inlined was called again; caught where its inlining began."""

    def __init__(self, function: types.FunctionType) -> None:
        super().__init__(function)
        self.function = function


@dataclass
class Outlined:
    op: Op
    type: Type


def outline(low: Lowering, node: Any, function: types.FunctionType, env: dict[str, Atom]) -> Atom:
    """Call a recursive function: its own `Func`, made at the first call with these types."""
    static = {n: a for n, a in env.items() if isinstance(a, Const) and not is_number(a)}
    dynamic = {n: a for n, a in env.items() if n not in static}
    kinds = tuple(general(low.type(a)) for a in dynamic.values())
    key = (function, tuple(static.items()), tuple(dynamic), tuple(map(shape_free, kinds)))
    if key not in low.outlined:
        op = Op(function.__name__, function, "call", symbol=function.__name__)
        low.outlined[key] = Outlined(op, Bottom())
        make(low, low.outlined[key], function, static, tuple(dynamic), kinds)
    entry = low.outlined[key]
    value = Apply(entry.op, tuple(dynamic.values()), (), rename_new_symbols(entry.type, -1))
    return low.builder.name(value, "t")


def is_number(atom: Const) -> bool:
    return type(atom.value) in (int, float, complex)


def general(t: Type) -> Type:
    """The type without sizes: a recursive call may be given any."""
    return rename_new_symbols(Number(t.kind) if isinstance(t, Number) else t, -1)


def shape_free(t: Type) -> Type:
    return map_dims(t, lambda size: size if isinstance(size, int) else 0)


def make(
    low: Lowering,
    entry: Outlined,
    function: types.FunctionType,
    static: dict[str, Atom],
    names: tuple[str, ...],
    kinds: tuple[Type, ...],
) -> None:
    """Lower the body until the type of its result, which its own calls use, holds."""
    source = source_of(function)
    builder, outer_frames, outer_active = low.builder, low.frames, low.active
    for attempt in range(ATTEMPTS):
        params = tuple(Var(n, t) for n, t in zip(names, kinds, strict=True))
        low.frames, low.active = [Frame(source, {})], []
        outer = builder.open()
        try:
            result = low.run_function(source, source.tree, {**static, **dict(zip(names, params, strict=True))})
        finally:
            stmts = builder.close(outer)
            low.frames, low.active = outer_frames, outer_active
        found = general(low.type(result))
        settled = shape_free(found) == shape_free(entry.type)
        entry.type = found if attempt < ATTEMPTS - 2 else Unknown()
        if settled:
            break
    low.callees[entry.op] = Func(function.__name__, params, Block(stmts, (result,)), source.origin(source.tree))
