"""IR -> Python syntax tree -> source text: the statements (`expressions.py` has the rest).

astor prints the tree; where it cannot run (Python 3.14 on), `ast.unparse` does: see `printing.py`.
"""

from __future__ import annotations

import ast
import operator
import os
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.emit.expressions import Expressions, negated
from tangent_ad.emit.names import name_variables
from tangent_ad.emit.printing import comment
from tangent_ad.emit.scalars import surely_scalars
from tangent_ad.emit.spelling import BINARY, Speller
from tangent_ad.emit.undefined import set_to_none
from tangent_ad.emit.unpacked import Unpacked
from tangent_ad.errors import Origin
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import CHAIN, COPY_NAME, PACK_TUPLE
from tangent_ad.ir.types import Array, List, Number, Opaque, Type, never_wraps, rank
from tangent_ad.ir.walk import bound, definitions, map_expr, variables
from tangent_ad.runtime import helpers


def function_tree(func: Func, speller: Speller, taken: Iterable[str], pullback_params: int = 0) -> ast.FunctionDef:
    """The tree of one function.

    `pullback_params`: that many last parameters belong to a nested `pullback`, which holds everything
    derived, and the function returns `(value, pullback)`.
    """
    return _Function(func, speller, taken, pullback_params).tree()


class _Function(Expressions):
    def __init__(self, func: Func, speller: Speller, taken: Iterable[str], pullback_params: int) -> None:
        self.func = func
        stmts = func.body.stmts
        self.split = len(stmts)
        if pullback_params:
            self.split = next((i for i, s in enumerate(stmts) if s.origin.derived), len(stmts))
        n = len(func.params) - pullback_params
        self.outer_params, self.inner_params = func.params[:n], func.params[n:]
        inner = set(definitions(Block(stmts[self.split :]))) | set(self.inner_params)
        inner |= {v for s in stmts[self.split :] for v in bound(s)}
        super().__init__(func, speller, name_variables(func, frozenset(inner if pullback_params else ()), taken))
        self.set_to_none = set_to_none(func, self.names)
        self.scalars = surely_scalars(func)
        self.patterns = Unpacked(func, self.split)
        self.last_origin: Origin | None = None


    def tree(self) -> ast.FunctionDef:
        stmts = self.func.body.stmts
        doc: list[ast.stmt] = [ast.Expr(ast.Constant(self.func.title))] if self.func.title else []
        body = self.taken_apart(self.outer_params) + self.stmts(stmts[: self.split])
        result = self.func.body.results[0]
        if self.inner_params or self.split < len(stmts):
            body += self.pullback(stmts[self.split :], result)
        elif not (isinstance(result, Const) and result.value is None):
            body.append(ast.Return(self.expr(result)))
        return _def(self.func.name, self.arguments(self.outer_params, dict(self.func.defaults)), doc + self.under(body))

    def under(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements under the contexts that the user entered."""
        managers = [c for c in self.func.contexts if isinstance(c.type, Opaque)]  # filters give nothing
        filters: list[ast.stmt] = [ast.Expr(self.apply(c)) for c in self.func.contexts if c not in managers]
        items = [ast.withitem(self.apply(c), None) for c in managers]
        return [ast.With(items, filters + body, None)] if items else body

    def pullback(self, stmts: tuple[Stmt, ...], result: Expr) -> list[ast.stmt]:
        """`return value, pullback`, where the result is the pair (value, cotangents)."""
        if not self.inner_params:
            return [*self.stmts(stmts), ast.Return(self.expr(result))]
        value: Expr
        cotangents: Expr
        if isinstance(result, Const):
            value, cotangents = (Const(part) for part in result.value)
        else:
            pair = next((s for s in stmts if isinstance(s, Let) and s.target is result), None)
            packed = result if pair is None else pair.value
            assert isinstance(packed, Apply) and packed.op is PACK_TUPLE
            value, cotangents = packed.args
            stmts = tuple(s for s in stmts if s is not pair)
        inner = [*self.stmts(stmts), ast.Return(self.expr(cotangents))]
        name = "pullback"
        returned = ast.Tuple([self.expr(value), ast.Name(name, ast.Load())], ast.Load())
        return [_def(name, self.arguments(self.inner_params, {}), self.under(inner)), ast.Return(returned)]

    def taken_apart(self, params: tuple[Var, ...]) -> list[ast.stmt]:
        """`a, b = record`, for a parameter that is only taken apart."""
        patterns = [(p, self.patterns.elements[p]) for p in params if p in self.patterns.elements]
        return [ast.Assign([self.target(pattern)], self.expr(p)) for p, pattern in patterns]

    def arguments(self, params: tuple[Var, ...], defaults: dict[str, Any]) -> ast.arguments:
        names = [ast.arg(self.names[p]) for p in params]
        values = [self.speller.value(defaults[p.hint], p.hint) for p in params if p.hint in defaults]
        return ast.arguments([], names, None, [], [], None, values)

    # -- statements ----------------------------------------------------------------------------------

    def stmts(self, stmts: Iterable[Stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for stmt in stmts:
            made += self.noted(stmt, self.stmt(stmt))
        return made

    def noted(self, stmt: Stmt, made: list[ast.stmt]) -> list[ast.stmt]:
        """Adjoint code says which source line it is the adjoint of; a tangent stands beside that line."""
        origin = stmt.origin
        if not origin.derived or origin.beside or not made or not origin.text:
            return made
        last = self.last_origin
        if last is not None and (origin.file, origin.line) == (last.file, last.line):
            return made
        self.last_origin = origin
        return [comment(f"{os.path.basename(origin.file)}:{origin.line}  {origin.text}"), *made]

    def stmt(self, stmt: Stmt) -> list[ast.stmt]:
        if isinstance(stmt, Let):
            return self.let(stmt)
        if isinstance(stmt, Store):
            return [self.store(stmt)]
        if isinstance(stmt, If):
            return self.branch(stmt)
        assert isinstance(stmt, (For, While))
        return self.loop(stmt)

    def let(self, stmt: Let) -> list[ast.stmt]:
        value = stmt.value
        if stmt in self.patterns.hidden:
            return []
        if stmt.target is None:
            assert isinstance(value, Apply)
            return [self.effect(value)]
        name = self.names[stmt.target]
        if stmt in self.patterns.unpacked:
            targets = self.patterns.unpacked[stmt]
            return [ast.Assign([self.target(targets)], self.expr(value))]
        if self.is_called(value, name):
            return []
        augmented = self.augmented(stmt, name)
        return [augmented if augmented is not None else _assign(name, self.expr(value))]

    def is_called(self, value: Expr, name: str) -> bool:
        """Whether a value is a variable of this name already."""
        while isinstance(value, Apply) and value.op is COPY_NAME:
            value = value.args[0]
        return isinstance(value, Var) and self.names[value] == name

    def augmented(self, stmt: Let, name: str) -> ast.stmt | None:
        """x = x + y is x += y where x is a number, which cannot be shared."""
        assert stmt.target is not None
        is_number = isinstance(stmt.target.type, Number) or rank(stmt.target.type) == 0
        return self.sum_onto(stmt.value, name) if is_number else None

    def sum_onto(self, value: Expr, name: str) -> ast.stmt | None:
        """x + y as x += y, where x is called `name`, and is a number."""
        if not (isinstance(value, Apply) and value.op.call in (operator.add, operator.sub, operator.mul)):
            return None
        x, y = value.args
        if isinstance(x, Var) and self.names[x] == name and (isinstance(x.type, Number) or x in self.scalars):
            return ast.AugAssign(_store(name), BINARY[value.op.symbol](), self.expr(y))
        return None

    def effect(self, value: Apply) -> ast.stmt:
        if value.op.syntax == "raise":
            return ast.Raise(self.expr(value.args[0]))
        if value.op.syntax == "assert":
            return ast.Assert(self.expr(value.args[0]), self.expr(value.args[1]) if len(value.args) > 1 else None)
        return ast.Expr(self.expr(value))

    def store(self, stmt: Store) -> ast.stmt:
        base = self.expr(stmt.base)
        args = stmt.args
        if stmt.kind == "append":
            return ast.Expr(ast.Call(ast.Attribute(base, "append", ast.Load()), [self.expr(args[0])], []))
        if stmt.kind == "pop":
            return ast.Expr(ast.Call(ast.Attribute(base, "pop", ast.Load()), [], []))
        if args and isinstance(args[0], Apply) and args[0].op is CHAIN:
            *steps, last = args[0].args
            for step in steps:
                base = ast.Subscript(base, self.index(step), ast.Load())
            args = (last, *args[1:])
        if stmt.kind == "add_at":
            self.speller.imports.add("np")
            function = ast.Attribute(ast.Attribute(ast.Name("np", ast.Load()), "add", ast.Load()), "at", ast.Load())
            return ast.Expr(ast.Call(function, [base, self.expr(args[0]), self.expr(args[1])], []))
        if stmt.kind == "add_item":
            call = ast.Call(self.speller.helper(helpers.add_item), [base, *(self.expr(a) for a in args)], [])
            return _assign(self.names[stmt.base], call)
        place: ast.expr = ast.Name(self.names[stmt.base], ast.Store())
        if stmt.kind in ("setitem", "additem"):
            place = ast.Subscript(base, self.index(args[0]), ast.Store())
        value = args[-1]
        if stmt.kind == "setitem":
            return ast.Assign([place], self.expr(value))
        if stmt.kind == "additem" and not (isinstance(stmt.base.type, Array) or _holds_numbers(stmt.base.type)):
            # An item of a list may be in other places too: it is replaced, not written into.
            had = ast.Subscript(base, self.index(args[0]), ast.Load())
            return ast.Assign([place], ast.BinOp(had, ast.Add(), self.expr(value)))
        operators = {"iadd": ast.Add, "isub": ast.Sub, "imul": ast.Mult, "itruediv": ast.Div, "additem": ast.Add}
        operator_ = operators[stmt.kind]()
        is_sum = stmt.kind in ("iadd", "additem") and (stmt.origin.derived or never_wraps(expr_type(value)))
        if is_sum and isinstance(value, Apply) and value.op.call is operator.neg:
            operator_, value = ast.Sub(), value.args[0]
        return ast.AugAssign(place, operator_, self.expr(value))  # type: ignore[arg-type]

    def copies(self, pairs: Iterable[tuple[Var, Expr]]) -> list[ast.stmt]:
        """Assignments at the end of a block, in parallel where one overwrites what another reads."""
        todo = []
        for target, value in pairs:
            if value is UNDEFINED and target in self.set_to_none:
                value = Const(None)
            if value is UNDEFINED or self.is_called(value, self.names[target]):
                continue
            todo.append((self.names[target], value))
        made: list[ast.stmt] = []
        reads = [{self.names[v] for v in variables(value)} for _, value in todo]
        readers = Counter(name for names in reads for name in names)
        while todo:  # first what no other reads
            free = next((i for i, (name, _) in enumerate(todo) if readers[name] == (name in reads[i])), None)
            if free is None:
                left = ast.Tuple([_store(n) for n, _ in todo], ast.Store())
                return [*made, ast.Assign([left], ast.Tuple([self.expr(v) for _, v in todo], ast.Load()))]
            name, value = todo.pop(free)
            readers.subtract(reads.pop(free))
            made.append(self.sum_onto(value, name) or _assign(name, self.expr(value)))
        return made

    def branch(self, stmt: If, stop: int | None = None) -> list[ast.stmt]:
        arms = []
        for arm in (stmt.then, stmt.orelse):
            pairs = [(t, r) for i, (t, r) in enumerate(zip(stmt.targets, arm.results, strict=True)) if i != stop]
            body = self.stmts(arm.stmts) + self.copies(pairs)
            if stop is not None:
                body += self.leave(arm.results[stop])
            arms.append(body)
        test = self.expr(stmt.test)
        if not arms[0]:
            if not arms[1]:
                return []
            return [ast.If(negated(test), arms[1], [])]
        return [ast.If(test, arms[0], arms[1])]

    def leave(self, stop: Expr) -> list[ast.stmt]:
        if isinstance(stop, Const):
            return [ast.Break()] if stop.value is True else []
        return [ast.If(self.expr(stop), [ast.Break()], [])]

    def loop(self, stmt: For | While) -> list[ast.stmt]:
        before = self.copies(zip(stmt.params, stmt.inits, strict=True))
        last = self.last_origin
        head: list[ast.stmt] = []
        test: ast.expr = ast.Constant(True)
        if isinstance(stmt, While):
            if stmt.test.stmts:
                verdict = stmt.test.results[0]
                head = [*self.stmts(stmt.test.stmts), ast.If(negated(self.expr(verdict)), [ast.Break()], [])]
            else:
                test = self.expr(stmt.test.results[0])
        body = head + self.body(stmt)
        self.last_origin = last if last is not None and stmt.origin.derived else self.last_origin
        if isinstance(stmt, While):
            return [*before, ast.While(test, body or [ast.Pass()], [])]
        target, iterable = self.head(stmt)
        return [*before, ast.For(target, iterable, body or [ast.Pass()], [])]

    def body(self, stmt: For | While) -> list[ast.stmt]:
        """The body, its copies, and the way out; `break` goes into the branch that decides it."""
        n = len(stmt.params)
        stmts, results = stmt.body.stmts, stmt.body.results
        pairs = list(zip(stmt.params, results, strict=False))
        if not stmt.stops:
            return self.stmts(stmts) + self.copies(pairs)
        stop = results[n]
        last = stmts[-1] if stmts else None
        if isinstance(last, If) and isinstance(stop, Var) and stop in last.targets:
            where = last.targets.index(stop)
            arms = []
            for arm in (last.then, last.orelse):  # carry on from the branch itself: its copies are the loop's
                left: dict[Expr, Expr] = dict(zip(last.targets, arm.results, strict=True))
                arms.append((arm, [(p, _replaced(r, left)) for p, r in pairs]))
            if sum(1 for r in results if r is stop) == 1:
                made = self.stmts(stmts[:-1])
                bodies = []
                for arm, values in arms:
                    bodies.append(self.stmts(arm.stmts) + self.copies(values) + self.leave(arm.results[where]))
                test = self.expr(last.test)
                if bodies[0] and isinstance(bodies[0][-1], ast.Break):
                    return [*made, ast.If(test, bodies[0], []), *bodies[1]]
                if bodies[1] and isinstance(bodies[1][-1], ast.Break):
                    return [*made, ast.If(negated(test), bodies[1], []), *bodies[0]]
                return [*made, ast.If(test, bodies[0] or [ast.Pass()], bodies[1])]
        return self.stmts(stmts) + self.copies(pairs) + self.leave(stop)

    def head(self, stmt: For) -> tuple[ast.expr, ast.expr]:
        iterable = self.expr(stmt.iterable)
        elem = self.target(self.patterns.elements.get(stmt.elem, stmt.elem))
        if stmt.elem not in self.patterns.read:
            elem = _store("_")
        if stmt.index in self.patterns.read:
            sized = isinstance(stmt.iterable, (Var, Const)) or stmt.iterable.op.call is range
            if sized and isinstance(elem, ast.Name) and elem.id == "_":
                size = ast.Call(ast.Name("len", ast.Load()), [iterable], [])
                return _store(self.names[stmt.index]), ast.Call(ast.Name("range", ast.Load()), [size], [])
            pair = ast.Tuple([_store(self.names[stmt.index]), elem], ast.Store())
            return pair, ast.Call(ast.Name("enumerate", ast.Load()), [iterable], [])
        return elem, iterable

    def target(self, pattern: Any) -> ast.expr:
        if isinstance(pattern, Var):
            return _store(self.names[pattern]) if pattern in self.patterns.read else _store("_")
        if pattern is None:
            return _store("_")
        return ast.Tuple([self.target(p) for p in pattern], ast.Store())


def _holds_numbers(t: Type) -> bool:
    """Whether a list holds numbers, or rows of them: they cannot be written into, only replaced."""
    return isinstance(t, Number) or (isinstance(t, List) and (isinstance(t.item, Number) or _holds_numbers(t.item)))


def _replaced(expr: Expr, values: dict[Expr, Expr]) -> Expr:
    return map_expr(expr, lambda e: values.get(e, e) if isinstance(e, Var) else e)


def _store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([_store(name)], value)


def _def(name: str, arguments: ast.arguments, body: list[ast.stmt]) -> ast.FunctionDef:
    made = ast.FunctionDef(name=name, args=arguments, body=body or [ast.Pass()], decorator_list=[], returns=None,
                           type_comment=None)  # fmt: skip
    if sys.version_info >= (3, 12):
        made.type_params = []
    return made
