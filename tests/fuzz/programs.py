"""Whole programs: from a number, or a strategy, to text; from text to functions that run."""

from __future__ import annotations

import ast
import contextlib
import copy
import linecache
import random
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from . import (  # noqa: F401 (they register themselves)
    classes,
    containers,
    expressions,
    functions,
    loops,
    protocols,
    statements,
    tables,
    writes,
)
from .body import FEATURES, Body, Module
from .kinds import NUM, Arr, Int, Kind, Scope, Tup, Var
from .literals import literal

TABLES = {name: f"table:{name}" for name in tables.TABLES}
ALL = {**FEATURES, **{feature: tables.TABLES[name].about for name, feature in TABLES.items()}}
HEADER = ["import math", "from dataclasses import dataclass", "", "import numpy as np"]


def program(rng: random.Random, features: Iterable[str] = FEATURES) -> str:
    """The text of a random module with `f` and `inputs`."""
    module = Module(rng, frozenset(features), sizes=tuple(rng.sample([2, 3, 3, 4], 2)))
    lines = list(HEADER)
    if "objects" in module.features and rng.random() < 0.4:
        lines += classes.define(module)
    if "helpers" in module.features:
        for _ in range(rng.choices([0, 1, 2], [3, 4, 2])[0]):
            lines += functions.helper(module)
    if "generators" in module.features and rng.random() < 0.25:
        lines += protocols.generator(module)
    kinds = [module.some_kind(containers=0.15) for _ in range(rng.randint(1, 3))]
    if not any(isinstance(k, Arr) for k in kinds):
        kinds.append(Arr(module.shape(1)))
    result: Kind = rng.choices([NUM, rng.choice(kinds), Tup((NUM, rng.choice(kinds)))], [6, 3, 1])[0]
    if rng.random() < 0.2:
        kinds.append(Int(2, 3))
    names = ["x", "y", "z", "u", "w"][: len(kinds)]
    for name in names:
        module.name(name)
    module.name("t")
    scope = Scope([Var(n, k, rebind=not isinstance(k, Int)) for n, k in zip(names, kinds, strict=True)])
    body = Body(module, scope, result, rng.randint(4, 11))
    lines += functions.write_function(body, "f", names)
    values = ", ".join(literal(rng, kind) for kind in kinds)
    lines += ["def inputs():", f"    return ({values},)"]
    return ast.unparse(ast.parse("\n".join(lines))) + "\n"


def numbered(seed: int, features: Iterable[str] = ALL) -> str:
    """The program of a number: every fourth is one of a table, or all where there are only tables to choose from."""
    rng = random.Random(seed)
    named = tables_for(seed, features)
    return tables.program(rng, named) if named else program(rng, features)


def tables_for(seed: int, features: Iterable[str]) -> list[str]:
    """The tables of which the program of a number may be; none for most numbers."""
    only = not set(features) - set(TABLES.values())
    return [name for name, feature in TABLES.items() if feature in features] if only or seed % 4 == 3 else []


def programs(features: Iterable[str] = FEATURES) -> st.SearchStrategy[str]:
    """The same as a Hypothesis strategy, so that failures shrink."""
    return st.randoms(use_true_random=False).map(lambda rng: program(rng, features))


@dataclass(frozen=True)
class Loaded:
    """A program that can run: `inputs()` gives fresh arguments for `f` each time.

    `reset()` gives the instances of the module the attributes that they had at first.
    """

    text: str
    file: str
    f: Callable[..., Any]
    inputs: Callable[[], tuple[Any, ...]]
    reset: Callable[[], None]


_count = 0


class _Moves(ast.NodeTransformer):
    """`a[i] = v` as NumPy promises it: as if v were a copy, where v is a view of `a` (frontend/overlaps.py)."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        for target in node.targets:
            pure = not any(isinstance(n, (ast.Call, ast.NamedExpr)) for n in ast.walk(target))
            if isinstance(target, ast.Subscript) and pure:
                base = ast.fix_missing_locations(ast.copy_location(_loaded(target.value), node))
                moved = ast.Call(ast.Name("_moved", ast.Load()), [base, node.value], [])
                node.value = ast.fix_missing_locations(ast.copy_location(moved, node.value))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("copyto", "place") and len(node.args) > 1:
            moved = ast.Call(ast.Name("_moved", ast.Load()), [copy.deepcopy(node.args[0]), node.args[-1]], [])
            node.args[-1] = ast.fix_missing_locations(ast.copy_location(moved, node))
        return node


def _loaded(tree: ast.expr) -> ast.expr:
    made = copy.deepcopy(tree)
    for n in ast.walk(made):
        if hasattr(n, "ctx"):
            n.ctx = ast.Load()
    return made


def _moved(base: Any, value: Any) -> Any:
    arrays = isinstance(base, (np.ndarray, np.flatiter)) and isinstance(value, np.ndarray)
    return value.copy() if arrays else value


@contextlib.contextmanager
def loaded(text: str) -> Iterator[Loaded]:
    """Executes a program as a module of its own, whose text can be found while the context lasts."""
    global _count
    _count += 1
    name = f"fuzz_program_{_count}"
    file = f"<{name}>"
    module = types.ModuleType(name)
    module.__file__ = file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    sys.modules[name] = module
    try:
        vars(module)["_moved"] = _moved
        exec(compile(_Moves().visit(ast.parse(text)), file, "exec"), vars(module))
        yield Loaded(text, file, module.f, module.inputs, getattr(module, "reset", lambda: None))  # type: ignore[attr-defined]
    finally:
        del sys.modules[name]
        linecache.cache.pop(file, None)
