"""Slices of which one end moves with the loop: the rows of a triangle.

Before:
    for i in range(n):
        y[i] = L[i, :i] @ x[:i]
        C[i, : i + 1] += A[: i + 1] @ v[i]

After, where all slices lie in the arrays, and what is multiplied by zeros is finite (else the loop: see `choices.py`):
    y[:n] = np.tril(L[:n, : n - 1], -1) @ x[: n - 1]
    C[:n, :n] += np.tril(v[:n] @ A[:n].T)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.indices import ALL, axis_of, index_of, is_all, is_none, is_number, items_of
from tangent_ad.backend.linear import Linear, linear, of_size
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.twins import acts_by_element, check_integers, dtype_of, dtype_of_values, of_arrays
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import ADDITEM, COPY_NAME, GETITEM, PACK_TUPLE, SETITEM, SLICE
from tangent_ad.ir.types import Array, Size, dims_of, rank
from tangent_ad.ir.walk import variables
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

if TYPE_CHECKING:
    from tangent_ad.backend.lift import Lift

FEWEST = 8  # turns for which the whole square is worth it
PRODUCTS = (operator.matmul, np.matmul, np.dot)
HARMLESS = (operator.add, operator.sub, operator.mul, operator.neg)  # of zeros, and of what is finite


@dataclass(frozen=True)
class Edge:
    """Turn t has the places below `first + t`, or from there on if it is `behind`."""

    behind: bool
    first: Linear


@dataclass(frozen=True)
class Ragged:
    """A vector whose length differs between turns.

    Attributes:
      rows: of all turns (turns, width), each as long as the longest; or one (width,) that all are parts of, if `one`.
      clean: whether the rows are zero outside of the triangle.
      source: the array that one row is a part of.
    """

    edge: Edge
    rows: Var
    one: bool = False
    clean: bool = False
    source: Expr | None = None


@dataclass(frozen=True)
class Panel:
    """A matrix of which each turn has a part: rows, or columns if `axis` is 1; a part itself of `source`."""

    edge: Edge
    base: Var
    axis: int
    source: Expr


class Triangles:
    """Values of a loop's body that are parts of a triangle in each turn.

    Attributes:
      items: for each variable its values in all turns.
      bases: the arrays that are sliced, and along which axis.
      finite: those that zeros are multiplied by.
      made, there: the edges of squares that are made of smaller arrays, and of those that arrays of the program have.
    """

    def __init__(self) -> None:
        self.items: dict[Var, Ragged | Panel] = {}
        self.bases: list[tuple[Edge, Expr, int]] = []
        self.finite: list[Expr] = []
        self.made: list[Edge] = []
        self.there: set[Edge] = set()

    def fit(self, space: Space, b: Builder, largest: int) -> Atom:
        """Whether the slices lie in the arrays, and are worth it; no new square has more than `largest` numbers."""
        tests = [b.call(operator.ge, space.atom(space.high.minus(space.low)), Const(FEWEST))]
        sizes: dict[Edge, Expr] = {}
        for edge, base, axis in self.bases:
            size = b.item(b.call(np.shape, base), axis)
            if not edge.behind:
                if not of_size(_size(base, axis)).minus(self.width(space, edge)).at_least(0):
                    tests.append(b.call(operator.ge, size, space.atom(self.width(space, edge))))
            elif sizes.setdefault(edge, size) is not size and _size(base, axis) != _size(*self.first(edge)):
                tests.append(b.call(operator.eq, size, sizes[edge]))
        for edge in dict.fromkeys(e for e in self.made if e not in self.there):
            turns, width = (space.atom(v) for v in (space.high.minus(space.low), self.width(space, edge)))
            tests.append(b.call(operator.le, b.call(operator.mul, turns, width), Const(largest)))
        tests += [b.call(helpers.all_finite, base) for base in dict.fromkeys(self.finite)]
        test = tests[0]
        for other in tests[1:]:
            test = b.call(operator.and_, test, other)
        return test

    def width(self, space: Space, edge: Edge) -> Linear:
        """How many places the longest slice has."""
        if edge.behind:
            return of_size(_size(*self.first(edge))).minus(edge.first)
        return edge.first.plus(space.high.minus(space.low)).minus(1)

    def first(self, edge: Edge) -> tuple[Expr, int]:
        return next((base, axis) for e, base, axis in self.bases if e == edge)

    # -- reading -------------------------------------------------------------------------------------

    def part(self, space: Space, items: tuple[Expr, ...]) -> tuple[int, Edge] | None:
        """The item of an index that is such a slice."""
        found = [(n, edge) for n, item in enumerate(items) if (edge := edge_of(space, item)) is not None]
        return found[0] if len(found) == 1 else None

    def read(self, lift: Lift, target: Var, base: Expr, items: tuple[Expr, ...], source: Expr) -> None:
        """`source`: an array of the shape of `base` that is there before the loop."""
        place, edge = self.part(lift.space, items) or (0, None)
        moving = [n for n, i in enumerate(items) if n != place and lift.varies(i)]
        if edge is None or lift.outer is not None or len(moving) > 1 or any(map(is_none, items)):
            raise Stays("slices of lengths that differ, of which nothing is known")
        if moving:
            rows, _, _ = self.rows(lift, target, base, items, place, edge, moving[0], source)
            self.items[target] = self.cleaned(lift, Ragged(edge, rows))
            return
        axis = axis_of(items, place)
        others = [lift.fixed(i) for i in items]
        others[place] = self.along(lift, edge, source, axis)
        inner = dims_of(target.type) or ()
        left = sum(not is_number(i) for i in items[:place])
        width = self.width(lift.space, edge).size
        t = Array(dtype_of_values(target), tuple(width if n == left else d for n, d in enumerate(inner)))
        if len(inner) > 2 or not isinstance(base, Var):
            raise Stays("slices of lengths that differ, of more than matrices")
        cut = base
        if not all(map(is_all, others)) or len(others) > len(inner):
            cut = lift.b.name(Apply(GETITEM, (base, index_of(others)), (), t), target.hint)
        one = len(inner) == 1
        self.items[target] = Ragged(edge, cut, True, source=base) if one else Panel(edge, cut, left, base)

    def along(self, lift: Lift, edge: Edge, base: Expr, axis: int) -> Expr:
        """The slice of an axis that has all of the turns' slices."""
        self.bases.append((edge, base, axis))
        if edge.behind:
            return ALL if edge.first == Linear() else _slice(lift.space.atom(edge.first), Const(None))
        width = self.width(lift.space, edge)
        if of_size(_size(base, axis)).difference(width) == 0:
            return ALL
        return _slice(Const(None), lift.space.atom(width))

    def rows(
        self, lift: Lift, target: Var, base: Expr, items: tuple[Expr, ...], place: int, edge: Edge, moving: int,
        source: Expr,
    ) -> tuple[Var, Expr, bool]:  # fmt: skip
        """The slices of all turns as rows, the index that they are read at, and whether they are columns there."""
        form, dims = linear(items[moving]), dims_of(expr_type(base))
        if form is None or not is_number(items[moving]) or dims is None or rank(target.type) != 1:
            raise Stays("slices of lengths that differ, at places that do not move as the loop does")
        axis = axis_of(items, moving)
        walk = lift.space.walk(form)
        if walk.flipped or walk.step != 1:
            raise Stays("slices of lengths that differ, backwards or in steps")
        self.there.add(edge)
        made = [lift.fixed(i) for i in items]
        made[moving] = lift.space.slice(walk, dims[axis], base, axis, sure=False) or ALL
        made[place] = self.along(lift, edge, source, axis_of(items, place))
        sizes = (lift.turns, self.width(lift.space, edge).size)
        columns = place < moving
        index = index_of(made)
        whole = all(map(is_all, made)) and len(made) == len(dims)
        t = Array(dtype_of_values(target), sizes[::-1] if columns else sizes)
        cut = base if whole else lift.b.name(Apply(GETITEM, (base, index), (), t), target.hint)
        if columns:
            cut = lift.b.name(Apply(op_of(np.transpose), (cut,), (), Array(t.dtype, sizes)), target.hint)
        if not isinstance(cut, Var):
            raise Stays("slices of an array of the module")
        return cut, ALL if whole else index, columns

    def cleaned(self, lift: Lift, found: Ragged) -> Ragged:
        """With zeros where a turn has no places."""
        if found.clean:
            return found
        rows = self.broad(lift, found)
        k: Atom = Const(0) if found.edge.behind else lift.space.atom(found.edge.first.minus(1))
        cut = np.triu if found.edge.behind else np.tril
        args = (rows,) if k == Const(0) else (rows, k)
        made = lift.b.name(Apply(op_of(cut), args, (), rows.type), rows.hint)
        return Ragged(found.edge, made, clean=True)

    def broad(self, lift: Lift, found: Ragged) -> Var:
        """Its rows, one for each turn."""
        if not found.one:
            return found.rows
        self.made.append(found.edge)
        width = lift.space.atom(self.width(lift.space, found.edge))
        shape = lift.b.apply(PACK_TUPLE, (lift.count(), width))
        t = Array(dtype_of(found.rows.type) or "", self.sizes(lift, found.edge))
        return lift.b.name(Apply(op_of(np.broadcast_to), (found.rows, shape), (), t), found.rows.hint)

    def sizes(self, lift: Lift, edge: Edge) -> tuple[Size, Size]:
        return lift.turns, self.width(lift.space, edge).size

    # -- values --------------------------------------------------------------------------------------

    def let(self, lift: Lift, target: Var, value: Apply) -> None:
        """What is computed of such vectors and matrices: another one, or a vector or number in each turn."""
        if lift.outer is not None:
            raise Stays("slices of lengths that differ, in some turns")
        call, found = value.op.call, [self.items.get(a) for a in value.args if isinstance(a, Var)]
        first = found[0] if found else None
        if value.op is COPY_NAME or (call is np.copy and len(value.operands) == 1):
            assert first is not None
            self.items[target] = first
        elif call is np.transpose and isinstance(first, Panel) and len(value.operands) == 1:
            self.items[target] = replace(first, base=lift.b.call(np.transpose, first.base), axis=1 - first.axis)  # type: ignore[arg-type]
        elif call is np.sum and isinstance(first, Ragged) and len(value.operands) == 1:
            rows = self.cleaned(lift, first).rows
            made = lift.computed(op_of(np.sum), (rows,), target, axis=Const(1))
            lift.rows[target] = lift.named(made, target, ())
        elif call in PRODUCTS and not value.kwargs:
            self.product(lift, target, *value.args)
        else:
            self.elementwise(lift, target, value)

    def elementwise(self, lift: Lift, target: Var, value: Apply) -> None:
        operands = [self.items.get(a) if isinstance(a, Var) else None for a in value.args]
        vectors = [v for v in operands if isinstance(v, Ragged)]
        edges = {v.edge for v in vectors}
        divided = value.op.call is operator.truediv and operands[1] is None
        if value.kwargs or not acts_by_element(value) or not (divided or value.op.call in HARMLESS) or len(edges) != 1:
            raise Stays(f"{value.op.name} of slices whose lengths differ")
        check_integers(value, lift.space.names)
        args: list[Expr] = []
        for arg, own in zip(value.args, operands, strict=True):
            if isinstance(own, Ragged):
                args.append(own.rows)
            elif own is None and rank(expr_type(arg)) == 0:
                args.append(lift.padded(lift.value(arg), 1) if lift.varies(arg) else lift.fixed(arg))
            else:
                raise Stays("slices of lengths that differ, with other arrays")
        one = all(v.one for v in vectors) and not any(
            lift.varies(a) for a, own in zip(value.args, operands, strict=True) if own is None
        )
        sizes = self.sizes(lift, vectors[0].edge)
        if not one and all(v.one for v in vectors):
            self.made.append(vectors[0].edge)
        made = lift.computed(op_of(of_arrays(value)), args, target)
        t = Array(dtype_of_values(target), sizes[1:] if one else sizes)
        rows = lift.b.name(Apply(made.op, made.args, made.kwargs, t), target.hint)
        self.items[target] = Ragged(vectors[0].edge, rows, one)

    def product(self, lift: Lift, target: Var, x: Expr, y: Expr) -> None:
        a, b = (self.items.get(e) if isinstance(e, Var) else None for e in (x, y))
        if isinstance(a, Ragged) and isinstance(b, Ragged) and a.edge == b.edge:
            self.dot(lift, target, a, b)
        elif isinstance(a, Ragged) and isinstance(b, Panel) and (b.axis, b.edge) == (0, a.edge):
            self.contracted(lift, target, a, b)
        elif isinstance(a, Panel) and isinstance(b, Ragged) and (a.axis, a.edge) == (1, b.edge):
            self.contracted(lift, target, b, a)
        elif isinstance(a, Panel) and b is None and a.axis == 0 and rank(expr_type(y)) == 1:
            self.spread(lift, target, a, y)
        elif isinstance(b, Panel) and a is None and b.axis == 1 and rank(expr_type(x)) == 1:
            self.spread(lift, target, b, x)
        else:
            raise Stays("a product of slices whose lengths differ")

    def dot(self, lift: Lift, target: Var, a: Ragged, b: Ragged) -> None:
        if a.one and b.one:
            raise Stays("the sums of the beginnings of a vector")
        if a.one:
            a, b = b, a
        rows = self.cleaned(lift, a).rows
        if b.source is not None:
            self.finite.append(b.source)
            made = lift.computed(op_of(operator.matmul), (rows, b.rows), target)
        else:
            terms = lift.b.call(operator.mul, rows, self.cleaned(lift, b).rows)
            made = lift.computed(op_of(np.sum), (terms,), target, axis=Const(1))
        lift.rows[target] = lift.named(made, target, ())

    def contracted(self, lift: Lift, target: Var, vector: Ragged, panel: Panel) -> None:
        """A vector in each turn: the sum over the places of the triangle."""
        self.finite.append(panel.source)
        base: Atom = panel.base if panel.axis == 0 else lift.b.call(np.transpose, panel.base)
        rows = self.cleaned(lift, vector).rows
        made = lift.computed(op_of(operator.matmul), (rows, base), target)
        lift.rows[target] = lift.named(made, target, dims_of(target.type) or ())

    def spread(self, lift: Lift, target: Var, panel: Panel, vector: Expr) -> None:
        """A number at each place of the triangle."""
        base: Atom = panel.base if panel.axis == 1 else lift.b.call(np.transpose, panel.base)
        one = not lift.varies(vector)
        if not one:
            self.made.append(panel.edge)
        made = lift.computed(op_of(operator.matmul), (lift.value(vector), base), target)
        sizes = self.sizes(lift, panel.edge)
        t = Array(dtype_of_values(target), sizes[1:] if one else sizes)
        rows = lift.b.name(Apply(made.op, made.args, made.kwargs, t), target.hint)
        self.items[target] = Ragged(panel.edge, rows, one)

    # -- writes --------------------------------------------------------------------------------------

    def write(self, lift: Lift, value: Apply, base: Expr, stored: Expr, hint: str, source: Expr) -> Expr:
        """The array after each turn has written a slice of a row, or column, of its own; `source`: as for `read`."""
        items = items_of(value.args[1])
        place, edge = self.part(lift.space, items) or (0, None)
        moving = [n for n, i in enumerate(items) if n != place and lift.varies(i)]
        dtype = dtype_of(expr_type(base))
        if edge is None or dtype is None or lift.outer is not None or len(moving) != 1 or any(map(is_none, items)):
            raise Stays("slices of lengths that differ are written")
        target = Var(hint, Array(dtype, (1,)))
        part, index, columns = self.rows(lift, target, base, items, place, edge, moving[0], source)
        found = self.items.get(stored) if isinstance(stored, Var) else None
        if isinstance(found, Ragged) and found.edge == edge:
            new: Expr = found.rows if value.op is SETITEM else self.cleaned(lift, found).rows
        elif found is None and rank(expr_type(stored)) == 0 and value.op is SETITEM:
            new = lift.padded(lift.value(stored), 1) if lift.varies(stored) else lift.fixed(stored)
        else:
            raise Stays("something else is written into slices of lengths that differ")
        if dtype_of(expr_type(new)) != dtype:
            raise Stays("NumPy promotes arrays differently from numbers here")
        if value.op is SETITEM:
            new = lift.b.call(np.where, self.mask(lift, edge), *((part, new) if edge.behind else (new, part)))
        if columns:
            new = lift.b.call(np.transpose, new)
        if is_all(index):
            return lift.b.call(operator.add, base, new, hint=hint) if value.op is ADDITEM else new
        return lift.b.raw(value.op, (base, index, new), (), hint)

    def mask(self, lift: Lift, edge: Edge) -> Atom:
        """True below the edge."""
        sizes = lift.count(), lift.space.atom(self.width(lift.space, edge))
        k: Atom = Const(-1) if edge.behind else lift.space.atom(edge.first.minus(1))
        t = Array("bool", self.sizes(lift, edge))
        return lift.b.name(Apply(op_of(np.tri), (*sizes, k), (("dtype", Const(np.dtype(bool))),), t), "mask")


def edge_of(space: Space, item: Expr) -> Edge | None:
    """The edge that slices with one moving end go to; None for any other item of an index."""
    if not isinstance(item, Apply) or item.op is not SLICE or item.args[2] not in (Const(None), Const(1)):
        return None
    start, stop, _ = item.args
    behind = stop == Const(None)
    form = linear(start if behind else stop)
    if form is None or not space.moves(form) or (not behind and start not in (Const(None), Const(0))):
        return None
    a, rest = space.by_turn(form)
    first = space.low.plus(rest)
    if a != 1 or space.step != 1 or not first.at_least(0):
        return None
    return Edge(behind, first)


def _slice(start: Atom, stop: Atom) -> Apply:
    return Apply(SLICE, (start, stop, Const(None)))


def _size(base: Expr, axis: int) -> Size:
    dims = dims_of(expr_type(base))
    if dims is None or axis >= len(dims):
        raise Stays("an array of unknown rank")
    return dims[axis]


def reads(triangles: Triangles, value: Apply) -> bool:
    """Whether a value is computed of parts of a triangle."""
    return any(v in triangles.items for v in variables(value))
