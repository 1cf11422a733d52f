"""Which places of an array an index names, as far as sizes tell: on each axis from one size up to another.

    a[i, :k]      from i up to i + 1; from 0 up to k
    a[-1]         from n - 1 up to n, where n is the length of a
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tangent_ad.analysis.indices import is_int, items, known
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sizes import CONSTANT, Form, at_least, form, plus, replaced, size_of
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import SLICE
from tangent_ad.ir.types import Size

Interval = tuple[Form, Form]
Region = tuple[Interval | None, ...]  # an axis of which nothing is known is None, as are those left out at the end


def region(index: Expr, dims: Sequence[Size]) -> Region:
    """The places that `index` names in an array of this shape; it may name fewer."""
    found: list[Interval | None] = []
    for item in items(index):
        if len(found) == len(dims) or known(item) is None or known(item) is Ellipsis:
            break
        if is_int(item):
            found.append(_one(item, dims[len(found)]))
        elif isinstance(known(item), slice) or (isinstance(item, Apply) and item.op is SLICE):
            found.append(_slice(item, dims[len(found)]))
        else:  # arrays of indices: the axes behind them may be others
            break
    return tuple(found)


def apart(a: Region, b: Region) -> bool:
    """Whether two regions have no place in common."""
    return any(x and y and (_up_to(x[1], y[0]) or _up_to(y[1], x[0])) for x, y in zip(a, b, strict=False))


def moved(places: Region, symbols: Mapping[int, Form]) -> Region:
    """The region with other values for some symbols."""
    return tuple(x and (replaced(x[0], symbols), replaced(x[1], symbols)) for x in places)


def _up_to(a: Form, b: Form) -> bool:
    return at_least(size_of(b), size_of(a))


def _value(item: object) -> Size | None:
    return value_of_int(item if isinstance(item, (Var, Const, Apply)) else Const(item))


def _one(item: object, size: Size) -> Interval | None:
    place = _place(_value(item), size)
    return None if place is None else (place, plus(place, {CONSTANT: 1}))


def _slice(item: object, size: Size) -> Interval | None:
    if isinstance(item, Apply):
        start, stop, step = item.args
    else:
        bounds = known(item)
        assert isinstance(bounds, slice)
        start, stop, step = (Const(b) for b in (bounds.start, bounds.stop, bounds.step))
    forward = step == Const(None) or (isinstance(step, Const) and type(step.value) is int and step.value > 0)
    if not forward:
        return None
    first = {CONSTANT: 0} if start == Const(None) else _place(_value(start), size)
    last = form(size) if stop == Const(None) else _place(_value(stop), size)
    return None if first is None or last is None else (first, last)


def _place(value: Size | None, size: Size) -> Form | None:
    """Where an int of an index points to: it counts from the end where it is negative."""
    if value is None:
        return None
    if at_least(value, 0):
        return form(value)
    return plus(form(size), form(value)) if at_least(-1, value) else None
