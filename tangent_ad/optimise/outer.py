"""A sum of outer products is one matrix product: the factors are kept as rows, the matrix is written once.

    >>> def f(A, x, n):
    ...     for i in range(n):
    ...         x = A @ x
    ...     return x
    >>> adjoint(f, A="float64[5, 5]", x="float64[5]", n="int")
    func f(A: float64[5, 5], x: float64[5], n: int, x_bar: float64[5]):
        ...
        x_bar.2, A_bar.2 = for k.1, x.4: float64[5] in builtins.reversed(record.2) carrying ...:
            t: float64[5, 5] = numpy.outer(x_bar.1, x.4)
            t.1: float64[5, 5] = numpy.transpose(A)
            t.2: float64[5] = operator.matmul(t.1, x_bar.1)
            A_bar.3: float64[5, 5] = operator.add(A_bar.1, t)
            yield t.2, A_bar.3
        ...
    >>> adjoint(f, "outer", "simplify", "dead_code", A="float64[5, 5]", x="float64[5]", n="int")
    func f(A: float64[5, 5], x: float64[5], n: int, x_bar: float64[5]):
        ...
        x_bar.2, columns.2, rows.2 = for k.1, x.4: float64[5] in builtins.reversed(record.2) carrying ...:
            t.3: float64[5, 5] = numpy.transpose(A)
            t.4: float64[5] = operator.matmul(t.3, x_bar.1)
            columns.3: float64[...] = array.set(columns.1, k.1, x_bar.1)
            rows.3: float64[...] = array.set(rows.1, k.1, x.4)
            yield t.4, columns.3, rows.3
        t.5: float64[...] = numpy.transpose(columns.2)
        A_bar: float64[5, 5] = operator.matmul(t.5, rows.2)
        ...

An outer product that is added to a part of the matrix has zeros in the rest of its rows. Only where nobody reads the
matrix before it is complete: not where a factorisation updates what it goes on with.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.indices import is_everything, items, known
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import ADD_AT, ADDITEM, GETITEM, PACK_TUPLE, SETITEM, SLICE
from tangent_ad.ir.types import Array, List, Range, is_number_like, rank
from tangent_ad.ir.walk import count_uses, statements
from tangent_ad.rules.declare import op_of

FULL = Apply(SLICE, (Const(None), Const(None), Const(None)))


class Product(NamedTuple):
    """An outer product that is added, and the rows and columns of the matrix that it is added to."""

    added: Let
    left: Expr
    right: Expr
    rows: Expr
    columns: Expr

    @property
    def factors(self) -> tuple[tuple[Expr, Expr], ...]:
        """Each factor, and the part of its row that it fills."""
        return (self.left, self.rows), (self.right, self.columns)


class _Row(NamedTuple):
    """A matrix that a loop carries, of factors: one row for each product."""

    param: Var
    init: Expr
    result: Expr
    target: Var


def sum_outer_products(func: Func) -> Func:
    lets = {s.target: s for s in statements(func.body) if isinstance(s, Let) and s.target is not None}
    return replace(func, body=_Stacker(lets, count_uses([func.body])).block(func.body))


class _Stacker:
    def __init__(self, lets: Mapping[Var, Let], counts: Mapping[Var, int]) -> None:
        self.lets, self.counts = lets, counts

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if isinstance(stmt, If):
                stmts.append(replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse)))
            elif isinstance(stmt, While):
                stmts.append(replace(stmt, body=self.block(stmt.body)))
            elif isinstance(stmt, For):
                stmts += self.loop(replace(stmt, body=self.block(stmt.body)))
            else:
                stmts += self.sum(stmt)
        return Block(tuple(stmts), block.results)

    def sum(self, stmt: Stmt) -> list[Stmt]:
        """np.outer(a, b) + np.outer(c, d) is np.array((a, c)).T @ np.array((b, d))."""
        value = stmt.value if isinstance(stmt, Let) else None
        if not isinstance(value, Apply) or value.op.call is not operator.add or not isinstance(stmt, Let):
            return [stmt]
        products = [self.product(a) for a in value.args]
        found = [p for p in products if p is not None]
        if len(found) < 2 or stmt.target is None or any(p.added.target.type != stmt.target.type for p in found):  # type: ignore[union-attr]
            return [stmt]
        b = Builder(derivative=True)
        b.origin = stmt.origin
        left = b.call(np.array, b.apply(PACK_TUPLE, (p.left for p in found)))
        right = b.call(np.array, b.apply(PACK_TUPLE, (p.right for p in found)))
        product = Apply(op_of(operator.matmul), (b.call(np.transpose, left), right), (), stmt.target.type)
        return [*b.stmts, replace(stmt, value=product)]

    def product(self, expr: Expr) -> Product | None:
        """The outer product that a variable is, where this is its only use."""
        let = self.lets.get(expr) if isinstance(expr, Var) and self.counts.get(expr) == 1 else None
        value = let.value if let is not None else None
        if let is None or not isinstance(value, Apply) or value.op.call is not np.outer or value.kwargs:
            return None
        left, right = value.args
        vectors = [expr_type(e) for e in (left, right)]
        same = {t.dtype for t in (*vectors, value.type) if isinstance(t, Array)}
        fits = len(same) == 1 and all(map(is_number_like, vectors)) and all(rank(t) == 1 for t in vectors)
        return Product(let, left, right, FULL, FULL) if fits else None

    def loop(self, loop: For) -> list[Stmt]:
        """A loop, and the sums of the outer products that its turns added to matrices."""
        sequence = _turns(loop)
        if sequence is None or not loop.origin.derived or loop.stops:
            return [loop]
        before, after = Builder(derivative=True), Builder(derivative=True)
        before.origin = after.origin = loop.origin
        for i, param in enumerate(loop.params):
            is_matrix = isinstance(param.type, Array) and rank(param.type) == 2 and param.type == loop.targets[i].type
            if is_matrix and self.is_sum(param, loop.body.results[i]):
                loop = self.without_products(loop, i, sequence, before, after)
        return [*before.stmts, loop, *after.stmts]

    def is_sum(self, param: Var, result: Expr) -> bool:
        """Whether a turn only adds to what a loop carries, and nobody reads it."""
        while self.counts.get(param) == 1 and isinstance(result, Var) and result is not param:
            link = self.link(result)
            if link is None or self.counts.get(result) != 1:
                return False
            result = link
        return result is param

    def link(self, var: Var) -> Expr | None:
        """What something was added to, for `var`."""
        value = self.lets[var].value if var in self.lets else None
        if not isinstance(value, Apply):
            return None
        if value.op in (ADDITEM, ADD_AT):
            return value.args[0]
        return value.args[0] if value.op.call is operator.add else None

    def without_products(self, loop: For, i: int, sequence: Expr, before: Builder, after: Builder) -> For:
        """The loop with the factors as rows of two matrices that it carries, in the place of the products."""
        found = self.products(loop.params[i], loop.body.results[i])
        shape = _shape_of(loop.inits[i], self.lets)
        if not found or shape is None:
            return loop
        size = before.call(np.shape, shape)
        if isinstance(sequence, Apply):
            sequence = before.call(range, *sequence.args)
        count = before.call(len, sequence)
        many = count if len(found) == 1 else before.call(operator.mul, Const(len(found)), count)
        inner = Builder(derivative=True)
        inner.origin = loop.origin
        turn = loop.elem if _counts_down(loop) else loop.index
        places = [self.row(inner, turn, len(found), j) for j in range(len(found))]
        sides = []
        for side, name in enumerate(("columns", "rows")):
            factors = [p.factors[side] for p in found]
            whole = all(is_everything(part) for _, part in factors)
            start = before.call(np.empty if whole else np.zeros, before.apply(
                PACK_TUPLE, (many, before.item(size, side))), hint=name)  # fmt: skip
            param = Var(name, expr_type(start))
            filled: Expr = param
            for place, (factor, part) in zip(places, factors, strict=True):
                index = place if is_everything(part) else Apply(PACK_TUPLE, (place, part))
                filled = inner.apply(SETITEM, (filled, index, factor), (), name)
            sides.append(_Row(param, start, filled, Var(name, param.type)))
        loop = self.rebuilt(loop, i, found, inner.stmts, sides)
        turned = after.call(np.transpose, sides[0].target)
        rest = Var(loop.targets[i].hint, loop.targets[i].type)
        product = after.name(Apply(op_of(operator.matmul), (turned, sides[1].target), (), rest.type), rest.hint)
        targets = tuple(rest if j == i else t for j, t in enumerate(loop.targets))
        after.add(Let(loop.targets[i], Apply(op_of(operator.add), (rest, product), (), rest.type), loop.origin))
        return replace(loop, targets=targets)

    def row(self, b: Builder, index: Var, many: int, j: int) -> Expr:
        """The row of the j-th product of a turn."""
        if many == 1:
            return index
        return b.call(operator.add, b.call(operator.mul, Const(many), index), Const(j))

    def products(self, param: Var, result: Expr) -> list[Product]:
        found: list[Product] = []
        while isinstance(result, Var) and result is not param:
            let = self.lets[result]
            assert isinstance(let.value, Apply)
            product = self.product(let.value.args[-1])
            if product is not None:
                found[:0] = _placed(product, let, let.value)
            link = self.link(result)
            assert link is not None
            result = link
        return found

    def rebuilt(self, loop: For, i: int, found: list[Product], more: list[Stmt], sides: list[_Row]) -> For:
        """The loop without the additions, which hand on what they added to."""
        gone = {p.added.target: p.added.value.args[0] for p in found if isinstance(p.added.value, Apply)}

        def kept(expr: Expr) -> Expr:
            while isinstance(expr, Var) and expr in gone:
                expr = gone[expr]
            return expr

        stmts = []
        for s in loop.body.stmts:
            if isinstance(s, Let) and s.target in gone:
                continue
            if isinstance(s, Let) and isinstance(s.value, Apply) and s.value.args and s.value.args[0] in gone:
                s = replace(s, value=replace(s.value, args=(kept(s.value.args[0]), *s.value.args[1:])))
            stmts.append(s)
        results = [kept(r) for r in loop.body.results]
        n = len(loop.params)
        return replace(
            loop,
            params=(*loop.params, *(s.param for s in sides)),
            inits=(*loop.inits, *(s.init for s in sides)),
            targets=(*loop.targets, *(s.target for s in sides)),
            body=Block((*stmts, *more), (*results[:n], *(s.result for s in sides), *results[n:])),
        )


def _placed(product: Product, let: Let, value: Apply) -> list[Product]:
    """The product as what is added there, if it has the shape of its place."""
    if value.op is not ADDITEM:
        return [product._replace(added=let)] if expr_type(value.args[1]) == expr_type(value.args[0]) else []
    index = items(value.args[1])
    place = infer(GETITEM, value.args[:2], ())
    if len(index) > 2 or not all(map(_is_slice, index)) or expr_type(value.args[2]) != place:
        return []
    rows, columns = (*map(_as_expr, index), FULL)[:2]
    return [product._replace(added=let, rows=rows, columns=columns)]


def _is_slice(item: object) -> bool:
    return isinstance(known(item), slice) or (isinstance(item, Apply) and item.op is SLICE)


def _as_expr(item: object) -> Expr:
    return item if isinstance(item, (Var, Const, Apply)) else Const(item)


def _shape_of(init: Expr, lets: Mapping[Var, Let]) -> Expr | None:
    """A variable of the shape of a matrix that a sum starts from."""
    value = lets[init].value if isinstance(init, Var) and init in lets else None
    if isinstance(value, Apply) and value.op.call is np.zeros_like:
        return value.args[0]
    return init if isinstance(init, Var) else None


def _counts_down(loop: For) -> bool:
    """`for i in reversed(range(n))`: each row is filled at its own i."""
    tree = loop.iterable
    inner = tree.args[0] if isinstance(tree, Apply) and tree.op.call is reversed else None
    return isinstance(inner, Apply) and inner.op.call is range and len(inner.args) == 1


def _turns(loop: For) -> Expr | None:
    """A sequence with as many items as a reverse loop takes turns: what it zips is equally long."""
    tree: Expr = loop.iterable
    while isinstance(tree, Apply) and tree.op.call in (reversed, zip):
        tree = tree.args[-1]
    is_range = isinstance(tree, Apply) and tree.op.call is range
    return tree if is_range or (isinstance(tree, Var) and isinstance(tree.type, (List, Array, Range))) else None
