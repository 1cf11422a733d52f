"""Arrays that change element by element, and how much less that would cost on lists.

    for i in range(n):      # A is given; what the write makes of it, in this turn and the next, is one web with it
        A[i] += A[i - 1]
    return A                # something reads it as a whole

A web may be a list where nothing in a loop reads it in another way than by element. An array of integers may be one
where nothing writes into it, and what is read of it are places: indices, and bounds of slices and ranges.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from tangent_ad.analysis.indices import is_element
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.trips import Trips
from tangent_ad.ir.nodes import Apply, Block, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import ADD_AT, ADDITEM, CHAIN, GETITEM, PACK_TUPLE, SETITEM, SLICE
from tangent_ad.ir.types import Array, Number
from tangent_ad.ir.walk import bound, count_uses, expressions, statements, variables

KINDS = {"float64": "float", "complex128": "complex", "int64": "int", "int32": "int"}
# What an element costs less on a list, and what the list costs, in nanoseconds.
GAIN = {GETITEM: (40, 60), SETITEM: (30, 60), ADDITEM: (120, 400)}  # of a vector, of a matrix
THERE, BACK = 30, 50
SHAPES = {np.shape, np.size, np.ndim, len, np.zeros_like, np.empty_like, np.ones_like}


def is_candidate(expr: Expr) -> bool:
    t = expr.type if isinstance(expr, Var) else None
    return isinstance(t, Array) and t.dtype in KINDS and t.dims is not None and 0 < len(t.dims) < 5


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


def is_whole(t: object) -> bool:
    return isinstance(t, Array) and KINDS.get(t.dtype) == "int"


def places_alone(body: Block) -> frozenset[Var]:
    """The integers that say where something is, and nothing else."""
    read = count_uses([body])
    found: Counter[Var] = Counter()
    sums: dict[Var, Apply] = {}

    def place(e: Expr) -> None:
        if isinstance(e, Var):
            found[e] += 1
        elif isinstance(e, Apply) and e.op in (PACK_TUPLE, SLICE, CHAIN):
            for part in e.args:
                place(part)

    def visit(e: Expr) -> None:
        if not isinstance(e, Apply):
            return
        for part in e.args[1:2] if e.op in (*GAIN, ADD_AT) else e.args if e.op.call is range else ():
            place(part)
        for part in e.args:
            visit(part)

    for stmt in statements(body):
        for e in expressions(stmt):
            visit(e)
        value = stmt.value if isinstance(stmt, Let) else None
        if isinstance(value, Apply) and value.op.call in (operator.add, operator.sub):
            sums.update({target: value for target in bound(stmt)})
    for target, value in reversed(sums.items()):
        if target in read and found[target] == read[target]:
            found.update(a for a in value.args if isinstance(a, Var))
    return frozenset(v for v, n in found.items() if n == read[v])


@dataclass
class Web:
    """Arrays that are one as it changes: those that writes, loops and branches make, and those it starts from."""

    made: list[Var] = field(default_factory=list)
    given: list[Var] = field(default_factory=list)
    gain: float = 0.0
    accesses: list[Apply] = field(default_factory=list)
    whole: set[Var] = field(default_factory=set)  # of those made, the ones that something reads as arrays
    fits: bool = True


class Scan:
    """The accesses of one block, nested ones included, and the webs that they are made to."""

    def __init__(self, block: Block, trips: Trips, places: frozenset[Var] = frozenset()) -> None:
        self.trips = trips
        self.places = places
        self.parent: dict[Var, Var] = {}
        self.made: set[Var] = set()
        self.level: dict[Var, int] = {}  # of arrays made in other ways
        self.gain: list[tuple[Var, float]] = []
        self.accesses: list[tuple[Var, Apply]] = []
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
        if not isinstance(source, Var) or not is_candidate(source) or is_whole(target.type):
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
            gain = GAIN[access.op][min(len(base.type.dims), 2) - 1]
            self.accesses.append((base, access))
            if level:
                self.gain.append((base, gain * self.trips.share(base.type.dims, loops)))
            if access.op is not GETITEM:
                self.join(target, base, level)
            elif is_whole(base.type) and target not in self.places:
                self.unfit.append(base)
            return
        if reads_shape(stmt.value):
            self.shapes += [(v, level) for v in variables(stmt.value) if is_candidate(v)]
        else:
            self.read_whole(stmt.value, level)
        if stmt.target is not None:
            self.level[stmt.target] = level

    def webs(self) -> list[Web]:
        """Those that lists would suit."""
        return [w for w in self.all() if w.gain > THERE * len(w.given) + BACK * len(w.whole)]

    def all(self) -> list[Web]:
        """Those that lists could stand for."""
        found: dict[Var, Web] = {}

        def web(v: Var) -> Web:
            return found.setdefault(self.root(v), Web())

        members = (v for pair in self.parent.items() for v in pair)
        for v in dict.fromkeys((*members, *(v for v, _ in self.accesses))):
            (web(v).made if v in self.made else web(v).given).append(v)
        for v, gain in self.gain:
            web(v).gain += gain
        for v, access in self.accesses:
            web(v).accesses.append(access)
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
        return [w for w in found.values() if w.fits]


def reads_shape(value: Expr) -> bool:
    return isinstance(value, Apply) and value.op.call in SHAPES
