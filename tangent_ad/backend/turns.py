"""A loop whose turns do not depend on each other, as statements without the loop.

Before:
    for i in range(n):
        t = x[i] * c
        if t > 0.0:
            y[i] = t
        s += t

After:
    t = x * c
    mask = t > 0.0
    y[mask] = t[mask]
    s += np.sum(t)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.analysis.indices import is_int
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.one_arm import asked_by_one_arm
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.carried import Carried, Scan, Sum, Written
from tangent_ad.backend.choices import AtOnce
from tangent_ad.backend.indices import index_of, is_all, is_none, is_number, items_of
from tangent_ad.backend.lift import Cut, Lift
from tangent_ad.backend.linear import Names, linear
from tangent_ad.backend.space import Space, Stays
from tangent_ad.backend.twins import dtype_of
from tangent_ad.backend.windows import windows_of
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Block, Const, Expr, For, If, Let, Stmt, Var
from tangent_ad.ir.ops import ADD_AT, ADDITEM, CHAIN, GETITEM, SETITEM
from tangent_ad.ir.types import Array, Number, Seq, dims_of, rank
from tangent_ad.ir.walk import block_uses, free_variables, statements, variables
from tangent_ad.rules.declare import op_of

FEW = 8  # turns known at build time that are faster one by one
CONVERT = {"float": float, "int": int}


def at_once(loop: For, names: Names, builder: Builder) -> AtOnce:
    """Write all turns of a loop as statements.

    Raises:
      Stays: they may depend on each other, or NumPy has no way to say it.
    """
    if loop.stops:
        raise Stays("a break")
    arrays = [v.type for v in {*block_uses(loop.body), *variables(loop.iterable)} if isinstance(v.type, Array)]
    space = Space(loop, names, builder, (size for t in arrays for size in t.dims or ()))
    if isinstance(space.size, int) and space.size < FEW:
        raise Stays("a few turns are faster one by one")
    turns = _Turns(loop, space, builder)
    return AtOnce(turns.run(), space, tuple(turns.lift.wide.values()), tuple(turns.rows), turns.lift.segments,
                  turns.lift.triangles)  # fmt: skip


@dataclass
class _Term:
    """What the turns add to a sum."""

    op: object
    value: Expr
    rows: bool


class _Turns:
    def __init__(self, loop: For, space: Space, builder: Builder) -> None:
        self.loop, self.space, self.b = loop, space, builder
        self.carried = Carried(loop, space)
        self.inits = dict(zip(loop.params, loop.inits, strict=True))
        self.states: dict[Var, Expr] = dict(self.inits)  # of arrays: each version after the writes of all turns
        self.terms: dict[Var, list[_Term]] = {p: [] for p in loop.params}
        self.lift = Lift(space, builder, self.deepest())
        self.rows: list[Expr] = []
        self.masks: dict[Lift, Var] = {}
        self.scans = {a.scan: a for a in self.carried.arrays.values() if a.scan is not None}

    def deepest(self) -> int:
        ranks = [rank(s.value.args[0].type) for s in statements(self.loop.body)
                 if isinstance(s, Let) and isinstance(s.value, Apply) and s.value.op in (GETITEM, SETITEM, ADDITEM)
                 and isinstance(s.value.args[0], Var) and isinstance(s.value.args[0].type, Array)]  # fmt: skip
        return max((r for r in ranks if r is not None), default=1)

    def run(self) -> dict[Var, Expr]:
        self.elements()
        self.block(self.loop.body, self.lift)
        found: dict[Var, Expr] = {}
        for param, result, target in zip(self.loop.params, self.loop.body.results, self.loop.targets, strict=True):
            written = param in self.carried.arrays
            found[target] = self.states[result] if written else self.total(param, target)  # type: ignore[index]
        return found

    def elements(self) -> None:
        """Arrays that the loop iterates over are their items' values in all turns."""
        if self.space.elements and self.space.descends and self.loop.index in set(block_uses(self.loop.body)):
            raise Stays("it reads the number of the turn")
        for place, array in self.space.elements.items():
            if place == ():
                self.lift.rows[self.loop.elem] = array
        if () in self.space.elements or not self.space.elements:
            return
        for stmt in self.loop.body.stmts:
            if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and self.loop.elem in variables(stmt.value):
                key = stmt.value.args[1] if stmt.value.op is GETITEM else None
                if not isinstance(key, Const) or stmt.target is None or (key.value,) not in self.space.elements:
                    raise Stays("an element that is used as a whole")
                self.lift.rows[stmt.target] = self.space.elements[(key.value,)]

    # -- statements ----------------------------------------------------------------------------------

    def block(self, block: Block, lift: Lift) -> None:
        guarded = asked_by_one_arm(block)
        for stmt in block.stmts:
            self.b.origin = stmt.origin
            if isinstance(stmt, Let) and stmt.target is not None:
                self.let(stmt, stmt.target, lift)
            elif isinstance(stmt, Let):
                lift.effect(stmt.value)
            elif isinstance(stmt, If):
                self.branch(stmt, lift, guarded.get(stmt, ([], [])))
            else:
                raise Stays("a statement that has to be done turn by turn")

    def let(self, stmt: Let, target: Var, lift: Lift) -> None:
        value = stmt.value
        if target in lift.rows:
            return
        if isinstance(value, Apply) and target in self.carried.arrays:
            self.states[target] = self.write(self.carried.arrays[target], value, lift)
        elif any(target is scan.read.target for scan in self.scans):
            pass  # known from the sums
        elif any(target is scan.result for scan in self.scans):
            scan, array = next((s, a) for s, a in self.scans.items() if s.result is target)
            assert scan.term is not None
            if not lift.varies(scan.term):
                raise Stays("the same number is added in all turns")
            lift.rows[target] = self.up_to_each(scan, array, lift.value(scan.term), target)
        elif target in self.carried.sums:
            self.term(self.carried.sums[target], value, target, lift)
        elif isinstance(value, Apply) and value.op is GETITEM and value.args[0] in self.carried.arrays:
            self.read(stmt, value, target, lift)
        elif any(isinstance(e, Var) and (e in self.carried.arrays or self.is_sum(e)) for e in variables(value)):
            raise Stays("what the loop carries is used as a whole")
        else:
            lift.let(target, value)

    def is_sum(self, var: Var) -> bool:
        return var in self.carried.sums and self.carried.sums[var].seen is not var

    def read(self, stmt: Let, value: Apply, target: Var, lift: Lift) -> None:
        array = self.carried.arrays[value.args[0]]  # type: ignore[index]
        # After a loop inside this one, a read may be of what the array was before writes that come before it.
        base = self.inits[array.param] if stmt in array.before else self.states[value.args[0]]  # type: ignore[index]
        index = value.args[1]
        if lift.triangles.part(self.space, items_of(index)) is not None:
            lift.triangles.read(lift, target, base, items_of(index), self.inits[array.param])
        elif lift.varies(index):
            lift.rows[target] = lift.read(base, index, target)
        else:
            lift.fixed_item(target, replace(value, args=(base, index)))

    # -- sums ----------------------------------------------------------------------------------------

    def term(self, found: Sum, value: Expr, target: Var, lift: Lift) -> None:
        assert isinstance(value, Apply)
        term = next(a for a in value.args if a not in found.steps)
        made = lift.value(term)
        rows = lift.varies(term)
        if not rows:
            made = self.repeated(made, lift)
        self.terms[found.param].append(_Term(value.op.call, made, rows))
        if found.seen is target:
            self.running(found, value.op.call, made, rows, target, lift)

    def running(self, found: Sum, op: object, made: Expr, rows: bool, target: Var, lift: Lift) -> None:
        """The sums up to and with each turn."""
        if not rows or self.space.descends or lift.outer is not None or rank(found.param.type) != 0:
            raise Stays("sums up to each turn, of numbers in order, are all that NumPy has")
        sums = lift.computed(op_of(np.cumsum), (made,), target)
        lift.rows[target] = lift.named(sums, target, ())
        init = self.inits[found.param]
        if op is operator.sub or not (isinstance(init, Const) and init.value == 0):
            both = lift.computed(op_of(op), (init, lift.rows[target]), target)
            lift.rows[target] = lift.named(both, target, ())

    def total(self, param: Var, target: Var) -> Expr:
        self.b.origin = self.loop.origin
        result: Expr = self.inits[param]
        for term in self.terms[param]:
            value = self.summed(term.value, rank(target.type) or 0) if term.rows else term.value
            if term.op is operator.add and isinstance(result, Const) and result.value == 0 and rank(target.type) == 0:
                result = value
            else:
                result = self.b.call(term.op, result, value, hint=target.hint)
        t = expr_type(result)
        if isinstance(target.type, Number) and isinstance(t, Array) and target.type.kind in CONVERT:
            result = self.b.call(CONVERT[target.type.kind], result, hint=target.hint)  # Python's numbers raise
        if dtype_of(t) != dtype_of(target.type) or rank(t) != rank(target.type):
            raise Stays("NumPy promotes arrays differently from numbers here")
        if dims_of(expr_type(self.inits[param])) != dims_of(target.type):
            raise Stays("a sum that has another shape where there are no turns")
        return result

    def summed(self, rows: Expr, inner: int) -> Atom:
        definition = self.b.definition(rows)
        if definition is not None and definition.op.call is np.sum and inner == 0:
            rows = definition.args[0]  # a sum of sums
        if inner == 0 or rank(expr_type(rows)) == 1:
            return self.b.call(np.sum, rows)
        return self.b.call(np.sum, rows, axis=Const(0))

    def repeated(self, value: Expr, lift: Lift) -> Expr:
        """The sum of the same value in all turns: 0 where there are none, also of what is infinite."""
        span = self.space.high.minus(self.space.low)
        turns = lift.count() if lift.mask is None else self.b.call(np.count_nonzero, lift.mask)
        if is_int(value) or isinstance(value, Const) or (lift.mask is None and span.at_least(1)):
            return self.b.call(operator.mul, value, turns)
        if rank(expr_type(value)) != 0:
            raise Stays("the same array is added in all turns, if there are any")
        return self.b.call(np.sum, self.b.call(np.broadcast_to, value, turns))

    def up_to_each(self, scan: Scan, array: Written, terms: Expr, target: Var) -> Var:
        """What was there before the first turn, and the terms up to each turn, added up."""
        lift, base = self.lift, self.inits[array.param]
        dims = dims_of(expr_type(base))
        if not dims or rank(expr_type(terms)) != len(dims):
            raise Stays("sums of an array of unknown rank")
        if len(dims) > 1:
            self.rows.append(base)
        if self.space.descends:
            terms = lift.flipped(terms, 0, expr_type(terms), "t")
        t = Array(dtype_of(target.type) or "", (1, *dims[1:]))
        first = self.b.name(Apply(GETITEM, (base, self.space.one(scan.place, dims[0])), (), t), "first")
        along: dict[str, Expr] = {} if len(dims) == 1 else {"axis": Const(0)}
        sums = lift.named(lift.computed(op_of(np.cumsum), (terms,), target, **along), target, dims[1:])
        made = lift.named(lift.computed(op_of(operator.add), (first, sums), target), target, dims[1:])
        return lift.flipped(made, 0, made.type, target.hint) if self.space.descends else made

    # -- writes --------------------------------------------------------------------------------------

    def write(self, array: Written, value: Apply, lift: Lift) -> Expr:
        """The array after what all turns write here."""
        param = array.param
        index, stored = value.args[1:]
        base = self.states[value.args[0]]  # type: ignore[index]
        if not lift.varies(index):
            if value.op is not ADDITEM:
                raise Stays("all turns write the same place")
            return self.added_up(base, index, stored, lift, param)
        items = items_of(index)
        if lift.triangles.part(self.space, items) is not None:
            return lift.triangles.write(lift, value, base, stored, param.hint, self.inits[param])
        place = lift.moving_item(items)
        if isinstance(items[place], Apply):
            return self.windows(array, base, items, place, stored, lift)
        form = linear(items[place])
        if form is None or not self.space.moves(form):
            numbers = rank(expr_type(base)) == 1 and is_int(items[0]) and rank(expr_type(stored)) == 0
            if len(items) != 1 or not array.adds or not numbers:
                raise Stays("an index that is not a sum of counters")
            args = (base, lift.value(index), lift.value(stored))
            return self.b.raw(ADD_AT, args, (), param.hint)
        root = lift
        while root.outer is not None:
            root = root.outer
        cut = root.cut(base, index, sure=lift.outer is not None)
        if array.scan is not None and array.scan.result is None:
            target = Var(param.hint, Array(dtype_of(param.type) or "", (dims_of(param.type) or ())[1:]))
            terms = lift.read(base, index, target)
            made: Expr = self.up_to_each(array.scan, array, terms, target)
            value = Apply(SETITEM, value.args, (), value.type)
        else:
            made = self.fitted(stored, cut, lift)
        return self.stored(value, base, cut, made, lift, param.hint)

    def windows(
        self, array: Written, base: Expr, items: tuple[Expr, ...], place: int, stored: Expr, lift: Lift
    ) -> Expr:
        """The array after all turns have added to their windows."""
        fits = lift.varies(stored) and expr_type(stored) == infer(GETITEM, (base, index_of(items)), ())
        if not array.adds or not fits or lift.outer is not None or any(map(is_none, items)):
            raise Stays("a slice that moves, and is written")
        return windows_of(lift, base, items, place).add(lift, base, lift.value(stored), array.param.hint)

    def added_up(self, base: Expr, index: Expr, stored: Expr, lift: Lift, param: Var) -> Atom:
        """A place that all turns add to."""
        if not lift.varies(stored):
            raise Stays("the same number is added in all turns")
        dims = dims_of(expr_type(base))
        if dims is None:
            raise Stays("an array of unknown rank")
        items = items_of(index)
        unsure = lift.unsure_item(items, dims)
        if unsure is not None and any(not is_number(i) for i in items):
            raise Stays("an index that may be out of bounds")
        place = lift.fixed(index) if unsure is None else lift.checked_place(base, items, unsure)
        total = self.summed(lift.value(stored), rank(expr_type(stored)) or 0)
        return self.b.raw(ADDITEM, (base, place, total), (), param.hint)

    def fitted(self, stored: Expr, cut: Cut, lift: Lift) -> Expr:
        """The values to write, with their axes where those of the array's part are."""
        inner = rank(expr_type(stored))
        made = lift.value(stored)
        if inner is None or inner > cut.axes:
            raise Stays("a value of unknown rank")
        if not lift.varies(stored):
            if cut.axis and inner:
                raise Stays("a row that is written into columns")
            return made
        if cut.axis == 0 or inner:
            made = lift.padded(made, cut.axes - inner)
        elif cut.axes > cut.axis:
            raise Stays("a number that is written into a matrix")
        if cut.flipped:
            made = lift.flipped(made, 0, expr_type(made), "t")
        if cut.axis and inner:
            made = self.moved(made, cut.axis)
        return made

    def moved(self, rows: Expr, axis: int) -> Atom:
        if rank(expr_type(rows)) == 2:
            return self.b.call(np.transpose, rows)
        return self.b.call(np.moveaxis, rows, Const(0), Const(axis))

    def stored(self, value: Apply, base: Expr, cut: Cut, made: Expr, lift: Lift, hint: str) -> Expr:
        whole = all(map(is_all, cut.items))
        t = expr_type(base)
        if lift.outer is not None:
            return self.b.raw(value.op, (base, self.masked_index(cut, whole, lift), made), (), hint)
        if whole and value.op is SETITEM and expr_type(made) == t:
            return self.renamed(made, hint)
        if whole and value.op is ADDITEM and expr_type(made) == t:
            return self.b.call(operator.add, base, made, hint=hint)
        return self.b.raw(value.op, (base, index_of(cut.items), made), (), hint)

    def renamed(self, made: Expr, hint: str) -> Expr:
        """What has just been computed, under the name of the array that it is all of."""
        last = self.b.stmts[-1] if self.b.stmts else None
        if not isinstance(last, Let) or last.target is not made or not isinstance(last.value, Apply):
            return made
        if last.target.hint not in ANONYMOUS:
            return made
        self.b.stmts.pop()
        new = self.b.name(last.value, hint)
        for known in (self.lift.rows, self.states):  # nothing else knows what was computed last
            for v in [v for v, value in known.items() if value is made]:
                known[v] = new
        for term in (t for terms in self.terms.values() for t in terms if t.value is made):
            term.value = new
        return new

    def masked_index(self, cut: Cut, whole: bool, lift: Lift) -> Expr:
        if cut.axis:
            raise Stays("a column that is written in some turns")
        if cut.flipped:
            raise Stays("an array that is written backwards in some turns")
        mask = self.full_mask(lift)
        return mask if whole else Apply(CHAIN, (index_of(cut.items), mask))

    def full_mask(self, lift: Lift) -> Var:
        """Of all turns those at hand."""
        assert lift.mask is not None and lift.outer is not None
        if lift.outer.outer is None:
            return lift.mask
        if lift not in self.masks:
            outer = self.full_mask(lift.outer)
            none = self.b.call(np.zeros_like, outer)
            self.masks[lift] = self.b.raw(SETITEM, (none, outer, lift.mask), (), "mask")  # type: ignore[assignment]
        return self.masks[lift]

    # -- branches ------------------------------------------------------------------------------------

    def branch(self, stmt: If, lift: Lift, guarded: tuple[list[Let], list[Let]]) -> None:
        """`guarded`: what comes before it and each arm needs alone, which is computed there once more.

        In the other turns its derivative may be infinite: they have no part in what the arm computes it of.
        """
        if not lift.varies(stmt.test):
            raise Stays("a branch that all turns take alike")
        mask = lift.value(stmt.test)
        t = expr_type(mask)
        if not isinstance(mask, Var) or not isinstance(t, Array) or t.dtype != "bool" or len(t.dims or ()) != 1:
            raise Stays("a test that is not true or false")
        other = self.b.call(np.logical_not, mask, hint="other")
        arms = (lift.under(mask), lift.under(other))  # type: ignore[arg-type]
        entries = self.entries(stmt)
        for arm, lets in zip(arms, guarded, strict=True):
            for let in lets:
                if let.target is not None and lift.is_row(let.target):
                    arm.let(let.target, let.value)
        self.block(stmt.then, arms[0])
        kept = {e: self.states[e] for e, _, _ in entries.values()}
        for entry, then, _ in entries.values():  # the turns that take the other branch write into the same array
            self.states[entry] = self.states[then]
        self.block(stmt.orelse, arms[1])
        for target, (_, _, orelse) in entries.items():
            self.states[target] = self.states[orelse]
        self.states.update(kept)
        self.b.origin = stmt.origin
        for target, *ends in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
            if target in self.carried.arrays or target in self.carried.sums:
                continue
            if any(e is UNDEFINED or (isinstance(e, Var) and (e in self.carried.arrays or e in self.carried.sums))
                   for e in ends):  # fmt: skip
                raise Stays("a variable that some turns do not set")
            self.chosen(stmt, target, ends, lift, arms, guarded)

    def entries(self, stmt: If) -> dict[Var, tuple[Var, Var, Var]]:
        """For each array that a branch may write: what it was before, and after either side."""
        found: dict[Var, tuple[Var, Var, Var]] = {}
        read = {v for arm in (stmt.then, stmt.orelse) for v in (*free_variables(arm), *arm.results)}
        inside = {v for arm in (stmt.then, stmt.orelse) for s in statements(arm) for v in _bound(s)}
        for target, then, orelse in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
            if target in self.carried.arrays:
                versions = self.carried.arrays[target].versions
                before = {v for v in read if v in versions and v not in inside}
                if len(before) != 1:
                    raise Stays("a branch that reads an array as it was long before")
                assert isinstance(then, Var) and isinstance(orelse, Var)
                found[target] = (before.pop(), then, orelse)  # type: ignore[assignment]
        return found

    def chosen(
        self, stmt: If, target: Var, ends: list[Expr], lift: Lift, arms: tuple[Lift, Lift],
        guarded: tuple[list[Let], list[Let]],
    ) -> None:  # fmt: skip
        """A value that is one thing or the other."""
        if rank(target.type) != 0 or isinstance(target.type, Seq):
            raise Stays("an array that is one of two")
        inside = [isinstance(e, Var) and e in {v for s in (*statements(b), *lets) for v in _bound(s)}
                  for e, b, lets in zip(ends, (stmt.then, stmt.orelse), guarded, strict=True)]  # fmt: skip
        if not any(inside):
            args = (lift.value(stmt.test), *(lift.value(e) for e in ends))
            lift.rows[target] = lift.named(lift.computed(op_of(np.where), args, target), target, ())
            return
        mask = lift.value(stmt.test)
        shape = self.b.call(np.shape, mask)
        dtype = dtype_of(target.type)
        made: Expr
        made = lift.named(Apply(op_of(np.zeros), (shape, Const(np.dtype(dtype)))), target, ())
        for arm, end in zip(arms, ends, strict=True):
            value = arm.value(end)
            if dtype_of(expr_type(value)) != dtype:
                raise Stays("numbers of different kinds")
            assert arm.mask is not None
            made = self.b.raw(SETITEM, (made, arm.mask, value), (), target.hint)
        lift.rows[target] = made  # type: ignore[assignment]


def _bound(stmt: Stmt) -> tuple[Var, ...]:
    if isinstance(stmt, Let):
        return () if stmt.target is None else (stmt.target,)
    return stmt.targets if isinstance(stmt, If) else ()
