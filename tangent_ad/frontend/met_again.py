"""Instances from outside that a function writes into, met again under another handle: refused.

    MODEL.state = np.sum(x)
    for m in MODELS:        # MODEL may be one of them: m.state would be what it was before the call
        ...

What is written is known for the instance that is named (`Heap.attributes`). Here is asked whether a container, an
argument, a path or a recursive call may lead to the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.instances import children, users_class
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Let, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Dict, within
from tangent_ad.ir.walk import atoms, blocks, expressions, statements, variables

REMEDY = "use {0} by its own name alone; or pass what holds it as an argument, and write into it and read it there"


def check_met_again(low: Lowering, params: Iterable[Var], main: Block) -> None:
    """Raises Refused where an instance that the function writes into may be met under another handle."""
    if not low.heap.originals:
        return
    bodies = (main, *(f.body for f in low.callees.values()))
    used = needed(bodies)
    for obj, attributes in low.heap.originals.items():
        made = obj.var
        assert isinstance(made, Const)
        line, name = low.heap.written[obj], made.name or describe(low.type(made))
        for param in params:
            if any(isinstance(t, Dict) and t.cls is type(made.value) for t in within(param.type)):
                raise Refused(line, f"{name} was made outside of the function and is written into, and {param.hint} "
                              f"may be {name}, or hold it", f"pass {name} as an argument, too, and write into that")
        for attribute in attributes:
            for read in low.heap.read_apart.get((id(made.value), str(attribute)), ()):
                raise Refused(read, f"a recursive function reads {name}.{attribute}, which is written in "
                              f"{line.seen_from(read)}",
                              f"pass it as an argument: {attribute} = {name}.{attribute}", (line,))
        for body in bodies:
            for const, here in constants(body, used, line):
                if leads_to(const.value, made.value):
                    raise Refused(here, f"{name}, which was made outside of the function, is written into in "
                                  f"{line.seen_from(here)}, and what is read here may be {name}, too",
                                  REMEDY.format(name), (line,))


def needed(bodies: Iterable[Block]) -> set[Var]:
    """The variables that a result is computed from, or what is done beside it."""
    made: dict[Var, list[Var]] = {}
    left: list[Var] = []
    for block in bodies:
        left += (v for e in block.results for v in variables(e))
        for stmt in statements(block):
            left += (v for inner in blocks(stmt) for e in inner.results for v in variables(e))
            found = [v for e in expressions(stmt) for v in variables(e)]
            if isinstance(stmt, Let) and stmt.target is not None:
                made[stmt.target] = found
            else:
                left += found
    seen: set[Var] = set()
    while left:
        var = left.pop()
        if var not in seen:
            seen.add(var)
            left += made.get(var, ())
    return seen


def constants(block: Block, used: set[Var], here: Origin) -> Iterator[tuple[Const, Origin]]:
    """The constants that a block looks into, also for what the types tell then; and where."""
    for stmt in block.stmts:
        here = getattr(stmt, "origin", here)
        if isinstance(stmt, Let) and stmt.target is not None and stmt.target not in used and not _is_item(stmt.value):
            continue
        for expr in expressions(stmt):
            yield from ((atom, here) for atom in atoms(expr) if isinstance(atom, Const))
        for inner in blocks(stmt):
            yield from constants(inner, used, here)
    for expr in block.results:
        yield from ((atom, here) for atom in atoms(expr) if isinstance(atom, Const))


def _is_item(value: Expr) -> bool:
    """Whether a value is an item of a container: its type alone may have told what was asked."""
    return isinstance(value, Apply) and value.op is GETITEM


def leads_to(value: Any, made: Any) -> bool:
    """Whether a value is an instance, or holds it at any depth."""
    left, seen = [value], set()
    while left:
        value = left.pop()
        if value is made:
            return True
        if id(value) in seen:
            continue
        seen.add(id(value))
        parts = children(value)
        if parts is not None:
            left += parts.values()
        elif isinstance(value, (set, frozenset)):
            left += value
        if users_class(value) is not None:
            left += getattr(value, "__dict__", {}).values()
            left += (getattr(value, s) for c in type(value).__mro__ for s in getattr(c, "__slots__", ())
                     if hasattr(value, s))
    return False


__all__ = ["check_met_again"]
