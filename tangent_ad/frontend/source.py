"""From a Python function object to its gast tree, with the place it came from."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import linecache
import sys
import textwrap
import types
from dataclasses import dataclass

import gast

from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.fence import ASYNC
from tangent_ad.frontend.freshness import is_fresh

NAMED = {
    gast.Name: "id", gast.Attribute: "attr", gast.FunctionDef: "name", gast.Global: "names", gast.Nonlocal: "names",
    gast.MatchAs: "name", gast.MatchStar: "name", gast.MatchMapping: "rest",
}  # fmt: skip
"""Where a tree holds names that Python makes private to a class."""


@dataclass(frozen=True, eq=False)
class Source:
    """The tree of one function: a gast.FunctionDef or gast.Lambda, lines as in the user's file."""

    tree: gast.AST
    file: str
    function: types.FunctionType

    def origin(self, node: gast.AST) -> Origin:
        return Origin(self.file, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def source_of(function: types.FunctionType, generator: bool = False) -> Source:
    """Parse a function's source: once for its code, which a reloader may exchange.

    Raises:
      Refused: the source cannot be found (built-in, or typed where no text is kept), or it is a kind of
        function that is not differentiated (coroutine; generator, unless that is what is asked for).
    """
    code = function.__code__
    generators = 0 if generator else inspect.CO_GENERATOR
    if code.co_flags & (generators | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        _refuse_generator(function, Origin(code.co_filename, code.co_firstlineno))
    return _source_of(function, function.__code__)


@functools.lru_cache(maxsize=4096)
def _source_of(function: types.FunctionType, code: types.CodeType) -> Source:
    place = Origin(code.co_filename, code.co_firstlineno)
    try:
        lines, start = _lines_of(function, code)
        if code.co_filename == "<string>" and not is_fresh(code):  # the text of another `exec`, or of python -c
            raise OSError(code.co_filename)
    except (OSError, TypeError):
        raise Refused(
            place,
            f"the source of {function.__qualname__!r} cannot be read",
            "define it in a file, a notebook cell or an interactive session that keeps its text",
        ) from None
    if code.co_name == "<lambda>":
        tree = _find_lambda(function, lines, start, place)
        return Source(_with_private_names(tree, function), code.co_filename, function)
    if not is_fresh(code):
        raise Refused(
            place, f"the file has changed since {function.__qualname__!r} was compiled", "import or run it again"
        )
    text = textwrap.dedent("".join(lines))
    indent = len(lines[0]) - len(lines[0].lstrip())
    tree = gast.parse(text).body[0]
    for node in gast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno += start - 1
            node.col_offset += indent
    return Source(_with_private_names(tree, function), code.co_filename, function)


def _with_private_names(tree: gast.AST, function: types.FunctionType) -> gast.AST:
    """In the body of a class `C`, `__w` is `_C__w`: names, attributes and captures, not keywords of calls."""
    parts = getattr(function.__code__, "co_qualname", function.__qualname__).split(".")
    classes = [part for part, inner in itertools.pairwise(parts) if "<locals>" not in (part, inner)]
    owner = classes[-1].lstrip("_") if classes else ""
    if not owner:
        return tree

    def private(name: str) -> str:
        return f"_{owner}{name}" if name.startswith("__") and not name.endswith("__") else name

    for node in gast.walk(tree):
        field = NAMED.get(type(node))
        value = getattr(node, field) if field is not None else None
        if field is not None and value:
            setattr(node, field, [private(n) for n in value] if isinstance(value, list) else private(value))
    return tree


def _lines_of(function: types.FunctionType, code: types.CodeType) -> tuple[list[str], int]:
    """`inspect.getsourcelines`, which looks for a def's file in every module that is loaded."""
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    start = code.co_firstlineno
    if code.co_name == "<lambda>" or not 0 < start <= len(lines):
        return inspect.getsourcelines(code)
    return inspect.getblock(lines[start - 1 :]), start


def _refuse_generator(function: types.FunctionType, place: Origin) -> None:
    lines, start = inspect.getsourcelines(function)
    for offset, line in enumerate(lines):
        if "yield" in line or "await" in line:
            place = Origin(place.file, start + offset, len(line) - len(line.lstrip()))
            break
    if function.__code__.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise Refused(place, *ASYNC)
    raise Refused(place, f"{function.__qualname__!r} yields its values: there is no one result to differentiate",
                  "return a list of the values, and use vjp; or return their sum")  # fmt: skip


def _find_lambda(function: types.FunctionType, lines: list[str], start: int, place: Origin) -> gast.Lambda:
    """Among the lambdas of a statement, the one whose compiled code is this function's."""
    module_lines = linecache.getlines(function.__code__.co_filename)
    tree = _parse_around(module_lines or lines, start, bool(module_lines))
    matches = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and node.lineno <= start <= (node.end_lineno or node.lineno):
            matches.append(node)
    same = [n for n in matches if _same_code(n, function)]
    exact = [n for n in same if _position(n) == _code_position(function)] or same
    if not exact or len({ast.dump(n) for n in exact}) > 1:
        raise Refused(
            place, "this lambda cannot be told from others on its line", "give it a line, or a def, of its own"
        )
    converted = gast.ast_to_gast(ast.Expression(exact[0]))
    assert isinstance(converted.body, gast.Lambda)
    return converted.body


def _parse_around(lines: list[str], start: int, whole: bool) -> ast.AST:
    if whole:
        return ast.parse("".join(lines))
    return ast.increment_lineno(ast.parse(textwrap.dedent("".join(lines))), start - 1)


def _same_code(node: ast.Lambda, function: types.FunctionType) -> bool:
    wrapper = ast.Expression(node)
    names = function.__code__.co_freevars
    if names:  # compile inside a function that binds the captured names, so that they are cells again
        inner = ast.FunctionDef(
            name="outer", args=ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, []),
            body=[ast.Return(node)], decorator_list=[],
        )  # fmt: skip
        if sys.version_info >= (3, 12):
            inner.type_params = []
        compiled = compile(ast.fix_missing_locations(ast.Module([inner], [])), "<lambda>", "exec")
        compiled = next(c for c in compiled.co_consts if isinstance(c, types.CodeType))
    else:
        compiled = compile(ast.fix_missing_locations(wrapper), "<lambda>", "eval")
    code = next((c for c in compiled.co_consts if isinstance(c, types.CodeType)), None)
    mine = function.__code__
    return code is not None and _fingerprint(code) == _fingerprint(mine)


def _fingerprint(code: types.CodeType) -> tuple[object, ...]:
    consts = tuple(_fingerprint(c) if isinstance(c, types.CodeType) else (type(c), c) for c in code.co_consts)
    # From 3.11 on the instructions depend on the module around them, but columns tell lambdas apart.
    instructions = b"" if hasattr(code, "co_positions") else code.co_code
    return instructions, consts, code.co_names, code.co_varnames, code.co_freevars


def _position(node: ast.Lambda) -> tuple[int, int]:
    return node.body.lineno, node.body.col_offset


def _code_position(function: types.FunctionType) -> tuple[int, int] | None:
    """Line and column of the first expression evaluated, where the interpreter keeps columns (3.11+)."""
    positions = getattr(function.__code__, "co_positions", None)
    if positions is None:
        return None
    spans = [(p[0], p[2]) for p in positions() if p[0] is not None and p[2] is not None and p[1] is not None and p[3]]
    return min(spans) if spans else None
