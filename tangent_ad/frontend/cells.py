"""Names that inner functions rebind (`nonlocal`): each is a cell of the heap, so that all who see it see one value.

Before:
    total = 0.0
    def add(v):
        nonlocal total
        total = total + v
    add(x)

After: `total` stands for a cell with one item, which both functions read and write; nothing of it is left in IR.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.errors import Origin
from tangent_ad.frontend.heap import Heap
from tangent_ad.frontend.heap_state import Object, Value
from tangent_ad.ir.nodes import UNDEFINED, Atom, Const


@dataclass(frozen=True, eq=False)
class Cell:
    """What a name stands for that inner functions rebind."""

    object: Object


@functools.lru_cache(maxsize=4096)
def rebound_inside(tree: Any) -> frozenset[str]:
    """Names that functions inside this one declare nonlocal, whether they mean this one's or an outer one's."""
    inside = (declared(function) | rebound_inside(function) for function in inner_functions(tree))
    return frozenset().union(*inside)


@functools.lru_cache(maxsize=4096)
def declared(tree: Any) -> frozenset[str]:
    """Names that a function declares nonlocal itself."""
    if not isinstance(tree, gast.FunctionDef):
        return frozenset()
    return frozenset(name for node in own_nodes(tree) if isinstance(node, gast.Nonlocal) for name in node.names)


def inner_functions(tree: Any) -> Iterator[Any]:
    for node in own_nodes(tree):
        if isinstance(node, gast.FunctionDef) and node is not tree:
            yield node


def own_nodes(tree: Any) -> Iterator[Any]:
    """Nodes of a function, those of functions inside it left out."""
    stack = list(tree.body) if isinstance(tree, gast.FunctionDef) else []
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (gast.FunctionDef, gast.ClassDef)):
            stack.extend(gast.iter_child_nodes(node))


def new_cell(heap: Heap, name: str, value: Atom, origin: Origin) -> Const:
    made = Object(Const(None, name), origin)
    heap.state.values[made] = Value(Const(None), (value,), ("value",))
    return Const(Cell(made), name)


def in_cell(heap: Heap, cell: Cell) -> Atom:
    return (heap.value(cell.object).items or (UNDEFINED,))[0]


def put_in_cell(heap: Heap, cell: Cell, value: Atom) -> None:
    heap.state.values[cell.object] = Value(Const(None), (value,), ("value",))


def is_cell(atom: Atom | None) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, Cell)
