"""Classes of the module: methods, properties, plain or dataclasses; instances that all functions see and write."""

from __future__ import annotations

from .body import Body, Module, expression, indent, statement
from .expressions import arguments, unary
from .functions import write_function
from .kinds import NUM, Arr, Function, Kind, Num, Obj, Scope, Var
from .literals import literal

SHARED = ("FIRST", "SECOND")
HOLDERS = ("HELD = [FIRST, SECOND]", 'NAMED = {"a": FIRST, "b": SECOND}', "PAIR = (FIRST, SECOND)")


def define(module: Module) -> list[str]:
    """A small class, its methods, and perhaps instances of it for the whole module."""
    rng = module.rng
    fields = tuple((name, module.some_kind()) for name in ("a", "b", "c")[: rng.randint(1, 3)])
    kind = Obj("Box", fields)
    module.classes.append(kind)
    names = [name for name, _ in fields]
    if "methods" in module.features and rng.random() < 0.3:
        lines = ["class Box:", f"    def __init__(self, {', '.join(names)}):"]
        lines += [f"        self.{name} = {name}" for name in names]
    else:
        lines = ["@dataclass", "class Box:", *(f"    {name}: object" for name in names)]
    if "methods" in module.features:
        for _ in range(rng.choices([0, 1, 2], [2, 2, 1])[0]):
            lines += indent(method(module, kind))
        if rng.random() < 0.3:
            lines += indent(prop(module, kind))
    if "shared" in module.features and rng.random() < 0.25:
        module.shared = kind
        values = {name: [literal(rng, k) for _, k in fields] for name in SHARED}
        lines += [f"{name} = Box({', '.join(given)})" for name, given in values.items()]
        lines += [*HOLDERS, "def reset():"]
        lines += [f"    {name}.{f} = {v}" for name, given in values.items() for f, v in zip(names, given, strict=True)]
    return lines


def method(module: Module, kind: Obj) -> list[str]:
    rng, name = module.rng, module.name("act")
    kinds = [module.some_kind() for _ in range(rng.randint(0, 1))]
    scope = Scope([Var("self", kind, rebind=False), *(Var(module.name("p"), k) for k in kinds)])
    result: Kind | None = rng.choice([NUM, NUM, None, *(k for _, k in kind.fields)])
    body = Body(module, scope, result, rng.randint(0, 2), level=1)
    lines = write_function(body, name, [v.name for v in scope.variables[: 1 + len(kinds)]])
    module.methods.append(Function(name, tuple(kinds), result))
    return lines


def prop(module: Module, kind: Obj) -> list[str]:
    name = module.name("whole")
    body = Body(module, Scope([Var("self", kind, rebind=False)]), NUM, 0, level=1)
    lines = ["@property", *write_function(body, name, ["self"])]
    module.properties.append(name)
    return lines


# -- instances of the function ------------------------------------------------------------------------


def of_method(body: Body, result: Kind | None) -> str | None:
    """A call of a method of an instance in scope, or of one that all functions see."""
    found = body.latest([m for m in body.module.methods if m.result == result])
    places = [p.text for p in body.places(lambda k: isinstance(k, Obj)) if p.text != "self"]
    if body.module.shared is not None:
        places.append(instance(body))
    if found is None or not places or body.quiet:
        return None
    return f"{body.pick(places)}.{found.name}({', '.join(arguments(body, found.params))})"


@expression(Num, 2, "methods", deep=0)
def number_from_method(body: Body, kind: Num, depth: int) -> str | None:
    return of_method(body, NUM)


@expression(Arr, 2, "methods", deep=0)
def array_from_method(body: Body, kind: Arr, depth: int) -> str | None:
    return of_method(body, kind)


@expression(Num, 1, "methods", deep=0)
def number_from_property(body: Body, kind: Num, depth: int) -> str | None:
    places = [p.text for p in body.places(lambda k: isinstance(k, Obj)) if p.text != "self"]
    if not body.module.properties or not places:
        return None
    return f"{body.pick(places)}.{body.pick(body.module.properties)}"


@statement(1.5, "methods")
def call_method(body: Body) -> list[str] | None:
    text = of_method(body, None)
    return [text] if text else None


# -- instances of the module --------------------------------------------------------------------------


def instance(body: Body) -> str:
    """One of the two, by its name, a list, a dict or a tuple."""
    names = ["FIRST"] * 4 + ["SECOND"] * 3
    return body.pick([*names, f"HELD[{body.index(2)}]", 'NAMED["a"]', 'NAMED["b"]', "PAIR[0]"])


def field_of(body: Body, kind: Kind) -> str | None:
    fields = [name for name, k in body.module.shared.fields if k == kind] if body.module.shared is not None else []
    return f"{instance(body)}.{body.pick(fields)}" if fields else None


@expression(Num, 1.5, "shared", deep=0)
def number_of_shared(body: Body, kind: Num, depth: int) -> str | None:
    text = field_of(body, kind)
    if text is None or not body.chance(0.15):
        return text
    holder, name = body.pick(["HELD", "PAIR", "NAMED.values()"]), text.rpartition(".")[2]
    return f"sum([{unary(body, f'q.{name}')} for q in {holder}])"


@expression(Arr, 1.5, "shared", deep=0)
def array_of_shared(body: Body, kind: Arr, depth: int) -> str | None:
    """The array itself, which may then not be written into, or a copy."""
    text = field_of(body, kind)
    return f"{text}.copy()" if text and body.chance(0.8) else text


@statement(1.5, "shared", "objects")
def write_shared(body: Body) -> list[str] | None:
    """`FIRST.a = v`: the next run starts from what it was, see `reset`."""
    if body.module.shared is None:
        return None
    name, kind = body.pick(body.module.shared.fields)
    target = f"{body.pick(['FIRST', 'FIRST', 'SECOND', 'PAIR[0]'])}.{name}"
    if isinstance(kind, Num) and body.chance(0.3):
        return [f"{target} {body.pick('+-*')}= {body.expr(kind, 1)}"]
    return [f"{target} = {body.expr(kind, 2)}"]
