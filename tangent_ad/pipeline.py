"""The map: the named stages in a straight line, verified after each.

    frontend.lower -> prepare -> reverse | forward (any number of times) -> finish -> emit
"""

from __future__ import annotations

import os
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tangent_ad import differentiate, optimise
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.late_reads import read_where_used
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.backend import Backend
from tangent_ad.backend.blocks import in_blocks
from tangent_ad.backend.vectorise import vectorise
from tangent_ad.differentiate import few_inputs
from tangent_ad.differentiate.arithmetic import Expand
from tangent_ad.errors import NOWHERE
from tangent_ad.frontend import Lowering
from tangent_ad.frontend.own import check_own
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, Func, Let, Op, Stmt, Var
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.program import Program
from tangent_ad.ir.types import rank
from tangent_ad.ir.verify import verify
from tangent_ad.ir.walk import blocks, expressions, map_stmt, statements, substitute
from tangent_ad.optimise import Facts, Passes
from tangent_ad.optimise.dead_code import dead_code
from tangent_ad.optimise.own_results import own_results, writable_results
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

VERIFY = os.environ.get("TANGENT_AD_VERIFY", "") not in ("", "0")
ALL = Passes()
PLAIN = Backend()


@dataclass
class Unit:
    """A function on its way through the stages, with the recursive functions it calls."""

    func: Func
    callees: dict[Op, Func] = field(default_factory=dict)
    disconnected: tuple[int, ...] = ()  # inputs, of those differentiated, that the result does not depend on
    passes: Passes = ALL
    backend: Backend = PLAIN
    is_tidy: bool = False


def checked(func: Func, stage: str) -> Func:
    return verify(func, stage) if VERIFY else func


def prepare(program: Program, passes: Passes = ALL, backend: Backend = PLAIN) -> Unit:
    """What the user wrote, without what no result needs, and with the loops that the backend takes at once.

    What the frontend reads ahead, of variables that may have no value yet, goes, or is read where it is used,
    even where no pass runs.
    """
    functions = (program.main, *program.callees.values())
    main, *callees = (
        arrays_for_loops(tidy(check_own(dead_code(read_where_used(checked(f, "frontend")))), passes), passes, backend)
        for f in functions
    )
    known = dict(zip(program.callees, callees, strict=True))
    return Unit(main, known, passes=passes, backend=backend, is_tidy=True)


def tidied(unit: Unit) -> Unit:
    """The unit after the cheap passes, which a stage leaves to the next: what it is rearranged to needs them too."""
    return unit if unit.is_tidy else replace(unit, func=tidy(unit.func, unit.passes), is_tidy=True)


def arrays_for_loops(func: Func, passes: Passes, backend: Backend, derived: bool = False) -> Func:
    if not backend.is_numpy:
        return func

    def products(body: Block) -> Block:
        return passes.run(replace(func, body=body), optimise.PRODUCTS, Facts(rounds=True)).body

    made = checked(vectorise(func, None if derived else products), "vectorise")
    return tidy(replace(made, body=products(made.body)), passes)


def tidy(func: Func, passes: Passes) -> Func:
    """The cheap passes, between stages."""
    return checked(passes.run(func, optimise.TIDY), "tidy")


def cleaner(passes: Passes) -> differentiate.Clean:
    """Frees a reverse sweep from what no cotangent needs, before it is decided what to record for it."""
    return lambda sweep, known: passes.run(sweep, optimise.SWEEP, Facts(known=known))


def expander(builder: Builder) -> Expand:
    """Inlines rule templates through the frontend: the one way that Python becomes IR."""
    low = Lowering(builder)

    def expand(template: types.FunctionType, *args: Atom) -> Atom:
        low.pinned = builder.origin
        return low.run_python(template, *args)

    return expand


def given(block: Block) -> Block:
    """The same statements, none of them marked as derived: the pullback is what is derived from here on."""
    stmts = (map_stmt(s, lambda e: e, given) for s in block.stmts)
    return Block(tuple(replace(s, origin=replace(s.origin, derived=False)) for s in stmts), block.results)  # type: ignore[type-var]


def reverse(unit: Unit, inputs: tuple[int, ...], seeded: bool, aux: bool = False) -> Unit:
    """`f(params) -> (value, cotangents)`, or with `seeded` `f(params, result_bar) -> ...`.

    `inputs`: positions of the parameters to differentiate. `aux`: the function returns (value, aux).
    """
    unit = tidied(unit)
    func = replace(unit.func, body=given(unit.func.body)) if seeded else unit.func
    result = func.body.results[0]
    builder = Builder(derivative=True)
    seed_var = Var("result_bar" if not isinstance(result, Var) else f"{result.hint}_bar", expr_type(result))
    seed: object = seed_var if seeded else Const(1.0)
    if aux and not seeded:
        seed = {0: Const(1.0)}
    clean = cleaner(unit.passes)
    module = differentiate.Derivatives(unit.callees, expander, clean)
    sweeper = differentiate.Reverse(builder, expander(builder), unit.callees, module)
    variables = tuple(func.params[i] for i in inputs)
    forward, back, cotangents = differentiate.both_sweeps(sweeper, func, variables, seed, clean)
    builder.stmts, builder.origin = [], NOWHERE.adjoint
    bars = builder.apply(PACK_TUPLE, cotangents)
    pair = builder.apply(PACK_TUPLE, (result, bars))
    params = (*func.params, seed_var) if seeded else func.params
    check = () if seeded else number_check(result, aux)
    body = Block((*forward, *check, *back, *builder.stmts), (pair,))
    callees = {**unit.callees, **{op: tidy(f, unit.passes) for op, f in module.made.items()}}
    idle = tuple(i for i, v in enumerate(variables) if sweeper.c.get(v) is None)
    made = checked(replace(func, params=params, body=body), "reverse")
    return replace(unit, func=made, callees=callees, disconnected=idle, is_tidy=False)


def number_check(result: Any, aux: bool) -> tuple[Stmt, ...]:
    """Where the types do not tell, the module itself checks that the result is one real number."""
    builder = Builder(derivative=True)
    value = builder.item(result, 0) if aux else result
    if rank(expr_type(value)) is None:
        builder.effect(op_of(helpers.check_number), (value,))
    return tuple(builder.stmts)


def forward(unit: Unit, inputs: tuple[int, ...], suffix: str = "dot") -> Unit:
    """`f(params, tangents) -> (value, tangent)`. `suffix`: of the names of tangents."""
    unit = tidied(unit)
    builder = Builder(derivative=True)
    module = differentiate.Derivatives(unit.callees, expander, cleaner(unit.passes))
    mode = differentiate.Forward(builder, expander(builder), unit.callees, module, suffix)
    for stmt in statements(unit.func.body):
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
            builder.defs[stmt.target] = stmt.value
    made = mode.function(unit.func, tuple(unit.func.params[i] for i in inputs), unit.func.name)
    idle = tuple(range(len(inputs))) if mode.dot(unit.func.body.results[0]) is None else ()
    callees = {**unit.callees, **{op: tidy(f, unit.passes) for op, f in module.made.items()}}
    return replace(unit, func=checked(made, "forward"), callees=callees, disconnected=idle, is_tidy=False)


def goes_forwards(unit: Unit, inputs: tuple[int, ...]) -> bool:
    """Whether a gradient costs less in forward mode."""
    func = tidied(unit).func
    return not unit.callees and few_inputs.goes_forwards(func, tuple(func.params[i] for i in inputs))


def by_tangents(unit: Unit, inputs: tuple[int, ...]) -> Unit:
    """What `reverse` gives, of few inputs: a tangent for each of them, derived one after the other."""
    names = [unit.func.params[i].hint for i in inputs]
    suffixes = ["dot"] if len(names) == 1 else [f"dot_{name}" for name in names]
    idle = []
    for n, (i, suffix) in enumerate(zip(inputs, suffixes, strict=True)):
        unit = forward(unit, (i,), suffix)
        idle += [n for _ in unit.disconnected]
        *params, seed = unit.func.params
        body = substitute(unit.func.body, {seed: Const(1.0)})
        unit = replace(unit, func=replace(unit.func, params=tuple(params), body=body))
    last = len(inputs) - 1
    tangents = [(*(0,) * (last - k), 1, *(0,) * k) for k in range(len(inputs))]  # not tangents of other tangents
    unit = _returning(unit, lambda item: [item((0,) * len(inputs)), [item(path) for path in tangents]])
    return replace(unit, func=dead_code(unit.func), disconnected=tuple(idle))


def select(unit: Unit, *path: int) -> Unit:
    """Return only a part of the result: `select(u, 1)` of (value, tangent) is the tangent."""
    return _returning(unit, lambda item: item(path))


def rearrange(unit: Unit, paths: tuple[tuple[int, ...], ...]) -> Unit:
    """Return a tuple of parts of the result."""
    return _returning(unit, lambda item: [item(p) for p in paths])


def _returning(unit: Unit, choose: Callable[..., Any]) -> Unit:
    builder = Builder(derivative=True)
    for stmt in statements(unit.func.body):
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
            builder.defs[stmt.target] = stmt.value

    def item(path: tuple[int, ...]) -> Atom:
        result = unit.func.body.results[0]
        for key in path:
            result = builder.item(result, key)
        return result  # type: ignore[return-value]

    def packed(chosen: Any) -> Atom:
        return builder.apply(PACK_TUPLE, list(map(packed, chosen))) if isinstance(chosen, list) else chosen

    result = packed(choose(item))
    body = Block((*unit.func.body.stmts, *builder.stmts), (result,))
    return replace(unit, func=checked(replace(unit.func, body=body), "rearrange"), is_tidy=False)


def finish(unit: Unit, name: str, title: str, seeds: int = 0, value_at: int | None = None) -> Unit:
    """Make it ready to print: memory reused, temporaries folded, unused callees dropped.

    `seeds`: how many last parameters belong to a pullback; `value_at`: which item of the result is the value.
    """
    unit = tidied(unit)
    region = differentiate.forward_region(unit.func) if seeds else frozenset()
    func = own_results(replace(unit.func, name=name, title=title), value_at, region)
    func = checked(unit.passes.run(func, optimise.LAST, Facts(final=True)), "the last passes")
    func = arrays_for_loops(func, unit.passes, unit.backend, derived=True)
    if unit.backend.is_numpy:
        func = checked(unit.passes.run(func, ("simplify", "dead_code"), Facts(rounds=True)), "inner products")
    callees = {op: polish(writable_results(f), unit.passes) for op, f in unit.callees.items()}
    if unit.backend.is_numpy:
        func, made = in_blocks(func, unit.backend, bool(seeds))
        callees |= {op: checked(f, "blocks") for op, f in made.items()}
    func = polish(func, unit.passes, bool(seeds))
    return replace(unit, func=func, callees=_reachable(func, callees))


def polish(func: Func, passes: Passes, is_pullback: bool = False) -> Func:
    func = checked(passes.run(func, optimise.ELEMENTS), "the elements")
    region = differentiate.forward_region(func) if is_pullback else frozenset()
    return checked(passes.run(func, optimise.WRITES, Facts(region=region)), "the writes")


def _reachable(func: Func, callees: Mapping[Op, Func]) -> dict[Op, Func]:
    found: dict[Op, Func] = {}
    stack = [func]
    while stack:
        for op in _ops(stack.pop().body):
            if op in callees and op not in found:
                found[op] = callees[op]
                stack.append(callees[op])
    return found


def _ops(body: Block) -> list[Op]:
    found: list[Op] = []
    for stmt in statements(body):
        found += _ops_of([*expressions(stmt), *(r for block in blocks(stmt) for r in block.results)])
    return found + _ops_of(body.results)


def _ops_of(exprs: Iterable[Expr]) -> list[Op]:
    found, todo = [], list(exprs)
    while todo:
        expr = todo.pop()
        if isinstance(expr, Apply):
            found.append(expr.op)
            todo += expr.operands
    return found
