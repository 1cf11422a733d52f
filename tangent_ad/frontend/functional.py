"""Functions as values: partial, wraps, caches, decorators, and functions looked up in tuples and dicts."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from tangent_ad.frontend.builtin_calls import STANDS_FOR, builtin
from tangent_ad.frontend.calls import CALLABLES, call
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.expressions import lower_subscript
from tangent_ad.frontend.heap_state import is_mutable
from tangent_ad.frontend.lowering import EXPRESSIONS, STATEMENTS, Cached, Choice, Closure, Lowering, local_names
from tangent_ad.frontend.merging import is_function
from tangent_ad.frontend.objects import special_method
from tangent_ad.frontend.protocols import item_method, writes
from tangent_ad.frontend.statements import branch, closure
from tangent_ad.frontend.trees import known
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import CONTAINS, GETITEM, PACK_TUPLE, RAISE
from tangent_ad.ir.types import Array, Dict, List, Opaque, Seq, rank


@dataclass(frozen=True, eq=False)
class Partial:
    """A function with some of its arguments, made by the program."""

    function: Atom
    args: tuple[Atom, ...]
    kwargs: dict[str, Atom]


STANDS_FOR.update({Partial: functools.partial, Cached: type(functools.lru_cache(lambda: None))})


@builtin(functools.partial)
def lower_partial(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(Partial(args[0], tuple(args[1:]), dict(kwargs)), "partial")


def call_partial(low: Lowering, node: Any, made: Partial, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return call(low, node, made.function, [*made.args, *args], {**made.kwargs, **kwargs})


def call_outer_partial(low: Lowering, node: Any, made: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """A `functools.partial` that was made outside."""
    for name in ("func", "args", "keywords"):
        low.captured(made, "attribute", name, getattr(made, name))
    first: list[Atom] = [Const(a) for a in made.args]
    named: dict[str, Atom] = {k: Const(v) for k, v in made.keywords.items()}
    return call(low, node, Const(made.func), [*first, *args], {**named, **kwargs})


def call_cached(low: Lowering, node: Any, cached: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """What a cache keeps is what the function would give again."""
    if any(isinstance(low.type(a), (List, Dict)) or (isinstance(low.type(a), Array) and rank(low.type(a)) != 0)
           for a in (*args, *kwargs.values())):  # fmt: skip
        low.refuse(node, "a cached function is given an array or a container, which cannot be looked up in a cache",
                   f"call the function that it wraps, {cached.__name__}.__wrapped__(...), or pass numbers")  # fmt: skip
    return kept_value(low, node, call(low, node, Const(cached.__wrapped__), args, kwargs),
                      f"call the function that it wraps, {cached.__name__}.__wrapped__(...)")  # fmt: skip


def kept_value(low: Lowering, node: Any, value: Atom, remedy: str) -> Atom:
    """What a cache gives: one object at each call, which must not matter."""
    t = low.type(value)
    if isinstance(t, Array) and rank(t):  # a view that is only read
        return low.builder.call(np.broadcast_to, value, low.builder.call(np.shape, value))
    if isinstance(t, Seq) and t.cls is tuple:
        items = (low.builder.item(value, i) for i in range(len(t.items)))
        return low.builder.apply(PACK_TUPLE, [kept_value(low, node, item, remedy) for item in items])
    if is_mutable(t):
        low.refuse(node, f"a cached function gives {describe(t)}: at each call the same, which all see "
                         "change", f"{remedy}, or let it give numbers")  # fmt: skip
    return value


def call_own_cached(low: Lowering, node: Any, made: Cached, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    remedy = "leave the decorator out, if it gives the same without"
    return kept_value(low, node, call(low, node, made.function, args, kwargs), remedy)


def cached(low: Lowering, node: Any, function: Atom) -> Atom:
    """`lru_cache` on a function made here: its names must stay what they are, and it may only compute."""
    made = function.value if isinstance(function, Const) else None
    if not isinstance(made, Closure):
        low.refuse(node, "a cache on this function is not followed", "leave it out, if it gives the same without")
    own = getattr(made.tree, "name", "")
    inner = {n.id for n in gast.walk(made.tree) if isinstance(n, gast.Name)} - local_names(made.tree)
    inside = set(gast.walk(made.tree))
    around = [n for n in gast.walk(made.frame.tree) if n not in inside] if made.frame.tree else []
    bound = [n.id for n in around if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    stored = (n for n in around if isinstance(n, (gast.Subscript, gast.Attribute)) and isinstance(n.ctx, gast.Store))
    parts = [n.value for n in stored]
    calls = [n.func.value for n in around if isinstance(n, gast.Call) and isinstance(n.func, gast.Attribute)]
    touched = {v.id for v in (*parts, *calls) if isinstance(v, gast.Name)} | {
        n.target.id for n in around if isinstance(n, gast.AugAssign) and isinstance(n.target, gast.Name)}  # fmt: skip
    unsteady = sorted(n for n in inner & set(bound) if bound.count(n) > 1 or n in touched)
    if unsteady or writes(made.tree, (own,)):
        why = f"{unsteady[0]!r}, which it reads, may change" if unsteady else "it writes, or calls what may write"
        low.refuse(node, f"a cache keeps what {own or 'this function'} gave first, but {why}",
                   "leave the decorator out, if it gives the same without; else keep its result in a variable, in "
                   "place of the later calls")  # fmt: skip
    assert isinstance(function, Const)
    return Const(Cached(function), own)


def call_getter(low: Lowering, node: Any, getter: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`operator.itemgetter(1, 2)`."""
    keys = getter.__reduce__()[1]
    items = [lower_getitem(low, node, [args[0], Const(key)], {}) for key in keys]
    return items[0] if len(items) == 1 else low.builder.apply(PACK_TUPLE, items)


@builtin(operator.itemgetter)
def lower_itemgetter(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    keys = [a.value for a in args if isinstance(a, Const)]
    if len(keys) < len(args):
        low.refuse(node, "the index of an itemgetter must be known when the derivative is built",
                   "index the value: value[i]")
    return Const(operator.itemgetter(*keys))


@builtin(operator.getitem)
def lower_getitem(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    method = item_method(low, node, args[0], "__getitem__")
    if method is not None:
        return low.call(node, method, args[1:], {})
    return low.builder.apply(GETITEM, (low.plain_tuple(args[0], ()), args[1]))


# -- decorators ------------------------------------------------------------------------------------------


def undecorated(function: Any) -> Any:
    """What a decorator gives that changes nothing of what a function computes."""
    return function


@builtin(undecorated)
def lower_undecorated(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return args[0]


@builtin(functools.wraps)
def lower_wraps(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(undecorated)


@builtin(functools.update_wrapper)
def lower_update_wrapper(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    function, *_ = args  # what it says of the others is a name
    return function


def under_a_cache(function: Any) -> Any:
    """What `lru_cache(...)` gives: a decorator."""
    return function


@builtin(under_a_cache, functools.cache)
def lower_under_a_cache(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return cached(low, node, args[0])


@builtin(functools.lru_cache)
def lower_lru_cache(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    kwargs.keys()  # how much is kept tells nothing of the values
    return cached(low, node, args[0]) if list(args) and is_function(args[0]) else Const(under_a_cache)


def lower_decorated(low: Lowering, node: gast.FunctionDef) -> None:
    """`@decorator` is a call of it, on the function that it stands over."""
    decorators = [low.expression(d) for d in node.decorator_list]
    made: Atom = Const(closure(low, node), node.name)
    for tree, decorator in reversed(list(zip(node.decorator_list, decorators, strict=True))):
        low.builder.origin = low.origin(tree)
        made = call(low, tree, decorator, [made], {})
    low.bind(node.name, made)


# -- functions in containers -----------------------------------------------------------------------------


def lower_lookup(low: Lowering, node: gast.Subscript) -> Atom:
    """`functions[key]`: a function, or a choice between some where the key is found at run time."""
    if isinstance(node.slice, (gast.Slice, gast.Tuple)):
        return lower_subscript(low, node)
    base = low.expression(node.value)
    functions = functions_in(low, base)
    if functions is None:
        return lower_subscript(low, gast.copy_location(gast.Subscript(known(base, node), node.slice, node.ctx), node))
    key = low.expression(node.slice)
    low.builder.origin = low.origin(node)
    in_order = list(functions) == list(range(len(functions)))
    if not isinstance(key, Const):
        return chosen(low, key, functions, in_order)
    place = key.value + len(functions) if in_order and type(key.value) is int and key.value < 0 else key.value
    if place not in functions:
        low.refuse(node, f"there is no function at {key.value!r}", "use a key that is there")
    return functions[place]


def functions_in(low: Lowering, base: Atom) -> dict[Any, Atom] | None:
    """The functions of a tuple, list or dict that holds nothing else."""
    if special_method(low, base, "__getitem__") is not None:
        return None
    base = low.plain_tuple(base, ())
    if isinstance(base, Const) and isinstance(base.value, (tuple, list, dict)):
        entries = base.value.items() if isinstance(base.value, dict) else enumerate(base.value)
        found: dict[Any, Atom] = {k: Const(v, getattr(v, "__name__", "")) for k, v in entries}
    else:
        t = low.type(base)
        kinds: dict[Any, Any] = dict(enumerate(t.items)) if isinstance(t, Seq) else {}
        if isinstance(t, Dict) and t.cls is dict:
            kinds = dict(t.entries)
        if not all(isinstance(kind, Opaque) for kind in kinds.values()):
            return None
        found = {k: low.builder.item(base, k) for k in kinds}
    return found if found and all(map(is_function, found.values())) else None


def chosen(low: Lowering, key: Atom, functions: dict[Any, Atom], in_order: bool) -> Atom:
    """One of the functions, by a key that is found at run time."""
    n, compare = len(functions), low.builder.call
    if in_order:
        wrong, error = [compare(operator.lt, key, Const(-n)), compare(operator.ge, key, Const(n))], IndexError
        key = compare(operator.mod, key, Const(n))
    else:
        found = low.builder.apply(CONTAINS, (key, Const(tuple(functions))))
        wrong, error = [compare(operator.not_, found)], KeyError  # type: ignore[assignment]
    for test in wrong:
        branch(low, test, lambda: low.builder.effect(RAISE, (low.builder.call(error, key),)), lambda: None)
    *others, last = functions
    choice = functions[last]
    for k in reversed(others):
        choice = Const(Choice(compare(operator.eq, key, Const(k)), functions[k], choice))
    return choice


CALLABLES.update({
    Partial: call_partial,
    Cached: call_own_cached,
    functools.partial: call_outer_partial,
    type(functools.lru_cache(lambda: None)): call_cached,
    operator.itemgetter: call_getter,
})  # fmt: skip
STATEMENTS[gast.FunctionDef] = lower_decorated
EXPRESSIONS[gast.Subscript] = lower_lookup
