"""Python's built-in functions, where they are more than an operation with a rule."""

from __future__ import annotations

import abc
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.analysis.sizes import at_least
from tangent_ad.errors import Refused
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.heap_state import is_mutable
from tangent_ad.frontend.kinds import check_text
from tangent_ad.frontend.lowering import Bound, Choice, Closure, Lowering, as_array
from tangent_ad.frontend.protocols import is_instance
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE, RAISE
from tangent_ad.ir.types import (
    Array,
    Dict,
    List,
    Mixed,
    Number,
    Opaque,
    Range,
    Seq,
    Type,
    Unknown,
    alternatives,
    dims_of,
    is_complex,
    may_be_none,
    perhaps_whole,
    rank,
)
from tangent_ad.ir.words import mixed
from tangent_ad.rules.declare import (
    constant,
    hold,
    holds_numbers,
    is_array,
    is_integral,
    is_known,
    is_unused,
    may_be_empty,
    op_of,
    refuse,
    release,
    static_length,
    unrolled,
)
from tangent_ad.runtime.helpers import zeros_like

Handler = Callable[[Lowering, Any, list[Atom], dict[str, Atom]], Atom]
BUILTINS: dict[Any, Handler] = {}


def builtin(*functions: Any) -> Callable[[Handler], Handler]:
    def declare(handler: Handler) -> Handler:
        for function in functions:
            BUILTINS[function] = handler
        return handler

    return declare


def _total(items: Any, start: Any) -> Any:
    """`sum`, as the compiler reads it."""
    for item in items:
        start = start + item
    return start


@builtin(sum)
def lower_sum(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    start = args[1] if len(args) > 1 else kwargs.get("start", Const(0))
    t = low.type(args[0])
    if isinstance(t, Seq):
        total = start
        for i in range(len(t.items)):
            item = low.builder.item(args[0], i)
            another = len(t.items) > 1 or not is_mutable(low.type(item))  # 0 + x is not x, which a write would tell
            another = another and not is_instance(low.type(item))  # which has its own __radd__
            another = another and class_of(low.type(item)) not in (bool, np.bool_)  # 0 + True is an int
            first = isinstance(total, Const) and total == Const(0) and another
            total = item if first else low.binary(node, operator.add, total, item)
        return total
    return low.run_template(_total, args[0], start)


def evaluated(low: Lowering, node: Any, what: str, function: Any, *values: Any, **named: Any) -> Const | None:
    """What a function of Python gives for values that are known; None where it fails, and a try around it sees to that.
    """
    try:
        return Const(function(*values, **named))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        kind, reason = type(error), str(error)
    low.may_raise(kind, what, lambda: Const(True))
    if not low.catches(kind):
        low.refuse(node, f"{what} fails here, in Python, too: {reason}", "leave it out, or give it what it can read")
    return None


@builtin(float)
def lower_float(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) == 1 and isinstance(args[0], Const) and isinstance(args[0].value, (str, int, float)):
        known = evaluated(low, node, "float", float, args[0].value)
        return Const(0.0) if known is None else known
    for arg in args:
        check_text(low, node, "float", arg)
    return low.builder.call(float, *args)


def _sequence(cls: type, pack: Any) -> Handler:
    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        if not args:
            return low.builder.apply(pack, ())
        t = low.type(args[0])
        if isinstance(t, Seq):
            return low.builder.apply(pack, [low.builder.item(args[0], i) for i in range(len(t.items))])
        if isinstance(t, Dict):
            return low.builder.apply(pack, [Const(k) for k, _ in t.entries])
        if isinstance(t, (List, Range)) and cls is list:
            return low.builder.apply(op_of(list, fresh=False), args)
        if isinstance(t, Array) and t.dims != () and cls is list:
            return low.run_template(_items, args[0])
        if cls is tuple and isinstance(t, (List, Range, Array)):
            low.refuse(node, f"a tuple of {describe(t)} has a length that is not known when the derivative is built",
                       "make a list of it, list(...), or unpack it: a, b = values",
                       parted=low.heap.length_lines(args[0]))  # fmt: skip
        low.refuse(node, f"{cls.__name__}() of {describe(t)} is not followed",
                   "write its items as a list; of a set sorted(...) makes one")  # fmt: skip

    return handler


def _items(values: Any) -> Any:
    return [value for value in values]


BUILTINS[list] = _sequence(list, PACK_LIST)
BUILTINS[tuple] = _sequence(tuple, PACK_TUPLE)


@builtin(divmod, np.divmod)
def lower_divmod(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    parts = [low.builder.apply(op_of(f), args) for f in (operator.floordiv, operator.mod)]
    return low.builder.apply(PACK_TUPLE, parts)


@builtin(pow)
def lower_pow(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    args = args + [kwargs.pop(k) for k in ("base", "exp")[len(args) :] if k in kwargs]
    if len(args) != 2 or kwargs:
        low.refuse(node, "pow with a modulus is not differentiated",
                   "call it before, and pass the result as an argument")  # fmt: skip
    return low.builder.apply(op_of(operator.pow), args)


constant(isinstance)
ASKED = (type.__instancecheck__, abc.ABCMeta.__instancecheck__)
# What the compiler's own objects are to the program.
STANDS_FOR: dict[type, type] = {
    Closure: types.FunctionType, Choice: types.FunctionType, Bound: types.BuiltinMethodType,
}  # fmt: skip


@builtin(isinstance)
def lower_isinstance(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t, made = low.type(args[0]), low.builder.definition(args[1])
    options = made.args if made is not None and made.op is PACK_TUPLE else args[1:]
    classes = tuple(c.value for c in options if isinstance(c, Const))
    known = len(classes) == len(options)
    for cls in classes:
        if isinstance(cls, (bool, int, float, str)):
            low.refuse(node, f"isinstance asks for classes, and {cls!r} is none", "name a class: isinstance(x, int), "
                       "isinstance(x, np.ndarray)")  # fmt: skip
        asks = getattr(type(cls), "__instancecheck__", None)
        if isinstance(cls, type) and asks not in ASKED and type(cls).__module__ != "typing":
            low.refuse(node, f"{cls.__name__} decides what its instances are: __instancecheck__ of its metaclass",
                       "test for the classes themselves, or for an attribute with hasattr")  # fmt: skip
    if known and isinstance(args[0], Const):
        own = STANDS_FOR.get(type(args[0].value))
        return Const(isinstance(args[0].value, classes) if own is None else issubclass(own, classes))
    if isinstance(t, Unknown) or not known:
        low.refuse(node, "isinstance of a value whose type is not known cannot be decided",
                   "give the types (annotations, or --arg)")  # fmt: skip
    try:
        answers = {issubclass(one, classes) for one in may_be(low, args[0], t)}
    except TypeError:
        low.refuse(node, "isinstance of a protocol that has attributes is not followed",
                   "test for the attributes, with hasattr")  # fmt: skip
    if len(answers) == 1:
        return Const(answers.pop())
    if isinstance(t, Mixed):
        low.refuse(node, *mixed(t))
    by_path = isinstance(t, Array) and t.either is not None and classes == (np.ndarray,)
    if not by_path and not set(classes) <= {bool, int, float, complex}:
        low.refuse(node, "this may be a number of Python or of NumPy, depending on the path",
                   "test for (int, float), or make it a float on every path")  # fmt: skip
    return low.builder.call(isinstance, args[0], low.builder.apply(PACK_TUPLE, list(map(Const, classes))))


@builtin(np.issubdtype)
def lower_issubdtype(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    if len(args) != 2 or not all(isinstance(a, Const) for a in args):
        low.refuse(node, "np.issubdtype of a kind that is not known", "give the types (annotations, or --arg)")
    return Const(np.issubdtype(*(a.value for a in args if isinstance(a, Const))))


@builtin(np.isscalar)
def lower_isscalar(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(args[0])
    boxed = t.boxed if isinstance(t, Array) and t.dims == () else None
    if isinstance(t, (Unknown, Mixed)) or (isinstance(t, Array) and boxed is None and t.dims in (None, ())):
        low.refuse(node, "whether this is a number, or an array without dimensions, is not known",
                   "test np.ndim(v) == 0; or give the types (annotations, or --arg)")  # fmt: skip
    return Const(isinstance(t, Number) or boxed is False or (isinstance(t, Opaque) and t.cls in (str, bytes)))


def may_be(low: Lowering, value: Atom, t: Type) -> set[type]:
    """The classes that a value may have; a number that paths or turns leave may be of a narrower kind than its type."""
    kinds = t.types if isinstance(t, Mixed) else alternatives(t)
    found = set(map(class_of, kinds)) | ({type(None)} if may_be_none(t) else set())
    if isinstance(t, Array) and t.dims == () and t.boxed is None:
        found.add(np.ndarray)
    is_scalar = isinstance(t, Number) or (isinstance(t, Array) and t.dims == () and not t.boxed)
    made = low.builder.definition(value)
    if is_scalar and (made is None or made.op.call in (min, max) or perhaps_whole(t)) and value not in low.params:
        widest = np.dtype(t.dtype if isinstance(t, Array) else class_of(t))
        found |= {k for k in (bool, int, float, complex) if np.can_cast(np.dtype(k), widest)}
    return found


def class_of(t: Type) -> type:
    if isinstance(t, Number):
        return {"bool": bool, "int": int, "float": float, "complex": complex}[t.kind]
    if isinstance(t, Array):
        return np.dtype(t.dtype).type if t.dims == () and not t.boxed else np.ndarray
    if isinstance(t, (Seq, Opaque)):
        return t.cls
    if isinstance(t, Range):
        return range
    return list if isinstance(t, List) else t.cls if isinstance(t, Dict) else object


@builtin(unrolled)
def lower_unrolled(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return low.unrolled(args[0])


@builtin(is_array)
def lower_is_array(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(isinstance(low.type(args[0]), (Array, Number)))


@builtin(is_integral)
def lower_is_integral(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(args[0])
    return Const(isinstance(t, Array) and np.dtype(t.dtype).kind in "biu")


@builtin(is_unused)
def lower_is_unused(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    made = low.builder.definition(args[0])
    zeros = made is not None and made.op.call in (np.zeros_like, zeros_like)
    return Const(zeros or (isinstance(args[0], Const) and args[0].value in (None, 0)))


@builtin(may_be_empty)
def lower_may_be_empty(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(not all(at_least(n, 1) for n in dims_of(low.type(args[0])) or ()))


@builtin(is_known)
def lower_is_known(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(all(isinstance(a, Const) for a in args))


@builtin(static_length)
def lower_static_length(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(args[0])
    return Const(len(t.items) if isinstance(t, Seq) else None)


@builtin(hold)
def lower_hold(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    ref = low.heap.ref(args[0])
    if ref is not None:
        any_change = bool(ref.steps) or are_numbers(low.type(args[0]))
        low.heap.held.append((ref.object, low.builder.origin, any_change))
    return Const(None)


@builtin(release)
def lower_release(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    ref = low.heap.ref(args[0])
    known = [i for i, (obj, _, _) in enumerate(low.heap.held) if ref is not None and obj is ref.object]
    if known:
        del low.heap.held[known[-1]]
    return Const(None)


@builtin(holds_numbers)
def lower_holds_numbers(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(are_numbers(low.type(args[0])))


def are_numbers(t: Type) -> bool:
    return rank(t) == 1 if isinstance(t, Array) else isinstance(t, (List, Seq)) and not any(map(is_mutable, kinds(t)))


def kinds(t: List | Seq) -> tuple[Type, ...]:
    return t.items if isinstance(t, Seq) else (t.item,)


@builtin(refuse)
def lower_refuse(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    reason, remedy = (a.value for a in args if isinstance(a, Const))
    if not low.undecided:
        raise Refused(low.origin(node), reason, remedy)  # the rule means its caller, not itself
    error = low.builder.apply(op_of(NotImplementedError), (Const(f"{reason}; {remedy}"),))
    low.builder.effect(RAISE, (error,))
    return Const(None)


@builtin(np.iscomplexobj)
def lower_iscomplexobj(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(args[0])
    return low.builder.call(np.iscomplexobj, *args) if isinstance(t, Unknown) else Const(is_complex(t))


@builtin(np.where)
def lower_where(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """With a condition alone it tells where that holds."""
    if len(args) == 1 and not kwargs:
        return low.builder.call(np.nonzero, *args)
    if len(args) != 3 or kwargs:
        low.refuse(node, "np.where takes a condition, or a condition and two values", "pass it three arguments")
    return low.builder.apply(op_of(np.where), [as_array(low, a) for a in args])


@builtin(np.sign)
def lower_sign(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Constant for real numbers; of a complex one it is the phase, which is not."""
    if any(is_complex(low.type(a)) for a in args):
        low.refuse(node, "np.sign of a complex value has no derivative rule", "write z / np.abs(z)")
    return low.builder.apply(op_of(np.sign), args, tuple(kwargs.items()))
