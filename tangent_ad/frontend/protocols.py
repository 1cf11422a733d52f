"""Instances given to what Python does by special methods: `len(obj)`, `if obj:`, `k in obj`, `obj[k] = v`, `list(obj)`.

An instance of a user's class is never the dict of its attributes here: its class has the method, which is
followed, or the program is refused. A named tuple without methods of its own for it is the tuple of its fields.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import operator
import types
from typing import Any

import gast

from tangent_ad.frontend.heap_state import kinds_of
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.objects import class_of_instance, find, is_generated, is_library, looked_up, special_method
from tangent_ad.frontend.source import source_of
from tangent_ad.ir.instances import is_named_tuple, module_of
from tangent_ad.ir.nodes import Atom, Const, Expr, Var
from tangent_ad.ir.ops import PACK_TUPLE
from tangent_ad.ir.types import Array, Dict, Seq, Type, Unknown, classes_in
from tangent_ad.rules.declare import op_of

# Functions of one instance, and the method that each of them calls.
BY_METHOD = {
    len: "__len__", float: "__float__", int: "__int__", complex: "__complex__", abs: "__abs__", round: "__round__",
    math.floor: "__floor__", math.ceil: "__ceil__", math.trunc: "__trunc__", operator.index: "__index__",
    operator.neg: "__neg__", operator.pos: "__pos__", operator.invert: "__invert__", iter: "__iter__",
}  # fmt: skip
# What asks an instance for nothing but its class, its attributes or its text.
ASKS_NOTHING = (isinstance, issubclass, type, getattr, setattr, hasattr, callable, id, print, repr, str, format, super,
                itertools.repeat, dataclasses.replace, functools.partial, functools.wraps, functools.update_wrapper,
                functools.cache, functools.lru_cache, operator.is_, operator.is_not, operator.getitem)  # fmt: skip
CALLS_FIRST = (map, filter, functools.reduce, itertools.starmap, itertools.takewhile, itertools.dropwhile)
FUNCTIONS = ("key", "function", "func")  # keywords
ITERATE = (list, tuple, set, frozenset, dict, sum, min, max, any, all, sorted, enumerate, zip, map, filter, reversed)
ITERABLE = "make a list of it first, list(...), if it has an __iter__; or give it what a method of its own returns"
HARMLESS = ("np", "numpy", "math", "isinstance", "type", "super", "len", "abs", "float", "int", "bool", "tuple", "all",
            "any", "sum", "min", "max", "zip", "range")  # fmt: skip
CONTAINER = ("__iter__", "__getitem__", "__len__", "__contains__")


def users_class(low: Lowering, value: Expr) -> type | None:
    """The class of an instance that Python asks for special methods; None for named tuples that are plain tuples."""
    cls = class_of_instance(low, value)
    if cls is None or (isinstance(value, Const) and is_library(module_of(cls))):
        return None
    return None if is_named_tuple(cls) and not own_methods(low, value, CONTAINER) else cls


def own_methods(low: Lowering, value: Expr, names: tuple[str, ...]) -> list[str]:
    return [n for n in names if special_method(low, value, n) is not None]  # type: ignore[arg-type]


def refuse_instance(low: Lowering, node: Any, cls: type, what: str, remedy: str) -> Any:
    low.refuse(node, f"{what} an instance of {cls.__name__} is not followed", remedy)


def truth(low: Lowering, value: Atom) -> Atom:
    """What `if value:` tests: `__bool__`, else whether `__len__` gives more than 0, else an instance is true."""
    t = low.type(value)
    if isinstance(t, Seq) or (isinstance(t, Dict) and t.cls is dict):
        return Const(bool(kinds_of(t)))
    cls = class_of_instance(low, value)
    if cls is None or (isinstance(value, Const) and is_library(module_of(cls))):
        return value
    for name in ("__bool__", "__len__"):
        method = special_method(low, value, name)
        if method is not None:
            made = low.call(None, method, [], {})
            return made if name == "__bool__" else low.builder.call(operator.ne, made, Const(0))
        if find(cls, name)[0] is not None and not is_named_tuple(cls):
            refuse_instance(low, None, cls, "the truth value of", f"call a method of your own, or define {name}")
        if not is_named_tuple(cls):
            looked_up(low, value, cls, name, ...)  # it may be defined later
    return Const(bool(cls._fields) if is_named_tuple(cls) else True)  # type: ignore[attr-defined]


def plain_tuple(low: Lowering, value: Atom, own: tuple[str, ...] = ("__iter__",)) -> Atom:
    """A named tuple as the tuple of its fields, anything else as it is; refused where the class has methods `own`."""
    t = low.type(value)
    if not isinstance(t, Dict) or not is_named_tuple(t.cls):
        return value
    found = own_methods(low, value, own)
    if found:
        refuse_instance(low, None, t.cls, f"{found[0]} of", "use its fields, or a list or a tuple that it holds")
    return low.builder.apply(PACK_TUPLE, [low.builder.item(value, k) for k, _ in t.entries])


def by_operand(low: Lowering, node: Any, left: Atom, right: Atom, name: str, mirrored: str) -> Atom | None:
    """An operator by the method of an operand: of a subclass first, else the left one's; None if none has it."""
    a, b = class_of_instance(low, left), class_of_instance(low, right)
    if any(c is not None and is_library(module_of(c)) for c in (a, b)):
        return None  # a Fraction
    if a is not None and is_named_tuple(a) and find(a, name)[1] is tuple and (b is None or issubclass(b, tuple)):
        return None  # a tuple compares itself with a tuple: nobody asks the other way about
    order = [(left, right, name), (right, left, mirrored)]
    if a is not None and b is not None and a is not b and issubclass(b, a) and find(b, mirrored) != find(a, mirrored):
        order.reverse()
    for one, other, method_name in order:
        method = special_method(low, one, method_name)
        negated = method is None and method_name == "__ne__"  # without one of its own it is what __eq__ is not
        if negated:
            method = special_method(low, one, "__eq__")
        if method is None or (one is right and a is b and name != mirrored and method_name.startswith("__r")):
            continue
        if one is right and b is not None and not takes_arrays(b):
            refuse_if_taken_apart(low, node, low.type(left), b, method_name, name)
        made = low.call(node, method, [other], {})
        if not (isinstance(made, Const) and made.value is NotImplemented):
            return low.builder.apply(op_of(operator.not_), (low.truth(made),)) if negated else made
    return None


def refuse_if_taken_apart(low: Lowering, node: Any, left: Type, cls: type, method: str, name: str) -> None:
    """NumPy's arrays, on the left, ask an instance once for each of their items; beside NumPy's numbers, too, a
    sequence is made an array of."""
    on_the_left = name if method.startswith("__r") else method
    has = {n for n in ("__array__", "__iter__", "__len__", "__getitem__", "__getattr__") if find(cls, n)[0] is not None}
    remedy = f"set __array_ufunc__ = None in {cls.__name__}, or put the instance on the left, if it has {on_the_left}"
    is_array = isinstance(left, Unknown) or (isinstance(left, Array) and left.dims != ())
    if isinstance(left, Array) and left.dims == ():
        remedy += ", or make the number one of Python: float(...)"
    if isinstance(left, (Array, Unknown)) and ("__array__" in has or has >= {"__len__", "__getitem__"}):
        by = "__array__" if "__array__" in has else "__len__ and __getitem__"
        made = "np.array(list(s))" if "__iter__" in has else "np.array([s[i] for i in range(len(s))])"
        low.refuse(node, f"beside {'an array' if is_array else 'a number of NumPy'}, {method} of {cls.__name__} is not "
                         f"asked: NumPy makes an array of what has {by}",
                   f"for what Python does here, make the array yourself, "
                   f"{'s.__array__()' if by == '__array__' else made}; if {cls.__name__}'s own {method} is meant, "
                   f"which Python does not call here, {remedy}")  # fmt: skip
    if is_array:
        refuse_instance(low, node, cls, f"{method}, which NumPy asks for each item of the array, of", remedy)
    if isinstance(left, Array) and "__getattr__" in has:
        low.refuse(node, f"beside a number of NumPy, __getattr__ of {cls.__name__} is asked whether it is an array",
                   remedy)  # fmt: skip


def takes_arrays(cls: type) -> bool:
    """Whether NumPy leaves an operator to the class; it would ask it for each item of the array otherwise."""
    return getattr(cls, "__array_ufunc__", NotImplemented) is None


def contains(low: Lowering, item: Atom, container: Atom) -> Atom | None:
    """`item in container` for an instance; None where the container is none."""
    cls = users_class(low, container)
    if cls is None:
        return None
    method = special_method(low, container, "__contains__")
    if method is None:
        refuse_instance(low, None, cls, "`in` on", "define __contains__, or ask a list that it holds")
    return truth(low, low.call(None, method, [item], {}))


def check_equality(low: Lowering, *values: Atom) -> None:
    """Refuse what asks items for their `__eq__`, where that may change something: nothing of it would be kept."""
    for cls in {c for v in values for c in classes_in(low.type(v))}:
        method = find(cls, "__eq__")[0]
        if isinstance(method, types.FunctionType) and not is_generated(method) and may_change(method):
            low.refuse(None, f"the items are compared by __eq__ of {cls.__name__}, which may change something",
                       "compare them in a loop of your own: any([v == item for v in values])")  # fmt: skip


def may_change(method: types.FunctionType) -> bool:
    """Whether a method does more than to compute: it writes somewhere, or calls what is not known to write nothing."""
    return writes(source_of(method).tree)


def writes(tree: Any, harmless: tuple[str, ...] = ()) -> bool:
    """Whether a function's body does more than to compute; `harmless`: functions that it may call."""
    body = tree.body if isinstance(tree.body, list) else [tree.body]
    for node in (n for stmt in body for n in gast.walk(stmt)):
        if isinstance(getattr(node, "ctx", None), (gast.Store, gast.Del)) and not isinstance(node, gast.Name):
            return True
        if isinstance(node, (gast.Global, gast.Nonlocal)):
            return True
        if isinstance(node, gast.Call):
            name = node.func.value if isinstance(node.func, gast.Attribute) else node.func
            if not isinstance(name, gast.Name) or name.id not in (*HARMLESS, *harmless):
                return True
    return False


def item_method(low: Lowering, node: Any, base: Atom, name: str) -> Atom | None:
    """`__getitem__`, `__setitem__` or `__delitem__` of an instance; None where the base is none."""
    method = special_method(low, base, name)
    cls = users_class(low, base)
    if method is None and cls is not None and not (is_named_tuple(cls) and name == "__getitem__"):
        hint = " (one that sets self.v = None: del of an attribute is not followed)" if name == "__delitem__" else ""
        low.refuse(node, f"{cls.__name__} has no {name}, so Python raises TypeError, too",
                   f"define {name}{hint}, or index a list or an array that it holds")  # fmt: skip
    return method


def as_index(low: Lowering, node: Any, index: Atom) -> Atom:
    """An instance as an index."""
    cls = class_of_instance(low, index) if isinstance(index, Var) else None
    if cls is None:
        return index
    if is_named_tuple(cls):
        return plain_tuple(low, index, ("__iter__", "__getitem__", "__len__"))
    method = special_method(low, index, "__index__")
    if method is None:
        refuse_instance(low, node, cls, "indexing with", "use an int, or define __index__")
    return low.call(node, method, [], {})


def by_method(low: Lowering, node: Any, function: Any, args: list[Atom]) -> Atom | None:
    """A call of a built-in function as a call of the instance's special method, where it is that."""
    cls = users_class(low, args[0]) if args else None
    if cls is None:
        return None
    if function in (bool, operator.truth):
        return low.builder.call(bool, truth(low, args[0]))
    if function is operator.not_:
        return low.builder.call(function, truth(low, args[0]))
    method = special_method(low, args[0], BY_METHOD[function]) if function in BY_METHOD else None
    if method is None or function is iter:
        return None
    made = low.call(node, method, args[1:], {})
    return low.call(node, Const(function), [made], {}) if function in (float, int, complex) else made


def without_instances(
    low: Lowering, node: Any, function: Any, args: list[Atom], kwargs: dict[str, Atom]
) -> tuple[list[Atom], dict[str, Atom]]:
    """The arguments of a function that is not the user's: named tuples as tuples, other instances refused."""
    if function in ASKS_NOTHING or (getattr(function, "__module__", None) or "").startswith("tangent_ad"):
        return args, kwargs
    skip = 1 if function in CALLS_FIRST else 0
    if function in (min, max) and len(args) > 1:
        skip = len(args)  # items, not a container of them
    last = 1 if function is sum else len(args)  # sum(instances, start)

    def plain(value: Atom) -> Atom:
        cls = users_class(low, value)
        if cls is not None:
            name = getattr(function, "__name__", str(function))
            iterates = function in ITERATE or getattr(function, "__module__", None) == "itertools"
            listed = "list(...) in place of tuple(...)" if function is tuple else f"{name}(list(...))"
            if iterates and find(cls, "__iter__")[0] is None and find(cls, "__getitem__")[0] is None:
                low.refuse(node, f"{cls.__name__} has no __iter__, so Python raises TypeError, too",
                           f"define __iter__{'' if function is list else ', and write ' + listed}; or give it what the "
                           "instance holds: list(one.v)")  # fmt: skip
            remedy = ITERABLE if iterates else "give it a number, list or array that the instance holds"
            refuse_instance(low, node, cls, f"{name}() of", remedy)
        return plain_tuple(low, value)

    args = [plain(a) if skip <= i < last else a for i, a in enumerate(args)]
    return args, {k: v if k in FUNCTIONS or (function is sum and k == "start") else plain(v) for k, v in kwargs.items()}


def is_instance(t: Type) -> bool:
    """Whether this is the type of an instance that is no named tuple."""
    return isinstance(t, Dict) and t.cls is not dict and not is_named_tuple(t.cls)


Lowering.plain_tuple = plain_tuple
Lowering.truth = truth
