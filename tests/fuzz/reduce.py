"""The smallest program that fails in the same way: statements, branches, operands and parameters are taken away."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator

Edit = Callable[[], None]


def reduce(text: str, fails: Callable[[str], bool], seconds: float = 40.0) -> str:
    """Applies every edit that keeps `fails` true, until none does or the time is up."""
    end = time.monotonic() + seconds
    seen = {text}
    position = 0
    changed = True
    while changed and time.monotonic() < end:
        changed, position = False, 0
        while time.monotonic() < end:
            smaller = edited(text, position)
            if smaller is None:
                break
            if smaller not in seen:
                seen.add(smaller)
                if fails(smaller):
                    text, changed = smaller, True
                    continue  # what was at this position is gone
            position += 1
    return text


def edited(text: str, position: int) -> str | None:
    """The program after its n-th edit; None beyond the last."""
    tree = ast.parse(text)
    for number, edit in enumerate(edits(tree)):
        if number == position:
            edit()
            try:
                return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            except (ValueError, TypeError):
                return text
    return None


def edits(tree: ast.Module) -> Iterator[Edit]:
    yield from shorter(tree)
    yield from fewer_parameters(tree)
    yield from simpler(tree)


def shorter(tree: ast.Module) -> Iterator[Edit]:
    """Whole statements out, several at a time first; the body of a compound statement in its place."""
    blocks = [(node, name) for node in ast.walk(tree) for name in ("body", "orelse")
              if isinstance(getattr(node, name, None), list)]  # fmt: skip
    for size in (4, 2, 1):
        for node, name in blocks:
            statements = getattr(node, name)
            for start in range(len(statements) - size, -1, -1):
                if _ends(node, statements[start : start + size]):
                    continue
                yield lambda s=statements, i=start, n=size, node=node, name=name: _delete(s, i, n, node, name)
    for node, name in blocks:
        statements = getattr(node, name)
        for i, inner in enumerate(statements):
            for field in ("body", "orelse"):
                inside = getattr(inner, field, None)
                if isinstance(inner, (ast.If, ast.For, ast.While)) and inside:
                    yield lambda s=statements, i=i, inside=inside: s.__setitem__(slice(i, i + 1), inside)
            if isinstance(inner, ast.For):
                first = ast.Assign([inner.target], ast.Constant(1), lineno=0)
                yield lambda s=statements, i=i, inner=inner, first=first: s.__setitem__(
                    slice(i, i + 1), [first, *inner.body]
                )


def _ends(node: ast.AST, statements: list[ast.stmt]) -> bool:
    """Whether the last return of a function is among these: without it the function returns None."""
    return isinstance(node, ast.FunctionDef) and node.body[-1] in statements and isinstance(node.body[-1], ast.Return)


def _delete(statements: list[ast.stmt], start: int, size: int, node: ast.AST, name: str) -> None:
    del statements[start : start + size]
    if not statements and name == "body" and not isinstance(node, ast.Module):
        statements.append(ast.Pass())


def fewer_parameters(tree: ast.Module) -> Iterator[Edit]:
    """A parameter out of a function and out of its calls; for `f`, out of `inputs`."""
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        calls = [n.args for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
                 and n.func.id == function.name]  # fmt: skip
        if function.name == "f":
            calls += [n.elts for g in tree.body if isinstance(g, ast.FunctionDef) and g.name == "inputs"
                      for r in g.body if isinstance(r, ast.Return) for n in [r.value] if isinstance(n, ast.Tuple)]  # fmt: skip  # noqa: E501
        for i in range(len(function.args.args)):
            yield lambda lists=[function.args.args, *calls], i=i: [items.pop(i) for items in lists if len(items) > i]


def simpler(tree: ast.Module) -> Iterator[Edit]:
    """An expression replaced by a part of it or by a number; items out of lists and tuples."""
    functions = [n for n in tree.body if not (isinstance(n, ast.FunctionDef) and n.name == "inputs")]
    for parent in [node for function in functions for node in ast.walk(function)]:
        for name, value in list(ast.iter_fields(parent)):
            if isinstance(value, ast.expr):
                for new in replacements(value, isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.Compare))):
                    yield lambda parent=parent, name=name, new=new: setattr(parent, name, new)
            elif isinstance(value, list):
                for i, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        for new in replacements(item, isinstance(parent, (ast.Call, ast.Compare))):
                            yield lambda value=value, i=i, new=new: value.__setitem__(i, new)
                        if isinstance(parent, (ast.List, ast.Tuple, ast.BoolOp)) and len(value) > 1:
                            yield lambda value=value, i=i: value.pop(i)


def replacements(node: ast.expr, operand: bool) -> Iterator[ast.expr]:
    """Parts of an expression; a number for an operand. Containers stay: their structure is what a failure is about."""
    if isinstance(getattr(node, "ctx", None), ast.Store) or isinstance(node, (ast.Constant, ast.Tuple, ast.Dict)):
        return
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    for part in [*parts, *(inner for p in parts for inner in ast.iter_child_nodes(p) if isinstance(inner, ast.expr))]:
        if not isinstance(part, (ast.Constant, ast.Slice)) and not _is_module(part):
            yield copy.deepcopy(part)
    if operand and not isinstance(node, (ast.Name, ast.Slice, ast.UnaryOp, ast.List)):
        yield ast.Constant(0.5)


def _is_module(node: ast.expr) -> bool:
    inner = node.value if isinstance(node, ast.Attribute) else node
    return isinstance(inner, ast.Name) and inner.id in ("np", "math")


def traits(text: str) -> str:
    """What a small program is made of: failures with the same traits are taken for one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.For, ast.While, ast.If, ast.AugAssign, ast.Starred, ast.ListComp, ast.Lambda,
                             ast.Nonlocal, ast.NamedExpr, ast.IfExp, ast.Dict, ast.List, ast.ClassDef)):  # fmt: skip
            found.add(type(node).__name__)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found.add(f"write[{type(node.slice).__name__}]")
        elif isinstance(node, ast.FunctionDef) and node.name not in ("f", "inputs"):
            found.add("function")
        elif isinstance(node, ast.keyword):
            found.add(f"{node.arg}=")
    return " ".join(sorted(found))
