"""What binds names, or lets go of them, besides assignments: `:=`, `import`, `global`, `del`."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

import gast

from tangent_ad.frontend.builtin_calls import STANDS_FOR, builtin, may_be
from tangent_ad.frontend.indexing import index_expression, index_value
from tangent_ad.frontend.lowering import EXPRESSIONS, STATEMENTS, Lowering
from tangent_ad.frontend.mutators import delete_item
from tangent_ad.frontend.objects import (
    class_of_instance,
    find,
    instance_has,
    is_library,
    special_method,
    write_attribute,
)
from tangent_ad.frontend.protocols import item_method
from tangent_ad.frontend.statements import assign, named
from tangent_ad.frontend.trees import Do
from tangent_ad.frontend.unknown_calls import words_for
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import UNDEFINED, Atom, Const
from tangent_ad.ir.types import Array, Dict, List, Number, Opaque, Seq


def lower_named_expr(low: Lowering, node: gast.NamedExpr) -> Atom:
    value = named(low, node.target, low.expression(node.value))
    assign(low, node.target, value)
    return value


def lower_do(low: Lowering, node: Do) -> Atom:
    low.statements(node.body)
    return low.expression(node.value)


def lower_import(low: Lowering, node: gast.Import) -> None:
    """The module is imported when the derivative is built."""
    for alias in node.names:
        module = module_named(low, node, alias.name)
        if alias.asname is None:
            name = alias.name.partition(".")[0]
            low.env[name] = Const(module_named(low, node, name), name)
        else:
            low.env[alias.asname] = Const(module, alias.asname)


def lower_import_from(low: Lowering, node: gast.ImportFrom) -> None:
    package = str(low.frame.source.function.__globals__.get("__package__") or "")
    module = module_named(low, node, "." * node.level + (node.module or ""), package)
    for alias in node.names:
        if not hasattr(module, alias.name):
            module_named(low, node, f"{module.__name__}.{alias.name}")
        low.env[alias.asname or alias.name] = low.attribute(node, Const(module, module.__name__), alias.name)


def module_named(low: Lowering, node: Any, name: str, package: str | None = None) -> Any:
    try:
        return importlib.import_module(name, package)
    except ImportError:
        holder, _, attribute = name.rpartition(".")
        if holder and hasattr(sys.modules.get(holder), "__name__") and not hasattr(sys.modules[holder], "__path__"):
            low.refuse(node, f"the module {holder} has no {attribute!r}", "correct the name")
        low.refuse(node, f"{name!r} cannot be imported", "correct the name, or install it")


def lower_scope(low: Lowering, node: Any) -> None:
    """`global x` says nothing new where x is only read."""
    if any(name in low.frame.locals for name in node.names):
        low.fence(node)


def lower_nonlocal(low: Lowering, node: Any) -> None:
    """The names are cells already: `Lowering.run_function` sees to it."""
    for name in node.names:
        frame = low.frame.parent
        while frame is not None and name not in frame.env:
            frame = frame.parent
        if frame is None:
            low.fence(node)


def lower_delete(low: Lowering, node: gast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, gast.Name):
            low.look_up(target)
            low.bind(target.id, UNDEFINED)
        elif isinstance(target, gast.Subscript):
            base, index = low.expression(target.value), index_expression(low, target.slice)
            method = item_method(low, target, base, "__delitem__")
            if method is not None:
                low.call(target, method, [index_value(low, index)], {})
            else:
                delete_item(low, target, base, index)
        else:
            low.fence(node)


def literal_name(low: Lowering, node: Any, name: Atom) -> str:
    """A name given as text; in a loop over literals it is known where the loop is written out."""
    if not (isinstance(name, Const) and isinstance(name.value, str)):
        low.refuse(node, "an attribute whose name is found at run time is not followed",
                   "write the attribute itself: self.v, or choose one with if", (), (low.builder.origin,))
    return name.value


@builtin(getattr)
def lower_getattr(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    name = literal_name(low, node, args[1])
    return args[2] if len(args) == 3 and not has(low, node, args[0], name) else low.attribute(node, args[0], name)


@builtin(hasattr)
def lower_hasattr(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    return Const(has(low, node, args[0], literal_name(low, node, args[1])))


def has(low: Lowering, node: Any, base: Atom, name: str) -> bool:
    """Whether a value has an attribute, which must be the same on every path."""
    cls, t = class_of_instance(low, base), low.type(base)
    if cls is not None:
        return instance_has(low, node, base, cls, name)
    if isinstance(base, Const) and isinstance(base.value, (types.ModuleType, type, types.FunctionType)):
        found = find(base.value, name)[0] if isinstance(base.value, type) else vars(base.value).get(name)
        if found is not None or not hasattr(base.value, name):  # it may be set, or deleted, later
            low.captured(base.value, "lookup", name, ... if found is None else found)
        return hasattr(base.value, name)
    known = isinstance(t, (Number, Array, Seq, List, Dict)) or (isinstance(t, Opaque) and is_library(module_of(t.cls)))
    answers = {any(name in vars(k) for k in c.__mro__) for c in may_be(low, base, t)} if known else set()
    if len(answers) != 1:
        low.refuse(node, *words_for(hasattr, "hasattr"))
    return answers.pop()


@builtin(callable)
def lower_callable(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    value, t = args[0], low.type(args[0])
    if isinstance(value, Const):
        return Const(callable(value.value) or type(value.value) in STANDS_FOR)
    if not isinstance(t, (Number, Array, Seq, List, Dict)):
        low.refuse(node, "whether this can be called is found only at run time", "test for None, or with isinstance",
                   (), (low.builder.origin,))  # fmt: skip
    return Const(special_method(low, value, "__call__") is not None)


@builtin(setattr)
def lower_setattr(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    write_attribute(low, node, args[0], literal_name(low, node, args[1]), args[2])
    return Const(None)


STATEMENTS.update({
    gast.Import: lower_import,
    gast.ImportFrom: lower_import_from,
    gast.Global: lower_scope,
    gast.Nonlocal: lower_nonlocal,
    gast.Delete: lower_delete,
})  # fmt: skip
EXPRESSIONS.update({gast.NamedExpr: lower_named_expr, Do: lower_do})
