"""Loops: for over all that can be iterated, while with counters, and the ways out of them."""

from __future__ import annotations

from .body import Body, indent, statement
from .expressions import condition
from .kinds import NUM, Arr, Int


def range_of(body: Body) -> tuple[str, Int]:
    """A range with few turns, forwards or backwards, and the values it takes."""
    size = body.pick(body.module.sizes)
    options = [
        (f"range({size})", 0, size - 1), (f"range({size})", 0, size - 1), (f"range(1, {size})", 1, size - 1),
        (f"range({size - 1}, -1, -1)", 0, size - 1), (f"range({size - 1}, 0, -1)", 1, size - 1),
        (f"range({size - 1})", 0, size - 2), (f"range(0, {size}, 2)", 0, size - 1), ("range(2, 5, 3)", 2, 2),
        (f"reversed(range({size}))", 0, size - 1),
    ]  # fmt: skip
    counts = [v for v in body.scope.of(Int) if v.kind.high <= 4 and v.kind.low >= 0]
    if counts:
        options += [(f"range({v.name})", 0, max(v.kind.high - 1, 0)) for v in counts[:2]]
    text, low, high = body.pick(options)
    return text, Int(low, max(high, low))


@statement(5, "loops", deep=1)
def for_range(body: Body) -> list[str]:
    text, kind = range_of(body)
    mark = body.scope.mark()
    name = body.add("i", kind, rebind=False)
    lines = [f"for {name} in {text}:", *body.block(body.rng.randint(1, 3), looping=True)]
    body.scope.forget(mark)
    return [*lines, *otherwise(body)]


@statement(3, "loops", deep=1)
def for_values(body: Body) -> list[str] | None:
    """Over the elements of a vector or the rows of a matrix, which are views."""
    place = body.latest(body.arrays())
    if place is None:
        return None
    size, rest = place.kind.shape[0], place.kind.shape[1:]
    other = body.pick(body.arrays())  # before the loop's own names are there
    mark = body.scope.mark()
    name = body.add("row" if rest else "e", Arr(rest) if rest else NUM)
    form = body.rng.randrange(5)
    if form == 0:
        counter = body.add("i", Int(0, size - 1), rebind=False)
        head = f"for {counter}, {name} in enumerate({place.text}):"
    elif form == 1:
        other = other if body.chance(0.6) else place
        second = body.add("z", Arr(other.kind.shape[1:]) if other.kind.shape[1:] else NUM)
        sources = [body.pick([t, t, f"reversed({t})", f"{t}[::-1]"]) for t in (place.text, other.text)]
        head = f"for {name}, {second} in zip({', '.join(sources)}):"
    elif form == 2:
        head = f"for {name} in reversed({place.text}):"
    else:
        head = f"for {name} in {place.text}{body.pick(['', '', '[::-1]', '[1:]'])}:"
    lines = [head, *body.block(body.rng.randint(1, 3), looping=True)]
    body.scope.forget(mark)
    return [*lines, *otherwise(body)]


@statement(2.5, "while", deep=1)
def while_counter(body: Body) -> list[str]:
    """The counter moves first, so that `continue` does not skip it."""
    limit = body.rng.randint(2, 4)
    name = body.name("k")
    test = f"{name} < {limit}"
    if body.has("values") and body.chance(0.4):
        test += f" and {body.expr(NUM, 1)} < {body.number(0.2, 3.0)}"
    mark = body.scope.mark()
    body.add("k", Int(1, limit), rebind=False)
    body.scope.variables[-1].name = name
    inner = body.block(body.rng.randint(1, 3), looping=True)
    body.scope.forget(mark)
    return [f"{name} = 0", f"while {test}:", f"    {name} += 1", *inner, *otherwise(body)]


@statement(1.2, "while", "exits", "branches", deep=1)
def while_true(body: Body) -> list[str]:
    name = body.name("k")
    mark = body.scope.mark()
    body.scope.variables.append(type(body.scope.variables[0])(name, Int(1, 4), rebind=False))
    test = f"{name} > {body.rng.randint(1, 3)}"
    if body.has("values") and body.chance(0.4):
        test += f" or {body.expr(NUM, 1)} > {body.number(0.2, 2.0)}"
    inner = body.block(body.rng.randint(1, 2), looping=True)
    body.scope.forget(mark)
    return [f"{name} = 0", "while True:", f"    {name} += 1", f"    if {test}:", "        break", *inner]


def otherwise(body: Body) -> list[str]:
    """An `else` of the loop, now and then."""
    if not body.has("exits") or body.chance(0.9):
        return []
    return ["else:", *body.block(1)]


@statement(2, "exits", "branches", deep=1)
def leave(body: Body) -> list[str] | None:
    """break, continue or return under a condition, perhaps after a last statement."""
    ways = ["break", "continue"] if body.loops else []
    if body.result is not None:
        ways.append("return")
    if not ways:
        return None
    way = body.pick(ways)
    lines = body.block(1) if body.chance(0.4) else []
    if way == "return":
        way = f"return {body.expr(body.result, 1)}"
    return [f"if {condition(body)}:", *lines, *indent([way])]
