"""Generators, names that are None at first, slices as values, attempts, functions inside that call themselves."""

from __future__ import annotations

from .body import Body, Module, expression, indent, statement
from .expressions import condition
from .kinds import NUM, Arr, Function, Int, Kind, Lst, Num, Scope, Var
from .views import axis_slices


def generator(module: Module) -> list[str]:
    """A function that yields numbers: of the items of its argument, or of a counter."""
    rng, name = module.rng, module.name("gen")
    kind = Arr(module.shape(1))
    scope = Scope([Var(module.name("p"), kind)])
    body = Body(module, scope, NUM, 1, level=1)
    param, (size,) = scope.variables[0].name, kind.shape
    counter = body.add("i", Int(0, size - 1), rebind=False)
    body.depth += 1
    steps = body.statement() if rng.random() < 0.5 else []
    stop = [f"if {condition(body)}:", f"    {rng.choice(['return', 'continue'])}"] if rng.random() < 0.2 else []
    lines = [*steps, *stop, f"yield {body.expr(NUM, 2)}"]
    after = [f"yield {param}[0]"] if rng.random() < 0.2 else []
    module.generators.append(Function(name, (kind,), NUM))
    return [f"def {name}({param}):", *indent([f"for {counter} in range({size}):", *indent(lines), *after])]


def stream(body: Body) -> str | None:
    """A call of a generator, or one made on the spot."""
    found = body.latest(body.module.generators)
    if found is not None and body.chance(0.7):
        return f"{found.name}({body.expr(found.params[0], 1)})"
    place = body.latest(body.arrays(1))
    if place is None:
        return None
    name = body.name("g")
    body.scope.variables.append(Var(name, NUM, rebind=False))
    body.quiet += 1
    text = f"({body.expr(NUM, 1)} for {name} in {place.text})"
    body.quiet -= 1
    body.scope.variables.pop()
    return text


@expression(Num, 1, "generators")
def sum_of_a_stream(body: Body, kind: Num, depth: int) -> str | None:
    text = None if body.quiet else stream(body)
    forms = ["sum({})", "sum({})", "np.mean(list({}))", "np.sum(np.fromiter({}, float))"]
    return text and body.pick(forms).format(text)


@statement(1.2, "generators", "loops", deep=1)
def loop_over_a_stream(body: Body) -> list[str] | None:
    text = stream(body)
    if text is None:
        return None
    mark = body.scope.mark()
    name = body.add("e", NUM)
    lines = [f"for {name} in {text}:", *body.block(body.rng.randint(1, 2), looping=True)]
    body.scope.forget(mark)
    return lines


@statement(1, "none", "loops", "branches", deep=1)
def best_of(body: Body) -> list[str]:
    """None until there is a first: `if best is None or e > best`."""
    kind: Kind = body.pick([NUM, NUM, Arr(body.shape(1))])
    name, mark = body.name("best"), body.scope.mark()
    counter, size = body.add("i", Int(0, 2), rebind=False), body.rng.randint(1, 3)
    given = body.expr(kind, 2)
    value = body.add("e", kind)
    sizes = (value, name) if isinstance(kind, Num) else (f"np.sum({value})", f"np.sum({name})")
    test = body.pick([f"{name} is None", f"{name} is None or {sizes[0]} > {sizes[1]}"])
    more = [f"else:\n    {name} = {name} + {value}"] if body.chance(0.4) else []
    body.scope.forget(mark)
    body.scope.variables.append(Var(name, kind))
    steps = [f"{value} = {given}", f"if {test}:", f"    {name} = {value}", *"\n".join(more).splitlines()]
    return [f"{name} = None", f"for {counter} in range({size}):", *indent(steps)]


@statement(1, "slices", "views")
def slice_as_a_value(body: Body) -> list[str] | None:
    place = body.latest(body.arrays())
    if place is None:
        return None
    text, size = body.pick(axis_slices(body, place.kind.shape[0]))
    bounds = ", ".join(part or "None" for part in text.split(":"))
    name = body.name("part")
    kind = Arr((size, *place.kind.shape[1:]))
    if body.has("writes") and body.chance(0.4):
        value = body.expr(body.pick([NUM, kind]), 1)
        return [f"{name} = slice({bounds})", f"{place.text}[{name}] {body.pick(['', '+', '*'])}= {value}"]
    return [f"{name} = slice({bounds})", f"{body.add('v', kind)} = {place.text}[{name}]"]


@statement(0.6, "attempts", "branches", deep=1)
def attempt(body: Body) -> list[str]:
    """A raise of the program's own, and what is done about it."""
    kind = body.pick([NUM, Arr(body.shape(1))])
    test = condition(body)
    before = body.block(1) if body.chance(0.4) else []
    first, second = body.expr(kind, 2), body.expr(kind, 1)
    last = ["finally:", *body.block(1)] if body.chance(0.2) else []
    if any(line.strip().startswith(("return", "break", "continue")) for line in last):
        last = []  # refused: it would drop what was raised
    name = body.add("c", kind)
    return ["try:", f"    if {test}:", "        raise KeyError('no')", *before, f"    {name} = {first}",
            "except KeyError:", f"    {name} = {second}", *last]  # fmt: skip


@statement(0.8, "closures", "recursion", deep=1)
def recursion_inside(body: Body) -> list[str] | None:
    """A local function that calls itself, and sees the names around it."""
    if body.level >= 2 or body.quiet:
        return None
    kind: Kind = body.pick([NUM, Arr(body.shape(1))])
    name, param, mark = body.name("inner"), body.name("z"), body.scope.mark()
    body.scope.variables.append(Var(param, kind))
    body.quiet += 1
    base, given, factor = body.expr(NUM, 1), body.expr(kind, 1), body.expr(NUM, 1)
    body.quiet -= 1
    body.scope.forget(mark)
    start = body.expr(kind, 1)
    lines = ["if n <= 0:", f"    return {base}", f"return np.tanh({name}({given}, n - 1)) * {factor}"]
    result = f"{body.add('r', NUM)} = {name}({start}, {body.rng.randint(0, 2)})"
    return [f"def {name}({param}, n):", *indent(lines), result]


@expression(Lst, 1, "generators", "comprehensions", deep=0)
def list_of_a_stream(body: Body, kind: Lst, depth: int) -> str | None:
    place = body.latest(body.arrays(1))
    if kind.item != NUM or place is None or place.kind.shape[0] != kind.length:
        return None
    return body.pick([f"list(map(np.sin, {place.text}))", f"[0.5 * v for v in {place.text}]", f"{place.text}.tolist()"])
