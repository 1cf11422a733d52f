"""Patterns of `simplify`: arithmetic with constants, neutral elements, signs, numbers spread over arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from tangent_ad.analysis.indices import items, known
from tangent_ad.analysis.inference import broadcast
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import GETITEM
from tangent_ad.ir.types import Array, Size, dims_of, is_differentiable, never_wraps, rank
from tangent_ad.optimise.patterns import Knowledge, make, negated, number, pattern, same_type, unchanged

MUL, DIV, ADD, SUB = operator.mul, operator.truediv, operator.add, operator.sub


@pattern(ADD)
def step_at_a_number(s: Knowledge, a: Apply) -> Expr | None:
    """(x > k) + 0.5 * (x == k) of an array is one call, where k is a finite number."""
    over = s.definition(a.args[0])
    if over is None or over.op.call is not np.greater or not _is_half_where_equal(s, a.args[1], over):
        return None
    x, k = over.args
    if not never_wraps(*map(expr_type, over.args)):
        return None
    return make(np.heaviside, x, Const(0.5)) if number(k) == 0 and rank(expr_type(x)) != 0 else (
        make(np.heaviside, make(operator.neg, k), Const(0.5)) if number(x) == 0 and rank(expr_type(k)) != 0 else None)


@pattern(MUL)
def times_what_is_left(s: Knowledge, a: Apply) -> Expr | None:
    """g * (1 - p) of a step p that something else is multiplied by, too, is g - g * p."""
    for g, y in (a.args, a.args[::-1]):
        rest = s.definition(y) if s.derived and s.is_read_once(y) else None
        if rest is None or rest.op.call is not SUB or number(rest.args[0]) != 1 or s.is_read_once(rest.args[1]):
            continue
        p = rest.args[1]
        if _step(s, p) is not None and same_type(a.type, expr_type(g)) and same_type(a.type, expr_type(p)):
            return make(SUB, g, make(MUL, g, p))
    return None


@pattern(SUB)
def left_by_a_step(s: Knowledge, a: Apply) -> Expr | None:
    """1 - (x > y) - 0.5 * (x == y) is the step the other way."""
    p = a.args[1]
    made = _step(s, p) if s.derived and number(a.args[0]) == 1 and s.is_read_once(p) else None
    if made is None:
        return None
    if made.op.call is np.heaviside:
        return make(np.heaviside, make(operator.neg, made.args[0]), made.args[1])
    over = s.definition(made.args[0])
    assert over is not None
    return make(ADD, make(np.greater, *over.args[::-1]), made.args[1])


def _step(s: Knowledge, x: Expr) -> Apply | None:
    """What makes a step, if it is one of half where it is between."""
    made = s.definition(x)
    if made is None or made.op.call is not ADD:
        return made if made is not None and made.op.call is np.heaviside and number(made.args[1]) == 0.5 else None
    over = s.definition(made.args[0])
    is_step = over is not None and over.op.call is np.greater and _is_half_where_equal(s, made.args[1], over)
    return made if is_step else None


def _is_half_where_equal(s: Knowledge, half: Expr, over: Apply) -> bool:
    """Whether `half` is 0.5 * (x == y), for x > y."""
    made = s.definition(half)
    equal = s.definition(made.args[1]) if made is not None and made.op.call is MUL else None
    is_half = made is not None and number(made.args[0]) == 0.5
    return is_half and equal is not None and equal.op.call is np.equal and equal.args == over.args


@pattern(MUL, ADD, SUB, DIV, operator.neg, operator.pow)
def of_copies(s: Knowledge, a: Apply) -> Expr | None:
    """What is computed of a copy is computed of the array itself."""
    args = []
    for x in a.args:
        made = s.definition(x)
        is_copy = made is not None and made.op.call is np.copy and not made.kwargs
        args.append(made.args[0] if made is not None and is_copy and same_type(a.type, expr_type(x)) else x)
    return replace(a, args=tuple(args)) if args != list(a.args) else None


@pattern(np.asarray)
def array_of_an_array(s: Knowledge, a: Apply) -> Expr | None:
    """What a rule makes an array of, in case it is a list, is mostly one."""
    is_array = isinstance(expr_type(a.args[0]), Array) and len(a.operands) == 1
    return a.args[0] if s.derived and is_array and same_type(a.type, expr_type(a.args[0])) else None


@pattern(MUL)
def times_constant(s: Knowledge, a: Apply) -> Expr | None:
    for x, y in (a.args, a.args[::-1]):
        k = number(x)
        if k is None:
            continue
        m = number(y)
        if m is not None:
            return Const(k * m)
        if k == 1 and same_type(a.type, expr_type(y)):
            return unchanged(s, y)
        if k == -1 and same_type(a.type, expr_type(y)):
            return make(operator.neg, y)
        inner = s.definition(y)
        if inner is not None and inner.op.call is MUL:
            for u, v in (inner.args, inner.args[::-1]):
                m = number(u)
                exact = m is not None and _exact_product(k, m) and never_wraps(a.type, expr_type(v))
                if m is not None and exact and same_type(a.type, inner.type):
                    return make(MUL, Const(k * m), v)
        m = number(inner.args[0]) if inner is not None and inner.op.call is DIV and s.derived else None
        if inner is not None and m is not None and _exact_product(k, m) and same_type(a.type, inner.type):
            return make(DIV, Const(float(k * m)), inner.args[1])
    return None


POWERS_OF_TWO = (0.5, 1, 2, 4)


def _exact_product(k: float, m: float) -> bool:
    """Products with a power of two do not round."""
    return any(abs(f) in POWERS_OF_TWO for f in (k, m))


@pattern(MUL)
def constant_of_the_larger(s: Knowledge, a: Apply) -> Expr | None:
    """g[:, None] * (2 * x) is (2 * g)[:, None] * x: fewer products, and the 2 may meet the 0.5 of a loss."""
    for g, y in (a.args, a.args[::-1]):
        inner = s.definition(y)
        known = inner is not None and inner.op.call is MUL and s.is_read_once(y)
        if not s.derived or inner is None or not known or isinstance(g, Const) or not is_differentiable(expr_type(g)):
            continue  # small integers would wrap around
        k, x = number(inner.args[0]), inner.args[1]
        whole = dims_of(a.type)
        if k is None or abs(k) not in POWERS_OF_TWO or not whole or not is_differentiable(expr_type(x)):
            continue
        if dims_of(expr_type(x)) == whole and expr_type(x) == a.type and _is_smaller(dims_of(expr_type(g)), whole):
            return make(MUL, _behind_new_axes(s, g, partial(make, MUL, Const(k))), x)
    return None


@pattern(DIV)
def constant_over_the_smaller(s: Knowledge, a: Apply) -> Expr | None:
    """2 * x / y[:, None] is (2 / y)[:, None] * x: of two passes over x, one."""
    x, y = a.args
    inner = s.definition(x)
    if not s.derived or inner is None or inner.op.call is not MUL or not s.is_read_once(x) or s.is_own(x):
        return None
    k, x = number(inner.args[0]), inner.args[1]
    whole = dims_of(a.type)
    if k is None or abs(k) not in POWERS_OF_TWO or not whole or not is_differentiable(expr_type(y)):
        return None
    if expr_type(x) == a.type and _is_smaller(dims_of(expr_type(y)), whole):
        return make(MUL, _behind_new_axes(s, y, partial(make, DIV, Const(float(k)))), x)
    return None


def _is_smaller(dims: tuple[Size, ...] | None, whole: tuple[Size, ...]) -> bool:
    """Whether an array has an axis less, or one of size 1, where another is not of that size."""
    return dims is not None and (len(dims) < len(whole) or any(
        n == 1 and m != 1 for n, m in zip(dims, whole, strict=True)))  # fmt: skip


def _behind_new_axes(s: Knowledge, g: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """What an array becomes by a change of each item, which is made before axes are added."""
    inner = s.definition(g)
    if inner is None or inner.op is not GETITEM or not s.is_read_once(g):
        return change(g)
    base, index = inner.args
    adds = all(i is None or i is Ellipsis or i == slice(None) for i in map(known, items(index)))
    return make(GETITEM, change(base), index) if adds and isinstance(expr_type(base), Array) else change(g)


@pattern(MUL)
def negated_factor(s: Knowledge, a: Apply) -> Expr | None:
    """x * (-y) is -(x * y), which lets a sum subtract it; but for what has fewer numbers to negate."""
    for x, y in (a.args, a.args[::-1]):
        inner = s.definition(y)
        whole = dims_of(a.type)
        if whole is not None and rank(expr_type(y)) and _is_smaller(dims_of(expr_type(y)), whole):
            continue
        if inner is not None and inner.op.call is operator.neg and never_wraps(a.type, expr_type(inner.args[0])):
            return make(operator.neg, make(MUL, *((x, inner.args[0]) if y is a.args[1] else (inner.args[0], x))))
    return None


@pattern(DIV)
def over_one(s: Knowledge, a: Apply) -> Expr | None:
    x, y = a.args
    if number(y) == 1 and same_type(a.type, expr_type(x)):
        return unchanged(s, x)
    return None


@pattern(MUL)
def times_quotient(s: Knowledge, a: Apply) -> Expr | None:
    """A cotangent times -z / y, the slope of z = x / y, is -(g / y * z): its g / y is that of x, one division less."""
    g, y = a.args
    inner = s.definition(y)
    over = s.definition(inner.args[0]) if s.derived and inner is not None and inner.op.call is DIV else None
    if inner is None or over is None or over.op.call is not operator.neg or not never_wraps(expr_type(over.args[0])):
        return None
    if not dims_of(expr_type(g)) == dims_of(expr_type(over.args[0])) == dims_of(a.type):
        return None
    z, y = over.args[0], inner.args[1]
    made = s.definition(z)
    if made is not None and made.op.call is DIV and number(made.args[0]) == 1 and made.args[1] is y:
        return make(operator.neg, make(MUL, make(MUL, g, z), z))  # of z = 1 / y, which is all there is to keep
    return make(operator.neg, make(MUL, make(DIV, g, y), z))


@pattern(MUL)
def times_reciprocal(s: Knowledge, a: Apply) -> Expr | None:
    """A cotangent times the slope 1 / x is g / x."""
    for g, y in (a.args, a.args[::-1]):
        inner = s.definition(y)
        if s.derived and not s.is_own(y) and inner is not None and inner.op.call is DIV and number(inner.args[0]) == 1:
            return make(DIV, g, inner.args[1])
    return None


def tells_zeros_apart(s: Knowledge, x: Expr) -> bool:
    """Whether the user may ask for the sign of a zero, as `np.arctan2` does: `0 + x` of -0.0 is 0.0."""
    return s.users and is_differentiable(expr_type(x))


@pattern(ADD)
def plus(s: Knowledge, a: Apply) -> Expr | None:
    x, y = a.args
    for u, v in ((x, y), (y, x)):
        if number(u) == 0 and same_type(a.type, expr_type(v)) and not tells_zeros_apart(s, v):
            return unchanged(s, v)
        inner = s.definition(u)
        zeros = inner is not None and inner.op.call is np.zeros_like
        if zeros and same_type(a.type, expr_type(v)) and not tells_zeros_apart(s, v):
            return unchanged(s, v)
    for u, v in ((x, y), (y, x)):
        positive = negated(s, v) if never_wraps(a.type) else None
        if positive is not None:
            return make(SUB, u, positive)
    return None


@pattern(ADD, SUB)
def common_factor(s: Knowledge, a: Apply) -> Expr | None:
    """The cotangent g * u + g * v is g * (u + v): a product less, and a slope that does not wait for g."""
    if not s.derived or not all(s.is_read_once(x) and expr_type(x) == a.type for x in a.args):
        return None
    for g in _factors(s, a.args[0]):
        left, right = (_without(s, x, g) for x in a.args)
        if left is None or right is None:
            continue
        made = make(MUL, g, make(a.op, left, right))
        return made if made.type == a.type and never_wraps(a.type, expr_type(left), expr_type(right)) else None
    return None


def _factors(s: Knowledge, x: Expr) -> list[Expr]:
    """The variables that a product of more than two is made of, too, where nothing else reads what is between."""
    made = s.definition(x) if s.is_read_once(x) and not s.is_own(x) else None
    if made is None or made.op.call is not MUL:
        return [x] if isinstance(x, Var) else []
    return [f for y in made.args for f in _factors(s, y)]


def _without(s: Knowledge, x: Expr, factor: Expr) -> Expr | None:
    """What is left of a product without one of its factors."""
    made = s.definition(x) if s.is_read_once(x) and not s.is_own(x) else None
    if made is None or made.op.call is not MUL:
        return None
    for y, other in (made.args, made.args[::-1]):
        if y is factor:
            return other
        rest = _without(s, y, factor)
        if rest is not None:
            return make(MUL, rest, other)
    return None


@pattern(ADD, SUB)
def common_divisor(s: Knowledge, a: Apply) -> Expr | None:
    """The tangent u / y - v / y * z is (u - v * z) / y: a division less."""
    if not s.derived or not all(s.is_read_once(x) and expr_type(x) == a.type for x in a.args):
        return None
    y = _divisor(s, a.args[0])
    left, right = (_times(s, x, y) if y is not None else None for x in a.args)
    if y is None or left is None or right is None:
        return None
    made = make(DIV, make(a.op, left, right), y)
    return made if made.type == a.type and never_wraps(a.type, expr_type(left), expr_type(right)) else None


def _divisor(s: Knowledge, x: Expr) -> Expr | None:
    """The variable that a product, or what is in it, is divided by."""
    made = _own_product(s, x)
    if made is None:
        return None
    if made.op.call is DIV:
        return made.args[1] if isinstance(made.args[1], Var) else None
    return next((y for y in (_divisor(s, f) for f in made.args) if y is not None), None)


def _times(s: Knowledge, x: Expr, divisor: Expr) -> Expr | None:
    """A product without its division."""
    made = _own_product(s, x)
    if made is None:
        return None
    if made.op.call is DIV:
        return made.args[0] if made.args[1] is divisor else None
    if made.op.call is operator.neg:
        rest = _times(s, made.args[0], divisor)
        return None if rest is None else make(operator.neg, rest)
    for y, other in (made.args, made.args[::-1]):
        rest = _times(s, y, divisor)
        if rest is not None:
            return make(MUL, rest, other)
    return None


def _own_product(s: Knowledge, x: Expr) -> Apply | None:
    """A product, a quotient or a change of sign that nothing else reads, and that the user has not written."""
    made = s.definition(x) if s.is_read_once(x) and not s.is_own(x) else None
    return made if made is not None and made.op.call in (MUL, DIV, operator.neg) and not made.kwargs else None


@pattern(ADD)
def doubled(s: Knowledge, a: Apply) -> Expr | None:
    """x + x is 2 * x, exactly."""
    x, y = a.args
    made = make(MUL, Const(2), x) if isinstance(x, Var) and x is y else None
    return made if made is not None and same_type(a.type, made.type) else None


@pattern(SUB)
def minus(s: Knowledge, a: Apply) -> Expr | None:
    x, y = a.args
    if number(y) == 0 and same_type(a.type, expr_type(x)):
        return unchanged(s, x)
    positive = negated(s, y) if never_wraps(a.type) else None
    if positive is not None:
        return make(ADD, x, positive)
    if number(x) == 0 and same_type(a.type, expr_type(y)) and not tells_zeros_apart(s, y):
        return make(operator.neg, y)
    inner = s.definition(x)
    if isinstance(y, Var) and inner is not None and inner.op.call is operator.neg and inner.args[0] is y:
        made = make(MUL, Const(-2), y)  # exactly
        return made if never_wraps(a.type, expr_type(y)) and same_type(a.type, made.type) else None
    return None


@pattern(operator.neg)
def double_negation(s: Knowledge, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is operator.neg and same_type(a.type, expr_type(inner.args[0])):
        return unchanged(s, inner.args[0])
    k = number(a.args[0])
    return Const(-k) if k is not None else None


@pattern(operator.pow, np.power)
def first_power(s: Knowledge, a: Apply) -> Expr | None:
    x, k = a.args[0], number(a.args[1])
    t = expr_type(x)
    if k == 1 and same_type(a.type, t):
        return unchanged(s, x)
    return None


@pattern(operator.pow, np.power)
def low_power(s: Knowledge, a: Apply) -> Expr | None:
    """The x ** 3 of a slope is x * x * x: ten times faster on arrays, two hundred times where items are negative."""
    x, k = a.args[0], number(a.args[1])
    if not s.derived or k not in (3, 4) or not isinstance(x, Var) or not dims_of(x.type) or x.type != a.type:
        return None
    square = make(MUL, x, x)
    return make(MUL, square, x) if k == 3 else make(np.square, square)


@pattern(MUL, ADD, SUB, DIV)
def broadcast_operand(s: Knowledge, a: Apply) -> Expr | None:
    """NumPy broadcasts by itself where the other operand has the full shape."""
    for i, arg in enumerate(a.args):
        inner = s.definition(arg)
        if inner is None or inner.op.call is not np.broadcast_to:
            continue
        source, other = inner.args[0], a.args[1 - i]
        shapes = [dims_of(expr_type(source)), dims_of(expr_type(other))]
        if None in shapes or dims_of(a.type) is None or dims_of(expr_type(arg)) != dims_of(a.type):
            continue
        if broadcast(shapes) == dims_of(a.type):
            args = (source, other) if i == 0 else (other, source)
            made = make(a.op, *args)
            if made.type == a.type:
                return made
    return None


@pattern(MUL, ADD, SUB, DIV)
def repeated_number(s: Knowledge, a: Apply) -> Expr | None:
    """A number spread over a shape, then reshaped or indexed, is that number where the other operand has the shape."""
    for i, arg in enumerate(a.args):
        number_, other = _repeated(s, arg), a.args[1 - i]
        if number_ is None or not dims_of(a.type) or dims_of(expr_type(other)) != dims_of(a.type):
            continue
        made = make(a.op, *((number_, other) if i == 0 else (other, number_)))
        if made.type == a.type:
            return made
    return None


def _repeated(s: Knowledge, expr: Expr) -> Expr | None:
    """The number that fills an array, if it was made by spreading one."""
    views = (np.broadcast_to, np.reshape, np.expand_dims, np.transpose, operator.getitem)
    spread = False
    while (inner := s.definition(expr)) is not None and inner.op.call in views:
        spread |= inner.op.call is np.broadcast_to
        expr = inner.args[0]
    return expr if spread and rank(expr_type(expr)) == 0 else None


@pattern(MUL, ADD, SUB, DIV)
def number_with_spread(s: Knowledge, a: Apply) -> Expr | None:
    """broadcast(g) * 2 is broadcast(g * 2): one product instead of many."""
    for i, arg in enumerate(a.args):
        inner = s.definition(arg)
        other = a.args[1 - i]
        if inner is None or inner.op.call is not np.broadcast_to or rank(expr_type(inner.args[0])) != 0:
            continue
        if rank(expr_type(other)) == 0 and dims_of(a.type) == dims_of(expr_type(arg)):
            args = (inner.args[0], other) if i == 0 else (other, inner.args[0])
            made = make(np.broadcast_to, make(a.op, *args), inner.args[1])
            return made if never_wraps(a.type) and made.type == a.type else None
    return None


@pattern(operator.neg)
def negated_spread(s: Knowledge, a: Apply) -> Expr | None:
    """-broadcast(g) is broadcast(-g): fewer numbers to negate."""
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is np.broadcast_to and never_wraps(a.type):
        return make(np.broadcast_to, make(operator.neg, inner.args[0]), inner.args[1])
    return None


@pattern(np.sum)
def sum_of_negation(s: Knowledge, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    is_negation = inner is not None and inner.op.call is operator.neg and never_wraps(expr_type(inner.args[0]))
    if inner is not None and is_negation and not s.users:  # the sum of 1.0 and -1.0 is 0.0 either way
        return make(operator.neg, replace(a, args=(inner.args[0], *a.args[1:])))
    return None


@pattern(np.sum)
def sum_of_products(s: Knowledge, a: Apply) -> Expr | None:
    """A cotangent that is the sum of the products of two arrays is their inner product."""
    inner = s.definition(a.args[0])
    if not s.derived or a.kwargs or len(a.args) != 1 or inner is None or inner.op.call is not MUL:
        return None
    kinds = [expr_type(x) for x in inner.args]
    is_real = all(isinstance(t, Array) and t.dtype == "float64" and t.dims and not t.none for t in kinds)
    inner_product = np.dot if len(dims_of(kinds[0]) or ()) == 1 else np.vdot
    return make(inner_product, *inner.args) if is_real and kinds[0] == kinds[1] == expr_type(a.args[0]) else None
