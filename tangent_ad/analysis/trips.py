"""How often loops turn, as far as sizes tell: whether a nest reaches each item of an array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sizes import CONSTANT, Form, form, plus
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, For, Var, While
from tangent_ad.ir.types import Array, Dim, Number, Size
from tangent_ad.ir.walk import statements

FEW = 4  # a size, known at build time, that costs nothing
LEFT_OUT = 4  # so many turns less than there are items are as good as one for each
AGAIN = 4.0  # what a loop that does not run along the array is taken to repeat

Range = tuple[Form, Form, int]  # start, stop and step


class Trips:
    """The ranges of a function's loops."""

    def __init__(self, body: Block) -> None:
        self.ends: dict[int, tuple[Form, Form]] = {}  # the least and the greatest value of a loop's int
        for stmt in statements(body):
            if isinstance(stmt, For) and isinstance(stmt.elem.type, Number) and isinstance(stmt.elem.type.size, Dim):
                for start, stop, step in _ranges(stmt.iterable):
                    one = {CONSTANT: step}
                    ends = (start, plus(stop, one, -1))
                    self.ends[stmt.elem.type.size.symbol] = ends if step > 0 else ends[::-1]

    def share(self, dims: Sequence[Size], loops: Sequence[For | While]) -> float:
        """How often a statement in these loops meets each item of an array, at least; 0 where that is not known."""
        free = list(loops)
        share = 1.0
        for size in dims:
            if isinstance(size, int) and size <= FEW:
                continue
            found = next(((s, loop) for loop in free if (s := self.along(loop, size))), None)
            if found is None:
                return 0.0
            share *= found[0]
            free.remove(found[1])
        return share * AGAIN if free else share

    def along(self, loop: For | While, size: Size) -> float:
        """1 where a loop has a turn for each item of an axis, 1/2 where that grows from none to all, otherwise 0."""
        if not isinstance(loop, For) or loop.stops:
            return 0.0
        for start, stop, step in _ranges(loop.iterable):
            turns = plus(stop, start, -1) if step > 0 else plus(start, stop, -1)
            most, varies = self.most(turns)
            rest = plus(most, form(size), -1)
            if not any(k for s, k in rest.items() if s != CONSTANT) and rest.get(CONSTANT, 0) >= -LEFT_OUT:
                return 0.5 if varies else 1.0
        return 0.0

    def most(self, turns: Form) -> tuple[Form, bool]:
        """A number of turns at its greatest, and whether it depends on the loops around."""
        varies = False
        for _ in range(len(self.ends) + 1):
            symbol = next((s for s, k in turns.items() if s in self.ends and k), None)
            if symbol is None:
                break
            k = turns[symbol]
            least, greatest = self.ends[symbol]
            turns = plus({s: f for s, f in turns.items() if s != symbol}, greatest if k > 0 else least, k)
            varies = True
        return turns, varies


def _ranges(tree: Expr) -> Iterator[Range]:
    """The ranges that a loop runs over, one beside the other."""
    if isinstance(tree, Apply) and tree.op.call is range:
        values = [value_of_int(a) for a in tree.args]
        start, stop = (0, *values)[-2:] if len(values) == 1 else values[:2]
        step = values[2] if len(values) == 3 else 1
        if start is not None and stop is not None and step in (1, -1):
            yield form(start), form(stop), 1 if step == 1 else -1
    elif isinstance(tree, Apply):
        for arg in tree.args:
            yield from _ranges(arg)
    elif isinstance(tree, (Var, Const)):
        t = getattr(tree, "type", None)
        if isinstance(t, Array) and t.dims:
            yield form(0), form(t.dims[0]), 1
