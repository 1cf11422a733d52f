"""A sum over axes of a product of two arrays, of which each lacks axes of the other, is one product of matrices.

    >>> def f(a, w):
    ...     return np.sum(a[:, :, np.newaxis] * w[np.newaxis, :, :], axis=1)
    >>> adjoint(f, a="float64[5, 4]", w="float64[4, 3]")
    func f(a: float64[5, 4], w: float64[4, 3], t_bar: float64[5, 3]):
        ...
        t.3: float64[5, 4, 3] = operator.mul(t.2, t.1)
        t.4: float64[5, 4, 3] = operator.mul(t.2, t)
        w_bar: float64[4, 3] = numpy.sum(t.4, axis=0)
        a_bar: float64[5, 4] = numpy.sum(t.3, axis=2)
        ...
    >>> adjoint(f, "contract", "dead_code", a="float64[5, 4]", w="float64[4, 3]")
    func f(a: float64[5, 4], w: float64[4, 3], t_bar: float64[5, 3]):
        t: float64[4, 5] = numpy.transpose(a)
        w_bar: float64[4, 3] = operator.matmul(t, t_bar)
        t.1: float64[3, 4] = numpy.transpose(w)
        a_bar: float64[5, 4] = operator.matmul(t_bar, t.1)
        t.2: tuple[float64[5, 4], float64[4, 3]] = tuple.pack(a_bar, w_bar)
        yield t.2

The array of all products is never made, and BLAS adds them up. That rounds in another way: only in what is derived,
the user's own values stay as they are to the last bit.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.indices import items, known
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Array, Size, dims_of, is_scalar, may_be_none
from tangent_ad.ir.walk import count_uses, map_stmt, statements

LINEAR = (operator.mul, operator.truediv, operator.add, operator.sub, operator.neg)


class Factor(NamedTuple):
    """An operand as a matrix.

    Attributes:
      value: the array, without the axes of size 1 that it had only to fit the other operand.
      axes: which axes of the product those of `value` are.
      kept: the axes, of the product, that only this operand has.
      summed: those that both have, over which the sum goes.
    """

    value: Expr
    axes: tuple[int, ...]
    kept: tuple[int, ...]
    summed: tuple[int, ...]

    @property
    def sizes(self) -> dict[int, Size]:
        return dict(zip(self.axes, dims_of(expr_type(self.value)) or (), strict=True))

    def size(self, b: Builder, axis: int) -> Atom:
        return b.item(b.call(np.shape, self.value), self.axes.index(axis))

    @property
    def kept_first(self) -> bool:
        return not self.summed or not self.kept or self.kept[-1] < self.summed[0]

    @property
    def is_matrix(self) -> bool:
        """Whether the axes of each kind lie together."""
        return self.kept_first or self.summed[-1] < self.kept[0]


def contract(func: Func, rounds: bool = False) -> Func:
    """Sums of products become products of matrices where their axes allow it: in derived code, with `rounds` in all."""
    lets = {s.target: s for s in statements(func.body) if isinstance(s, Let) and s.target is not None}
    counts = count_uses([func.body])

    def contracted(stmt: Let) -> list[Stmt]:
        return _contracted(stmt, lets, counts) if rounds or stmt.origin.derived else [stmt]

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += contracted(stmt) if isinstance(stmt, Let) else [map_stmt(stmt, lambda e: e, visit)]
        return Block(tuple(stmts), block.results)

    return replace(func, body=visit(func.body))


def _contracted(stmt: Let, lets: Mapping[Var, Let], counts: Mapping[Var, int]) -> list[Stmt]:
    value = stmt.value
    if not isinstance(value, Apply) or value.op.call is not np.sum:
        return [stmt]
    options = dict(value.kwargs)
    axis, keeps = options.pop("axis", Const(None)), options.pop("keepdims", Const(False))
    if options or len(value.args) > 1 or not isinstance(axis, Const) or not isinstance(keeps, Const):
        return [stmt]
    rank = len(dims_of(expr_type(value.args[0])) or ())
    axes = range(rank) if axis.value is None else axis.value if isinstance(axis.value, tuple) else (axis.value,)
    b = Builder(derivative=bool(stmt.origin.derived))
    b.origin = stmt.origin
    summed = frozenset(a % rank for a in axes) if rank else frozenset()
    made = _Sum(b, lets, counts, summed, bool(keeps.value)).of(value.args[0])
    last = None if made is None else b.definition(made)
    if last is None or stmt.target is None:
        return [stmt]
    return [*b.stmts, replace(stmt, value=replace(last, type=stmt.target.type))]


@dataclass(frozen=True)
class _Sum:
    """The sum of what only it reads, over `axes`."""

    b: Builder
    lets: Mapping[Var, Let]
    counts: Mapping[Var, int]
    axes: frozenset[int]
    keeps: bool

    def of(self, expr: Expr) -> Atom | None:
        """The sum without the array that is summed: of terms each for itself, and numbers before it."""
        value = self.lets[expr].value if isinstance(expr, Var) and expr in self.lets else None
        if not isinstance(value, Apply) or self.counts.get(expr) != 1 or value.kwargs:  # type: ignore[arg-type]
            return None
        if value.op.call is operator.mul:
            factors = _factors(value, self.axes, self.lets)
            if factors is not None:
                return _product(self.b, *factors, len(dims_of(value.type) or ()), self.axes, self.keeps)
        summed = [a for a in value.args if not is_scalar(expr_type(a))]
        terms = 2 if value.op.call in (operator.add, operator.sub) else 1
        divides = value.op.call is operator.truediv and value.args[1] in summed
        is_linear = value.op.call in LINEAR and len(summed) == terms and not divides
        mark = len(self.b.stmts)
        sums = {a: self.of(a) for a in summed if is_linear and expr_type(a) == value.type}
        if not is_linear or len(sums) < terms or None in sums.values():
            del self.b.stmts[mark:]
            return None
        return self.b.call(value.op.call, *(sums.get(a, a) for a in value.args))  # type: ignore[arg-type]


def _factors(product: Apply, axes: Collection[int], lets: Mapping[Var, Let]) -> tuple[Factor, Factor] | None:
    """The operands, what is left of which comes first in the result; None where an axis is none of theirs alone."""
    kinds = {t.dtype for t in (product.type, *map(expr_type, product.args)) if isinstance(t, Array)}
    left, right = (() if may_be_none(t := expr_type(a)) else dims_of(t) or () for a in product.args)
    rank = len(dims_of(product.type) or ())
    if len(kinds) != 1 or not min(kinds).startswith(("float", "complex")) or {len(left), len(right)} != {rank}:
        return None
    kept: tuple[list[int], list[int]] = ([], [])
    summed: list[int] = []
    for i, (m, n) in enumerate(zip(left, right, strict=True)):
        if m == 1 and n == 1:
            continue
        if m == n and i in axes:
            summed.append(i)
        elif i in axes or 1 not in (m, n):
            return None  # summed in one operand only, or an axis of both that is not summed
        else:
            kept[m == 1].append(i)
    pairs = zip(product.args, kept, strict=True)
    found = [Factor(*_without_ones(a, lets), tuple(k), tuple(summed)) for a, k in pairs]
    first, second = found if kept[0] <= kept[1] else found[::-1]
    in_order = not first.kept or not second.kept or first.kept[-1] < second.kept[0]
    worth = summed and (kept[0] or kept[1]) and first.is_matrix and second.is_matrix
    return (first, second) if worth and in_order else None


def _without_ones(expr: Expr, lets: Mapping[Var, Let]) -> tuple[Expr, tuple[int, ...]]:
    """What an array was before it got axes of size 1, and which of its axes those were."""
    axes = tuple(range(len(dims_of(expr_type(expr)) or ())))
    while isinstance(expr, Var) and expr in lets:
        value = lets[expr].value
        if not isinstance(value, Apply) or value.op is not GETITEM or not isinstance(expr_type(value.args[0]), Array):
            break
        index = [known(i) for i in items(value.args[1])]
        if not all(i is None or i == slice(None) for i in index):
            break
        expr = value.args[0]
        axes = tuple(a for k, a in enumerate(axes) if k >= len(index) or index[k] is not None)
    return expr, axes


def _product(
    b: Builder, first: Factor, second: Factor, rank: int, summed: Collection[int], keeps: bool
) -> Atom | None:
    """`summed`: all axes of the product that are summed, those of size 1 too."""
    if not first.kept:
        first, second = second, first  # a matrix before a vector
    left, right = _matrix(b, first, kept_first=True), _matrix(b, second, kept_first=False)
    if left is None or right is None:
        return None
    product = b.call(operator.matmul, left, right)
    shape: list[Expr] = []
    for i in range(rank):
        if i in first.kept or i in second.kept:
            shape.append((first if i in first.kept else second).size(b, i))
        elif keeps or i not in summed:
            shape.append(Const(1))
    if len(shape) == len(dims_of(expr_type(product)) or ()):
        return product
    if len(first.kept) <= 1 and len(second.kept) <= 1:  # only axes of size 1 are missing
        index = tuple(None if n == Const(1) else slice(None) for n in shape)
        return b.apply(GETITEM, (product, Const(index)))
    return b.call(np.reshape, product, b.apply(PACK_TUPLE, shape))


def _matrix(b: Builder, factor: Factor, kept_first: bool) -> Atom | None:
    """The operand with two axes, of what is kept and of what is summed; None where a size may be 0.

    One of which nothing is kept has one axis.
    """
    if not factor.kept:
        return b.call(np.ravel, factor.value) if len(factor.axes) > 1 else factor.value  # type: ignore[return-value]
    groups = (factor.kept, factor.summed) if factor.kept_first else (factor.summed, factor.kept)
    value: Expr = factor.value
    if len(groups[0]) > 1 or len(groups[1]) > 1 or len(factor.axes) != 2:
        named = 0 if len(groups[0]) == 1 else 1  # the size that is said; the other follows
        if not all(at_least(factor.sizes[i], 1) for i in groups[named]):
            return None
        size: Expr = Const(1)
        for i in groups[named]:
            size = b.call(operator.mul, size, factor.size(b, i))
        shape = (size, Const(-1)) if named == 0 else (Const(-1), size)
        value = b.call(np.reshape, value, b.apply(PACK_TUPLE, shape))
    return value if factor.kept_first is kept_first else b.call(np.transpose, value)  # type: ignore[return-value]
