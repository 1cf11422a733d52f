"""In-place writes: elements, slices, masks, whole arrays; views and aliases of what is written."""

from __future__ import annotations

from .body import Body, indent, statement
from .expressions import BOUNDED, unary
from .kinds import NUM, Arr, Int, Kind, Lst, Place, Tup, Var
from .views import element_of, subscripts, views


def operator(body: Body) -> str:
    return body.pick(["=", "=", "=", "+=", "-=", "*=", "*=", "/="])


def assigned(body: Body, target: str, kind: Kind, depth: int = 2) -> str:
    """`target = value` or an augmented form of it."""
    sign = operator(body)
    value = body.expr(kind, depth)
    return f"{target} {sign} (1.5 + {value} ** 2)" if sign == "/=" else f"{target} {sign} {value}"


def target(body: Body, axes: int | None = None) -> Place | None:
    return body.latest(body.arrays(axes))


@statement(5, "writes")
def write_element(body: Body) -> list[str] | None:
    place = target(body)
    return place and [assigned(body, place.text + element_of(body, place.kind), NUM)]


@statement(5, "writes")
def write_part(body: Body) -> list[str] | None:
    """`a[1:] = v`, `a[:, 0] *= v`, the value an array or one number."""
    place = target(body)
    if place is None:
        return None
    text, shape = body.pick(subscripts(body, place.kind.shape))
    return [assigned(body, place.text + text, body.pick([Arr(shape), Arr(shape), NUM]))]


@statement(3, "writes")
def write_over_itself(body: Body) -> list[str] | None:
    """A part of an array from another part of it that shares elements."""
    place = target(body)
    if place is None:
        return None
    parts = [("", place.kind.shape), *subscripts(body, place.kind.shape), *views(body, place.kind.shape, False)]
    whole = [("[:]", place.kind.shape), ("[...]", place.kind.shape)]
    text, shape = body.pick([*subscripts(body, place.kind.shape), *whole])
    others = [t for t, made in parts if made == shape and t != text]
    if not others:
        return None
    value = place.text + body.pick(others)
    if body.chance(0.5):
        value = unary(body, value) if body.chance(0.5) else f"{value} * {body.expr(NUM, 0)}"
    return [f"{place.text}{text} {body.pick(['=', '=', '+=', '-=', '*='])} {value}"]


@statement(4, "writes")
def write_whole(body: Body) -> list[str] | None:
    """`a += b`, `a *= a`, `a[:] = v`: through a name where the function may bind it, else by a slice."""
    place = target(body)
    if place is None:
        return None
    if body.chance(0.2):
        return [f"{place.text}{'' if place.bind else '[:]'} {body.pick('+*')}= {place.text}"]
    value = body.expr(body.pick([place.kind, place.kind, NUM]), 2)
    if place.bind and body.chance(0.6):
        return [f"{place.text} {body.pick(['+', '-', '*', '*'])}= {value}"]
    return [f"{place.text}{body.pick(['[:]', '[...]'])} {body.pick(['=', '+=', '-=', '*='])} {value}"]


@statement(2, "writes", "fancy")
def write_masked(body: Body) -> list[str] | None:
    place = target(body)
    if place is None:
        return None
    other = body.place(place.kind) or place
    mask = body.pick([f"{place.text} > {body.number()}", f"{other.text} < {body.number()}"])
    setup = []
    if body.chance(0.3):
        name = body.name("mask")
        setup, mask = [f"{name} = {mask}"], name
    value = body.pick([body.expr(NUM, 1), f"{body.expr(place.kind, 1)}[{mask}]"])
    return [*setup, f"{place.text}[{mask}] {body.pick(['=', '=', '*=', '+='])} {value}"]


@statement(2.5, "writes", "fancy")
def write_scattered(body: Body) -> list[str] | None:
    """By a list of indices with repeats: the last one wins, or counts once."""
    place = target(body)
    if place is None:
        return None
    size, rest = place.kind.shape[0], place.kind.shape[1:]
    chosen = [body.rng.randrange(-1, size) for _ in range(body.rng.randint(1, 3))]
    value = body.expr(body.pick([NUM, Arr((len(chosen), *rest))]), 1)
    index, setup = str(chosen), []
    if body.chance(0.4):
        name = body.name("index")
        setup, index = [f"{name} = np.array({chosen})"], name
    if body.has("out") and body.chance(0.4):
        ufunc = body.pick(["add", "add", "subtract", "multiply"])
        return [*setup, f"np.{ufunc}.at({place.text}, {index}, {value})"]
    return [*setup, f"{place.text}[{index}] {body.pick(['=', '+=', '-=', '*='])} {value}"]


@statement(3, "writes", "out")
def write_by_call(body: Body) -> list[str] | None:
    """out=, fill, copyto."""
    place = target(body)
    if place is None:
        return None
    kind, text = place.kind, place.text
    one, two = body.expr(kind, 1), body.expr(kind, 1)
    own = body.pick([text, one])
    forms = [
        f"{body.pick(['np.add', 'np.subtract', 'np.multiply', 'np.maximum'])}({own}, {two}, out={text})",
        f"np.multiply({text}, {text}, out={text})", f"{body.pick(BOUNDED)}({own}, out={text})",
        f"{text}.fill({body.expr(NUM, 1)})", f"np.copyto({text}, {one})", f"np.copyto({text}, {body.expr(NUM, 1)})",
    ]  # fmt: skip
    if body.has("fancy") and body.chance(0.3):
        mask, places = f"{own} > {body.number()}", [body.rng.randrange(-1, kind.shape[-1]) for _ in range(2)]
        indices = f"np.array({[places] * kind.shape[0] if len(kind.shape) == 2 else places})"
        given = two if body.chance(0.2) else f"0.7 * {two}"  # a view of what is written is refused
        forms += [f"np.putmask({text}, {mask}, {given})", f"np.place({text}, {mask}, 0.5 * {two})",
                  f"np.put_along_axis({text}, {indices}, {body.expr(NUM, 1)}, -1)"]  # fmt: skip
    if len(kind.shape) == 2 and kind.shape[0] == kind.shape[1]:
        forms += [f"np.fill_diagonal({text}, {body.expr(NUM, 1)})"] * 2
    return [body.pick(forms)]


@statement(1.5, "writes", "aliases")
def swap_elements(body: Body) -> list[str] | None:
    place = target(body)
    if place is None or place.kind.shape[0] < 2:
        return None
    i, j = body.index(place.kind.shape[0]), body.index(place.kind.shape[0])
    if len(place.kind.shape) == 1:
        return [f"{place.text}[{i}], {place.text}[{j}] = {place.text}[{j}], {place.text}[{i}]"]
    return body.pick([
        [f"{place.text}[[0, 1]] = {place.text}[[1, 0]]"],
        [f"{place.text}[{i}], {place.text}[{j}] = {place.text}[{j}], {place.text}[{i}].copy()"],
        [f"{place.text}[:, [0, -1]] = {place.text}[:, [-1, 0]]"],
    ])  # fmt: skip


@statement(3, "writes", "empty", "loops", deep=1)
def fill_in_loop(body: Body) -> list[str]:
    """An array without values, written element by element, each from those before."""
    kind = Arr(body.shape(body.pick([1, 1, 2])))
    size, rest = kind.shape[0], kind.shape[1:]
    shape = size if not rest else kind.shape
    like = body.place(kind)
    starts = [f"np.empty({shape})", f"np.zeros({shape})"]
    starts += [f"np.zeros_like({like.text})", f"np.empty_like({like.text})"] if like else []
    item: Kind = Arr(rest) if rest else NUM
    name = body.name("u")
    first = body.expr(item, 1)
    mark = body.scope.mark()
    backwards = body.chance(0.3)
    counter = body.add("i", Int(0, size - 2) if backwards else Int(1, size - 1), rebind=False)
    before = f"{name}[{counter} {'+' if backwards else '-'} 1]"
    value = unary(body, before) if body.chance(0.4) else f"({before} * {body.expr(item, 1)})"
    extra = []
    if body.chance(0.3):
        body.scope.variables.append(Var("", item))  # the element just before, under the name of its subscript
        body.scope.variables[-1].name, body.scope.variables[-1].rebind = before, False
        extra = body.block(1)
    body.scope.forget(mark)
    steps = f"range({size - 2}, -1, -1)" if backwards else f"range(1, {size})"
    body.scope.variables.append(Var(name, kind))
    return [
        f"{name} = {body.pick(starts)}", f"{name}[{-1 if backwards else 0}] = {first}",
        f"for {counter} in {steps}:", *extra, *indent([f"{name}[{counter}] = {value}"]),
    ]  # fmt: skip


@statement(2.5, "writes", "aliases", "loops", deep=1)
def two_buffers(body: Body) -> list[str] | None:
    """Old and new change places after every turn, as in an iterative solver."""
    (size,) = body.module.shape(1)
    kind = Arr((size,))
    old, new = body.name("old"), body.name("new")
    start = body.expr(kind, 1)
    if body.chance(0.9):  # else what the first buffer shares is written in every second turn, mostly by mistake
        start = f"np.copy({start})"
    turns, counter = body.rng.randint(1, 3), body.name("turn")
    mark = body.scope.mark()
    body.scope.variables += [Var(old, kind, rebind=False), Var(new, kind, rebind=False)]
    body.add("j", Int(0, size - 1), rebind=False)
    inner = body.scope.variables[-1].name
    around = f"{old}[({inner} + 1) % {size}]"
    value = body.pick([f"np.sin({old}[{inner}]) * {around}", f"0.5 * ({old}[{inner}] + {around}) ** 2",
                       f"{old}[{inner}] * {body.expr(NUM, 1)}"])  # fmt: skip
    body.depth += 1
    extra = body.statement() if body.chance(0.4) else []
    body.depth -= 1
    body.scope.forget(mark)
    body.scope.variables += [Var(old, kind), Var(new, kind)]
    return [
        f"{old} = {start}", f"{new} = {body.pick([f'np.zeros({size})', f'np.empty_like({old})', f'{old}.copy()'])}",
        f"for {counter} in range({turns}):", f"    for {inner} in range({size}):",
        f"        {new}[{inner}] = {value}", *indent(extra), f"    {old}, {new} = {new}, {old}",
    ]  # fmt: skip


@statement(3, "writes", "views")
def write_through_view(body: Body) -> list[str] | None:
    """A view gets a name and is written to; the base is read afterwards."""
    place = target(body)
    if place is None:
        return None
    text, shape = body.pick(views(body, place.kind.shape))
    if not shape or max(shape) > 9:
        return None
    name = body.add("v", Arr(shape))
    write = f"{name} {body.pick(['+', '-', '*'])}= {body.expr(body.pick([Arr(shape), NUM]), 1)}"
    if body.chance(0.5):
        write = assigned(body, name + element_of(body, Arr(shape)), NUM, 1)
    lines = [f"{name} = {place.text}{text}", write]
    if body.chance(0.5):
        lines.append(f"{body.add('t', NUM)} = np.sum({place.text} * {place.text})")
    return lines


@statement(2.5, "writes")
def read_before_and_after(body: Body) -> list[str] | None:
    """The value before the write is needed by the reverse sweep."""
    place = target(body)
    if place is None:
        return None
    part, shape = body.pick([*subscripts(body, place.kind.shape), ("", place.kind.shape)])
    kind = Arr(shape)
    before = f"{body.add('p', kind)} = {unary(body, place.text + part)}"
    p = body.scope.variables[-1].name
    write = assigned(body, f"{place.text}{body.pick([part or '[:]', '[:]'])}", NUM, 2)
    after = f"{body.add('q', kind)} = {p} * {place.text}{part}"
    return [before, write, after]


@statement(2, "writes", "containers")
def write_after_storing(body: Body) -> list[str] | None:
    """A container holds an array that is written to under its own name, or the other way round."""
    place = target(body)
    if place is None:
        return None
    other = body.expr(place.kind, 1)
    kind: Kind = body.pick([Lst(place.kind, 2), Tup((place.kind, place.kind))])
    items = body.pick([f"{place.text}, {other}", f"{other}, {place.text}", f"{place.text}, {place.text}"])
    literal = f"[{items}]" if isinstance(kind, Lst) else f"({items})"
    name = body.add("held", kind)
    written = body.pick([place.text, f"{name}[0]", f"{name}[1]"])
    return [f"{name} = {literal}", assigned(body, written + element_of(body, place.kind), NUM)]


@statement(1.5, "writes", "loops", deep=1)
def write_rows(body: Body) -> list[str] | None:
    """Rows of a matrix are views: written in the loop, the matrix is read after it."""
    place = target(body, 2)
    if place is None:
        return None
    rows, columns = place.kind.shape
    mark = body.scope.mark()
    name = body.add("row", Arr((columns,)), rebind=False)
    body.depth += 1
    kind = Arr((columns,))
    write = body.pick([
        f"{name} *= {body.expr(kind, 1)}", f"{name} += {body.expr(NUM, 1)}", f"{name}[:] = {body.expr(kind, 1)}",
        assigned(body, f"{name}{element_of(body, kind)}", NUM, 1),
    ])  # fmt: skip
    extra = body.statement() if body.chance(0.3) else []
    body.depth -= 1
    body.scope.forget(mark)
    if body.chance(0.6):
        head = [f"for {name} in {place.text}:"]
    else:
        counter = body.name("i")
        head = [f"for {counter} in range({rows}):", f"    {name} = {place.text}[{counter}]"]
    return [*head, *indent([write, *extra])]
