"""`sorted`, `min` and `max`, `reduce` and their like, said in the language itself.

Before:
    sorted(values, key=f)

After:
    keys = [f(v) for v in values]
    [values[i] for i in order(keys)]

Where an item goes depends on its value, but not smoothly: the order carries no derivative, the items do.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.analysis.builder import is_literal
from tangent_ad.analysis.inference import element
from tangent_ad.frontend.builtin_calls import Handler, builtin
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.protocols import is_instance
from tangent_ad.frontend.sequences import known_items
from tangent_ad.ir.instances import is_named_tuple, users_class
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_LIST
from tangent_ad.ir.types import Array, Dict, List, Range, Seq, Type, rank
from tangent_ad.rules.declare import hold, release, static_length
from tangent_ad.runtime import helpers


def option(low: Lowering, node: Any, kwargs: dict[str, Atom], **defaults: Any) -> list[Atom]:
    """The keyword arguments of a call, in this order."""
    for name in kwargs.keys() - defaults:
        low.refuse(node, f"the keyword {name!r} is not known here", "leave it out")
    return [kwargs.get(name, Const(default)) for name, default in defaults.items()]


def indexable(low: Lowering, node: Any, values: Atom) -> Atom:
    """The values, or a list of them: what is indexed and run over more than once."""
    values = low.plain_tuple(values)
    t = low.type(values)
    if isinstance(t, Dict) and t.cls is dict:
        return low.builder.apply(PACK_LIST, [Const(k) for k, _ in t.entries])
    if isinstance(t, (List, Seq, Range)) or (isinstance(t, Array) and rank(t) != 0):
        return values
    low.refuse(node, "this is not a list, tuple, dict or array here",
               "make a list of it first, list(values); of a set pass sorted(s) in its place")  # fmt: skip


@builtin(sorted)
def lower_sorted(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    key, reverse = option(low, node, kwargs, key=None, reverse=False)
    if isinstance(args[0], Const) and isinstance(args[0].value, (set, frozenset)):
        args = [low.builder.apply(PACK_LIST, [Const(v) for v in args[0].value])]
    values = indexable(low, node, args[0])
    known = [i() for i in known_items(low, None, values) or ()]
    if known and isinstance(reverse, Const) and key == Const(None) and all(map(_is_literal, known)):
        try:
            chosen = sorted((i.value for i in known if isinstance(i, Const)), reverse=bool(reverse.value))
        except TypeError as error:
            low.refuse(node, f"these values have no order: {error}", "sort values of one kind, or give a key")
        return low.builder.apply(PACK_LIST, [Const(v) for v in chosen])
    if isinstance(low.type(values), Array) and rank(low.type(values)) != 1:
        low.refuse(node, "the rows of an array are not sorted: they have no order, in Python, too",
                   "order them by a column: a[np.argsort(a[:, 0])]")
    own = [i for i in known if isinstance(i, Const) and users_class(i.value) is not None]
    if key == Const(None) and (own or is_instance(element(low.type(values)))):
        low.refuse(node, "sorted() of instances is not followed", "sort the numbers that they hold")
    t = low.type(values)
    if key == Const(None) and any(map(is_array, t.items if isinstance(t, Seq) else (element(t),))):
        low.refuse(node, "sorted() of arrays is not followed: they have no order",
                   "sort them by a number: key=np.sum, or key=lambda v: v[0]")  # fmt: skip
    template: Any = _sorted if key == Const(None) else _sorted_by
    return low.run_template(template, values, reverse, key)


def is_array(t: Type) -> bool:
    """Whether this is, or may be, an array with axes."""
    return isinstance(t, Array) and t.dims != ()


def _is_literal(item: Atom) -> bool:
    """Whether a value is known, and compared by Python itself: instances may have comparisons of their own."""
    return isinstance(item, Const) and (is_literal(item.value) or isinstance(item.value, (bytes, np.generic)))


def _sorted(values: Any, reverse: Any, key: Any) -> Any:
    return [values[i] for i in helpers.order(values, reverse)]  # type: ignore[no-untyped-call]


def _sorted_by(values: Any, reverse: Any, key: Any) -> Any:
    hold(values)
    keys = [key(v) for v in values]
    release(values)
    return [values[i] for i in helpers.order(keys, reverse)]  # type: ignore[no-untyped-call]


def _extremum(function: Any, of_list: Any, by_key: Any) -> Handler:
    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        default = kwargs.pop("default", None)
        (key,) = option(low, node, kwargs, key=None)
        if len(args) > 1:
            args = [low.builder.apply(PACK_LIST, args)]
        values = indexable(low, node, args[0])
        t = low.type(values)
        if key == Const(None) and isinstance(t, (Seq, List)) and is_instance(element(t)):
            low.refuse(node, f"{function.__name__} of instances is not followed",
                       "say by which number: key=lambda item: item.value")  # fmt: skip
        if default is not None:
            return low.run_template(_or_default, values, default, Const(function), key)
        if not isinstance(t, Array):
            fails_if_empty(low, function, ValueError, values)
        if isinstance(t, Seq) and not t.items:
            if low.catches(ValueError):
                return Const(0.0)  # the handler runs
            low.refuse(node, f"{function.__name__} of nothing has no result", "give a default")
        if key != Const(None):
            return low.run_template(by_key, values, key)
        if isinstance(t, Array):
            if rank(t) != 1:
                low.refuse(node, f"the rows of an array have no {function.__name__}", f"use np.{function.__name__}")
            return low.builder.call(getattr(np, function.__name__), values)
        if isinstance(t, (Seq, List)) and is_sequence(element(t)):
            return low.run_template(by_key, values, Const(_itself))  # compared item by item
        if isinstance(t, List) and is_array(t.item):
            low.refuse(node, f"{function.__name__} of arrays is not followed: they have no order",
                       f"say by which number: key=np.sum, or key=lambda v: v[0]; or, item by item, "
                       f"np.{function.__name__}(np.array(rows), axis=0)")  # fmt: skip
        if not isinstance(t, Seq):
            return low.run_template(of_list, values)
        items = [low.builder.item(values, i) for i in range(len(t.items))]
        if any(isinstance(i, Array) and (i.dims != () or i.boxed is not False) for i in map(low.type, items)):
            chosen = _larger if function is max else _smaller  # one of the arrays itself, with its axes and its memory
            return functools.reduce(lambda a, b: low.run_template(chosen, a, b), items)
        return functools.reduce(lambda a, b: low.builder.call(function, a, b), items)

    return handler


def fails_if_empty(low: Lowering, function: Any, error: type[BaseException], values: Atom) -> None:
    """Python says itself that it is given nothing; our operations would find that the first item is missing."""
    def is_empty() -> Atom:
        return low.builder.call(operator.eq, low.builder.call(len, values), Const(0))

    low.may_raise(error, f"{function.__name__}() of nothing", is_empty, values, 1)


def is_sequence(t: Type) -> bool:
    return isinstance(t, (Seq, List)) or (isinstance(t, Dict) and is_named_tuple(t.cls))


def _itself(value: Any) -> Any:
    return value


def _or_default(values: Any, default: Any, function: Any, key: Any) -> Any:
    if len(values) == 0:
        return default
    return function(values, key=key)


def _largest(values: Any) -> Any:
    best = values[0]
    for value in values:
        best = max(best, value)
    return best


def _smallest(values: Any) -> Any:
    best = values[0]
    for value in values:
        best = min(best, value)
    return best


def _larger(a: Any, b: Any) -> Any:
    return b if b > a else a


def _smaller(a: Any, b: Any) -> Any:
    return b if b < a else a


def _largest_by(values: Any, key: Any) -> Any:
    best = values[0]
    hold(values)
    top = key(best)
    for value in values[1:]:
        here = key(value)
        if here > top:
            best, top = value, here
    release(values)
    return best


def _smallest_by(values: Any, key: Any) -> Any:
    best = values[0]
    hold(values)
    low = key(best)
    for value in values[1:]:
        here = key(value)
        if here < low:
            best, low = value, here
    release(values)
    return best


builtin(max)(_extremum(max, _largest, _largest_by))
builtin(min)(_extremum(min, _smallest, _smallest_by))


@builtin(functools.reduce)
def lower_reduce(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    values = indexable(low, node, args[1])
    if len(args) > 2:
        return low.run_template(_reduced_from, args[0], values, args[2])
    fails_if_empty(low, functools.reduce, TypeError, values)
    return low.run_template(_reduced, args[0], values)


def _reduced_from(function: Any, values: Any, total: Any) -> Any:
    for value in values:
        total = function(total, value)
    return total


def _reduced(function: Any, values: Any) -> Any:
    total = values[0]
    hold(values)
    for value in values[1:]:
        total = function(total, value)
    release(values)
    return total


def meaning(*functions: Any) -> Callable[[Any], Any]:
    """Say what a library's function means, by one of ours that the compiler reads."""

    def declare(template: Any) -> Any:
        def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
            return low.run_template(template, *args, *option(low, node, kwargs))

        builtin(*functions)(handler)
        return template

    return declare


@meaning(math.dist)
def _dist(p: Any, q: Any) -> Any:
    apart = [a - b for a, b in zip(p, q, strict=True)]
    return float(np.linalg.norm(np.array(apart))) if static_length(apart) is None else math.hypot(*apart)


@builtin(math.prod)
def lower_prod(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    (start,) = option(low, node, kwargs, start=None)
    values = indexable(low, node, args[0])
    t = low.type(values)
    kinds = t.items if isinstance(t, Seq) else (t.item if isinstance(t, List) else t,)
    if start == Const(None) and any(getattr(k, "kind", getattr(k, "dtype", "")) == "bool" for k in kinds):
        start = Const(1)  # 1 * True is an int
    return low.run_template(_product, values, start)


def _product(values: Any, start: Any) -> Any:
    if start is not None:
        return _reduced_from(operator.mul, values, start)
    return _reduced(operator.mul, values) if len(values) > 0 else 1
