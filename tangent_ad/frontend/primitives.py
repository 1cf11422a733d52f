"""Operations that have a rule, and those that are run as they are where nothing in them is differentiated."""

from __future__ import annotations

import types
from typing import Any, NoReturn

import numpy as np

from tangent_ad.analysis.sizes import is_size
from tangent_ad.frontend.binding import in_own_order
from tangent_ad.frontend.kinds import check_kinds, check_list
from tangent_ad.frontend.lowering import Bound, Closure, Lowering, as_array, with_rows
from tangent_ad.frontend.mutators import into
from tangent_ad.frontend.objects import is_library
from tangent_ad.frontend.unknown_calls import INTERFACE
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Array, Bottom, List, Mixed, Number, Seq, Type, Unknown, dims_of, rank
from tangent_ad.rules.declare import FORMS, RULES, Rule, name_of
from tangent_ad.rules.passive import is_passive, passive_op

JOINS = (np.concatenate, np.hstack, np.vstack, np.stack, np.column_stack)
ARRAY_MAKERS = (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)
OF_ARRAYS = (np.dstack, np.select, np.linalg.multi_dot, np.choose)  # each item is an array, whatever it is
TAKE_LISTS = {*JOINS, *ARRAY_MAKERS}


def primitive(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Apply an operation that has a rule, its arguments in the rule's own order."""
    if of_library(rule.op.call):
        args, kwargs = in_own_order(rule, args, kwargs)
        check_list(low, node, rule, args, kwargs)
        rule = with_keywords(rule, kwargs)
        if "out" in kwargs or "where" in kwargs.keys() - set(rule.params) or is_positional_out(rule, args):
            return write_out(low, node, rule, args, kwargs)
    check_kinds(low, node, rule, args, kwargs)
    if rule.kind == "constant":
        if not rule.op.pure:
            return effect(low, rule, args, kwargs)
        made = low.builder.apply(rule.op, args, tuple(kwargs.items()))
        if rule.op.call in SHAPED and low.always_comes_here() and not low.catches(ValueError):
            for size in dims_of(low.type(made)) or ():
                is_size(size)  # else NumPy raises, and there is nothing to differentiate
        return made
    for atom in (*args, *kwargs.values()):
        check_value(low, node, rule, atom)
    if rule.kind == "composed":
        return compose(low, node, rule, args, kwargs)
    if rule.op.call in JOINS and args:
        args = [with_arrays(low, args[0]), *args[1:]]
    if rule.op.call in ARRAY_MAKERS and args:
        args = [with_rows(low, args[0]), *args[1:]]
    if rule.variadic and takes_arrays(rule):
        args = [as_array(low, a) for a in args]
    if rule.variadic:
        for key in kwargs.keys() - rule.defaults:
            low.refuse(node, f"{name_of(rule.op)} with keyword {key!r} has no rule", "leave the keyword out")
        return low.builder.apply(rule.op, args, tuple(kwargs.items()))
    if len(args) > len(rule.params):
        low.refuse(node, f"{name_of(rule.op)} with {len(args)} arguments has no derivative rule",
                   takes(rule))  # fmt: skip
    given = dict(zip(rule.params, args, strict=False))
    for key, value in kwargs.items():
        if key not in rule.params or key in given:
            low.refuse(node, f"{name_of(rule.op)} with the keyword {key!r} has no derivative rule",
                       without_keyword(rule, key))  # fmt: skip
        given[key] = value
    names = rule.params if rule.kind == "elementwise" else rule.moving(len(args))
    for name in names if takes_arrays(rule) else ():
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


def with_arrays(low: Lowering, parts: Atom) -> Atom:
    """What is to be joined, with the arrays that NumPy makes of lists among it."""
    t = low.type(parts)
    if isinstance(t, List):
        return low.run_python(_as_arrays, parts) if isinstance(t.item, (List, Seq, Mixed)) else parts
    if not isinstance(t, Seq) or not any(isinstance(i, (List, Seq)) for i in t.items):
        return parts
    items = [low.builder.item(parts, i) for i in range(len(t.items))]
    return low.builder.apply(PACK_TUPLE, [as_array(low, v) for v in items])


def _as_arrays(parts: Any) -> Any:
    return [np.asarray(part) for part in parts]


SHAPED = (np.zeros, np.ones, np.empty, np.full)
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
                   takes(rule))  # fmt: skip
    unknown = [k for k in kwargs if k not in (*rule.params, *rule.keywords)]
    for key in sorted(unknown, key=lambda k: k != "axis"):  # what changes most is named first
        words = f"{name_of(rule.op)} with the keyword {key!r} has no derivative rule", without_keyword(rule, key)
        return run_as_it_is(low, node, rule.op.call, args, kwargs, words)
    moving = rule.moving(len(args))

    def plain(name: str, value: Atom) -> Atom:
        t = low.type(value)
        listed = isinstance(t, List) or (isinstance(t, Seq) and t.cls in (list, tuple))
        if name not in moving or not listed or (rule.op.call is np.block and not holds_numbers(t)):
            return value
        return (with_arrays if rule.op.call in OF_ARRAYS else as_array)(low, value)

    args = [plain(n, a) for n, a in zip(names, args, strict=False)]
    kwargs = {k: plain(k, a) for k, a in kwargs.items()}
    saved = low.pinned, low.undecided
    low.pinned, low.undecided = low.pinned or low.builder.origin, 0
    try:
        return low.call(node, Const(rule.template), args, kwargs)
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
    of_ufunc = isinstance(call, np.ufunc) or isinstance(getattr(call, "__self__", None), np.ufunc)
    known = of_ufunc or str(getattr(call, "__module__", "")).startswith("numpy")
    return known and call not in TAKE_LISTS


def takes(rule: Rule) -> str:
    """What to call an operation with, instead of too many arguments."""
    if len(rule.params) == 1:
        return "call it with one argument, once for each array: u, v = f(a), f(b)"
    return f"its arguments are {', '.join(rule.params)}: call it with these"


def without_keyword(rule: Rule, key: str) -> str:
    """What to write in place of a keyword that the rule does not know."""
    ways = {
        "returned": "leave it out, which gives the average alone; the sum of the weights is np.sum(weights)",
        "dtype": "convert the argument: x.astype(...)",
        "return_inverse": "write u = np.unique(x), inverse = np.searchsorted(u, x) (np.ravel(x) for a flat one), and "
                          "counts = np.bincount(np.ravel(inverse))",
        "return_counts": "write u = np.unique(x), counts = np.bincount(np.searchsorted(u, np.ravel(x)))",
        "deg": "write np.rad2deg(np.angle(z))",
        "return_index": "write u = np.unique(x), index = np.array([np.argmax(np.ravel(x) == v) for v in u])",
    }  # fmt: skip
    if key == "axis":
        ways[key] = "leave it out if it has its default value; else call it for each row or column, in a loop"
    way = ways.get(key, "leave it out if it has its default value; else the result is another")
    return f"{way} (the rule knows {', '.join((*rule.params, *rule.keywords))})"


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


def in_library(function: types.FunctionType) -> bool:
    """Whether it was written there: functools.wraps lets a wrapper pass for the function that it wraps."""
    module = str(function.__globals__.get("__name__", ""))
    return is_library(module) or module.partition(".")[0] == "scipy" or module in INTERFACE


def of_library(value: Any) -> bool:
    """Whether it is not a function that the user wrote: its arguments are as a library has them."""
    return not isinstance(value, types.FunctionType) or in_library(value)
