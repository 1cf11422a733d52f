"""A syntax tree as text: astor where it runs, `ast.unparse` elsewhere (Python after 3.13)."""

from __future__ import annotations

import ast
import re
import sys

_MARK = "__comment_{}__"
_comments: dict[str, str] = {}


def comment(text: str) -> ast.stmt:
    """A statement that prints as a comment line."""
    key = _MARK.format(len(_comments))
    _comments[key] = text
    return ast.Expr(ast.Name(key, ast.Load()))


def print_tree(tree: ast.Module, printer: str | None = None) -> str:
    """Source text of a module. `printer`: "astor" or "unparse"; by default the first that can run."""
    ast.fix_missing_locations(tree)
    chosen = printer or ("astor" if sys.version_info < (3, 14) else "unparse")
    text = _with_astor(tree) if chosen == "astor" else ast.unparse(tree)
    return _finish(text)


def _with_astor(tree: ast.Module) -> str:
    import astor

    # astor breaks long lines by rules of its own; the text is joined as it comes.
    return str(astor.to_source(tree, pretty_source="".join))


def _finish(text: str) -> str:
    """Turn comment marks into comments, and put two blank lines before each function."""
    lines = []
    for line in text.splitlines():
        mark = re.fullmatch(r"(\s*)(__comment_\d+__)", line)
        lines.append(f"{mark[1]}# {_comments.pop(mark[2])}" if mark else line.rstrip())
    text = "\n".join(lines).strip() + "\n"
    text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"\n+(?=(?:def|class) )", "\n\n\n", text)
