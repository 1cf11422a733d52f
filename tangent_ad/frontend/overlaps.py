"""Moves within one array, `a[i] = a[j]`: as if from a copy, also where NumPy may get it wrong.

NumPy promises what a copy of `a[j]` would give, and holds it where the places have more than one axis. Along one axis
it only chooses between forwards and backwards, by which of the two starts first, and `a[::2] = a[:4]` reads what it has
overwritten. It takes no such care where the places are a mask, `a.flat`, or (before NumPy 2) an array of indices.

Before:                      After:
    a[:4] = a[::2]               as it is: no place is written before it is read
    a[::2] = a[:4]               a[::2] = a[:4].copy(), and a warning: the function itself may give other numbers
    a[:2] = a[1], a[0]           refused: NumPy writes the items of a sequence one by one, and both become a[1]
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis.indices import are_apart, is_basic, items, known
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.places import HOLE, joined, steps_equal
from tangent_ad.analysis.regions import apart, region
from tangent_ad.analysis.sizes import at_least, is_more, size_of
from tangent_ad.frontend.heap_state import Object
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import CHAIN, GETITEM, SLICE
from tangent_ad.ir.types import Array, List, Opaque, Seq, Type, dims_of, rank

BACKWARDS = Const(slice(None, None, -1))
SAME_STRIDES = (np.real, np.imag, np.asarray)
SAME_ON_ONE_AXIS = (np.ravel, np.reshape)
_warned: dict[str, dict[Any, Any]] = {}  # by file: a line is warned of once


def as_promised(low: Lowering, node: Any, base: Atom, index: Expr, value: Atom) -> Atom:
    """The value of `base[index] = value`: a copy, where NumPy may read it, a view of the same array, too late."""
    if not _is_move(low, base, value):
        return value
    if is_safe(low, base, index, value):
        low.builder.origin = replace(low.builder.origin, moves=True)
        return value
    here = low.origin(node)
    text = ("places of an array are written from other places of it, with which they overlap: NumPy may read there "
            "what it has just written. The derivative is of what a copy gives; to be sure that the function computes "
            "it, too, add .copy() to the right side")  # fmt: skip
    warnings.warn_explicit(text, UserWarning, here.file, here.line, registry=_warned.setdefault(here.file, {}))
    return low.builder.call(np.copy, value)


def check_rows(low: Lowering, node: Any, base: Atom, index: Expr, value: Atom) -> None:
    """Refuse `base[index] = [v, w]` where w is memory of the array, of which v may have been written over a part."""
    if not isinstance(low.type(base), Array) or not isinstance(low.type(value), (Seq, List)) or not is_basic(index):
        return
    known = low.heap.contents(value)
    later = (value,) if known is None or known.items is None else known.items[1:]
    if low.heap.ref(base) is not None and any(low.heap.may_share(base, v) for v in later):
        low.refuse(node, "an array is written from a list or tuple of its own parts: NumPy writes one after the other, "
                   "and may read there what it has just written", "if the rows as they were before are "
                   "meant, which may be other numbers than NumPy's here, make an array of them first: "
                   "np.array([...]) on the right side, or a[[i, j]] = a[[j, i]]; if what NumPy computes is meant, "
                   "write one row after the other: a[0] = a[1]; a[1] = a[0]")  # fmt: skip


def _is_move(low: Lowering, base: Atom, value: Atom) -> bool:
    """Whether what is written into an array may be memory of that array."""
    refs = low.heap.ref(base), low.heap.ref(value)
    return None not in refs and bool(rank(low.type(value))) and low.heap.may_share(base, value)


def is_safe(low: Lowering, base: Atom, index: Expr, value: Atom) -> bool:
    """Whether NumPy surely writes what a copy of the value, memory of the same array, would give."""
    to, source = low.heap.ref(base), low.heap.ref(value)
    assert to is not None and source is not None
    if is_basic(index) and (rank(infer(GETITEM, (base, index), ())) or 0) > 1:  # NumPy copies
        return True
    steps = (*to.steps, Apply(GETITEM, (HOLE, index), (), low.type(value)))
    lead, written, whole = _in_array(low, to.object, steps)
    before, read, other = _in_array(low, source.object, source.steps)
    surely = to.object is source.object and len(lead) == len(before) and all(map(steps_equal, lead, before))
    while surely and read and steps_equal(written[0], read[0]):
        whole, written, read = written[0].type, written[1:], read[1:]
        if not written:
            return True  # the very same places
    alike = surely or rank(whole) == rank(other)
    return alike and _as_a_copy(written, read, whole, surely)


def _in_array(
    low: Lowering, obj: Object, steps: tuple[Apply, ...]
) -> tuple[tuple[Apply, ...], tuple[Apply, ...], Type]:
    """The steps that lead to an array, those that lead on in it, and its type."""
    t, n = low.type(low.heap.value(obj).atom), 0
    while n < len(steps) and not isinstance(t, Array):
        t, n = steps[n].type, n + 1
    return steps[:n], steps[n:], t


def _as_a_copy(written: tuple[Apply, ...], read: tuple[Apply, ...], whole: Type, surely: bool) -> bool:
    """Whether NumPy surely writes what a copy of the right side would give.

    `surely`: it is one array; else they are two that may share memory, and lie alike if they do.
    """
    target, source = _index(written, whole), _index(read, whole)
    if target is None or source is None:
        return all(s.op.call in SAME_STRIDES for s in (*written[:-1], *read)) and is_basic(written[-1].args[1])
    if not is_basic(target):
        return False
    dims = dims_of(whole)
    if dims is None:
        return True
    target_region, source_region = region(target, dims), region(source, dims)
    if surely and (are_apart(target, source) or apart(target_region, source_region)):
        return True
    to, fro = _line(target, len(dims)), _line(source, len(dims))
    if to is None or fro is None or len(to) != 1 or len(fro) != 1:
        return False
    (axis, step), (other, stride) = to[0], fro[0]
    if axis != other:
        return surely and len(dims) == 2 and _meet_at_the_same_place(target, source, axis)
    if step is None or stride is None:
        return False
    if step == stride or step * stride < 0:
        return True
    starts = target_region[axis : axis + 1], source_region[axis : axis + 1]
    if not surely or step < 0 or not all(starts) or not starts[0][0] or not starts[1][0]:
        return False
    first, start = size_of(starts[0][0][0]), size_of(starts[1][0][0])
    return at_least(start, first) if stride > step else is_more(first, start)


def _index(steps: tuple[Apply, ...], whole: Type) -> Expr | None:
    """The steps as one index; None where they are more than that."""
    indices: list[Expr] = []
    before = whole
    for step in steps:
        if step.op is GETITEM:
            indices.append(step.args[1])
        elif _is_flipped(step):
            indices.append(BACKWARDS)
        elif step.op.call not in SAME_ON_ONE_AXIS or (rank(before), rank(step.type)) != (1, 1):
            return None
        before = step.type
    found = joined(indices, whole) if indices else Const(Ellipsis)
    return None if isinstance(found, Apply) and found.op is CHAIN else found


def _is_flipped(step: Apply) -> bool:
    return step.op.call is np.flip and len(step.args) == 1 and not step.kwargs and rank(step.type) == 1


def _line(index: Expr, n: int) -> list[tuple[int, int | None]] | None:
    """The axes along which an index runs, and their steps; None where it has `...` or new axes."""
    listed = [known(i) for i in items(index)]
    if listed == [Ellipsis]:
        return [(axis, 1) for axis in range(n)]
    if any(i is None or i is Ellipsis for i in listed):
        return None
    found: list[tuple[int, int | None]] = [(axis, 1) for axis in range(len(listed), n)]
    for axis, item in enumerate(listed):
        if isinstance(item, slice):
            found.append((axis, 1 if item.step is None else item.step))
        elif isinstance(item, Apply) and item.op is SLICE:
            step = item.args[2]
            found.append((axis, 1 if step == Const(None) else step.value if isinstance(step, Const) else None))
    return found


def _meet_at_the_same_place(target: Expr, source: Expr, axis: int) -> bool:
    """`a[i, i:] = a[i:, i]`: where a row and a column cross, a number is written onto itself."""
    mine, theirs = (_two(index) for index in (target, source))
    return steps_equal(_expr(mine[axis]), _expr(theirs[1 - axis])) and steps_equal(
        _expr(mine[1 - axis]), _expr(theirs[axis]))  # fmt: skip


def _two(index: Expr) -> tuple[object, ...]:
    found = tuple(items(index))
    return found + (slice(None),) * (2 - len(found))


def _expr(item: object) -> Expr:
    if isinstance(item, slice):
        return Apply(SLICE, tuple(map(Const, (item.start, item.stop, item.step))), (), Opaque(slice))
    return item if isinstance(item, (Var, Const, Apply)) else Const(item)
