"""Functions and methods that change what they are given: `a.fill(v)`, `np.add.at(a, i, v)`, `xs.append(v)`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.heap_state import Ref
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.views import FLAT
from tangent_ad.frontend.writes import ALL, append, change, extend, overwrite, set_item, writable
from tangent_ad.ir.nodes import Apply, Atom, Const, Var
from tangent_ad.ir.ops import ADD_AT, COPY_NAME, GETITEM, PACK_LIST, POP, SLICE
from tangent_ad.ir.types import Array, Dict, List, Opaque, Seq, Type, Unknown, rank
from tangent_ad.rules.declare import op_of

Method = Callable[[Lowering, Any, Atom, list[Atom], dict[str, Atom]], Atom]
ARRAY_METHODS: dict[str, Method] = {}
LIST_METHODS: dict[str, Method] = {}
DICT_METHODS: dict[str, Method] = {}
NONE = Const(None)


def method(table: dict[str, Method], name: str) -> Callable[[Method], Method]:
    def declare(handler: Method) -> Method:
        table[name] = handler
        return handler

    return declare


def option(args: list[Atom], kwargs: dict[str, Atom], i: int, name: str, default: Any = None) -> Atom:
    return args[i] if len(args) > i else kwargs.get(name, Const(default))


# -- arrays ----------------------------------------------------------------------------------------------


def flat_view(low: Lowering, base: Atom) -> Atom:
    """`a.flat`: all of a, in C order, whatever its layout; what is written there is written into a."""
    made = low.builder.raw(op_of(np.reshape), (low.heap.now(base), Const(-1)))
    ref = low.heap.ref(base)
    if ref is not None and isinstance(made, Var):
        step = low.builder.defs[made]
        whole = Apply(step.op, (FLAT, *step.args[1:]), step.kwargs, step.type)
        low.heap.refs[made] = Ref(ref.object, (*ref.steps, whole), low.heap.current(ref.object))
    return made


@builtin(np.ndarray)
def ndarray(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) > 2 or kwargs.keys() - {"shape", "dtype"}:
        low.refuse(node, "np.ndarray is differentiated with a shape and a dtype only", "write np.empty(shape, dtype)")
    return low.builder.apply(op_of(np.empty), args, tuple(kwargs.items()))


@method(ARRAY_METHODS, "fill")
def fill(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    set_item(low, node, base, ALL, option(args, kwargs, 0, "value"))
    return NONE


@method(ARRAY_METHODS, "sort")
def sort(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    axis = option(args, kwargs, 0, "axis", -1)
    overwrite(low, node, base, low.builder.call(np.sort, base, axis=axis))
    return NONE


@method(ARRAY_METHODS, "put")
def put_method(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return put(low, node, [base, *args], kwargs)


@builtin(np.put)
def put(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) != 3 or kwargs:
        low.refuse(node, "np.put with a mode is not differentiated", "write a.flat[indices] = values")
    set_item(low, node, flat_view(low, args[0]), args[1], args[2])
    return NONE


@builtin(np.copyto)
def copyto(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    where = option(args, kwargs, 3, "where", True)
    if len(args) < 2 or len(args) == 3 or kwargs.keys() - {"where"}:
        low.refuse(node, "np.copyto is differentiated with two arrays and where only", "write dst[...] = src")
    if isinstance(where, Const) and where.value is True:
        set_item(low, node, args[0], ALL, args[1])
        return NONE
    shape = low.builder.call(np.shape, args[0])
    mask = low.builder.call(np.broadcast_to, where, shape)
    source = low.builder.apply(GETITEM, (low.builder.call(np.broadcast_to, args[1], shape), mask))
    set_item(low, node, args[0], mask, source)
    return NONE


@builtin(np.fill_diagonal)
def fill_diagonal(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) != 2 or kwargs or rank(low.type(args[0])) != 2:
        low.refuse(node, "np.fill_diagonal is differentiated for a matrix and a value only", "write a loop")
    return low.run_python(_fill_diagonal, *args)


def _fill_diagonal(a: Any, value: Any) -> None:
    places = np.arange(min(np.shape(a)[0], np.shape(a)[1]))
    a[places, places] = value


@builtin(np.add.at)
def add_at(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    base, index, value = args
    writable(low, node, low.type(base), value)
    low.heap.store(base, ADD_AT, index, value)
    return NONE


@builtin(np.subtract.at)
def subtract_at(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return add_at(low, node, [*args[:2], low.builder.call(operator.neg, args[2])], kwargs)


def into(low: Lowering, node: Any, out: Atom, where: Atom | None, args: list[Atom], apply: Any) -> Atom:
    """`f(*args, out=out, where=mask)`: what is not selected is neither computed nor written."""
    t = low.type(out)
    if isinstance(t, Seq) and len(t.items) == 1:
        out = low.builder.item(out, 0)
    if where is None or where == Const(True):
        overwrite(low, node, out, apply(args))
        return out
    shape = low.builder.call(np.shape, out)
    mask = low.builder.call(np.broadcast_to, where, shape)
    chosen = [low.builder.apply(GETITEM, (low.builder.call(np.broadcast_to, a, shape), mask)) for a in args]
    set_item(low, node, out, mask, apply(chosen))
    return out


# -- lists -----------------------------------------------------------------------------------------------


@method(LIST_METHODS, "append")
def list_append(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    append(low, node, base, args[0])
    return NONE


@method(LIST_METHODS, "extend")
def list_extend(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    extend(low, node, base, args[0])
    return NONE


def resize(low: Lowering, base: Atom) -> None:
    ref = low.heap.ref(base)
    if ref is not None:
        low.heap.state.resized.add(ref.object)


@method(LIST_METHODS, "pop")
def list_pop(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    place = args[0] if args else Const(-1)
    known = low.heap.contents(base)
    if known is not None and known.items is not None:
        if not isinstance(place, Const) or not -len(known.items) <= place.value < len(known.items):
            low.refuse(node, f"an item of a list of {len(known.items)} is popped at a place that is not known, or "
                             "not there", "pop at a literal index that the list has")  # fmt: skip
        resize(low, base)
        items = list(known.items)
        value = items.pop(place.value)
        low.heap.set_contents(base, tuple(items))
        return value
    resize(low, base)
    value = low.builder.apply(GETITEM, (base, place))
    if place == Const(-1):
        change(low, node, base, POP)
    elif place == Const(0):
        rest = Apply(SLICE, (Const(1), NONE, NONE), (), Opaque(slice))
        change(low, node, base, GETITEM, rest)
    else:
        low.refuse(node, "an item is popped from the middle of a list of unknown length", "pop from its end")
    return value


@method(LIST_METHODS, "insert")
def list_insert(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = low.heap.contents(base)
    resize(low, base)
    if known is None or known.items is None or not isinstance(args[0], Const):
        longer = low.run_python(_inserted, base, *args)
        change(low, node, base, COPY_NAME, longer)
        low.heap.hold(base, args[1])
        return NONE
    items = list(known.items)
    items.insert(args[0].value, args[1])
    low.heap.set_contents(base, tuple(items))
    return NONE


def _inserted(items: Any, place: Any, item: Any) -> Any:
    longer = items[:place]
    longer.append(item)
    for rest in items[place:]:
        longer.append(rest)
    return longer


@method(LIST_METHODS, "clear")
def list_clear(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    resize(low, base)
    if low.heap.contents(base) is None:
        change(low, node, base, GETITEM, Apply(SLICE, (Const(0), Const(0), NONE), (), Opaque(slice)))
    else:
        low.heap.set_contents(base, ())
    return NONE


@method(LIST_METHODS, "reverse")
def list_reverse(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = low.heap.contents(base)
    if known is None or known.items is None:
        change(low, node, base, GETITEM, Apply(SLICE, (NONE, NONE, Const(-1)), (), Opaque(slice)))
    else:
        low.heap.set_contents(base, known.items[::-1])
    return NONE


@method(LIST_METHODS, "copy")
def list_copy(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = low.heap.contents(base)
    if known is not None and known.items is not None:
        return low.builder.apply(PACK_LIST, known.items)
    return low.builder.apply(op_of(list, fresh=False), (base,))


def delete_item(low: Lowering, node: Any, base: Atom, index: Any) -> None:
    """`del xs[i]`, `del d[k]`."""
    t = low.type(base)
    if isinstance(t, Dict) and isinstance(index, Const) and t.get(index.value) is not None:
        drop(low, base, index.value)
    elif (isinstance(t, List) or (isinstance(t, Seq) and t.cls is list)) and not isinstance(index, Apply):
        list_pop(low, node, base, [index], {})
    else:
        low.refuse(node, "this cannot be deleted from", "delete items of lists and dicts at known places")


# -- dicts -----------------------------------------------------------------------------------------------


def drop(low: Lowering, base: Atom, key: Any) -> Atom:
    known = low.heap.contents(base)
    assert known is not None
    items = dict(zip(known.keys, known.items or (), strict=True))
    value = items.pop(key)
    low.heap.set_contents(base, tuple(items.values()), tuple(items))
    return value


@method(DICT_METHODS, "pop")
def dict_pop(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t, key = low.type(base), args[0]
    if not isinstance(key, Const) or not isinstance(t, Dict):
        low.refuse(node, "a dict is changed at a key that is not known when it is built", "use literal keys")
    if t.get(key.value) is None:
        if len(args) == 2:
            return args[1]
        low.refuse(node, f"the dict has no key {key.value!r}", "check the key")
    return drop(low, base, key.value)


@method(DICT_METHODS, "update")
def dict_update(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    for more in args:
        t = low.type(more)
        if not isinstance(t, Dict):
            low.refuse(node, "a dict is updated with what is not a dict of known keys", "pass a dict with literal keys")
        for key, _ in t.entries:
            set_item(low, node, base, Const(key), low.builder.item(more, key))
    for name, value in kwargs.items():
        set_item(low, node, base, Const(name), value)
    return NONE


@method(DICT_METHODS, "setdefault")
def dict_setdefault(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t, key = low.type(base), args[0]
    if not isinstance(key, Const) or not isinstance(t, Dict):
        low.refuse(node, "a dict is changed at a key that is not known when it is built", "use literal keys")
    if t.get(key.value) is None:
        set_item(low, node, base, key, args[1] if len(args) > 1 else NONE)
    return low.builder.item(base, key.value)


def changes(t: Type, name: str) -> Method | None:
    """The method of this name that changes, or copies, a value of this type."""
    if isinstance(t, (Array, Unknown)):
        return ARRAY_METHODS.get(name)
    if isinstance(t, List) or (isinstance(t, Seq) and t.cls is list):
        return LIST_METHODS.get(name)
    return DICT_METHODS.get(name) if isinstance(t, Dict) else None


__all__ = ["ARRAY_METHODS", "changes", "delete_item", "flat_view", "into"]
