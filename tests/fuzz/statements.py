"""Names: bound, bound again, aliased, swapped; branches."""

from __future__ import annotations

from .body import Body, statement
from .expressions import binary, call, condition
from .kinds import NUM, Arr, Num, Obj
from .views import views


@statement(6)
def assign(body: Body) -> list[str]:
    kind = body.some_kind()
    value = body.expr(kind, 2)
    return [f"{body.add('t' if kind == NUM else 'a', kind)} = {value}"]


@statement(5)
def assign_again(body: Body) -> list[str] | None:
    """A name of the same kind as before: what it named stays in other names."""
    variable = body.latest([v for v in body.scope.of(Num, Arr) if v.rebind])
    if variable is None:
        return None
    if isinstance(variable.kind, Num) and body.chance(0.5):
        return [f"{variable.name} {body.pick(['+', '-', '*'])}= {body.expr(NUM, 2)}"]
    if body.chance(0.3):
        return [f"{variable.name} = {binary(body, variable.name, body.expr(variable.kind, 1))}"]
    value = body.expr(variable.kind, 2)
    return [f"{variable.name} = {value}"] if value != variable.name else None


@statement(3, "views")
def name_a_view(body: Body) -> list[str] | None:
    place = body.latest(body.arrays())
    if place is None:
        return None
    text, shape = body.pick(views(body, place.kind.shape))
    if not shape or max(shape) > 9:
        return None
    return [f"{body.add('v', Arr(shape))} = {place.text}{text}"]


@statement(2.5, "aliases")
def name_again(body: Body) -> list[str] | None:
    place = body.latest(body.arrays() if body.chance(0.8) else body.places(lambda k: not isinstance(k, Num)))
    if place is None:
        return None
    targets = [v for v in body.scope.of(type(place.kind)) if v.kind == place.kind and v.rebind]
    if targets and body.chance(0.4):
        target = body.pick(targets)
        return [f"{target.name} = {place.text}"] if target.name != place.text else None
    stem = "same_box" if isinstance(place.kind, Obj) else "same"
    return [f"{body.add(stem, place.kind)} = {place.text}"]


@statement(1.5, "aliases")
def swap(body: Body) -> list[str] | None:
    first = body.latest([v for v in body.scope.of(Num, Arr) if v.rebind])
    others = [v for v in body.scope.variables if first and v.kind == first.kind and v.rebind and v is not first]
    if not others:
        return None
    second = body.pick(others)
    right = [second.name, first.name]
    if body.chance(0.3):
        right[body.rng.randrange(2)] = body.expr(first.kind, 1)
    return [f"{first.name}, {second.name} = {', '.join(right)}"]


@statement(4, "branches", deep=1)
def branch(body: Body) -> list[str]:
    lines = [f"if {condition(body)}:", *body.block(body.rng.randint(1, 2))]
    if body.chance(0.2):
        lines += [f"elif {condition(body)}:", *body.block(1)]
    if body.chance(0.5):
        lines += ["else:", *body.block(body.rng.randint(1, 2))]
    return lines


@statement(1.5, "branches", deep=1)
def branch_that_defines(body: Body) -> list[str]:
    """A name bound on both paths: perhaps an alias on one and a new array on the other."""
    kind = body.pick([NUM, Arr(body.shape(1)), Arr(body.shape(2))])
    test, first, second = condition(body), body.block(1), body.block(1)
    values = [body.expr(kind, depth) for depth in (0, 2)]
    body.rng.shuffle(values)
    name = body.add("c", kind)
    return [f"if {test}:", *first, f"    {name} = {values[0]}", "else:", *second, f"    {name} = {values[1]}"]


@statement(1.2, "walrus", "values", deep=1)
def named_in_test(body: Body) -> list[str]:
    value = body.expr(NUM, 2)
    name = body.add("w", NUM)
    return [f"if ({name} := {value}) > {body.number()}:", *body.block(body.rng.randint(1, 2))]


@statement(3, "helpers", "writes")
def call_procedure(body: Body) -> list[str] | None:
    """A call for what it writes."""
    text = call(body, None)
    return [text] if text else None


@statement(2.5, "helpers")
def name_a_result(body: Body) -> list[str] | None:
    """A call whose result may be an argument, or a view of one."""
    found = body.latest([f for f in body.functions() if f.result is not None])
    text = call(body, found.result) if found else None
    if found is None or text is None:
        return None
    return [f"{body.add('r', found.result)} = {text}"]
