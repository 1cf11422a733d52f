"""An array that a loop reads and writes by element is a list, or rows of lists, while the loop runs.

    >>> def f(x):
    ...     for i in range(1, len(x)):
    ...         x[i] += x[i - 1] * x[i]
    ...     return x
    >>> show(f, "dead_code", x="float64[n]")
    func f(x: float64[...]):
        t: int = builtins.len(x)
        x.2 = for k, i: int in builtins.range(1, t) carrying (x.1: float64[...] = x):
            t.1: int = operator.sub(i, 1)
            t.2: float64[] = operator.getitem(x.1, t.1)
            t.3: float64[] = operator.getitem(x.1, i)
            t.4: float64[] = operator.mul(t.2, t.3)
            x.3: float64[...] = array.add_at(x.1, i, t.4)
            yield x.3
        yield x.2
    >>> show(f, "dead_code", "lists", x="float64[n]")
    func f(x: float64[...]):
        t: int = builtins.len(x)
        x.1: list[float, ...] = numpy.ndarray.tolist(x)
        x.3 = for k, i: int in builtins.range(1, t) carrying (x.2: list[float, ...] = x.1):
            t.1: int = operator.sub(i, 1)
            t.2: float64[] = operator.getitem(x.2, t.1)
            t.3: float64[] = operator.getitem(x.2, i)
            t.4: float64[] = operator.mul(t.2, t.3)
            x.4: list[float, ...] = array.add_at(x.2, i, t.4)
            yield x.4
        x.5: float64[...] = numpy.array(x.3)
        yield x.5

An element of a list is a Python float, and costs a third of one of an array. Where that would behave in another way
than NumPy's own float does (a division by zero raises), one operand is made NumPy's again. Only loops that come by
about every element: a list of all of them costs as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from tangent_ad.analysis.indices import items
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type, symbols_in
from tangent_ad.analysis.sizes import reaches, symbols
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import ADDITEM, CHAIN, GETITEM, SETITEM, TOLIST
from tangent_ad.ir.types import Array, Dim, List, Number, Seq, Type, dims_of
from tangent_ad.ir.walk import free_variables, map_expr, map_stmt, statements, variables
from tangent_ad.optimise.python_floats import as_numpy
from tangent_ad.rules.declare import op_of

KINDS = {"float64": "float", "complex128": "complex"}


def work_on_lists(func: Func) -> Func:
    ending = {s for stmt in statements(func.body) if isinstance(stmt, For) and stmt.stops for s in _counted(stmt)}
    worker = _Worker(ending)
    body = worker.block(func.body)
    return as_numpy(replace(func, body=body)) if worker.found else func


class _Worker:
    def __init__(self, ending: set[int]) -> None:
        self.ending = ending  # what counts the turns of loops that may end early
        self.found = False
        self.constants: dict[Var, Var] = {}  # the list of an array that nothing changes

    def block(self, block: Block) -> Block:
        outer = dict(self.constants)
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, If):
                stmts.append(replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse)))
            elif isinstance(stmt, (For, While)):
                before, loop, after = self.loop(stmt)
                loop = replace(loop, body=self.block(loop.body))
                stmts += [*before, loop, *after]
            else:
                stmts.append(stmt)
        self.constants = outer
        return Block(tuple(stmts), block.results)

    def loop(self, loop: For | While) -> tuple[list[Stmt], For | While, list[Stmt]]:
        """A loop with lists in the place of what it uses by element, and what goes before and behind it."""
        before: list[Stmt] = []
        after: list[Stmt] = []
        uses = [_Uses.of(loop, i) for i in range(len(loop.params))]
        uses += [_Uses.of_constant(loop, v) for v in free_variables(Block((replace(loop, inits=()),)))]
        for use in uses:
            if use is None or not use.is_worth_it(self.ending):
                continue
            self.found = True
            base = use.base
            start = self.constants.get(base) if use.place is None else None
            if start is None:
                start = Var(base.hint, list_of(base.type))
                before.append(Let(start, Apply(TOLIST, (base,), (), start.type), loop.origin))
            if use.place is None:
                self.constants[base] = start
            new = {v: Var(v.hint, start.type) for v in use.family if v is not base}
            new[base] = start
            if use.place is not None:
                after += back(new, base, loop.targets[use.place], loop, before)
            loop = _Rewriter(new).stmt(loop)  # type: ignore[assignment]
        return before, loop, after


def back(new: dict[Var, Var], base: Var, target: Var, loop: Stmt, before: list[Stmt]) -> list[Stmt]:
    """The list as an array again; one of no rows has the shape that it had."""
    array = Apply(op_of(np.array), (new[target],), _dtype(base.type), target.type)
    if len(dims_of(base.type) or ()) == 1:
        return [Let(target, array, loop.origin)]
    var = Var(target.hint, target.type)
    shape = Var("shape", Seq(tuple, (Number("int"), Number("int"))))
    before.insert(0, Let(shape, Apply(op_of(np.shape), (base,), (), shape.type), loop.origin))
    reshaped = Apply(op_of(np.reshape), (var, shape), (), target.type)
    return [Let(var, array, loop.origin), Let(target, reshaped, loop.origin)]


def list_of(t: Type) -> Type:
    assert isinstance(t, Array) and t.dims is not None
    made: Type = Number(KINDS[t.dtype])
    for _ in t.dims:
        made = List(made)
    return made


def _dtype(t: Type) -> tuple[tuple[str, Expr], ...]:
    return (("dtype", Const(complex, "complex")),) if isinstance(t, Array) and t.dtype == "complex128" else ()


class _Other(Exception):
    """An array is used in another way than by element."""


@dataclass
class _Uses:
    """The uses of one array in a loop, and of what writes make of it: its family.

    Attributes:
      place: which of the loop's variables it is, None for an array that the loop only reads.
      written: versions of the array that are overwritten so far.
    """

    base: Var
    place: int | None
    family: set[Var]
    indices: list[tuple[object, ...]] = field(default_factory=list)
    turns: set[int] = field(default_factory=set)  # symbols of the ints that loops count with
    written: set[Var] = field(default_factory=set)

    @classmethod
    def of(cls, loop: For | While, place: int) -> _Uses | None:
        base = loop.inits[place]
        if not isinstance(base, Var) or not _may_be_list(base.type) or loop.params[place].type != base.type:
            return None
        found = cls(base, place, {base})
        try:
            found.loop(loop)
        except _Other:
            return None
        return found

    @classmethod
    def of_constant(cls, loop: For | While, base: Var) -> _Uses | None:
        if not _may_be_list(base.type) or base in loop.inits:
            return None
        found = cls(base, None, {base})
        try:
            found.loop(loop)
        except _Other:
            return None
        return found

    def is_worth_it(self, ending: set[int]) -> bool:
        """Whether the loop seems to come by every element, so that making the list costs no more than that.

        Each axis must be run through by a loop of its own.
        """
        dims = dims_of(self.base.type) or ()
        for index in self.indices:
            through = [
                {t for t in (self.turns - ending) & symbols(value_of_int(i)) if reaches(Dim(t), size)}
                for i, size in zip(index, dims, strict=True)
                if isinstance(i, Var)
            ]
            if len(through) == len(dims) and all(through) and len(set().union(*through)) >= len(dims):
                return True
        return False

    def block(self, block: Block, own: set[Var]) -> None:
        """Look at the statements; `own`: versions of the array that belong to the innermost loop."""
        for stmt in block.stmts:
            if isinstance(stmt, Let):
                self.let(stmt, own)
            elif isinstance(stmt, If):
                self.branch(stmt, own)
            else:
                assert isinstance(stmt, (For, While))
                own |= self.loop(stmt)

    def let(self, stmt: Let, own: set[Var]) -> None:
        value = stmt.value
        met = [v for v in variables(value) if v in self.family]
        if not met:
            return
        if not isinstance(value, Apply) or len(met) > 1 or value.args[0] is not met[0] or met[0] in self.written:
            raise _Other
        if value.op not in (GETITEM, SETITEM, ADDITEM) or stmt.target is None:
            raise _Other
        self.element(value)
        if value.op is not GETITEM:
            if met[0] not in own or not _fits(value.args[2], self.base.type):
                raise _Other
            self.written.add(met[0])
            self.family.add(stmt.target)
            own.add(stmt.target)

    def element(self, value: Apply) -> None:
        index = items(value.args[1])
        if len(index) != len(self.base.type.dims) or not all(map(_is_int, index)):  # type: ignore[attr-defined]
            raise _Other
        self.indices.append(index)

    def branch(self, stmt: If, own: set[Var]) -> None:
        self.none(variables(stmt.test))
        start, ends = set(self.written), []
        for arm in (stmt.then, stmt.orelse):
            self.written = set(start)
            self.block(arm, own)
            if any(r in self.written for r in arm.results):
                raise _Other
            ends.append(self.written)
        self.written = ends[0] | ends[1]
        for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
            if (a in self.family) != (b in self.family):
                raise _Other
            if a in self.family:
                self.family.add(target)
                own.add(target)

    def loop(self, stmt: For | While) -> set[Var]:
        """Look at a loop; returns what it makes of the array."""
        carried = [i for i, init in enumerate(stmt.inits) if init in self.family]
        if any(stmt.inits[i] in self.written for i in carried) or len(carried) > 1:
            raise _Other
        if isinstance(stmt, For):
            self.none(variables(stmt.iterable))
            self.turns |= _counted(stmt)
        self.written |= {stmt.inits[i] for i in carried}  # type: ignore[misc]
        params = {stmt.params[i] for i in carried}
        self.family |= params
        if isinstance(stmt, While):
            self.block(stmt.test, set())
            self.none(v for r in stmt.test.results for v in variables(r))
        self.block(stmt.body, set(params))
        for i, result in enumerate(stmt.body.results):
            if (result in self.family) != (i in carried) or result in self.written:
                raise _Other
        targets = {stmt.targets[i] for i in carried}
        self.family |= targets
        return targets

    def none(self, read: Iterable[Var]) -> None:
        if any(v in self.family for v in read):
            raise _Other


def _counted(loop: For) -> set[int]:
    """The symbols of the ints that count the turns of a loop."""
    return {*symbols_in(loop.elem.type), *symbols_in(loop.index.type)}


def _may_be_list(t: Type) -> bool:
    return isinstance(t, Array) and t.dtype in KINDS and t.dims is not None and len(t.dims) in (1, 2)


def _is_int(item: object) -> bool:
    if isinstance(item, Var):
        t = item.type
        return (isinstance(t, Number) and t.kind == "int") or (
            isinstance(t, Array) and t.dims == () and t.dtype.startswith(("int", "uint"))
        )
    value = item.value if isinstance(item, Const) else item
    return type(value) is int


def _fits(value: Expr, base: Type) -> bool:
    """Whether a value can be an item of the list as it is."""
    assert isinstance(base, Array)
    t = expr_type(value)
    if isinstance(value, Const):
        return type(value.value) in (int, float)
    return (isinstance(t, Number) and t.kind == KINDS[base.dtype]) or t == Array(base.dtype, ())


@dataclass
class _Rewriter:
    """Puts lists in the place of arrays."""

    new: dict[Var, Var]

    def block(self, block: Block) -> Block:
        return Block(tuple(map(self.stmt, block.stmts)), tuple(map(self.var, block.results)))

    def var(self, expr: Expr) -> Expr:
        return self.new.get(expr, expr) if isinstance(expr, Var) else expr

    def bound(self, found: tuple[Var, ...]) -> tuple[Var, ...]:
        return tuple(self.new.get(v, v) for v in found)

    def stmt(self, stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let):
            value = stmt.value
            if not isinstance(value, Apply) or not any(v in self.new for v in variables(value)):
                return stmt
            target = self.new.get(stmt.target, stmt.target) if stmt.target is not None else None
            return replace(stmt, target=target, value=self.element(value))
        stmt = map_stmt(stmt, lambda e: map_expr(e, self.var), self.block)
        if isinstance(stmt, If):
            return replace(stmt, targets=self.bound(stmt.targets))
        assert isinstance(stmt, (For, While))
        return replace(stmt, params=self.bound(stmt.params), targets=self.bound(stmt.targets))

    def element(self, value: Apply) -> Apply:
        index = tuple(i if isinstance(i, (Var, Const)) else Const(i) for i in items(value.args[1]))
        place: Expr = index[0] if len(index) == 1 else Apply(CHAIN, index)
        args = (self.var(value.args[0]), place, *value.args[2:])
        if len(args) == 3 and isinstance(args[2], Const):
            args = (*args[:2], Const(float(args[2].value)))
        t = value.type if value.op is GETITEM else expr_type(args[0])
        return replace(value, args=args, type=t)
