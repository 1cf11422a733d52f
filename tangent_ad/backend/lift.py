"""All turns of a loop at once: each value of its body becomes an array with an axis of turns in front.

Before:
    for i in range(n):
        t = x[i] * c
        u = np.sin(t) + row          # row: an array made outside

After:
    t = x * c
    u = np.sin(t)[:, None] + row
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import true_items
from tangent_ad.backend import segments, triangles
from tangent_ad.backend.axes import lift_along_axes, shape_of_turn, surely_fits
from tangent_ad.backend.indices import ALL, axis_of, index_of, is_all, is_none, is_number, items_of
from tangent_ad.backend.linear import Linear, is_int, linear, of_size
from tangent_ad.backend.segments import Segments
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.triangles import Triangles
from tangent_ad.backend.twins import (
    TOTAL,
    acts_by_element,
    check_integers,
    dtype_of,
    dtype_of_values,
    of_arrays,
    raising,
)
from tangent_ad.backend.windows import Seen, windows_of
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Let, Op, Var
from tangent_ad.ir.ops import COPY_NAME, GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Number, Seq, Size, Type, dims_of, rank
from tangent_ad.ir.walk import variables
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

ONE = Const(1)


@dataclass(frozen=True)
class Cut:
    """`base[items]`, all that an index meets: `axis` is that of the turns, from high to low if `flipped`."""

    items: tuple[Expr, ...]
    axis: int
    flipped: bool
    axes: int


class Lift:
    """The values of a loop's body in all turns, or in those of a mask.

    Attributes:
      rows: for each variable of the body that differs between turns, the array of its values.
      ones: of those that do not, but must not be read before it is known that there are turns, arrays of one value.
      same: variables of the body that do not.
      deepest: how many axes the loop's own arrays have at most; temporaries get no more.
      turns: the number of turns as a dimension.
      wide: views that show places of an array more than once, and how often.
      segments: vectors whose lengths differ between turns.
      triangles: those that are rows of a triangle.
      outer, mask: for the turns that take a branch, those they are chosen from, and which they are.
    """

    def __init__(self, space: Space, builder: Builder, deepest: int) -> None:
        self.space, self.b, self.deepest = space, builder, deepest
        self.rows: dict[Var, Var] = {}
        self.ones: dict[Var, Var] = {}
        self.same: dict[Var, Atom] = {}
        self.numbers: dict[Linear, Var] = {}
        self.turns: Size = space.size
        self.wide: dict[Var, Seen] = {}
        self.segments = Segments()
        self.triangles = Triangles()
        self.outer: Lift | None = None
        self.mask: Var | None = None

    def under(self, mask: Var) -> Lift:
        """The same loop in the turns where `mask` holds."""
        inner = Lift(self.space, self.b, self.deepest)
        inner.outer, inner.mask, inner.turns = self, mask, true_items(mask)
        inner.same, inner.wide = self.same, self.wide
        inner.segments, inner.triangles = self.segments, self.triangles
        return inner

    # -- values --------------------------------------------------------------------------------------

    def varies(self, expr: Expr) -> bool:
        return any(self.is_row(v) for v in variables(expr))

    def is_row(self, v: Var) -> bool:
        own = v in self.rows or v in self.ones or self.differs_in_length(v)
        if own or (self.outer is not None and self.outer.is_row(v)):
            return True
        form = linear(v)
        return form is not None and self.space.moves(form)

    def differs_in_length(self, v: Var) -> bool:
        return v in self.segments.items or v in self.triangles.items

    def fixed(self, expr: Expr) -> Expr:
        """An expression that is the same in all turns, in terms of what is known outside the loop."""
        if isinstance(expr, Var):
            return self.same.get(expr, expr)
        if isinstance(expr, Apply):
            return Apply(expr.op, tuple(map(self.fixed, expr.args)), expr.kwargs, expr.type)
        return expr

    def value(self, expr: Expr) -> Expr:
        """The array of an atom's values, or the atom itself if they are all the same."""
        return self.row(expr) if isinstance(expr, Var) and self.is_row(expr) else self.fixed(expr)

    def jumps(self, expr: Expr) -> bool:
        """Whether a number differs between turns, and not as the counter does."""
        form = linear(expr)
        return self.varies(expr) and (form is None or not self.space.moves(form))

    def row(self, var: Var) -> Var:
        if var not in self.rows:
            if self.differs_in_length(var):
                raise Stays("slices of lengths that differ, as a whole")
            if var in self.ones:
                self.rows[var] = self.repeated(self.ones[var])
            elif self.outer is not None:
                self.rows[var] = self.pick(self.outer.row(var))
            else:
                form = linear(var)
                assert form is not None
                if form not in self.numbers:
                    self.numbers[form] = self.space.numbers(form)
                return self.numbers[form]
        return self.rows[var]

    def count(self) -> Atom:
        """The number of turns."""
        span = self.space.high.minus(self.space.low)
        if self.space.step != 1:
            raise Stays("a number of turns that cannot be computed here")
        turns = self.space.atom(span)
        return turns if span.at_least(0) else self.b.call(max, turns, Const(0))

    def at_most_one(self) -> Atom:
        """1 if the loop has turns, else 0."""
        sure = self.space.high.minus(self.space.low).at_least(1)
        return ONE if sure else self.b.call(min, self.count(), Const(1))

    def repeated(self, one: Var) -> Var:
        """The values in all turns, of which there is one."""
        assert isinstance(one.type, Array) and one.type.dims is not None
        shape = self.b.call(np.shape, one)
        sizes = (self.count(), *(self.b.item(shape, n) for n in range(1, len(one.type.dims))))
        whole = Apply(op_of(np.broadcast_to), (one, self.b.apply(PACK_TUPLE, sizes)))
        return self.b.name(replace(whole, type=Array(one.type.dtype, (self.turns, *one.type.dims[1:]))), one.hint)

    def pick(self, rows: Var) -> Var:
        """Of the values in the outer turns those in the turns at hand."""
        assert self.mask is not None and isinstance(rows.type, Array) and rows.type.dims is not None
        t = Array(rows.type.dtype, (self.turns, *rows.type.dims[1:]))
        return self.b.name(Apply(GETITEM, (rows, self.mask), (), t), rows.hint)

    def named(self, value: Expr, target: Var, inner: tuple[Size, ...]) -> Var:
        """Bind the values of `target` in all turns."""
        assert isinstance(value, Apply)
        t = Array(dtype_of_values(target), (self.turns, *inner))
        return self.b.name(Apply(value.op, value.args, value.kwargs, t), target.hint)

    # -- statements ----------------------------------------------------------------------------------

    def let(self, target: Var, value: Expr) -> None:
        if not isinstance(value, Apply):
            if isinstance(value, Var) and self.is_row(value):
                self.rows[target] = self.row(value)
            else:
                self.same[target] = self.fixed(value)  # type: ignore[assignment]
            return
        form = linear(target)
        if form is not None and self.space.moves(form):
            return  # a sum of counters: known by its form
        if not self.varies(value):
            self.hoist(target, value)
        elif segments.reads(self.segments, value):
            self.segments.let(self, target, value)
        elif triangles.reads(self.triangles, value):
            self.triangles.let(self, target, value)
        elif value.op is COPY_NAME or (value.op.call is np.copy and len(value.operands) == 1):
            self.let(target, value.args[0])
        elif value.op.call is np.shape:
            self.same[target] = shape_of_turn(self, value)
        elif value.op is GETITEM:
            self.item(target, value)
        elif not lift_along_axes(self, target, value):
            self.elementwise(target, value)

    def hoist(self, target: Var, value: Apply) -> None:
        """What is the same in all turns is computed once, if it cannot fail where the loop would not have run."""
        if value.op is GETITEM and isinstance(expr_type(value.args[0]), Array):
            self.fixed_item(target, value)
            return
        types = [expr_type(a) for a in value.args]
        fits = value.op.call is np.reshape and surely_fits(self, value)
        of_tuple = value.op is GETITEM and isinstance(types[0], Seq) and isinstance(value.args[1], Const)
        counted = value.op.call in (min, max, np.ones, np.arange) and all(map(is_int, value.args))
        harmless = fits or of_tuple or counted or value.op.call in (*TOTAL, np.transpose)
        elementwise = acts_by_element(value) and any(isinstance(t, Array) for t in types)
        runs = elementwise or (self.at_most_one() == ONE and acts_by_element(value))
        sure = harmless or value.op is PACK_TUPLE or (runs and self.outer is None)
        if not sure and self.may_be_alone(value, types):
            self.alone(target, value)
            return
        if value.kwargs or not sure:
            raise Stays(f"{value.op.name} before the loop")
        made = self.fixed(value)
        assert isinstance(made, Apply)
        var = self.b.name(made, target.hint)
        self.space.names.see(var)
        self.same[target] = var

    def may_be_alone(self, value: Apply, types: list[Type]) -> bool:
        """Whether it is of floats, and only not computed before the loop because it may fail there."""
        rows = [(a, t) for a, t in zip(value.args, types, strict=True) if not isinstance(a, Const)]
        floats = bool(rows) and all(isinstance(t, Number) and t.kind == "float" and not t.whole for _, t in rows)
        return floats and self.outer is None and not value.kwargs and acts_by_element(value)

    def alone(self, target: Var, value: Apply) -> None:
        """What may fail is computed as NumPy does it, of arrays of one item, and checked if the loop has turns."""
        here, args = self.b.call(np.ones, Const(1)), []
        for arg in value.args:
            own = Var(arg.hint, arg.type) if isinstance(arg, Var) else arg
            if isinstance(own, Var):
                self.ones[own] = self.b.call(operator.mul, self.fixed(arg), here, hint=own.hint)  # type: ignore[assignment]
            args.append(own)
        self.elementwise(target, replace(value, args=tuple(args)), self.at_most_one())

    def elementwise(self, target: Var, value: Apply, turns: Atom = ONE) -> None:
        """`turns`: of what is checked; without any it does not count."""
        if value.kwargs or not acts_by_element(value):
            raise Stays(f"{value.op.name} of values that differ between turns")
        types = [expr_type(a) for a in value.args]
        ranks = [rank(t) for t in (*types, target.type)]
        if None in ranks:
            raise Stays("a value of unknown rank")
        check_integers(value, self.space.names)
        inner = max(r for r in ranks[:-1] if r is not None)
        alone = all(a in self.ones for a in value.args if self.varies(a))
        args = self.operands(value.args, inner)
        whole = [dims_of(t) == dims_of(target.type) for a, t in zip(value.args, types, strict=True) if self.varies(a)]
        if inner > 0 and not any(whole) and inner + 1 > self.deepest:
            raise Stays("it would make an array larger than those of the loop")
        made = self.computed(op_of(of_arrays(value)), args, target)
        if alone:
            t = Array(dtype_of_values(target), (1, *(dims_of(target.type) or ())))
            result = self.ones[target] = self.b.name(replace(made, type=t), target.hint)
        else:
            result = self.rows[target] = self.named(made, target, dims_of(target.type) or ())
        scalar = raising(value, types)
        if scalar is not None and not (value.op.call is operator.truediv and self.is_positive(value.args[1])):
            self.check_like(Const(scalar), (result, *args), turns)

    def check_like(self, scalar: Expr, operands: Iterable[Expr], turns: Expr) -> None:
        """Raise what the loop would have raised."""
        counted = () if turns == ONE else (("turns", turns),)
        self.b.effect(op_of(helpers.raise_like), (scalar, *operands), counted)

    def is_positive(self, divisor: Expr) -> bool:
        """Whether an int is not 0 if the loop has turns: the n of `for i in range(n)` is not."""
        form = linear(divisor)
        counts = form is not None and self.space.low.at_least(0) and form.minus(self.space.high).at_least(0)
        return form is not None and (counts or form.at_least(1))

    def operands(self, args: tuple[Expr, ...], inner: int) -> list[Expr]:
        """Arrays that NumPy broadcasts turn by turn to so many axes."""
        made = []
        for arg in args:
            rows = self.ones[arg] if arg in self.ones else self.value(arg)  # type: ignore[index]
            made.append(self.padded(rows, inner - (rank(expr_type(arg)) or 0)) if self.varies(arg) else rows)
        return made

    def effect(self, value: Expr) -> None:
        """Checks that were made for loops inside this one."""
        if not isinstance(value, Apply):
            raise Stays("a statement that has to be done turn by turn")
        if value.op.call is helpers.raise_like:
            result = value.args[1]
            inner = rank(expr_type(result))
            if inner is None or (not self.varies(result) and self.outer is not None):
                raise Stays("a check of which nothing is known")
            counted = self.fixed(dict(value.kwargs).get("turns", Const(1)))
            if not self.varies(result) and self.at_most_one() != ONE:
                counted = self.b.call(operator.mul, counted, self.at_most_one())
            self.check_like(value.args[0], self.operands(value.args[1:], inner), counted)
        elif value.op.call is helpers.check_bounds and not self.varies(value) and self.outer is None:
            turns: Atom = self.space.atom(self.space.high.minus(self.space.low))
            if len(value.args) > 3:
                if not self.space.high.minus(self.space.low).at_least(0):
                    raise Stays("loops that may have no turns")
                turns = self.b.call(operator.mul, turns, self.fixed(value.args[3]))
            self.b.effect(value.op, (*map(self.fixed, value.args[:3]), turns))
        else:
            raise Stays("a statement that has to be done turn by turn")

    def computed(self, op: Op, args: Iterable[Expr], target: Var, **options: Expr) -> Apply:
        """An operation on arrays. Raises Stays unless it has the dtype of the loop's numbers."""
        outer = self.b.open()
        made = self.b.raw(op, args, tuple(options.items()), target.hint)
        *before, last = self.b.close(outer)
        t = expr_type(made)
        if before or not isinstance(t, Array) or t.dtype != dtype_of(target.type):
            raise Stays("NumPy promotes arrays differently from numbers here")
        assert isinstance(last, Let) and isinstance(last.value, Apply)
        return last.value

    def padded(self, rows: Expr, axes: int) -> Expr:
        """With so many axes of size 1 behind the axis of turns."""
        if axes == 0:
            return rows
        return self.b.raw(GETITEM, (rows, index_of((ALL, *(Const(None),) * axes))))

    # -- reading -------------------------------------------------------------------------------------

    def item(self, target: Var, value: Apply) -> None:
        base, index = value.args
        if not isinstance(expr_type(base), Array):
            raise Stays("an item of a tuple, list or dict that differs between turns")
        if isinstance(base, Var) and self.is_row(base):
            if self.varies(index):
                raise Stays("an index into a value that differs between turns")
            items = (ALL, *map(self.fixed, items_of(index)))
            made = Apply(GETITEM, (self.value(base), index_of(items)))
            self.rows[target] = self.named(made, target, dims_of(target.type) or ())
            return
        items = items_of(index)
        if self.triangles.part(self.space, items) is not None:
            self.triangles.read(self, target, self.fixed(base), items, self.fixed(base))
            return
        place = self.moving_item(items)
        form = linear(items[place])
        part = items[place]
        if isinstance(part, Apply) and len(items) == 1 and any(map(self.jumps, part.args[:2])):
            self.segments.read(self, target, self.fixed(base), part)
        elif isinstance(part, Apply):
            self.rows[target] = self.windows(base, items, place, target)
        elif form is not None and self.space.moves(form):
            self.rows[target] = self.read(self.fixed(base), index, target)
        else:
            self.rows[target] = self.gathered(self.fixed(base), index, target)

    def read(self, base: Expr, index: Expr, target: Var, sure: bool = False) -> Var:
        """`base[index]` in all turns, where the index moves with the counter."""
        if self.outer is not None:
            self.check_others(base, index)
            return self.pick(self.outer.read(base, index, target, sure=True))
        inner = dims_of(target.type)
        if inner is None:
            raise Stays("an array of unknown rank")
        cut = self.cut(base, index, sure)
        t = Array(dtype_of_values(target), (*inner[: cut.axis], self.turns, *inner[cut.axis :]))
        rows = base
        if isinstance(base, Const):  # an array of the user's module
            rows = self.b.name(Apply(COPY_NAME, (base,), (), t), target.hint)
        if not all(map(is_all, cut.items)):
            rows = self.b.name(Apply(GETITEM, (rows, index_of(cut.items)), (), t), target.hint)
        if cut.flipped:
            rows = self.flipped(rows, cut.axis, t, target.hint)
        rows = self.front(rows, cut.axis, Array(t.dtype, (self.turns, *inner)), target.hint)
        assert isinstance(rows, Var)
        return rows

    def check_others(self, base: Expr, index: Expr) -> None:
        """In a branch that no turn may take, the axes along which nothing moves must be long enough."""
        dims, items = dims_of(expr_type(base)), items_of(index)
        for n, item in enumerate(items):
            axis = axis_of(items, n)
            if is_number(item) and not self.varies(item) and (
                dims is None or axis >= len(dims) or not self.in_bounds(item, dims[axis])
            ):
                raise Stays("an index that may be out of bounds in a branch")

    def windows(self, base: Expr, items: tuple[Expr, ...], place: int, target: Var) -> Var:
        """`base[i : i + 3]` in all turns."""
        if self.outer is not None:
            return self.pick(self.outer.windows(base, items, place, target))
        array = self.fixed(base)
        found = windows_of(self, array, items, place)
        made = self.named(found.read(self, array, target), target, dims_of(target.type) or ())
        self.deepest = max(self.deepest, rank(made.type) or 0)
        if found.overlap:
            self.wide[made] = Seen(array, index_of(found.items)).times(self.space.atom(found.size))
        return made

    def cut(self, base: Expr, index: Expr, sure: bool) -> Cut:
        """The part of an array that an index walks through in all turns."""
        dims, items = dims_of(expr_type(base)), items_of(index)
        if dims is None:
            raise Stays("an array of unknown rank")
        place = self.moving_item(items)
        form, axis = linear(items[place]), axis_of(items, place)
        if form is None or axis >= len(dims):
            raise Stays("an index of which nothing is known")
        walk = self.space.walk(form)
        found = self.space.slice(walk, dims[axis], base, axis, sure)
        others = [self.fixed(i) for i in items]
        others[place] = ALL if found is None else found
        if any(isinstance(i, Const) and i.value is Ellipsis for i in others):
            raise Stays("an ellipsis in an index")
        position = sum(not is_number(i) for i in others[:place])
        rest = len(dims) - sum(not is_none(i) for i in others)
        while is_all(others[-1]) and len(others) > 1:
            others.pop()
        return Cut(tuple(others), position, walk.flipped, sum(not is_number(i) for i in items) + rest)

    def flipped(self, rows: Expr, axis: int, t: Type, hint: str) -> Var:
        back = (*(ALL,) * axis, Apply(SLICE, (Const(None), Const(None), Const(-1))))
        return self.b.name(Apply(GETITEM, (rows, index_of(back)), (), t), hint)

    def front(self, rows: Expr, position: int, t: Array, hint: str) -> Expr:
        """The axis of turns comes first."""
        if position == 0:
            return rows
        if position == 1 and len(t.dims or ()) == 2:
            return self.b.name(Apply(op_of(np.transpose), (rows,), (), t), hint)
        return self.b.name(Apply(op_of(np.moveaxis), (rows, Const(position), Const(0)), (), t), hint)

    def gathered(self, base: Expr, index: Expr, target: Var) -> Var:
        """`base[index[i]]`: NumPy itself checks the indices."""
        rows = self.value(index)
        t = expr_type(rows)
        if not isinstance(index, Var) or not isinstance(t, Array) or t.dtype[:3] != "int" or len(t.dims or ()) != 1:
            raise Stays("an index that is not a sum of counters")
        return self.named(Apply(GETITEM, (base, rows)), target, dims_of(target.type) or ())

    def moving_item(self, items: tuple[Expr, ...]) -> int:
        moving = [n for n, i in enumerate(items) if self.varies(i)]
        if len(moving) != 1:
            raise Stays("several indices that move at once")
        if any(isinstance(i, Var) and isinstance(i.type, Array) and n != moving[0] for n, i in enumerate(items)):
            raise Stays("an index that is an array")
        return moving[0]

    def unsure_item(self, items: tuple[Expr, ...], dims: tuple[Size, ...]) -> tuple[int, int] | None:
        """The item of a fixed index, and its axis, that is not sure to be in bounds; None if all are."""
        axis, found = 0, []
        for n, item in enumerate(items):
            if (isinstance(item, Const) and item.value is Ellipsis) or axis >= len(dims):
                raise Stays("an ellipsis in an index")
            if is_number(item) and not self.in_bounds(item, dims[axis]):
                found.append((n, axis))
            axis += not is_none(item)
        if len(found) > 1:
            raise Stays("an index that may be out of bounds")
        return found[0] if found else None

    def in_bounds(self, item: Expr, size: Size) -> bool:
        form, length = linear(item), of_size(size)
        inside = form is not None and form.at_least(0) and length.minus(form).at_least(1)
        from_end = form is not None and form.plus(1).times(-1).at_least(0) and length.plus(form).at_least(0)
        return inside or from_end

    def fixed_item(self, target: Var, value: Apply) -> None:
        """An item that all turns read; where the array may be too short for it, the loop's turns are counted first."""
        base, index = self.fixed(value.args[0]), value.args[1]
        dims, items = dims_of(expr_type(base)), items_of(index)
        if dims is None:
            raise Stays("an array of unknown rank")
        unsure = self.unsure_item(items, dims)
        if unsure is None:
            self.same[target] = self.b.name(Apply(GETITEM, (base, self.fixed(index)), (), target.type), target.hint)
            return
        inner = dims_of(target.type) or ()
        place = self.checked_place(base, items, unsure)
        position = sum(not is_number(i) for i in items[: unsure[0]])
        t = Array(dtype_of_values(target), (*inner[:position], 1, *inner[position:]))
        rows = self.b.name(Apply(GETITEM, (base, place), (), t), target.hint)
        made = self.front(rows, position, Array(t.dtype, (1, *inner)), target.hint)
        assert isinstance(made, Var)
        self.ones[target] = made

    def checked_place(self, base: Expr, items: tuple[Expr, ...], unsure: tuple[int, int]) -> Expr:
        """`w[2]` as `w[2:3]`, after a check that it is there if the loop has turns: without any it is not read."""
        n, axis = unsure
        k = items[n].value if isinstance(items[n], Const) else None  # type: ignore[union-attr]
        if type(k) is not int or k < 0 or self.outer is not None:
            raise Stays("an index that may be out of bounds")
        size = self.b.item(self.b.call(np.shape, base), axis)
        turns = self.space.atom(self.space.high.minus(self.space.low))
        self.b.effect(op_of(helpers.check_bounds), (Const(0), Const(k + 1), size, turns))
        made = [self.fixed(i) for i in items]
        made[n] = Apply(SLICE, (Const(k), Const(k + 1), Const(None)))
        return index_of(made)
