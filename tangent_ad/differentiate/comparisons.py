"""Comparisons: arrays that the reverse sweep only compares are compared in the forward sweep, and not kept.

Before (`y` and `w` of each turn would be kept):
    for i in range(n):
        z = np.minimum(y, w)
    for <backwards>:
        over = np.greater(w, y)

After (a number takes eight bytes, its comparison one):
    for i in range(n):
        over = np.greater(w, y)
        z = np.minimum(y, w)
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.differentiate.shapes import bases_of_items, shaped
from tangent_ad.ir.nodes import Apply, Block, Let, Stmt, Var
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import block_uses, bound, count_uses, definitions, statements, variables
from tangent_ad.rules.declare import COMPARE

COMPARES = {*COMPARE, np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isnan}


def compare_before(fs: list[Stmt], back: Block, inside: Container[Var], missing: set[Var]) -> Block:
    """A turn of a reverse loop without the comparisons that are all it reads some arrays of the forward turn `fs` for.

    They are added to `fs`; what is `inside` the forward turn would have to be kept. What may be `missing` there is not
    compared.
    """
    counts, there = count_uses([back]), {*definitions(Block(tuple(fs))), *block_uses(Block(tuple(fs)))}
    for s in statements(back):
        if isinstance(s, Let) and (v := shaped(s.value)) is not None:
            counts[v] -= 1  # its shape is had in another way
    kept = bases_of_items(fs, {v for v, n in counts.items() if n > 0})  # for their items
    moved = [s for s in back.stmts if isinstance(s, Let) and _is_comparison(s)
             and all(v in there and v not in missing for v in variables(s.value))]  # fmt: skip
    while True:
        reads = count_uses([Block(tuple(moved))])
        stay = [s for s in moved if not any(v in inside for v in _arrays(s))
                or any(v in inside and (counts[v] > reads[v] or v in kept) for v in _arrays(s))]  # fmt: skip
        if not stay:
            break
        moved = [s for s in moved if s not in stay]
    for s in moved:
        place = max((i for i, f in enumerate(fs) if set(bound(f)) & set(variables(s.value))), default=-1)
        fs.insert(place + 1, replace(s, origin=replace(s.origin, derived=False)))
    return replace(back, stmts=tuple(s for s in back.stmts if s not in moved))


def _is_comparison(stmt: Let) -> bool:
    value = stmt.value
    is_array = isinstance(value, Apply) and isinstance(value.type, Array) and value.type.dims != ()
    return is_array and stmt.target is not None and value.op.call in COMPARES and not value.kwargs  # type: ignore[union-attr]


def _arrays(stmt: Let) -> Iterator[Var]:
    return (v for v in variables(stmt.value) if isinstance(t := expr_type(v), Array) and t.dims != ())
