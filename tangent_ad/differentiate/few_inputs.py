"""Gradients that are taken forwards: of one or two numbers, through loops over numbers.

Before, in reverse mode:
    record = []
    for _ in range(n):
        record.append(x)
        x = c * x * (1.0 - x)
    x_bar, c_bar = 1.0, 0.0
    for x in reversed(record):
        t = x_bar * (1.0 - x)
        x_bar = t * c - x_bar * (c * x)
        c_bar += t * x

After, with a tangent for each input and no record:
    x_dot_x, x_dot_c = 1.0, 0.0
    for _ in range(n):
        t = c * x
        t_2 = 1.0 - x
        x_dot_c = (c * x_dot_c + x) * t_2 - t * x_dot_c
        x_dot_x = c * x_dot_x * t_2 - t * x_dot_x
        x = t * t_2
"""

from __future__ import annotations

import math
import operator

import numpy as np

from tangent_ad.analysis.activity import varied
from tangent_ad.ir.nodes import Apply, Const, Expr, For, Func, Let, Var, While
from tangent_ad.ir.ops import COPY_NAME
from tangent_ad.ir.types import Array, Number, Type
from tangent_ad.ir.walk import statements

MOST = 2  # inputs: with more, the tangents take longer than a record
# Their slopes are finite where they are. Zero times the infinite slope of np.sqrt at 0 is nan: a tangent of what does
# not depend on the inputs yet, which reverse mode leaves out.
SMOOTH = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos,
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.square,
    *(getattr(module, name) for name in ("sin", "cos", "exp", "tanh", "sinh", "cosh") for module in (math, np)),
    math.atan, np.arctan, float, abs, math.fabs, np.absolute, np.fabs, min, max, np.minimum, np.maximum,
}  # fmt: skip


def goes_forwards(func: Func, inputs: tuple[Var, ...]) -> bool:
    """Whether tangents cost less than a record: see above."""
    if not 0 < len(inputs) <= MOST:
        return False
    active = varied(func, set(inputs), {})
    if func.body.results[0] not in active or not all(_is_number(v.type) for v in active):
        return False
    stmts = list(statements(func.body))
    carries = any(p in active for s in stmts if isinstance(s, (For, While)) for p in s.params)
    return carries and all(_is_smooth(s.value) for s in stmts if isinstance(s, Let) and s.target in active)


def _is_number(t: Type) -> bool:
    """One float of Python, or of NumPy."""
    if isinstance(t, Number):
        return t.kind == "float" and not t.whole and not t.none
    return isinstance(t, Array) and t.dtype == "float64" and t.dims == () and t.boxed is False and not t.none


def _is_smooth(value: Expr) -> bool:
    if not isinstance(value, Apply):
        return True
    if value.op.call in (operator.pow, np.power):
        exponent = value.args[1]
        return isinstance(exponent, Const) and isinstance(exponent.value, int) and exponent.value > 0
    return not value.kwargs and (value.op is COPY_NAME or value.op.call in SMOOTH)
