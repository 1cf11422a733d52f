"""NumPy's objects that are indexed to make arrays: `np.r_[x, 1.0]`, `np.c_[x, y]`, `np.mgrid[:n, 0:1:5j]`, `np.ogrid`.

Before:
    rows = np.c_[x, y]
    i, j = np.mgrid[0:2, 0:3]

After:
    rows = np.stack((x, y), axis=1)
    i, j = np.stack(np.meshgrid(np.arange(0, 2), np.arange(0, 3), indexing="ij"))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad.frontend.lowering import Lowering, as_array
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr
from tangent_ad.ir.ops import PACK_TUPLE, SLICE
from tangent_ad.ir.types import Opaque, rank

MAKERS = (np.r_, np.c_, np.mgrid, np.ogrid)


def made_array(low: Lowering, node: Any, base: Const, index: Expr) -> Atom:
    """What one of them gives for an index."""
    name = next(n for n in ("r_", "c_", "mgrid", "ogrid") if getattr(np, n) is base.value)
    parts, several = [index], False
    if isinstance(index, Apply) and index.op is PACK_TUPLE:
        parts, several = list(index.args), True
    elif isinstance(index, Const) and isinstance(index.value, tuple):
        parts, several = [Const(v) for v in index.value], True
    lines = [_line(low, node, p) if isinstance(p, Apply) and p.op is SLICE else as_array(low, p) for p in parts]  # type: ignore[arg-type]
    ranks = [rank(low.type(p)) for p in lines]
    if any(low.type(p) == Opaque(str) for p in lines) or None in ranks:
        low.refuse(node, f"np.{name}[...] is followed for numbers, arrays of known ranks, and slices",
                   "write np.concatenate((x, y)), or np.column_stack((x, y))")  # fmt: skip
    if name == "c_":
        if max(r or 0 for r in ranks) > 2:
            low.refuse(node, "np.c_[...] of arrays with more than two axes is not followed",
                       "write np.concatenate((x, y), axis=-1)")  # fmt: skip
        if set(ranks) == {1}:
            return low.call(node, Const(np.stack), [_packed(low, lines)], {"axis": Const(1)})
        return low.call(node, Const(np.column_stack), [_packed(low, lines)], {})
    if name == "r_":
        join = np.hstack if 0 in ranks else np.concatenate
        return low.call(node, Const(join), [_packed(low, lines)], {})
    if not several:
        return lines[0]
    named: dict[str, Atom] = {"indexing": Const("ij"), "sparse": Const(name == "ogrid")}
    grid = low.call(node, Const(np.meshgrid), lines, named)
    return grid if name == "ogrid" else low.call(node, Const(np.stack), [grid], {})


def _packed(low: Lowering, parts: list[Atom]) -> Atom:
    return low.builder.apply(PACK_TUPLE, parts)


def _line(low: Lowering, node: Any, part: Apply) -> Atom:
    """start:stop:step as np.arange; a step of 5j means five numbers, the last one at the stop."""
    start, stop, step = (low.builder.raw(a.op, a.args) if isinstance(a, Apply) else a for a in part.args)
    start = Const(0) if start == Const(None) else start
    if isinstance(step, Const) and isinstance(step.value, complex):
        return low.call(node, Const(np.linspace), [start, stop, Const(int(abs(step.value)))], {})
    return low.call(node, Const(np.arange), [start, stop, *([] if step == Const(None) else [step])], {})
