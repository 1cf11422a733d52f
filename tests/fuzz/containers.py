"""Lists, tuples, dicts and small objects: made, read, written into, taken apart."""

from __future__ import annotations

from .body import LAST_RESORT, Body, expression, statement
from .expressions import condition, unary
from .kinds import NUM, Arr, Dct, Int, Kind, Lst, Num, Obj, Tup, Var

# -- values -------------------------------------------------------------------------------------------


@expression(Lst, 4, deep=0)
@expression(Tup, 4, deep=0)
@expression(Dct, 4, deep=0)
@expression(Obj, 4, deep=0)
def stored(body: Body, kind: Kind, depth: int) -> str | None:
    place = body.place(kind)
    return place and place.text


@expression(Lst, 3, deep=0)
def list_literal(body: Body, kind: Lst, depth: int) -> str:
    return f"[{', '.join(item(body, kind.item, depth) for _ in range(kind.length))}]"


@expression(Lst, 2, "comprehensions", deep=0)
def list_comprehension(body: Body, kind: Lst, depth: int) -> str:
    mark = body.scope.mark()
    name = body.add("k", Int(0, kind.length - 1), rebind=False)
    body.quiet += 1
    text = f"[{body.expr(kind.item, 1)} for {name} in range({kind.length})]"
    body.quiet -= 1
    body.scope.forget(mark)
    return text


@expression(Tup, 3, deep=0)
def tuple_literal(body: Body, kind: Tup, depth: int) -> str:
    return f"({', '.join(item(body, k, depth) for k in kind.items)},)"


@expression(Dct, 3, deep=0)
def dict_literal(body: Body, kind: Dct, depth: int) -> str:
    pairs = (f'"{key}": {item(body, k, depth)}' for key, k in kind.items)
    return f"{{{', '.join(pairs)}}}"


@expression(Obj, 3, deep=0)
def new_object(body: Body, kind: Obj, depth: int) -> str:
    return f"{kind.name}({', '.join(item(body, k, depth) for _, k in kind.fields)})"


def item(body: Body, kind: Kind, depth: int) -> str:
    """What goes into a container: often an array that has a name already, so that it is shared."""
    place = body.place(kind)
    if place and body.chance(0.5):
        return place.text
    return body.expr(kind, max(depth - 1, 0))


for made, write in ((Lst, list_literal), (Tup, tuple_literal), (Dct, dict_literal), (Obj, new_object)):
    LAST_RESORT[made] = lambda body, kind, write=write: write(body, kind, 1)


# -- statements ---------------------------------------------------------------------------------------


def some_container(body: Body) -> Kind:
    forms = ["list", "list", "tuple", "dict"] if body.has("containers") else []
    if body.module.classes and body.has("objects"):
        forms += ["object", "object"]
    form = body.pick(forms)
    if form == "object":
        return body.pick(body.module.classes)
    inner = body.some_kind(containers=0.1)
    if form == "list":
        return Lst(inner, body.rng.randint(1, 3))
    if form == "tuple":
        return Tup((inner, *(body.some_kind() for _ in range(body.rng.randint(1, 2)))))
    return Dct(tuple((key, body.some_kind()) for key in ("a", "b", "c")[: body.rng.randint(1, 3)]))


@statement(3, "containers")
def make_container(body: Body) -> list[str]:
    return _make(body, some_container(body))


@statement(1.5, "branches", "aliases", "containers")
def tie(body: Body) -> list[str] | None:
    """On each path a container, of whose items some share memory, and a write through one of them."""
    vectors = [v for v in body.scope.of(Arr) if len(v.kind.shape) == 1]  # type: ignore[attr-defined]
    if not vectors:
        return None
    source, own = body.pick(vectors), body.name("w")
    pairs = Lst(source.kind, 2), Tup((source.kind,) * 2), Dct((("a", source.kind), ("b", source.kind)))
    kind: Kind = body.pick(pairs)

    def made() -> list[str]:
        first, second = own, body.pick([own, f"{own}[::-1]", f"{own}[:]", f"{own} * 1.0"])
        if body.chance(0.3):
            first, second = second, first
        text = {Lst: f"[{first}, {second}]", Tup: f"({first}, {second})", Dct: f'{{"a": {first}, "b": {second}}}'}
        return [f"    {own} = {source.name} * {body.number()}", f"    {name} = {text[type(kind)]}"]

    test, value, name = condition(body), body.expr(NUM, 1), body.name("tied")
    keys = ('"a"', '"b"') if isinstance(kind, Dct) else (0, 1)
    body.scope.variables.append(Var(name, kind))
    write = f"{name}[{body.pick(keys)}][0] {body.pick(['', '+', '*'])}= {value}"
    return [f"if {test}:", *made(), "else:", *made(), write]


@statement(1.5, "objects")
def make_object(body: Body) -> list[str] | None:
    return _make(body, body.pick(body.module.classes)) if body.module.classes else None


def _make(body: Body, kind: Kind) -> list[str]:
    value = body.expr(kind, 2)
    stem = {Lst: "items", Tup: "pair", Dct: "table", Obj: "box"}[type(kind)]
    return [f"{body.add(stem, kind)} = {value}"]


@statement(3, "changes", "containers")
def write_item(body: Body) -> list[str] | None:
    """`xs[k] = v`, `d["a"] *= v`."""
    return _write_part(body, (Lst, Dct))


@statement(2.5, "objects")
def write_attribute(body: Body) -> list[str] | None:
    """`box.a = v`."""
    return _write_part(body, (Obj,))


def _write_part(body: Body, kinds: tuple[type[Kind], ...]) -> list[str] | None:
    places = body.places(lambda k: isinstance(k, (Num, Arr)))
    place = body.latest([p for p in places if p.bind and p.text != p.root.name and isinstance(p.root.kind, kinds)])
    if place is None:
        return None
    if body.chance(0.4) and (isinstance(place.kind, Num) or body.has("writes")):
        return [f"{place.text} {body.pick(['+', '-', '*'])}= {body.expr(place.kind, 1)}"]
    return [f"{place.text} = {body.expr(place.kind, 2)}"]


def _resize(body: Body, variable: Var, change: int) -> None:
    """The list is longer or shorter now; inside a block nobody knows by how much."""
    kind = variable.kind
    assert isinstance(kind, Lst)
    if body.depth == 0 and body.level == 0:
        variable.kind = Lst(kind.item, kind.length + change, kind.exact)
    else:
        variable.kind = Lst(kind.item, kind.length + min(change, 0), False)


def _place(body: Body, length: int) -> str:
    """An index that a list of this length has, often one found at run time."""
    counts = [v for v in body.scope.of(Int) if v.kind.low >= 0]
    return f"{body.pick(counts).name} % {length}" if counts and body.chance(0.6) else str(body.rng.randrange(length))


@statement(3, "changes", "containers")
def append(body: Body) -> list[str] | None:
    variable = body.latest([v for v in body.scope.of(Lst) if v.grow])
    if variable is None:
        return None
    value = body.expr(variable.kind.item, 2)
    _resize(body, variable, 1)
    where = body.pick(["0", "1", _place(body, max(variable.kind.length, 1))])
    form = body.pick([f"append({value})", f"append({value})", f"insert({where}, {value})", f"extend([{value}])"])
    return [body.pick([f"{variable.name}.{form}"] * 4 + [f"{variable.name} += [{value}]"])]


@statement(1.2, "changes", "containers")
def pop(body: Body) -> list[str] | None:
    variable = body.latest([v for v in body.scope.of(Lst) if v.grow and v.kind.length > 1 and not body.loops])
    if variable is None:
        return None
    kind, place = variable.kind.item, _place(body, variable.kind.length)
    _resize(body, variable, -1)
    if body.chance(0.2):
        return [f"del {variable.name}[{place}]"]
    return [f"{body.add('last', kind)} = {variable.name}.pop({body.pick(['', '', '0', '-1', place, place])})"]


@statement(0.6, "changes", "containers")
def reorder(body: Body) -> list[str] | None:
    variable = body.latest([v for v in body.scope.of(Lst) if v.grow])
    if variable is None:
        return None
    if variable.kind.item == NUM:
        return [f"{variable.name}.{body.pick(['sort()', 'sort(reverse=True)', 'sort(key=abs)', 'reverse()'])}"]
    return [f"{variable.name}.reverse()"]


@statement(0.6, "changes", "containers")
def write_slice(body: Body) -> list[str] | None:
    """`xs[:2] = [v]`."""
    variable = body.latest([v for v in body.scope.of(Lst) if v.grow and v.kind.exact and v.kind.length > 1])
    if variable is None:
        return None
    first, new = body.rng.randint(0, 1), body.rng.randint(1, 2)
    values = ", ".join(item(body, variable.kind.item, 1) for _ in range(new))
    _resize(body, variable, new - 1)
    return [f"{variable.name}[{first}:{first + 1}] = [{values}]"]


@statement(2, "changes", "containers", "loops", deep=1)
def fill(body: Body) -> list[str]:
    """A list made of ints or None, or of empty lists, filled at places found at run time."""
    kind = body.pick([NUM, NUM, Arr(body.shape(1)), Lst(NUM, 1, False)])
    name, size = body.name("table"), body.rng.randint(2, 3)
    mark = body.scope.mark()
    counter = body.add("i", Int(0, size - 1), rebind=False)
    around, body.loops = body.loops, 0
    lines = body.block(1) if body.chance(0.3) else []
    body.loops = around
    body.quiet += 1
    value = body.expr(kind.item if isinstance(kind, Lst) else kind, 2)
    body.quiet -= 1
    body.scope.forget(mark)
    empty = {Num: ["[0] * {}", "[None] * {}", "[0.0] * {}", "[0 for _ in range({})]"], Arr: ["[None] * {}"],
             Lst: ["[[] for _ in range({})]"]}[type(kind)]  # fmt: skip
    write = f"{name}[{counter}].append({value})" if isinstance(kind, Lst) else f"{name}[{counter}] = {value}"
    body.scope.variables.append(Var(name, Lst(kind, size)))
    return [f"{name} = {body.pick(empty).format(size)}", f"for {counter} in range({size}):", *lines, f"    {write}"]


@statement(2, "changes", "containers", "loops", deep=1)
def collect(body: Body) -> list[str]:
    """A list grown in a loop, then used as an array or summed."""
    kind = body.pick([NUM, NUM, Arr(body.shape(1))])
    name = body.name("trail")
    size = body.rng.randint(2, 3)
    mark = body.scope.mark()
    counter = body.add("i", Int(0, size - 1), rebind=False)
    around, body.loops = body.loops, 0  # no break: the length of the list would be another
    lines = body.block(1) if body.chance(0.3) else []
    body.loops = around
    body.depth += 1
    lines.append(f"    {name}.append({body.expr(kind, 2)})")
    if kind == NUM and body.has("branches") and body.chance(0.2):
        lines[-1] = f"    {name}.append({body.expr(kind, 1)} if {condition(body)} else {body.expr(kind, 1)})"
    body.depth -= 1
    body.scope.forget(mark)
    start = [f"{name} = []", f"for {counter} in range({size}):", *lines]
    if body.chance(0.3):
        body.scope.variables.append(Var(name, Lst(kind, size)))
        return start
    made = Arr((size, *(kind.shape if isinstance(kind, Arr) else ())))
    form = body.pick(["np.array", "np.stack", "np.array"] if made.shape[1:] else ["np.array"])
    return [*start, f"{body.add('rows', made)} = {form}({name})"]


@statement(0.8, "containers", "changes", "loops", deep=1)
def item_held(body: Body) -> list[str] | None:
    """An item of a list, or of a list in a list, that is read before the list changes, and used after it."""
    place = body.latest(body.arrays(1))
    if place is None:
        return None
    name, counter, item_ = body.name("kept"), body.name("i"), body.name("held")
    total, source = body.add("t", NUM), place.text
    inner = body.chance(0.6)
    row = f"[{source} * {counter}, np.sin({source}), 0.5 * {source}]"
    first = row if inner else f"{source} * {counter}"
    made = [f"{name} = []", f"for {counter} in range(3):", f"    {name}.append({first})"]
    items = f"{name}[{counter}]" if inner else name
    at, new = body.pick(["0", "1", "-1", "-2", counter]), f"np.cos({source})"
    change = body.pick([f"{items}.append({new})", f"{items}.append({new})", f"{items}.insert(0, {new})",
                        f"{items}.pop()", f"{items}.pop(0)", f"{items}.reverse()",
                        f"{items}[{at}] = {new}"])  # fmt: skip
    write = [f"{item_}{body.pick(['[0]', ''])} *= 2.0"] if body.has("writes") and body.chance(0.3) else []
    use = f"{total} = {total} + np.sum({item_}) + 0.1 * np.sum({items}[0])"
    steps = [f"{item_} = {items}[{at}]", change, *write, use]
    return [*made, f"{total} = 0.3", f"for {counter} in range({body.pick([1, 2])}):", *(f"    {s}" for s in steps)]


@statement(0.8, "containers", "changes")
def nested_item_held(body: Body) -> list[str] | None:
    """An item of containers in a list of known length, read at a place found at run time, before they change."""
    place = body.latest(body.arrays(1))
    if place is None:
        return None
    name, held, source = body.name("nest"), body.name("held"), place.text
    total, at, new = body.add("t", NUM), body.index(2), f"np.cos({source})"
    if body.chance(0.5):
        made, read, first = f"[[{source}, 2.0 * {source}], [{source} * {source}, np.sin({source})]]", f"[{at}]", "[0]"
        changes = [f"{name}[0].reverse()", f"{name}[0].insert(0, {new})", f"{name}[0][{at}] = {new}"]
    else:
        made, read, first = f"[{{'b': {source}, 'c': 2.0}}, {{'b': np.sin({source}), 'c': 1.0}}]", "['b']", "['b']"
        changes = [f"{name}[0].update(b={new})", f"{name}[0]['b'] = {name}[{at}]['b'] * 2.0"]
    changes += [f"{name}[0]{first} = {new}", f"{name}[{at}]{read} = {new}", f"{name}[0]{first} = {name}[{at}]{read}",
                f"{name}[0], {name}[1] = {name}[1], {name}[0]"]  # fmt: skip
    write = [f"{body.pick([held, f'{name}[{at}]{read}'])}[0] *= 2.0"] if body.has("writes") and body.chance(0.2) else []
    use = f"{total} = np.sum({held}) + 0.1 * np.sum({name}[0]{first}) + 0.2 * np.sum({name}[1]{first})"
    return [f"{name} = {made}", f"{held} = {name}[{at}]{read}", body.pick(changes), *write, use]


@statement(0.8, "containers", "views", "loops", deep=1)
def ragged(body: Body) -> list[str] | None:
    """A list of arrays of different lengths, and what broadcasts two of them."""
    place = body.latest([p for p in body.arrays(1) if p.kind.shape[0] > 1])
    if place is None:
        return None
    size = place.kind.shape[0]
    name, counter = body.name("parts"), body.name("i")
    text = place.text
    part = body.pick([f"{text}[:{counter}]", f"np.sin({text}[-{counter}:])", f"0.5 * {text}[:{counter}]"])
    if body.chance(0.5):
        lines = [f"{name} = [{part} for {counter} in range(1, {size + 1})]"]
    else:
        lines = [f"{name} = []", f"for {counter} in range(1, {size + 1}):", f"    {name}.append({part})"]
    one, other = body.pick([(0, -1), (-1, 0), (0, 1), (1, 0), (1, 1)])
    text = body.pick([f"np.sum({name}[{one}] * {name}[{other}])", f"np.sum({name}[{one}] - {name}[{other}] ** 2)",
                      f"sum([np.sum(p * {name}[0] * q[:1]) for p, q in zip({name}, {name}[1:])])"])  # fmt: skip
    return [*lines, f"{body.add('t', NUM)} = {text}"]


@statement(1.2, "containers")
def unpack(body: Body) -> list[str] | None:
    """`a, b = pair`; `first, *rest = items`."""
    place = body.latest(body.places(lambda k: isinstance(k, Tup) or (isinstance(k, Lst) and k.exact and k.length > 1)))
    if place is None:
        return None
    kinds = place.kind.items if isinstance(place.kind, Tup) else (place.kind.item,) * place.kind.length
    if body.has("star") and isinstance(place.kind, Lst) and body.chance(0.6):
        rest = body.add("rest", Lst(place.kind.item, len(kinds) - 1))
        first = body.add("first", kinds[0])
        return [f"{first}, *{rest} = {place.text}" if body.chance(0.6) else f"*{rest}, {first} = {place.text}"]
    return [f"{', '.join(body.add('part', k) for k in kinds)}, = {place.text}"]


@statement(0.8, "containers", "star", "comprehensions")
def columns(body: Body) -> list[str] | None:
    """Rows as lists of numbers, turned on their side by zip(*rows)."""
    rows, width = body.rng.randint(2, 3), 2
    texts = [f"[{', '.join(body.expr(NUM, 1) for _ in range(width))}]" for _ in range(rows)]
    name = body.name("rows")
    result = body.add("sums", Lst(NUM, width))
    column = body.name("column")
    body.quiet += 1
    inner = unary(body, f"sum({column})")
    body.quiet -= 1
    return [f"{name} = [{', '.join(texts)}]", f"{result} = [{inner} for {column} in zip(*{name})]"]


@statement(1.5, "containers", "loops", deep=1)
def loop_over_list(body: Body) -> list[str] | None:
    """`for item in items`, enumerated, reversed or zipped with another; or over the items of a dict."""
    place = body.latest(body.places(lambda k: isinstance(k, Lst) and k.length > 0))
    if place is None:
        return None
    kind, grow = place.kind, place.root.grow
    other = body.place(Arr((body.pick(body.module.sizes),)))
    mark = body.scope.mark()
    place.root.grow = False
    name = body.add("item", kind.item)
    form = body.rng.randrange(5)
    if form == 0 and kind.exact:
        counter = body.add("i", Int(0, kind.length - 1), rebind=False)
        head = f"for {counter}, {name} in enumerate({place.text}):"
    elif form == 1:
        head = f"for {name} in reversed({place.text}):"
    elif form == 2 and other:
        second = body.add("v", NUM)
        head = f"for {name}, {second} in zip({place.text}, {other.text}):"
    elif form == 3:
        second = body.add("item", kind.item)
        head = f"for {name}, {second} in zip({place.text}, {body.pick([f'reversed({place.text})', place.text])}):"
    else:
        head = f"for {name} in {place.text}:"
    lines = body.block(body.rng.randint(1, 2), looping=True)
    place.root.grow = grow
    body.scope.forget(mark)
    return [head, *lines]


@statement(0.8, "containers", "loops", deep=1)
def loop_over_dict(body: Body) -> list[str] | None:
    place = body.latest(body.places(lambda k: isinstance(k, Dct) and len({kind for _, kind in k.items}) == 1))
    if place is None:
        return None
    kind = place.kind.items[0][1]
    mark = body.scope.mark()
    key, name = body.name("key"), body.add("value", kind)
    lines = body.block(body.rng.randint(1, 2), looping=True)
    if body.has("changes") and body.chance(0.4):
        lines.append(f"    {place.text}[{key}] = {body.expr(kind, 1)}")
    body.scope.forget(mark)
    return [f"for {key}, {name} in {place.text}.items():", *lines]


@statement(1.2, "containers")
def items_of_other_shapes(body: Body) -> list[str]:
    """A list of numbers and arrays, whose items are replaced by others of another shape."""

    def some() -> str:
        return body.expr(body.pick([NUM, Arr(body.shape(1)), Arr(body.shape(1)), Arr(body.shape(2))]), 1)

    name = f"mixed{body.rng.randint(1, 3)}"
    size = body.rng.randint(2, 4)
    lines = [f"{name} = [{', '.join(some() for _ in range(size))}]"]
    for _ in range(body.rng.randint(2, 4)):
        i, j = body.rng.randrange(size), body.rng.randrange(size)
        lines += body.pick([
            [f"{name}[{i}] = {some()} * np.tanh(np.sum({name}[{j}]))"],
            [f"{name}[{i}] = np.sin(np.sum({name}[{i}])) * ({some()})"],
            [f"{name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]"],
            [f"{name}.append(np.tanh({name}.pop({i})))"],
            [f"for k in range({size - 1}):", f"    {name}[k] = np.tanh(np.sum({name}[k + 1])) * ({some()})"],
            [f"for k in range({size}):", f"    {name}.append({name}.pop(0) * {body.number()})"],
        ])  # fmt: skip
    total = f"sum([np.sum(v) for v in {name}])"
    return [*lines, f"{body.add('s', NUM)} = np.tanh({total}) * {body.number()}"]
