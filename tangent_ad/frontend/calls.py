"""Calls: primitives with a rule, the user's own functions, methods, closures."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import gast
import numpy as np

from tangent_ad.frontend import dict_views
from tangent_ad.frontend.arguments import arguments
from tangent_ad.frontend.binding import bind, heeding, with_leading
from tangent_ad.frontend.builtin_calls import BUILTINS, STANDS_FOR, builtin, evaluated
from tangent_ad.frontend.consumers import reduced, spread, taker
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.effects import TEXT_METHODS, Said, call_said, text_method
from tangent_ad.frontend.expressions import choose
from tangent_ad.frontend.fence import FENCE
from tangent_ad.frontend.generators import yields
from tangent_ad.frontend.lowering import EXPRESSIONS, Bound, Choice, Closure, Lowering
from tangent_ad.frontend.mutators import changes
from tangent_ad.frontend.objects import Method, Super, construct, is_library, replace_fields, special_method
from tangent_ad.frontend.outline import Body, Recursion, outline
from tangent_ad.frontend.primitives import of_library, primitive, run_as_it_is
from tangent_ad.frontend.protocols import by_method, without_instances
from tangent_ad.frontend.source import source_of
from tangent_ad.frontend.trees import hint_of
from tangent_ad.frontend.unknown_calls import is_interface, words_for
from tangent_ad.ir.instances import is_foreign, module_of
from tangent_ad.ir.nodes import Atom, Const, Var
from tangent_ad.ir.ops import PACK_DICT, PACK_TUPLE
from tangent_ad.ir.types import Array, Bottom, Dict, Fields, List, Number, Opaque, Seq, Unknown
from tangent_ad.rules import (
    fourier,  # noqa: F401  it declares its rules
    )
from tangent_ad.rules.declare import METHODS, OPS, RULES, STATIC, op_of

# Methods that take what their functions want as one tuple: x.reshape(2, 3), x.transpose(1, 0).
CALLABLES: dict[type, Callable[[Lowering, Any, Any, list[Atom], dict[str, Atom]], Atom]] = {Said: call_said}
TUPLE_TAIL = {"reshape", "transpose"}


def lower_call(low: Lowering, node: gast.Call) -> Atom:
    callee = low.expression(node.func)
    function = callee.value if isinstance(callee, Const) else None
    reduction = reduced(low, node, function)
    if reduction is not None:
        return reduction
    args, kwargs = arguments(low, node, partial(taker(function), low), partial(spread, low), function)
    low.builder.origin = low.origin(node)
    return call(low, node, callee, args, kwargs)


def call(low: Lowering, node: Any, callee: Atom, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Call an atom; `node` is where, for errors."""
    method = special_method(low, callee, "__call__")
    if method is not None:
        callee = method
    if isinstance(callee, Var):
        if isinstance(callee.type, Bottom):
            return callee
        if isinstance(callee.type, (Number, Array)):
            low.refuse(node, f"{describe(callee.type)} is called, which is no function", "leave the call out")
        low.refuse(node, "which function is called here depends on values at run time",
                   "call each function in its own branch of an if, or take it from a literal tuple, list or dict: "
                   "(f, g)[i](x)", (), (low.builder.origin,))  # fmt: skip
    value = callee.value
    if isinstance(value, Closure):
        return call_closure(low, node, callee, value, args, kwargs)
    if isinstance(value, Choice):
        return choose(low, value.test, lambda: call(low, node, value.then, args, kwargs),
                      lambda: call(low, node, value.orelse, args, kwargs))  # fmt: skip
    if isinstance(value, Method):
        return call_instance_method(low, node, value, args, kwargs)
    if isinstance(value, types.MethodType):
        return call(low, node, Const(value.__func__, callee.name), [Const(value.__self__, ""), *args], kwargs)
    if isinstance(value, Bound):
        of_numpy = isinstance(low.type(value.base), (Array, Number, Unknown))
        return heeding(low, node, value.name, args, kwargs, partial(call_method, low, node, value), of_numpy)
    made = call_known(low, node, callee, args, kwargs)
    if made is not None:
        return made
    if not of_library(value):
        if value in STATIC:
            known = [a.value for a in args if isinstance(a, Const)]
            if len(known) < len(args):
                low.refuse(node, "the derivative needs ranks and axes that are known when it is built",
                           "give the types (annotations, or --arg)")
            try:
                return Const(value(*known))
            except (IndexError, StopIteration, TypeError, ValueError) as error:
                low.refuse(node, f"these ranks and axes do not fit: {error}", "give axes that the arrays have, as ints")
        return call_function(low, node, value, args, kwargs)
    followed = isinstance(value, type) and not is_foreign(value) and not is_library(module_of(value))
    if followed and not issubclass(value, BaseException):
        return construct(low, node, value, args, kwargs)
    if isinstance(value, type) and issubclass(value, BaseException):
        return low.builder.apply(op_of(value), args, tuple(kwargs.items()))
    if is_interface(value) and hasattr(value, "stands_for"):
        function = low.captured(value, "attribute", value.stands_for, getattr(value, value.stands_for))
        return call(low, node, function, args, kwargs)
    for cls, handler in CALLABLES.items():
        if isinstance(value, cls):
            return handler(low, node, value, args, kwargs)
    name = callee.name or getattr(value, "__name__", type(value).__name__)
    return run_as_it_is(low, node, value, args, kwargs, words_for(value, name, low.users_rule()))


def call_known(low: Lowering, node: Any, callee: Const, args: list[Atom], kwargs: dict[str, Atom]) -> Atom | None:
    """A call of what has a rule, or is lowered in a way of its own; None for other functions."""
    value = callee.value
    try:
        special, op = BUILTINS.get(value), OPS.get(value)
    except TypeError:  # unhashable, so not a function that is known here
        special = op = None
    if special is not None or op in RULES:
        if of_library(value):
            args, kwargs = with_leading(value, args, kwargs)
        made = by_method(low, node, value, args)
        if made is not None:
            return made
        args, kwargs = without_instances(low, node, value, args, kwargs)
    if special is not None:
        name = callee.name or getattr(value, "__name__", "this")
        owner = type(getattr(value, "__self__", None)) if isinstance(value, types.BuiltinMethodType) else value
        of_numpy = str(getattr(owner, "__module__", "")).startswith("numpy")
        return heeding(low, node, name, args, kwargs, partial(special, low, node), of_numpy)
    if op is not None and op in RULES:
        return primitive(low, node, RULES[op], args, kwargs)
    return None


STANDS_FOR[Method] = types.MethodType


def call_instance_method(
    low: Lowering, node: Any, method: Method, args: list[Atom], kwargs: dict[str, Atom]
) -> Atom:
    name = method.function.value if isinstance(method.function, Const) else None
    if name == "_replace":
        return replace_fields(low, node, method.base, kwargs)
    if name == "_asdict":
        t = low.type(method.base)
        assert isinstance(t, Dict)
        items = [low.builder.item(method.base, k) for k, _ in t.entries]
        return low.builder.apply(PACK_DICT, (Const(Fields(k for k, _ in t.entries)), *items))
    return call(low, node, method.function, [method.base, *args], kwargs)


@builtin(super)
def lower_super(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`super()`, in a method that is being followed."""
    if args:
        low.refuse(node, "super with arguments is not differentiated", "write super()")
    function = low.frame.source.function
    free = function.__code__.co_freevars
    if "__class__" not in free or function.__closure__ is None:
        low.refuse(node, "super() outside of a method is not followed", "call the method of the class by its name")
    cls = function.__closure__[free.index("__class__")].cell_contents
    parameters = low.frame.source.tree.args
    own = [*parameters.posonlyargs, *parameters.args]
    if not own:
        low.refuse(node, "super() in a method without a parameter for its instance is not followed", "name it: self")
    first = own[0].id
    return Const(Super(cls, low.frame.env[first]))


@builtin(np.array)
def lower_array(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`copy=True` is what np.array does; with None it is np.asarray."""
    named = dict(kwargs)
    copied = named.pop("copy", Const(True))
    if copied == Const(False) or not isinstance(copied, Const):
        low.refuse(node, "np.array with copy=False gives a view, a copy or an error, by the version of NumPy",
                   "use np.asarray")  # fmt: skip
    function = np.array if copied == Const(True) else np.asarray
    return primitive(low, node, RULES[op_of(function)], args, named)


def in_columns(low: Lowering, node: Any, name: str, kwargs: dict[str, Atom]) -> bool:
    """Whether a shape is filled in column order: that is the transpose of the transpose in row order."""
    order = kwargs.pop("order", Const("C"))
    if order not in (Const("C"), Const("F")):
        low.refuse(node, f"{name} is followed in the orders C and F", "use one of these")
    return order == Const("F")


@builtin(np.reshape)
def lower_reshape(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    named = dict(kwargs)
    shape = args[1] if len(args) == 2 else named.get("shape", named.get("newshape"))
    if not in_columns(low, node, "np.reshape", named) or shape is None:
        return primitive(low, node, RULES[op_of(np.reshape)], args, named)
    listed = isinstance(low.type(shape), Seq)
    return low.run_template(_reshape_columns if listed else _fill_columns, args[0], shape)


@builtin(np.ravel)
def lower_ravel(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    named = dict(kwargs)
    if not in_columns(low, node, "np.ravel", named):
        return primitive(low, node, RULES[op_of(np.ravel)], args, named)
    return low.run_template(_ravel_columns, *args)


def _ravel_columns(a: Any) -> Any:
    return np.ravel(np.transpose(a))


def _reshape_columns(a: Any, shape: Any) -> Any:
    return np.transpose(np.reshape(np.transpose(a), shape[::-1]))


def _fill_columns(a: Any, n: Any) -> Any:
    return np.reshape(np.transpose(a), n)


@builtin(dataclasses.replace)
def lower_replace(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return replace_fields(low, node, args[0], kwargs)


def is_template(function: types.FunctionType) -> bool:
    """Rule templates call themselves to walk nested lists: each call has its own types, so they end."""
    return (function.__module__ or "").startswith("tangent_ad.rules")


def call_closure(
    low: Lowering, node: Any, callee: Const, made: Closure, args: list[Atom], kwargs: dict[str, Atom]
) -> Atom:
    if yields(made.tree):
        low.refuse(node, *FENCE[gast.GeneratorExp])
    name = hint_of(made.tree.name) if hasattr(made.tree, "name") else "<lambda>"
    names = [a.id for a in made.tree.args.kwonlyargs]
    kw_defaults = {n: d for n, d in zip(names, made.kw_defaults, strict=True) if d is not None}
    env = bind(low, node, name, made.tree.args, args, kwargs, made.defaults, kw_defaults)
    return follow(low, node, Body(made.frame.source, made.tree, made.frame), made, env)


def follow(low: Lowering, node: Any, body: Body, key: Any, env: dict[str, Atom]) -> Atom:
    """Inline a body, or call it by name once it is known to call itself. `key` stands for the function."""
    if body.tree in low.recursive:
        return outline(low, node, body, env)
    if key in low.active and not is_template(body.source.function):
        raise Recursion(body.tree)
    stmts, count, depth, undecided = low.builder.stmts, len(low.builder.stmts), len(low.active), low.undecided
    state = low.heap.state if is_template(body.source.function) else low.heap.state.copy()
    low.active.append(key)
    try:
        return low.run_function(body.source, body.tree, env, body.parent)
    except Recursion as found:
        if found.tree is not body.tree or key in low.active[:depth]:
            raise
        low.recursive.add(body.tree)
        low.builder.stmts, low.heap.state, low.undecided = stmts, state, undecided
        del stmts[count:]
        del low.active[depth:]
        return outline(low, node, body, env)
    finally:
        del low.active[depth:]


def call_function(
    low: Lowering, node: Any, function: types.FunctionType, args: list[Atom], kwargs: dict[str, Atom]
) -> Atom:
    """Inline one of the user's functions; a recursive one becomes a function of the emitted module."""
    if inspect.isgeneratorfunction(function):
        low.refuse(node, *FENCE[gast.GeneratorExp])
    source = source_of(function)
    low.captured(function, "source", "", function.__code__)
    given = [low.captured(function, "default", str(i), d) for i, d in enumerate(function.__defaults__ or ())]
    named = source.tree.args.posonlyargs + source.tree.args.args
    defaults = tuple(Const(d.value, p.id) for d, p in zip(given[::-1], named[::-1], strict=False))[::-1]  # type: ignore[union-attr]
    kw_defaults = {k: low.captured(function, "default", k, d) for k, d in (function.__kwdefaults__ or {}).items()}
    env = bind(low, node, function.__name__, source.tree.args, args, kwargs, defaults, kw_defaults)
    return follow(low, node, Body(source, source.tree, None), function, env)


def call_method(low: Lowering, node: Any, bound: Bound, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(bound.base)
    change = changes(t, bound.name)
    if change is not None:
        return change(low, node, bound.base, args, kwargs)
    if isinstance(t, (Array, Number, Unknown, Bottom)):
        function = METHODS[bound.name]
        if bound.name == "copy" and not args and kwargs.get("order", Const("C")) == Const("C"):  # unlike np.copy
            return low.heap.in_c_order(call(low, node, Const(function, "copy"), [bound.base], {}))
        if bound.name in TUPLE_TAIL and args and not (len(args) == 1 and not isinstance(low.type(args[0]), Number)):
            args = [low.builder.apply(PACK_TUPLE, args)]
        return call(low, node, Const(function, bound.name), [bound.base, *args], kwargs)
    if isinstance(t, Dict):
        return dict_method(low, node, bound, t, args)
    if isinstance(t, (List, Seq)):
        what = "list" if isinstance(t, List) else t.cls.__name__
        low.refuse(node, f"the method {bound.name!r} of a {what} is not followed", "find it in a loop: "
                         "for i, v in enumerate(values)")  # fmt: skip
    if isinstance(t, Opaque) and t.cls is str and bound.name in TEXT_METHODS and any(
        not isinstance(a, Const) for a in (bound.base, *args, *kwargs.values())):
        return text_method(low, bound.base, bound.name, args, kwargs)
    if isinstance(t, Opaque) and all(isinstance(a, Const) for a in (bound.base, *args, *kwargs.values())):
        values = [a.value for a in args if isinstance(a, Const)]
        named = {k: a.value for k, a in kwargs.items() if isinstance(a, Const)}
        assert isinstance(bound.base, Const)
        made = evaluated(low, node, f"{bound.name}()", getattr(bound.base.value, bound.name), *values, **named)
        return Const("") if made is None else made
    low.refuse(node, f"the method {bound.name!r} is not known here",
               "call it before, and pass what it gives as an argument")  # fmt: skip


def dict_method(low: Lowering, node: Any, bound: Bound, t: Dict, args: list[Atom]) -> Atom:
    keys = [k for k, _ in t.entries]
    values = [low.builder.item(bound.base, k, str(k)) for k in keys]
    if bound.name in dict_views.NAMES:
        return dict_views.view(low, bound.base, bound.name)
    if bound.name == "get" and args and isinstance(args[0], Const):
        if args[0].value in keys:
            return values[keys.index(args[0].value)]
        return args[1] if len(args) > 1 else Const(None)
    if bound.name == "copy":
        return low.builder.apply(PACK_DICT, (Const(Fields(keys)), *values))
    if bound.name == "get" and args:
        low.refuse(node, "a dict is read with get() at a key that is found at run time", "write d[key], or use a list")
    low.refuse(node, f"the method {bound.name!r} of a dict is not followed", "read and write it by literal keys")


EXPRESSIONS[gast.Call] = lower_call
Lowering.call = call
