"""Where the elements of a loop come from: the leaves of zip, enumerate and reversed."""

from __future__ import annotations

import operator
from collections.abc import Iterator

from tangent_ad.analysis.builder import Builder
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var


def leaves(
    tree: Expr, path: tuple[int, ...] = (), backwards: bool = False
) -> Iterator[tuple[Expr, tuple[int, ...], bool]]:
    """Sequences that a loop iterates over: (sequence, place of its item in the element, read backwards)."""
    if isinstance(tree, Apply):
        if tree.op.call is range:
            return
        if tree.op.call is enumerate:
            yield from leaves(tree.args[0], (*path, 1), backwards)
        elif tree.op.call is reversed:
            yield from leaves(tree.args[0], path, not backwards)
        elif tree.op.call is zip:
            for i, arg in enumerate(tree.args):
                yield from leaves(arg, (*path, i), backwards)
    else:
        yield tree, path, backwards


def position(builder: Builder, sequence: Expr, index: Var, backwards: bool) -> Atom:
    """The index into a sequence at the loop's turn number `index`."""
    if not backwards:
        return index
    last = builder.call(operator.sub, builder.call(len, sequence), Const(1))
    return builder.call(operator.sub, last, index)


def surely_runs(tree: Expr) -> bool:
    """Whether a loop has at least one turn, whatever the values are: `range(3)`."""
    if not isinstance(tree, Apply):
        return isinstance(tree, Const) and isinstance(tree.value, range) and bool(tree.value)
    if tree.op.call is range:
        known = all(isinstance(a, Const) and isinstance(a.value, int) for a in tree.args)
        return known and Const(0) not in tree.args[2:] and bool(range(*(a.value for a in tree.args)))  # type: ignore[union-attr]
    return bool(tree.args) and tree.op.call is not zip and surely_runs(tree.args[0])
