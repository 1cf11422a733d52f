"""Expressions: names, literals, operators, indexing, attributes, short-circuit logic."""

from __future__ import annotations

import enum
import functools
import logging
import operator
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis.sampling import expr_type, has_own_operators
from tangent_ad.frontend import dict_views
from tangent_ad.frontend.builtin_calls import evaluated
from tangent_ad.frontend.describe import describe, symbol, written
from tangent_ad.frontend.effects import Said, text
from tangent_ad.frontend.grids import MAKERS, made_array
from tangent_ad.frontend.indexing import (
    INDEX_MAKERS,
    as_place,
    bound_of_slice,
    index_expression,
    index_value,
    made_by,
)  # fmt: skip
from tangent_ad.frontend.kinds import check_own
from tangent_ad.frontend.lowering import EXPRESSIONS, Bound, Closure, Lowering, as_array
from tangent_ad.frontend.mutators import ARRAY_METHODS, flat_view
from tangent_ad.frontend.objects import (
    Method,
    Super,
    class_of_instance,
    find,
    is_library,
    read_attribute,
    special_method,
    super_attribute,
)
from tangent_ad.frontend.operators import COMPARE, OPERATORS, UNARY, dunder
from tangent_ad.frontend.parting import Told, lower_told
from tangent_ad.frontend.protocols import by_operand, check_equality, contains, is_instance, item_method
from tangent_ad.frontend.sharing import REPEATED
from tangent_ad.frontend.statements import branch, closure
from tangent_ad.frontend.unknown_calls import (
    is_interface,
    is_other_array,
    known_words,
    passed_plain,
    plain_array,
    words_for,
)
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, If, Var
from tangent_ad.ir.ops import CONTAINS, FORMAT, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE, SLICE
from tangent_ad.ir.types import (
    Array,
    Bottom,
    Dict,
    Fields,
    List,
    Mixed,
    Number,
    Opaque,
    Range,
    Seq,
    Type,
    Unknown,
    is_differentiable,
    may_be_none,
    rank,
)  # fmt: skip
from tangent_ad.rules.declare import ATTRIBUTES, METHODS, op_of

ARITHMETIC = [f"__{side}{dunder(call)}__" for call, *_ in OPERATORS.values() for side in ("", "r")]
ARITHMETIC += ["__neg__", "__pos__", "__invert__"]
CACHED = type(functools.lru_cache(lambda: None))


def lower_binop(low: Lowering, node: gast.BinOp) -> Atom:
    left, right = low.expression(node.left), low.expression(node.right)
    low.builder.origin = low.origin(node)
    return binary(low, node, OPERATORS[type(node.op)][0], left, right)


def binary(low: Lowering, node: Any, call: Any, left: Atom, right: Atom) -> Atom:
    made = by_operand(low, node, left, right, f"__{dunder(call)}__", f"__r{dunder(call)}__")
    if made is not None:
        return made
    left, right = as_number(left), as_number(right)
    kinds = (low.type(left), low.type(right))
    if any(map(is_instance, kinds)):
        low.refuse(node, f"{describe(kinds[0])} {symbol(call)} {describe(kinds[1])} is not followed",
                   f"define __{dunder(call)}__, or write it with the attributes")  # fmt: skip
    if all(isinstance(t, Dict) and t.cls is dict for t in kinds) and call is operator.or_:
        return merged(low, left, right)
    if isinstance(kinds[0], Opaque) and kinds[0].cls is str:
        known = isinstance(left, Const) and isinstance(right, Const)
        return low.builder.apply(op_of(call), (left, right)) if known else text(low, op_of(call), [left, right], {})
    if any(isinstance(t, (Seq, List, Dict)) for t in kinds) and not any(isinstance(t, (Array, Unknown)) for t in kinds):
        return sequence_operator(low, node, call, left, right)
    for atom, t in zip((left, right), kinds, strict=True):
        if isinstance(t, Opaque) and t.cls is not str:
            what, remedy = describe(t), "use numbers and arrays: float(v), np.asarray(v)"
            if t.cls is type(None):
                remedy = "give it a number on every path"
            elif isinstance(atom, Const) and (callable(atom.value) or isinstance(atom.value, (Bound, Closure, Method))):
                what, remedy = "a function", "call it: f(x), x.sum()"
            elif isinstance(atom, Const) and is_other_array(atom.value):
                remedy = plain_array(atom.value, atom.name or "m")
            elif is_other_array(t.cls):
                remedy = passed_plain(t.cls, written(node.left if atom is left else node.right))
            elif issubclass(t.cls, (set, frozenset)):
                remedy = "for s | t write np.union1d(sorted(s), sorted(t)); else pass sorted(s & t) as an argument"
            low.refuse(node, f"{symbol(call)} of {what} is not differentiated", remedy)
    if any(isinstance(t, Array) for t in kinds):
        if call is operator.mul and any(map(is_whole_scalar, kinds)) and any(isinstance(t, (Seq, List)) for t in kinds):
            low.refuse(node, "an int of NumPy's times a list repeats the list, an array of one int multiplies it; "
                       "which one this is is not known",
                       "write values * int(n) to repeat, np.asarray(values) * n for a product")  # fmt: skip
        left, right = as_array(low, left), as_array(low, right)
    elif not low.pinned and any(isinstance(t, (Seq, List)) and is_differentiable(t) for t in kinds):
        if call in (operator.add, operator.mul):
            low.refuse(node, f"whether {symbol(call)} is of arrays here, or of lists, is not known",
                       "write np.asarray(values) for the list, if it is of arrays")  # fmt: skip
        left, right = as_array(low, left), as_array(low, right)
    return low.builder.apply(op_of(call), (left, right))


def is_whole_scalar(t: Type) -> bool:
    return isinstance(t, Array) and t.dims == () and np.dtype(t.dtype).kind in "iu"


def as_number(value: Atom) -> Atom:
    """A member of an `IntEnum` is an int where it is computed with, unless its class has operators of its own."""
    member = value.value if isinstance(value, Const) else None
    if not (isinstance(member, enum.Enum) and isinstance(member, (int, float))):
        return value
    base: Any = int if isinstance(member, int) else float
    own = any(find(type(member), n)[0] is not find(base, n)[0] for n in ARITHMETIC)
    return value if own else Const(base.__pos__(member))


def merged(low: Lowering, left: Atom, right: Atom) -> Atom:
    """`left | right` of two dicts."""
    entries = {k: low.builder.item(d, k) for d in (left, right) for k, _ in low.type(d).entries}  # type: ignore[attr-defined]
    return low.builder.apply(PACK_DICT, (Const(Fields(entries)), *entries.values()))


def _joined(items: Any, more: Any) -> Any:
    result: Any = []
    for item in items:
        result.append(item)
    for item in more:
        result.append(item)
    return result


def _repeated(items: Any, n: Any) -> Any:
    result: Any = []
    for _ in range(n):
        for item in items:
            result.append(item)
    return result


def sequence_operator(low: Lowering, node: Any, call: Any, left: Atom, right: Atom) -> Atom:
    if call is operator.mul and isinstance(low.type(right), (Seq, List)):
        left, right = right, left
    a, b = low.type(left), low.type(right)
    if call is operator.add and isinstance(a, Seq) and isinstance(b, Seq) and a.cls is b.cls:
        items = [low.builder.item(v, i) for v, t in ((left, a), (right, b)) for i in range(len(t.items))]
        return low.builder.apply(PACK_TUPLE if a.cls is tuple else PACK_LIST, items)
    if call is operator.mul and isinstance(a, Seq) and isinstance(right, Const) and isinstance(right.value, int):
        items = [low.builder.item(left, i) for _ in range(right.value) for i in range(len(a.items))]
        return low.builder.apply(PACK_TUPLE if a.cls is tuple else PACK_LIST, items)
    lists = [isinstance(t, List) or (isinstance(t, Seq) and t.cls is list) for t in (a, b)]
    if call is operator.add and all(lists):
        return low.run_python(_joined, left, right)
    if call is operator.mul and lists[0] and isinstance(b, Number) and b.kind == "int":
        made = low.run_python(_repeated, left, right)
        ref = low.heap.ref(made)
        if ref is not None and ref.object in low.heap.state.repeats:
            low.heap.state.repeats[ref.object] = low.heap.link(REPEATED)
        return made
    recursive = isinstance(a, Bottom) or isinstance(b, Bottom)
    low.refuse(node, f"{describe(a)} {symbol(call)} {describe(b)} is not followed",
               "pass a list along, and append to it" if recursive else
               "build a list item by item, in a comprehension or with append; or an array: np.array(...)")  # fmt: skip


def lower_unary(low: Lowering, node: gast.UnaryOp) -> Atom:
    operand = as_number(low.expression(node.operand))
    names = {gast.USub: "__neg__", gast.UAdd: "__pos__", gast.Invert: "__invert__"}
    if isinstance(node.op, gast.Not):
        return low.builder.apply(op_of(operator.not_), (low.truth(operand),))
    method = special_method(low, operand, names[type(node.op)])
    if method is not None:
        return low.call(node, method, [], {})
    if is_instance(t := low.type(operand)):
        low.refuse(node, f"{describe(t)} has no {names[type(node.op)]}", "define it, or write it with its attributes")
    return low.builder.apply(op_of(UNARY[type(node.op)]), (operand,))


def lower_compare(low: Lowering, node: gast.Compare) -> Atom:
    """a < b < c is a < b and b < c, with b evaluated once."""
    left = low.expression(node.left)

    def rest(left: Atom, i: int) -> Atom:
        right = low.expression(node.comparators[i])
        verdict = compare(low, node.ops[i], left, right)
        if i + 1 == len(node.ops):
            return verdict
        return choose(low, verdict, lambda: rest(right, i + 1), lambda: verdict)

    return rest(left, 0)


def compare(low: Lowering, op: Any, left: Atom, right: Atom) -> Atom:
    if isinstance(op, (gast.In, gast.NotIn)):
        said = contains(low, left, right)
        if said is not None:
            return said if isinstance(op, gast.In) else low.builder.apply(op_of(operator.not_), (said,))
        if right in low.views and low.views[right].name == "keys":
            right = low.views[right].base
        right = low.plain_tuple(right)
        check_equality(low, left, right)
        if isinstance(left, Const) and isinstance(right, Const):
            return Const((left.value in right.value) == isinstance(op, gast.In))
        listed = low.builder.definition(right)
        if isinstance(left, Const) and isinstance(left.value, (type, np.dtype)) and listed is not None and (
            listed.op in (PACK_TUPLE, PACK_LIST) and all(isinstance(c, Const) for c in listed.args)
        ):
            kinds = [c.value for c in listed.args if isinstance(c, Const)]
            return Const((left.value in kinds) == isinstance(op, gast.In))
        t = low.type(right)
        if isinstance(left, Const) and isinstance(t, Dict):
            return Const((left.value in [k for k, _ in t.entries]) == isinstance(op, gast.In))
        if isinstance(right, Const) and isinstance(right.value, frozenset):
            right = Const(tuple(sorted(right.value, key=repr)))
        found = low.builder.apply(CONTAINS, (left, right))
        return found if isinstance(op, gast.In) else low.builder.apply(op_of(operator.not_), (found,))
    call = COMPARE[type(op)]
    same = dict_views.is_equal(low, None, call, left, right)
    if same is not None:
        return same
    if any(isinstance(v, Const) and isinstance(v.value, (Method, Bound)) for v in (left, right)):
        low.refuse(None, "methods are compared",
                   "compare the objects themselves, with is: c is d for c.total == d.total")  # fmt: skip
    mirrored = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
    if call.__name__ in mirrored:
        made = by_operand(low, None, left, right, f"__{call.__name__}__", f"__{mirrored[call.__name__]}__")
        if made is not None:
            return made
        check_equality(low, left, right)
    elif (known := is_one_object(low, left, right)) is not None:
        return Const(known == (call is operator.is_))
    return low.builder.apply(op_of(call), (left, right))


def is_one_object(low: Lowering, a: Atom, b: Atom) -> bool | None:
    """`a is b` for numbers and arrays, None where it is asked at run time.

    Two numbers of one value need not be one object, nor need two views: the derivative may have one for both.
    """
    if a is b and isinstance(a, Var):
        return True
    kinds = low.type(a), low.type(b)
    numbers = [isinstance(t, Number) for t in kinds]
    if not all(isinstance(t, (Number, Array)) for t in kinds) or all(map(may_be_none, kinds)):
        return None
    if any(isinstance(v, Const) and type(v.value) is bool for v in (a, b)) and all(numbers):
        return None
    if numbers[0] is not numbers[1]:
        return False
    scalars = all(rank(t) == 0 for t in kinds)
    views = any(ref.steps for ref in map(low.heap.ref, (a, b)) if ref is not None)
    if scalars or (views and low.heap.may_share(a, b)):
        what, equal = ("numbers", "==") if scalars else ("views of one array", "np.array_equal(a, b)")
        made = "number" if scalars else "view"
        low.refuse(None, f"whether two {what} are one object is not known",
                   f"write False where each is made anew, as a[i] makes a new {made} whenever it is read; or keep "
                   f"a number that says which one it is; whether they are equal, {equal}, is another question")
    return None


def choose(low: Lowering, test: Atom, then: Callable[[], Atom], orelse: Callable[[], Atom]) -> Atom:
    """A conditional value: `then() if test else orelse()`."""
    test = low.truth(test)
    if isinstance(test, Const):
        return then() if test.value else orelse()
    name = "<t>"
    saved = low.env.pop(name, None)

    def arm(make: Callable[[], Atom]) -> Callable[[], None]:
        def run() -> None:
            low.env[name] = make()

        return run

    first = len(low.builder.stmts)
    branch(low, test, arm(then), arm(orelse))
    for i, statement in enumerate(low.builder.stmts[first:], first):
        if isinstance(statement, If):
            low.builder.stmts[i] = replace(statement, inline=True)
    value = low.env.pop(name)
    if saved is not None:
        low.env[name] = saved
    return value


def lower_bool(low: Lowering, node: gast.BoolOp) -> Atom:
    def rest(i: int) -> Atom:
        value = low.expression(node.values[i])
        if i + 1 == len(node.values):
            return value
        if isinstance(node.op, gast.And):
            return choose(low, value, lambda: rest(i + 1), lambda: value)
        return choose(low, value, lambda: value, lambda: rest(i + 1))

    return rest(0)


def lower_ifexp(low: Lowering, node: gast.IfExp) -> Atom:
    test = low.expression(node.test)
    return choose(low, test, lambda: low.expression(node.body), lambda: low.expression(node.orelse))


def lower_subscript(low: Lowering, node: gast.Subscript) -> Atom:
    base = low.expression(node.value)
    index = index_expression(low, node.slice)
    if isinstance(base, Const) and any(base.value is maker for maker in INDEX_MAKERS):
        return made_by(low, node, base, index)
    if isinstance(base, Const) and any(base.value is maker for maker in MAKERS):
        return made_array(low, node, base, index)
    method = item_method(low, node, base, "__getitem__")
    if method is not None:
        return low.call(node, method, [index_value(low, index)], {})
    return indexed(low, node, base, index)


def indexed(low: Lowering, node: Any, base: Atom, index: Expr) -> Atom:
    """`base[index]` for what is no instance of a class with `__getitem__`."""
    base = low.plain_tuple(base, ())
    t = low.type(base)
    known = isinstance(t, (Array, Seq, List, Dict, Range, Unknown, Bottom, Mixed)) or (
        isinstance(t, Opaque) and issubclass(t.cls, str)
    )
    if isinstance(t, Dict) and isinstance(index, Const) and t.get(index.value) is None:
        if low.catches(KeyError):  # the handler runs
            low.may_raise(KeyError, "a missing key", lambda: Const(True))
            return Const(0.0)
        keys = ", ".join(repr(k) for k, _ in t.entries) or "none"
        low.refuse(node, f"{describe(t)} has no {index.value!r} here", f"use what it has: {keys}; a key that may be "
                         "missing is read by d.get(key, default), after if key in d, or in a try that catches "
                         "KeyError")  # fmt: skip
    number = isinstance(t, Array) and t.dims == () and isinstance(expr_type(index), (Number, Opaque))
    if not known or (number and index not in (Const(None), Const(Ellipsis))):
        if isinstance(t, Opaque) and is_other_array(t.cls) and not isinstance(base, Const):
            low.refuse(node, f"{describe(t)} is no plain array", passed_plain(t.cls, base.hint))
        special = known_words(base.value if isinstance(base, Const) else getattr(t, "cls", None))
        low.refuse(node, *special or (f"{describe(t)} cannot be indexed", "index arrays, lists, tuples and dicts"))
    index = as_place(low, t, index)
    if isinstance(t, Seq) and isinstance(index, Apply) and index.op is SLICE:
        return sliced_sequence(low, node, base, t, index)
    low.builder.origin = low.origin(node)
    return low.builder.apply(GETITEM, (base, index))


def sliced_sequence(low: Lowering, node: Any, base: Atom, t: Seq, index: Apply) -> Atom:
    if not all(isinstance(a, Const) for a in index.args):
        if t.cls is list:
            return low.builder.apply(GETITEM, (base, index))
        low.refuse(node, "a tuple is sliced at bounds that are found at run time", "make it a list, or an array")
    if index.args[2] == Const(0):
        low.refuse(node, "a slice has a step of 0", "leave the step out")
    chosen = range(len(t.items))[slice(*(a.value for a in index.args if isinstance(a, Const)))]
    items = [low.builder.item(base, i) for i in chosen]
    return low.builder.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, items)




def lower_attribute(low: Lowering, node: gast.Attribute) -> Atom:
    base = low.expression(node.value)
    low.builder.origin = low.origin(node)
    return attribute(low, node, base, node.attr)


def attribute(low: Lowering, node: Any, base: Atom, name: str) -> Atom:
    """`base.name`."""
    if isinstance(base, Const) and isinstance(base.value, Super):
        return super_attribute(low, node, base.value, name)
    if isinstance(base, Const) and isinstance(base.value, logging.Logger):
        return Const(Said(base, name))
    cls = class_of_instance(low, base)
    if cls is not None:
        return read_attribute(low, node, base, cls, name)
    if low.type(base) == Opaque(slice):
        return bound_of_slice(low, node, base, name)
    own = isinstance(base, Const) and has_own_operators(base.value)
    if isinstance(base, Const) and (own or not isinstance(base.value, (np.ndarray, np.generic, int, float, complex))):
        return constant_attribute(low, node, base, name)
    t = low.type(base)
    made = low.builder.definition(low.heap.now(base)) if isinstance(t, (Seq, Unknown)) else None
    if made is not None and name in (fields := RESULT_FIELDS.get(made.op.call, ())):
        return low.builder.item(base, fields.index(name))
    if isinstance(t, (Array, Unknown, Number, Bottom)):
        if name == "dtype" and isinstance(t, Array):
            if t.whole:
                low.refuse(node, "whether the items of this array are all ints is not known: NumPy makes an array "
                           "of ints then",
                           "write floats where the items are made, 0.0 for 0, float(v); or make the array with "
                           "dtype=float")  # fmt: skip
            return Const(np.dtype(t.dtype))
        if name in ATTRIBUTES:
            op = ATTRIBUTES[name]
            return low.builder.apply(op, (base,))
        if name == "flat":
            return flat_view(low, base)
        if name in METHODS or (name in ARRAY_METHODS and not isinstance(t, Number)):
            return Const(Bound(base, name))
        if isinstance(t, (Unknown, Bottom)):
            made = low.builder.definition(low.heap.now(base))
            if made is not None and made.op is GETITEM and low.type(made.args[0]) == Seq(list, ()):
                low.refuse(node, f"{name!r} is asked of an item of a list that is empty at first: what it will hold is "
                                 "not known here",
                           "put the first item in where the list is made, items = [first], if it is filled in a loop; "
                           "in a method that calls itself keep what hangs together like a tree as lists of "
                           "numbers, with one index for each node: parent[i], or left[i] and right[i], or "
                           "first_child[i] and next_sibling[i], -1 for none")  # fmt: skip
            low.refuse(node, f"what kind of value {name!r} is asked of is not known here",
                       "give its type, if it is an argument (an annotation, or --arg); else compute it before, and "
                       "pass it as an argument")  # fmt: skip
        low.refuse(node, f"the attribute or method {name!r} of {describe(t)} has no derivative rule",
                   "write it with those that `tangent-ad rules` lists")  # fmt: skip
    if isinstance(t, (List, Seq)) and not hasattr(list if isinstance(t, List) else t.cls, name):
        low.refuse(node, f"{describe(t)} has no {name!r} that is known here",
                   "index it, or copy its items: a, b = pair, a.copy(); a result with names is taken apart where it is "
                   "made: sign, logdet = np.linalg.slogdet(a)")  # fmt: skip
    if isinstance(t, (Dict, List, Seq)) or (isinstance(t, Opaque) and t.cls is str):
        return Const(Bound(base, name))
    if isinstance(t, Opaque) and is_other_array(t.cls):
        low.refuse(node, f"{describe(t)} is no plain array: it is not followed",
                   passed_plain(t.cls, written(node.value)))  # fmt: skip
    if isinstance(t, Opaque) and not is_library(module_of(t.cls)):
        low.refuse(node, f"{describe(t)} found by a condition, or by a key or an index that is found at run time: its "
                         f"attribute {name!r} is not known",
                   "find it by literal keys, or in a loop over what holds it, for i, item in enumerate(items): if i == "
                   "k: ...; or make it a dataclass that declares its fields, without an __init__ of its own, if it is "
                   f"not written into; or pass {name} as an argument")  # fmt: skip
    low.refuse(node, f"the attribute {name!r} of {describe(t)} is not known here",
               "read it before, and pass the value as an argument of its own")  # fmt: skip


# What NumPy calls the parts of results that are tuples to the compiler.
RESULT_FIELDS: dict[Any, tuple[str, ...]] = {
    np.linalg.slogdet: ("sign", "logabsdet"), np.linalg.eigh: ("eigenvalues", "eigenvectors"),
    np.linalg.eig: ("eigenvalues", "eigenvectors"), np.linalg.qr: ("Q", "R"), np.linalg.svd: ("U", "S", "Vh"),
}  # fmt: skip
OF_A_DTYPE = ("kind", "name", "itemsize", "char", "str", "num", "type")


def constant_attribute(low: Lowering, node: Any, base: Const, attr: str) -> Atom:
    name = f"{base.name}.{attr}" if base.name else attr
    if isinstance(base.value, (types.ModuleType, type)):
        if not hasattr(base.value, attr):
            low.refuse(node, f"{base.name or base.value.__name__} has no {attr!r}", "check the spelling")
        value = getattr(base.value, attr)
        if isinstance(base.value, types.ModuleType) and not is_library(base.value.__name__):
            holder = types.FunctionType((lambda: None).__code__, vars(base.value))
            low.captured(holder, "global", attr, value)
        elif isinstance(base.value, type) and not is_library(module_of(base.value)):
            low.captured(base.value, "attribute", attr, value)
        return Const(value, name)
    if isinstance(base.value, types.FunctionType):
        if not hasattr(base.value, attr):
            low.refuse(node, f"the function {base.name} has no attribute {attr!r}", "set it where the function is made")
        return low.captured(base.value, "attribute", attr, getattr(base.value, attr))
    if isinstance(base.value, CACHED) and attr == "__wrapped__":
        return low.captured(base.value, "attribute", attr, base.value.__wrapped__)
    if isinstance(base.value, (np.finfo, np.iinfo)):
        limit = getattr(base.value, attr)
        return Const(float(limit) if isinstance(limit, np.floating) else limit)
    if isinstance(base.value, np.ufunc) or (isinstance(base.value, np.dtype) and attr in OF_A_DTYPE):
        return Const(getattr(base.value, attr), name)
    if isinstance(base.value, (str, tuple, list, dict)):
        return Const(Bound(base, attr))
    if is_interface(base.value) or callable(getattr(type(base.value), attr, None)):
        low.refuse(node, *words_for(getattr(base.value, attr), name))
    known = is_other_array(base.value)
    low.refuse(node, f"reading {attr!r} of an object of class {type(base.value).__name__} is not followed",
               plain_array(base.value, base.name or "m") if known else
               "read it before the call, and pass the value as an argument of its own")  # fmt: skip


def lower_lambda(low: Lowering, node: gast.Lambda) -> Atom:
    return Const(closure(low, node), "function")


def lower_fstring(low: Lowering, node: gast.JoinedStr) -> Atom:
    parts: list[Expr] = []
    for value in node.values:
        if isinstance(value, gast.FormattedValue):
            shown, spec = low.expression(value.value), format_spec(low, value)
            check_own(low, value, shown)
            literal = isinstance(shown, Const) and isinstance(shown.value, (str, int)) and value.conversion == -1
            if literal and isinstance(shown, Const) and isinstance(spec, Const):
                parts.append(evaluated(low, value, "a format", format, shown.value, spec.value) or Const(""))
            else:
                parts.append(Apply(FORMAT, (shown, Const(value.conversion), spec), (), Opaque(str)))
        else:
            parts.append(low.expression(value))
    if all(isinstance(p, Const) for p in parts):
        return Const("".join(p.value for p in parts))  # type: ignore[union-attr]
    return text(low, op_of("".join, syntax="fstring"), parts, {})


def format_spec(low: Lowering, node: gast.FormattedValue) -> Atom:
    """What stands after the colon in `{x:.{digits}f}`."""
    parts = node.format_spec.values if node.format_spec is not None else []
    if all(isinstance(p, gast.Constant) for p in parts):
        return Const("".join(p.value for p in parts))
    return lower_fstring(low, node.format_spec)


EXPRESSIONS.update({
    gast.Constant: lambda low, node: Const(node.value),
    gast.Name: lambda low, node: low.look_up(node),
    gast.BinOp: lower_binop,
    gast.UnaryOp: lower_unary,
    gast.Compare: lower_compare,
    gast.BoolOp: lower_bool,
    gast.IfExp: lower_ifexp,
    gast.Subscript: lower_subscript,
    gast.Attribute: lower_attribute,
    gast.Lambda: lower_lambda,
    gast.JoinedStr: lower_fstring,
    Told: lower_told,
})  # fmt: skip
Lowering.attribute = attribute
Lowering.binary = binary
