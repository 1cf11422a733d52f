"""Matches the arguments of a call with the parameters of a function, as Python does."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import Any

import gast

from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_DICT, PACK_TUPLE
from tangent_ad.ir.types import Fields
from tangent_ad.rules.declare import FORMS, Rule


def bind(
    low: Lowering,
    node: Any,
    name: str,
    parameters: gast.arguments,
    args: list[Atom],
    kwargs: dict[str, Atom],
    defaults: tuple[Atom, ...],
    kw_defaults: dict[str, Atom],
) -> dict[str, Atom]:
    """Names to atoms for a call; refuses what would be a TypeError."""
    positional = [a.id for a in (*parameters.posonlyargs, *parameters.args)]
    keyword_only = [a.id for a in parameters.kwonlyargs]
    env: dict[str, Atom] = dict(zip(positional, args, strict=False))
    extra, rest = args[len(positional) :], dict(kwargs)
    if extra and parameters.vararg is None:
        low.refuse(node, f"{name}() takes {len(positional)} positional arguments, {len(args)} are given",
                   "give as many arguments as there are parameters")  # fmt: skip
    if parameters.vararg is not None:
        env[parameters.vararg.id] = low.builder.apply(PACK_TUPLE, extra)
    allowed = [a.id for a in parameters.args] + keyword_only
    for key in list(rest):
        if key in allowed:
            if key in env:
                low.refuse(node, f"{name}() is given {key!r} twice", "give it once")
            env[key] = rest.pop(key)
    if parameters.kwarg is not None:
        env[parameters.kwarg.id] = low.builder.apply(PACK_DICT, (Const(Fields(rest)), *rest.values()))
    elif rest:
        low.refuse(node, f"{name}() has no parameter {next(iter(rest))!r}", "check the spelling of the keyword")
    for key, value in zip(positional[len(positional) - len(defaults) :], defaults, strict=True):
        env.setdefault(key, value)
    for key in keyword_only:
        if key in kw_defaults:
            env.setdefault(key, kw_defaults[key])
    for key in [*positional, *keyword_only]:
        if key not in env:
            low.refuse(node, f"{name}() misses the argument {key!r}", f"pass {key!r}")
    return env


def with_leading(function: Any, args: list[Atom], kwargs: dict[str, Atom]) -> tuple[list[Atom], dict[str, Atom]]:
    """The arguments of a library's function, its first ones by position: `np.shape(a=x)` is `np.shape(x)`."""
    if args or not kwargs:
        return args, kwargs
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # it has none that can be read
        return args, kwargs
    leading = itertools.takewhile(lambda p: p.kind is p.POSITIONAL_OR_KEYWORD and p.name in kwargs, params)
    names = [p.name for p in leading]
    return [kwargs[n] for n in names], {k: v for k, v in kwargs.items() if k not in names}


@functools.cache
def positions(function: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What a library's function takes by position, and its parameters' defaults; nothing where that cannot be read."""
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return (), {}
    places = tuple(p.name for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
    return places, {p.name: p.default for p in params}


def in_own_order(rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> tuple[list[Atom], dict[str, Atom]]:
    """Arguments by keyword, whose place in NumPy's signature is not that in the rule's: np.sum(a, 0, dtype, out)."""
    places, defaults = ((), {}) if rule.variadic else positions(rule.op.call)
    if len(args) > len(places):
        return args, kwargs
    for i, place in enumerate(places[: len(args)]):
        own = rule.params[i] if i < len(rule.params) else ""
        elsewhere = place not in rule.params and (own in defaults or (not own and rule.op in FORMS))
        if place != own and (place == "out" or elsewhere):
            named = dict(zip(places[i:], args[i:], strict=False))
            more = {k: v for k, v in named.items() if not (isinstance(v, Const) and v.value is defaults[k])}
            return args[:i], {**kwargs, **more}
    return args, kwargs


class Keywords(dict[str, Atom]):
    """Keyword arguments that remember which were asked for: one that nobody looked at is not ignored but refused."""

    def __init__(self, given: dict[str, Atom]) -> None:
        super().__init__(given)
        self.heeded: set[str] = set()

    def _all(self) -> Any:
        self.heeded.update(super().keys())
        return super()

    def __getitem__(self, key: str) -> Atom:
        self.heeded.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.heeded.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.heeded.add(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self.heeded.add(key)
        return super().pop(key, *default)

    def __iter__(self) -> Any:
        return self._all().__iter__()

    def keys(self) -> Any:
        return self._all().keys()

    def values(self) -> Any:
        return self._all().values()

    def items(self) -> Any:
        return self._all().items()


class TooFew(Exception):
    """A handler looked for an argument that the call has not."""


class Positional(list[Atom]):
    """Arguments by position that remember which were looked at."""

    def __init__(self, given: list[Atom]) -> None:
        super().__init__(given)
        self.heeded: set[int] = set()

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, int) and not -len(self) <= i < len(self):
            raise TooFew
        chosen = range(len(self))[i]
        self.heeded.update([chosen] if isinstance(chosen, int) else chosen)
        return super().__getitem__(i)

    def __iter__(self) -> Any:
        self.heeded.update(range(len(self)))
        return super().__iter__()


def heeding(
    low: Lowering,
    node: Any,
    name: str,
    args: list[Atom],
    kwargs: dict[str, Atom],
    run: Callable[[list[Atom], dict[str, Atom]], Atom],
    of_numpy: bool,
) -> Atom:
    """What a handler makes of a call; refused if it passes over a keyword, or of NumPy's functions over any argument.

    Python's own take defaults by position, which are not always looked at.
    """
    by_place, by_name = Positional(args), Keywords(kwargs)
    try:
        made = run(by_place, by_name)
    except TooFew:
        low.refuse(node, f"{name} is called with {len(args)} arguments, and takes more", "pass the others, too")
    for key in kwargs.keys() - by_name.heeded:
        remedy = "assign the result: out[...] = ..." if key == "out" else "write what it does, in place of it"
        low.refuse(node, f"the keyword {key!r} of {name} is not followed", remedy)
    for i in range(len(args)):
        if of_numpy and i not in by_place.heeded:
            low.refuse(node, f"argument {i + 1} of {name} is not followed", "write what it does, in place of it")
    return made
