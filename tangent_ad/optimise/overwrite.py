"""What is added to a place that was just set to zero is written there instead.

    >>> def f(x, y, i, j):
    ...     x[i] = x[i] * y
    ...     x[j] += y
    ...     return x
    >>> adjoint(f, x="float64[5]", y="float", i="int", j="int")
    func f(x: float64[5], y: float, i: int, j: int, x_bar: float64[5]):
        t: float64[] = operator.getitem(x, i)
        t.1: float64[] = operator.getitem(x_bar, j)
        t.2: float64[] = operator.getitem(x_bar, i)
        x_bar.1: float64[5] = array.set(x_bar, i, 0.0)
        t.3: float64[] = operator.mul(t.2, y)
        t.4: float64[] = operator.mul(t.2, t)
        y_bar: float64[] = operator.add(t.1, t.4)
        x_bar.2: float64[5] = array.add_at(x_bar.1, i, t.3)
        t.5: tuple[float64[5], float64[]] = tuple.pack(x_bar.2, y_bar)
        yield t.5
    >>> adjoint(f, "overwrite", x="float64[5]", y="float", i="int", j="int")
    func f(x: float64[5], y: float, i: int, j: int, x_bar: float64[5]):
        t: float64[] = operator.getitem(x, i)
        t.1: float64[] = operator.getitem(x_bar, j)
        t.2: float64[] = operator.getitem(x_bar, i)
        t.3: float64[] = operator.mul(t.2, y)
        t.4: float64[] = operator.mul(t.2, t)
        y_bar: float64[] = operator.add(t.1, t.4)
        x_bar.1: float64[5] = array.set(x_bar, i, t.3)
        t.5: tuple[float64[5], float64[]] = tuple.pack(x_bar.1, y_bar)
        yield t.5

What was added to other places in between is added after that: no sum becomes another, as 0 + a + b is b + a. A place
that is written twice is written once. Only what nobody reads in between, and only what is no view: NumPy may read one
of the same array after it has written over it.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, SETITEM, WRITES
from tangent_ad.ir.types import Array, rank
from tangent_ad.ir.walk import count_uses, map_stmt
from tangent_ad.optimise.common import key_of


def overwrite(func: Func) -> Func:
    counts = count_uses([func.body])

    def visit(block: Block) -> Block:
        lets: dict[Var, Let] = {}
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, lambda e: e, visit)
            if isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
                old = _until_written(stmt, stmt.value, lets, counts)
                if old:
                    stmts = [s for s in stmts if s not in old]
                    *first, stmt = _rewritten(old, stmt)
                    stmts += first
                    lets.update({s.target: s for s in first if s.target is not None})
                assert stmt.target is not None
                lets[stmt.target] = stmt
            stmts.append(stmt)
        return Block(tuple(stmts), block.results)

    return replace(func, body=visit(func.body))


def _until_written(stmt: Let, value: Apply, lets: dict[Var, Let], counts: dict[Var, int]) -> list[Let]:
    """The writes before `stmt`, down to one into its own place which it may stand for; none if there is no such."""
    found: list[Let] = []
    base = value.args[0] if value.op in (ADDITEM, SETITEM) and _is_new(value.args[2], lets) else None
    while isinstance(base, Var) and base in lets and counts.get(base) == 1 and isinstance(base.type, Array):
        inner = lets[base].value
        if not isinstance(inner, Apply) or lets[base].origin.derived != stmt.origin.derived:
            break
        found.insert(0, lets[base])
        same = inner.op in (ADDITEM, SETITEM) and key_of(inner.args[1]) == key_of(value.args[1]) is not None
        if same and inner.op is SETITEM and (value.op is SETITEM or inner.args[2] in (Const(0.0), Const(0))):
            return found
        if inner.op is not ADDITEM or value.op is SETITEM:
            break
        base = inner.args[0]
    return []


def _is_new(value: Expr, lets: dict[Var, Let]) -> bool:
    """Whether what is written is no view: one of the same array is added as it is read, but may be written too late."""
    if rank(expr_type(value)) == 0:
        return True
    made = lets[value].value if isinstance(value, Var) and value in lets else None
    return isinstance(made, Apply) and made.op.fresh and made.op not in WRITES


def _rewritten(old: list[Let], stmt: Let) -> list[Let]:
    """The write of `stmt` in the place of the first of the old ones, then the others."""
    values = [stmt.value, *(let.value for let in old[1:])]
    targets = [*(let.target for let in old[:-1]), stmt.target]
    made: list[Let] = []
    for target, value in zip(targets, values, strict=True):
        assert isinstance(value, Apply) and isinstance(old[0].value, Apply)
        base = made[-1].target if made else old[0].value.args[0]
        assert base is not None
        op = value.op if made else SETITEM
        made.append(replace(stmt, target=target, value=replace(value, op=op, args=(base, *value.args[1:]))))
    return made
