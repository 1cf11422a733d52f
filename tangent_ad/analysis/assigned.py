"""Which variables surely have a value: not what one branch alone assigned, or a record holds, which may be that."""

from __future__ import annotations

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Var, While
from tangent_ad.ir.ops import COPY_NAME, GETITEM
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import blocks


def surely_assigned(func: Func) -> set[Var]:
    found = set(func.params)
    _block(func.body, found)
    return found


def _block(block: Block, found: set[Var]) -> None:
    def sure(expr: Expr) -> bool:
        return expr in found if isinstance(expr, Var) else expr is not UNDEFINED and expr != Const(None)

    for stmt in block.stmts:
        if isinstance(stmt, (For, While)):
            found.update(p for p, init in zip(stmt.params, stmt.inits, strict=True) if sure(init))
        for inner in blocks(stmt):
            _block(inner, found)
        if isinstance(stmt, Let) and stmt.target is not None:
            if _makes_value(stmt.value) or (not _is_held(stmt.value) and sure(_source(stmt.value))):
                found.add(stmt.target)
        elif isinstance(stmt, If):
            rows = zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True)
            found.update(t for t, a, b in rows if sure(a) and sure(b))
        elif isinstance(stmt, (For, While)):
            ends = zip(stmt.params, stmt.body.results, stmt.targets, strict=False)
            found.update(t for p, result, t in ends if p in found and sure(result))


def _source(value: Expr) -> Expr:
    return value.args[0] if isinstance(value, Apply) else value


def _is_held(value: Expr) -> bool:
    return isinstance(value, Apply) and value.op is GETITEM and not isinstance(expr_type(value.args[0]), Array)


def _makes_value(value: Expr) -> bool:
    return isinstance(value, Apply) and value.op is not COPY_NAME and not _is_held(value)
