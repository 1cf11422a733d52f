"""IR -> the text of a module."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tangent_ad.emit.codegen import function_tree
from tangent_ad.emit.names import RESERVED
from tangent_ad.emit.printing import print_tree
from tangent_ad.emit.spelling import HELPERS, Speller
from tangent_ad.ir.nodes import Func, Op
from tangent_ad.runtime import helpers


@dataclass(frozen=True)
class Emitted:
    """A module's text, the name of its function, and the objects that its names must be bound to."""

    text: str
    name: str
    bindings: Mapping[str, Any] = field(default_factory=dict)


def emit(
    func: Func, callees: Mapping[Op, Func], header: str, pullback_params: int = 0, printer: str | None = None
) -> Emitted:
    """Print a function and those it calls as one module."""
    functions = (*callees.values(), func)
    taken = {*(f.name for f in functions), *HELPERS.values()}
    params = {p.hint for f in functions for p in f.params}
    bound: set[str] = set()
    while True:  # once more where objects got names, which no variable may hide
        speller = Speller(taken | params | RESERVED)
        trees = [function_tree(f, speller, taken | bound) for f in callees.values()]
        trees.append(function_tree(func, speller, taken | bound, pullback_params))
        if {*speller.bindings, *speller.imports} <= bound:
            break
        bound = {*speller.bindings, *speller.imports}
    body: list[ast.stmt] = [ast.Expr(ast.Constant(header))]
    sources = [textwrap.dedent(inspect.getsource(helper)).strip() for helper in speller.helpers]
    needed = {m for m in ("math", "np") if any(f"{m}." in source for source in sources)}
    for module in sorted(speller.imports | needed):
        name = ast.alias("numpy", "np") if module == "np" else ast.alias(module, None)
        body.append(ast.Import([name]))
    if helpers.in_threads in speller.helpers:
        body.insert(1, ast.ImportFrom("concurrent.futures", [ast.alias("ThreadPoolExecutor", None)], 0))
    text = print_tree(ast.Module(body, []), printer)
    text += "".join(f"\n\n{source}\n" for source in sources)
    text += "\n\n" + print_tree(ast.Module(list(trees), []), printer).lstrip()
    return Emitted(text, func.name, speller.bindings)
