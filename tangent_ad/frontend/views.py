"""What a new value is to the heap: a new object, a container, a view of an object, or perhaps one."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Hashable, Iterable
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.indices import is_basic
from tangent_ad.analysis.inference import element
from tangent_ad.analysis.memory import Named, makes_copy, option
from tangent_ad.analysis.places import HOLE, WHOLE, breaks_order, keeps_order
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import NOWHERE
from tangent_ad.frontend.heap import Heap
from tangent_ad.frontend.heap_state import Ref, Value, is_mutable
from tangent_ad.frontend.sharing import RESHAPED, VIEWS, Link
from tangent_ad.frontend.unknown_calls import check_plain
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Op, Var
from tangent_ad.ir.ops import APPEND, COPY_NAME, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, SLICE
from tangent_ad.ir.types import (
    Array,
    Dict,
    List,
    Seq,
    Type,
    Unknown,
    is_complex,
    rank,
)
from tangent_ad.rules.declare import RULES, op_of

ITERATORS = (range, zip, enumerate, reversed)
PACKS = (PACK_TUPLE, PACK_LIST, PACK_DICT)
FLAT = Const(object(), "the base of a.flat")  # what is read off a.flat is a copy, whatever the index
CONTIGUOUS = {np.zeros: 2, np.ones: 2, np.empty: 2, np.full: 3, np.eye: 4, np.ndarray: 2, np.outer: 2,
              np.dot: 2}  # arguments before `order`  # fmt: skip
LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.copy, np.array}  # the layout of their argument


def register(
    heap: Heap, made: Atom, op: Op, handles: tuple[Expr, ...], values: tuple[Expr, ...],
    kwargs: Named = (),
) -> None:  # fmt: skip
    """Say what the result of an operation is: a new object, a container, a view, or perhaps a view."""
    if not isinstance(made, Var) or made in heap.refs:
        return
    if not is_mutable(made.type):
        return
    if op in PACKS:
        items = tuple(h for h in handles if isinstance(h, (Var, Const)))
        keys: tuple[Hashable, ...] = tuple(range(len(items)))
        if op is PACK_DICT:
            keys, items = items[0].value, items[1:]  # type: ignore[union-attr]
        heap.born(made, opened=False)
        inside = tuple(v for v in values if isinstance(v, (Var, Const)))[-len(items) or len(values) :]
        heap.state.values[heap.refs[made].object] = Value(made, items, keys, inside)
        return
    base = handles[0] if handles else None
    sure = isinstance(base, (Var, Const)) and is_view(heap, op, handles, values, kwargs, made.type)
    ref = heap.ref(base) if sure else None  # type: ignore[arg-type]
    if ref is not None:
        if sure == "same":
            heap.refs[made] = replace(ref, base=heap.current(ref.object) if ref.steps else None)
            return
        rest = (heap.place_of(values[0], values[1]),) if op is GETITEM else values[1:]
        step = Apply(op, (HOLE, *rest), kwargs, made.type)
        here = heap.builder.origin if ref.origin is NOWHERE else ref.origin
        heap.refs[made] = Ref(ref.object, (*ref.steps, step), heap.current(ref.object), here)
        return
    heap.born(made, contiguous=op.fresh and makes_c_order(heap, op, handles, kwargs, made.type), opened=False)
    if not op.fresh and op is not APPEND and not is_copy(heap, op, handles, values, kwargs) and not (
        op.call is list and not is_mutable(element(made.type))):
        for handle in handles:
            if isinstance(handle, (Var, Const)):
                another = not isinstance(made.type, (Array, Unknown)) and (op.call in (list, tuple) or op is GETITEM)
                heap.relate(made, handle, doubt(heap, op, handle, made.type), items_only=another)
        given = [h for h in handles if isinstance(h, (Var, Const)) and heap.ref(h) is not None]
        one = len(given) == 1 or any(heap.may_share(a, b) for a, b in itertools.combinations(given, 2))
        if one and op in RULES and op.call not in (list, tuple) and isinstance(made.type, (Seq, List, Dict)):
            heap.state.repeats.setdefault(heap.refs[made].object, heap.link(VIEWS))  # two views of one array, perhaps
    heap.open(made)  # its items are related to what it is


def doubt(heap: Heap, op: Op, handle: Expr, made: Type) -> Link | None:
    """Why it is not known whether a result is a view, where more can be said than that."""
    here, ref = heap.builder.origin, heap.ref(handle)
    if op.call not in (np.reshape, np.ravel):
        return Link(here, VIEWS) if op in RULES and isinstance(made, (Seq, List, Dict)) else None
    begun = NOWHERE if ref is None else ref.object.origin
    return Link(here, RESHAPED, None if begun in (NOWHERE, here) or begun.line == here.line else begun)



def makes_c_order(heap: Heap, op: Op, handles: tuple[Expr, ...], kwargs: Named, t: Type) -> bool:
    """Whether a new array surely lies in C order, without gaps: its ravel is then a view of it."""
    if isinstance(t, Array) and rank(t) == 1:
        return True
    if any(k == "order" for k, _ in kwargs):
        return False
    if op.call in LIKE:
        nested = isinstance(expr_type(handles[0]), (List, Seq))
        return len(handles) <= 2 and (nested or heap.is_contiguous(handles[0]))
    if op.call in (np.matmul, operator.matmul) and rank(t) == 2:  # stacks lie as their arguments do
        return True
    rule = RULES.get(op)
    if op.syntax in ("binary", "compare") or (rule is not None and rule.kind == "elementwise"):
        return all(rank(expr_type(h)) == 0 or heap.is_contiguous(h) for h in handles)
    return len(handles) <= CONTIGUOUS.get(op.call, -1)

def is_view(
    heap: Heap, op: Op, handles: tuple[Expr, ...], values: tuple[Expr, ...], kwargs: Named, t: Type
) -> str:  # fmt: skip
    """"view" or "same" where the result surely shares its first argument's memory, else ""."""
    base = expr_type(values[0])
    if op is GETITEM:
        if is_flat(heap, handles[0]):
            return ""
        if isinstance(base, (List, Seq, Dict)):
            return "" if isinstance(values[1], Apply) and values[1].op is SLICE else "view"
        known = isinstance(base, Array) and isinstance(t, Array) and t.dims is not None
        return "view" if known and is_basic(values[1]) else ""
    rule = RULES.get(op)
    if rule is None or not rule.view or not isinstance(base, Array):
        return ""
    if op.call in (np.asarray, np.real) and base == t:
        return "same"
    if op.call is np.diff and option(values, kwargs, 1, "n", 1) == Const(0):
        return "same"
    if op.call in (np.reshape, np.ravel):
        simple = rank(base) == 0 or (op.call is np.reshape and rank(base) == 1)
        return "view" if simple or heap.is_contiguous(handles[0]) else ""
    if op.call in (np.real, np.imag):
        return "view" if is_complex(base) else ""
    if rank(base) is None:  # of a number, it would be new memory
        return ""
    return "view" if rule.view in ("permutes", "readonly") and not is_copy(heap, op, handles, values, kwargs) else ""


def is_copy(heap: Heap, op: Op, handles: tuple[Expr, ...], values: tuple[Expr, ...], kwargs: Named) -> bool:
    """Whether an operation that may give views gives a copy here."""
    if op is GETITEM:
        basic = is_basic(values[1], unknown=True)
        return is_flat(heap, handles[0]) or (isinstance(expr_type(values[0]), Array) and not basic)
    if op.call in (np.ravel, np.reshape) and not kwargs and is_scattered(heap, handles[0]):
        flat = op.call is np.ravel and len(values) == 1
        return flat or (rank(expr_type(values[0])) == 2 and values[1:] in ((Const(-1),), (Const((-1,)),)))
    return makes_copy(op, values, kwargs)


def is_scattered(heap: Heap, handle: Expr) -> bool:
    """Whether what a handle stands for surely is not in C order."""
    ref = heap.ref(handle)
    if ref is None or not ref.steps or not ref.object.contiguous:
        return False
    return all(map(keeps_order, ref.steps[:-1])) and breaks_order(ref.steps[-1])

def is_flat(heap: Heap, handle: Expr) -> bool:
    ref = heap.ref(handle)
    return ref is not None and bool(ref.steps) and ref.steps[-1].args[0] is FLAT



class HeapBuilder(Builder):
    """A builder whose operands are handles: it reads their newest values and registers what it makes."""

    tracks = True

    def __init__(self) -> None:
        super().__init__()
        self.heap = Heap(self)

    def apply(
        self, op: Op, args: Iterable[Expr], kwargs: tuple[tuple[str, Expr], ...] = (), hint: str = "t"
    ) -> Atom:
        handles, heap = tuple(args), self.heap
        if any(isinstance(h, Var) for h in handles):
            for given in (*handles, *(v for _, v in kwargs)):
                check_plain(self.origin, given)
        if op is GETITEM and isinstance(handles[0], Var):
            found = heap.item(handles[0], handles[1])
            if found is not None:
                return found
            if rank(heap.type(handles[0])) == 0 and handles[1] in WHOLE:
                return self.whole(handles[0], handles[1])
        values = tuple(map(heap.resolve, handles))
        named = tuple((k, heap.resolve(v)) for k, v in kwargs)
        made = self.raw(op, values, named, hint)
        if op.call in ITERATORS and isinstance(made, Var):
            heap.operands[made] = handles
        register(heap, made, op, handles, values, named)
        if op is APPEND and isinstance(made, Var) and isinstance(handles[0], Var):
            self.grown(made, handles[0], handles[1])
        return made

    def whole(self, base: Var, index: Expr) -> Atom:
        """`a[...]` of an array without dimensions is that array, of a number a new one; `a[()]` is the number."""
        t = self.heap.type(base)
        if not isinstance(t, Array) or (t.boxed is not False and index == WHOLE[0]):
            return base
        boxed = index == WHOLE[0]
        if t.boxed is not False and t.dtype[0] in "fci":  # a new number, which later writes do not reach
            return self.raw(op_of(operator.pos), (self.heap.now(base),))
        return self.heap.born(self.name(Apply(COPY_NAME, (self.heap.now(base),), (), replace(t, boxed=boxed)), "t"))

    def grown(self, made: Var, base: Var, item: Expr) -> None:
        """A longer list: it holds what the shorter one held, and one item more."""
        heap = self.heap
        heap.relate(made, base, items_only=True)
        if isinstance(item, (Var, Const)):
            heap.hold(made, item)

    def effect(self, op: Op, args: Iterable[Expr], kwargs: tuple[tuple[str, Expr], ...] = ()) -> None:
        resolve = self.heap.resolve
        super().effect(op, map(resolve, args), tuple((k, resolve(v)) for k, v in kwargs))

