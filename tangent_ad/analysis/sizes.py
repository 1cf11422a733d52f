"""Sizes that are computed: equal expressions of ints are one symbol, and bounds tell where slices are not clipped.

    for i in range(n):          # i is a symbol between 0 and n - 1
        x[i + 1 :]              # of the size n - i - 1, as is y[: n - i - 1]
        x[:i] + y[:i]           # of the size i, both

Every int may have a size (`types.Number`): a symbol plus an offset that stands for its value. The result of an
operation on such ints is a symbol made from the operands, so that what is computed twice is known to be equal.
Sums are kept as linear forms: {symbol: factor}, with the constant under the key 0.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tangent_ad.ir.types import Dim, Size, fresh_dim, is_not_one

Form = dict[int, int]
CONSTANT = -1  # no symbol has this number
DEPTH = 5

_sums: dict[int, Form] = {}  # what a symbol is the sum of
_symbols: dict[Hashable, Dim] = {}  # the symbol of a computation
_lower: dict[int, list[Form]] = {}
_upper: dict[int, list[Form]] = {}
_quotients: dict[int, tuple[Form, int]] = {}  # a symbol that is a // b, for a positive number b


def between(lowest: Size | None, highest: Size | None) -> Dim:
    """A new int that is at least `lowest` and at most `highest`, where they are known."""
    made = fresh_dim()
    bound(made, [] if lowest is None else [form(lowest)], [] if highest is None else [form(highest)])
    return made


def bound(size: Dim, lower: list[Form], upper: list[Form]) -> None:
    for table, found in ((_lower, lower), (_upper, upper)):
        known = table.setdefault(size.symbol, [])
        known += [f for f in found if f not in known]


def is_size(size: Size) -> Size:
    """The size of an array, which is not negative."""
    if isinstance(size, Dim) and size.offset == 0:
        bound(size, [{CONSTANT: 0}], [])
    return size


def form(size: Size) -> Form:
    if isinstance(size, int):
        return {CONSTANT: size}
    found = dict(_sums.get(size.symbol, {size.symbol: 1}))
    found[CONSTANT] = found.get(CONSTANT, 0) + size.offset
    return found


def plus(a: Form, b: Form, factor: int = 1) -> Form:
    """a + factor * b."""
    total = dict(a)
    for symbol, k in b.items():
        total[symbol] = total.get(symbol, 0) + factor * k
    return {s: k for s, k in total.items() if k or s == CONSTANT}


def replaced(total: Form, symbols: Mapping[int, Form]) -> Form:
    """The sum with other values for some of its symbols."""
    made: Form = {CONSTANT: total.get(CONSTANT, 0)}
    for symbol, k in total.items():
        if symbol != CONSTANT:
            made = plus(made, symbols.get(symbol, {symbol: 1}), k)
    return made


@contextmanager
def assuming(facts: Iterable[Form]) -> Iterator[None]:
    """For a while these sums are known not to be negative."""
    added = []
    for fact in facts:
        for symbol, k in fact.items():
            if symbol != CONSTANT and k in (1, -1):
                rest = plus({}, {s: f for s, f in fact.items() if s != symbol}, -k)
                known = (_lower if k > 0 else _upper).setdefault(symbol, [])
                known.append(rest)
                added.append(known)
    try:
        yield
    finally:
        for known in reversed(added):
            known.pop()


def facts_of(call: Any, a: Size, b: Size) -> list[Form]:
    """What a comparison of two ints tells: sums that are not negative."""
    more, less = plus(form(a), form(b), -1), plus(form(b), form(a), -1)
    one = {CONSTANT: -1}
    if call is operator.ne:
        return [plus(more, one)] if at_least(a, b) else [plus(less, one)] if at_least(b, a) else []
    found = {operator.ge: [more], operator.le: [less], operator.eq: [more, less],
             operator.gt: [plus(more, one)], operator.lt: [plus(less, one)]}  # fmt: skip
    return found.get(call, [])


def at_another_time(varying: set[int], later: Iterable[int] = (), earlier: Iterable[int] = ()) -> dict[int, Form]:
    """Values that ints may have at another time: new symbols with the same bounds, greater or less than now."""
    made = {symbol: fresh_dim() for symbol in sorted(varying)}
    forms = {symbol: form(new) for symbol, new in made.items()}
    for symbol, new in made.items():
        lower, upper = ([replaced(f, forms) for f in t.get(symbol, [])] for t in (_lower, _upper))
        now = {symbol: 1}
        bound(new, [*lower, *([plus(now, {CONSTANT: 1})] if symbol in later else [])],
              [*upper, *([plus(now, {CONSTANT: -1})] if symbol in earlier else [])])  # fmt: skip
    return forms


def size_of(total: Form) -> Size:
    """The size that is this sum; the symbol of a sum is the same whenever it is computed."""
    constant = total.get(CONSTANT, 0)
    terms = {s: k for s, k in total.items() if s != CONSTANT}
    if not terms:
        return constant
    if len(terms) == 1 and 1 in terms.values():
        return Dim(next(iter(terms)), constant)
    made = _made(("sum", frozenset(terms.items())))
    _sums.setdefault(made.symbol, terms)
    return Dim(made.symbol, constant)


def _made(key: Hashable) -> Dim:
    if key not in _symbols:
        _symbols[key] = fresh_dim()
    return _symbols[key]


def true_items(mask: Hashable) -> Size:
    """How many items of a mask are true: as many whenever it picks items."""
    return is_size(_made(("true", mask)))


def computed(call: Any, sizes: tuple[Size | None, ...]) -> Size | None:
    """The result of an operation on ints with these values; None where one is unknown."""
    known = [s for s in sizes if s is not None]
    if len(known) < len(sizes) or call not in _COMPUTED:
        return None
    return _COMPUTED[call](*known) if len(known) in (1, 2) else None


def _sum(a: Size, b: Size) -> Size:
    return size_of(plus(form(a), form(b)))


def _difference(a: Size, b: Size) -> Size:
    return size_of(plus(form(a), form(b), -1))


def _product(a: Size, b: Size) -> Size:
    for k, other in ((a, b), (b, a)):
        if isinstance(k, int):
            return size_of(plus({}, form(other), k))
    made = _made((operator.mul, frozenset([a, b])))
    if at_least(a, 0) and at_least(b, 0):
        bound(made, [{CONSTANT: 0}], [])
    return made


def _quotient(a: Size, b: Size) -> Size | None:
    if isinstance(a, int) and isinstance(b, int):
        return a // b if b else None
    made = _made((operator.floordiv, a, b))
    if isinstance(b, int) and b > 0:
        _quotients[made.symbol] = form(a), b
        if at_least(a, 0):
            bound(made, [{CONSTANT: 0}], [form(a)])
    return made


def _largest(a: Size, b: Size) -> Size:
    made = _made((max, frozenset([a, b])))
    bound(made, [form(a), form(b)], [])
    return made


def _smallest(a: Size, b: Size) -> Size:
    made = _made((min, frozenset([a, b])))
    bound(made, [], [form(a), form(b)])
    return made


_COMPUTED: dict[Any, Any] = {
    operator.add: _sum,
    operator.sub: _difference,
    operator.mul: _product,
    operator.floordiv: _quotient,
    operator.neg: lambda a: _difference(0, a),
    max: _largest,
    min: _smallest,
}


def at_least(size: Size, other: Size) -> bool:
    """Whether the bounds tell that `size` >= `other`."""
    return _is_positive(plus(form(size), form(other), -1), DEPTH)


def broadcast_size(sizes: Sequence[Size]) -> Size:
    """The size of an axis that NumPy broadcasts from these."""
    others = list(dict.fromkeys(s for s in sizes if s != 1))
    if not others:
        return 1
    sure = [s for s in others if never_one(s)]
    if sure:  # beside a size that is not 1, another is 1 or equal to it: the result is the same either way
        return next((s for s in sure if isinstance(s, int)), sure[0])
    return others[0] if len(others) == 1 else fresh_dim()


def is_more(size: Size, other: Size) -> bool:
    """Whether the bounds tell that `size` > `other`."""
    return _is_positive(plus(plus(form(size), form(other), -1), {CONSTANT: -1}), DEPTH)


def never_one(size: Size) -> bool:
    """Whether a size is known not to be 1, so that it never broadcasts."""
    return is_not_one(size) or is_more(size, 1)


def _is_positive(total: Form, depth: int) -> bool:
    """Whether a sum is 0 or more: bounds take the place of its symbols, one by one."""
    terms = [(s, k) for s, k in total.items() if s != CONSTANT and k]
    if not terms:
        return total.get(CONSTANT, 0) >= 0
    if depth == 0:
        return False
    for symbol, k in terms:
        bounds = _bounds_below(symbol) if k > 0 else _upper.get(symbol, [])
        rest = {s: f for s, f in total.items() if s != symbol}
        if any(_is_positive(plus(rest, b, k), depth - 1) for b in bounds):
            return True
        whole, divisor = _quotients.get(symbol, ({}, 0))
        if divisor and k % divisor == 0:  # a - b < b * (a // b) <= a
            least = plus(whole, {CONSTANT: 1 - divisor}) if k > 0 else whole
            if _is_positive(plus(rest, least, k // divisor), depth - 1):
                return True
    return False


def _bounds_below(symbol: int) -> list[Form]:
    found = _lower.get(symbol, [])
    return [*found, {CONSTANT: 0}] if is_not_one(Dim(symbol)) else found  # a size that an argument has


def symbols(size: Size | None) -> set[int]:
    """The symbols that an int is the sum of."""
    return set() if size is None else set(form(size)) - {CONSTANT}


def reaches(place: Size | None, size: Size) -> bool:
    """Whether an int seems to go up to a size: its bounds, or those of what bounds it, are the size and a number."""
    if not isinstance(place, Dim) or not isinstance(size, Dim):
        return False
    todo, seen = [place.symbol], set[int]()
    while todo:
        symbol = todo.pop()
        seen.add(symbol)
        for upper in (*_upper.get(symbol, []), _sums.get(symbol, {})):
            terms = {s: k for s, k in upper.items() if s != CONSTANT and k > 0}
            if size.symbol in terms:
                return True
            todo += [s for s in terms if s not in seen]
    return False


def sliced(size: Size, start: Size | None, stop: Size | None, step: int) -> Size:
    """The size of `a[start:stop:step]` on an axis of this size, for a step of 1 or more."""
    first = 0 if start is None else _first(start, size)
    last = size if stop is None else _last(stop, size)
    if first is None or last is None:
        return _dimension(("slice", size, start, stop, step))
    total = plus(form(last), form(first), -1)
    if step != 1:
        return _dimension(("strided", frozenset(total.items()), step))
    supposed = _is_at_end(stop, size) and not isinstance(start, Dim) and not at_least(size, 2)
    if supposed or _is_positive(total, DEPTH):
        return size_of(total)
    return _dimension(("clipped", frozenset(total.items())))


def _is_at_end(stop: Size | None, size: Size) -> bool:
    """x[:-1], x[: n - 1]: what leaves out just so many items, if there are as many.

    That is supposed of sizes of which nothing is known, in modules that are built for types.
    """
    if isinstance(stop, Dim):
        return isinstance(size, Dim) and stop.symbol == size.symbol and stop.offset <= size.offset
    return stop is None or stop < 0


def _first(start: Size, size: Size) -> Size | None:
    """Where a slice starts, None where that may be clipped at 0; behind the end nothing is left either way."""
    place = start if at_least(start, 0) else _sum(size, start) if at_least(-1, start) else None
    return place if place is not None and at_least(place, 0) else None


def _last(stop: Size, size: Size) -> Size | None:
    """Where a slice stops, None where that may be clipped at the end; before 0 nothing is left either way."""
    if at_least(-1, stop):
        return _sum(size, stop)
    inside = _is_at_end(stop, size) or (at_least(stop, 0) and at_least(size, stop))
    return stop if inside else None


def _dimension(key: Hashable) -> Size:
    return is_size(_made(key))
