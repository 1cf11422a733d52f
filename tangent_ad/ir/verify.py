"""Well-formedness of the IR, checked after every stage in tests and under TANGENT_AD_VERIFY=1."""

from __future__ import annotations

from tangent_ad.errors import VerifyError
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.walk import bound, expressions, variables


def verify(func: Func, stage: str) -> Func:
    """Check that every variable is bound once and before use, and that blocks yield what is bound.

    Raises:
      VerifyError: naming the stage, the function and the variable.
    """
    _Verifier(func, stage).run()
    return func


class _Verifier:
    def __init__(self, func: Func, stage: str) -> None:
        self.func, self.stage = func, stage
        self.seen: set[Var] = set()

    def fail(self, why: str, stmt: Stmt | None = None) -> None:
        where = f" at {stmt.origin}" if stmt is not None else ""
        raise VerifyError(f"after {self.stage}, in {self.func.name}{where}: {why}")

    def run(self) -> None:
        scope: set[Var] = set()
        self.bind(self.func.params, scope, None)
        self.block(self.func.body, scope)
        if len(self.func.body.results) != 1:
            self.fail("a function returns one value")

    def bind(self, variables_: tuple[Var, ...], scope: set[Var], stmt: Stmt | None) -> None:
        for var in variables_:
            if var in self.seen:
                self.fail(f"{var} is bound twice", stmt)
            self.seen.add(var)
            scope.add(var)

    def read(self, expr: Expr, scope: set[Var], stmt: Stmt | None) -> None:
        if not isinstance(expr, (Var, Apply)) and type(expr).__name__ != "Const":
            self.fail(f"{expr!r} is not an expression", stmt)
        for var in variables(expr):
            if var not in scope:
                self.fail(f"{var} is read where it is not bound", stmt)

    def block(self, block: Block, outer: set[Var]) -> None:
        scope = set(outer)
        for stmt in block.stmts:
            for expr in expressions(stmt):
                self.read(expr, scope, stmt)
            self.inside(stmt, scope)
            self.bind(bound(stmt), scope, stmt)
        for expr in block.results:
            self.read(expr, scope, None)

    def inside(self, stmt: Stmt, scope: set[Var]) -> None:
        if isinstance(stmt, If):
            for branch in (stmt.then, stmt.orelse):
                self.block(branch, scope)
                self.lengths(stmt, branch.results, stmt.targets, 0)
        elif isinstance(stmt, (For, While)):
            inner = set(scope)
            self.bind(stmt.params, inner, stmt)
            if isinstance(stmt, For):
                self.bind((stmt.index, stmt.elem), inner, stmt)
            else:
                self.block(stmt.test, inner)
                self.lengths(stmt, stmt.test.results, (None,), 0)
            self.block(stmt.body, inner)
            self.lengths(stmt, stmt.body.results, stmt.params, int(stmt.stops))
            self.lengths(stmt, stmt.inits, stmt.params, 0)
            self.lengths(stmt, stmt.targets, stmt.params, 0)
        elif not isinstance(stmt, (Let, Store)):
            self.fail(f"{type(stmt).__name__} is not a statement", stmt)

    def lengths(self, stmt: Stmt, a: tuple[object, ...], b: tuple[object, ...], extra: int) -> None:
        if len(a) != len(b) + extra:
            self.fail(f"{type(stmt).__name__} yields {len(a)} values, {len(b) + extra} expected", stmt)
