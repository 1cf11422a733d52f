"""Which variables may share memory within one turn of a loop.

To the points-to sets of a whole function two buffers that change places,

    for _ in range(n):
        new[1:-1] = old[2:] + old[:-2]
        old, new = new, old

are one: either name has stood for either array. In a turn each carried variable stands for one thing, which is
its own here; two of them share memory only if they start that way, or if one turn hands on to them what shares
memory in it.
"""

from __future__ import annotations

from itertools import combinations

from tangent_ad.analysis.memory import NOTHING, Memory, Objects
from tangent_ad.ir.nodes import Expr, For, Var, While
from tangent_ad.ir.walk import definitions, free_variables


class Turn(Memory):
    """Points-to sets of one turn of a loop. What came into it is `("before", object)` or `("carried", param, part)`."""

    def __init__(self, loop: For | While, whole: Memory) -> None:
        self._own, self._held = {}, {}
        self.whole = whole
        self.inside = {*definitions(loop.body), *loop.params}
        for p in loop.params:
            self.put(p, frozenset([("carried", p, "own")]), frozenset([("carried", p, "held")]))
        if isinstance(loop, For):
            self.inside |= {loop.index, loop.elem}
            self.put(loop.elem, _before(whole.own(loop.elem)), _before(whole.held(loop.elem)))
        for v in free_variables(loop.body):
            if v not in self.inside:
                self.put(v, _before(whole.own(v)), _before(whole.held(v)))
        self.settle(loop.body)
        self.meet: set[frozenset[object]] = set()  # pairs of carried objects that may be one
        slots = [(("carried", p, part), init, result, part)
                 for p, init, result in zip(loop.params, loop.inits, loop.body.results, strict=False)
                 for part in ("own", "held")]  # fmt: skip
        while True:
            before = len(self.meet)
            for (a, a_init, a_result, x), (b, b_init, b_result, y) in combinations(slots, 2):
                start = _part(whole, a_init, x) & _part(whole, b_init, y)
                if start or self.overlap(_part(self, a_result, x), _part(self, b_result, y)):
                    self.meet.add(frozenset([a, b]))
            if len(self.meet) == before:
                break

    def apart(self, base: Var, other: Var) -> bool:
        """Whether `other` reaches none of the memory that `base` is, both as they are in one turn."""
        return not self.overlap(self.own(base), self.seen(other))

    def seen(self, var: Var) -> Objects:
        return self.all(var) if var in self.inside else _before(self.whole.all(var))

    def overlap(self, some: Objects, others: Objects) -> bool:
        return any(self.same(a, b) for a in some for b in others)

    def same(self, a: object, b: object) -> bool:
        if a == b:
            return True
        carried = [x for x in (a, b) if isinstance(x, tuple) and x[0] == "carried"]
        if len(carried) == 2:
            return frozenset([a, b]) in self.meet
        if not carried:
            return False
        other = b if carried[0] is a else a
        if not isinstance(other, tuple):
            return False  # made in this turn
        _, param, part = carried[0]
        ever = self.whole.own(param) if part == "own" else self.whole.held(param)
        return (other[1] if other[0] == "before" else other) in ever


def _part(memory: Memory, expr: Expr, part: str) -> Objects:
    return memory.own(expr) if part == "own" else memory.held(expr)


def _before(objects: Objects) -> Objects:
    """The objects that there were before the turn; those from outside the function keep their names."""
    return frozenset(o if isinstance(o, tuple) else ("before", o) for o in objects) if objects else NOTHING
