"""Small syntax trees that rewritings are made of, and a name for what they bind.

Names in <> cannot clash with the user's; what follows a colon tells them apart and is not printed.
"""

from __future__ import annotations

from typing import Any

import gast


class Do(gast.expr):  # type: ignore[misc]
    """An expression: run the statements, then give the value."""

    _fields = ("body", "value")


class Known(gast.expr):  # type: ignore[misc]
    """An expression whose value is known already: its `atom`."""


class Unrolled(gast.expr):  # type: ignore[misc]
    """An iterable whose loop is written out turn by turn, if its length is known."""

    _fields = ("value",)


def internal(hint: str, at: gast.AST) -> str:
    """A name of ours for one place in the program."""
    return f"<{hint}:{getattr(at, 'lineno', 0)}.{getattr(at, 'col_offset', 0)}>"


def hint_of(name: str) -> str:
    """What a variable bound to a name would like to be called."""
    return name.strip("<>").partition(":")[0]


def read(name: str) -> gast.Name:
    return gast.Name(name, gast.Load(), None, None)


def bind(target: str | gast.expr, value: gast.expr) -> gast.Assign:
    if isinstance(target, str):
        target = gast.Name(target, gast.Store(), None, None)
    return gast.Assign([target], value, None)


def constant(value: Any) -> gast.Constant:
    """A literal, or any object: the frontend takes it for what it is."""
    return gast.Constant(value, None)


def call(function: Any, *args: gast.expr) -> gast.Call:
    """A call of a Python object, whatever its name means to the user."""
    return gast.Call(constant(function), list(args), [])


def known(atom: Any, at: gast.AST) -> Known:
    node = gast.copy_location(Known(), at)
    node.atom = atom
    return node  # type: ignore[no-any-return]


def item(base: gast.expr, key: gast.expr) -> gast.Subscript:
    return gast.Subscript(base, key, gast.Load())


def every(tests: list[gast.expr]) -> gast.expr:
    """The conjunction of some tests."""
    if not tests:
        return constant(True)
    return tests[0] if len(tests) == 1 else gast.BoolOp(gast.And(), tests)


def placed(stmts: list[Any], at: gast.AST) -> list[Any]:
    """The statements, at the place that they were made for where they have none."""
    for stmt in stmts:
        for node in gast.walk(stmt):
            if isinstance(node, (gast.stmt, gast.expr)) and getattr(node, "lineno", None) is None:
                gast.copy_location(node, at)
    return stmts
