"""Writes into arrays and containers: `a[i] = v`, `a[i] += v`, `a += v`.

Before:
    row = a[1]
    row[2:] += v

After (IR): the write goes to the object that `row` is a view of
    a_2 = array.add_at(a, (1, slice(2, None)), v)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tangent_ad.analysis.indices import is_basic
from tangent_ad.analysis.places import WHOLE
from tangent_ad.errors import NOWHERE, Origin
from tangent_ad.frontend.describe import describe, symbol, written
from tangent_ad.frontend.heap import AT_A_KEY, outlasting
from tangent_ad.frontend.heap_state import Value, is_mutable
from tangent_ad.frontend.kinds import NUMBERS, check_instances, holds_numbers
from tangent_ad.frontend.lowering import Lowering, as_array
from tangent_ad.frontend.objects import class_of_instance, is_library
from tangent_ad.frontend.operators import dunder
from tangent_ad.frontend.overlaps import as_promised
from tangent_ad.frontend.sharing import TWICE
from tangent_ad.frontend.views import is_flat
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import ADDITEM, APPEND, COPY_NAME, GETITEM, PACK_LIST, RAISE, SETITEM, SLICE
from tangent_ad.ir.types import (
    Array,
    Dict,
    List,
    Number,
    Opaque,
    Seq,
    Type,
    Unknown,
    dims_of,
    is_complex,
    is_differentiable,
    rank,
)
from tangent_ad.rules.declare import op_of

ALL = Const(Ellipsis)
LINEAR = (operator.add, operator.sub)


def set_item(low: Lowering, node: Any, base: Atom, index: Expr, value: Atom) -> None:
    """`base[index] = value`."""
    t = low.type(base)
    if isinstance(t, (Dict, Seq, List)):
        set_container_item(low, node, base, t, index, value)
        return
    if rank(t) == 0 and is_mask(low, index):
        low.refuse(node, "an array without dimensions is written only if a condition holds",
                   "write a[...] = np.where(condition, v, a)")  # fmt: skip
    if rank(t) == 0 and index not in WHOLE:
        low.refuse(node, f"{describe(t)} has no item at an index", "write all of it: a[...] = v")
    value = as_items(low, node, value) if isinstance(t, Array) else value
    writable(low, node, base, value)
    value = as_promised(low, node, base, index, value)
    if is_flat(low.heap, base) and rank(low.type(value)) != 0:
        value = repeated(low, value, low.builder.apply(GETITEM, (base, index)))
    low.heap.store(base, SETITEM, index, value)


def repeated(low: Lowering, values: Atom, places: Atom) -> Atom:
    """What `a.flat[places] = values` writes: in C order, from the start again where there are fewer than places."""
    values, n = low.builder.call(np.ravel, values), low.builder.call(np.size, places)
    fits = low.builder.call(operator.eq, low.builder.call(np.size, values), n)
    return values if fits == Const(True) else low.builder.call(np.resize, values, n)


def as_items(low: Lowering, node: Any, value: Atom) -> Atom:
    """What is written into an array: a list or a tuple as the array that NumPy makes of it."""
    value = low.plain_tuple(value)
    check_instances(low, node, "the array", value)
    return as_array(low, value)


@dataclass(frozen=True)
class Item:
    """`base[index]`, read before the right side of `base[index] op= value` is evaluated."""

    base: Atom
    index: Expr
    old: Atom
    version: Atom  # the value of the base's object then


def read_item(low: Lowering, base: Atom, index: Expr) -> Item:
    old = low.builder.apply(GETITEM, (base, index))
    return Item(base, index, old, low.heap.now(base))


def augment_item(low: Lowering, node: Any, item: Item, call: Any, value: Atom) -> None:
    """`a[index] op= value` of an array: base and index are evaluated once, and the item is read before the value."""
    base, index, old = item.base, item.index, item.old
    t = low.type(base)
    if isinstance(t, Array):
        is_number = rank(low.type(old)) == 0 and not is_mutable(low.type(old))
        value = value if is_number else as_items(low, node, value)
        once = (is_basic(index) or is_mask(low, index)) and low.heap.now(base) is item.version
        if call in LINEAR and once and adds(t, low.type(value)):
            writable(low, node, base, value)
            amount = value if call is operator.add else negative(low, t, value)
            low.heap.store(base, ADDITEM, index, amount)
            return
        made = low.binary(node, call, old, value) if is_number else operated(low, node, call, old, value)
        writable(low, node, base, made)
        low.heap.store(base, SETITEM, index, made)
        return
    set_item(low, node, base, index, low.binary(node, call, old, value))


def operated(low: Lowering, node: Any, call: Any, old: Atom, value: Atom) -> Atom:
    """`old op value` for what an array takes in place: NumPy asks an instance for none of its methods as a whole."""
    cls = class_of_instance(low, value)
    if cls is not None:
        sign = symbol(call)
        low.refuse(node, f"{sign}= of an array and {describe(low.type(value))} is not followed",
                   "give it a number or an array that the instance holds; or set __array_ufunc__ = None in "
                   f"{cls.__name__}, if it has a __r{dunder(call)}__, and write a[...] = a {sign} ...")  # fmt: skip
    return low.builder.apply(op_of(call), (old, value))


def augment(low: Lowering, node: Any, handle: Atom, call: Any, value: Atom) -> None:
    """`x op= value` for an array, or `xs += more` for a list."""
    t = low.type(handle)
    if not isinstance(t, Array):
        augment_list(low, node, handle, call, value)
        return
    ref, value = low.heap.ref(handle), as_items(low, node, value)
    if ref is not None and ref.steps and ref.steps[-1].op is GETITEM and call in LINEAR and adds(t, low.type(value)):
        writable(low, node, handle, value)
        amount = value if call is operator.add else negative(low, t, value)
        low.heap.store(handle, ADDITEM, ALL, amount)
        return
    overwrite(low, node, handle, operated(low, node, call, handle, value))


def augment_list(low: Lowering, node: Any, handle: Atom, call: Any, value: Atom) -> None:
    """`xs += more`, which makes a list longer; not so where `more` is an array.

    NumPy comes first then, and gives a new array, the sum item by item, where other names keep the list.
    """
    name, sign, t = written(node.target), symbol(call), low.type(value)
    if call is not operator.add:
        low.refuse(node, f"{sign}= on a list is not followed", f"write {name} = {name} {sign} ...")
    if isinstance(t, (Array, Number)):
        new = f"a number of NumPy's is added to each item, and {name} is a new array then" if rank(t) == 0 else (
            f"NumPy adds item by item, and {name} is a new array then")  # fmt: skip
        longer = f"{name}.append(...)" if rank(t) == 0 else f"{name}.extend(...)"
        low.refuse(node, f"+= of a list and {describe(t)} does not make the list longer: {new}",
                   f"to make the list longer, write {longer}; if the sum is meant, {name} = np.array({name}) "
                   "+ ...")  # fmt: skip
    if isinstance(t, Unknown):
        low.refuse(node, "whether this is a list, which += appends, or an array, which += adds item by item, is not "
                         "known", f"write {name}.extend(...), or give the types (annotations, or --arg)")  # fmt: skip
    extend(low, node, handle, value)


def overwrite(low: Lowering, node: Any, handle: Atom, value: Atom) -> None:
    """`handle[...] = value`."""
    t, new = low.type(handle), low.type(value)
    writable(low, node, handle, value)
    same = isinstance(t, Array) and isinstance(new, Array) and t.dtype == new.dtype
    if same and dims_of(t) is not None and dims_of(new) == dims_of(t):
        low.heap.replace(handle, value)
    else:
        low.heap.store(handle, SETITEM, ALL, value)


def adds(t: Type, value: Type) -> bool:
    """Whether `+=` on an array of type `t` is a plain sum: no change of kind."""
    return isinstance(t, Array) and t.dtype[0] in "fc" and isinstance(value, (Array, Number)) and (
        is_complex(t) or not is_complex(value))


def negative(low: Lowering, t: Array, value: Atom) -> Atom:
    """What is added to an array of type `t` where `value` is subtracted: NumPy's ints and bools are of its kind first.

    Those without a sign wrap around when they are negated, and so does the least of the others.
    """
    own = low.type(value)
    if isinstance(own, Array) and own.dtype[0] in "iub":
        value = low.builder.call(np.array, value, dtype=Const(np.dtype(t.dtype)))
    return low.builder.call(operator.neg, value)


def is_mask(low: Lowering, index: Expr) -> bool:
    t = index.type if isinstance(index, (Var, Apply)) else None
    return isinstance(t, Array) and t.dtype == "bool"


def writable(low: Lowering, node: Any, handle: Atom, value: Atom) -> None:
    """Refuse what NumPy would cut off without a word: a float into ints, a complex number into floats."""
    t, new = low.type(handle), low.type(value)
    if isinstance(t, (Number, Opaque)) or (isinstance(t, Array) and t.dims == () and t.boxed is not True):
        low.refuse(node, f"{describe(t)} cannot be written into", "write into an array or a list")
    if rank(t) == 0 and rank(new) != 0:
        low.refuse(node, f"{describe(new)} is written into an array of no dimensions", "write one number")
    if isinstance(t, Array) and new == Opaque(str) and holds_numbers(t.dtype):
        low.refuse(node, "text is written into an array of numbers", "write the number itself")
    cls = class_of_instance(low, value)
    if isinstance(t, Array) and cls is not None and not is_library(module_of(cls)):
        low.refuse(node, f"{describe(new)} is written into an array: what NumPy makes of it is not followed",
                   "write a number or an array that it holds; or float(...), if it has a __float__")  # fmt: skip
    if not isinstance(t, Array) or not isinstance(new, (Number, Array)):
        return
    if not holds_numbers(t.dtype) and is_differentiable(new):
        low.refuse(node, f"a number is written into an array of {t.dtype}, where it carries no derivative",
                   "make the array one of floats; or use a list")  # fmt: skip
    kind = np.dtype(t.dtype).kind
    given = np.dtype({"bool": "?", "int": "i8", "float": "f8", "complex": "c16"}[new.kind]
                     if isinstance(new, Number) else new.dtype).kind  # fmt: skip
    order, lines = NUMBERS, made_in(low, handle)
    where = f" (made in {lines[0].seen_from(low.origin(node))})" if lines else ""
    if kind in "bui" and order.find(given) > order.index("u"):
        if kind == "b":
            low.refuse(node, "a number is written into an array of bools, which makes it True or False",
                       "write a test, a[...] = value != 0; or make it an array of floats, if numbers are "
                       "meant")  # fmt: skip
        low.refuse(node, f"a float is written into an array of {t.dtype}{where}, which cuts it off to an integer",
                   "make the array one of floats: np.zeros(n), dtype=float, .astype(float), which keeps what is cut "
                   "off now; where the cut is meant, a[i] = np.trunc(v), and np.trunc(x) for x.astype(int); where "
                   "the array is an index, x[a.astype(int)]",
                   lines)  # fmt: skip
    if kind == given == "f" and t.whole:
        low.refuse(node, f"a float is written into an array{where} whose items may all be ints: NumPy makes an array "
                   "of ints then, which cuts it off",
                   "write floats where the ints come from, 0.0 for 0; or convert the array: .astype(float)",
                   lines)  # fmt: skip
    if kind == "f" and given == "c":
        low.refuse(node, f"a complex number is written into an array of {t.dtype}{where}, which drops its imaginary "
                   "part", "take np.real of the value; or make the array complex (dtype=complex), and what is "
                   "returned real: np.real, np.abs", lines)  # fmt: skip


def made_in(low: Lowering, handle: Atom) -> tuple[Origin, ...]:
    """The line that an array was made in, if it was made by the function."""
    ref = low.heap.ref(handle)
    made = ref.object.origin if ref is not None and low.builder.definition(ref.object.var) is not None else NOWHERE
    return () if made is NOWHERE else (made,)


# -- lists and dicts -------------------------------------------------------------------------------------


def set_container_item(low: Lowering, node: Any, base: Atom, t: Type, index: Expr, value: Atom) -> None:
    heap = low.heap
    if isinstance(t, Seq) and t.cls is tuple:
        low.refuse(node, "a tuple is not written into", "use a list")
    if isinstance(index, Apply) and index.op is SLICE:
        set_slice(low, node, base, index, value)
        return
    if isinstance(t, Dict):
        if not isinstance(index, Const):
            low.refuse(node, *AT_A_KEY)
        if heap.replace_part(base, index.value, value):
            return
        known = open_container(low, base)
        items = dict(zip(known.keys, known.items or (), strict=True))
        items[index.value] = value
        heap.set_contents(base, tuple(items.values()), tuple(items))
        return
    known_ = heap.contents(base) if isinstance(index, Const) else None
    if known_ is not None and known_.items is not None and isinstance(index, Const):
        n = len(known_.items)
        if not (type(index.value) is int and -n <= index.value < n):
            absent(low, node, base, index, n)
            return
        items_ = list(known_.items)
        items_[index.value] = value
        heap.set_contents(base, tuple(items_))
        return
    change(low, node, base, SETITEM, index, value)
    heap.hold(base, value)


def absent(low: Lowering, node: Any, base: Atom, index: Const, n: int) -> Atom:
    """An item that a list of `n` does not have: on one of several paths Python's error is raised when it is taken."""
    if index.value is None:  # what was looked for is in no list of none
        low.refuse(node, f"which item of this list of {n} is meant is not known when the derivative is built",
                   "make the list with its full length first: values = [0.0] * n")  # fmt: skip
    if not low.undecided or type(index.value) is not int:
        low.refuse(node, f"there is no item {index.value!r} in this list of {n}", "take an item that it has")
    error = low.builder.apply(op_of(IndexError), (Const("list index out of range"),))
    low.builder.effect(RAISE, (error,))
    return low.builder.apply(GETITEM, (base, index))


def set_slice(low: Lowering, node: Any, base: Atom, index: Apply, value: Atom | None) -> None:
    """`base[a:b] = value`; with None for the value `del base[a:b]`."""
    heap, ref, old = low.heap, low.heap.ref(base), low.heap.contents(base)
    start, stop, step = index.args
    bounds = [a.value for a in index.args if isinstance(a, Const)]
    new = () if value is None else items_of(low, value)
    if old is not None and old.items is not None and len(bounds) == 3 and new is not None:
        items = list(old.items)
        stepped = bounds[2] not in (None, 1)
        if bounds[2] == 0 or (stepped and value is not None and len(items[slice(*bounds)]) != len(new)):
            if not bounds[2]:
                low.refuse(node, "the step of a slice is 0, which Python refuses", "leave the step out")
            n = len(items[slice(*bounds)])
            low.refuse(node, f"{len(new)} items are assigned to a stepped slice of {n}, which Python refuses",
                       "give as many items as the slice has")
        if value is None:
            del items[slice(*bounds)]
        else:
            items[slice(*bounds)] = new
        if ref is not None and len(items) != len(old.items):
            heap.resize(ref)
        heap.set_contents(base, tuple(items))
        return
    if step != Const(None):
        lists = [r.object for h in (base, value) if h is not None and (r := heap.ref(h)) is not None]
        low.refuse(node, "a slice with a step is written in a list of a length, or at bounds, found at run time",
                   "write its items one by one, or build a new list", (), heap.lengthened(*lists))  # fmt: skip
    if ref is not None:
        heap.resize(ref)
    more = low.builder.apply(PACK_LIST, ()) if value is None else value
    start = Const(0) if start == Const(None) else start
    twice = heap.link(TWICE) if heap.may_share(base, more) else heap.holds_twice(more)
    change(low, node, base, COPY_NAME, low.run_python(_spliced, base, start, stop, more))  # type: ignore[arg-type]
    heap.relate(base, more, items_only=True)
    if ref is not None and twice is not None:
        heap.state.repeats.setdefault(ref.object, twice)


def _spliced(items: Any, start: Any, stop: Any, more: Any) -> Any:
    result = items[:start]
    after = len(result) + len(items[start:stop])
    for item in more:
        result.append(item)
    for item in items[after:]:
        result.append(item)
    return result


def items_of(low: Lowering, value: Atom) -> tuple[Atom, ...] | None:
    """The items of a list or a tuple of known length."""
    found, t = low.heap.contents(value), low.type(value)
    if found is not None or not isinstance(t, Seq):
        return None if found is None else found.items
    return tuple(low.builder.item(value, i) for i in range(len(t.items)))


def open_container(low: Lowering, base: Atom) -> Value:
    """The items of a container whose structure must be known."""
    found = low.heap.contents(base)
    if found is None and isinstance(base, Const):
        raise outlasting(low.builder.origin, base)
    if found is None:
        low.refuse(None, "a dict that is found at run time, as an item of a list, is written into",
                   "keep what is written in lists, one for each key")  # fmt: skip
    return found


def change(low: Lowering, node: Any, base: Atom, op: Any, *args: Expr) -> None:
    """Give a list of unknown length its new value."""
    heap = low.heap
    ref, values = heap.ref(base), tuple(map(heap.resolve, args))
    if ref is None:
        low.refuse(node, "this is not a list that can be changed", "write into a list")
    if ref.steps:  # a list in a list
        heap.check(ref.object)
        heap.check_item(ref)
        if op is not APPEND:
            heap.detach(ref.object, len(ref.steps))
        made = values[0] if op is COPY_NAME else low.builder.raw(op, (heap.now(base), *values))
        heap.put_back(ref.object, ref.steps, made, within=False)  # type: ignore[arg-type]
        return
    heap.check(ref.object)
    if op is not APPEND:
        heap.detach(ref.object)
    old = heap.close(ref.object)
    made = values[0] if op is COPY_NAME else low.builder.raw(op, (old, *values))
    heap.set(ref.object, made, within=False)  # type: ignore[arg-type]


def append(low: Lowering, node: Any, base: Atom, value: Atom) -> None:
    """`base.append(value)`."""
    heap = low.heap
    ref = heap.ref(base)
    if ref is not None:
        heap.resize(ref)
    known = heap.contents(base)
    if known is not None:
        heap.set_contents(base, (*(known.items or ()), value))
        return
    change(low, node, base, APPEND, value)
    heap.hold(base, value)


def extend(low: Lowering, node: Any, base: Atom, more: Atom) -> None:
    """`base.extend(more)`, `base += more`."""
    more = low.plain_tuple(more)
    t = low.type(more)
    if isinstance(t, Dict):
        what, remedy = "an instance gives by its __iter__", "a list of it: list(...), or a list that a method returns"
        if t.cls is dict:
            what, remedy = "iterating over it gives, its keys,", "its values: list(d.values())"
        low.refuse(node, f"a list is extended by {describe(t)}: what {what} is not followed", f"give it {remedy}")
    items = items_of(low, more)
    if items is None:
        low.run_python(_extend_by_itself if low.heap.may_share(base, more) else _extend, base, more)
        return
    for item in items:
        append(low, node, base, item)


def _extend(items: Any, more: Any) -> None:
    for item in more:
        items.append(item)


def _extend_by_itself(items: Any, more: Any) -> None:
    for item in list(more):
        items.append(item)
