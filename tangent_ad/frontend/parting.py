"""What must be told apart is written out: the paths of an `if`, the items of a list, the turns of a loop.

A name that is one array on one path and another on the other cannot be told apart once the paths have met. A
write through it is then refused, and the function is lowered once more with that `if` kept apart:

Before:                           After:
    y = x if overwrite else x * 1     if overwrite:
    y[0] = 2.0                            y = x
    return x[0] * y[1]                    y[0] = 2.0
                                          return x[0] * y[1]
                                      else:
                                          ...

So is a write into an item found at run time, `pair[i][0] = v`: it becomes `if i == 0: pair[0][0] = v` and so on for
the other items. A loop whose number of turns is known is written out (`loops.py`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from tangent_ad.frontend.heap_state import is_mutable
from tangent_ad.frontend.trees import call, constant, placed
from tangent_ad.ir.nodes import Atom, Const, Expr
from tangent_ad.ir.types import Seq

if TYPE_CHECKING:
    from tangent_ad.frontend.lowering import Lowering

MOST = 4  # an if doubles what follows it
ITEMS = 4  # of a list whose items are told apart
PURE = (gast.Name, gast.Constant, gast.BinOp, gast.UnaryOp, gast.operator, gast.unaryop, gast.expr_context)


@dataclass(frozen=True)
class Apart:
    """What takes the place of a statement, its paths told apart. `whole`: what follows it is part of each."""

    stmts: tuple[gast.If, ...]
    whole: bool


def kept_apart(low: Lowering, stmt: Any, rest: list[Any]) -> Apart | None:
    """A statement that decides between paths, with what follows it on each; None where it does not."""
    if isinstance(stmt, gast.If):
        made = copy.copy(stmt)
        made.body, made.orelse = [*stmt.body, *rest], [*stmt.orelse, *rest]
        return Apart((made,), True)
    if isinstance(stmt, gast.Assign) and isinstance(stmt.value, gast.IfExp):
        paths = []
        for value in (stmt.value.body, stmt.value.orelse):
            assign = copy.copy(stmt)
            assign.value = value
            paths.append([assign, *rest])
        return Apart((gast.copy_location(gast.If(stmt.value.test, *paths), stmt),), True)
    return by_item(low, stmt, rest) if isinstance(stmt, (gast.Assign, gast.AugAssign, gast.Expr)) else None


def by_item(low: Lowering, stmt: Any, rest: list[Any]) -> Apart | None:
    """A statement that reads or writes an item found at run time, once for each item that it may be."""
    for place in subscripts(stmt):
        if not is_pure(place.slice) or isinstance(low.expression(place.slice), Const):
            continue
        t = low.type(low.expression(place.value))
        if isinstance(t, Seq) and 1 < len(t.items) <= ITEMS and any(map(is_mutable, t.items)):
            names = isinstance(stmt, gast.Assign) and not isinstance(stmt.value, gast.BinOp) and any(
                isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store) for x in stmt.targets for n in gast.walk(x))
            n, index = len(t.items), place.slice
            *paths, chosen = [[with_index(low, stmt, place, k), *(rest if names else ())] for k in range(n)]
            for k, path in reversed(list(enumerate(paths))):
                chosen = [gast.If(either(compared(index, gast.Eq, k), compared(index, gast.Eq, k - n)), path, chosen)]
            error = gast.Raise(call(IndexError, constant("list index out of range")), None)
            outside = gast.If(either(compared(index, gast.Lt, -n), compared(index, gast.GtE, n)), [error], [])
            return Apart(tuple(placed([outside, *chosen], stmt)), names)
    return None


def compared(value: Any, how: type, number: int) -> gast.expr:
    return gast.Compare(value, [how()], [constant(number)])


def either(*tests: gast.expr) -> gast.expr:
    return gast.BoolOp(gast.Or(), list(tests))


def subscripts(node: Any) -> Iterator[Any]:
    """The subscripts of a statement that are evaluated once, where it is run."""
    if isinstance(node, gast.Subscript) and is_pure(node.value):
        yield node
    if not isinstance(node, (gast.Lambda, gast.ListComp, gast.DictComp, gast.GeneratorExp, gast.IfExp, gast.BoolOp)):
        for child in gast.iter_child_nodes(node):
            yield from subscripts(child)


def is_pure(node: Any) -> bool:
    """Whether an expression may be evaluated twice."""
    return all(isinstance(n, PURE) or (isinstance(n, gast.Subscript) and isinstance(n.slice, gast.Constant))
               for n in gast.walk(node))  # fmt: skip


class Told(gast.Constant):  # type: ignore[misc]
    """The number of an item on the path where it is that one: `base[number]` for `base[index]`.

    `found`: the index, and `size`: the length of the list, before the statement.
    """

    base: Any
    index: Any
    found: Atom
    size: int


def lower_told(low: Lowering, node: Told) -> Atom:
    """The number, unless the statement itself has changed the index, or the list, before it comes here."""
    if length(low, node.base) != node.size or not is_same(low, low.expression(node.index), node.found):
        low.refuse(node.index, "the statement itself changes the index, or the length of the list",
                   "write it as two statements")  # fmt: skip
    return Const(node.value)


def is_same(low: Lowering, a: Expr, b: Expr) -> bool:
    """Whether two values surely are equal: computed alike from the same ones."""
    made, again = low.builder.definition(a), low.builder.definition(b)
    if made is None or again is None:
        return a is b or (isinstance(a, Const) and a == b)
    return made.op is again.op and made.kwargs == again.kwargs and len(made.args) == len(again.args) and all(
        is_same(low, x, y) for x, y in zip(made.args, again.args, strict=True))  # fmt: skip


def with_index(low: Lowering, tree: Any, place: Any, k: int) -> Any:
    """A copy of a statement with a known index in the place of the one found at run time.

    It is known wherever it stands, in lists that are as long as the one at hand.
    """
    index, found, n = gast.dump(place.slice), low.expression(place.slice), length(low, place.value)
    own = {m.id for scope in gast.walk(tree) if isinstance(scope, (gast.Lambda, gast.comprehension))
           for m in gast.walk(scope.args if isinstance(scope, gast.Lambda) else scope.target)
           if isinstance(m, gast.Name)}  # fmt: skip

    class Known(gast.NodeTransformer):  # type: ignore[misc]
        def visit_Subscript(self, node: Any) -> Any:
            outer = gast.dump(node.slice) == index and is_pure(node.value) and own.isdisjoint(
                m.id for m in gast.walk(node) if isinstance(m, gast.Name))  # fmt: skip
            if not outer or length(low, node.value) != n:
                return self.generic_visit(node)
            made = copy.copy(node)
            made.slice = gast.copy_location(Told(k, None), node.slice)
            vars(made.slice).update(base=node.value, index=node.slice, found=found, size=n)
            return made

    return Known().visit(copied(tree))


def length(low: Lowering, base: Any) -> int | None:
    """The number of items of a list or tuple, where it is known."""
    t = low.type(low.expression(base))
    return len(t.items) if isinstance(t, Seq) else None


def copied(tree: Any) -> Any:
    if isinstance(tree, list):
        return [copied(t) for t in tree]
    if not isinstance(tree, gast.AST):
        return tree
    made = copy.copy(tree)
    vars(made).update({f: copied(getattr(tree, f)) for f in tree._fields if hasattr(tree, f)})
    return made
