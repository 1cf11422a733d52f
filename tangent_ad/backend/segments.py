"""Slices of lengths that differ between turns, one behind the other: the rows of a sparse matrix.

Before:
    for i in range(n):
        y[i] = values[ends[i] : ends[i + 1]] @ x[columns[ends[i] : ends[i + 1]]]

After, where all slices lie in the arrays (else the loop, beside it: see `choices.py`):
    starts, stops = ends[:n], ends[1 : n + 1]
    places = segment_places(starts, stops)      # of all slices
    turns = segment_turns(starts, stops)        # the turn that each place belongs to
    y[:n] = np.bincount(turns, weights=values[places] * x[columns[places]], minlength=n)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.space import Stays
from tangent_ad.backend.twins import acts_by_element, check_integers, dtype_of_values, of_arrays
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.ops import COPY_NAME, GETITEM
from tangent_ad.ir.types import Array, Dim, dims_of, fresh_dim, rank
from tangent_ad.ir.walk import variables
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

if TYPE_CHECKING:
    from tangent_ad.backend.lift import Lift

PRODUCTS = (operator.matmul, np.matmul, np.dot, np.inner, np.vdot)


@dataclass(frozen=True)
class Slices:
    """The slices `starts[i]:stops[i]` in all turns.

    Attributes:
      places, turns: of all items, one slice behind the other, where they are and the turn they belong to.
      size: how many items there are, as a dimension.
    """

    starts: Var
    stops: Var
    places: Var
    turns: Var
    size: Dim


class Segments:
    """Vectors of a loop's body whose lengths differ between turns: for each the items of all turns.

    Attributes:
      slices: the bounds of all of them, which are the same; None before one is read.
      bases: the arrays that they are slices of.
      items: for each vector the array of its items.
    """

    def __init__(self) -> None:
        self.slices: Slices | None = None
        self.bases: list[Expr] = []
        self.items: dict[Var, Var] = {}

    def fit(self, b: Builder, largest: int) -> Atom:
        """Whether the slices lie in the arrays, and are worth it."""
        assert self.slices is not None
        size: Atom = b.call(len, self.bases[0])
        for base in self.bases[1:]:
            size = b.call(min, size, b.call(len, base))
        return b.call(helpers.segments_fit, self.slices.starts, self.slices.stops, size, Const(largest))

    # -- values --------------------------------------------------------------------------------------

    def read(self, lift: Lift, target: Var, base: Expr, part: Apply) -> None:
        """A slice, both ends of which differ between turns."""
        dims = dims_of(expr_type(base))
        if dims is None or len(dims) != 1 or lift.outer is not None or part.args[2] not in (Const(None), Const(1)):
            raise Stays("a slice of which nothing is known")
        starts, stops = (self.ends(lift, end) for end in part.args[:2])
        if self.slices is None:
            size = fresh_dim()
            t = Array(np.arange(2).dtype.name, (size,))
            places = lift.b.name(Apply(op_of(helpers.segment_places), (starts, stops), (), t), "places")
            turns = lift.b.name(Apply(op_of(helpers.segment_turns), (starts, stops), (), t), "turns")
            self.slices = Slices(starts, stops, places, turns, size)
        if (starts, stops) != (self.slices.starts, self.slices.stops):
            raise Stays("slices of several kinds")
        if base not in self.bases:
            self.bases.append(base)
        self.bind(lift, target, Apply(GETITEM, (base, self.slices.places)))

    def ends(self, lift: Lift, end: Expr) -> Var:
        t = expr_type(end)
        rows = lift.value(end) if rank(t) == 0 and lift.varies(end) else end
        t = expr_type(rows)
        if not isinstance(rows, Var) or not isinstance(t, Array) or t.dtype[:3] != "int" or len(t.dims or ()) != 1:
            raise Stays("a slice of which nothing is known")
        return rows

    def let(self, lift: Lift, target: Var, value: Apply) -> None:
        """What is computed of such vectors: another one, or a number in each turn."""
        if lift.outer is not None:
            raise Stays("slices of lengths that differ, in some turns")
        if value.op is COPY_NAME or (value.op.call is np.copy and len(value.operands) == 1):
            self.items[target] = self.of(value.args[0])
        elif value.op is GETITEM:
            self.gathered(lift, target, value)
        elif value.op.call is np.sum and len(value.operands) == 1:
            self.total(lift, target, self.of(value.args[0]))
        elif value.op.call in PRODUCTS and not value.kwargs:
            both = [self.of(a) for a in value.args]
            product = lift.b.call(operator.mul, *both)
            self.total(lift, target, product)
        else:
            self.elementwise(lift, target, value)

    def of(self, expr: Expr) -> Var:
        if not isinstance(expr, Var) or expr not in self.items:
            raise Stays("slices of lengths that differ, with other arrays")
        return self.items[expr]

    def bind(self, lift: Lift, target: Var, value: Apply) -> None:
        assert self.slices is not None
        t = Array(dtype_of_values(target), (self.slices.size,))
        self.items[target] = lift.b.name(Apply(value.op, value.args, value.kwargs, t), target.hint)

    def gathered(self, lift: Lift, target: Var, value: Apply) -> None:
        """Items of an array that is the same in all turns, at places from a slice."""
        base, index = value.args
        t = expr_type(index)
        if lift.varies(base) or rank(expr_type(base)) != 1 or not isinstance(t, Array) or t.dtype[:3] != "int":
            raise Stays("an index into slices of lengths that differ")
        self.bind(lift, target, Apply(GETITEM, (lift.fixed(base), self.of(index))))

    def elementwise(self, lift: Lift, target: Var, value: Apply) -> None:
        if value.kwargs or not acts_by_element(value):
            raise Stays(f"{value.op.name} of slices whose lengths differ")
        check_integers(value, lift.space.names)
        args = [self.operand(lift, a) for a in value.args]
        self.bind(lift, target, lift.computed(op_of(of_arrays(value)), args, target))

    def operand(self, lift: Lift, arg: Expr) -> Expr:
        """A vector's items; a number for each of them; or what is the same for all."""
        if isinstance(arg, Var) and arg in self.items:
            return self.items[arg]
        if rank(expr_type(arg)) != 0:
            raise Stays("slices of lengths that differ, with other arrays")
        if not lift.varies(arg):
            return lift.fixed(arg)
        assert self.slices is not None
        rows = lift.value(arg)
        t = Array(dtype_of_values(arg), (self.slices.size,))  # type: ignore[arg-type]
        return lift.b.name(Apply(GETITEM, (rows, self.slices.turns), (), t), "t")

    def total(self, lift: Lift, target: Var, items: Expr) -> None:
        """The sum of each slice."""
        assert self.slices is not None
        t = expr_type(items)
        if not isinstance(t, Array) or t.dtype != "float64" or rank(target.type) != 0:
            raise Stays("sums of slices that are no floats")
        size = lift.b.call(len, self.slices.starts)
        options = (("weights", items), ("minlength", size))
        lift.rows[target] = lift.named(Apply(op_of(np.bincount), (self.slices.turns,), options), target, ())


def reads(segments: Segments, value: Apply) -> bool:
    """Whether a value is computed of vectors whose lengths differ."""
    return any(v in segments.items for v in variables(value))
