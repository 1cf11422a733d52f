"""Algebra with constants and neutral elements, copies, and values known from elsewhere.

    >>> def f(x, y, z):
    ...     a = x * 1.0
    ...     b = y - 0.0
    ...     c = 2 * (4 * z)
    ...     return a, b, c
    >>> show(f, "simplify", "dead_code", x="float", y="float", z="float")
    func f(x: float, y: float, z: float):
        c: float = operator.mul(8, z)
        t: tuple[float, float, float] = tuple.pack(x, y, c)
        yield t

Only where the types agree, here that of `x * 1` and of `x`:

    >>> def f(x):
    ...     return x * 1.0
    >>> show(f, "simplify", x="int")
    func f(x: int):
        t: float = operator.mul(x, 1.0)
        yield t
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import CHAIN, PACK_TUPLE, SLICE
from tangent_ad.ir.walk import count_uses, map_expr, statements, variables
from tangent_ad.optimise.patterns import (
    PATTERNS,
    Pattern,
    algebra,  # noqa: F401  they fill PATTERNS
    axes,  # noqa: F401
    writes,  # noqa: F401
    )


def simplify(func: Func, known: Mapping[Var, Apply] | None = None, rounds: bool = False) -> Func:
    """Rewrite by the patterns of the files in `patterns`, and drop copies.

    `known`: definitions outside `func` that it reads. `rounds`: what rounds in another way is for all statements, not
    for derived ones only.
    """
    simplifier = _Simplifier(known or {}, PATTERNS, rounds, func.body)
    return replace(func, body=simplifier.block(func.body))


def drop_copies(func: Func) -> Func:
    """Copies and unchanged loop variables only: after `in_place` a definition may be out of date."""
    simplifier = _Simplifier({}, {})
    simplifier.written = {s.base for s in statements(func.body) if isinstance(s, Store)}
    return replace(func, body=simplifier.block(func.body))


class _Simplifier:
    def __init__(
        self,
        known: Mapping[Var, Apply],
        patterns: Mapping[object, list[Pattern]],
        rounds: bool = False,
        body: Block | None = None,
    ) -> None:
        self.patterns, self.rounds, self.body = patterns, rounds, body
        self.values: dict[Var, Expr] = {}  # variables that are another atom
        self.names: dict[Var, list[Var]] = {}  # of that atom, where it is a variable
        self.defs: dict[Var, Apply] = dict(known)
        self.own: set[Expr] = set(known)  # what the user computes
        self.written: set[Var] = set()
        self.derived = self.users = False  # of the statement at hand: see `Knowledge`

    def atom(self, expr: Expr) -> Expr:
        while isinstance(expr, Var) and expr in self.values:
            expr = self.values[expr]
        return expr

    def definition(self, expr: Expr) -> Apply | None:
        return expr if isinstance(expr, Apply) else self.defs.get(expr) if isinstance(expr, Var) else None

    def is_own(self, expr: Expr) -> bool:
        return expr in self.own

    def is_read_once(self, expr: Expr) -> bool:
        return not isinstance(expr, Var) or self.times_read(expr) <= 1

    def times_read(self, var: Var) -> int:
        """In the function as it was given, under all the names that it had there."""
        return self.reads.get(var, 0) + sum(self.times_read(name) - 1 for name in self.names.get(var, ()))

    @cached_property
    def reads(self) -> dict[Var, int]:
        """How often each variable is read in the function as it was given."""
        return {} if self.body is None else count_uses([self.body])

    def resolve(self, expr: Expr) -> Expr:
        known = self.values
        return map_expr(expr, self.atom) if any(v in known for v in variables(expr)) else expr

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        return Block(tuple(stmts), tuple(self.resolve(r) for r in block.results))

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let):
            return self.let(stmt)
        if isinstance(stmt, If):
            return self.branch(stmt)
        if isinstance(stmt, Store):
            base = self.atom(stmt.base)
            assert isinstance(base, Var)
            return [replace(stmt, base=base, args=tuple(self.resolve(a) for a in stmt.args))]
        assert isinstance(stmt, (For, While))
        return self.loop(stmt)

    def let(self, stmt: Let) -> list[Stmt]:
        self.users = not stmt.origin.derived
        self.derived = self.rounds or not self.users
        value = self.resolve(stmt.value)
        made: list[Stmt] = []
        if isinstance(value, Apply):
            value = self.rewrite(value)
            if isinstance(value, Apply):  # keep the arguments atoms
                value, made = self.flatten(value, stmt)
        if stmt.target is None:
            return [*made, replace(stmt, value=value)]
        if isinstance(value, (Var, Const)):
            self.values[stmt.target] = value
            if isinstance(value, Var):
                self.names.setdefault(value, []).append(stmt.target)
            return made
        self.defs[stmt.target] = value
        if not stmt.origin.derived:
            self.own.add(stmt.target)
        return [*made, replace(stmt, value=value)]

    def flatten(self, value: Apply, stmt: Let) -> tuple[Apply, list[Stmt]]:
        made: list[Stmt] = []
        args: list[Expr] = []
        for i, arg in enumerate(value.args):
            if isinstance(arg, Apply) and not _may_nest(value, i, arg):
                inner, before = self.flatten(arg, stmt)
                var = Var("t", inner.type)
                self.defs[var] = inner
                made += [*before, Let(var, inner, stmt.origin)]
                args.append(var)
            else:
                args.append(arg)
        return (replace(value, args=tuple(args)) if made else value), made

    def rewrite(self, value: Apply) -> Expr:
        for _ in range(8):
            for rule in self.patterns.get(value.op.call, ()):
                found = rule(self, value)
                if found is not None:
                    if not isinstance(found, Apply):
                        return found
                    value = found
                    break
            else:
                return value
        return value

    def branch(self, stmt: If) -> list[Stmt]:
        test = self.resolve(stmt.test)
        if isinstance(test, Const) and test is not UNDEFINED:
            arm = stmt.then if test.value else stmt.orelse
            block = self.block(arm)
            self.values.update(zip(stmt.targets, block.results, strict=True))
            return list(block.stmts)
        then, orelse = self.block(stmt.then), self.block(stmt.orelse)
        keep = []
        for i, (target, a, b) in enumerate(zip(stmt.targets, then.results, orelse.results, strict=True)):
            if a is b or (isinstance(a, Const) and a == b):
                self.values[target] = a
            else:
                keep.append(i)
        arms = [Block(x.stmts, tuple(x.results[i] for i in keep)) for x in (then, orelse)]
        return [replace(stmt, test=test, then=arms[0], orelse=arms[1], targets=tuple(stmt.targets[i] for i in keep))]

    def loop(self, stmt: For | While) -> list[Stmt]:
        inits = tuple(self.resolve(i) for i in stmt.inits)
        n = len(stmt.params)
        # A carried variable that comes round unchanged is what it started as.
        same = [i for i in range(n) if self.atom(stmt.body.results[i]) is stmt.params[i] and inits[i] is not UNDEFINED]
        renamed: list[Stmt] = []
        for i in same:
            init, param = inits[i], stmt.params[i]
            hints = {init.hint, param.hint} if isinstance(init, Var) and param in self.written else set()
            literal = isinstance(init, Const) and param in self.written
            if literal or (len(hints) == 2 and not hints & set(ANONYMOUS)):  # written from here on under its new name
                init = Var(param.hint, param.type)
                renamed.append(Let(init, inits[i], stmt.origin))
            self.values[param] = init
            self.values[stmt.targets[i]] = init
        keep = [i for i in range(n) if i not in same]
        results = (*(stmt.body.results[i] for i in keep), *stmt.body.results[n:])
        parts: dict[str, object] = {
            "params": tuple(stmt.params[i] for i in keep),
            "inits": tuple(inits[i] for i in keep),
            "targets": tuple(stmt.targets[i] for i in keep),
        }
        if isinstance(stmt, For):
            parts["iterable"] = self.resolve(stmt.iterable)
        else:
            parts["test"] = self.block(stmt.test)
        parts["body"] = self.block(Block(stmt.body.stmts, results))
        return [*renamed, replace(stmt, **parts)]  # type: ignore[arg-type]


def _may_nest(value: Apply, i: int, arg: Apply) -> bool:
    """Indices and names of functions stay nested, everything else is flat."""
    if arg.op is SLICE or value.op is CHAIN or arg.op.syntax == "function":
        return True
    return i == 1 and arg.op in (PACK_TUPLE, CHAIN) and value.op.syntax in ("getitem", "setitem", "additem", "add_at")
