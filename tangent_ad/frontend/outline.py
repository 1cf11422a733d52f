"""Recursive functions become functions of their own in the emitted module, one per argument types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.analysis.inference import rename_new_symbols
from tangent_ad.frontend.lowering import Frame, Lowering, assigned_names
from tangent_ad.frontend.source import Source
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Func, Op, Var
from tangent_ad.ir.types import Bottom, Number, Type, Unknown, map_dims

ATTEMPTS = 6


class Recursion(Exception):
    """A function being inlined was called again; caught where its inlining began."""

    def __init__(self, tree: Any) -> None:
        super().__init__(tree)
        self.tree = tree


@dataclass(frozen=True)
class Body:
    """What is followed at a call: a function's tree, and for a nested one the frame it captures from."""

    source: Source
    tree: Any
    parent: Frame | None

    @property
    def name(self) -> str:
        return getattr(self.tree, "name", "function")


@dataclass
class Outlined:
    op: Op
    type: Type


def outline(low: Lowering, node: Any, body: Body, env: dict[str, Atom]) -> Atom:
    """Call a recursive function: its own `Func`, made at the first call with these types."""
    static: dict[str, Atom] = {n: a for n, a in env.items() if isinstance(a, Const) and not is_number(a)}
    dynamic = {n: a for n, a in env.items() if n not in static}
    captured = captured_values(body)
    kinds = tuple(general(low.type(a)) for a in (*dynamic.values(), *captured.values()))
    key = (body.tree, tuple(static.items()), tuple(dynamic), tuple(captured), tuple(map(shape_free, kinds)))
    if key not in low.outlined:
        low.outlined[key] = Outlined(function_op(low, body.name), Bottom())
        make(low, low.outlined[key], body, static, tuple(dynamic), tuple(captured), kinds)
    entry = low.outlined[key]
    args = (*dynamic.values(), *captured.values())
    return low.builder.name(Apply(entry.op, args, (), rename_new_symbols(entry.type, -1)), "t")


def function_op(low: Lowering, name: str) -> Op:
    taken = {entry.op.symbol for entry in low.outlined.values()}
    chosen, n = name, 1
    while chosen in taken:
        n += 1
        chosen = f"{name}_{n}"
    return Op(chosen, outline, "call", symbol=chosen)


def captured_values(body: Body) -> dict[str, Atom]:
    """Values found at run time that a nested function reads from the frames around it."""
    found: dict[str, Atom] = {}
    own = assigned_names(body.tree) | {a.id for a in gast.walk(body.tree.args) if isinstance(a, gast.Name)}
    names = {n.id for n in gast.walk(body.tree) if isinstance(n, gast.Name)} - own
    frame = body.parent
    while frame is not None:
        for name in sorted(names):
            if name in frame.env and name not in found and isinstance(frame.env[name], Var):
                found[name] = frame.env[name]
        frame = frame.parent
    return found


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
    body: Body,
    static: dict[str, Atom],
    names: tuple[str, ...],
    captured: tuple[str, ...],
    kinds: tuple[Type, ...],
) -> None:
    """Lower the body until the type of its result, which its own calls use, holds."""
    builder, outer_frames, outer_active = low.builder, low.frames, low.active
    saved = [(frame, dict(frame.env)) for frame in frames_around(body)]
    for attempt in range(ATTEMPTS):
        params = tuple(Var(n, t) for n, t in zip((*names, *captured), kinds, strict=True))
        env = {**static, **dict(zip(names, params, strict=False))}
        for frame, _ in saved:  # inside, captured values are parameters
            frame.env.update({n: p for n, p in zip(captured, params[len(names) :], strict=True) if n in frame.env})
        low.frames, low.active = [Frame(body.source, {})], []
        outer = builder.open()
        try:
            result = low.run_function(body.source, body.tree, env, body.parent)
        finally:
            stmts = builder.close(outer)
            low.frames, low.active = outer_frames, outer_active
            for frame, before in saved:
                frame.env.clear()
                frame.env.update(before)
        found = general(low.type(result))
        settled = shape_free(found) == shape_free(entry.type)
        entry.type = found if attempt < ATTEMPTS - 2 else Unknown()
        if settled:
            break
    low.callees[entry.op] = Func(entry.op.symbol, params, Block(stmts, (result,)), body.source.origin(body.tree))


def frames_around(body: Body) -> list[Frame]:
    frames, frame = [], body.parent
    while frame is not None:
        frames.append(frame)
        frame = frame.parent
    return frames
