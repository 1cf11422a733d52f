"""The type of an operation's result, found by running the operation on small samples.

Every symbolic size is given two values; a size of the result that equals one symbol plus an offset in
both runs is that symbol plus that offset. The two runs order the symbols oppositely and their
differences are far apart, so that `min(n, m)`, `n // 2` or `n + m` match no symbol and get a new one.
NumPy's own promotion rules come for free, in the version at hand. Results whose size depends on values
(boolean masks, `nonzero`) and slices are not sampled: see `analysis.inference`.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from tangent_ad.ir.instances import children, is_structured, rebuilt
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.types import (
    Array,
    Dict,
    Dim,
    List,
    Number,
    Opaque,
    Range,
    Seq,
    Size,
    Type,
    Unknown,
    fresh_dim,
    join,
    parts,
)  # fmt: skip

FIXED = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), type, np.dtype, np.generic)
MOST_FOUND = 10_000
RUNS = ((7, 18, 21, 34, 35, 36), (38, 30, 28, 13, 6, 4), (2, 3, 5, 4, 8, 6))
"""Sizes for each run. The last ones are small: what fails with them has no type there, and need not have one."""

# What fails only where sizes of its arguments, or of the items of one, are not equal.
AGREE = {
    np.linalg.solve, np.inner, np.vdot, np.repeat, np.take_along_axis, np.interp, np.average, np.select, np.cross,
    np.cov, np.array, np.asarray, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.concatenate,
    np.tensordot, np.sum, np.mean, np.prod, np.max, np.min, np.var, np.std, np.median, getattr(np, "trapezoid", None),
}  # fmt: skip


class CannotSample(Exception):
    """A type has no sample, or there are too many symbols."""


def has_own_operators(value: Any) -> bool:
    """Whether an array is one of a class of its own, as matrices and masked arrays are."""
    return isinstance(value, np.ndarray) and type(value) not in (np.ndarray, np.memmap)


def type_of(value: Any) -> Type:
    """The type of a value known at build time, with its sizes as numbers."""
    return _Matcher({}).type((value,))


_found: dict[Any, Type] = {}


def sample_results(call: Any, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...]) -> Type:
    """The type of `call(*args, **kwargs)`, Unknown where the samples do not tell.

    Where no size is a symbol the answer is kept: most operations are on numbers, or on arrays shrunk to one item.
    """
    symbols = list(dict.fromkeys(s for e in (*args, *(v for _, v in kwargs)) for s in _symbols_of(e)))
    if len(symbols) > len(RUNS[0]):
        return Unknown()
    if symbols:
        return _sampled(call, args, kwargs, symbols)
    try:
        key = (call, *map(_key, args), *((k, _key(v)) for k, v in kwargs))
        if key in _found:
            return _found[key]
    except TypeError:  # something in it has no hash
        return _sampled(call, args, kwargs, symbols)
    t = _sampled(call, args, kwargs, symbols)
    if not any(symbols_in(t)):  # a new size is another one each time
        if len(_found) >= MOST_FOUND:
            _found.clear()
        _found[key] = t
    return t


def _key(expr: Expr) -> Any:
    """Equal for expressions with equal samples; raises TypeError for what may change."""
    if isinstance(expr, Var):
        return expr.type
    if isinstance(expr, Const):
        return _value_key(expr.value)
    return expr.op, expr.type, *map(_key, expr.args), *((k, _key(v)) for k, v in expr.kwargs)


def _value_key(value: Any) -> Any:
    if isinstance(value, tuple):
        return type(value), *map(_value_key, value)
    if isinstance(value, slice):
        return slice, *map(_value_key, (value.start, value.stop, value.step))
    if not isinstance(value, FIXED):
        raise TypeError
    return type(value), value


def _sampled(
    call: Any, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...], symbols: list[int]
) -> Type:
    found = _in_runs(call, args, kwargs, symbols, {})
    if found is not None or not symbols or call not in AGREE:
        return found or Unknown()
    dims = list(dict.fromkeys(s for e in (*args, *(v for _, v in kwargs)) for s in _sizes_of(e)))
    for size, other in itertools.permutations(dims, 2):
        if isinstance(size, Dim) and (isinstance(other, int) or other.symbol != size.symbol):
            found = _in_runs(call, args, kwargs, symbols, {size.symbol: _plus(other, -size.offset)})
            if found is not None:  # it fails unless the two are equal, or one is 1 and goes with all
                alone = _in_runs(call, args, kwargs, symbols, {size.symbol: 1 - size.offset})
                return found if alone is None else join(found, alone)
    return Unknown()


def _in_runs(
    call: Any, args: tuple[Expr, ...], kwargs: tuple[tuple[str, Expr], ...], symbols: list[int], equal: dict[int, Size]
) -> Type | None:
    """The type that all runs agree on, None if they fail. `equal`: sizes that are others."""
    results, columns = [], []
    for number, run in enumerate(RUNS):
        sizes = dict(zip(symbols, run, strict=False))
        for symbol, other in equal.items():
            sizes[symbol] = other if isinstance(other, int) else sizes[other.symbol] + other.offset
        sampler = _Sampler(sizes, number)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                values = [sampler.expr(a) for a in args]
                named = {k: sampler.expr(v) for k, v in kwargs}
                results.append(call(*values, **named))
                columns.append(sizes)
        except Exception:
            if number < 2:
                return None
            break
    if len(results) > 2 and getattr(results[2], "ndim", None) != getattr(results[0], "ndim", None):
        results.pop()  # np.squeeze of a size that is 1
    return _Matcher({s: tuple(c[s] for c in columns[: len(results)]) for s in symbols}).type(tuple(results))


def _plus(size: Size, offset: int) -> Size:
    return size + offset if isinstance(size, int) else Dim(size.symbol, size.offset + offset)


def expr_type(expr: Expr) -> Type:
    if not isinstance(expr, Const):
        return expr.type
    if "type" not in expr.facts:  # a long list takes its time
        expr.facts["type"] = type_of(expr.value)
    return expr.facts["type"]  # type: ignore[no-any-return]


def _symbols_of(expr: Expr) -> Iterable[int]:
    return (size.symbol for size in _sizes_of(expr) if isinstance(size, Dim))


def _sizes_of(expr: Expr) -> Iterable[Size]:
    if isinstance(expr, Apply):
        for operand in expr.operands:
            yield from _sizes_of(operand)
    else:
        yield from sizes_in(expr_type(expr))


def symbols_in(t: Type) -> Iterable[int]:
    return (size.symbol for size in sizes_in(t) if isinstance(size, Dim))


def sizes_in(t: Type) -> Iterable[Size]:
    if isinstance(t, Number) and t.size is not None:
        yield t.size
    elif isinstance(t, Array):
        yield from t.dims or t.either or ()
    elif isinstance(t, Seq):
        yield len(t.items)
    for part in parts(t):
        yield from sizes_in(part)


class _Sampler:
    def __init__(self, sizes: dict[int, int], run: int) -> None:
        self.sizes, self.run = sizes, run

    def size(self, s: Size) -> int:
        value = s if isinstance(s, int) else self.sizes[s.symbol] + s.offset
        if value < 0:
            raise CannotSample
        return value

    def expr(self, expr: Expr) -> Any:
        if isinstance(expr, Const):
            return expr.value
        if isinstance(expr, Apply):
            return expr.op.call(*map(self.expr, expr.args), **{k: self.expr(v) for k, v in expr.kwargs})
        return self.value(expr.type)

    def value(self, t: Type) -> Any:
        if isinstance(t, Number):
            if t.size is not None:
                return self.size(t.size)
            return {"bool": True, "int": 3 + self.run, "float": 0.5, "complex": 0.5 + 0.25j}[t.kind]
        if isinstance(t, Array) and t.dims is not None:
            value = self.array(np.dtype(t.dtype), tuple(map(self.size, t.dims)))
            return value if t.dims or t.boxed else value[()]
        if isinstance(t, Seq) and t.cls in (tuple, list):
            return t.cls(map(self.value, t.items))
        if isinstance(t, List):
            return [self.value(t.item) for _ in range(2 + self.run)]
        if isinstance(t, Dict):
            return rebuilt(t.cls, {k: self.value(v) for k, v in t.entries})
        if isinstance(t, Range):
            return range(3 + self.run)
        raise CannotSample

    def array(self, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Any:
        if int(np.prod(shape)) > 4_000_000:
            raise CannotSample
        if dtype.kind == "b":
            value = np.ones(shape, dtype)
            if self.run == 2 and shape:  # not all that a mask chooses from
                value[:1] = False
        elif dtype.kind in "iu":  # a size, or a place: another one in each run, in bounds of arrays of three items
            value = np.full(shape, 1 + self.run if shape else 3 + self.run, dtype)
        else:
            value = np.full(shape, 0.5, dtype)
            if len(shape) >= 2 and shape[-1] == shape[-2]:  # invertible and positive definite
                value = value + shape[-1] * np.eye(shape[-1], dtype=dtype)
        return value


class _Matcher:
    def __init__(self, sizes: dict[int, tuple[int, ...]]) -> None:
        self.sizes = sizes

    def size(self, values: tuple[int, ...]) -> Size:
        if all(v == values[0] for v in values):
            return values[0]
        for symbol, sizes in self.sizes.items():
            offsets = {v - n for v, n in zip(values, sizes, strict=True)}
            if len(offsets) == 1:
                return Dim(symbol, offsets.pop())
        return fresh_dim()

    def type(self, values: tuple[Any, ...]) -> Type:
        """The type common to the values that the runs gave."""
        first = values[0]
        if any(type(v) is not type(first) for v in values):
            return Unknown()
        if isinstance(first, (bool, int, float, complex)) and type(first) in (bool, int, float, complex):
            return self.number(values)
        if isinstance(first, (np.ndarray, np.generic)) and not has_own_operators(first):
            if any(v.dtype != first.dtype for v in values):
                return Unknown()
            if any(v.ndim != first.ndim for v in values):
                return Array(first.dtype.name, None)
            dims = tuple(self.size(c) for c in zip(*(v.shape for v in values), strict=True))
            return Array(first.dtype.name, dims, isinstance(first, np.ndarray) and not dims)
        if type(first) in (tuple, list) or (hasattr(first, "_fields") and type(first).__module__.startswith("numpy")):
            if any(len(v) != len(first) for v in values):
                return self.list_type(values) if isinstance(first, list) else Unknown()
            return Seq(list if type(first) is list else tuple, tuple(self.type(c) for c in zip(*values, strict=True)))
        if is_structured(first):
            parts = [children(v) or {} for v in values]
            return Dict(tuple((k, self.type(tuple(p[k] for p in parts))) for k in parts[0]), type(first))
        if isinstance(first, range):
            return Range()
        return Opaque(type(first))

    def list_type(self, values: tuple[Any, ...]) -> Type:
        """The type of lists whose lengths differ between runs, by their first items."""
        held = tuple(v[0] for v in values if v)
        if held and len(held) == len(values):
            return List(self.type(held))
        if held and all(type(v) is int for v in held):
            return List(Number("int"))  # a size is known by what it is in all runs
        return List(self.type(held)) if held and isinstance(held[0], (float, np.floating)) else Unknown()

    def number(self, values: tuple[Any, ...]) -> Type:
        kind = type(values[0]).__name__
        if len(values) < 2 or kind != "int" or values[0] == values[1]:
            return Number(kind)
        size = self.size(values)
        return Number("int", size if isinstance(size, Dim) and size.symbol in self.sizes else None)
