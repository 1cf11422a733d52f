"""The type of every operation: a few structural cases here, everything else by sampling."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from tangent_ad.analysis.contractions import einsum_shape, tensordot_shape
from tangent_ad.analysis.sampling import FIXED, expr_type, sample_results
from tangent_ad.analysis.sizes import (
    at_least,
    broadcast_size,
    computed,
    form,
    is_size,
    plus,
    size_of,
    sliced,
    true_items,
)
from tangent_ad.ir.nodes import Apply, Const, Expr, Op, Var
from tangent_ad.ir.ops import (
    ADD_AT,
    ADD_ITEM,
    ADDITEM,
    APPEND,
    CONTAINS,
    COPY_NAME,
    FORMAT,
    GETITEM,
    PACK_DICT,
    PACK_LIST,
    PACK_TUPLE,
    POP,
    SETITEM,
    SLICE,
)  # fmt: skip
from tangent_ad.ir.types import (
    Array,
    Bottom,
    Dict,
    Dim,
    Fixed,
    Joiner,
    List,
    Number,
    Opaque,
    Range,
    Seq,
    Size,
    Type,
    Unknown,
    alternatives,
    another_dim,
    any_item,
    dims_of,
    fresh_dim,
    is_differentiable,
    is_number_like,
    join,
    map_dims,
    may_be_python,
    perhaps_whole,
    rank,
)  # fmt: skip
from tangent_ad.rules.declare import BINARY, RULES, UNARY, op_of
from tangent_ad.rules.passive import KIND_BY_VALUES, SIZES_BY_SHAPES
from tangent_ad.runtime import helpers

PERMUTATIONS = {np.transpose, np.swapaxes, np.moveaxis}
POWERS = {operator.pow, np.power, pow}  # of ints that may be negative are ints or floats
MOST_PATHS = 2  # arguments of an operation that are numbers on some path, and arrays on another
REDUCTIONS = {np.sum, np.mean, np.max, np.min, np.prod, np.any, np.all}


# What is a number of Python's where all of its operands are.
_OF_ALL = {*BINARY, *UNARY, abs, round}


def infer(op: Op, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    """The type of `op(*args, **kwargs)`."""
    found = _on_any_path(op, args, kwargs)
    if isinstance(found, (Number, Array)) and not found.whole and is_differentiable(found):
        whole = tuple(Var("", _as_ints(a.type)) if isinstance(a, Var) and perhaps_whole(a.type) else a for a in args)
        if whole != args and not is_differentiable(_infer(op, whole, kwargs)):
            found = replace(found, whole=True)
    if isinstance(found, Array) and found.dims == () and op.call in (*_OF_ALL, max, min):
        python = [may_be_python(expr_type(a)) for a in args]
        found = replace(found, python=all(python) if op.call in _OF_ALL else any(python))
    return found


def _on_any_path(op: Op, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    """The type where some arguments are numbers on one path, and arrays on another."""
    kinds = [alternatives(a.type) if isinstance(a, Var) else () for a in args]
    if not 0 < sum(len(k) > 1 for k in kinds) <= MOST_PATHS:
        return _infer(op, args, kwargs)
    choices = ([Var("", t) for t in k] if len(k) > 1 else [a] for k, a in zip(kinds, args, strict=True))
    found = [_infer(op, chosen, kwargs) for chosen in itertools.product(*choices)]
    return join(*found) if all(map(is_number_like, found)) else _infer(op, args, kwargs)


def _as_ints(t: Type) -> Type:
    """What something is where all that may be an int is one."""
    if isinstance(t, Number) or (isinstance(t, Array) and t.dims == ()):
        return Number("int") if perhaps_whole(t) else t
    if isinstance(t, Array):
        return replace(t, dtype="int64") if t.whole else t
    if isinstance(t, Seq):
        return Seq(t.cls, tuple(map(_as_ints, t.items)))
    return List(_as_ints(t.item)) if isinstance(t, List) else t


def _infer(op: Op, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    types = [expr_type(a) for a in args]
    if any(isinstance(t, Bottom) for t in types) and op not in (PACK_TUPLE, PACK_LIST, PACK_DICT, APPEND):
        return Bottom()
    if op in _STRUCTURAL:
        return _STRUCTURAL[op](args, types)
    if op.call in _BY_CALL:
        return _BY_CALL[op.call](args, types)
    if isinstance(op.call, type) and issubclass(op.call, BaseException):
        return Opaque(op.call)
    if any(isinstance(t, Unknown) for t in (*types, *(expr_type(v) for _, v in kwargs))):
        return Unknown()
    if op.call in PERMUTATIONS and isinstance(types[0], Array) and types[0].dims:
        return _permuted(op.call, types[0], args, kwargs)
    if op.call in JOINS:
        return _joined(op.call, types, args, kwargs)
    if op.call is np.tensordot:
        return _tensordot(types, dict(kwargs).get("axes", Const(2)))
    if op.call in REDUCTIONS and isinstance(types[0], Array):
        if types[0].dims:
            return _reduced(op.call, types[0], args, kwargs)
        if types[0].dims is None and len(args) == 1 and not kwargs:  # all of it, of whatever rank
            return _reduced(op.call, replace(types[0], dims=(1,)), args, kwargs)
    rule = RULES.get(op)
    if rule is not None and rule.kind == "passive":
        return _passive(op.call, args, kwargs)
    by_element = op.call is np.where and len(args) == 3 and all(map(is_number_like, types))
    if by_element or (rule is not None and rule.kind == "elementwise") or _acts_by_element(op):
        return _elementwise(op, args, types, kwargs)
    found = without_number_sizes(sample_results(op.call, args, kwargs))
    if isinstance(found, Unknown) and not kwargs and all(isinstance(t, Number) for t in types):
        found = _of_any_numbers(op, args)
    return found if op.call not in BY_VALUES or BY_VALUES[op.call](args) else _of_any_size(found)


def _of_any_numbers(op: Op, args: tuple[Expr, ...]) -> Type:
    """The type of a number computed from ints of which a sample is negative, abs(i - 30)."""
    found = without_number_sizes(sample_results(op.call, tuple(map(_any_number, args)), ()))
    return found if is_number_like(found) and rank(found) == 0 else Unknown()


def _any_number(arg: Expr) -> Expr:
    """An int is any int: what is known of a size is that it is not negative, and sizes are sampled so."""
    t = expr_type(arg)
    return Var("", Number(t.kind)) if isinstance(t, Number) and not isinstance(arg, Const) else arg


def _counted(args: tuple[Expr, ...]) -> bool:
    """Whether the bounds of np.arange are literals or known sizes: other samples are one number, and of no length."""
    return all(isinstance(a, Const) or getattr(expr_type(a), "size", None) is not None for a in args)


# Functions whose result has a size that values decide, and when it does not.
BY_VALUES: dict[Any, Callable[[tuple[Expr, ...]], bool]] = {
    np.nonzero: lambda args: isinstance(args[0], Const),
    np.flatnonzero: lambda args: isinstance(args[0], Const),
    np.argwhere: lambda args: isinstance(args[0], Const),
    np.repeat: lambda args: isinstance(expr_type(args[1]), Number) or isinstance(args[1], Const),
    np.arange: _counted,
}


def _of_any_size(t: Type) -> Type:
    """Sizes that the samples do not tell, one and the same for arrays that are made together."""
    size = fresh_dim()
    if isinstance(t, Seq):
        return Seq(t.cls, tuple(map_dims(i, lambda _: size) for i in t.items))
    return map_dims(t, lambda _: size if rank(t) == 1 else fresh_dim())


def _passive(call: Any, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    """What has no rule is of the kind of its samples; they do not tell its sizes, and in a few cases not its kind."""
    if all(isinstance(a, Const) and isinstance(a.value, (*FIXED, tuple)) for a in (*args, *(v for _, v in kwargs))):
        return without_number_sizes(sample_results(call, args, kwargs))
    if getattr(call, "__name__", "") in KIND_BY_VALUES:
        return Unknown()
    found = without_number_sizes(sample_results(call, args, kwargs))
    if isinstance(call, np.ufunc) or call in SIZES_BY_SHAPES:
        return found
    return map_dims(found, lambda _: fresh_dim())


def _permuted(
    call: Any, t: Array, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]
) -> Type:
    """The sizes of an array in another order: that of a sample with axes of 1, 2, 3 and so on."""
    assert t.dims is not None
    sample = Const(np.broadcast_to(0.0, range(1, len(t.dims) + 1)))
    found = sample_results(call, (sample, *args[1:]), kwargs)
    dims = dims_of(found)
    return found if dims is None else Array(t.dtype, tuple(t.dims[d - 1] for d in dims))  # type: ignore[operator]


def _reduced(
    call: Any, t: Array, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]
) -> Type:
    """The sizes that are left of an array; its dtype is that of a sample with one item."""
    axis = args[1] if len(args) > 1 else dict(kwargs).get("axis", Const(None))
    keepdims = dict(kwargs).get("keepdims", Const(False))
    known = isinstance(axis, Const) and isinstance(keepdims, Const) and len(args) < 3
    if not known or {k for k, _ in kwargs} - {"axis", "keepdims"}:
        return without_number_sizes(sample_results(call, args, kwargs))
    assert t.dims is not None and isinstance(axis, Const) and isinstance(keepdims, Const)
    item = sample_results(call, (Var("", Array(t.dtype, (1,) * len(t.dims))), *args[1:]), kwargs)
    if not isinstance(item, Array):
        return item
    axes = axis.value if isinstance(axis.value, tuple) else range(len(t.dims)) if axis.value is None else (axis.value,)
    gone = {a % len(t.dims) for a in axes}
    if keepdims.value:
        return Array(item.dtype, tuple(1 if i in gone else d for i, d in enumerate(t.dims)))
    return Array(item.dtype, tuple(d for i, d in enumerate(t.dims) if i not in gone))


def _acts_by_element(op: Op) -> bool:
    return op.syntax in ("binary", "compare") and op.call is not operator.matmul


def without_number_sizes(t: Type) -> Type:
    """max(n, 3) is n in both sample runs and still not always n."""
    if isinstance(t, Number):
        return replace(t, size=None)
    if isinstance(t, Seq):
        return Seq(t.cls, tuple(without_number_sizes(i) for i in t.items))
    if isinstance(t, Dict):
        return replace(t, entries=tuple((key, without_number_sizes(kind)) for key, kind in t.entries))
    return List(without_number_sizes(t.item)) if isinstance(t, List) else t


def _elementwise(op: Op, args: tuple[Expr, ...], types: list[Type], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    if not all(is_number_like(t) for t in types):
        return sample_results(op.call, args, kwargs)
    shrunk = tuple(
        Var("", _shrink(t)) if isinstance(t, Array) else a if op.call in POWERS else _any_number(a)
        for a, t in zip(args, types, strict=True)
    )
    if all(isinstance(t, Number) for t in types):
        return _number(op.call, args, sample_results(op.call, shrunk, kwargs))
    scalar = sample_results(op.call, shrunk, kwargs)
    if not isinstance(scalar, Array):
        return scalar if isinstance(scalar, Number) else Unknown()
    dims = broadcast([dims_of(t) for t in types])
    return Array(scalar.dtype, dims, scalar.boxed and dims == ())


def _number(call: Any, args: tuple[Expr, ...], t: Type) -> Type:
    """The type of an operation on numbers: what is computed from ints twice is equal."""
    t = without_number_sizes(t)
    return Number("int", computed(call, tuple(map(value_of_int, args)))) if t == Number("int") else t


def _shrink(t: Type) -> Type:
    return t if isinstance(t, Number) else Array(t.dtype, (1,) if t.dims != () else ())  # type: ignore[attr-defined]


def broadcast(shapes: list[tuple[Size, ...] | None]) -> tuple[Size, ...] | None:
    """The broadcast shape; None where a rank is unknown."""
    known = [s for s in shapes if s is not None]
    if len(known) < len(shapes):
        return None
    width = max(map(len, known), default=0)
    padded = [(1,) * (width - len(s)) + s for s in known]
    return tuple(broadcast_size(column) for column in zip(*padded, strict=True))


def element(t: Type) -> Type:
    """What iteration over a value of this type gives."""
    if isinstance(t, Range):
        return Number("int")
    if isinstance(t, Array):
        return Array(t.dtype, None if t.dims is None else t.dims[1:])
    if isinstance(t, List):
        return t.item
    if isinstance(t, Seq):
        return Joiner().join(t.items) if t.items else Bottom()
    if isinstance(t, Dict):
        return Opaque(str) if all(isinstance(k, str) for k, _ in t.entries) else Unknown()
    return Unknown()


def _getitem(args: tuple[Expr, ...], types: list[Type]) -> Type:
    base, index = types[0], args[1]
    if isinstance(base, Seq):
        return _seq_item(base, index)
    if isinstance(base, List):
        return base if isinstance(index, Apply) and index.op is SLICE else any_item(base)
    if isinstance(base, Dict):
        if isinstance(index, Const) or not base.entries:
            return (base.get(index.value) if isinstance(index, Const) else None) or Unknown()
        return join(*(v for _, v in base.entries))
    if isinstance(base, Range):
        return base if isinstance(index, Apply) and index.op is SLICE else Number("int")
    if isinstance(base, Array) and base.dims is not None:
        items = index.args if isinstance(index, Apply) and index.op is PACK_TUPLE else (index,)
        if len(items) == 1 and isinstance(items[0], Const) and isinstance(items[0].value, tuple):
            items = tuple(Const(i) for i in items[0].value)
        place = index.type if isinstance(index, Var) else None
        if isinstance(place, Seq) and place.cls is tuple and all(map(_is_place, place.items)):
            items = tuple(Var("", t) for t in place.items)
        dims = _indexed(base.dims, items)
        return Array(base.dtype, dims, dims == () and any(_is(i, Ellipsis) for i in items))
    return Unknown()


def _seq_item(base: Seq, index: Expr) -> Type:
    n = len(base.items)
    if not n or (isinstance(index, Const) and type(index.value) is int and not -n <= index.value < n):
        return Bottom()  # there is none: a loop that fills the list reads it in a later turn
    if isinstance(index, Const) and isinstance(index.value, int):
        return base.items[index.value]
    if isinstance(index, Apply) and index.op is SLICE:
        if all(isinstance(a, Const) for a in index.args):
            return Seq(base.cls, base.items[slice(*(a.value for a in index.args if isinstance(a, Const)))])
        return List(element(base)) if base.cls is list else Unknown()
    return element(base)


def _indexed(dims: tuple[Size, ...], items: tuple[Expr, ...]) -> tuple[Size, ...] | None:
    """Dimensions of an indexed array; None where they cannot be told."""
    consumed = 0
    for item in items:
        t = expr_type(item)
        if isinstance(t, Array) and t.dtype == "bool":
            if not t.dims:
                return None
            consumed += len(t.dims)
        else:
            consumed += not _is(item, None) and not _is(item, Ellipsis)
    if consumed > len(dims):
        return None
    rest, out = list(dims), list[Size]()
    arrays = [i for i in items if _is_index_array(expr_type(i))]
    together: list[tuple[Size, ...] | None] = []  # the shapes of index arrays, and of numbers beside them
    where: list[int] = []
    first = 0
    for place, item in enumerate(items):
        t = expr_type(item)
        if _is(item, None):
            out.append(1)
        elif _is(item, Ellipsis):
            for _ in range(len(dims) - consumed):
                out.append(rest.pop(0))
        elif isinstance(item, Apply) and item.op is SLICE:
            out.append(_sliced(rest.pop(0), item.args))
        elif _is_integer(t) and not arrays:
            rest.pop(0)
        elif _is_integer(t) or _is_index_array(t):
            first = first if where else len(out)
            where.append(place)
            if isinstance(t, Array) and t.dtype == "bool":
                if len(arrays) > 1 or any(map(_is_scalar_index, items)):
                    return None
                del rest[: len(t.dims or ())]
                together.append((true_items(item),))
            else:
                rest.pop(0)
                together.append((len(t.items),) if isinstance(t, Seq) else dims_of(t) if isinstance(t, Array) else ())
        else:
            return None
    shape = broadcast(together)
    if shape is None:
        return None
    adjacent = not where or where[-1] - where[0] == len(where) - 1
    out[first if adjacent else 0 : first if adjacent else 0] = shape  # NumPy's rule
    return tuple(out + rest)


def _is_index_array(t: Type) -> bool:
    """Whether an item of an index is an array of integers, a mask, or a list of integers."""
    if isinstance(t, Seq):
        return t.cls is list and bool(t.items) and all(map(_is_integer, t.items))
    return isinstance(t, Array) and bool(t.dims) and (t.dtype == "bool" or t.dtype.startswith(("int", "uint")))


def _is_place(t: Type) -> bool:
    """Whether an item of a tuple that is an index is an integer or an array of them."""
    return _is_integer(t) or (isinstance(t, Array) and t.dtype != "bool" and _is_index_array(t))


def _is_integer(t: Type) -> bool:
    if isinstance(t, Number):
        return t.kind == "int"
    return isinstance(t, Array) and t.dims == () and t.dtype.startswith(("int", "uint"))


def _is(item: Expr, value: Any) -> bool:
    return isinstance(item, Const) and item.value is value


def _is_scalar_index(item: Expr) -> bool:
    return isinstance(expr_type(item), Number)


def _sliced(size: Size, args: tuple[Expr, ...]) -> Size:
    """The size of `a[start:stop:step]` on an axis of this size, a new symbol where nothing is known of it."""
    start, stop, step = (_bound(a) for a in args)
    known = [b for b in (start, stop, step) if b is None or isinstance(b, int)]
    if isinstance(size, int) and len(known) == 3:
        return len(range(size)[slice(*known)])
    if start is None and stop is None and step in (None, 1, -1):
        return size
    if isinstance(start, str) or isinstance(stop, str) or not (step is None or (isinstance(step, int) and step > 0)):
        return fresh_dim()
    return sliced(size, start, stop, step or 1)


def _bound(arg: Expr) -> Size | Literal["unknown"] | None:
    """The value of a bound of a slice."""
    if isinstance(arg, Const) and arg.value is None:
        return None
    size = value_of_int(arg)
    return "unknown" if size is None else size


def value_of_int(arg: Expr) -> Size | None:
    """The value of an int, None where it is not known."""
    if isinstance(arg, Const):
        return arg.value if type(arg.value) is int else None
    t = expr_type(arg)
    return t.size if isinstance(t, Number) and t.kind == "int" else None


def is_not_zero(divisor: Expr) -> bool:
    """Whether a division by it is known not to fail."""
    if isinstance(divisor, Const):
        return isinstance(divisor.value, (int, float, complex)) and divisor.value != 0
    size = value_of_int(divisor)
    return size is not None and at_least(size, 1)


def _shape(args: tuple[Expr, ...], types: list[Type]) -> Type:
    dims = dims_of(types[0])
    if dims is None:
        return Unknown()
    return Seq(tuple, tuple(Number("int", is_size(d)) for d in dims))


def _len(args: tuple[Expr, ...], types: list[Type]) -> Type:
    t = types[0]
    if isinstance(t, Array) and t.dims:
        return Number("int", is_size(t.dims[0]))
    if isinstance(t, (Seq, Dict)):
        return Number("int", len(t.items if isinstance(t, Seq) else t.entries))
    return Number("int")


def _size(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """The number of items, along one axis if one is given."""
    dims = dims_of(types[0])
    if not dims or len(args) > 1:
        return Number("int")
    total: Size | None = 1
    for d in dims:
        total = computed(operator.mul, (total, is_size(d)))
    return Number("int", total)


def _append(args: tuple[Expr, ...], types: list[Type]) -> Type:
    if isinstance(types[0], (List, Seq)):
        items = (types[0].item,) if isinstance(types[0], List) else types[0].items
        return List(join(*items, types[1]))
    return Unknown()


def _set_item(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """A list, or its items, may become of another kind: `[0] * n` of floats, `[[], []]` of longer lists."""
    base, value = types[0], types[2]
    if isinstance(base, List):
        return List(join(base.item, value))
    if isinstance(base, Seq) and base.cls is list:
        return Seq(list, tuple(join(item, value) for item in base.items))
    return base


def _item_type(item: Expr, t: Type) -> Type:
    """The type of an item of a tuple: a literal size is known, in the shape (n, 3)."""
    is_size = isinstance(item, Const) and type(item.value) is int and item.value >= 0
    return Number("int", item.value) if is_size else t  # type: ignore[union-attr]


def _pack_dict(args: tuple[Expr, ...], types: list[Type]) -> Type:
    assert isinstance(args[0], Const)
    keys = args[0].value
    kinds = map(_part_type, args[1:], types[1:])
    return Dict(tuple(zip(keys, kinds, strict=True)), getattr(keys, "cls", dict))


def _part_type(part: Expr, t: Type) -> Type:
    """A function in an instance is known, in whatever turn of a loop that hands the instance on."""
    if not (isinstance(part, Const) and isinstance(t, Opaque) and callable(part.value)):
        return t
    return Fixed(t.cls, "", id(part.value), part.value)


def _matmul(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """The shape of x @ y from the outer sizes; the inner ones must agree when it runs."""
    shapes = [dims_of(t) for t in types]
    scalars = sample_results(operator.mul, tuple(Var("", _shrink(t)) for t in types if is_number_like(t)), ())
    if len(types) != 2 or not isinstance(scalars, Array) or shapes[0] is None or shapes[1] is None:
        return Unknown()
    x, y = shapes
    if not x or not y:
        return Unknown()
    lead = broadcast([x[:-2], y[:-2]])
    assert lead is not None
    rows = x[-2:-1] if len(x) > 1 else ()
    columns = y[-1:] if len(y) > 1 else ()
    return Array(scalars.dtype, (*lead, *rows, *columns))


def _dot(args: tuple[Expr, ...], types: list[Type]) -> Type:
    ranks = [rank(t) for t in types]
    if 0 in ranks or None in ranks:
        return _elementwise(op_of(operator.mul), args, types, ()) if None not in ranks else Unknown()
    if max(r for r in ranks if r is not None) <= 2:
        return _matmul(args, types)
    x, y = (dims_of(t) or () for t in types)
    return _product(types, tensordot_shape(x, y[-2:-1] + y[:-2] + y[-1:], 1))


def _product(types: list[Type], shape: tuple[Size, ...] | None) -> Type:
    """An array of this shape, of the dtype of a product of such values."""
    if not all(map(is_number_like, types)):
        return Unknown()
    dtypes = sample_results(lambda *xs: math.prod(xs), tuple(Var("", _shrink(t)) for t in types), ())
    return Array(dtypes.dtype, shape) if isinstance(dtypes, Array) and shape is not None else Unknown()


def _boxed(t: Type) -> Type:
    return replace(t, boxed=True) if isinstance(t, Array) and t.dims == () else t


def _tensordot(types: list[Type], axes: Expr) -> Type:
    x, y = (dims_of(t) for t in types)
    if x is None or y is None or not isinstance(axes, Const):
        return Unknown()
    return _boxed(_product(types, tensordot_shape(x, y, axes.value)))


def _reshape(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """A shape of numbers suits few samples: it is read off."""
    sampled = sample_results(np.reshape, args, ())
    shape = args[1]
    if isinstance(sampled, Array) or not isinstance(types[0], Array):
        return sampled
    if isinstance(types[1], (Seq, Number)) and not isinstance(shape, Const):
        numbers = types[1].items if isinstance(types[1], Seq) else (types[1],)
        known = [getattr(n, "size", None) for n in numbers]
        return Array(types[0].dtype, tuple(fresh_dim() if k is None else k for k in known))
    if not isinstance(shape, Const):
        return sampled
    sizes = shape.value if isinstance(shape.value, tuple) else (shape.value,)
    if not all(isinstance(n, int) for n in sizes):
        return Unknown()
    return _boxed(Array(types[0].dtype, tuple(fresh_dim() if n == -1 else n for n in sizes)))


def _broadcast_to(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """Of the shape that is asked for, whatever the samples say of sizes that must agree."""
    sampled = sample_results(np.broadcast_to, args, ())
    x, shape = types[0], types[1]
    if not isinstance(sampled, Unknown) or not is_number_like(x) or not isinstance(shape, Seq):
        return sampled
    one = sample_results(np.asarray, (Var("", _shrink(x)),), ())
    sizes = [n.size if isinstance(n, Number) else None for n in shape.items]
    if isinstance(args[1], Const):
        sizes = list(args[1].value)
    if not isinstance(one, Array):
        return sampled
    return _boxed(Array(one.dtype, tuple(fresh_dim() if n is None else n for n in sizes)))


JOINS = {np.concatenate: 0, np.stack: 1, np.array: 1, np.asarray: 1, np.hstack: 0, np.vstack: 0}  # axes more
END_TO_END = (np.concatenate, np.hstack, np.vstack)


def _joined(op: Any, types: list[Type], args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    """Of arrays that are joined only the rank is known, where their sizes must agree but do not show it."""
    sampled = without_number_sizes(sample_results(op, args, kwargs))
    items = types[0].items if isinstance(types[0], Seq) else ()
    ranks = {rank(t) for t in items}
    if op in END_TO_END and items and isinstance(sampled, Array):
        return _end_to_end(op, sampled, items, (*args[1:], *(v for _, v in kwargs)))
    if not isinstance(sampled, Unknown) or not items or not all(isinstance(t, Array) for t in items):
        return sampled
    dtypes = {t.dtype for t in items if isinstance(t, Array)}
    if len(ranks) != 1 or None in ranks or len(dtypes) != 1 or {k for k, _ in kwargs} - {"axis"}:
        return sampled
    if len(args) > 1 and op in (np.array, np.asarray):
        return sampled  # a dtype
    axis = args[1] if len(args) > 1 else dict(kwargs).get("axis", Const(0))
    flat = op is np.concatenate and axis == Const(None)
    n = 1 if flat else max(r for r in ranks if r is not None) + JOINS[op]
    return Array(dtypes.pop(), tuple(fresh_dim() for _ in range(n)))


def _end_to_end(op: Any, joined: Array, items: tuple[Type, ...], options: tuple[Expr, ...]) -> Array:
    """Along the axis of joining the size is the sum of sizes."""
    rows = len(joined.dims or ())
    axis = Const(int(op is np.hstack and rows > 1)) if op is not np.concatenate else options[0] if options else Const(0)
    shapes = [dims_of(t) for t in items]
    if not joined.dims or len(options) > 1 or not isinstance(axis, Const) or type(axis.value) is not int:
        return joined
    place = axis.value % len(joined.dims)
    if not all(s is not None and len(s) == len(joined.dims) for s in shapes):
        return joined
    total = size_of(functools.reduce(plus, (form(s[place]) for s in shapes if s is not None)))
    return replace(joined, dims=(*joined.dims[:place], total, *joined.dims[place + 1 :]))


def _einsum(args: tuple[Expr, ...], types: list[Type]) -> Type:
    spec, shapes = args[0], [dims_of(t) for t in types[1:]]
    known = [s for s in shapes if s is not None]
    if not isinstance(spec, Const) or not isinstance(spec.value, str) or len(known) < len(shapes):
        return Unknown()
    return _product(types[1:], einsum_shape(spec.value, known))


def _unbroadcast(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """Shaped like x, whatever g's samples are: where a size may be 1, the samples are not."""
    g, x = types
    if isinstance(g, Array) and isinstance(x, Array) and g.dims is not None and x.dims:
        return x
    return Unknown() if Unknown() in types else sample_results(helpers.unbroadcast, args, ())


def _like(args: tuple[Expr, ...], types: list[Type]) -> Type:
    return types[0]


def _sum_of_containers(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """Lists of which one has a known length are as long as each other when they are added."""
    if any(isinstance(t, List) for t in types) and all(isinstance(t, (List, Seq)) for t in types):
        return join(*types)
    a, b = types
    if isinstance(a, Dict) and isinstance(b, Dict) and a.cls is b.cls and a.fields == b.fields:
        return Dict(tuple((k, _sum(v, w)) for (k, v), (_, w) in zip(a.entries, b.entries, strict=True)), a.cls)
    return Unknown() if Unknown() in types else sample_results(helpers.add, args, ())


def _sum(a: Type, b: Type) -> Type:
    return _sum_of_containers((Var("", a), Var("", b)), [a, b])


Inference = Callable[[tuple[Expr, ...], list[Type]], Type]

_STRUCTURAL: dict[Op, Inference] = {
    GETITEM: _getitem,
    PACK_TUPLE: lambda args, types: Seq(tuple, tuple(map(_item_type, args, types))),
    PACK_LIST: lambda args, types: Seq(list, tuple(types)),
    PACK_DICT: _pack_dict,
    SLICE: lambda args, types: Opaque(slice),
    SETITEM: _set_item,
    ADDITEM: _like,
    ADD_AT: _like,
    ADD_ITEM: _like,
    POP: lambda args, types: List(element(types[0])),
    APPEND: _append,
    COPY_NAME: _like,
    CONTAINS: lambda args, types: Number("bool"),
    FORMAT: lambda args, types: Opaque(str),
}

def _windows(args: tuple[Expr, ...], types: list[Type]) -> Type:
    t, (turns, size), axis = types[0], (value_of_int(args[2]), value_of_int(args[4])), args[5]
    if not isinstance(t, Array) or t.dims is None or not isinstance(axis, Const):
        return Unknown()
    sizes = [fresh_dim() if s is None or not at_least(s, 0) else s for s in (turns, size)]
    return Array(t.dtype, (sizes[0], *t.dims[: axis.value], sizes[1], *t.dims[axis.value + 1 :]))


def _least_squares(args: tuple[Expr, ...], types: list[Type]) -> Type:
    """How many sums of squares there are is told by the rank."""
    found = without_number_sizes(sample_results(np.linalg.lstsq, args[:2], (("rcond", Const(None)),)))
    if not isinstance(found, Seq):
        return Unknown()
    x, squares, *rest = found.items
    return Seq(tuple, (x, map_dims(squares, lambda _: fresh_dim()), *rest))


_BY_CALL: dict[Any, Inference] = {
    operator.matmul: _matmul,
    np.matmul: _matmul,
    np.dot: _dot,
    np.einsum: _einsum,
    np.reshape: _reshape,
    np.broadcast_to: _broadcast_to,
    helpers.unbroadcast: _unbroadcast,
    helpers.summed_to: _broadcast_to,
    helpers.scatter_last: lambda args, types: types[1],
    helpers.windows: _windows,
    helpers.add_windows: lambda args, types: _product(types[:1], dims_of(types[1])),
    helpers.from_diagonal: lambda args, types: _product(types[:1], dims_of(types[1])),
    # Which of its arguments max returns depends on their values, so the samples must not tell.
    max: lambda args, types: _number(max, args, join(*types)),
    min: lambda args, types: _number(min, args, join(*types)),
    helpers.whole: _like,
    helpers.items_like: lambda args, types: types[1],
    helpers.add: _sum_of_containers,
    np.linalg.lstsq: _least_squares,
    np.shape: _shape,
    np.size: _size,
    np.ndim: lambda args, types: Number("int"),
    len: _len,
    zip: lambda args, types: Opaque(zip),
    enumerate: lambda args, types: Opaque(enumerate),
    reversed: lambda args, types: Opaque(reversed),
    range: lambda args, types: Range(),
    list: lambda args, types: types[0] if types and isinstance(types[0], List) else sample_results(list, args, ()),
    int: lambda args, types: Number("int"),
    helpers.fails: lambda args, types: Number("bool"),
    str: lambda args, types: Opaque(str),
}


def rename_new_symbols(t: Type, mark: int, known: bool = True) -> Type:
    """The type with every symbol made after `mark` replaced by a new one, of which as much is `known`, or nothing."""
    new: dict[Size, Size] = {}

    def rename(size: Size) -> Size:
        if isinstance(size, Dim) and size.symbol > mark:
            return new.setdefault(size, another_dim(size) if known else fresh_dim())
        return size

    return map_dims(t, rename)
