"""Forward mode, reverse mode, and the records that join the two sweeps of reverse mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.hints import suggestions
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.undefined import define_recorded, maybe_undefined
from tangent_ad.differentiate.arithmetic import Expand
from tangent_ad.differentiate.forward import Callees, Forward
from tangent_ad.differentiate.records import keep_records
from tangent_ad.differentiate.rereads import read_again
from tangent_ad.differentiate.reverse import Pullbacks, Reverse
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, Func, Let, Op, Stmt, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Dict, Seq, Type, Unknown
from tangent_ad.ir.walk import bound, definitions, free_variables, statements, substitute

Clean = Callable[[Func, dict[Var, Apply]], Func]
"""Drops from a reverse sweep what no cotangent needs; the pipeline provides it. The dict: what is known of the
values that the sweep reads."""


def both_sweeps(
    sweeper: Reverse, func: Func, inputs: tuple[Var, ...], seed: object, clean: Clean
) -> tuple[tuple[Stmt, ...], tuple[Stmt, ...], tuple[Atom, ...]]:
    """Forward statements, reverse statements, and the cotangents of the inputs."""
    sweeps = sweeper.sweeps(func, inputs, seed)  # type: ignore[arg-type]
    known = {s.target: s.value for s in statements(func.body)
             if isinstance(s, Let) and s.target is not None and isinstance(s.value, Apply)}  # fmt: skip
    back = Func("reverse", (), Block(sweeps.reverse, sweeps.cotangents))
    back = clean(back, known)
    sweeps = replace(sweeps, reverse=back.body.stmts)
    forward, reverse = keep_records(read_again(sweeps), func.params)
    return forward, reverse, back.body.results  # type: ignore[return-value]


def forward_region(func: Func) -> frozenset[Var]:
    """Variables of a `vjp` that belong to its forward sweep: the pullback, run twice, may not write them."""
    stmts = func.body.stmts
    n = next((i for i, s in enumerate(stmts) if s.origin.derived), len(stmts))
    return frozenset(v for s in stmts[:n] for v in (*bound(s), *definitions(Block((s,)))))


class Derivatives(Pullbacks, Callees):
    """Derivatives of recursive functions, made once for each pattern of active arguments."""

    def __init__(self, callees: dict[Op, Func], expander: Callable[[Builder], Expand], clean: Clean) -> None:
        self.callees, self.expander, self.clean = callees, expander, clean
        self.made: dict[Op, Func] = {}
        self.pairs: dict[tuple[Op, tuple[bool, ...]], tuple[Op, Op]] = {}
        self.tangents: dict[tuple[Op, tuple[bool, ...]], Op] = {}

    def name(self, op: Op, suffix: str) -> str:
        taken = {f.name for f in (*self.callees.values(), *self.made.values())}
        taken |= {o.symbol for pair in self.pairs.values() for o in pair}
        taken |= {o.symbol for o in self.tangents.values()}
        name, n = f"{op.symbol}_{suffix}", 1
        while name in taken:
            n += 1
            name = f"{op.symbol}_{suffix}_{n}"
        return name

    def forward(self, op: Op, flags: tuple[bool, ...]) -> Op:
        key = (op, flags)
        if key not in self.tangents:
            made = _function_op(self.name(op, "tangent"), op.pure)
            self.tangents[key] = made
            func = self.callees[op]
            builder = Builder(derivative=True)
            mode = Forward(builder, self.expander(builder), self.callees, self)
            for stmt in statements(func.body):
                if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
                    builder.defs[stmt.target] = stmt.value
            inputs = tuple(p for p, f in zip(func.params, flags, strict=True) if f)
            self.made[made] = mode.function(func, inputs, made.symbol)
        return self.tangents[key]

    def pullback(self, op: Op, flags: tuple[bool, ...]) -> tuple[Op, Op]:
        key = (op, flags)
        if key not in self.pairs:
            ops = _function_op(self.name(op, "forward"), op.pure), _function_op(self.name(op, "backward"))
            self.pairs[key] = ops
            func = self.callees[op]
            inputs = tuple(p for p, f in zip(func.params, flags, strict=True) if f)
            self.made[ops[0]], self.made[ops[1]] = self.split(func, inputs, ops)
        return self.pairs[key]

    def split(self, func: Func, inputs: tuple[Var, ...], ops: tuple[Op, Op]) -> tuple[Func, Func]:
        """The two halves of a function's derivative: (result, record) and (record, result_bar) -> bars."""
        result = func.body.results[0]
        builder = Builder(derivative=True)
        sweeper = Reverse(builder, self.expander(builder), self.callees, self)
        bar = Var(f"{func.name}_bar", result.type if isinstance(result, Var) else Unknown())
        forward, reverse, cotangents = both_sweeps(sweeper, func, inputs, bar, self.clean)
        back = Block(reverse, cotangents)
        needed = [v for v in free_variables(back) if v is not bar]
        missing = maybe_undefined(Block(forward))  # None in the record of a call that took another path
        forward = tuple(define_recorded(forward, set(needed)))
        record_type = Seq(tuple, tuple(recorded_type(v, v in missing) for v in needed))
        result_type = result.type if isinstance(result, Var) else expr_type(result)
        pair_type = Seq(tuple, (result_type, record_type))
        record, pair = Var("record", record_type), Var("pair", pair_type)
        first = (
            *forward,
            Let(record, Apply(PACK_TUPLE, tuple(needed), (), record_type), func.origin),
            Let(pair, Apply(PACK_TUPLE, (result, record), (), pair_type), func.origin),
        )
        taken = Var("record", record_type)
        names = suggestions(Block(forward))
        renamed: dict[Var, Expr] = {v: Var(names.get(v, v.hint), v.type) for v in needed}
        unpack = tuple(Let(new, Apply(GETITEM, (taken, Const(i)), (), new.type), func.origin)  # type: ignore[arg-type, union-attr]
                       for i, new in enumerate(renamed.values()))  # fmt: skip
        bars_type = Seq(tuple, tuple(v.type for v in inputs))
        bars = Var("bars", bars_type)
        back = substitute(back, renamed)
        last = (*unpack, *back.stmts, Let(bars, Apply(PACK_TUPLE, back.results, (), bars_type), func.origin))
        return (
            Func(ops[0].symbol, func.params, Block(first, (pair,)), func.origin),
            Func(ops[1].symbol, (taken, bar), Block(last, (bars,)), func.origin),
        )


def recorded_type(v: Var, missing: bool) -> Type:
    """The type of an item of a record; what may not be there cannot be taken apart."""
    return Unknown() if missing and isinstance(v.type, (Seq, Dict)) else v.type


def _function_op(name: str, pure: bool = True) -> Op:
    return Op(name, _function_op, "call", symbol=name, pure=pure)


__all__ = ["Derivatives", "Forward", "Reverse", "both_sweeps", "forward_region"]
