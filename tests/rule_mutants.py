"""Wrong versions of a rule's templates, made by rewriting their source."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tangent_ad.rules import RULES, Rule

_numbers = itertools.count()
# Their cotangents are tuples.
SEVERAL_RESULTS = ("slogdet", "split_like", "unstack", "items_like", "eigh", "svd", "qr", "lstsq")
LISTS = ("split", "array_split", "hsplit", "vsplit", "dsplit")  # what they give


@dataclass(frozen=True)
class Mutant:
    """A rule with one error: `what` was done to which of its templates (`field`)."""

    rule: Rule
    field: str
    what: str
    template: Callable[..., Any]

    @property
    def id(self) -> str:
        return f"{self.rule.op.name}-{self.field}-{self.what}"

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """The table holds the mutant inside the block, and the rule again after it."""
        RULES[self.rule.op] = replace(self.rule, **{self.field: self.template})
        try:
            yield
        finally:
            RULES[self.rule.op] = self.rule


def mutants(rule: Rule) -> list[Mutant]:
    """Sign, factor and dropped-term errors of both of a rule's templates."""
    found = []
    for field, lead in (("template", 0), ("forward", None)):
        template = getattr(rule, field)
        if template is None:
            continue
        if rule.kind == "composed" and template.__name__ in LISTS:
            names = list(inspect.signature(template).parameters)
            found += [Mutant(rule, field, w, f) for w, f in of_input(template, names.index(rule.wrt[0]))]
            continue
        if rule.kind in ("elementwise", "composed"):
            found += [Mutant(rule, field, w, f) for w, f in of_partials(template)]
            continue
        starts = (lead,) if lead is not None else range(len(rule.wrt))
        for place in starts:
            found += [Mutant(rule, field, f"{w}_{place}", f) for w, f in of_input(template, place)]
        if field == "template" and len(rule.wrt) > 1:
            found += [Mutant(rule, field, w, f) for w, f in of_partials(template)]
    return found


def tree_of(template: Callable[..., Any]) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(template))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.decorator_list = []
    return tree


def rebuilt(template: Callable[..., Any], tree: ast.FunctionDef) -> Callable[..., Any]:
    """A template from a changed tree, in the module of the original; it counts as declared by a user."""
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    file = f"<mutant {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space: dict[str, Any] = {}
    exec(compile(text, file, "exec"), template.__globals__, space)
    made = space[tree.name]
    made.__module__ = "mutants"
    return made


def of_input(template: Callable[..., Any], place: int) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The cotangent (or tangent) that a template is given, negated or doubled."""
    names = [*inspect.signature(template).parameters]
    name = names[place]
    for what, change in (("sign", f"{name} = -{name}"), ("factor", f"{name} = 2 * {name}")):
        if template.__name__ in SEVERAL_RESULTS:
            change = each_item(change, name)
        tree = tree_of(template)
        tree.body.insert(1 if ast.get_docstring(tree) else 0, ast.parse(change).body[0])
        yield what, rebuilt(template, tree)


def of_partials(template: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each partial negated, doubled, or without one of its terms; all at once where there is one only."""
    original = tree_of(template)
    width = max(len(parts_of(r)) for r in returns_of(original))
    for i in range(width):
        for what in ("sign", "factor", "nothing"):
            tree = copy.deepcopy(original)
            changed = [change(r, i, what) for r in returns_of(tree)]
            if any(changed):
                yield f"{what}_{i}", rebuilt(template, tree)
    terms = sum(
        isinstance(n, ast.BinOp) and isinstance(n.op, (ast.Add, ast.Sub))
        for r in returns_of(original)
        for n in ast.walk(r)
    )
    for n in range(terms):
        tree = copy.deepcopy(original)
        drop_term(tree, n)
        yield f"dropped_term_{n}", rebuilt(template, tree)


def each_item(text: str, name: str) -> str:
    """-parts is [-p for p in parts]."""
    head, _, _ = text.rpartition(name)
    assign, operator = head.rsplit("= ", 1) if "= " in head else ("", head)
    return f"{assign}{'= ' if assign else ''}[p if p is None else {operator}p for p in {name}]"


def returns_of(tree: ast.FunctionDef) -> list[ast.Return]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value is not None]


def parts_of(node: ast.Return) -> list[ast.expr]:
    return node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]  # type: ignore[list-item]


def change(node: ast.Return, i: int, what: str) -> bool:
    parts = parts_of(node)
    old = ast.unparse(parts[i]) if i < len(parts) else "None"
    if old == "None":
        return False
    text = {"sign": f"-({old})", "factor": f"2 * ({old})", "nothing": f"0 * ({old})"}[what]
    if old == "parts":  # one partial a coordinate, gathered in a loop
        text = each_item(text, f"({old})")
    new = ast.parse(text, mode="eval").body
    if isinstance(node.value, ast.Tuple):
        node.value.elts[i] = new
    else:
        node.value = new
    return True


def drop_term(tree: ast.FunctionDef, number: int) -> None:
    """The n-th sum or difference of what is returned loses its right side."""
    seen = itertools.count()

    class Drop(ast.NodeTransformer):
        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            mine = isinstance(node.op, (ast.Add, ast.Sub)) and next(seen) == number
            self.generic_visit(node)
            return node.left if mine else node

    for node in returns_of(tree):
        Drop().visit(node)
