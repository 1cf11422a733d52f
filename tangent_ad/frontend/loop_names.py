"""What the text of a loop says of its names before it is lowered: a first guess that saves lowering it again."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.frontend.comprehensions import renamed
from tangent_ad.frontend.lowering import assigned_names, desugared

CHANGES = {"append", "extend", "insert", "pop", "clear", "reverse", "fill", "sort", "put", "update", "setdefault"}


@dataclass(frozen=True)
class LoopNames:
    """Names of a loop's body.

    Attributes:
      assigned: all that it binds.
      augmented: those that it changes by augmented assignment only; an array stays the array that it is.
      anew: those that each turn binds before anything reads them: what they were before does not matter.
      written: those that it seems to write into.
      private: those of `anew` that nothing reads after the loop: they need not be carried.
    """

    assigned: frozenset[str]
    augmented: frozenset[str]
    anew: frozenset[str]
    written: frozenset[str]
    private: frozenset[str]


@functools.lru_cache(maxsize=4096)  # a loop inside another is lowered many times
def loop_names(loop: Any, around: Any) -> LoopNames:
    """Of a for or a while. `around`: the function that it is in."""
    body, head = loop.body, bound_first(loop)
    augmented = {n.target.id for s in body for n in gast.walk(s)
                 if isinstance(n, gast.AugAssign) and isinstance(n.target, gast.Name)}  # fmt: skip
    if augmented:
        bare = _WithoutAugmented().visit(gast.Module(renamed(body, {}), []))
        augmented -= assigned_names([*bare.body, *head])
    return LoopNames(
        frozenset(assigned_names([*body, *head])),
        frozenset(augmented),
        bound_anew(loop, around),
        frozenset(bases(body)),
        private_names(around).get(loop, frozenset()),
    )


def bound_first(loop: Any) -> list[Any]:
    return [gast.Assign([loop.target], gast.Constant(None, None), None)] if isinstance(loop, gast.For) else []


@functools.lru_cache(maxsize=4096)
def bound_anew(loop: Any, around: Any) -> frozenset[str]:
    read = loads(loop.test) if isinstance(loop, gast.While) else set()
    return frozenset(bound_before_read([*bound_first(loop), *loop.body], read) - read_by_inner_functions(around))


@functools.lru_cache(maxsize=4096)
def private_names(tree: Any) -> dict[Any, frozenset[str]]:
    """For each loop of a function the names that it binds anew, where nothing after it can read what it bound."""
    around: dict[Any, tuple[Any, ...]] = {}  # the loops around a loop
    reads: list[tuple[str, tuple[Any, ...]]] = []  # names that are read, and the loops around that place

    def visit(node: Any, loops: tuple[Any, ...]) -> None:
        if isinstance(node, (gast.For, gast.While)):
            around[node] = loops
            for part in (*bound_first(node), *node.body):
                visit(part, (*loops, node))
            for part in (node.iter if isinstance(node, gast.For) else node.test, *node.orelse):
                visit(part, loops)
        elif isinstance(node, (gast.FunctionDef, gast.Lambda)):
            reads.extend((name, ()) for name in loads(node))
        else:
            place = node.target if isinstance(node, gast.AugAssign) else node
            if isinstance(place, gast.Name) and (place is not node or not isinstance(place.ctx, gast.Store)):
                reads.append((place.id, loops))
            for part in gast.iter_child_nodes(node):
                visit(part, loops)

    for stmt in desugared(tree) if isinstance(tree, gast.FunctionDef) else ():
        visit(stmt, ())
    anew = {loop: bound_anew(loop, tree) for loop in around}

    def reaches(loop: Any, name: str, place: tuple[Any, ...]) -> bool:
        """Whether a read in these loops may see what `loop` bound: no other loop binds it in between."""
        return loop not in place and not any(name in anew[m] and m not in around[loop] for m in place)

    def is_private(loop: Any, name: str) -> bool:
        return name.isidentifier() and not any(read == name and reaches(loop, name, place) for read, place in reads)

    return {loop: frozenset(n for n in names if is_private(loop, n)) for loop, names in anew.items()}


class _WithoutAugmented(gast.NodeTransformer):  # type: ignore[misc]
    def visit_AugAssign(self, node: Any) -> Any:
        return gast.copy_location(gast.Pass(), node)


def loads(node: Any) -> set[str]:
    """Names that a tree reads; an augmented assignment reads its target."""
    found = {n.id for n in gast.walk(node) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Store)}
    return found | {n.target.id for n in gast.walk(node)
                    if isinstance(n, gast.AugAssign) and isinstance(n.target, gast.Name)}  # fmt: skip


def bound_before_read(body: list[Any], read: set[str]) -> set[str]:
    """Names that plain assignments of a block bind before anything in it reads them."""
    found: set[str] = set()
    seen = set(read)
    for stmt in body:
        seen |= loads(stmt) - found
        if isinstance(stmt, gast.Assign):
            targets = [t for x in stmt.targets for t in (x.elts if isinstance(x, (gast.Tuple, gast.List)) else [x])]
            found |= {t.id for t in targets if isinstance(t, gast.Name)} - seen
    return found


def read_by_inner_functions(tree: Any) -> set[str]:
    """Names that functions and lambdas inside a function read: their calls do not show them."""
    if not isinstance(tree, (gast.FunctionDef, gast.Lambda)):
        return set()
    inner = (n for n in gast.walk(tree) if isinstance(n, (gast.FunctionDef, gast.Lambda)) and n is not tree)
    return {name for function in inner for name in loads(function)}


def bases(body: list[Any]) -> set[str]:
    """Names that subscripts, augmented assignments and methods of a block seem to write into."""
    found: set[str] = set()
    for node in (n for s in body for n in gast.walk(s)):
        place: Any = None
        if isinstance(node, gast.AugAssign):
            place = node.target
        elif isinstance(node, gast.Subscript) and isinstance(node.ctx, gast.Store):
            place = node.value
        elif isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr in CHANGES:
            place = node.func.value
        elif isinstance(node, gast.keyword) and node.arg == "out":
            place = node.value
        while isinstance(place, (gast.Subscript, gast.Attribute)):
            place = place.value
        if isinstance(place, gast.Name):
            found.add(place.id)
    return found
