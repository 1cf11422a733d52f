"""Desugars `match` into `if` and `elif`.

Before:
    match shape:
        case ("circle", r):
            area = r * r * 3.14
        case ("square", a) if a > 0.0:
            area = a * a
        case _:
            area = 0.0

After (is_sequence folds where the type tells the length):
    <subject> = shape
    if is_sequence(<subject>, 2) and <subject>[0] == "circle":
        r = <subject>[1]
        area = r * r * 3.14
    elif is_sequence(<subject>, 2) and <subject>[0] == "square" and (a := <subject>[1]; a > 0.0):
        area = a * a
    else:
        area = 0.0

A pattern with more to it becomes itself as a statement, which is refused where it is lowered.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import gast

from tangent_ad.frontend.builtin_calls import BUILTINS, builtin
from tangent_ad.frontend.heap_state import newest_object
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.objects import class_of_instance
from tangent_ad.frontend.sugar import REWRITES
from tangent_ad.frontend.trees import Do, bind, call, constant, every, internal, item, placed, read
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.types import Dict, List, Opaque, Range, Seq, Unknown

# Classes whose one positional sub-pattern is the subject itself.
ITSELF = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


class _Unsupported(Exception):
    """A pattern that is not rewritten."""

    def __init__(self, pattern: Any) -> None:
        super().__init__(pattern)
        self.pattern = pattern


@dataclass
class _Case:
    """What must hold for a pattern to match, and what it then binds."""

    tests: list[gast.expr] = field(default_factory=list)
    binds: list[gast.stmt] = field(default_factory=list)


def as_branches(stmt: gast.Match) -> list[gast.stmt]:
    """`if` statements for a `match`, or the statement itself."""
    subject = internal("subject", stmt)
    try:
        cases = [_case(case.pattern, read(subject)) for case in stmt.cases]
    except _Unsupported as error:
        return [error.pattern]
    made: list[gast.stmt] = []
    for case, found in reversed(list(zip(stmt.cases, cases, strict=True))):
        body = [*found.binds, *case.body]
        if case.guard is not None:  # it reads what the pattern binds
            body = case.body
            found.tests.append(gast.copy_location(Do(found.binds, case.guard), case.guard))
        made = [gast.If(every(found.tests), body, made)] if found.tests else body
        placed(made, case.pattern)
    return placed([bind(subject, stmt.subject), *made], stmt)


def _case(pattern: Any, value: gast.expr) -> _Case:
    case = _Case()
    _collect(case, pattern, value)
    return case


def _collect(case: _Case, pattern: Any, value: gast.expr) -> None:
    if isinstance(pattern, gast.MatchValue):
        case.tests.append(gast.Compare(value, [gast.Eq()], [pattern.value]))
    elif isinstance(pattern, gast.MatchSingleton):
        case.tests.append(gast.Compare(value, [gast.Is()], [constant(pattern.value)]))
    elif isinstance(pattern, gast.MatchAs):
        if pattern.pattern is not None:
            _collect(case, pattern.pattern, value)
        if pattern.name is not None:
            case.binds.append(bind(pattern.name, value))
    elif isinstance(pattern, gast.MatchOr):
        _alternatives(case, pattern, [_case(p, value) for p in pattern.patterns])
    elif isinstance(pattern, gast.MatchSequence):
        _sequence(case, pattern.patterns, value)
    elif isinstance(pattern, gast.MatchMapping) and pattern.rest is None:
        case.tests.append(call(has_keys, value, *pattern.keys))
        for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
            _collect(case, inner, item(value, key))
    elif isinstance(pattern, gast.MatchClass):
        _instance(case, pattern, value)
    else:
        raise _Unsupported(pattern)


def _alternatives(case: _Case, pattern: gast.MatchOr, options: list[_Case]) -> None:
    """`a | b`: the alternatives bind the same names, here to the same parts."""
    binds = [sorted(map(gast.dump, option.binds)) for option in options]
    if any(b != binds[0] for b in binds):
        raise _Unsupported(pattern)
    case.binds += options[0].binds
    if all(option.tests for option in options):
        case.tests.append(gast.BoolOp(gast.Or(), [every(option.tests) for option in options]))


def _sequence(case: _Case, patterns: list[Any], value: gast.expr) -> None:
    stars = [i for i, p in enumerate(patterns) if isinstance(p, gast.MatchStar)]
    first = stars[0] if stars else len(patterns)
    after = patterns[first + 1 :]
    case.tests.append(call(is_sequence, value, constant(first + len(after)), constant(not stars)))
    for i, inner in enumerate(patterns[:first]):
        _collect(case, inner, item(value, constant(i)))
    if stars and patterns[first].name is not None:
        stop = constant(-len(after) if after else None)
        rest = item(value, gast.Slice(constant(first), stop, constant(None)))
        case.binds.append(bind(patterns[first].name, call(list, rest)))
    for i, inner in enumerate(after):
        _collect(case, inner, item(value, constant(i - len(after))))


def _instance(case: _Case, pattern: gast.MatchClass, value: gast.expr) -> None:
    counted = (constant(len(pattern.patterns)),) if pattern.patterns else ()
    case.tests.append(call(has_parts if counted else isinstance, value, pattern.cls, *counted))
    for i, inner in enumerate(pattern.patterns):
        _collect(case, inner, call(part, value, constant(i)))
    for attribute, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        _collect(case, inner, call(part, value, constant(attribute)))


def is_sequence(value: Any, length: int, exactly: bool) -> bool:
    """Whether a sequence pattern with so many items may match a value."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes, bytearray)):
        return False
    return len(value) == length if exactly else len(value) >= length


@builtin(is_sequence)
def lower_is_sequence(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    args[0] = low.plain_tuple(args[0])
    t = low.type(args[0])
    if isinstance(t, Unknown) or (isinstance(t, Opaque) and issubclass(t.cls, Sequence) and t.cls is not str):
        low.refuse(node, "whether a sequence pattern matches a value of a length that is not known cannot be decided",
                   "test with if and elif")
    if not isinstance(t, (Seq, List, Range)):
        return Const(False)
    length, exactly = args[1], args[2]
    assert isinstance(exactly, Const)
    test = operator.eq if exactly.value else operator.ge
    return low.builder.call(test, low.builder.call(len, args[0]), length)


def has_keys(value: Any, *keys: Any) -> bool:
    """Whether a value is a dict with these keys."""
    return isinstance(value, dict) and all(key in value for key in keys)


@builtin(has_keys)
def lower_has_keys(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    t = low.type(args[0])
    if isinstance(t, Unknown):
        low.refuse(node, "whether a mapping pattern matches a value of a type that is not known cannot be decided",
                   "test with if and elif")
    if not isinstance(t, Dict) or t.cls is not dict:
        return Const(False)
    known = [k for k, _ in t.entries]
    return Const(all(isinstance(key, Const) and key.value in known for key in args[1:]))


def part(value: Any, place: int | str) -> Any:
    """What a sub-pattern stands for: an attribute of an instance, by name or position, or the number or text itself."""
    names = getattr(type(value), "__match_args__", None)
    if isinstance(place, str):
        return getattr(value, place)
    return value if names is None else getattr(value, names[place])


@builtin(part)
def lower_part(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Python reads each part once, before it compares them; here they are read where they are needed."""
    value, place = args
    cls = class_of_instance(low, value)
    assert isinstance(place, Const)
    if cls is None and not isinstance(place.value, str):
        return value
    name = place.value if cls is None or isinstance(place.value, str) else match_args(low, cls)[place.value]
    mark, before = newest_object(), low.heap.state.copy()
    found = low.attribute(node, value, name)
    if low.heap.is_changed(before, mark):
        low.refuse(node, f"the property {name!r}, which a pattern reads, changes something",
                   f"read it before the match, v = s.{name}, and test that in a guard: case C() if v == 5.0")
    return found


def match_args(low: Lowering, cls: type) -> tuple[str, ...]:
    """The attributes that a class gives positional sub-patterns."""
    found: tuple[str, ...] = getattr(cls, "__match_args__", ())
    low.captured(cls, "attribute", "__match_args__", found)
    return found


def has_parts(value: Any, cls: type, n: int) -> bool:
    """Whether a value is of a class whose pattern may have so many positional parts."""
    return isinstance(value, cls)


@builtin(has_parts)
def lower_has_parts(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    value, cls, n = args
    pattern = cls.value if isinstance(cls, Const) and isinstance(cls.value, type) else None
    assert isinstance(n, Const)
    if pattern in ITSELF:
        return BUILTINS[isinstance](low, node, [value, cls], kwargs)
    names = () if pattern is None else match_args(low, pattern)
    if len(names) < n.value:
        name, parts = getattr(pattern, "__name__", "Point"), names or parameters(pattern)
        named = ", ".join(f"{part}=..." for part in parts)
        low.refuse(node, f"{name} has no __match_args__ for so many positional parts of a pattern, so Python raises "
                         f"TypeError, too", f"name them: case {name}({named})")  # fmt: skip
    matches = BUILTINS[isinstance](low, node, [value, cls], kwargs)
    own = class_of_instance(low, value)
    if own is not None and matches == Const(True) and match_args(low, own)[: n.value] != names[: n.value]:
        low.refuse(node, f"{own.__name__} has other __match_args__ than {cast(type, pattern).__name__}, by which it is "
                         f"matched here", "name the parts of the pattern")  # fmt: skip
    return matches


def parameters(cls: Any) -> tuple[str, ...]:
    """What a class is built from, which attributes often go by."""
    made = getattr(cls, "__init__", None)
    return made.__code__.co_varnames[1 : made.__code__.co_argcount] if isinstance(made, types.FunctionType) else ("x",)


REWRITES[gast.Match] = as_branches
