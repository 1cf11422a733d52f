"""What each turn of a loop adds to a place of its own, in an array of zeros, is written there.

    >>> def f(x, y):
    ...     for i in range(len(x)):
    ...         y = y * x[i]
    ...     return y
    >>> adjoint(f, x="float64[5]", y="float")
    func f(x: float64[5], y: float, y_bar: float64[]):
        ...
            x_bar.3: float64[5] = array.add_at(x_bar.1, i.1, t.2)
        ...
    >>> adjoint(f, "first_write", x="float64[5]", y="float")
    func f(x: float64[5], y: float, y_bar: float64[]):
        ...
            x_bar.3: float64[5] = array.set(x_bar.1, i.1, t.2)
        ...

The array is all zeros before the loop, nothing reads it in there, and it is added to once a turn: at an index that has
an int which another turn of the loop does not have. The same for loops in loops; and for what is added to places of an
array of zeros one after the other, as the items of a vector of parameters have it:

    >>> def f(p):
    ...     return p[0] * p[2] + p[1]
    >>> adjoint(f, "first_write", p="float64[7]")
    func f(p: float64[7], t_bar: float64[]):
        ...
        p_bar.1: float64[7] = array.set(p_bar, 1, t_bar)
        ...
        p_bar.2: float64[7] = array.set(p_bar.1, 2, t.3)
        p_bar.3: float64[7] = array.set(p_bar.2, 0, t.2)
        ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.indices import are_apart, items
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import symbols_in
from tangent_ad.analysis.sizes import CONSTANT, at_least, form
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Func, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, GETITEM, SETITEM
from tangent_ad.ir.types import Array, Number
from tangent_ad.ir.walk import count_uses, map_stmt

ZEROS = (np.zeros, np.zeros_like)


def first_write(func: Func) -> Func:
    counts = count_uses([func.body])
    lasting = {s for p in func.params for s in symbols_in(p.type)}  # sizes, and ints, that stay as they are
    chosen: set[Stmt] = set()

    def look(block: Block) -> None:
        zeros = {s.target for s in block.stmts if isinstance(s, Let) and isinstance(s.value, Apply)
                 and s.value.op.call in ZEROS and isinstance(s.value.type, Array)}  # fmt: skip
        for stmt in block.stmts:
            if isinstance(stmt, For):
                for param, init in zip(stmt.params, stmt.inits, strict=True):
                    if init in zeros and counts[init] == 1:  # type: ignore[index]
                        chosen.update(_only_write(stmt, param, [], lasting, counts))
        chosen.update(_places_in_a_row(block, zeros, counts))

    def visit(block: Block) -> Block:
        look(block)
        return Block(tuple(written(map_stmt(s, lambda e: e, visit)) for s in block.stmts), block.results)

    def written(stmt: Stmt) -> Stmt:
        if stmt in chosen and isinstance(stmt, Let) and isinstance(stmt.value, Apply):
            return replace(stmt, value=replace(stmt.value, op=SETITEM))
        return stmt

    return replace(func, body=visit(func.body))


def _places_in_a_row(block: Block, zeros: set[Var | None], counts: dict[Var, int]) -> Iterator[Let]:
    """What is added to an array of zeros where nothing was written before: at ints, or slices, of other places."""
    written: dict[Var | None, list[Expr]] = {v: [] for v in zeros}
    for stmt in block.stmts:
        if not isinstance(stmt, Let) or not isinstance(stmt.value, Apply) or stmt.value.op not in (ADDITEM, SETITEM):
            continue
        base, index = stmt.value.args[:2]
        if isinstance(base, Var) and base in written and counts.get(base) == 1:
            before = written[base]
            if stmt.value.op is ADDITEM and stmt.origin.derived and all(are_apart(index, other) for other in before):
                yield stmt
            written[stmt.target] = [*before, index]


def _only_write(loop: For, param: Var, around: list[int], lasting: set[int], counts: dict[Var, int]) -> Iterator[Let]:
    """The one statement that adds to what the loop carries as `param`, if each turn does so at another place."""
    counters = [s for s in map(_symbol, _counters(loop)) if s is not None]
    if counts.get(param) != 1 or not counters:
        return
    result = loop.body.results[loop.params.index(param)]
    for stmt in loop.body.stmts:
        if isinstance(stmt, For) and param in stmt.inits:
            i = stmt.inits.index(param)
            if stmt.targets[i] is result and counts.get(stmt.targets[i]) == 1:
                yield from _only_write(stmt, stmt.params[i], [*around, counters[0]], lasting, counts)
        elif isinstance(stmt, Let) and stmt.target is result and counts.get(stmt.target) == 1:
            value = stmt.value
            own = not stmt.origin.derived  # where 0.0 + -0.0 is 0.0
            if isinstance(value, Apply) and value.op is ADDITEM and value.args[0] is param and not own:
                places = [p for p in map(_place, items(value.args[1])) if p is not None]
                if all(any(_tells(p, symbol, lasting) for p in places) for symbol in (*around, counters[0])):
                    yield stmt


def _counters(loop: For) -> Iterator[Var]:
    """The variables of a loop that are another int in each turn."""
    if _is_range(loop.iterable):
        yield loop.elem
    elif isinstance(loop.iterable, Apply) and loop.iterable.op.call is zip:
        for stmt in loop.body.stmts:
            value = stmt.value if isinstance(stmt, Let) else None
            if isinstance(value, Apply) and value.op is GETITEM and value.args[0] is loop.elem:
                key = value.args[1]
                if isinstance(key, Const) and _is_range(loop.iterable.args[key.value]):
                    assert isinstance(stmt, Let) and stmt.target is not None
                    yield stmt.target


def _is_range(tree: Expr) -> bool:
    while isinstance(tree, Apply) and tree.op.call is reversed:
        tree = tree.args[0]
    return isinstance(tree, Apply) and tree.op.call is range


def _symbol(counter: Var) -> int | None:
    """The symbol that stands for the value of an int, if it is nothing but one."""
    t = counter.type
    terms = form(t.size) if isinstance(t, Number) and t.size is not None else {}
    symbols = [s for s in terms if s != CONSTANT]
    return symbols[0] if len(symbols) == 1 and terms == {**terms, symbols[0]: 1, CONSTANT: 0} else None


def _place(item: object) -> dict[int, int] | None:
    """An int of an index that does not count from the end, as a sum of symbols."""
    size = value_of_int(item) if isinstance(item, (Var, Const)) else None
    return form(size) if size is not None and at_least(size, 0) else None


def _tells(place: dict[int, int], symbol: int, lasting: set[int]) -> bool:
    """Whether a place is another one for each value of a symbol, all else being as it is."""
    others = {s for s, k in place.items() if k and s not in (symbol, CONSTANT)}
    return bool(place.get(symbol)) and others <= lasting
