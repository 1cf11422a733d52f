"""Numbers and arrays: operators, elementary functions of bounded growth, reductions, products, joins."""

from __future__ import annotations

from .body import LAST_RESORT, Body, expression
from .kinds import NUM, Arr, Int, Lst, Num
from .views import element, view_of_shape

BOUNDED = ["np.tanh", "np.sin", "np.cos", "np.arctan"]


def unary(body: Body, inner: str, wrap: tuple[str, ...] = ()) -> str:
    """A smooth function that cannot grow much."""
    plain = [f"{f}({inner})" for f in (*BOUNDED, *wrap)]
    forms = [
        *plain, *plain, f"(0.5 * {inner})", f"({inner} * {body.number()})", f"(-{inner})", f"(0.3 * {inner} ** 2)",
        f"({inner} + {body.number()})", f"np.sqrt(1.0 + {inner} ** 2)", f"np.exp(-{inner} ** 2)",
        f"(1.0 / (2.0 + {inner} ** 2))", f"(1.0 - {inner})", f"(np.tanh({inner}) ** 3)", f"np.square(0.5 * {inner})",
    ]  # fmt: skip
    if body.has("kinks"):
        forms += [f"abs({inner})", f"np.abs({inner})"]
    return body.pick(forms)


def binary(body: Body, left: str, right: str) -> str:
    forms = [f"({left} + {right})", f"({left} - {right})"] * 2 + [f"({left} * {right})"] * 4
    forms += [f"({left} / (1.5 + {right} ** 2))", f"np.multiply({left}, {right})", f"np.hypot({left}, 1.0 + {right})"]
    if body.has("kinks"):
        forms += [f"np.maximum({left}, {right})"]
    return body.pick(forms)


def condition(body: Body) -> str:
    """A test on a counter, or on values."""
    counters = body.scope.of(Int)
    if counters and (body.chance(0.5) or not body.has("values")):
        name = body.pick(counters).name
        return body.pick([f"{name} % 2 == 0", f"{name} > 1", f"{name} < 2", f"{name} == 1", f"{name} != 0"])
    if not body.has("values"):
        return body.pick(["True", "1 > 2"])
    left = body.expr(NUM, 1)
    text = body.pick([f"{left} > {body.number()}", f"{left} < {body.expr(NUM, 0)}", f"{left} >= {body.number()}"])
    if body.chance(0.1):
        text = f"not {text}"
    elif body.chance(0.1):
        text = f"{text} {body.pick(['and', 'or'])} {body.expr(NUM, 0)} < {body.number()}"
    return text


def call(body: Body, result: object) -> str | None:
    """A call of a helper or local function with this result."""
    found = body.latest([f for f in body.functions() if f.result == result])
    if found is None or body.quiet:
        return None
    given = arguments(body, found.params)
    if found.defaults and body.chance(0.4):
        del given[-found.defaults :]
    if found.names and body.has("keywords") and body.chance(0.25):
        first = body.rng.randint(0, len(given))
        named = [f"{name}={text}" for name, text in zip(found.names, given, strict=False)][first:]
        body.rng.shuffle(named)
        given[first:] = named
    return f"{found.name}({', '.join(given)})"


def arguments(body: Body, params: tuple) -> list[str]:
    """Arguments for parameters: names, views, the same array twice, seldom fresh values."""
    given: list[str] = []
    for i, kind in enumerate(params):
        same = [text for text, other in zip(given, params, strict=False) if other == kind]
        place = body.place(kind)
        if isinstance(kind, Int):
            given.append(str(body.rng.randint(kind.low, kind.high)))
        elif same and body.has("aliases") and body.chance(0.3 if params[-1:] != (Int(0, 3),) else 0.1):
            given.append(body.pick(same))
        elif place and body.chance(0.6):
            given.append(place.text)
        elif isinstance(kind, Arr) and body.has("views") and (view := view_of_shape(body, kind.shape)):
            given.append(view)
        else:
            given.append(body.expr(kind, 1))
        del i
    return given


# -- numbers ------------------------------------------------------------------------------------------


@expression(Num, 6, deep=0)
def stored_number(body: Body, kind: Num, depth: int) -> str | None:
    place = body.place(NUM)
    return place and place.text


@expression(Num, 4, deep=0)
def array_element(body: Body, kind: Num, depth: int) -> str | None:
    return element(body)


@expression(Num, 0.7, deep=0)
def constant(body: Body, kind: Num, depth: int) -> str:
    """Ints among the floats: lists, branches and loops hold both."""
    return body.pick(["0", "1", "2", "-1", "3"]) if body.chance(0.25) else body.number()


@expression(Num, 3)
def unary_number(body: Body, kind: Num, depth: int) -> str:
    return unary(body, body.expr(NUM, depth - 1), ("math.sin", "math.tanh", "math.cos"))


@expression(Num, 4)
def binary_number(body: Body, kind: Num, depth: int) -> str:
    return binary(body, body.expr(NUM, depth - 1), body.expr(NUM, depth - 1))


@expression(Num, 4)
def reduction(body: Body, kind: Num, depth: int) -> str:
    inner = body.expr(Arr(body.shape(body.pick([1, 1, 2]))), depth - 1)
    forms = [f"np.sum({inner})"] * 4 + [f"np.mean({inner})", f"np.sum({inner} ** 2)", f"np.sum(np.sin({inner}))"]
    forms += [f"{inner}.sum()", f"np.linalg.norm({inner} + 0.1)", f"np.prod({inner})"]
    if body.has("kinks"):
        method = body.pick(["linear", "hazen", "weibull", "median_unbiased"])
        forms += [f"np.max({inner})", f"np.min({inner})", f"np.quantile({inner}, 0.37, method={method!r})"]
    return body.pick(forms)


@expression(Num, 0.7)
def array_of_no_dimensions(body: Body, kind: Num, depth: int) -> str:
    """What NumPy gives as an array, though it is one number."""
    number, other = body.expr(NUM, depth - 1), body.number()
    return body.pick([f"np.array({number})", f"np.where({other} > 0.1, {number}, {other})", f"np.squeeze([{number}])"])


@expression(Num, 1.5, "linear")
def inner_product(body: Body, kind: Num, depth: int) -> str:
    shape = Arr(body.shape(1))
    left, right = body.expr(shape, depth - 1), body.expr(shape, depth - 1)
    return body.pick([f"({left} @ {right})", f"np.dot({left}, {right})", f"np.sum({left} * {right})"])


@expression(Num, 3, "helpers")
def number_from_call(body: Body, kind: Num, depth: int) -> str | None:
    return call(body, NUM)


@expression(Num, 1, "branches")
def conditional_number(body: Body, kind: Num, depth: int) -> str:
    return f"({body.expr(NUM, depth - 1)} if {condition(body)} else {body.expr(NUM, depth - 1)})"


@expression(Num, 0.7, "kinks")
def builtin_maximum(body: Body, kind: Num, depth: int) -> str:
    return f"{body.pick(['max', 'min'])}({body.expr(NUM, depth - 1)}, {body.expr(NUM, depth - 1)})"


@expression(Num, 1.5, "containers", deep=0)
def sum_of_list(body: Body, kind: Num, depth: int) -> str | None:
    place = body.latest(body.places(lambda k: isinstance(k, Lst) and k.item == NUM and k.length > 0))
    return place and body.pick([f"sum({place.text})", f"(sum({place.text}) / len({place.text}))"])


# -- arrays -------------------------------------------------------------------------------------------


@expression(Arr, 6, deep=0)
def stored_array(body: Body, kind: Arr, depth: int) -> str | None:
    place = body.place(kind)
    return place and place.text


@expression(Arr, 4, deep=0)
def view(body: Body, kind: Arr, depth: int) -> str | None:
    return view_of_shape(body, kind.shape)


@expression(Arr, 0.5, deep=0)
def constant_array(body: Body, kind: Arr, depth: int) -> str:
    shape = repr(kind.shape) if len(kind.shape) > 1 else repr(kind.shape[0])
    number = body.expr(NUM, max(depth - 1, 0)) if body.chance(0.3) else body.number()
    return body.pick([f"np.ones({shape})", f"np.full({shape}, {number})", f"np.zeros({shape})"])


@expression(Arr, 3)
def unary_array(body: Body, kind: Arr, depth: int) -> str:
    return unary(body, body.expr(kind, depth - 1))


@expression(Arr, 5)
def binary_array(body: Body, kind: Arr, depth: int) -> str:
    left = body.expr(kind, depth - 1)
    right = integers(body, kind) if body.chance(0.05) else body.expr(partner(body, kind), depth - 1)
    return binary(body, *((left, right) if body.chance(0.7) else (right, left)))


def integers(body: Body, kind: Arr) -> str:
    """An array of integers or bools for the last axis, whose squares, sums and negatives overflow."""
    dtype, high = body.pick([("uint8", 255), ("int8", 127), ("int64", 9), ("bool", 1)])
    low = {"int8": -128, "int64": -9}.get(dtype, 0)
    items = [body.rng.randint(low, high) for _ in range(kind.shape[-1])]
    return f"np.array({items}, dtype=np.{dtype})"


def partner(body: Body, kind: Arr) -> Arr | Num:
    """What broadcasts to the kind."""
    if body.chance(0.5):
        return kind
    if body.chance(0.5) or len(kind.shape) == 1:
        return NUM
    return Arr(body.pick([kind.shape[1:], (kind.shape[0], 1), (1, kind.shape[1])]))


@expression(Arr, 1, deep=0)
def copied(body: Body, kind: Arr, depth: int) -> str | None:
    place = body.place(kind)
    return place and body.pick([f"{place.text}.copy()", f"np.copy({place.text})", f"np.array({place.text})"])


@expression(Arr, 0.7, deep=0)
def perhaps_copied(body: Body, kind: Arr, depth: int) -> str | None:
    """The same memory again, as NumPy decides."""
    place = body.place(kind)
    return place and body.pick(
        [f"np.asarray({place.text})", f"{place.text}[:]", f"np.ravel({place.text})"][: 3 if len(kind.shape) == 1 else 2]
    )


@expression(Arr, 1, "kinks")
def chosen_elements(body: Body, kind: Arr, depth: int) -> str:
    test = f"{body.expr(kind, 0)} > {body.number()}"
    return f"np.where({test}, {body.expr(kind, depth - 1)}, {body.expr(partner(body, kind), depth - 1)})"


@expression(Arr, 1.5, "linear")
def product(body: Body, kind: Arr, depth: int) -> str:
    if len(kind.shape) == 2 and body.chance(0.4):
        rows, columns = (Arr((n,)) for n in kind.shape)
        return f"np.outer({body.expr(rows, depth - 1)}, {body.expr(columns, depth - 1)})"
    size = body.pick(body.module.sizes)
    left = body.expr(Arr((kind.shape[0], size)), depth - 1)
    right = body.expr(Arr((size, *kind.shape[1:])), depth - 1)
    return f"(0.5 * {left} @ {right})"


@expression(Arr, 1)
def joined(body: Body, kind: Arr, depth: int) -> str:
    n, rest = kind.shape[0], kind.shape[1:]
    if n > 1 and body.chance(0.5):
        cut = body.rng.randint(1, n - 1)
        parts = [body.expr(Arr((size, *rest)), depth - 1) for size in (cut, n - cut)]
        return f"np.concatenate([{', '.join(parts)}])"
    item = Arr(rest) if rest else NUM
    items = ", ".join(body.expr(item, depth - 1) for _ in range(n))
    return f"np.stack([{items}])" if rest and body.chance(0.5) else f"np.array([{items}])"


@expression(Arr, 1)
def along_axis(body: Body, kind: Arr, depth: int) -> str:
    if len(kind.shape) == 1 and body.chance(0.6):
        size = body.pick(body.module.sizes)
        axis, shape = body.pick([(0, (size, *kind.shape)), (1, (*kind.shape, size))])
        return f"np.{body.pick(['sum', 'mean'])}({body.expr(Arr(shape), depth - 1)}, axis={axis})"
    return f"np.cumsum({body.expr(kind, depth - 1)}, axis={body.rng.randrange(len(kind.shape))})"


@expression(Arr, 1.2, "fancy", deep=0)
def gathered(body: Body, kind: Arr, depth: int) -> str | None:
    """Rows or elements by a list of indices, with repeats."""
    rest = kind.shape[1:]
    place = body.latest([p for p in body.arrays(len(kind.shape)) if p.kind.shape[1:] == rest])
    if place is None:
        return None
    size = place.kind.shape[0]
    return f"{place.text}[{[body.rng.randrange(size) for _ in range(kind.shape[0])]}]"


@expression(Arr, 3, "helpers")
def array_from_call(body: Body, kind: Arr, depth: int) -> str | None:
    return call(body, kind)


@expression(Arr, 0.7, "branches")
def conditional_array(body: Body, kind: Arr, depth: int) -> str:
    return f"({body.expr(kind, depth - 1)} if {condition(body)} else {body.expr(kind, depth - 1)})"


def fresh_array(body: Body, kind: Arr) -> str:
    shape = repr(kind.shape) if len(kind.shape) > 1 else repr(kind.shape[0])
    return f"np.full({shape}, {body.expr(NUM, 0)})"


LAST_RESORT[Arr] = fresh_array
