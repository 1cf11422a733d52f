"""What NumPy has for the operations on numbers in a loop, and where the two differ."""

from __future__ import annotations

import math
import operator

import numpy as np

from tangent_ad.backend.linear import Names, is_int, linear
from tangent_ad.backend.space import EXACT, Stays
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.types import Array, Number, Type
from tangent_ad.rules.declare import RULES

OF_ARRAYS = {
    math.sin: np.sin, math.cos: np.cos, math.tan: np.tan, math.exp: np.exp, math.log: np.log, math.sqrt: np.sqrt,
    math.sinh: np.sinh, math.cosh: np.cosh, math.tanh: np.tanh, math.asin: np.arcsin, math.acos: np.arccos,
    math.atan: np.arctan, math.atan2: np.arctan2, math.hypot: np.hypot, math.fabs: np.abs, math.log1p: np.log1p,
    math.expm1: np.expm1, math.asinh: np.arcsinh, math.acosh: np.arccosh, math.atanh: np.arctanh, math.pow: np.power,
    math.log2: np.log2, math.log10: np.log10,
}  # fmt: skip
NEVER_RAISE = (math.tanh, math.atan, math.atan2, math.asinh, math.fabs)
# Python's floats raise where NumPy's give inf or nan: what raises like them, element by element.
RAISES = {operator.truediv: divmod, operator.pow: pow}
DTYPES: dict[str, str] = {"bool": "bool", "int": np.array(1).dtype.name, "float": "float64", "complex": "complex128"}
TOTAL = {operator.add, operator.sub, operator.mul, operator.neg, operator.lt, operator.le, operator.gt, operator.ge,
         operator.eq, operator.ne, np.shape, np.size, len}  # fmt: skip


def dtype_of(t: Type) -> str | None:
    if isinstance(t, Number):
        return DTYPES[t.kind]
    return t.dtype if isinstance(t, Array) else None


def dtype_of_values(target: Var) -> str:
    found = dtype_of(target.type)
    if found is None:
        raise Stays("a value that is not a number or array")
    return found


def acts_by_element(value: Apply) -> bool:
    rule = RULES.get(value.op)
    call = value.op.call
    if call in (operator.matmul, operator.is_, operator.is_not):
        return False
    if call in (abs, np.where) or (isinstance(call, np.ufunc) and call.nout == 1 and call.signature is None):
        return True
    return value.op.syntax in ("binary", "compare", "unary") or (rule is not None and rule.kind == "elementwise")


def of_arrays(value: Apply) -> object:
    """The function that does to arrays what this one does to numbers."""
    call = value.op.call
    if call in (max, min):
        if len(value.args) != 2 or sum(isinstance(a, Const) for a in value.args) != 1:
            raise Stays("max and min of two values: nan counts differently in arrays")
        # max(x, 0.0) is nan for nan, max(0.0, x) is 0.0: Python keeps the first unless the second is greater.
        first = isinstance(value.args[0], Const)
        return {max: (np.maximum, np.fmax), min: (np.minimum, np.fmin)}[call][first]
    if call is operator.not_:
        return np.logical_not
    module = getattr(call, "__module__", None)
    if module == "math" or call in OF_ARRAYS:
        if call not in OF_ARRAYS:
            raise Stays(f"{value.op.name} has no twin for arrays")
        return OF_ARRAYS[call]
    if call in (float, int, complex, bool, round):
        raise Stays(f"{value.op.name} of an array")
    return call


def raising(value: Apply, types: list[Type]) -> object | None:
    """What raises for the numbers for which the loop would, where NumPy does not."""
    call = value.op.call
    if call in OF_ARRAYS:
        return None if call in NEVER_RAISE else call
    divisor = value.args[1] if call is operator.truediv else None
    if not all(isinstance(t, Number) for t in types) or (isinstance(divisor, Const) and divisor.value != 0):
        return None
    return RAISES.get(call)


def check_integers(value: Apply, names: Names) -> None:
    """Python's integers do not overflow, those of arrays do; and its quotients are exact for any of them."""
    if not all(is_int(a) for a in value.args) or value.op.syntax == "compare":
        return
    if value.op.call is operator.truediv and all(is_exact(a, names) for a in value.args):
        return
    divisor = value.args[-1]
    sound = value.op.call in (operator.mod, operator.floordiv, operator.truediv)
    if not (sound and isinstance(divisor, Const) and divisor.value > 0):
        raise Stays("integer arithmetic that may overflow")


def is_exact(expr: Expr, names: Names) -> bool:
    """Whether an integer is one that doubles hold."""
    form = linear(expr)
    most = None if form is None else names.largest(form)
    return most is not None and most <= EXACT
