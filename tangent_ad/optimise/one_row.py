"""A loop that works on one row of a matrix by element works on that row: a part of `lists`.

    >>> def f(a):
    ...     for i in range(1, a.shape[0]):
    ...         a[i] += np.cumsum(a[i - 1])
    ...         for j in range(1, a.shape[1]):
    ...             a[i, j] += a[i, j - 1]
    ...     return a
    >>> show(f, "dead_code", "lists", "in_place", a="float64[9, 5]")
    func f(a: float64[9, 5]):
        a.1: float64[9, 5] = numpy.copy(a)
         = for k, i: int in builtins.range(1, 9) carrying ():
            t: int = operator.sub(i, 1)
            t.1: float64[5] = operator.getitem(a.1, t)
            t.2: float64[5] = numpy.cumsum(t.1)
            additem a.1 (i, t.2)
            t.3: float64[5] = operator.getitem(a.1, i)
            a_row: list[float, ...] = numpy.ndarray.tolist(t.3)
             = for k.1, j: int in builtins.range(1, 5) carrying ():
                t.4: int = operator.sub(j, 1)
                t.5: float = operator.getitem(a_row, t.4)
                additem a_row (j, t.5)
                ...
            t.6: float64[5] = numpy.array(a_row)
            setitem a.1 (i, t.6)
            ...

The row is an array here, which then is a list while the loop runs. Only a row that is surely there: the loop may have
no turn.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.analysis.indices import items
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sizes import at_least, is_more
from tangent_ad.analysis.webs import Web, element_access
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE, SETITEM
from tangent_ad.ir.types import Array, Number, Seq, Type
from tangent_ad.ir.walk import bound, bound_inside, definitions, map_stmt


def only_row(loop: For | While, web: Web) -> Expr | None:
    """The row that alone a loop reads and writes of a matrix, where there is such a row."""
    dims = web.given[0].type.dims if isinstance(web.given[0].type, Array) else None
    if len(web.given) != 1 or dims is None or len(dims) < 2 or not web.accesses:
        return None
    first, *others = (_atom(items(a.args[1])[0]) for a in web.accesses)
    inside = {*bound_inside(loop), *definitions(loop.body)}
    if first is None or first in inside or any(o != first for o in others):
        return None
    place = value_of_int(first)
    there = place is not None and at_least(place, 0) and is_more(dims[0], place)
    return first if there else None


def _atom(item: object) -> Var | Const | None:
    if isinstance(item, (Var, Const)):
        return item
    return Const(item) if type(item) is int else None


def row_type(t: Type) -> Type:
    assert isinstance(t, Array) and t.dims is not None
    return Array(t.dtype, t.dims[1:])


class OneRow:
    """Puts a row in the place of a matrix."""

    def __init__(self, web: Web, first: Expr) -> None:
        self.web, self.first = web, first
        self.matrix = web.given[0]
        self.row = Var("t", row_type(self.matrix.type))
        self.new = {v: Var(f"{self.matrix.hint}_row", self.row.type) for v in web.made}
        self.new[self.matrix] = self.row

    def around(self, loop: For | While) -> list[Let | For | While]:
        """The row, the loop, and the matrix with the row written into it."""
        read = Let(self.row, Apply(GETITEM, (self.matrix, self.first), (), self.row.type), loop.origin)
        self.new |= {t: Var("t", self.row.type) for t in loop.targets if t in self.new}
        made = self.stmt(loop)
        assert isinstance(made, (For, While))
        after = [
            Let(t, Apply(SETITEM, (self.matrix, self.first, self.new[t]), (), t.type), loop.origin)
            for t in loop.targets
            if t in self.new
        ]
        return [read, made, *after]

    def swap(self, e: Expr) -> Expr:
        return self.new.get(e, e) if isinstance(e, Var) else e

    def stmt(self, stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let):
            access = element_access(stmt)
            if access is None or access.args[0] not in self.new:
                return stmt
            assert stmt.target is not None
            value = replace(access, args=(self.swap(access.args[0]), _rest(access.args[1]), *access.args[2:]))
            if access.op is GETITEM:
                return replace(stmt, value=value)
            return replace(stmt, target=self.new[stmt.target], value=replace(value, type=self.row.type))

        def inner(b: Block) -> Block:
            return Block(tuple(map(self.stmt, b.stmts)), tuple(map(self.made, b.results)))

        made = map_stmt(stmt, lambda e: e, inner)
        targets = tuple(self.new.get(t, t) for t in bound(stmt))
        if isinstance(made, If):
            return replace(made, targets=targets)
        assert isinstance(made, (For, While))
        inits = tuple(self.swap(i) if p in self.new else i for i, p in zip(made.inits, made.params, strict=True))
        return replace(made, targets=targets, inits=inits, params=tuple(self.new.get(p, p) for p in made.params))

    def made(self, e: Expr) -> Expr:
        return self.swap(e) if e is not self.matrix else e


def _rest(index: Expr) -> Expr:
    """An index into the row."""
    rest = items(index)[1:]
    if isinstance(index, Const):
        return Const(rest[0] if len(rest) == 1 else rest)
    assert isinstance(index, Apply)
    if len(rest) == 1:
        return rest[0]  # type: ignore[return-value]
    return Apply(PACK_TUPLE, rest, (), Seq(tuple, (Number("int"),) * len(rest)))  # type: ignore[arg-type]
