"""How operations and constants are written in Python."""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
import logging
import math
import sys
import time
import types
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from tangent_ad.ir.nodes import UNDEFINED, Const, Op
from tangent_ad.runtime import helpers

BINARY = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "**": ast.Pow, "@": ast.MatMult, "//": ast.FloorDiv,
    "%": ast.Mod, "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor, "<<": ast.LShift, ">>": ast.RShift,
}  # fmt: skip
COMPARE = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "is": ast.Is,
    "is not": ast.IsNot,
}  # fmt: skip
UNARY = {"-": ast.USub, "+": ast.UAdd, "not": ast.Not, "~": ast.Invert}


def _paths() -> dict[int, str]:
    """Dotted names of the functions of NumPy, math and the built-ins."""
    paths: dict[int, str] = {}
    modules = ((builtins, ""), (math, "math."), (np.linalg, "np.linalg."), (np.fft, "np.fft."), (np, "np."),
               (warnings, "warnings."), (logging, "logging."), (time, "time."))
    for module, prefix in modules:
        for name, value in sorted(vars(module).items()):  # what is there: `getattr` would load more of NumPy
            if not callable(value) or name.startswith("_"):
                continue
            # Of several names, the function's own: np.transpose, not np.permute_dims.
            if id(value) not in paths or (getattr(value, "__name__", "") == name and module is np):
                paths[id(value)] = prefix + name
    return paths


STREAMS = ("sys.stdout", "sys.stderr")  # objects that others may take the place of while a program runs
_PATHS = _paths()
HELPERS: dict[Any, str] = {f: n for n, f in inspect.getmembers(helpers, inspect.isfunction)}


def dotted(path: str) -> ast.expr:
    first, *rest = path.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def path_of(value: Any) -> str | None:
    """The dotted name of a library object, None for the user's own."""
    owner = getattr(value, "__self__", None)
    if isinstance(owner, np.ufunc):  # a method of one is made anew whenever it is read
        return f"{path_of(owner)}.{value.__name__}"
    module, name = getattr(value, "__module__", None) or "", getattr(value, "__name__", "")
    if module.startswith("numpy.polynomial.") and getattr(sys.modules[module], name, None) is value:
        return f"np{module.removeprefix('numpy')}.{name}"
    return _PATHS.get(id(value))


def global_names(code: types.CodeType) -> set[str]:
    """The names of the module that a function reads, its comprehensions included; attributes are none."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    names = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
    return names.union(*map(global_names, inner))


class Speller:
    """Writes constants and callees; collects the imports, helpers and bindings they need."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.imports: set[str] = set()
        self.helpers: list[Any] = []
        self.bindings: dict[str, Any] = {}

    def callee(self, op: Op) -> ast.expr:
        if op.call in HELPERS:
            return self.helper(op.call)
        if op.symbol:
            return ast.Name(op.symbol, ast.Load())
        return self.object(op.call, op.name.rsplit(".", 1)[-1])

    def helper(self, function: Any) -> ast.expr:
        """A runtime helper, whose source the module will carry, with those that it calls."""
        if function not in self.helpers:
            self.helpers.append(function)
            called = global_names(function.__code__)
            for needed in [f for f, name in HELPERS.items() if name in called]:
                self.helper(needed)
        return ast.Name(HELPERS[function], ast.Load())

    def object(self, value: Any, name: str) -> ast.expr:
        path = name if name in STREAMS else path_of(value)
        if path is not None:
            root = path.partition(".")[0]
            if "." in path:
                self.imports.add(root)
            return dotted(path)
        return ast.Name(self.bind(value, name), ast.Load())

    def bind(self, value: Any, name: str) -> str:
        """A module-level name for an object that has no literal."""
        base = name.rsplit(".", 1)[-1] if name else type(value).__name__
        base = base if base.isidentifier() else "value"
        chosen, n = base, 1
        while chosen in self.taken or self.bindings.get(chosen, value) is not value:
            n += 1
            chosen = f"{base}_{n}"
        self.bindings[chosen] = value
        return chosen

    def constant(self, const: Const) -> ast.expr:
        return self.value(const.value, const.name)

    def value(self, value: Any, name: str) -> ast.expr:
        if value is UNDEFINED.value:
            return ast.Constant(None)
        if isinstance(value, bool) or value is None or value is Ellipsis or isinstance(value, str):
            return ast.Constant(value)
        if type(value) in (int, float):
            return self.number(value)
        if type(value) is complex:
            if repr(value)[0].isdigit():
                return ast.Constant(value)  # 2j, which is read as it is written
            return ast.Call(ast.Name("complex", ast.Load()), [self.number(value.real), self.number(value.imag)], [])
        if type(value) is tuple:
            return ast.Tuple([self.value(v, name) for v in value], ast.Load())
        if type(value) is slice:
            return ast.Slice(*(None if p is None else self.value(p, "") for p in (value.start, value.stop, value.step)))
        if isinstance(value, np.dtype):
            self.imports.add("np")
            return dotted("np.bool_" if value.name == "bool" else f"np.{value.name}")  # np.bool is new in NumPy 2
        return self.object(value, name)

    def number(self, value: float | int) -> ast.expr:
        if value != value or value in (math.inf, -math.inf):
            self.imports.add("np")
            node: ast.expr = dotted("np.nan" if value != value else "np.inf")
            return ast.UnaryOp(ast.USub(), node) if value == -math.inf else node
        if value < 0 or (value == 0 and math.copysign(1, value) < 0):
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return ast.Constant(value)
