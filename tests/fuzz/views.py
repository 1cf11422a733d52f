"""Parts of arrays: the views that a subscript or a method gives, and their shapes."""

from __future__ import annotations

from .body import Body
from .kinds import Arr

Part = tuple[str, tuple[int, ...]]


def axis_slices(body: Body, size: int) -> list[tuple[str, int]]:
    """Slices of an axis and how many items each has."""
    texts = [":", "::-1", "1:", ":-1", "::2", "::-2", "1::2", "-2:", "-2::-1", ":0:-1"]
    if size > 2:
        texts += ["1:-1", f"0:{size - 1}", "2:", "-1:0:-1"]
    return [(t, len(range(size)[_slice(t)])) for t in texts if len(range(size)[_slice(t)]) > 0]


def _slice(text: str) -> slice:
    return slice(*(int(part) if part else None for part in text.split(":")))


def subscripts(body: Body, shape: tuple[int, ...]) -> list[Part]:
    """Basic subscripts of an array that give views, and the shapes of those."""
    first = axis_slices(body, shape[0])
    if len(shape) == 1:
        return [(f"[{t}]", (n,)) for t, n in first]
    rows, columns = shape
    second = axis_slices(body, columns)
    parts: list[Part] = [(f"[{body.index(rows)}]", (columns,)), (f"[-1, {body.pick(second)[0]}]", ())][:1]
    parts += [(f"[:, {body.index(columns)}]", (rows,)), (f"[{body.index(rows)}, :]", (columns,))]
    parts += [(f"[{t}]", (n, columns)) for t, n in first]
    for t, n in second:
        parts.append((f"[:, {t}]", (rows, n)))
        parts.append((f"[{body.index(rows)}, {t}]", (n,)))
        other, m = body.pick(first)
        parts.append((f"[{other}, {t}]", (m, n)))
    return parts


def views(body: Body, shape: tuple[int, ...], deep: bool = True) -> list[Part]:
    """What may follow the name of an array to make a view of it: subscripts, methods, two of these."""
    parts = subscripts(body, shape)
    if len(shape) == 1:
        (n,) = shape
        parts += [(".reshape(-1)", shape), (".ravel()", shape)]
        parts += [(f".reshape({n}, 1)", (n, 1)), ("[:, None]", (n, 1)), ("[None, :]", (1, n))]
        if n % 2 == 0 and n > 2:
            parts.append((f".reshape(2, {n // 2})", (2, n // 2)))
    else:
        rows, columns = shape
        parts += [(".T", (columns, rows))] * 3
        parts += [(".ravel()", (rows * columns,)), (".reshape(-1)", (rows * columns,))]
        parts += [(f".reshape({columns}, {rows})", (columns, rows)), (".reshape(-1, 1)", (rows * columns, 1))]
        parts += [(".transpose()", (columns, rows))]
    if deep and body.chance(0.3):
        text, inner = body.pick(parts)
        parts += [(text + more, last) for more, last in views(body, inner, False)]
    return parts


def view_of_shape(body: Body, shape: tuple[int, ...]) -> str | None:
    """A view with this shape of an array in scope."""
    place = body.latest(body.arrays())
    if place is None:
        return None
    found = [text for text, made in views(body, place.kind.shape) if made == shape]
    return place.text + body.pick(found) if found else None


def element(body: Body) -> str | None:
    """One element of an array in scope."""
    place = body.latest(body.arrays())
    return None if place is None else place.text + element_of(body, place.kind)


def element_of(body: Body, kind: Arr) -> str:
    indices = [body.index(n) for n in kind.shape]
    if len(indices) == 2 and body.chance(0.2):
        return f"[{indices[0]}][{indices[1]}]"
    return f"[{', '.join(indices)}]"
