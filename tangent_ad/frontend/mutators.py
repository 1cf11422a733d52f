"""Functions and methods that change what they are given: `a.fill(v)`, `np.add.at(a, i, v)`, `xs.append(v)`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.analysis.inference import element
from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.heap_state import Ref, is_mutable
from tangent_ad.frontend.lowering import Lowering, as_array
from tangent_ad.frontend.views import FLAT
from tangent_ad.frontend.writes import (
    ALL,
    absent,
    append,
    change,
    extend,
    negative,
    open_container,
    overwrite,
    repeated,
    set_item,
    set_slice,
    writable,
)  # fmt: skip
from tangent_ad.ir.nodes import Apply, Atom, Const, Var
from tangent_ad.ir.ops import ADD_AT, COPY_NAME, GETITEM, PACK_LIST, PACK_TUPLE, POP, SLICE
from tangent_ad.ir.types import Array, Bottom, Dict, List, Opaque, Seq, Type, Unknown, is_complex, rank
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
    ref = low.heap.ref(base)
    if ref is None:  # a number: a new array
        return low.builder.call(np.reshape, base, Const(-1))
    made = low.builder.raw(op_of(np.reshape), (low.heap.now(base), Const(-1)))
    if isinstance(made, Var):
        step = low.builder.defs[made]
        whole = Apply(step.op, (FLAT, *step.args[1:]), step.kwargs, step.type)
        low.heap.refs[made] = Ref(ref.object, (*ref.steps, whole), low.heap.current(ref.object))
    return made


@builtin(np.ndarray)
def ndarray(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) > 2 or kwargs.keys() - {"shape", "dtype"}:
        low.refuse(node, "np.ndarray over a buffer shares its memory, at places that are not followed",
                   "take a slice or a reshape of the array: x[:3], x.reshape(3)")  # fmt: skip
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


PLACED: dict[Any, Callable[[Any, Any], Any]] = {
    "raise": lambda places, a: places,
    "wrap": lambda places, a: np.asarray(places) % np.size(a),
    "clip": lambda places, a: np.clip(np.asarray(places), 0, np.size(a) - 1),
}


@method(ARRAY_METHODS, "conj")
@method(ARRAY_METHODS, "conjugate")
def conj(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Of a real array it is the array itself; `np.conj(a)` is a copy always."""
    t = low.type(base)
    if isinstance(t, Array) and not is_complex(t) and not args and not kwargs:
        return base
    made = low.call(node, Const(np.conjugate, "np.conj"), [base, *args], kwargs)
    if isinstance(t, Unknown):
        low.heap.relate(made, base)
    return made


@method(ARRAY_METHODS, "view")
def view(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if args or kwargs:
        low.refuse(node, "a view of another kind than the array's own is not followed", "convert it: a.astype(...)")
    return low.builder.apply(GETITEM, (base, Const(Ellipsis)))


@method(ARRAY_METHODS, "astype")
def astype(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """With copy=False an array that has the type already is given back itself."""
    named = dict(kwargs)
    copied = named.pop("copy", Const(True))
    if len(args) + len(named) != 1 or named.keys() - {"dtype"} or not isinstance(copied, Const):
        low.refuse(node, "astype is followed with a type, and copy=True or False", "leave the other arguments out")
    function = np.array if copied.value else np.asarray
    return low.call(node, Const(function), [base, *args], named)


@method(ARRAY_METHODS, "item")
def item(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """A number of Python's, at a place counted in C order, or at one index for each axis."""
    if len(args) == 1 and not isinstance(low.type(args[0]), Seq):
        base = low.builder.apply(GETITEM, (low.builder.call(np.ravel, base), args[0]))
    elif args:
        place = args[0] if len(args) == 1 else low.builder.apply(PACK_TUPLE, args)
        base = low.builder.apply(GETITEM, (base, place))
    elif rank(low.type(base)) != 0:
        base = low.builder.call(np.reshape, base, Const(()))
    t = low.type(base)
    kinds = {"b": bool, "i": int, "u": int, "c": complex}
    return low.builder.call(kinds.get(np.dtype(t.dtype).kind, float) if isinstance(t, Array) else float, base)


@method(ARRAY_METHODS, "tolist")
def tolist(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    n = rank(low.type(base))
    if n not in (0, 1, 2):
        low.refuse(node, "tolist() is followed for numbers, vectors and matrices", "write a list comprehension")
    return low.run_template((_number, _numbers, _rows)[n], base)


def _number(a: Any) -> Any:
    return a.item()


def _numbers(a: Any) -> Any:
    return [v.item() for v in a]


def _rows(a: Any) -> Any:
    return [[v.item() for v in row] for row in a]


@method(ARRAY_METHODS, "put")
def put_method(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    named = {"indices": "ind", "values": "v"}  # the method has other names for them
    return put(low, node, [base, *args], {named.get(k, k): v for k, v in kwargs.items()})


@builtin(np.put)
def put(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    mode = option(args, kwargs, 3, "mode", "raise")
    base, places, values = args[0], option(args, kwargs, 1, "ind"), option(args, kwargs, 2, "v")
    if kwargs.keys() - {"ind", "v", "mode"} or not isinstance(mode, Const) or mode.value not in PLACED:
        low.refuse(node, "np.put is followed with the modes raise, wrap and clip", "write a.flat[indices] = values")
    made = low.builder.call(np.asarray, places)
    if getattr(low.type(made), "dtype", "bool") == "bool":
        places = low.builder.call(operator.mul, made, Const(1))  # 0 and 1, no mask
    set_item(low, node, flat_view(low, base), low.run_python(PLACED[mode.value], places, base), values)
    return NONE


@builtin(np.copyto)
def copyto(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    casting, where = option(args, kwargs, 2, "casting", "same_kind"), option(args, kwargs, 3, "where", True)
    if len(args) < 2 or casting != Const("same_kind") or kwargs.keys() - {"where", "casting"}:
        low.refuse(node, "np.copyto is followed with two arrays and where= only", "write dst[...] = src")
    if isinstance(where, Const) and where.value is True:
        set_item(low, node, args[0], ALL, args[1])
        return NONE
    shape = low.builder.call(np.shape, args[0])
    mask = low.builder.call(np.broadcast_to, mask_of(low, where), shape)
    source = low.builder.apply(GETITEM, (low.builder.call(np.broadcast_to, args[1], shape), mask))
    set_item(low, node, args[0], mask, source)
    return NONE


@builtin(np.fill_diagonal)
def fill_diagonal(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) != 2 or kwargs or rank(low.type(args[0])) != 2:
        low.refuse(node, "np.fill_diagonal is followed for a matrix and a value only",
                   "write the diagonal in a loop: a[i, i] = v")
    places, value = low.run_python(_diagonal, args[0]), as_array(low, args[1])
    value = value if rank(low.type(value)) == 0 else repeated(low, value, places)
    return low.run_python(_fill, args[0], places, value)


def _diagonal(a: Any) -> Any:
    return np.arange(min(np.shape(a)[0], np.shape(a)[1]))


def _fill(a: Any, places: Any, value: Any) -> None:
    a[places, places] = value


@builtin(np.add.at)
def add_at(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    base, index, value = *args[:2], as_array(low, args[2])
    writable(low, node, base, value)
    low.heap.store(base, ADD_AT, index, value)
    return NONE


@builtin(np.subtract.at)
def subtract_at(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    value, t = as_array(low, args[2]), low.type(args[0])
    amount = negative(low, t, value) if isinstance(t, Array) else low.builder.call(operator.neg, value)
    return add_at(low, node, [*args[:2], amount], kwargs)


def into(low: Lowering, node: Any, out: Atom, where: Atom | None, args: list[Atom], apply: Any) -> Atom:
    """`f(*args, out=out, where=mask)`: what is not selected is neither computed nor written."""
    t = low.type(out)
    if isinstance(t, Seq) and len(t.items) == 1:
        out = low.builder.item(out, 0)
    if where is None or where == Const(True):
        overwrite(low, node, out, apply(args))
        return out
    shape = low.builder.call(np.shape, out)
    mask = low.builder.call(np.broadcast_to, mask_of(low, where), shape)
    chosen = [low.builder.apply(GETITEM, (low.builder.call(np.broadcast_to, a, shape), mask)) for a in args]
    set_item(low, node, out, mask, apply(chosen))
    return out


def mask_of(low: Lowering, where: Atom) -> Atom:
    """An array of bools: ints, and lists of them, are no places here."""
    made = low.builder.call(np.asarray, where)
    return made if getattr(low.type(made), "dtype", "") == "bool" else low.builder.call(operator.ne, made, Const(0))


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
        low.heap.resize(ref)


def expect_place(low: Lowering, node: Any, place: Atom) -> None:
    if isinstance(place, Const) and not isinstance(place.value, int):
        low.refuse(node, f"a list has no place {place.value!r}", "give the number of a place")


@method(LIST_METHODS, "pop")
def list_pop(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    place = args[0] if args else Const(-1)
    expect_place(low, node, place)
    known = low.heap.contents(base)
    if known is not None and known.items is not None:
        n = len(known.items)
        if isinstance(place, Const) and not -n <= place.value < n:
            return absent(low, node, base, place, n)
    if known is not None and known.items is not None and isinstance(place, Const):
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
        change(low, node, base, COPY_NAME, low.run_python(_without, base, place))
    return value


def _without(items: Any, place: Any) -> Any:
    shorter = items[: place % len(items)]
    for rest in items[place % len(items) + 1 :]:
        shorter.append(rest)
    return shorter


@method(LIST_METHODS, "index")
def list_index(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) != 1 or is_mutable(element(low.type(base))):
        low.refuse(node, "index() is followed for one number in a list of numbers",
                   "find it in a loop: for i, v in enumerate(values)")  # fmt: skip
    return low.run_python(_index, base, args[0])


def _index(items: Any, wanted: Any) -> Any:
    for i, item in enumerate(items):
        if item == wanted:
            return i
    raise ValueError("the value is not in the list")


@method(LIST_METHODS, "remove")
def list_remove(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if is_mutable(element(low.type(base))):
        low.refuse(node, "remove() is followed for a number in a list of numbers", "delete by index: del values[i]")
    list_pop(low, node, base, [low.run_python(_index, base, args[0])], {})
    return NONE


@method(LIST_METHODS, "sort")
def list_sort(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if is_mutable(element(low.type(base))):
        low.refuse(node, "sort() is followed for a list of numbers", "make a new list: sorted(values, key=...)")
    change(low, node, base, COPY_NAME, low.call(node, Const(sorted), [base], kwargs))
    return NONE


@method(LIST_METHODS, "insert")
def list_insert(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    known = low.heap.contents(base)
    resize(low, base)
    expect_place(low, node, args[0])
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
    """`del xs[i]`, `del xs[a:b]`, `del d[k]`."""
    t = low.type(base)
    if isinstance(t, Dict) and isinstance(index, Const) and t.get(index.value) is not None:
        drop(low, base, index.value)
    elif isinstance(t, List) or (isinstance(t, Seq) and t.cls is list):
        if isinstance(index, Apply):
            set_slice(low, node, base, index, None)
        else:
            list_pop(low, node, base, [index], {})
    else:
        low.refuse(node, f"this item of {describe(t)} cannot be deleted",
                   "delete items of a list, or literal keys of a dict that it has; build a new array without it")


# -- dicts -----------------------------------------------------------------------------------------------


def drop(low: Lowering, base: Atom, key: Any) -> Atom:
    known = open_container(low, base)
    items = dict(zip(known.keys, known.items or (), strict=True))
    value = items.pop(key)
    low.heap.set_contents(base, tuple(items.values()), tuple(items))
    return value


@method(DICT_METHODS, "pop")
def dict_pop(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t, key = low.type(base), args[0]
    if not isinstance(key, Const) or not isinstance(t, Dict):
        low.refuse(node, "a dict is changed at a key that is not known when the derivative is built",
                   "use literal keys, or a list")
    if t.get(key.value) is None:
        if len(args) == 2:
            return args[1]
        low.refuse(node, f"the dict has no key {key.value!r}", "use a key that it has, or give a default")
    return drop(low, base, key.value)


@method(DICT_METHODS, "update")
def dict_update(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    for more in args:
        more = more if getattr(low.type(more), "cls", None) is dict else low.call(node, Const(dict), [more], {})
        t = low.type(more)
        assert isinstance(t, Dict)
        for key, _ in t.entries:
            set_item(low, node, base, Const(key), low.builder.item(more, key))
    for name, value in kwargs.items():
        set_item(low, node, base, Const(name), value)
    return NONE


@method(DICT_METHODS, "setdefault")
def dict_setdefault(low: Lowering, node: Any, base: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t, key = low.type(base), args[0]
    if not isinstance(key, Const) or not isinstance(t, Dict):
        low.refuse(node, "a dict is changed at a key that is not known when the derivative is built",
                   "use literal keys, or a list")
    if t.get(key.value) is None:
        set_item(low, node, base, key, args[1] if len(args) > 1 else NONE)
    return low.builder.item(base, key.value)


def changes(t: Type, name: str) -> Method | None:
    """The method of this name that changes, or copies, a value of this type."""
    if isinstance(t, (Array, Unknown, Bottom)):
        return ARRAY_METHODS.get(name)
    if isinstance(t, List) or (isinstance(t, Seq) and t.cls is list):
        return LIST_METHODS.get(name)
    return DICT_METHODS.get(name) if isinstance(t, Dict) else None


__all__ = ["ARRAY_METHODS", "changes", "delete_item", "flat_view", "into"]
