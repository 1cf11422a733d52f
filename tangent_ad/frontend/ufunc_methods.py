"""Methods of ufuncs: `np.add.outer(x, y)`, `np.multiply.reduce(x)`, `np.multiply.at(a, i, v)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad.frontend.builtin_calls import BUILTINS, Handler
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.mutators import NONE
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.types import Array, List, Seq, rank
from tangent_ad.rules.reductions import running_extremum

REDUCTIONS = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
RUNNING = {np.add: np.cumsum, np.multiply: np.cumprod}
EXTREMA = (np.maximum, np.minimum)
OUTER = (np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.power, np.hypot, np.arctan2)
AT = (np.multiply, np.divide, np.maximum, np.minimum, np.power)


def _outer(ufunc: Any, x: Any, y: Any) -> Any:
    return ufunc(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)


def _at(ufunc: Any, a: Any, index: Any, values: Any) -> None:
    spread = np.copy(np.broadcast_to(values, np.shape(index) + np.shape(a)[1:]))  # they may be in the array itself
    for k, i in enumerate(index):
        a[i] = ufunc(a[i], spread[k])


def reduction(function: Any) -> Handler:
    """`ufunc.reduce` goes along the first axis unless told otherwise."""

    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        named = {"axis": Const(0), **kwargs}
        if len(args) == 2:
            args, named["axis"] = args[:1], args[1]
        axis = named["axis"]
        if function in RUNNING.values() and isinstance(axis, Const) and isinstance(axis.value, tuple):
            (named["axis"],) = map(Const, axis.value)  # accumulate takes a tuple of one
        return low.call(node, Const(function, function.__name__), args, named)

    return handler


def running(extremum: Any) -> Handler:
    """Each of the running extrema is an item: which one carries no derivative."""

    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        named = dict(kwargs)
        axis = args[1] if len(args) == 2 else named.pop("axis", Const(0))
        if len(args) > 2 or named:
            low.refuse(node, f"np.{extremum.__name__}.accumulate takes the array and an axis here, no more",
                       "leave dtype= and out= out")  # fmt: skip
        return low.run_template(running_extremum, Const(extremum, extremum.__name__), args[0], axis)

    return handler


def outer(ufunc: Any) -> Handler:
    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        return low.run_template(_outer, Const(ufunc, ufunc.__name__), *args)

    return handler


def at(ufunc: Any) -> Handler:
    """An index may name a place more than once, so this is a loop."""

    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        if len(args) == 3 and isinstance(low.type(args[1]), (List, Seq)):
            args = [args[0], low.call(node, Const(np.asarray), [args[1]], {}), args[2]]
        t = low.type(args[1])
        if len(args) != 3 or not isinstance(t, Array) or rank(t) != 1 or not t.dtype.startswith(("int", "uint")):
            low.refuse(node, f"np.{ufunc.__name__}.at is differentiated for one array of integers as index only",
                       "write a loop")  # fmt: skip
        low.run_template(_at, Const(ufunc, ufunc.__name__), *args)
        return NONE

    return handler


for _ufunc, _function in REDUCTIONS.items():
    BUILTINS[_ufunc.reduce] = reduction(_function)
for _ufunc, _function in RUNNING.items():
    BUILTINS[_ufunc.accumulate] = reduction(_function)
for _ufunc in EXTREMA:
    BUILTINS[_ufunc.accumulate] = running(_ufunc)
for _ufunc in OUTER:
    BUILTINS[_ufunc.outer] = outer(_ufunc)
for _ufunc in AT:
    BUILTINS[_ufunc.at] = at(_ufunc)
