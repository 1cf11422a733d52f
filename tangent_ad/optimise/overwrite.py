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
    >>> adjoint(f, "overwrite", "dead_code", x="float64[5]", y="float", i="int", j="int")
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
that is written twice is written once. Only what nobody reads in between.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.ir.nodes import Apply, Block, Const, Func, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, SETITEM
from tangent_ad.ir.types import Array
from tangent_ad.ir.walk import count_uses, map_stmt
from tangent_ad.optimise.common import key_of


def overwrite(func: Func) -> Func:
    counts = count_uses([func.body])

    def visit(block: Block) -> Block:
        defs: dict[Var, Apply] = {}
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, lambda e: e, visit)
            if isinstance(stmt, Let) and stmt.target is not None and isinstance(stmt.value, Apply):
                written = _writes(stmt.value, defs, counts)
                if written is not None:
                    *first, value = _chain(written, stmt)
                    stmts += first
                    stmt = value
                assert isinstance(stmt.value, Apply) and stmt.target is not None
                defs[stmt.target] = stmt.value
            stmts.append(stmt)
        return Block(tuple(stmts), block.results)

    return replace(func, body=visit(func.body))


def _writes(value: Apply, defs: dict[Var, Apply], counts: dict[Var, int]) -> list[Apply] | None:
    """The writes that stand for `value`, down to the zeroing of its place; None if that was not zeroed."""
    between: list[Apply] = []
    base = value.args[0] if value.op in (ADDITEM, SETITEM) else None
    while isinstance(base, Var) and base in defs and counts.get(base) == 1 and isinstance(base.type, Array):
        inner = defs[base]
        same = inner.op in (ADDITEM, SETITEM) and key_of(inner.args[1]) == key_of(value.args[1]) is not None
        if same and inner.op is SETITEM and (value.op is SETITEM or inner.args[2] in (Const(0.0), Const(0))):
            first = replace(value, op=SETITEM, args=(inner.args[0], *value.args[1:]))
            return [first, *reversed(between)]
        if inner.op is not ADDITEM or value.op is SETITEM:
            return None
        between.append(inner)
        base = inner.args[0]
    return None


def _chain(writes: list[Apply], stmt: Let) -> list[Let]:
    """The writes one after the other, the last of them as `stmt`."""
    made: list[Let] = []
    for i, write in enumerate(writes):
        last = made[-1].target if made else None
        value = write if last is None else replace(write, args=(last, *write.args[1:]))
        assert stmt.target is not None
        target = stmt.target if i == len(writes) - 1 else Var(stmt.target.hint, stmt.target.type)
        made.append(replace(stmt, target=target, value=value))
    return made
