"""Values that exist on some paths only: which of them must be set to None where they do not exist.

A path without a value for a variable assigns nothing. That is enough as long as only paths that have one go on
to use it. Handing it on under another Python name is a use, though it means nothing:

    for ...:                  result = None
        if done:              for ...:
            result_2 = x          ...
        else:
            result_2 = result
        result = result_2

So is keeping it in a record, `record.append((x, result))`, for a reverse sweep that will not use it, and giving
it to what takes None, `result is None`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping

from tangent_ad.analysis.certain import HANDS_ON
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Expr, For, Func, If, Let, Store, Var, While
from tangent_ad.ir.ops import APPEND, PACK_TUPLE
from tangent_ad.ir.walk import blocks, expressions, statements, variables

TAKE_NONE = (operator.is_, operator.is_not, *HANDS_ON)


def set_to_none(func: Func, names: Mapping[Var, str]) -> set[Var]:
    """The variables that are copied under another name, or recorded, on paths where they may have no value."""
    handed = list(_handed_on(func.body))
    missing = _closure({t for t, value in handed if value is UNDEFINED}, [(v, t) for t, v in handed])
    copied = {v for t, v in handed if isinstance(v, Var) and v in missing and names[t] != names[v]}
    copied |= missing & (_recorded(func.body) | _asked(func.body))
    return _closure(copied, [(t, v) for t, v in handed if isinstance(v, Var) and v in missing])


def _handed_on(block: Block) -> Iterator[tuple[Var, Expr]]:
    """What is joined by branches and loops: (variable, one of the values that it takes)."""
    for stmt in statements(block):
        if isinstance(stmt, If):
            for arm in blocks(stmt):
                yield from zip(stmt.targets, arm.results, strict=True)
        elif isinstance(stmt, (For, While)):
            yield from zip(stmt.params, stmt.inits, strict=True)
            yield from zip(stmt.params, stmt.body.results, strict=False)
            yield from zip(stmt.targets, stmt.params, strict=True)


def _recorded(block: Block) -> set[Var]:
    """What is put into lists, and into the tuples and lists that are: a record of it need not be read.

    Not what is put into another tuple: the user's, and what is returned, are an error without it.
    """
    found: set[Var] = set()
    packed: list[tuple[Expr, Var]] = []
    for stmt in statements(block):
        if isinstance(stmt, Store) and stmt.kind == "append":
            found.update(variables(stmt.args[0]))
        elif isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.target is not None:
            if stmt.value.op is APPEND:
                found.update(variables(stmt.value.args[1]))
            elif stmt.value.op is PACK_TUPLE:
                packed += [(stmt.target, v) for v in variables(stmt.value)]
    return _closure(found, packed)


def _asked(block: Block) -> set[Var]:
    """What is given to operations that take None for what does not exist."""
    return {v for stmt in statements(block) for expr in expressions(stmt) for v in _taken_with_none(expr)}


def _taken_with_none(expr: Expr) -> Iterator[Var]:
    if isinstance(expr, Apply):
        if expr.op.call in TAKE_NONE:
            yield from variables(expr)
        for operand in expr.operands:
            yield from _taken_with_none(operand)


def _closure(start: set[Var], edges: list[tuple[Expr, Var]] | list[tuple[Var, Var]]) -> set[Var]:
    """All that can be reached from `start` along the edges."""
    onward: dict[Expr, list[Var]] = {}
    for a, b in edges:
        onward.setdefault(a, []).append(b)
    found, todo = set(start), list(start)
    while todo:
        for v in onward.get(todo.pop(), ()):
            if v not in found:
                found.add(v)
                todo.append(v)
    return found
