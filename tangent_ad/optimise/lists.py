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
from dataclasses import dataclass, field, replace

import numpy as np

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.indices import is_element, items
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.analysis.trips import Trips
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import ADDITEM, CHAIN, GETITEM, SETITEM, TOLIST
from tangent_ad.ir.types import Array, List, Number, Seq, Type
from tangent_ad.ir.walk import blocks, bound, free_variables, map_stmt, uses, variables
from tangent_ad.optimise.floats import keep_floats
from tangent_ad.rules.declare import op_of

KINDS = {"float64": "float", "complex128": "complex"}
# What an element costs less on a list, and what the list costs, in nanoseconds.
GAIN = {GETITEM: (40, 60), SETITEM: (30, 60), ADDITEM: (120, 400)}  # of a vector, of a matrix
THERE, BACK = 30, 50
SHAPES = {np.shape, np.size, np.ndim, len, np.zeros_like, np.empty_like, np.ones_like}


def work_on_lists(func: Func) -> Func:
    return keep_floats(replace(func, body=_Lists(Trips(func), certain(func)).block(func.body)))


def is_candidate(expr: Expr) -> bool:
    t = expr.type if isinstance(expr, Var) else None
    return isinstance(t, Array) and t.dtype in KINDS and t.dims is not None and len(t.dims) in (1, 2)


def list_type(t: Type) -> Type:
    assert isinstance(t, Array) and t.dims is not None
    made: Type = Number(KINDS[t.dtype])
    for _ in t.dims:
        made = List(made)
    return made


def element_access(stmt: Stmt) -> Apply | None:
    """The read of, or write into, one element of an array that a statement is."""
    value = stmt.value if isinstance(stmt, Let) and stmt.target is not None else None
    if not isinstance(value, Apply) or value.op not in GAIN or not is_candidate(value.args[0]):
        return None
    if not is_element(value.args[0].type, value.args[1]):  # type: ignore[union-attr]
        return None
    return value if value.op is GETITEM or _fits(value.args[2], value.args[0].type.dtype) else None  # type: ignore[union-attr]


def _fits(value: Expr, dtype: str) -> bool:
    """Whether a value can be written into such an array."""
    t = expr_type(value)
    if isinstance(t, Array):
        return t.dims == () and t.dtype in (dtype, "float64")
    return isinstance(t, Number) and t.kind in ("int", "float", KINDS[dtype])


@dataclass
class _Web:
    """Arrays that are one as it changes: those that writes, loops and branches make, and those it starts from."""

    made: list[Var] = field(default_factory=list)
    given: list[Var] = field(default_factory=list)
    gain: float = 0.0
    whole: set[Var] = field(default_factory=set)  # of those made, the ones that something reads as arrays
    fits: bool = True


class _Scan:
    """The accesses of one block, nested ones included, and the webs that they are made to."""

    def __init__(self, block: Block, trips: Trips) -> None:
        self.trips = trips
        self.parent: dict[Var, Var] = {}
        self.made: set[Var] = set()
        self.level: dict[Var, int] = {}  # of arrays made in other ways
        self.gain: list[tuple[Var, float]] = []
        self.whole: list[tuple[Var, int]] = []
        self.shapes: list[tuple[Var, int]] = []
        self.starts: list[tuple[Var, int]] = []  # what writes, loops and branches go on from
        self.unfit: list[Var] = []
        self.walk(block, (), 0)
        for r in block.results:
            self.read_whole(r, 0)

    def root(self, v: Var) -> Var:
        while self.parent.get(v, v) is not v:
            v = self.parent[v]
        return v

    def join(self, target: Var, source: Expr, level: int) -> None:
        """`target` goes on from `source`."""
        if not is_candidate(target):
            if isinstance(source, Var) and is_candidate(source):
                self.unfit.append(source)
            return
        self.made.add(target)
        if not isinstance(source, Var) or not is_candidate(source):
            self.unfit.append(target)
        else:
            self.starts.append((source, level))
            self.parent[self.root(target)] = self.root(source)

    def read_whole(self, expr: Expr, level: int) -> None:
        self.whole += [(v, level) for v in variables(expr) if is_candidate(v)]

    def walk(self, block: Block, loops: tuple[For | While, ...], level: int) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                self.let(stmt, loops, level)
            elif isinstance(stmt, If):
                for arm in (stmt.then, stmt.orelse):
                    self.walk(arm, loops, level + 1)
                    for target, result in zip(stmt.targets, arm.results, strict=True):
                        self.join(target, result, level + 1)
            elif isinstance(stmt, (For, While)):
                if isinstance(stmt, For):
                    self.read_whole(stmt.iterable, level)
                    self.level[stmt.elem] = level + 1
                else:
                    self.walk(stmt.test, (*loops, stmt), level + 1)
                self.walk(stmt.body, (*loops, stmt), level + 1)
                rows = zip(stmt.params, stmt.inits, stmt.body.results, stmt.targets, strict=False)
                for param, init, result, target in rows:
                    self.join(param, init, level)
                    self.join(param, result, level + 1)
                    self.join(target, param, level)

    def let(self, stmt: Let, loops: tuple[For | While, ...], level: int) -> None:
        access = element_access(stmt)
        if access is not None:
            base, target = access.args[0], stmt.target
            assert isinstance(base, Var) and isinstance(base.type, Array) and base.type.dims and target is not None
            gain = GAIN[access.op][len(base.type.dims) - 1]
            if level:
                self.gain.append((base, gain * self.trips.share(base.type.dims, loops)))
            if access.op is not GETITEM:
                self.join(target, base, level)
            return
        if _reads_shape(stmt.value):
            self.shapes += [(v, level) for v in variables(stmt.value) if is_candidate(v)]
        else:
            self.read_whole(stmt.value, level)
        if stmt.target is not None:
            self.level[stmt.target] = level

    def webs(self) -> list[_Web]:
        found: dict[Var, _Web] = {}

        def web(v: Var) -> _Web:
            return found.setdefault(self.root(v), _Web())

        members = (v for pair in self.parent.items() for v in pair)
        for v in dict.fromkeys((*members, *(v for v, _ in self.gain))):
            (web(v).made if v in self.made else web(v).given).append(v)
        for v, gain in self.gain:
            web(v).gain += gain
        for v in (*self.unfit, *(v for v, level in self.starts if level and v not in self.made)):
            web(v).fits = False
        several = [(v, level) for v, level in self.shapes if v in self.made and len(web(v).given) > 1]
        for v, level in (*self.whole, *several):
            if v in self.made:
                web(v).whole.add(v)
                web(v).fits &= level == 0
        for one in found.values():
            one.fits &= not any(self.level.get(v, 0) for v in one.given)
            one.fits &= bool(one.given) and all(v.type == one.given[0].type for v in one.made)
            one.fits &= one.gain > THERE * len(one.given) + BACK * len(one.whole)
        return [w for w in found.values() if w.fits]


def _reads_shape(value: Expr) -> bool:
    return isinstance(value, Apply) and value.op.call in SHAPES


class _Lists:
    def __init__(self, trips: Trips, known: set[Var]) -> None:
        self.trips, self.known = trips, known

    def block(self, block: Block) -> Block:
        if any(isinstance(s, (For, While)) for s in _shallow(block)):
            for web in _Scan(block, self.trips).webs():
                if not self.known.issuperset(web.given):
                    continue  # it may be None where nothing reads it, and has no list then
                made = _Rewrite(web).block(block)
                block = block if made is None else made
        stmts = (map_stmt(s, lambda e: e, self.block) if blocks(s) else s for s in block.stmts)
        return Block(tuple(stmts), block.results)


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

    def __init__(self, web: _Web) -> None:
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
            if _reads_shape(stmt.value):
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
        elif (t := expr_type(value)) != Number(kind) and t != Array(stmt.target.type.dtype, ()):
            value = Apply(op_of(complex if kind == "complex" else float), (value,), (), Number(kind))
        return replace(stmt, target=target, value=Apply(access.op, (base, place, value), (), target.type))


def _name(v: Var) -> str:
    assert isinstance(v.type, Array) and v.type.dims is not None
    return f"{v.hint}_{'rows' if len(v.type.dims) > 1 else 'list'}"


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
