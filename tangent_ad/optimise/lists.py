"""An array that loops read and write element by element is worked on as a list, or as rows of lists.

    >>> def f(x, y):
    ...     for i in range(1, len(x)):
    ...         x[i] += x[i - 1] / y
    ...     return np.sum(x)
    >>> show(f, "dead_code", "lists", x="float64[5]", y="float")
    func f(x: float64[5], y: float):
        x_list: list[float, ...] = numpy.ndarray.tolist(x)
        x_list.2 = for k, i: int in builtins.range(1, 5) carrying (x_list.1: list[float, ...] = x_list):
            t: int = operator.sub(i, 1)
            t.1: float = operator.getitem(x_list.1, t)
            t.2: float = if(y, operator.truediv(t.1, y), numpy.divide(t.1, y))
            x_list.3: list[float, ...] = array.add_at(x_list.1, i, t.2)
            yield x_list.3
        x.1: float64[5] = numpy.array(x_list.2)
        t.3: float64[] = numpy.sum(x.1)
        yield t.3

The array becomes a list once, before the first loop, and an array again behind the last. Only where the loops surely
reach about as many elements as are converted: the sizes that the loops run to are compared with those of the array.
What such a loop reads are floats, so its arithmetic is that of floats (`floats.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.analysis.indices import items
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.analysis.trips import Trips
from tangent_ad.analysis.webs import KINDS, Scan, Web, element_access, places_alone, reads_shape
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import CHAIN, GETITEM, TOLIST
from tangent_ad.ir.types import Array, List, Number, Seq, Type, perhaps_whole
from tangent_ad.ir.walk import blocks, bound, definitions, free_variables, map_stmt, uses, variables
from tangent_ad.optimise.floats import keep_floats
from tangent_ad.optimise.one_row import OneRow, only_row
from tangent_ad.rules.declare import op_of


def work_on_lists(func: Func) -> Func:
    return keep_floats(replace(func, body=_Lists(func).block(func.body)))


def list_type(t: Type) -> Type:
    assert isinstance(t, Array) and t.dims is not None
    made: Type = Number(KINDS[t.dtype])
    for _ in t.dims:
        made = List(made)
    return made


class _Lists:
    def __init__(self, func: Func) -> None:
        self.trips = Trips(func.body)
        self.places = places_alone(func.body)
        self.doubtful = {*definitions(func.body)} - certain(func)

    def block(self, block: Block) -> Block:
        stmts = [made for stmt in block.stmts for made in self.rows(stmt)]
        block = self.webs(Block(tuple(stmts), block.results))
        stmts = [map_stmt(s, lambda e: e, self.block) if blocks(s) else s for s in block.stmts]
        return Block(tuple(stmts), block.results)

    def webs(self, block: Block) -> Block:
        if any(isinstance(s, (For, While)) for s in _shallow(block)):
            for web in Scan(block, self.trips, self.places).webs():
                if not self.doubtful.isdisjoint(web.given):
                    continue  # it may be None where nothing reads it, and has no list then
                made = _Rewrite(web).block(block)
                block = block if made is None else made
        return block

    def rows(self, stmt: Stmt) -> list[Stmt]:
        """A loop that works on one row of a matrix, with the row in the place of the matrix."""
        if not isinstance(stmt, (For, While)):
            return [stmt]
        scan = Scan(Block((stmt,)), self.trips, self.places)
        for web in scan.all():
            first = only_row(stmt, web)
            if first is None or any(v in web.made for v, _ in scan.shapes) or self.doubtful & {*web.given}:
                continue
            made = OneRow(web, first).around(stmt)
            read, loop, *back = made
            suits = Scan(Block(tuple(made)), self.trips, self.places).webs()
            if any(v in w.given for w in suits for v in bound(read)):
                return [read, *self.rows(loop), *back]
        return [stmt]


def _shallow(block: Block) -> Iterable[Stmt]:
    for stmt in block.stmts:
        yield stmt
        if isinstance(stmt, If):
            yield from _shallow(stmt.then)
            yield from _shallow(stmt.orelse)


class NotLinear(Exception):
    """An old value of an array is read after it was written into."""


class _Rewrite:
    """Puts lists in the place of one web."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.made = {v: Var(_name(v), list_type(v.type)) for v in web.made}

    def block(self, block: Block) -> Block | None:
        """None where an old value would be read after a write, which would need copies of lists."""
        try:
            self.linear(block, set())
        except NotLinear:
            return None
        stmts: list[Stmt] = []
        readers: dict[Var, Var] = {}  # lists of the arrays given, that are only read
        for stmt in block.stmts:
            owned: dict[Var, Var] = {}
            for v, names in self.consumed(stmt).items():
                owned[v] = Var(_name(names), list_type(v.type))
                stmts.append(to_list(owned[v], v, stmt))
            for v in self.read(stmt):
                if v not in readers:
                    readers[v] = Var(_name(v), list_type(v.type))
                    stmts.append(to_list(readers[v], v, stmt))
            stmts.append(self.stmt(stmt, owned, readers))
            for v in bound(stmt):
                if v in self.web.whole:
                    stmts += from_list(v, self.made[v], self.web.given[0], stmt)
        return Block(tuple(stmts), block.results)

    # -- what a statement of the block does to the arrays given ---------------------------------------

    def consumed(self, stmt: Stmt) -> dict[Var, Var]:
        """The arrays given that it goes on from, each with the variable that it becomes."""
        found: list[tuple[Expr, Var]] = []
        access = element_access(stmt)
        if access is not None and access.op is not GETITEM:
            found += [(access.args[0], t) for t in bound(stmt)]
        elif isinstance(stmt, (For, While)):
            found += zip(stmt.inits, stmt.params, strict=True)
        return {v: made for v, made in found if isinstance(v, Var) and v in self.web.given and made in self.made}

    def read(self, stmt: Stmt) -> list[Var]:
        """The arrays given of which it, or what is inside it, reads elements."""
        access = element_access(stmt)
        if access is not None and access.op is GETITEM:
            base = access.args[0]
            return [base] if isinstance(base, Var) and base in self.web.given else []
        return [v for b in blocks(stmt) for s in b.stmts for v in self.read(s)]

    # -- each value is written into at most once, after all reads ---------------------------------------

    def linear(self, block: Block, after: set[Var]) -> None:
        live = {*after, *(v for r in block.results for v in variables(r))}
        for stmt in reversed(block.stmts):
            live -= set(bound(stmt))
            access = element_access(stmt)
            written = access.args[0] if access is not None and access.op is not GETITEM else None
            if written in self.made and written in live:
                raise NotLinear
            if isinstance(stmt, If):
                self.linear(stmt.then, live)
                self.linear(stmt.orelse, live)
            elif isinstance(stmt, (For, While)):
                inner = {v for b in blocks(stmt) for v in free_variables(b)} | live
                starts = [i for i, p in zip(stmt.inits, stmt.params, strict=True) if p in self.made]
                if any(i in inner and i in self.made for i in starts) or len(set(starts)) < len(starts):
                    raise NotLinear
                for b in blocks(stmt):
                    self.linear(b, inner - set(stmt.params))
            live |= set(uses(stmt))

    # -- the new statements ------------------------------------------------------------------------------

    def stmt(self, stmt: Stmt, owned: dict[Var, Var], readers: dict[Var, Var]) -> Stmt:
        access = element_access(stmt)
        if access is not None and (access.args[0] in self.made or access.args[0] in self.web.given):
            assert isinstance(stmt, Let) and stmt.target is not None and isinstance(access.args[0], Var)
            base = access.args[0]
            if access.op is GETITEM:
                return replace(stmt, value=_read(self.made.get(base) or readers[base], access.args[1]))
            return self.write(stmt, access, self.made.get(base) or owned[base])
        if isinstance(stmt, Let):
            if reads_shape(stmt.value):
                assert isinstance(stmt.value, Apply)
                gone = {v for v in self.web.made if v not in self.web.whole}
                args = tuple(self.web.given[0] if a in gone else a for a in stmt.value.args)
                return replace(stmt, value=replace(stmt.value, args=args))
            return stmt
        swap: dict[Var, Expr] = {**self.made}

        def inner(b: Block) -> Block:
            stmts = tuple(self.stmt(s, {}, readers) for s in b.stmts)
            return Block(stmts, tuple(swap.get(r, r) if isinstance(r, Var) else r for r in b.results))

        made = map_stmt(stmt, lambda e: e, inner)
        targets = tuple(self.made.get(t, t) for t in bound(stmt))
        if isinstance(made, If):
            return replace(made, targets=targets)
        assert isinstance(made, (For, While))
        inits = tuple(owned.get(i) or self.made.get(i, i) if p in self.made and isinstance(i, Var) else i
                      for i, p in zip(made.inits, made.params, strict=True))  # fmt: skip
        return replace(made, targets=targets, inits=inits, params=tuple(self.made.get(p, p) for p in made.params))

    def write(self, stmt: Let, access: Apply, base: Var) -> Let:
        assert stmt.target is not None
        index = tuple(i if isinstance(i, (Var, Const, Apply)) else Const(i) for i in items(access.args[1]))
        place = index[0] if len(index) == 1 else Apply(CHAIN, index)
        target, value = self.made[stmt.target], access.args[2]
        assert isinstance(stmt.target.type, Array)
        kind = KINDS[stmt.target.type.dtype]
        if isinstance(value, Const):
            value = Const(complex(value.value) if kind == "complex" else float(value.value))
        elif (t := expr_type(value)) not in (Number(kind), Array(stmt.target.type.dtype, ())) or perhaps_whole(t):
            value = Apply(op_of(complex if kind == "complex" else float), (value,), (), Number(kind))
        return replace(stmt, target=target, value=Apply(access.op, (base, place, value), (), target.type))


def _name(v: Var) -> str:
    assert isinstance(v.type, Array) and v.type.dims is not None
    if v.hint in ANONYMOUS:
        return v.hint
    if len(v.type.dims) > 1:
        return v.hint.removesuffix("_row") + "_rows"
    return v.hint if v.hint.endswith("_row") else f"{v.hint}_list"


def _read(base: Var, index: Expr) -> Apply:
    value: Expr = base
    for item in items(index):
        key = item if isinstance(item, (Var, Const, Apply)) else Const(item)
        t = expr_type(value)
        assert isinstance(t, List)
        value = Apply(GETITEM, (value, key), (), t.item)
    assert isinstance(value, Apply)
    return value


def to_list(target: Var, array: Var, at: Stmt) -> Let:
    return Let(target, Apply(TOLIST, (array,), (), target.type), at.origin)


def from_list(array: Var, source: Var, like: Var, at: Stmt) -> list[Stmt]:
    """The array that a list stands for: `np.array` tells no number of columns where there are no rows."""
    assert isinstance(array.type, Array) and array.type.dims
    dtype = (("dtype", Const(complex, "complex")),) if array.type.dtype == "complex128" else ()
    value = Apply(op_of(np.array), (source,), dtype, array.type)
    if len(array.type.dims) == 1 or at_least(array.type.dims[0], 1):
        return [Let(array, value, at.origin)]
    shape = Apply(op_of(np.shape), (like,), (), Seq(tuple, tuple(Number("int", d) for d in array.type.dims)))
    return [Let(array, Apply(op_of(np.reshape), (value, shape), (), array.type), at.origin)]
