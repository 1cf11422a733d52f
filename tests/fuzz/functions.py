"""Functions: helpers of the module, recursion, local functions, lambdas, what they capture and bind again."""

from __future__ import annotations

from .body import Body, Module, indent, statement
from .expressions import condition
from .kinds import NUM, Arr, Function, Int, Kind, Num, Scope, Tup, Var
from .views import views


def write_function(body: Body, name: str, params: list[str], head: list[str] | None = None) -> list[str]:
    """A def with as many statements as the budget allows, and a return."""
    lines = list(head or [])
    while body.budget > 0:
        lines += body.statement()
    lines.append(f"return {returned(body)}" if body.result is not None else "pass")
    return [f"def {name}({', '.join(params)}):", *indent(lines)]


def returned(body: Body) -> str:
    """The result: an argument or a view of one, or a new value."""
    kind = body.result
    assert kind is not None
    if isinstance(kind, Arr):
        place = body.place(kind)
        if place and body.chance(0.4):
            return place.text
        value = body.expr(kind, body.pick([0, 1, 2]))
        return value if body.chance(0.5) else f"{value} * ({summary(body, 2)})"
    if isinstance(kind, Tup) and not body.places(lambda k: k == kind):
        parts = [summary(body) if isinstance(k, Num) else body.expr(k, 1) for k in kind.items]
        return f"({', '.join(parts)},)"
    return summary(body) if isinstance(kind, Num) else body.expr(kind, 1)


def summary(body: Body, terms: int = 5) -> str:
    """A number that many variables in scope play a part in."""
    places = body.places(lambda k: isinstance(k, (Num, Arr)))
    chosen = {body.latest(places).text: None for _ in range(terms)} if places else {}
    kinds = {p.text: p.kind for p in places}
    parts = []
    for text in chosen:
        if isinstance(kinds[text], Num):
            parts.append(body.pick([text, f"np.sin({text})", f"0.5 * {text}"]))
        else:
            parts.append(body.pick([f"np.sum({text})", f"np.sum(np.sin({text}))", f"np.sum({text} * {text})",
                                    f"np.sum(np.cos({text}) * {text})"]))  # fmt: skip
    return body.pick([" + ", " + ", " * "]).join(parts) or body.number()


# -- helpers of the module ------------------------------------------------------------------------------


def helper(module: Module) -> list[str]:
    """A function of the module; it may call those before it."""
    rng = module.rng
    name = module.name("helper")
    kinds = [module.some_kind(containers=0.15) for _ in range(rng.randint(1, 3))]
    if not any(isinstance(k, Arr) for k in kinds):
        kinds[0] = Arr(module.shape(1))
    if len(kinds) > 1 and rng.random() < 0.4:
        kinds[1] = kinds[0]
    if module.classes and "objects" in module.features and rng.random() < 0.15:
        kinds.append(rng.choice(module.classes))
    if "recursion" in module.features and rng.random() < 0.2:
        return mutual(module, name, kinds[0]) if rng.random() < 0.3 else recursive(module, name, kinds)
    if {"recursion", "changes", "containers"} <= module.features and rng.random() < 0.1:
        return recursive_with_table(module, name)
    result: Kind | None = rng.choice([NUM, *kinds, *kinds])
    if "writes" in module.features and rng.random() < 0.25:
        result = None
    scope = Scope([Var(module.name("p"), kind) for kind in kinds])
    body = Body(module, scope, result, rng.randint(1, 3), level=1)
    params = [v.name for v in scope.variables]
    if isinstance(result, Arr) and rng.random() < 0.25:
        base = scope.variables[rng.randrange(len(kinds))]
        if isinstance(base.kind, Arr):
            return helper_that_gives_a_view(module, body, name, base, params, kinds)
    has_default = "keywords" in module.features and isinstance(kinds[-1], Num) and rng.random() < 0.3
    given = [*params[:-1], f"{params[-1]}={body.number()}"] if has_default else params
    lines = write_function(body, name, given)
    module.helpers.append(Function(name, tuple(kinds), result, tuple(params), int(has_default)))
    return lines


def helper_that_gives_a_view(
    module: Module, body: Body, name: str, base: Var, params: list[str], kinds: list[Kind]
) -> list[str]:
    text, shape = body.pick([part for part in views(body, base.kind.shape) if part[1]])
    lines = body.statement() if body.chance(0.5) else []
    module.helpers.append(Function(name, tuple(kinds), Arr(shape)))
    return [f"def {name}({', '.join(params)}):", *indent([*lines, f"return {base.name}{text}"])]


def recursive(module: Module, name: str, kinds: list[Kind]) -> list[str]:
    """Ends by a counter; passes its arguments on, changed or not."""
    rng = module.rng
    scope = Scope([Var(module.name("p"), kind) for kind in kinds])
    result = rng.choice([k for k in kinds if isinstance(k, (Num, Arr))] + [NUM])
    body = Body(module, scope, result, 1, level=1)
    params = [v.name for v in scope.variables]
    base = body.expr(result, 1)
    lines = body.statement() if rng.random() < 0.6 else []
    given = [body.expr(v.kind, 1) if body.chance(0.4) else v.name for v in scope.variables[: len(kinds)]]
    again = f"{name}({', '.join(given)}, n - 1)"
    again = body.pick([again, f"np.tanh({again})", f"{again} * {body.expr(NUM, 0)}"])
    module.helpers.append(Function(name, (*kinds, Int(0, 3)), result))
    body_lines = ["if n <= 0:", f"    return {base}", *lines, f"return {again}"]
    return [f"def {name}({', '.join([*params, 'n'])}):", *indent(body_lines)]


def mutual(module: Module, name: str, kind: Kind) -> list[str]:
    """Two functions that call each other; each of them may call itself, too, and write into its argument."""
    rng, names, lines = module.rng, (name, module.name("helper")), []
    for own, other in (names, names[::-1]):
        scope = Scope([Var(module.name("p"), kind)])
        body = Body(module, scope, NUM, 1, level=1)
        base, first, second = body.expr(NUM, 1), body.expr(kind, 1), body.expr(kind, 1)
        steps = body.statement() if rng.random() < 0.5 else []
        again = f"np.tanh({other}({first}, n - 1))"
        if rng.random() < 0.6:
            again += f" * {body.pick([own, other])}({second}, n - 2)"
        lines += [f"def {own}({scope.variables[0].name}, n):", "    if n <= 0:", f"        return {base}",
                  *indent([*steps, f"return {again}"])]  # fmt: skip
    module.helpers.append(Function(name, (kind, Int(0, 3)), NUM))
    return lines


def recursive_with_table(module: Module, name: str) -> list[str]:
    """Fills a list on its way in or out: with numbers, new arrays, its own argument, or views of it."""
    rng = module.rng
    kind = Arr(module.shape(1))
    fill = module.name("helper")
    x, table, start = module.name("p"), module.name("p"), rng.choice(["None", "0", "0.0", "{0}.copy()", "0.5 * {0}"])
    numbers = start in ("0", "0.0")
    value = f"np.sin({x}[n % {kind.shape[0]}])" if numbers else rng.choice([f"np.tanh({x})", f"{x} * n", x, f"{x}[:]"])
    write = rng.choice([f"{table}[n] = {value}", f"{table}[n] = {value}", f"{table}.append({value})"])
    again = f"r = 0.5 * {fill}({x}, {table}, n - 1)"
    steps = [write, again] if rng.random() < 0.4 else [again, write]
    lines = [f"def {fill}({x}, {table}, n):", "    if n <= 0:", "        return 0.3", *indent(steps)]
    lines.append(f"    return r + {rng.choice(['0.1', f'np.sum({table}[n])', f'np.sum({table}[-1])'])}")
    after = [f"    {table}[1][0] += r"] if rng.random() < 0.4 and not numbers else []
    if rng.random() < 0.3 and not numbers and start != "None":
        after = [f"    {table}[{rng.randint(0, 2)}][0] = 0.5", *after]
    held = rng.choice([f"np.sum({table}[1])", f"np.sum({table}[2] * {table}[1])", f"np.sum({table}[1]) * r"])
    made = ", ".join([start.format(x)] * 3)
    lines += [f"def {name}({x}):", f"    {table} = [{made}]", f"    r = {fill}({x}, {table}, 2)", *after]
    lines.append(f"    return r * {held} + np.sum({x})")
    module.helpers.append(Function(name, (kind,), NUM))
    return lines


# -- local functions ----------------------------------------------------------------------------------


@statement(2, "closures", deep=1)
def lambda_(body: Body) -> list[str]:
    kind, result = body.some_kind(), body.some_kind()
    mark = body.scope.mark()
    param = body.add("z", kind)
    body.quiet += 1
    text = body.expr(result, 2)
    body.quiet -= 1
    body.scope.forget(mark)
    name = body.name("fn")
    body.scope.functions.append(Function(name, (kind,), result))
    return [f"{name} = lambda {param}: {text}"]


@statement(3, "closures", deep=1)
def local_function(body: Body) -> list[str] | None:
    """It reads, writes into and perhaps binds again what it captures; it is called later, or at once."""
    if body.level >= 2 or body.quiet:
        return None
    kinds = [body.some_kind() for _ in range(body.rng.randint(0, 2))]
    result: Kind | None = body.some_kind()
    rebinding = [v for v in body.scope.of(Num, Arr) if v.rebind] if body.has("nonlocal") else []
    chosen = body.pick(rebinding) if rebinding and body.chance(0.4) else None
    if (chosen or body.has("writes")) and body.chance(0.3):
        result = None
    name = body.name("inner")
    outer = [Var(v.name, v.kind, rebind=v is chosen, grow=v.grow) for v in body.scope.variables]
    scope = Scope([*outer, *(Var(body.name("z"), kind) for kind in kinds)], list(body.scope.functions))
    inside = Body(body.module, scope, result, body.rng.randint(0, 2), level=2)
    params = [v.name for v in scope.variables[len(outer) :]]
    head = []
    if chosen:
        head = [f"nonlocal {chosen.name}", f"{chosen.name} = {inside.expr(chosen.kind, 2)}"]
    lines = write_function(inside, name, params, head)
    for known, seen in zip(body.scope.variables, outer, strict=True):
        known.kind = seen.kind  # a list that the function changes
    body.scope.functions.append(Function(name, tuple(kinds), result))
    if result is None:
        return [*lines, f"{name}({', '.join(body.expr(k, 1) for k in kinds)})"]
    if body.chance(0.5):
        given = ", ".join(body.expr(k, 1) for k in kinds)
        lines.append(f"{body.add('r', result)} = {name}({given})")
    return lines


@statement(1, "closures", "branches", deep=1)
def function_chosen_by_test(body: Body) -> list[str] | None:
    """Two functions under one name."""
    if not body.has("values"):
        return None
    kind = body.some_kind()
    name, param = body.name("either"), body.name("z")
    test = condition(body)
    body.scope.variables.append(Var(param, kind))
    body.quiet += 1
    first, second = body.expr(kind, 1), body.expr(kind, 1)
    body.quiet -= 1
    body.scope.variables.pop()
    body.scope.functions.append(Function(name, (kind,), kind))
    return [f"{name} = (lambda {param}: {first}) if {test} else (lambda {param}: {second})"]
