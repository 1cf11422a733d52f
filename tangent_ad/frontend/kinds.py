"""Text, and arrays of objects or records: they carry no derivative, but numbers can be kept in them and read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast
import numpy as np

from tangent_ad.frontend.describe import describe, written
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.ops import PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Dict, List, Opaque, Seq, Type, is_differentiable, rank
from tangent_ad.rules.declare import Rule, name_of

NUMBERS = "biufc"  # kinds of dtypes, from the narrowest
TEXT = Opaque(str)
SPLIT_ALONG = {np.split: 0, np.array_split: 0, np.hsplit: 1, np.vsplit: 0, np.dsplit: 2}  # where no axis is given
# What declares no derivative, as it is for indices and for new memory, but gives back what it is given.
ECHOES = {np.ix_: "write x[:, None], y[None, :]", np.ndarray: "write np.zeros(shape), or a slice of the array itself"}


def check_kinds(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> None:
    """Refuse a call that would turn numbers into what has no derivative, or read them out of it."""
    given = arguments_of(rule, args, kwargs)
    if rule.op.call in (str, repr):
        check_own(low, node, *args)
    dtype = given.get("dtype", Const(None))
    if isinstance(low.type(dtype), (List, Seq)) or (isinstance(dtype, Const) and getattr(dtype.value, "names", None)):
        low.refuse(node, "arrays of records are not followed", "use an array for each field")
    if rule.kind == "constant":
        echoed = ECHOES.get(rule.op.call) if any(is_differentiable(low.type(a)) for a in given.values()) else None
        if echoed is not None:
            low.refuse(node, f"{name_of(rule.op)} gives floats back without their derivative", echoed)
        return
    read = [given[n] for n in rule.moving(len(args)) if n in given]
    for atom in read:
        check_text(low, node, name_of(rule.op), atom)
    moves = any(is_differentiable(low.type(a)) for a in read)
    if moves and isinstance(dtype, Const) and not holds_numbers(dtype.value):
        low.refuse(node, *without_numbers(node, np.dtype(dtype.value)))
    for atom in read:
        check_instances(low, node, name_of(rule.op), atom)
    if any(is_differentiable(t) and may_be_objects(t) for t in map(low.type, read)):
        low.refuse(node, f"{name_of(rule.op)} of numbers beside text or None makes an array of objects, which carries "
                         "no derivative", "keep the numbers in a list of their own; np.nan stands for a missing one")


def arguments_of(rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> dict[str, Atom]:
    names = rule.names(len(args)) or map(str, range(len(args)))
    return {**dict(zip(names, args, strict=False)), **kwargs}


def check_list(low: Lowering, node: Any, rule: Rule, args: list[Atom], kwargs: dict[str, Atom]) -> None:
    """Refuse the few calls of NumPy's to which a list is not the array of its items."""
    given, call = arguments_of(rule, args, kwargs), rule.op.call
    t = low.type(next(iter(given.values()), Const(None)))
    along = given.get("axis", Const(SPLIT_ALONG.get(call, 0)))
    if call in SPLIT_ALONG and along != Const(0) and any(rank(item) != 0 for item in items(t)):
        low.refuse(node, f"{name_of(rule.op)} of a list takes the number of its rows for the length of every axis, so "
                   "that along another axis than the first it loses columns, or gives empty parts",
                   "make an array of it first: np.array(rows)")  # fmt: skip
    if call is np.diff and given.get("n") == Const(0) and items(t):
        low.refuse(node, "np.diff of a list gives the list itself where n is 0, without what prepend and append say",
                   "write the list in place of the call of np.diff")  # fmt: skip


def without_numbers(node: Any, dtype: Any) -> tuple[str, str]:
    """Why numbers are not made text or objects, and what to write instead."""
    text = dtype.kind in "SU"
    what = "text" if text else f"an array of {dtype}"
    instead = "to keep the text for printing, make it after the call" if text else "or keep a list"
    if getattr(getattr(node, "func", None), "attr", None) == "astype":
        given = [*node.args, *(k.value for k in node.keywords)][0]
        named = repr(given.value) if isinstance(given, gast.Constant) else written(given)
        return f"astype({named}) makes {what}, which carries no derivative", f"leave .astype({named}) out; {instead}"
    return (f"an array of {'text' if text else dtype} carries no derivative",
            f"leave the dtype out, or make it float; {instead}")  # fmt: skip


def check_text(low: Lowering, node: Any, name: str, atom: Atom) -> None:
    """Refuse text that is made at run time where a number would be read from it."""
    if is_found(low, atom):
        low.refuse(node, f"{name} is given text that is made at run time: a number read from it carries no derivative",
                   "use the number itself, in place of its text; rounded, as f'{v:.1f}' does, it is round(float(v), 1)"
                   )  # fmt: skip


def check_own(low: Lowering, node: Any, *atoms: Atom) -> None:
    """Refuse the text of a function or a method that the program made: it is not the compiler's."""
    if any(isinstance(a, Const) and module_of(type(a.value)).startswith("tangent_ad.") for a in atoms):
        low.refuse(node, "the text of a function, or of a method, is not known here", "write the text out")


def check_instances(low: Lowering, node: Any, name: str, atom: Atom) -> None:
    """Refuse a list of instances where numbers are read: NumPy asks each for a number, or for its items."""
    found = next(instances(low.type(atom)), None)
    if found is not None:
        low.refuse(node, f"{name} is given a list that holds {describe(found)}: what NumPy makes of it is not followed",
                   "give it numbers, or arrays, that the instances hold; or float(...) of each, if they have a "
                   "__float__")  # fmt: skip


def instances(t: Type) -> Iterator[Type]:
    """The instances in a list."""
    for item in items(t):
        if isinstance(item, Dict) and item.cls is not dict:
            yield item
        yield from instances(item)


def is_found(low: Lowering, atom: Any) -> bool:
    """Whether a value is, or holds, text that is not known when the derivative is built."""
    if isinstance(atom, Const) or not holds_text(low.type(atom)):
        return False
    made = low.builder.definition(low.heap.now(atom))
    if made is not None and made.op in (PACK_LIST, PACK_TUPLE):
        return any(is_found(low, a) for a in made.args)
    return True


def holds_text(t: Type) -> bool:
    return t == TEXT or any(map(holds_text, items(t)))


def may_be_objects(t: Type) -> bool:
    """Whether a list holds anything else than numbers and lists of them."""
    return any(isinstance(i, Opaque) or may_be_objects(i) for i in items(t))


def items(t: Type) -> tuple[Type, ...]:
    return (t.item,) if isinstance(t, List) else t.items if isinstance(t, Seq) else ()


def holds_numbers(dtype: Any) -> bool:
    try:
        return np.dtype(dtype).kind in NUMBERS
    except TypeError:  # no dtype: the program fails when it runs
        return True
