"""Statements without loops: assignment, if, assert, raise, nested functions."""

from __future__ import annotations

import operator
from typing import Any

import gast

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.frontend.describe import symbol, written
from tangent_ad.frontend.heap_state import is_mutable, newest_object
from tangent_ad.frontend.indexing import as_place, index_expression, index_value
from tangent_ad.frontend.lowering import STATEMENTS, Closure, Lowering
from tangent_ad.frontend.merging import Arm, Merge
from tangent_ad.frontend.mutators import dict_update
from tangent_ad.frontend.objects import class_of_instance, is_set_by_code, special_method, write_attribute
from tangent_ad.frontend.operators import OPERATORS, dunder
from tangent_ad.frontend.outline import has_effects
from tangent_ad.frontend.overlaps import check_rows
from tangent_ad.frontend.protocols import item_method
from tangent_ad.frontend.trees import call, constant, hint_of, item, known, placed
from tangent_ad.frontend.writes import ALL, Item, augment, augment_item, read_item, set_item
from tangent_ad.ir.nodes import Atom, Const, Expr, Var
from tangent_ad.ir.ops import ASSERT, GETITEM, RAISE
from tangent_ad.ir.types import Array, Dict, List, Seq, Unknown, rank
from tangent_ad.ir.walk import bound, uses
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers

GIVE_TYPES = ", or give the types (annotations, or --arg)"


def assign(low: Lowering, target: Any, value: Atom) -> None:
    """Bind a target (a name, or a tuple of targets) to a value."""
    if isinstance(target, gast.Name):
        low.bind(target.id, value)
    elif isinstance(target, (gast.Tuple, gast.List)):
        unpack(low, target, value)
    elif isinstance(target, gast.Subscript):
        base, index = low.expression(target.value), index_expression(low, target.slice)
        index = as_place(low, low.type(base), index)
        low.builder.origin = low.origin(target)
        method = item_method(low, target, base, "__setitem__")
        if method is not None:
            low.call(target, method, [index_value(low, index), value], {})
        else:
            check_rows(low, target, base, index, value)
            set_item(low, target, base, index, value)
    elif isinstance(target, gast.Attribute):
        base = low.expression(target.value)
        low.builder.origin = low.origin(target)
        if target.attr in ("flat", "real", "imag") and class_of_instance(low, base) is None:
            set_item(low, target, low.attribute(target, base, target.attr), ALL, value)
        else:
            write_attribute(low, target, base, target.attr, value)
    else:
        low.fence(target)


def unpack(low: Lowering, target: Any, value: Atom) -> None:
    """`a, *b, c = value`: what each target gets is read before any is assigned."""
    value = low.plain_tuple(value)
    t, n = low.type(value), len(target.elts)
    stars = [i for i, e in enumerate(target.elts) if isinstance(e, gast.Starred)]
    if isinstance(t, Dict):
        if t.cls is not dict:
            low.refuse(target, f"unpacking an instance of {t.cls.__name__} is not followed",
                       "unpack a list or a tuple that it holds")  # fmt: skip
        low.refuse(target, "unpacking a dict gives its keys", "unpack its values()")
    if rank(t) == 0:
        low.refuse(target, "a number cannot be unpacked", "unpack an array, a list or a tuple")
    least = n - len(stars)

    def unlike() -> Atom:
        size = low.builder.call(len, value)
        return low.builder.apply(op_of(operator.lt if stars else operator.ne), (size, Const(least)))

    low.may_raise(ValueError, "unpacking", unlike, value, least)
    if isinstance(t, Seq) and low.catches(ValueError) and unlike() == Const(True):
        return  # the handler runs
    if isinstance(t, Seq) and (len(t.items) < least or (not stars and len(t.items) != n)):
        low.refuse(target, f"{len(t.items)} values cannot be unpacked into {n} names",
                   "unpack as many names as there are values")  # fmt: skip
    first = stars[0] if stars else n
    parts: list[tuple[Any, Atom]] = []
    for i, each in enumerate(target.elts):
        each = each.value if i == first else each
        hint = hint_of(each.id) if isinstance(each, gast.Name) else "t"
        if i == first:
            rest = gast.Slice(constant(first), constant(first + 1 - n or None), constant(None))
            part = low.expression(placed([call(list, item(known(value, target), rest))], target)[0])
        else:
            part = low.builder.item(value, i - n if i > first else i, hint)
        parts.append((each, named(low, each, part)))
    for each, part in parts:
        assign(low, each, part)


def named(low: Lowering, target: Any, value: Atom) -> Atom:
    """Let the variable of a fresh temporary carry the user's name."""
    stmts = low.builder.stmts
    held = any(value is i for v in low.heap.state.values.values() for i in v.items or ())
    if (held and value not in low.heap.nameless) or any(
        value is other for frame in low.frames for other in frame.env.values()
    ):
        return value  # not a temporary: a variable of the user's (perhaps called t) goes by it already
    if isinstance(target, gast.Name) and not target.id.startswith("<") and isinstance(value, Var) and value.hint == "t":
        first = 0 if value in low.heap.nameless else max(len(stmts) - 1, 0)
        made = next((i for i in range(first, len(stmts)) if value in bound(stmts[i])), None)
        if made is not None and not any(value in uses(s) for s in stmts[made + 1 :]):
            value.call(target.id)
            low.heap.nameless.pop(value, None)
    return value


def lower_assign(low: Lowering, node: gast.Assign) -> None:
    value = low.expression(node.value)
    if len(node.targets) == 1:
        value = named(low, node.targets[0], value)
    for target in node.targets:
        assign(low, target, value)


def lower_ann_assign(low: Lowering, node: gast.AnnAssign) -> None:
    if node.value is not None:
        assign(low, node.target, named(low, node.target, low.expression(node.value)))


def lower_aug_assign(low: Lowering, node: gast.AugAssign) -> None:
    """`x += v`: a number gets a new value, an array is written into."""
    target, call = node.target, OPERATORS[type(node.op)][0]
    if isinstance(target, gast.Subscript):
        base, index = low.expression(target.value), index_expression(low, target.slice)
        index = as_place(low, low.type(base), index)
        low.builder.origin = low.origin(node)
        if item_method(low, target, base, "__setitem__") is not None:
            augment_by_methods(low, node, base, index_value(low, index), call)
            return
        item = read_item(low, base, index)
        value = low.expression(node.value)
        low.builder.origin = low.origin(node)
        if isinstance(low.type(base), (List, Seq, Dict)):
            augment_content(low, node, item, call, value)
        else:
            augment_item(low, node, item, call, value)
        return
    if isinstance(target, gast.Attribute):
        base = low.expression(target.value)
        old = low.attribute(target, base, target.attr)
        made = augmented(low, node, old, call, low.expression(node.value))
        if made is not None:
            write_attribute(low, target, base, target.attr, made)
        elif is_set_by_code(low, base, target.attr) or not low.heap.is_same(
            old, low.attribute(target, base, target.attr)  # the value has rebound it
        ):
            write_attribute(low, target, base, target.attr, old)
        return
    name = gast.copy_location(gast.Name(target.id, gast.Load(), None, None), target)
    old = low.look_up(name)
    value = low.expression(node.value)
    low.builder.origin = low.origin(node)
    made = augmented(low, node, old, call, value)
    if made is not None:
        assign(low, target, named(low, target, made))
    elif not low.heap.is_same(old, low.look_up(name)):  # the value has rebound it
        assign(low, target, old)


def augment_by_methods(low: Lowering, node: gast.AugAssign, base: Atom, index: Atom, call: Any) -> None:
    """`base[index] op= value` for an instance: what is read by `__getitem__` is stored by `__setitem__`."""
    read = item_method(low, node, base, "__getitem__")
    if read is None:
        low.refuse(node, "an item is written that cannot be read", "define __getitem__")
    old = low.call(node, read, [index], {})
    made = augmented(low, node, old, call, low.expression(node.value))
    low.call(node, item_method(low, node, base, "__setitem__"), [index, old if made is None else made], {})


def augment_content(low: Lowering, node: gast.AugAssign, item: Item, call: Any, value: Atom) -> None:
    """`items[k] op= value`: what a list or a dict holds is changed itself, or another takes its place."""
    t = low.type(item.base)
    if isinstance(t, Seq) and t.cls is tuple:
        low.refuse(node, "a tuple is not written into", "use a list")
    if isinstance(low.type(item.old), Unknown):
        low.refuse(node, "whether this item is a number, or an array, which would be written into, is not known",
                   "write values[i] = values[i] + ...")  # fmt: skip
    made = augmented(low, node, item.old, call, value)
    if made is not None:
        set_item(low, node, item.base, item.index, made)
    elif not low.heap.is_same(item.old, low.builder.apply(GETITEM, (item.base, item.index))):
        set_item(low, node, item.base, item.index, item.old)  # the value has put another item there


def augmented(low: Lowering, node: Any, old: Atom, call: Any, value: Atom) -> Atom | None:
    """The new value of `old op= value`; None where old itself was written into."""
    t = low.type(old)
    method = special_method(low, old, f"__i{dunder(call)}__")
    if method is not None:
        return low.call(node, method, [value], {})
    if isinstance(t, Array) and (t.dims is None or t.boxed is None):
        if low.heap.is_shared(old) or is_known_twice(low, old):
            name, sign, types = written(node.target), symbol(call), "" if low.is_typed else GIVE_TYPES
            low.refuse(node, f"whether {name} is a number, or an array, which would be written into under its other "
                       "names, too, is not known", f"write {name} = {name} {sign} ...{types}", (),
                       low.heap.parted(old))  # fmt: skip
        return low.binary(node, call, old, value)  # nobody sees the difference
    if (isinstance(t, (Array, List)) and is_mutable(t)) or (isinstance(t, Seq) and t.cls is list):
        augment(low, node, old, call, value)
        return None
    if isinstance(t, Dict) and t.cls is dict and call is operator.or_:
        dict_update(low, node, old, [value], {})
        return None
    if isinstance(t, Unknown):
        if (low.is_typed and is_of_a_list(low, old)) or low.heap.is_shared(old):
            name, sign, types = written(node.target), symbol(call), "" if low.is_typed else GIVE_TYPES
            low.refuse(node, f"whether {name} is a number, or an array, which would be written into, is not known",
                       f"if the caller's array, or the list's, is not meant to change, write {name} = {name} {sign} "
                       f"...{types}; if it is, write {name}[...] = {name} {sign} ..., in a function that is called "
                       "with arrays alone")  # fmt: skip
        low.builder.effect(op_of(helpers.rebound), (old,))  # the module will see when it runs
    return low.binary(node, call, old, value)


def is_known_twice(low: Lowering, value: Atom) -> bool:
    """Whether two names, or places in containers, hold one object."""
    ref = low.heap.ref(value)
    held = [atom for frame in low.frames for atom in frame.env.values()]
    held += [item for known in low.heap.state.values.values() for item in known.items or ()]
    return sum(r is not None and ref is not None and r.object is ref.object for r in map(low.heap.ref, held)) > 1


def is_of_a_list(low: Lowering, value: Expr) -> bool:
    """Whether a value of unknown kind is an item of a list, or computed from a list: it may hold arrays.

    An argument of a recursive function that is of unknown kind is one, too.
    """
    definition = low.builder.definition(value)
    return value in low.doubtful or (definition is not None and (definition.op is GETITEM or any(
        isinstance(t := expr_type(a), (List, Seq)) or (isinstance(t, Unknown) and is_of_a_list(low, a))
        for a in definition.args)))  # fmt: skip


def lower_expr(low: Lowering, node: gast.Expr) -> None:
    if not isinstance(node.value, gast.Constant):  # a docstring, or ...
        low.expression(node.value)


def lower_if(low: Lowering, node: gast.If) -> None:
    branch(low, low.expression(node.test), lambda: low.statements(node.body), lambda: low.statements(node.orelse))


def branch(low: Lowering, test: Atom, then: Any, orelse: Any) -> None:
    """Lower two paths from the same names and objects, and merge what they left."""
    builder, heap = low.builder, low.heap
    test = heap.now(low.truth(test))
    if isinstance(test, Const):
        (then if test.value else orelse)()
        return
    origin, env, state = builder.origin, dict(low.env), heap.state
    youngest = newest_object()
    arms = []
    for path in (then, orelse):
        heap.state = state.copy()
        outer = builder.open()
        low.undecided += 1
        path()
        low.undecided -= 1
        arms.append(Arm(list(builder.close(outer)), dict(low.env), heap.state))
        low.env.clear()
        low.env.update(env)
    builder.origin = origin
    Merge(low, test, (arms[0], arms[1]), youngest).run(low.env, state)


def closure(low: Lowering, node: Any) -> Closure:
    defaults = tuple(low.expression(d) for d in node.args.defaults)
    kw_defaults = tuple(None if d is None else low.expression(d) for d in node.args.kw_defaults)
    return Closure(node, low.frame, defaults, kw_defaults)


def lower_assert(low: Lowering, node: gast.Assert) -> None:
    test = low.truth(low.expression(node.test))
    if not (isinstance(test, Const) and test.value):
        message = (assertion_message(low, node.msg),) if node.msg is not None else ()
        low.builder.effect(ASSERT, (test, *message))


def assertion_message(low: Lowering, node: Any) -> Atom:
    """It is made where the assertion fails, and the function ends there: what follows sees nothing of it."""
    with low.tried():
        message = low.heap.now(low.expression(node))
        made = low.builder.stmts
    if has_effects(made):
        low.refuse(node, "the message of this assert does more than make a text", "write if ...: raise "
                   "AssertionError(...)")  # fmt: skip
    low.builder.stmts += made
    return message


def lower_raise(low: Lowering, node: gast.Raise) -> None:
    if node.exc is None:
        low.refuse(node, "there is no exception here to raise again", "write: raise ValueError(...)")
    low.builder.effect(RAISE, (low.expression(node.exc),))


STATEMENTS.update({
    gast.Assign: lower_assign,
    gast.AnnAssign: lower_ann_assign,
    gast.AugAssign: lower_aug_assign,
    gast.Expr: lower_expr,
    gast.If: lower_if,
    gast.Assert: lower_assert,
    gast.Raise: lower_raise,
    gast.Pass: lambda low, node: None,
})  # fmt: skip

