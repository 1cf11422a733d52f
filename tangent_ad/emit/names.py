"""Out of static single assignment: one Python name for each family of values that can share it.

Values joined by a loop or branch want one name; so do values with one hint. They get it where no two of
them are needed at the same time.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable

from tangent_ad.analysis.hints import ANONYMOUS, suggestions
from tangent_ad.ir.nodes import Block, Expr, For, Func, If, Stmt, Var, While
from tangent_ad.ir.walk import bound, definitions, expressions, free_variables, variables

RESERVED = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np", "math"}


def name_variables(func: Func, inner: frozenset[Var], taken: Iterable[str]) -> dict[Var, str]:
    """A name for every variable. `inner`: those bound inside a nested function, whose names are its own."""
    interference = _Interference(func)
    families = _Families(interference, inner)
    for a, b in interference.wishes:
        families.merge(a, b)
    return _Namer(func, families, interference, inner, set(taken) | RESERVED).names


class _Interference:
    """Which variables are needed at the same time, and which would like one name."""

    def __init__(self, func: Func) -> None:
        self.with_: dict[Var, set[Var]] = {}
        self.wishes: list[tuple[Var, Var]] = []
        self.forced: list[tuple[Var, Var]] = []
        live = self.block(func.body, set())
        self.together(func.params, live)

    def together(self, made: Iterable[Var], live: set[Var]) -> None:
        made = list(made)
        for v in made:
            others = (live | set(made)) - {v}
            self.with_.setdefault(v, set()).update(others)
            for o in others:
                self.with_.setdefault(o, set()).add(v)

    def block(self, block: Block, live_out: set[Var]) -> set[Var]:
        live = set(live_out)
        for r in block.results:
            live.update(variables(r))
        for stmt in reversed(block.stmts):
            live = self.stmt(stmt, live)
        return live

    def stmt(self, stmt: Stmt, after: set[Var]) -> set[Var]:
        if isinstance(stmt, If):
            return self.branch(stmt, after)
        if isinstance(stmt, (For, While)):
            return self.loop(stmt, after)
        self.together(bound(stmt), after)
        live = after - set(bound(stmt))
        for e in expressions(stmt):
            live.update(variables(e))
        return live

    def branch(self, stmt: If, after: set[Var]) -> set[Var]:
        self.together(stmt.targets, after)
        rest = after - set(stmt.targets)
        live: set[Var] = set()
        for arm in (stmt.then, stmt.orelse):
            self.targets_against(arm, stmt.targets, rest)
            live |= self.block(arm, rest)
            self.wish(zip(arm.results, stmt.targets, strict=True))
        live.update(variables(stmt.test))
        return live

    def targets_against(self, arm: Block, targets: tuple[Var, ...], rest: set[Var]) -> None:
        """At a branch's end targets are assigned one after the other, while other results wait."""
        waiting = rest | {v for r in arm.results for v in variables(r)}
        for target, own in zip(targets, arm.results, strict=True):
            others = waiting - set(variables(own))
            if len(arm.results) > 1:
                self.with_.setdefault(target, set()).update(others)
                for o in others:
                    self.with_.setdefault(o, set()).add(target)

    def loop(self, stmt: For | While, after: set[Var]) -> set[Var]:
        self.together(stmt.targets, after)
        self.forced += zip(stmt.targets, stmt.params, strict=True)
        n = len(stmt.params)
        head = [stmt.index, stmt.elem] if isinstance(stmt, For) else []
        outside = set(free_variables(stmt.body)) - set(stmt.params) - set(head)
        if isinstance(stmt, While):
            outside |= set(free_variables(stmt.test)) - set(stmt.params)
            outside |= set(variables(stmt.test.results[0])) - set(stmt.params) - set(definitions(stmt.test))
        rest = (after - set(stmt.targets)) | outside
        live = self.block(stmt.body, rest)
        if isinstance(stmt, While):
            live = self.block(stmt.test, live | set(stmt.params))
        if isinstance(stmt, For):  # parameters are assigned before the iterable is evaluated
            for param, init in zip(stmt.params, stmt.inits, strict=True):
                self.together((param,), {v for v in variables(stmt.iterable) if v is not init})
        # Parameters that are read after the loop live through all of it.
        self.together((*stmt.params, *head), rest | live)
        self.wish(zip(stmt.body.results[:n], stmt.params, strict=False))
        self.wish(zip(stmt.inits, stmt.params, strict=True))
        live = rest | (live - set(stmt.params) - set(head))
        for e in expressions(stmt):
            live.update(variables(e))
        return live

    def wish(self, pairs: Iterable[tuple[Expr, Var]]) -> None:
        self.wishes += [(a, b) for a, b in pairs if isinstance(a, Var)]


class _Families:
    def __init__(self, interference: _Interference, inner: frozenset[Var]) -> None:
        self.of: dict[Var, list[Var]] = {}
        self.interference, self.inner = interference, inner
        for a, b in interference.forced:
            self.join(a, b)

    def get(self, v: Var) -> list[Var]:
        return self.of.setdefault(v, [v])

    def join(self, a: Var, b: Var) -> None:
        x, y = self.get(a), self.get(b)
        if x is not y:
            x.extend(y)
            for v in y:
                self.of[v] = x

    def merge(self, a: Var, b: Var) -> None:
        x, y = self.get(a), self.get(b)
        named = {v.hint for v in (*x, *y) if v.hint not in ANONYMOUS}
        if x is not y and len(named) < 2 and not self.clash(x, y):
            self.join(a, b)

    def clash(self, x: list[Var], y: list[Var]) -> bool:
        if any((a in self.inner) != (b in self.inner) for a in x for b in y):
            return True
        second = set(y)
        return any(self.interference.with_.get(a, set()) & second for a in x)


class _Namer:
    def __init__(
        self, func: Func, families: _Families, interference: _Interference, inner: frozenset[Var], taken: set[str]
    ) -> None:
        self.families, self.taken = families, taken
        self.users: dict[str, list[list[Var]]] = {}
        self.names: dict[Var, str] = {}
        self.suggested = suggestions(func.body)
        for param in func.params:
            self.give(families.get(param), param.hint, fixed=True)
        order = [v for v in (*func.params, *definitions(func.body))]
        for var in order:
            if var not in self.names:
                family = families.get(var)
                self.give(family, self.best_hint(family))

    def best_hint(self, family: list[Var]) -> str:
        hints = [v.hint for v in family if v.hint not in ANONYMOUS]
        if hints:
            return max(dict.fromkeys(hints), key=hints.count)
        return next((self.suggested[v] for v in family if v in self.suggested), family[0].hint)

    def give(self, family: list[Var], hint: str, fixed: bool = False) -> None:
        hint = hint if hint.isidentifier() else "t"
        name, n = hint, 1
        while not fixed and not self.free(name, family):
            n += 1
            name = f"{hint.rstrip('_')}_{n}" if not hint[-1].isdigit() else f"{hint}_{n}"
        self.users.setdefault(name, []).append(family)
        for v in family:
            self.names[v] = name

    def free(self, name: str, family: list[Var]) -> bool:
        if name in self.taken or not name.isidentifier():
            return False
        return not any(self.families.clash(family, other) for other in self.users.get(name, ()))
