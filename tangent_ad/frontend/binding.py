"""Matches the arguments of a call with the parameters of a function, as Python does."""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_DICT, PACK_TUPLE
from tangent_ad.ir.types import Fields


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
