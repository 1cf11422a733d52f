"""Removes what no result needs.

    >>> def f(x):
    ...     y = np.sin(x)
    ...     z = np.cos(x)
    ...     return z
    >>> show(f, "dead_code", x="float")
    func f(x: float):
        z: float64[] = numpy.cos(x)
        yield z

A loop keeps only the carried variables that matter; a loop or branch left with nothing is removed.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.walk import variables


def dead_code(func: Func) -> Func:
    needs = _Needs()
    needs.block(func.body, None)
    live = needs.closure([v for r in func.body.results for v in variables(r)])
    return replace(func, body=_sweep(func.body, live))


class _Needs:
    """What each variable, and each statement that must run, needs."""

    def __init__(self) -> None:
        self.edges: dict[object, list[object]] = {}
        self.roots: list[object] = []

    def closure(self, start: list[Var]) -> set[object]:
        live: set[object] = set()
        stack: list[object] = [*start, *self.roots]
        while stack:
            node = stack.pop()
            if node not in live:
                live.add(node)
                stack.extend(self.edges.get(node, ()))
        return live

    def edge(self, node: object, *needs: object) -> None:
        self.edges.setdefault(node, []).extend(needs)

    def exprs(self, *exprs: Expr) -> list[object]:
        return [v for e in exprs for v in variables(e)]

    def block(self, block: Block, control: Stmt | None) -> None:
        for stmt in block.stmts:
            if control is not None:
                self.edge(stmt, control)
            if isinstance(stmt, Let):
                if stmt.target is None or (isinstance(stmt.value, Apply) and not stmt.value.op.pure):
                    self.roots.append(stmt)
                    self.edge(stmt, *self.exprs(stmt.value))
                if stmt.target is not None:
                    self.edge(stmt.target, *self.exprs(stmt.value), stmt)
            elif isinstance(stmt, Store):
                self.roots.append(stmt)
                self.edge(stmt, stmt.base, *self.exprs(*stmt.args))
            elif isinstance(stmt, If):
                self.edge(stmt, *self.exprs(stmt.test))
                self.block(stmt.then, stmt)
                self.block(stmt.orelse, stmt)
                for target, a, b in zip(stmt.targets, stmt.then.results, stmt.orelse.results, strict=True):
                    self.edge(target, stmt, *self.exprs(a, b))
            else:
                assert isinstance(stmt, (For, While))
                self.loop(stmt)

    def loop(self, stmt: For | While) -> None:
        n = len(stmt.params)
        heads: list[Expr] = list(stmt.body.results[n:])
        if isinstance(stmt, For):
            heads.append(stmt.iterable)
            self.edge(stmt.index, stmt)
            self.edge(stmt.elem, stmt)
        else:
            heads += stmt.test.results
            self.block(stmt.test, stmt)
        self.edge(stmt, *self.exprs(*heads))
        self.block(stmt.body, stmt)
        for param, init, result, target in zip(stmt.params, stmt.inits, stmt.body.results, stmt.targets, strict=False):
            self.edge(param, stmt, *self.exprs(init, result))
            self.edge(target, param)


def _sweep(block: Block, live: set[object]) -> Block:
    kept: list[Stmt] = []
    for stmt in block.stmts:
        if isinstance(stmt, Let):
            if stmt in live or stmt.target in live:
                kept.append(stmt)
        elif isinstance(stmt, Store):
            kept.append(stmt)
        elif stmt in live:
            kept.append(_trim(stmt, live))
    return Block(tuple(kept), block.results)


def _trim(stmt: Stmt, live: set[object]) -> Stmt:
    if isinstance(stmt, If):
        keep = [i for i, t in enumerate(stmt.targets) if t in live]
        arms = [Block(b.stmts, tuple(b.results[i] for i in keep)) for b in (stmt.then, stmt.orelse)]
        return replace(stmt, then=_sweep(arms[0], live), orelse=_sweep(arms[1], live),
                       targets=tuple(stmt.targets[i] for i in keep))  # fmt: skip
    assert isinstance(stmt, (For, While))
    n = len(stmt.params)
    keep = [i for i, (p, t) in enumerate(zip(stmt.params, stmt.targets, strict=True)) if p in live or t in live]
    results = (*(stmt.body.results[i] for i in keep), *stmt.body.results[n:])
    made = replace(
        stmt,
        params=tuple(stmt.params[i] for i in keep),
        inits=tuple(stmt.inits[i] for i in keep),
        targets=tuple(stmt.targets[i] for i in keep),
        body=_sweep(Block(stmt.body.stmts, results), live),
    )
    return replace(made, test=_sweep(made.test, live)) if isinstance(made, While) else made
