"""IR -> Python syntax tree -> source text.

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

import numpy as np

from tangent_ad.analysis.certain import certain
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.emit.names import name_variables
from tangent_ad.emit.printing import comment
from tangent_ad.emit.scalars import surely_scalars
from tangent_ad.emit.spelling import BINARY, COMPARE, UNARY, Speller
from tangent_ad.emit.undefined import set_to_none
from tangent_ad.errors import Origin
from tangent_ad.ir.instances import is_simple
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Store, Var, While
from tangent_ad.ir.ops import CHAIN, COPY_NAME, GETITEM, PACK_TUPLE
from tangent_ad.ir.types import Array, Attribute, List, Number, Opaque, Seq, Type, rank
from tangent_ad.ir.walk import blocks, bound, definitions, expressions, map_expr, statements, variables
from tangent_ad.runtime import helpers


def function_tree(func: Func, speller: Speller, taken: Iterable[str], pullback_params: int = 0) -> ast.FunctionDef:
    """The tree of one function.

    `pullback_params`: that many last parameters belong to a nested `pullback`, which holds everything
    derived, and the function returns `(value, pullback)`.
    """
    return _Function(func, speller, taken, pullback_params).tree()


class _Function:
    def __init__(self, func: Func, speller: Speller, taken: Iterable[str], pullback_params: int) -> None:
        self.func, self.speller = func, speller
        stmts = func.body.stmts
        self.split = len(stmts)
        if pullback_params:
            self.split = next((i for i, s in enumerate(stmts) if s.origin.derived), len(stmts))
        n = len(func.params) - pullback_params
        self.outer_params, self.inner_params = func.params[:n], func.params[n:]
        inner = set(definitions(Block(stmts[self.split :]))) | set(self.inner_params)
        inner |= {v for s in stmts[self.split :] for v in bound(s)}
        self.names = name_variables(func, frozenset(inner if pullback_params else ()), taken)
        self.set_to_none = set_to_none(func, self.names)
        self.scalars = surely_scalars(func)
        self.patterns = _Patterns(func, self.split)
        self.certain = certain(func)
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
        """Adjoint code says which source line it is the adjoint of."""
        origin = stmt.origin
        if not origin.derived or not made or not origin.text:
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
        if isinstance(value, Var) and self.names[value] == name:
            return []
        if isinstance(value, Apply) and value.op is COPY_NAME and self.names.get(value.args[0]) == name:  # type: ignore[arg-type]
            return []
        augmented = self.augmented(stmt, name)
        return [augmented if augmented is not None else _assign(name, self.expr(value))]

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
        if isinstance(value, Apply) and value.op.call is operator.neg and stmt.kind in ("iadd", "additem"):
            operator_, value = ast.Sub(), value.args[0]
        return ast.AugAssign(place, operator_, self.expr(value))  # type: ignore[arg-type]

    def copies(self, pairs: Iterable[tuple[Var, Expr]]) -> list[ast.stmt]:
        """Assignments at the end of a block, in parallel where one overwrites what another reads."""
        todo = []
        for target, value in pairs:
            if value is UNDEFINED and target in self.set_to_none:
                value = Const(None)
            if value is UNDEFINED or (isinstance(value, Var) and self.names[value] == self.names[target]):
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
            return [ast.If(_negated(test), arms[1], [])]
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
                head = [*self.stmts(stmt.test.stmts), ast.If(_negated(self.expr(verdict)), [ast.Break()], [])]
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
                    return [*made, ast.If(_negated(test), bodies[1], []), *bodies[0]]
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

    # -- expressions ---------------------------------------------------------------------------------

    def expr(self, expr: Expr) -> ast.expr:
        if isinstance(expr, Var):
            return ast.Name(self.names[expr], ast.Load())
        if isinstance(expr, Const):
            return self.speller.constant(expr)
        return self.apply(expr)

    def apply(self, value: Apply) -> ast.expr:
        op, args = value.op, value.args
        syntax = op.syntax
        if syntax == "binary":
            return ast.BinOp(self.expr(args[0]), BINARY[op.symbol](), self.expr(args[1]))
        if syntax == "compare":
            return ast.Compare(self.expr(args[0]), [COMPARE[op.symbol]()], [self.expr(args[1])])
        if syntax == "unary":
            operand = self.expr(args[0])
            return _negated(operand) if op.symbol == "not" else ast.UnaryOp(UNARY[op.symbol](), operand)
        handler = getattr(self, f"apply_{syntax}", None)
        if handler is not None:
            return handler(op, args)  # type: ignore[no-any-return]
        if syntax == "method":
            function = ast.Attribute(self.expr(args[0]), op.symbol, ast.Load())
            keywords = [ast.keyword(k, self.expr(v)) for k, v in value.kwargs]
            return ast.Call(function, [self.expr(a) for a in args[1:]], keywords)
        if op.call is np.transpose and len(args) == 1 and not value.kwargs and rank(expr_type(args[0])) is not None:
            return self.apply_transpose(value)
        if op.call in ATTRIBUTES and len(args) == 1 and not value.kwargs and _is_array(args[0]):
            return ast.Attribute(self.expr(args[0]), ATTRIBUTES[op.call], ast.Load())
        if op.call in METHODS and len(args) == 1 and _is_array(args[0]):
            function = ast.Attribute(self.expr(args[0]), METHODS[op.call], ast.Load())
            return ast.Call(function, [], [ast.keyword(k, self.expr(v)) for k, v in value.kwargs])
        if op.call is np.reshape and len(args) == 2 and not value.kwargs and _is_array(args[0]):
            sizes = args[1].args if isinstance(args[1], Apply) and args[1].op is PACK_TUPLE else args[1:]
            if isinstance(args[1], Const) and isinstance(args[1].value, tuple):
                sizes = tuple(map(Const, args[1].value))
            sizes = sizes or args[1:]  # x.reshape(()) has no other spelling
            return ast.Call(ast.Attribute(self.expr(args[0]), "reshape", ast.Load()), [self.expr(n) for n in sizes], [])
        if op.call is np.dot and len(args) == 2 and all(map(_is_vector, args)):
            return ast.Call(ast.Attribute(self.expr(args[0]), "dot", ast.Load()), [self.expr(args[1])], [])
        if op.call is np.zeros_like and args[0] in self.certain and not value.kwargs and _is_array(args[0], "float64"):
            self.speller.imports.add("np")
            shape = ast.Attribute(self.expr(args[0]), "shape", ast.Load())
            return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "zeros", ast.Load()), [shape], [])
        keywords = [ast.keyword(k, self.expr(v)) for k, v in value.kwargs]
        return ast.Call(self.speller.callee(op), [self.expr(a) for a in args], keywords)

    def apply_getitem(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        if isinstance(args[1], Const) and isinstance(args[1].value, Attribute):
            return ast.Attribute(self.expr(args[0]), args[1].value, ast.Load())
        item, steps = self.expr(args[0]), (args[1],)
        if isinstance(args[1], Apply) and args[1].op is CHAIN:
            steps = args[1].args  # type: ignore[assignment]
        for step in steps:
            item = ast.Subscript(item, self.index(step), ast.Load())
        return item

    def apply_transpose(self, value: Apply) -> ast.expr:
        return ast.Attribute(self.expr(value.args[0]), "T", ast.Load())

    def apply_tuple(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Tuple([self.expr(a) for a in args], ast.Load())

    def apply_list(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.List([self.expr(a) for a in args], ast.Load())

    def apply_dict(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        assert isinstance(args[0], Const)
        fields = args[0].value
        if fields.cls is not dict:
            cls = self.speller.object(fields.cls, fields.cls.__name__)
            parts = [ast.keyword(k, self.expr(a)) for k, a in zip(fields, args[1:], strict=True)]
            if is_simple(fields.cls, tuple(fields)):
                return ast.Call(cls, [], parts)
            return ast.Call(self.speller.helper(helpers.instance), [cls], parts)
        keys: list[ast.expr | None] = [self.speller.value(k, "") for k in args[0].value]
        return ast.Dict(keys, [self.expr(a) for a in args[1:]])

    def apply_slice(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Call(ast.Name("slice", ast.Load()), [self.expr(a) for a in args], [])

    def apply_identity(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return self.expr(args[0])

    def apply_ifexp(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.IfExp(*(self.expr(a) for a in args))

    def apply_function(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Name(op.symbol, ast.Load())

    def apply_and(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.BoolOp(ast.And(), [self.expr(a) for a in args])

    def apply_or(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.BoolOp(ast.Or(), [self.expr(a) for a in args])

    def apply_in(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.Compare(self.expr(args[0]), [ast.In()], [self.expr(args[1])])

    def apply_fstring(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        return ast.JoinedStr([self.part(arg) for arg in args])

    def apply_format(self, op: Op, args: tuple[Expr, ...]) -> ast.expr:
        """A part of an f-string that got a name: an f-string of its own."""
        return ast.JoinedStr([self.formatted(args)])

    def part(self, part: Expr) -> ast.expr:
        """What stands between the quotes of an f-string: text, a value, or the name of a part."""
        if isinstance(part, Apply):
            return self.formatted(part.args)
        return self.expr(part) if isinstance(part, Const) else ast.FormattedValue(self.expr(part), -1, None)

    def formatted(self, args: tuple[Expr, ...]) -> ast.expr:
        value, conversion, spec = args
        assert isinstance(conversion, Const)
        style: ast.expr | None = ast.JoinedStr([ast.FormattedValue(self.expr(spec), -1, None)])
        if isinstance(spec, Const):
            style = ast.JoinedStr([ast.Constant(spec.value)]) if spec.value else None
        return ast.FormattedValue(self.expr(value), conversion.value, style)

    def index(self, index: Expr) -> ast.expr:
        if isinstance(index, Apply) and index.op.syntax == "slice":
            return ast.Slice(*(None if isinstance(a, Const) and a.value is None else self.expr(a) for a in index.args))
        if isinstance(index, Apply) and index.op is PACK_TUPLE:
            return ast.Tuple([self.index(a) for a in index.args], ast.Load())
        return self.expr(index)


class _Patterns:
    """Where an element or a call's result is only taken apart: `for i, (x, y) in ...`, `a, b = f(x)`.

    `split`: where the pullback begins: it has names of its own.
    """

    def __init__(self, func: Func, split: int) -> None:
        self.read: set[Var] = set()
        self.elements: dict[Var, Any] = {}
        self.unpacked: dict[Let, Any] = {}
        self.hidden: set[Let] = set()
        uses: dict[Var, list[Any]] = {}
        order = list(statements(func.body))
        for stmt in order:
            for expr in _expressions(stmt):
                for v in variables(expr):
                    uses.setdefault(v, []).append(stmt)
        for r in func.body.results:
            for v in variables(r):
                uses.setdefault(v, []).append(None)
        self.read.update(uses)
        for stmt in order:
            if isinstance(stmt, For):
                pattern = self.leading(stmt.elem, uses, stmt.body, 0)
                if pattern is not None:
                    self.elements[stmt.elem] = pattern
        for param in func.params:
            pattern = self.leading(param, uses, func.body, 0) if param.hint == "record" else None
            if pattern is not None:
                self.elements[param] = pattern
        sweeps = [Block(func.body.stmts[:split]), Block(func.body.stmts[split:])]
        for block in [*sweeps, *(b for s in order for b in blocks(s))]:
            for i, stmt in enumerate(block.stmts):
                if not isinstance(stmt, Let) or stmt.target is None or stmt in self.hidden:
                    continue
                if isinstance(stmt.value, Apply) and stmt.value.op.syntax == "call":
                    pattern = self.leading(stmt.target, uses, block, i + 1)
                    if pattern is not None:
                        self.unpacked[stmt] = pattern

    def leading(self, var: Var, uses: dict[Var, list[Any]], block: Block, start: int) -> Any:
        """The pattern of `var` if it is taken apart right there: later on the names of the parts may not be free."""
        before = set(self.hidden)
        pattern = self.pattern(var, uses, block)
        made = self.hidden - before
        if pattern is not None and made <= set(block.stmts[start : start + len(made)]):
            return pattern
        self.hidden = before
        return None

    def pattern(self, var: Var, uses: dict[Var, list[Any]], block: Block) -> Any:
        """A tuple of targets if `var` is only indexed by the leading statements of a block."""
        if not isinstance(var.type, Seq):
            return None
        lets = uses.get(var, [])
        parts: list[Any] = [None] * len(var.type.items)
        here = set(block.stmts)
        found = []
        for stmt in lets:
            fine = isinstance(stmt, Let) and stmt in here and isinstance(stmt.value, Apply) and stmt.value.op is GETITEM
            if not fine or stmt.value.args[0] is not var or not isinstance(stmt.value.args[1], Const):
                return None
            key = stmt.value.args[1].value
            if not isinstance(key, int) or parts[key] is not None:
                return None
            parts[key] = stmt.target
            found.append(stmt)
        self.hidden.update(found)
        for i, part in enumerate(parts):
            if part is not None:
                inner = self.pattern(part, uses, block)
                parts[i] = inner if inner is not None else part
        return tuple(parts)


def _expressions(stmt: Stmt) -> list[Expr]:
    found = list(expressions(stmt))
    for block in blocks(stmt):
        found += block.results
    return found


# The same thing, in half the time on small arrays.
ATTRIBUTES = {np.shape: "shape", np.size: "size", np.ndim: "ndim"}
METHODS = {np.copy: "copy", np.sum: "sum", np.max: "max", np.min: "min", np.prod: "prod"}


def _holds_numbers(t: Type) -> bool:
    """Whether a list holds numbers, or rows of them: they cannot be written into, only replaced."""
    return isinstance(t, Number) or (isinstance(t, List) and (isinstance(t.item, Number) or _holds_numbers(t.item)))


def _replaced(expr: Expr, values: dict[Expr, Expr]) -> Expr:
    return map_expr(expr, lambda e: values.get(e, e) if isinstance(e, Var) else e)


def _is_array(expr: Expr, dtype: str = "") -> bool:
    t = expr_type(expr)
    return isinstance(t, Array) and bool(t.dims) and t.dtype.startswith(dtype)


def _is_vector(expr: Expr) -> bool:
    return isinstance(expr, Var) and _is_array(expr) and rank(expr.type) == 1


def _store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([_store(name)], value)


def _negated(test: ast.expr) -> ast.expr:
    inverse = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn}
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in inverse:
        return ast.Compare(test.left, [inverse[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _def(name: str, arguments: ast.arguments, body: list[ast.stmt]) -> ast.FunctionDef:
    made = ast.FunctionDef(name=name, args=arguments, body=body or [ast.Pass()], decorator_list=[], returns=None,
                           type_comment=None)  # fmt: skip
    if sys.version_info >= (3, 12):
        made.type_params = []
    return made

