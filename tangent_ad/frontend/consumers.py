"""What uses up generators and iterators at once: `sum`, `list`, `sorted`, `any`, `f(*values)`.

Before:
    total = sum(v * v for v in values)

After:
    <total> = 0
    for <v> in values:
        <total> = <total> + <v> * <v>
    total = <total>
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import gast
import numpy as np

from tangent_ad.frontend.comprehensions import lower_list_comp, written_out
from tangent_ad.frontend.generators import callee_of, is_lazy, without_exits
from tangent_ad.frontend.lowering import Bound, Lowering
from tangent_ad.frontend.objects import special_method
from tangent_ad.frontend.trees import Unrolled, bind, constant, known, placed, read
from tangent_ad.ir.nodes import Atom

Taker = Callable[[Lowering, Any], Atom]
ITERATORS = (zip, enumerate, reversed, range)
POOLED = (itertools.combinations, itertools.product, np.ndindex)
# Functions and methods that use up what they are given.
EAGER = (sum, min, max, math.fsum, math.prod, functools.reduce, np.fromiter)
EAGER_METHODS = ("extend",)


def used_up(low: Lowering, node: Any, length: bool = False) -> Atom:
    """A list of what a generator gives; `length`: it must be known how many."""
    item = low.fresh("item")
    source = gast.copy_location(Unrolled(node), node) if length else node
    each = gast.comprehension(gast.Name(item, gast.Param(), None, None), source, [], 0)
    return low.expression(placed([gast.ListComp(read(item), [each])], node)[0])


def reduced(low: Lowering, node: gast.Call, function: Any) -> Atom | None:
    """`sum`, `any` and `all` of a generator, without a list of it; None for any other call."""
    known = any(function is f for f in (sum, any, all))
    if not known or not node.args or node.keywords or not is_lazy(low, node.args[0]):
        return None
    result, item = low.fresh("total" if function is sum else "found"), low.fresh("item")
    if function is sum:
        start = node.args[1] if len(node.args) > 1 else constant(0)
        turn: list[gast.stmt] = [bind(result, gast.BinOp(read(result), gast.Add(), read(item)))]
    else:
        start = constant(function is all)
        test = read(item) if function is any else gast.UnaryOp(gast.Not(), read(item))
        turn = [gast.If(test, [bind(result, constant(function is any)), gast.Break()], [])]
    target = gast.Name(item, gast.Param(), None, None)
    stmts = placed([bind(result, start), gast.For(target, node.args[0], turn, [], None)], node)
    low.statements(without_exits(low, stmts))
    return low.env.pop(result)


def value_or_list(low: Lowering, node: Any, value: Taker = Lowering.expression) -> Atom:
    """The value of an expression whose user takes all that it gives."""
    if isinstance(node, gast.GeneratorExp):
        return lower_list_comp(low, node)
    return used_up(low, node) if is_lazy(low, node) or is_iterator(low, node) else value(low, node)


def iterated(low: Lowering, node: Any, length: bool = False) -> Atom:
    """The value of an expression, the list of its items if it is an instance that says what they are."""
    value = low.expression(node)
    found = special_method(low, value, "__iter__") is not None
    return used_up(low, known(value, node), length) if found else value


def is_iterator(low: Lowering, node: Any) -> bool:
    """Whether an expression is one of the iterators that loops run over."""
    value = callee_of(low, node) if isinstance(node, gast.Call) else None
    return any(value is f for f in ITERATORS)


def pooled(low: Lowering, node: Any) -> Atom:
    """The value of an expression; a list where an iterator has read all that it gives when it is made."""
    made = callee_of(low, node) if isinstance(node, gast.Call) else None
    return used_up(low, node) if any(made is f for f in POOLED) else low.expression(node)


def taker(function: Any) -> Taker:
    """How a function's arguments are evaluated: it may use up what runs out."""
    if function is zip:
        return pooled
    if function is tuple:
        return spread
    if function is dict:  # an instance may be a mapping
        return partial(spread, value=Lowering.expression)
    if any(function is f for f in (list, sorted, set, frozenset)):
        return partial(value_or_list, value=iterated)
    eager = any(function is f for f in EAGER) or (isinstance(function, Bound) and function.name in EAGER_METHODS)
    return value_or_list if eager else Lowering.expression


def spread(low: Lowering, node: Any, value: Taker | None = None) -> Atom:
    """The value of `*expression`, whose length must be known."""
    if isinstance(node, (gast.GeneratorExp, gast.ListComp)):
        return lower_list_comp(low, written_out(node))
    if is_lazy(low, node) or is_iterator(low, node):
        return used_up(low, node, True)
    return iterated(low, node, True) if value is None else value(low, node)
