"""Shapes: an array of which the reverse sweep reads nothing but the shape is not kept for that.

Before (the zeros have the shape of the `y` of each turn, so that all of them would be kept):
    for i in range(n):
        y = y * w
    for <backwards>:
        t_bar = np.zeros_like(y)

After (`w` is known to be as large):
    for <backwards>:
        t_bar = np.zeros_like(w)

Where no other array is known to have the shape, the shape is kept, as a tuple. Only an argument, or another array of
the same turn: what the loop carries has one type for all of its turns, though it may be smaller in each.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Expr, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Array, Size, may_be_none
from tangent_ad.ir.walk import bound, count_uses, free_variables, map_block, map_stmt, statements, substitute
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

SHAPED = {np.shape: 0, np.zeros_like: 0, helpers.unbroadcast: 1}
"""Functions that read nothing but the shape, and the dtype, of one argument, and the place of that."""


def read_shapes_alone(
    fs: list[Stmt], back: Block, inside: set[Var], arguments: Iterable[Var], carried: set[Var], missing: set[Var]
) -> Block:
    """A turn of a reverse loop, which reads arrays of the forward one only where it needs their items.

    The shapes that are kept in their place are added to the turn `fs` of the forward loop, which starts with what is
    `carried` to it. What may be `missing`, None on some path, has no shape.
    """
    counts = count_uses([back])
    lets = [s for s in statements(back) if isinstance(s, Let) and isinstance(s.value, Apply)]
    calls: dict[Var, list[Let]] = {}
    for let in lets:
        v = shaped(let.value)
        if v is not None and v in inside:
            calls.setdefault(v, []).append(let)
    parts = bases_of_items(fs, counts)  # kept for their items
    alone = {v: found for v, found in calls.items() if counts[v] == len(found) and v not in parts}
    if not alone:
        return back
    made = ({s.target for s in fs if isinstance(s, Let)} | carried) - missing
    others = [*arguments, *(v for v in free_variables(back) if v in made and v not in alone)]
    new: dict[Var, Var] = {}
    kept: dict[Var, Var] = {}
    for v, found in alone.items():
        other = next((o for o in others if _stands_for(o, v, found)), None)
        if other is not None:
            new[v] = other
        elif v in made and all(map(_is_of_shape, found)):
            same = next((k for k in kept if _dims(k) == _dims(v)), None)
            kept[v] = Var("shape", infer(op_of(np.shape), (v,), ())) if same is None else kept[same]

    def swap(e: Expr) -> Expr:
        v = shaped(e)
        if not isinstance(e, Apply) or v is None:
            return e
        if v in new:
            place = SHAPED[e.op.call]
            return replace(e, args=(*e.args[:place], new[v], *e.args[place + 1 :]))
        if v in kept and e.op.call is helpers.unbroadcast:
            return replace(e, op=op_of(helpers.summed_to), args=(e.args[0], kept[v]))
        return replace(e, op=op_of(np.zeros), args=(kept[v],)) if v in kept and e.op.call is np.zeros_like else e

    asked: dict[Var, Expr] = {let.target: kept[v] for v in kept for let in calls[v]
                              if _op(let) is np.shape and let.target is not None}  # fmt: skip
    back = substitute(_without(map_block(back, swap), set(asked)), asked)
    for shape in dict.fromkeys(kept.values()):
        v = next(k for k in kept if kept[k] is shape)
        place = next((i for i, s in enumerate(fs) if v in bound(s)), -1)
        read = Apply(op_of(np.shape), (v,), (), shape.type)
        fs.insert(place + 1, Let(shape, read, replace(calls[v][0].origin, derived=False)))
    return back


def bases_of_items(fs: list[Stmt], wanted: Container[Var]) -> set[Expr]:
    """The arrays of which the reverse turn wants items."""
    return {s.value.args[0] for s in fs if isinstance(s, Let) and s.target in wanted
            and isinstance(s.value, Apply) and s.value.op is GETITEM}  # fmt: skip


def shaped(value: Expr) -> Var | None:
    """The array of which an operation reads nothing but the shape."""
    if not isinstance(value, Apply) or value.op.call not in SHAPED or value.kwargs:
        return None
    v = value.args[SHAPED[value.op.call]]
    return v if isinstance(v, Var) and isinstance(v.type, Array) and v.type.dims else None


def _dims(v: Var) -> tuple[Size, ...]:
    assert isinstance(v.type, Array) and v.type.dims is not None
    return v.type.dims


def _op(let: Let) -> object:
    assert isinstance(let.value, Apply)
    return let.value.op.call


def _stands_for(other: Var, v: Var, calls: list[Let]) -> bool:
    """Whether another array has the shape of `v`, and its dtype where that is asked for."""
    if not isinstance(other.type, Array) or other.type.dims != _dims(v) or may_be_none(other.type):
        return False
    return other.type == v.type or all(_op(let) is np.shape for let in calls)


def _is_of_shape(let: Let) -> bool:
    """Whether an operation can be given the shape in place of the array."""
    assert isinstance(let.value, Apply)
    kinds = [let.value.type, *([expr_type(let.value.args[0])] if _op(let) is helpers.unbroadcast else [])]
    return _op(let) is np.shape or all(isinstance(t, Array) and t.dtype == "float64" for t in kinds)


def _without(block: Block, gone: set[Var]) -> Block:
    stmts = [map_stmt(s, lambda e: e, lambda b: _without(b, gone)) for s in block.stmts if not set(bound(s)) & gone]
    return Block(tuple(stmts), block.results)
