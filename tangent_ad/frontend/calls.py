"""Calls: primitives with a rule, the user's own functions, methods, closures."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import gast
import numpy as np

from tangent_ad.frontend import dict_views
from tangent_ad.frontend.arguments import arguments
from tangent_ad.frontend.binding import bind, heeding, in_own_order, with_leading
from tangent_ad.frontend.builtin_calls import BUILTINS, STANDS_FOR, builtin, evaluated
from tangent_ad.frontend.consumers import reduced, spread, taker
from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.effects import TEXT_METHODS, Said, call_said, text_method
from tangent_ad.frontend.expressions import choose
from tangent_ad.frontend.fence import FENCE
from tangent_ad.frontend.generators import yields
from tangent_ad.frontend.kinds import check_kinds
from tangent_ad.frontend.lowering import EXPRESSIONS, Bound, Choice, Closure, Lowering, as_array
from tangent_ad.frontend.mutators import changes, into
from tangent_ad.frontend.objects import Method, Super, construct, is_foreign, is_library, replace_fields, special_method
from tangent_ad.frontend.outline import Body, Recursion, outline
from tangent_ad.frontend.protocols import by_method, without_instances
from tangent_ad.frontend.source import source_of
from tangent_ad.frontend.unknown_calls import INTERFACE, is_interface, words_for
from tangent_ad.ir.nodes import Atom, Const, Var
from tangent_ad.ir.ops import PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Array, Bottom, Dict, Fields, List, Number, Opaque, Seq, Type, Unknown, rank
from tangent_ad.rules import (
    fourier,  # noqa: F401  it declares its rules
    joining,
)
from tangent_ad.rules.declare import FORMS, METHODS, OPS, RULES, STATIC, Rule, name_of, op_of
from tangent_ad.rules.passive import is_passive, passive_op

# Methods that take what their functions want as one tuple: x.reshape(2, 3), x.transpose(1, 0).
CALLABLES: dict[type, Callable[[Lowering, Any, Any, list[Atom], dict[str, Atom]], Atom]] = {Said: call_said}
TUPLE_TAIL = {"reshape", "transpose"}


def lower_call(low: Lowering, node: gast.Call) -> Atom:
    callee = low.expression(node.func)
    function = callee.value if isinstance(callee, Const) else None
    reduction = reduced(low, node, function)
    if reduction is not None:
        return reduction
    args, kwargs = arguments(low, node, partial(taker(function), low), partial(spread, low))
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
    followed = isinstance(value, type) and not is_foreign(value) and not is_library(value.__module__)
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


def run_as_it_is(
    low: Lowering, node: Any, function: Any, args: list[Atom], kwargs: dict[str, Atom], words: tuple[str, str]
) -> Atom:
    """A call without a rule; `words` say why it is refused, here or where an argument is found to be differentiated."""
    of_ufunc = isinstance(function, np.ufunc) and (kwargs or len(args) != function.nin)  # out=, where=
    writes = "out" in kwargs or of_ufunc
    plain = all(isinstance(a, Const) or is_plain(low.type(a)) for a in (*args, *kwargs.values()))
    if not is_passive(function) or writes or not plain or low.users_rule() is not None:
        low.refuse(node, *words)
    made = low.builder.apply(passive_op(function, len(args), tuple(kwargs), words), args, tuple(kwargs.items()))
    if not is_plain(low.type(made)):
        low.refuse(node, *words)
    return made


def is_plain(t: Type) -> bool:
    """Whether a value is made of numbers and arrays, as far as is known."""
    items = (t.item,) if isinstance(t, List) else t.items if isinstance(t, Seq) else ()
    return isinstance(t, (Array, Bottom, List, Number, Seq, Unknown)) and all(map(is_plain, items))


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


def in_library(function: types.FunctionType) -> bool:
    """Whether it was written there: functools.wraps lets a wrapper pass for the function that it wraps."""
    module = str(function.__globals__.get("__name__", ""))
    return is_library(module) or module.partition(".")[0] == "scipy" or module in INTERFACE


def of_library(value: Any) -> bool:
    """Whether it is not a function that the user wrote: its arguments are as a library has them."""
    return not isinstance(value, types.FunctionType) or in_library(value)


def is_template(function: types.FunctionType) -> bool:
    """Rule templates call themselves to walk nested lists: each call has its own types, so they end."""
    return (function.__module__ or "").startswith("tangent_ad.rules")


TAKE_LISTS = {op.call for op, rule in RULES.items() if getattr(rule.template, "__module__", "") == joining.__name__}


def primitive(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Apply an operation that has a rule, its arguments in the rule's own order."""
    if of_library(rule.op.call):
        args, kwargs = in_own_order(rule, args, kwargs)
        rule = with_keywords(rule, kwargs)
        if "out" in kwargs or "where" in kwargs.keys() - set(rule.params) or is_positional_out(rule, args):
            return write_out(low, node, rule, args, kwargs)
    check_kinds(low, node, rule, args, kwargs)
    if rule.kind == "constant":
        if not rule.op.pure:
            return effect(low, rule, args, kwargs)
        return low.builder.apply(rule.op, args, tuple(kwargs.items()))
    for atom in (*args, *kwargs.values()):
        check_value(low, node, rule, atom)
    if rule.kind == "composed":
        return compose(low, node, rule, args, kwargs)
    if rule.variadic:
        for key in kwargs.keys() - rule.defaults:
            low.refuse(node, f"{name_of(rule.op)} with keyword {key!r} has no rule", "leave the keyword out")
        return low.builder.apply(rule.op, args, tuple(kwargs.items()))
    if len(args) > len(rule.params):
        low.refuse(node, f"{name_of(rule.op)} with {len(args)} arguments has no derivative rule",
                   f"call it with {', '.join(rule.params)}")  # fmt: skip
    given = dict(zip(rule.params, args, strict=False))
    for key, value in kwargs.items():
        if key not in rule.params or key in given:
            low.refuse(node, f"{name_of(rule.op)} with the keyword {key!r} has no derivative rule",
                       without_keyword(rule, key))  # fmt: skip
        given[key] = value
    for name in rule.moving(len(args)) if takes_arrays(rule) else ():
        if name in given:
            given[name] = as_array(low, given[name])
    for name in AXES & given.keys():
        given[name] = as_known_tuple(low, given[name])
    missing = [p for p in rule.params if p not in given and p not in rule.defaults]
    if missing:
        low.refuse(node, f"{name_of(rule.op)} misses the argument {missing[0]!r}", f"pass {missing[0]!r}")
    first = [given[p] for p in rule.params if p in given and (p not in rule.defaults or p in rule.positional)]
    rest = tuple((p, given[p]) for p in rule.params if p in rule.defaults and p in given and p not in rule.positional
                 and not (isinstance(given[p], Const) and given[p] == Const(rule.defaults[p])))  # fmt: skip
    return low.builder.apply(rule.op, first, rest)


AXES = {"axes", "source", "destination"}  # NumPy takes them as lists, too


def as_known_tuple(low: Lowering, value: Atom) -> Atom:
    """A list of literals, or of lists of them, as a tuple, which is known when the derivative is built."""
    made = low.builder.definition(low.heap.now(value))
    if made is None or made.op not in (PACK_LIST, PACK_TUPLE):
        return value
    items = [as_known_tuple(low, low.heap.now(a)) for a in made.args]  # type: ignore[arg-type]
    return Const(tuple(i.value for i in items)) if all(isinstance(i, Const) for i in items) else value  # type: ignore[union-attr]


def with_keywords(rule: Rule, kwargs: dict[str, Atom]) -> Rule:
    """The rule of an operation that is called with these keywords."""
    form = RULES[FORMS[rule.op]] if rule.op in FORMS else rule
    return form if kwargs.keys() & (set(form.params) - set(rule.params)) else rule


def compose(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Inline what stands for the call; what it refuses is refused at the user's line, in whatever branch that is."""
    assert isinstance(rule.template, types.FunctionType)
    names = rule.names(len(args))
    if len(args) > len(names):
        low.refuse(node, f"{name_of(rule.op)} with {len(args)} arguments has no derivative rule",
                   f"call it with {', '.join(rule.params)}")  # fmt: skip
    for key in kwargs.keys() - {*rule.params, *rule.keywords}:
        words = f"{name_of(rule.op)} with the keyword {key!r} has no derivative rule", without_keyword(rule, key)
        return run_as_it_is(low, node, rule.op.call, args, kwargs, words)
    moving = rule.moving(len(args))

    def plain(name: str, value: Atom) -> Atom:
        t = low.type(value)
        listed = isinstance(t, List) or (isinstance(t, Seq) and t.cls in (list, tuple))
        return low.builder.call(np.asarray, value) if name in moving and listed and holds_numbers(t) else value

    args = [plain(n, a) for n, a in zip(names, args, strict=False)]
    kwargs = {k: plain(k, a) for k, a in kwargs.items()}
    saved = low.pinned, low.undecided
    low.pinned, low.undecided = low.pinned or low.builder.origin, 0
    try:
        return call_function(low, node, rule.template, args, kwargs)
    finally:
        low.pinned, low.undecided = saved


def holds_numbers(t: Type) -> bool:
    """Whether a list, or a list of lists, holds nothing but numbers."""
    if isinstance(t, (List, Seq)):
        return all(map(holds_numbers, (t.item,) if isinstance(t, List) else t.items))
    return rank(t) == 0


def takes_arrays(rule: Rule) -> bool:
    """Whether an operation of NumPy's takes what it is given for an array, rather than for a list of arrays."""
    call = rule.op.call
    known = isinstance(call, np.ufunc) or str(getattr(call, "__module__", "")).startswith("numpy")
    return known and call not in TAKE_LISTS


def without_keyword(rule: Rule, key: str) -> str:
    """What to write in place of a keyword that the rule does not know."""
    ways = {
        "returned": "leave it out, which gives the average alone; the sum of the weights is np.sum(weights)",
        "dtype": "convert the argument: x.astype(...)",
    }
    return f"{ways.get(key, 'leave it out')}; the rule knows {', '.join((*rule.params, *rule.keywords))}"


def is_positional_out(rule: Rule, args: list[Atom]) -> bool:
    call = rule.op.call
    return isinstance(call, np.ufunc) and call.nout == 1 and len(args) == call.nin + 1


def write_out(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`np.add(x, y, out=z, where=mask)`: the result goes into z."""
    named = dict(kwargs)
    out, where = named.pop("out", Const(None)), named.pop("where", None)
    if is_positional_out(rule, args):
        *args, out = args
    if where is not None and not isinstance(rule.op.call, np.ufunc):
        low.refuse(node, f"{name_of(rule.op)} with the keyword 'where' has no derivative rule",
                   "select the items first: x[mask]")  # fmt: skip
    if out == Const(None):
        if where is not None:
            undefined_rest(low, node, rule)
        return primitive(low, node, rule, args, named)
    if where is not None and where != Const(True) and is_empty(low, out):
        undefined_rest(low, node, rule)
    return into(low, node, out, where, args, lambda chosen: primitive(low, node, rule, chosen, named))


def undefined_rest(low: Lowering, node: Any, rule: Rule) -> NoReturn:
    """Refuse where= without values for what it leaves out. An argument out of range needs a `where` of its own."""
    name, others = name_of(rule.op), ", y" if len(rule.params) > 1 else ""
    low.refuse(node, "where= leaves the rest of the result undefined",
               f"say what stands there: out=np.zeros_like(x), or, for a mask m, np.where(m, "
               f"{name}(np.where(m, x, 1.0){others}), 0.0)")  # fmt: skip


def is_empty(low: Lowering, out: Atom) -> bool:
    """Whether an array was made without values, and still has none."""
    made = low.builder.definition(low.heap.now(out))
    return made is not None and made.op.call in (np.empty, np.empty_like)


def check_value(low: Lowering, node: Any, rule: Rule, atom: Atom) -> None:
    if isinstance(atom, Const) and isinstance(atom.value, (Closure, Bound)):
        low.refuse(node, f"a function is passed to {name_of(rule.op)}", "call the function first")


def effect(low: Lowering, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    low.builder.effect(rule.op, args, tuple(kwargs.items()))
    return Const(None)


def call_closure(
    low: Lowering, node: Any, callee: Const, made: Closure, args: list[Atom], kwargs: dict[str, Atom]
) -> Atom:
    if yields(made.tree):
        low.refuse(node, *FENCE[gast.GeneratorExp])
    name = getattr(made.tree, "name", "<lambda>")
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
