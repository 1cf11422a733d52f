"""Two arrays that are multiplied and summed up, and what does that in NumPy: products of matrices, or stacks of them.

Axes have numbers, the same for both arrays, and None where there is one item. One that both have and that is summed is
gone in the result; the others are the axes of the result, in the order of their numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Size, dims_of

SMALL = 8
"""Below this size of the axis that is summed np.einsum is faster than a stack of products of matrices."""

ALL = slice(None)
FULL = Apply(SLICE, (Const(None), Const(None), Const(None)))
Axes = tuple[int, ...]


class Factor(NamedTuple):
    """An operand, with the number of each of its axes."""

    value: Expr
    numbers: tuple[int | None, ...]

    @property
    def axes(self) -> Axes:
        return tuple(a for a in self.numbers if a is not None)

    @property
    def sizes(self) -> dict[int, Size]:
        pairs = zip(self.numbers, dims_of(expr_type(self.value)) or (), strict=True)
        return {a: size for a, size in pairs if a is not None}

    def size(self, b: Builder, axis: int) -> Atom:
        return b.item(b.call(np.shape, self.value), self.numbers.index(axis))

    def alone(self, b: Builder) -> Expr:
        """The array without the axes of one item."""
        return indexed(b, self.value, [0 if a is None else ALL for a in self.numbers])


class Contraction(NamedTuple):
    """What becomes of the axes.

    Attributes:
      left, right: the operands, that first which has the first of the axes that only one has.
      rows, columns: the axes that only `left` has, and only `right`.
      summed: those that both have, over which the sum goes.
      stacked: those that both have, over which it does not.
    """

    left: Factor
    right: Factor
    rows: Axes
    columns: Axes
    summed: Axes
    stacked: Axes

    @property
    def result(self) -> Axes:
        return tuple(sorted((*self.stacked, *self.rows, *self.columns)))


def contraction(a: Factor, b: Factor, summed: Collection[int]) -> Contraction | None:
    """What `a` and `b` make; None where one alone is summed over an axis, or axes are not known to be equally long."""
    kinds = {t.dtype for t in (expr_type(a.value), expr_type(b.value)) if isinstance(t, Array)}
    if len(kinds) != 1 or not min(kinds).startswith(("float", "complex")):
        return None
    both = sorted(set(a.axes) & set(b.axes))
    if any(a.sizes[i] != b.sizes[i] for i in both) or not set(summed) <= set(both):
        return None
    rows, columns = (tuple(sorted(set(f.axes) - set(both))) for f in (a, b))
    inner, stacked = tuple(i for i in both if i in summed), tuple(i for i in both if i not in summed)
    if rows <= columns:
        return Contraction(a, b, rows, columns, inner, stacked)
    return Contraction(b, a, columns, rows, inner, stacked)


def as_matrices(b: Builder, c: Contraction, shape: Sequence[int | None]) -> Atom | None:
    """The contraction by `@`; None where that is no product of matrices, or no faster than np.einsum.

    `shape`: the axes of the result, with those of one item that it is to have.
    """
    in_order = (*c.stacked, *c.rows, *c.columns) == c.result
    if not c.summed or not (c.rows or c.columns) or not in_order:
        return None
    return _stack_of_products(b, c, shape) if c.stacked else _product(b, c, shape)


def _product(b: Builder, c: Contraction, shape: Sequence[int | None]) -> Atom | None:
    if not c.rows:
        c = c._replace(left=c.right, right=c.left, rows=c.columns, columns=())  # a matrix before a vector
    left, right = _matrix(b, c.left, c.rows, c.summed, True), _matrix(b, c.right, c.columns, c.summed, False)
    if left is None or right is None:
        return None
    product = b.call(operator.matmul, left, right)
    if len(c.rows) <= 1 and len(c.columns) <= 1:
        return indexed(b, product, [None if i is None else ALL for i in shape])
    sizes = [Const(1) if i is None else (c.left if i in c.rows else c.right).size(b, i) for i in shape]
    return b.call(np.reshape, product, b.apply(PACK_TUPLE, sizes))


def _matrix(b: Builder, factor: Factor, kept: Axes, summed: Axes, kept_first: bool) -> Atom | None:
    """The operand with two axes, of what is kept and of what is summed; None where a size may be 0.

    One of which nothing is kept has one axis.
    """
    orders = ((*kept, *summed), (*summed, *kept))
    if factor.axes not in orders:
        if factor.axes == tuple(sorted(factor.axes)):
            return None  # axes of one kind are apart
        factor = _rearranged(b, factor, orders[0])
    if not kept and len(summed) > 1:
        return b.call(np.ravel, factor.value)
    if len(kept) <= 1 and len(summed) <= 1:
        value = factor.alone(b)
    else:
        groups = (kept, summed) if factor.axes == orders[0] else (summed, kept)
        named = 0 if len(groups[0]) == 1 else 1  # the size that is said; the other follows
        if not all(at_least(factor.sizes[i], 1) for i in groups[named]):
            return None
        size: Expr = Const(1)
        for i in groups[named]:
            size = b.call(operator.mul, size, factor.size(b, i))
        sizes = (size, Const(-1)) if named == 0 else (Const(-1), size)
        value = b.call(np.reshape, factor.value, b.apply(PACK_TUPLE, sizes))
    lies_as_asked = not kept or kept_first is (factor.axes == orders[0])
    return value if lies_as_asked else b.call(np.transpose, value)  # type: ignore[return-value]


def _stack_of_products(b: Builder, c: Contraction, shape: Sequence[int | None]) -> Atom | None:
    size = c.left.sizes[c.summed[0]]
    if len(c.summed) > 1 or len(c.rows) > 1 or len(c.columns) > 1 or (isinstance(size, int) and size < SMALL):
        return None
    left, right = _stack(b, c.left, c.stacked, c.rows, c.summed), _stack(b, c.right, c.stacked, c.summed, c.columns)
    product = b.call(operator.matmul, left, right)
    product = indexed(b, product, [*(ALL for _ in c.stacked), ALL if c.rows else 0, ALL if c.columns else 0])
    return indexed(b, product, [None if i is None else ALL for i in shape])


def _stack(b: Builder, factor: Factor, stacked: Axes, rows: Axes, columns: Axes) -> Atom:
    """The operand as a stack of matrices with these axes, one of which may be missing."""
    value = _rearranged(b, factor, (*stacked, *rows, *columns)).value
    return indexed(b, value, [*(ALL for _ in stacked), ALL if rows else None, ALL if columns else None])


def _rearranged(b: Builder, factor: Factor, axes: Axes) -> Factor:
    factor = Factor(factor.alone(b), factor.axes)
    if factor.axes == axes:
        return factor
    order = tuple(factor.axes.index(a) for a in axes)
    if order == tuple(range(len(order)))[::-1]:
        return Factor(b.call(np.transpose, factor.value), axes)
    return Factor(b.call(np.transpose, factor.value, axes=Const(order)), axes)


def as_elementwise(b: Builder, c: Contraction) -> Atom | None:
    """The contraction without sums, as a product of arrays that NumPy broadcasts."""
    return None if c.summed else b.call(operator.mul, *(_spread(b, f, c.result) for f in (c.left, c.right)))


def _spread(b: Builder, factor: Factor, result: Axes) -> Expr:
    factor = _rearranged(b, factor, tuple(sorted(factor.axes)))
    first = next((k for k, axis in enumerate(result) if axis in factor.axes), len(result))
    return indexed(b, factor.value, [ALL if axis in factor.axes else None for axis in result[first:]])


def as_einsum(b: Builder, c: Contraction, shape: Sequence[int | None]) -> Atom | None:
    """Where an axis is stacked. It adds up one by one, which single precision is too short for."""
    if not c.stacked or "float32" in str(expr_type(c.left.value)) or "complex64" in str(expr_type(c.left.value)):
        return None
    left, right, result = ("".join(ascii_lowercase[a] for a in axes) for axes in (c.left.axes, c.right.axes, c.result))
    made = b.call(np.einsum, Const(f"{left},{right}->{result}"), c.left.alone(b), c.right.alone(b))
    return indexed(b, made, [None if i is None else ALL for i in shape])


def indexed(b: Builder, value: Expr, index: Sequence[slice | int | None]) -> Atom:
    """`value[index]`, unless that is all of it."""
    if all(i == ALL for i in index):
        return value  # type: ignore[return-value]
    return b.apply(GETITEM, (value, Apply(PACK_TUPLE, tuple(FULL if i == ALL else Const(i) for i in index))))
