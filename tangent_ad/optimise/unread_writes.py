"""What the adjoint of a loop writes where nothing reads it again is not written.

    >>> def f(x, y):
    ...     h = np.zeros(len(x) + 1)
    ...     for i in range(len(x)):
    ...         h[i + 1] = h[i] * y + x[i]
    ...     return h[-1]
    >>> adjoint(f, x="float64[5]", y="float")
    func f(x: float64[5], y: float, t_bar: float64[]):
        ...
            t.7: float64[] = operator.getitem(h_bar.2, t.5)
            h_bar.4: float64[6] = array.set(h_bar.2, t.5, 0.0)
            ...
            h_bar.5: float64[6] = array.add_at(h_bar.4, i.1, t.8)
            ...
    >>> adjoint(f, "unread_writes", x="float64[5]", y="float")
    func f(x: float64[5], y: float, t_bar: float64[]):
        ...
            t.7: float64[] = operator.getitem(h_bar.2, t.5)
            x_bar.3: float64[5] = array.add_at(x_bar.1, i.1, t.7)
            ...
            h_bar.4: float64[6] = array.add_at(h_bar.2, i.1, t.8)
            ...

The adjoint of a write takes the cotangent of what was there and leaves zeros. Here no turn comes back to the place: a
later one reads smaller ones. Which places an index names, now and in later turns, say the sizes (`analysis/regions.py`,
`analysis/times.py`); what reads the array in any other way than by an index reads all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tangent_ad.analysis.regions import Region, apart, moved, region
from tangent_ad.analysis.times import Times
from tangent_ad.analysis.webs import reads_shape
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Var
from tangent_ad.ir.ops import ADD_AT, ADDITEM, CHAIN, GETITEM, SETITEM
from tangent_ad.ir.types import Array, Size, dims_of
from tangent_ad.ir.walk import blocks, expressions, map_stmt, substitute, uses, variables

EVERYTHING: Region = ()


def unread_writes(func: Func) -> Func:
    readers = _readers(func.body)
    gone: dict[Var, Expr] = {}

    def look(block: Block) -> None:
        for stmt in block.stmts:
            if isinstance(stmt, For):
                for j, param in enumerate(stmt.params):
                    if isinstance(param.type, Array) and param.type.dims:
                        gone.update(_unread(stmt, j, readers))
            for inner in blocks(stmt):
                look(inner)

    look(func.body)
    if not gone:
        return func

    def visit(block: Block) -> Block:
        kept = (s for s in block.stmts if not (isinstance(s, Let) and s.target in gone))
        return Block(tuple(map_stmt(s, lambda e: e, visit) for s in kept), block.results)

    def before(var: Var) -> Expr:
        found: Expr = var
        while isinstance(found, Var) and found in gone:
            found = gone[found]
        return found

    return replace(func, body=substitute(visit(func.body), {v: before(v) for v in gone}))


@dataclass
class _Event:
    """A read of an array, or a write into it: when, in which loops, outermost first, and where."""

    at: int
    loops: tuple[For, ...]
    places: Region
    write: Let | None = None


@dataclass
class _Array:
    """All that a loop does with an array that it carries. `versions`: the variables that it is."""

    versions: set[Var]
    events: list[_Event] = field(default_factory=list)
    now: int = 0

    def add(self, loops: tuple[For, ...], places: Region, write: Let | None = None) -> None:
        self.now += 1
        self.events.append(_Event(self.now, loops, places, write))


def _unread(loop: For, j: int, readers: Mapping[Var, list[Expr | None]]) -> Iterator[tuple[Var, Expr]]:
    """The writes that nothing reads, by what they make, with the array before them."""
    dims = dims_of(loop.params[j].type) or ()
    array = _Array({loop.params[j]})
    _follow(loop.body, array, dims, (loop,))
    if loop.body.results[j] not in array.versions:
        return
    if any(result in array.versions for k, result in enumerate(loop.body.results) if k != j):  # read by another name
        return
    behind = [EVERYTHING if index is None else region(index, dims) for index in readers.get(loop.targets[j], [])]
    times: dict[For, Times] = {}
    for event in array.events:
        write = event.write
        if write is None or not write.origin.derived:
            continue
        reads = (e for e in array.events if e.write is None)
        if all(apart(event.places, r) for r in behind) and all(_is_apart(event, r, times) for r in reads):
            assert write.target is not None and isinstance(write.value, Apply)
            yield write.target, write.value.args[0]


def _is_apart(write: _Event, read: _Event, times: dict[For, Times]) -> bool:
    """Whether a read does not meet what was written before it."""
    common = [a for a, b in zip(write.loops, read.loops, strict=False) if a is b]
    for loop in common:
        time = times[loop] if loop in times else times.setdefault(loop, Times(loop))
        if not apart(write.places, moved(read.places, time.later)):
            return False
    return read.at < write.at or apart(write.places, moved(read.places, times[common[-1]].same))


def _follow(block: Block, array: _Array, dims: tuple[Size, ...], loops: tuple[For, ...]) -> None:
    """Add what a block reads and writes, in order."""
    for stmt in block.stmts:
        if isinstance(stmt, Let):
            _let(stmt, array, dims, loops)
        elif isinstance(stmt, If):
            _follow(stmt.then, array, dims, loops)
            _follow(stmt.orelse, array, dims, loops)
            for target, *ends in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                _join(array, target, ends, loops)
        elif isinstance(stmt, For):
            inner = [i for i, init in enumerate(stmt.inits) if init in array.versions]
            array.versions.update(stmt.params[i] for i in inner)
            _follow(stmt.body, array, dims, (*loops, stmt))
            for i, (target, result) in enumerate(zip(stmt.targets, stmt.body.results, strict=False)):
                _join(array, target, [stmt.inits[i], result], loops)
            if any(v in array.versions for v in variables(stmt.iterable)):
                array.add(loops, EVERYTHING)
        elif any(v in array.versions for v in uses(stmt)):
            array.add(loops, EVERYTHING)


def _join(array: _Array, target: Var, ends: list[Expr], loops: tuple[For, ...]) -> None:
    known = [e in array.versions for e in ends]
    if all(known):
        array.versions.add(target)
    elif any(known):
        array.add(loops, EVERYTHING)


def _let(stmt: Let, array: _Array, dims: tuple[Size, ...], loops: tuple[For, ...]) -> None:
    value = stmt.value
    if not any(v in array.versions for v in variables(value)) or reads_shape(value):
        return
    if not isinstance(value, Apply) or value.op not in (GETITEM, SETITEM, ADDITEM, ADD_AT):
        array.add(loops, EVERYTHING)
        return
    base, index, *rest = value.args
    if base not in array.versions or any(v in array.versions for e in (index, *rest) for v in variables(e)):
        array.add(loops, EVERYTHING)
        return
    places = EVERYTHING if _is_chain(index) else region(index, dims)
    if value.op is not SETITEM:
        array.add(loops, places)
    if value.op is not GETITEM:
        assert stmt.target is not None
        array.versions.add(stmt.target)
        if value.op is SETITEM:
            array.add(loops, places, stmt)


def _readers(body: Block) -> dict[Var, list[Expr | None]]:
    """For each variable the indices that it is read at, None where it is read as a whole."""
    found: dict[Var, list[Expr | None]] = {}

    def read(expr: Expr) -> None:
        if reads_shape(expr):
            return
        index = expr.args[1] if isinstance(expr, Apply) and expr.op is GETITEM else None
        for n, v in enumerate(variables(expr)):
            found.setdefault(v, []).append(index if n == 0 and index is not None and not _is_chain(index) else None)

    def visit(block: Block) -> None:
        for stmt in block.stmts:
            for expr in expressions(stmt):
                read(expr)
            for inner in blocks(stmt):
                visit(inner)
        for result in block.results:
            read(result)

    visit(body)
    return found


def _is_chain(index: Expr) -> bool:
    return isinstance(index, Apply) and index.op is CHAIN
