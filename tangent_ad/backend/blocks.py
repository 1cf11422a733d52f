"""Runs of elementwise operations on large arrays, in blocks that fit into the cache.

Before:
    t = np.sin(x)
    y = t * x
    s = np.sum(y * y)

After:
    if x.size < 65536:
        ... as before
    else:
        y = np.empty(x.shape)
        s, = f_blocks(0, len(x), x, y)

    def f_blocks(first, last, x, y):
        buffer = np.empty(16384)
        s = 0.0
        for start in range(first, last, 16384):
            stop = min(start + 16384, last)
            t = buffer[: stop - start]
            x_part = x[start:stop]
            y_part = y[start:stop]
            np.sin(x_part, out=t)
            np.multiply(t, x_part, out=y_part)
            np.multiply(y_part, y_part, out=t)
            s += np.sum(t)
        return (s,)

The arrays of the members that nothing else reads are never made, and the others are written once. Which way is
taken is decided when the code runs: small arrays are in the cache anyway.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.hints import ANONYMOUS, suggestions
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend.options import Backend
from tangent_ad.backend.regions import FLOATS, Finder, Region, ufunc_of
from tangent_ad.errors import NOWHERE
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Store, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE, SLICE, method_op
from tangent_ad.ir.types import Array, Number, Range, Seq, Type, dims_of
from tangent_ad.ir.walk import block_uses, map_stmt, substitute, variables
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

LARGE = 65536  # elements: smaller arrays are in the cache anyway
LARGE_KEPT = 16384  # where buffers stay between calls
BLOCK = 16384  # elements of one block; a few such buffers fit into a core's second cache


def in_blocks(func: Func, backend: Backend, pullback: bool = False) -> tuple[Func, dict[Op, Func]]:
    """The function with its long elementwise runs in blocks, and the functions that it calls for them.

    `pullback`: what is derived becomes a function of its own, so that no run goes across.
    """
    writer = _Writer(func, backend)
    stmts, results = func.body.stmts, func.body.results
    split = next((i for i, s in enumerate(stmts) if s.origin.derived), len(stmts)) if pullback else 0
    later = tuple(dict.fromkeys(block_uses(Block(stmts[split:], results))))
    forward = writer.block(Block(stmts[:split], later), once=not pullback).stmts
    rest = writer.block(Block(stmts[split:], results), once=not pullback)
    return replace(func, body=Block((*forward, *rest.stmts), rest.results)), writer.made


class _Writer:
    def __init__(self, func: Func, backend: Backend) -> None:
        self.func, self.backend = func, backend
        self.made: dict[Op, Func] = {}
        self.suggested = suggestions(func.body)
        simple = all(isinstance(p.type, (Array, Number)) for p in func.params)
        self.arguments = [p for p in func.params if dims_of(p.type)] if simple else None

    def block(self, block: Block, once: bool = True) -> Block:
        """`once`: it runs at most once in a call."""
        stmts: list[Stmt] = []
        rest = tuple(self.inside(s, once and isinstance(s, If)) for s in block.stmts)
        finder = Finder(block)
        while (found := finder.first(rest, block.results)) is not None:
            before, region, after = found
            later = set(block_uses(Block(tuple(after), block.results)))
            stmts += [*before, *self.region(region, later, once)]
            rest = tuple(after)
        return Block((*stmts, *rest), block.results)

    def inside(self, stmt: Stmt, once: bool) -> Stmt:
        return map_stmt(stmt, lambda e: e, lambda b: self.block(b, once))

    def region(self, region: Region, later: set[Var], once: bool) -> list[Stmt]:
        """Both ways to compute a region, and the choice."""
        results = [v for v in region.bound() if v in later]
        name = f"{self.func.name}_blocks{len(self.made) + 1 if self.made else ''}"
        keep = name if self.backend.workspace else ""
        plan = _Plan(region, results, self.suggested, keep, self.arguments if keep and once else None)
        if not plan.inputs:
            return region.stmts
        threads = 1 if region.parts else self.backend.threads  # neighbouring blocks may add to the same place
        op = Op(name, in_blocks, "call" if threads == 1 else "function", symbol=name, pure=False)
        self.made[op] = plan.function(name, threads > 1)
        builder = Builder(derivative=True)
        builder.origin = region.stmts[0].origin
        least = LARGE if not keep else LARGE_KEPT
        test = builder.call(operator.lt, builder.call(np.size, plan.inputs[0]), Const(least))
        outer = builder.open()
        values = plan.call(op, threads, builder)
        large = Block(builder.close(outer), tuple(values))
        small = Block(tuple(region.stmts), tuple(results))
        targets = tuple(results)
        renamed = {v: Var(v.hint, v.type) for v in region.bound()}
        small = _renamed(small, renamed)
        return [*builder.stmts, If(test, small, large, targets, builder.origin)]


def _renamed(block: Block, names: dict[Var, Var]) -> Block:
    """The same statements, which bind other variables."""
    stmts = tuple(replace(s, target=names[s.target]) for s in block.stmts if isinstance(s, Let) and s.target)
    return substitute(Block(stmts, block.results), names)


@dataclass
class _Plan:
    """How a region is computed block by block.

    Attributes:
      results: what is read after the region.
      inputs: arrays of the members' shape that it reads; `whole`: other values that it reads.
      outputs: members that are results: arrays that are written block by block.
      suggested: names for anonymous variables.
      keep: the name under which buffers stay between calls, if they do.
      unlike: where outputs stay as well, the arguments, which may be the outputs of the call before. None where they do
        not: in a loop they are others in every turn.
    """

    region: Region
    results: list[Var]
    suggested: dict[Var, str]
    keep: str
    unlike: list[Var] | None
    inputs: list[Var] = field(default_factory=list)
    whole: list[Var] = field(default_factory=list)
    outputs: list[Var] = field(default_factory=list)

    def __post_init__(self) -> None:
        region = self.region
        inside = set(region.bound())
        for value in (*region.members.values(), *region.parts.values()):
            for v in variables(value):
                if v in inside or v in self.inputs or v in self.whole:
                    continue
                (self.inputs if dims_of(v.type) == region.dims else self.whole).append(v)
        self.outputs = [v for v in self.results if v in region.members]
        self.zeros = list(region.zeros)
        self.sums = list(region.sums)

    def hint(self, v: Var) -> str:
        """The name of an array: it is to be filled, so it cannot be called after what makes it."""
        return self.suggested.get(v, "value") if v.hint in ANONYMOUS else v.hint

    @property
    def sums_type(self) -> Type:
        """One number, or a tuple of several."""
        types = tuple(v.type for v in self.sums)
        return types[0] if len(types) == 1 else Seq(tuple, types)

    # -- the caller ------------------------------------------------------------------------------------

    def call(self, op: Op, threads: int, builder: Builder) -> list[Expr]:
        """Statements that make the results; returns their values."""
        arrays: dict[Var, Expr] = {}
        like = self.inputs[0]
        for n, v in enumerate(self.outputs):
            assert isinstance(v.type, Array)
            dtype: tuple[tuple[str, Expr], ...] = (("dtype", Const(np.dtype(v.type.dtype))),)
            dtype = () if expr_type(like) == v.type else dtype
            made = Apply(op_of(np.empty_like), (like,), dtype, v.type)
            arrays[v] = builder.name(self.kept(f"output {n}", _int(np.shape, like), made, self.unlike), self.hint(v))
        for n, v in enumerate(self.zeros):
            made = self.region.zeros[v]
            if made.op.call is np.zeros_like:
                made = self.kept(f"sum {n}", _int(np.shape, made.args[0]), made, self.unlike)
            arrays[v] = builder.name(made, v.hint)
            if made.op.call is helpers.kept:
                builder.effect(method_op("fill", pure=False), (arrays[v], Const(0.0)))
        size: Atom = builder.call(len, like)
        given = (*self.inputs, *self.whole, *arrays.values())
        args: tuple[Expr, ...] = (Const(0), size, *given)
        if threads > 1:
            op, args = op_of(helpers.in_threads), (Apply(op, ()), size, Const(threads), *given)
        if not self.sums:
            builder.effect(op, args)
            return [arrays[self.region.base(v)] for v in self.results]
        sums = builder.name(Apply(op, args, (), self.sums_type), "sums" if len(self.sums) > 1 else self.sums[0].hint)
        numbers: dict[Var, Expr] = {self.sums[0]: sums}
        if len(self.sums) > 1:
            numbers = {v: builder.item(sums, i, v.hint) for i, v in enumerate(self.sums)}
        return [numbers[v] if v in numbers else arrays[self.region.base(v)] for v in self.results]

    def kept(self, what: str, shape: Expr, made: Apply, unlike: list[Var] | None) -> Apply:
        """An array that stays between calls where they do, else a new one."""
        t = made.type
        assert isinstance(t, Array)
        if not self.keep or unlike is None:
            return made
        options: list[tuple[str, Expr]] = [] if t.dtype == "float64" else [("dtype", Const(np.dtype(t.dtype)))]
        if unlike:
            options.append(("unlike", Apply(PACK_TUPLE, tuple(unlike))))
        return Apply(op_of(helpers.kept), (Const(f"{self.keep} {what}"), shape), tuple(options), t)

    # -- the function ----------------------------------------------------------------------------------

    def function(self, name: str, threads: bool) -> Func:
        return _Function(self, name, threads).made


class _Function:
    """`f_blocks(first, last, *arrays)`: the sums; the arrays that are outputs are written into."""

    def __init__(self, plan: _Plan, name: str, threads: bool) -> None:
        self.plan, self.region = plan, plan.region
        self.b = Builder(derivative=True)
        count = Number("int")
        self.first, self.last = Var("first", count), Var("last", count)
        self.param = _params((*plan.inputs, *plan.whole, *plan.outputs, *plan.zeros), plan)
        self.step = self.rows()
        self.places = self.views()
        self.registers = _Registers(plan, self.block_shape(), threads)
        loop_body, start, totals = self.loop()
        index = Var("k", Number("int"))
        inits = tuple(Const(0.0) for _ in plan.sums)
        results = tuple(Var(total_name(v), v.type) for v in plan.sums)
        iterable = Apply(op_of(range), (self.first, self.last, self.step), (), Range())
        loop = For(index, start, iterable, totals, inits, loop_body, results)
        body = [*self.b.stmts, *self.registers.made, loop]
        result: Expr = Const(None)
        if plan.sums:
            result = results[0] if len(results) == 1 else Apply(PACK_TUPLE, results, (), plan.sums_type)
        params = (self.first, self.last, *self.param.values())
        title = "Blocks of the arrays from `first` to `last`, each small enough for the cache."
        self.made = Func(name, params, Block(tuple(body), (result,)), NOWHERE, title=title)

    def rows(self) -> Atom:
        """How many rows of the arrays make a block."""
        like = self.param[self.plan.inputs[0]]
        if len(self.region.dims) == 1:
            return Const(BLOCK)
        row = _int(operator.floordiv, _int(np.size, like), _int(len, like))
        return self.b.call(max, Const(1), _int(operator.floordiv, Const(BLOCK), row), hint="rows")

    def block_shape(self) -> Expr:
        like = self.param[self.plan.inputs[0]]
        if len(self.region.dims) == 1:
            return Const(BLOCK)
        axes = (Apply(GETITEM, (_int(np.shape, like), Const(i))) for i in range(1, len(self.region.dims)))
        return Apply(PACK_TUPLE, (self.step, *axes))

    def views(self) -> dict[Var, Var]:
        """The parts of arrays of zeros that members are added to, for each statement that does it."""
        found = {}
        for target, value in self.region.parts.items():
            base = self.param[self.region.base(target)]
            t = Array(base.type.dtype, self.region.dims)  # type: ignore[attr-defined]
            found[target] = self.b.name(Apply(GETITEM, (base, value.args[1]), (), t), base.hint)
        return found

    def loop(self) -> tuple[Block, Var, tuple[Var, ...]]:
        b, region = Builder(derivative=True), self.region
        start = Var("start", Number("int"))
        end = Apply(op_of(operator.add), (start, self.step), (), Number("int"))
        stop = b.call(min, end, self.last, hint="stop")
        self.cut = Apply(SLICE, (start, stop, Const(None)))
        length = b.call(operator.sub, stop, start, hint="length")
        self.front = Apply(SLICE, (Const(None), length, Const(None)))
        here: dict[Var, Expr] = {v: self.param[v] for v in self.plan.whole}
        for v in (*self.plan.inputs, *self.plan.outputs):
            here[v] = b.name(Apply(GETITEM, (self.param[v], self.cut), (), v.type), f"{self.param[v].hint}_part")
        totals = tuple(Var(total_name(v), v.type) for v in self.plan.sums)
        added: dict[Var, Expr] = dict(zip(self.plan.sums, totals, strict=True))
        body = b.open()
        for n, stmt in enumerate(region.stmts):
            assert isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply)
            b.origin = stmt.origin.adjoint
            target, value = stmt.target, stmt.value
            if target in region.members:
                self.member(b, n, target, value, here)
            elif target in region.sums:
                args = tuple(here[a] for a in value.args)  # type: ignore[index]
                one = Apply(value.op, args, (), value.type)
                both = Apply(op_of(operator.add), (added[target], one), (), value.type)
                added[target] = b.name(both, total_name(target))
            elif target in region.parts:
                b.add(Store("additem", self.places[target], (self.cut, here[value.args[2]]), b.origin))  # type: ignore[index]
        inner = b.close(body)
        head = [*b.stmts, *self.registers.parts(self.front)]
        return Block((*head, *inner), tuple(added[v] for v in self.plan.sums)), start, totals

    def member(self, b: Builder, n: int, target: Var, value: Apply, here: dict[Var, Expr]) -> None:
        args = tuple(here[a] if isinstance(a, Var) else a for a in value.args)
        ufunc = ufunc_of(value)
        power = value.args[1].value if ufunc is np.power and isinstance(value.args[1], Const) else None
        if power == 2 and getattr(expr_type(args[0]), "dtype", None) == getattr(target.type, "dtype", ""):
            ufunc, args = np.square, args[:1]
        assert isinstance(target.type, Array)
        self.registers.free_after(n)
        if target not in here and (ufunc is None or target.type.dtype not in FLOATS):  # a choice, or a mask
            op = value.op if ufunc is None else op_of(ufunc)
            here[target] = b.name(Apply(op, args, (), target.type), target.hint)
            return
        if target not in here:
            here[target] = self.registers.take(target, value.args)
        elif ufunc is None:
            b.add(Store("setitem", self.param[target], (self.cut, replace(value, args=args)), b.origin))
            return
        b.effect(op_of(ufunc), args, (("out", here[target]),))


def _int(call: object, *args: Expr) -> Apply:
    return Apply(op_of(call), args, (), Number("int"))


def total_name(v: Var) -> str:
    return "total" if v.hint in ANONYMOUS else v.hint


def _params(values: Iterable[Var], plan: _Plan) -> dict[Var, Var]:
    """A parameter for each value, of a name of its own."""
    found: dict[Var, Var] = {}
    taken = {"first", "last"}
    for v in values:
        stem = plan.hint(v)
        name, n = stem, 1
        while name in taken:
            n += 1
            name = f"{stem}_{n}"
        taken.add(name)
        found[v] = Var(name, v.type)
    return found


class _Registers:
    """Buffers of one block each, given to members as long as they are read."""

    def __init__(self, plan: _Plan, shape: Expr, threads: bool) -> None:
        self.region, self.plan, self.shape, self.threads = plan.region, plan, shape, threads
        self.made: list[Stmt] = []
        self.buffers: list[tuple[Var, Var]] = []  # the buffer, and its part that a block fills
        self.free: dict[str, list[Var]] = {}
        self.held: dict[Var, Var] = {}
        self.was: dict[Var, Var] = {}
        self.last: dict[Var, int] = {}
        for n, stmt in enumerate(self.region.stmts):
            assert isinstance(stmt, Let)
            for v in variables(stmt.value):
                self.last[v] = n

    def free_after(self, n: int) -> None:
        """Registers that are read for the last time: a ufunc may write where it reads."""
        for v in [v for v in self.held if self.last.get(v, -1) <= n]:
            register = self.held.pop(v)
            self.free.setdefault(register.type.dtype, []).insert(0, register)  # type: ignore[attr-defined]

    def take(self, target: Var, args: tuple[Expr, ...]) -> Var:
        """A register for a member: best one whose last reading is its own computation."""
        assert isinstance(target.type, Array)
        free = self.free.setdefault(target.type.dtype, [])
        own = [self.was[a] for a in args if a in self.was and self.was[a] in free]  # type: ignore[index]
        chosen = own[0] if own else free[0] if free else self.buffer(target.type)
        if chosen in free:
            free.remove(chosen)
        self.held[target] = self.was[target] = chosen
        return chosen

    def buffer(self, t: Array) -> Var:
        options: tuple[tuple[str, Expr], ...] = () if t.dtype == "float64" else (("dtype", Const(np.dtype(t.dtype))),)
        whole = Var("buffer", t)
        made = Apply(op_of(np.empty), (self.shape,), options, t)
        if not self.threads:
            shape = self.shape if isinstance(self.shape, Apply) else Const((BLOCK,))
            made = self.plan.kept(f"buffer {len(self.buffers)}", shape, made, [])
        self.made.append(Let(whole, made))
        part = Var("work", t)
        self.buffers.append((whole, part))
        return part

    def parts(self, front: Expr) -> list[Stmt]:
        return [Let(part, Apply(GETITEM, (whole, front), (), part.type)) for whole, part in self.buffers]
